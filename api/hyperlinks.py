"""Which terminals show a text as a link (OSC 8), https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["knows_hyperlinks"]

# What a terminal that knows them says of itself. One that is not listed may know them too: FORCE_HYPERLINK=1 is for it.
_OF_THEIR_OWN = ("DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WEZTERM_EXECUTABLE", "WT_SESSION")
_PROGRAMS = frozenset({"Hyper", "WezTerm", "ghostty", "iTerm.app", "rio", "tabby", "vscode", "zed"})
_TERMS = ("alacritty", "contour", "foot", "xterm-ghostty", "xterm-kitty")
_FIRST_VTE = 5000  # 0.50; older ones (GNOME Terminal, Tilix) crash or show the bytes


def knows_hyperlinks(environ: Mapping[str, str]) -> bool:
    """Whether the terminal of this environment does. FORCE_HYPERLINK=1 or =0 decides where it is set."""
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    vte = environ.get("VTE_VERSION", "")
    if vte.isdecimal():
        return int(vte) >= _FIRST_VTE
    return (
        environ.get("TERM_PROGRAM", "") in _PROGRAMS
        or environ.get("TERM", "").startswith(_TERMS)
        or any(environ.get(name) for name in _OF_THEIR_OWN)
    )
