// Results while one types, and the keyboard. The page is whole without it: every state has an address, the server
// renders it, and what is fetched here is the same results, rendered by the same template.
"use strict";

const WAIT = 40; // ms: keys that follow each other faster, held or pasted, are waited for; any other is answered at once
const SPEAK = 700; // ms before a screen reader is told, so that it does not speak between keys

const form = document.getElementById("search");
const box = form?.elements.q;
const results = document.getElementById("results");
const live = document.getElementById("live");

let asked = null; // the request that is under way
let timer = 0;
let pressedAt = 0; // when the last key was
let speaking = 0;
let settled = true; // the entry of the history is worth coming back to
let generation = told()?.generation;

function told(root = document) {
  return root.querySelector("#told")?.dataset;
}

function address() {
  const fields = [...new FormData(form)].filter(([, value]) => value.trim());
  return fields.length ? "/?" + new URLSearchParams(fields) : "/";
}

function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => { live.textContent = text; }, SPEAK);
}

// The results at an address, as a piece of document; null when a newer request took over.
async function fetched(url) {
  asked?.abort();
  const mine = (asked = new AbortController());
  const from = new URL(url, location.href);
  from.searchParams.set("part", "results");
  results.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(from, { signal: mine.signal });
    const html = await response.text();
    if (mine.signal.aborted) return null;
    // What went wrong is told on a page like any other; anything else is no page: a failure of the server, or a proxy's.
    if (!response.headers.get("content-type")?.startsWith("text/html")) throw new Error(response.statusText);
    return document.createRange().createContextualFragment(html);
  } catch (error) {
    if (error.name === "AbortError") return null;
    say(results.dataset.failed);
    const failed = document.createElement("p");
    failed.className = "remark";
    failed.id = "failed";
    failed.textContent = results.dataset.failed;
    if (!document.getElementById("failed")) results.prepend(failed);
    return null;
  } finally {
    if (asked === mine) {
      results.removeAttribute("aria-busy");
      asked = null;
    }
  }
}

function show(piece) {
  const held = document.activeElement?.dataset?.key;
  const open = results.querySelector("details[name=facet][open]")?.dataset.key;
  results.replaceChildren(piece);
  document.title = told().title;
  generation = told().generation;
  // Whoever narrowed by keyboard goes on from where they were.
  if (open) results.querySelector(`[data-key="${CSS.escape(open)}"]`)?.setAttribute("open", "");
  if (held) results.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
  say(told().announce);
  ready();
}

// Show what is at an address. The first letter leaves a page that one may want to come back to, those after it do not:
// an entry of the history that is `settled` is kept.
async function go(url, { settle = true, record = true } = {}) {
  clearTimeout(timer);
  const piece = await fetched(url);
  if (!piece) return;
  show(piece);
  if (record && url !== location.pathname + location.search) {
    if (settled) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }
  settled = settle;
}

function typed() {
  const alone = performance.now() - pressedAt > WAIT;
  pressedAt = performance.now();
  clearTimeout(timer);
  timer = setTimeout(() => {
    scrollTo({ top: 0 }); // the best of the new answer is at its top
    go(address(), { settle: false });
  }, alone ? 0 : WAIT);
}

function submitted(event) {
  event.preventDefault();
  go(address());
}

function fill(text) {
  box.value = text;
  box.focus();
  go(address());
}

async function more(link) {
  const before = generation;
  const piece = await fetched(link.href);
  if (!piece) return;
  if (told(piece).generation !== before) {
    // The index was replaced meanwhile: its second page does not go on from our first.
    go(address());
    return;
  }
  const list = results.querySelector("ol.hits");
  const first = piece.querySelector("ol.hits > li");
  list.append(...piece.querySelectorAll("ol.hits > li"));
  const next = piece.querySelector(".again [rel~=next]");
  if (next) link.replaceWith(next);
  else link.remove();
  first?.querySelector("h2 a").focus();
  say(told(piece).announce);
}

async function why(link) {
  const card = link.closest(".hit");
  const shown = card.querySelector(".explained");
  if (shown) {
    shown.remove();
    return;
  }
  const piece = await fetched(link.href);
  const found = piece?.querySelector(`.hit[data-id="${CSS.escape(card.dataset.id)}"] .explained`);
  if (found) card.querySelector(".ways").append(found);
  else if (piece) location.assign(link.href);
}

function clicked(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a");
  if (!link) return;
  let act = null;
  if (link.dataset.fill !== undefined) act = () => fill(link.dataset.fill);
  else if (link.dataset.why !== undefined) act = () => why(link);
  else if (link.matches(".again [rel~=next]")) act = () => more(link);
  else if (link.dataset.key !== undefined) act = () => { settled = true; return go(link.getAttribute("href")); };
  if (!act) return;
  event.preventDefault();
  act();
}

// Which result was opened, told to our own server where the settings ask for it, and to nobody otherwise.
function opened(event) {
  const { clicks, query, generation } = told() ?? {};
  const link = event.target.closest("a[data-opens]");
  if (!clicks || !link || event.button > 1) return;
  const hits = [...results.querySelectorAll(".hit")];
  const click = {
    query,
    generation,
    first: Number(hits[0].id.slice("hit-".length)),
    shown: hits.map((hit) => hit.dataset.id),
    opened: link.closest(".hit").dataset.id,
  };
  // The page is about to be left. What cannot be told now is not worth an error to the reader.
  fetch(clicks, {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(click),
  }).catch(() => {});
}

const titles = () => [...results.querySelectorAll(".hit h2 a")];

function arrow(event, step) {
  const all = titles();
  const at = all.indexOf(document.activeElement);
  if (document.activeElement !== box && at < 0) return;
  event.preventDefault();
  const next = at + step;
  if (next < 0) box.focus();
  else if (next < all.length) {
    all[next].focus();
    all[next].closest(".hit").scrollIntoView({ block: "nearest" });
  }
}

function pressed(event) {
  if (event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "Escape") {
    const open = document.querySelector("details[name=facet][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (document.activeElement === box) {
      if (box.value) {
        event.preventDefault(); // a search box would clear itself, but not everywhere
        box.value = "";
        if (results) typed();
      }
    } else box.focus();
  } else if (results && event.key === "ArrowDown") arrow(event, 1);
  else if (results && event.key === "ArrowUp") arrow(event, -1);
  else if (results && event.key === "ArrowRight" && typing === box && box.value && box.selectionStart === box.value.length) {
    const first = results.querySelector(".suggestions [data-fill]");
    if (first) {
      event.preventDefault();
      fill(first.dataset.fill);
    }
  }
}

// What only works with a script is shown by it.
function ready() {
  const share = document.getElementById("share");
  if (!share || !(navigator.share || navigator.clipboard)) return;
  share.hidden = false;
  share.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title: document.title, url: location.href });
      else {
        await navigator.clipboard.writeText(location.href);
        share.textContent = results.dataset.copied;
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error; // whoever closes the share sheet has made up their mind
    }
  });
}

if (form) {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const open = document.querySelector("details[name=facet][open]");
    if (open && !open.contains(event.target)) open.open = false;
  });
}
if (results) {
  // While an input method composes, what stands in the box is not what is meant.
  box.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
  box.addEventListener("compositionend", typed);
  form.addEventListener("submit", submitted);
  results.addEventListener("click", clicked);
  results.addEventListener("click", opened);
  results.addEventListener("auxclick", opened);
  addEventListener("popstate", () => {
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    go(location.pathname + location.search, { record: false });
  });
  ready();
}
