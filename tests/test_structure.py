"""The house as a whole: what every module has, what the commands may load, and that the papers say what is there."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from api.shuangta import VERBS

REPOSITORY = Path(__file__).parents[1]
ROOMS = ("ingest", "index", "search", "api")
MODULES = sorted(path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py"))
HEAVY = {
    "fastapi",
    "hypothesis",
    "lightgbm",
    "mcp",
    "onnxruntime",
    "opentelemetry",
    "prometheus_client",
    "pydantic",
    "pypdfium2",
    "pypinyin",
    "scipy",
    "sentence_transformers",
    "torch",
    "trafilatura",
    "transformers",
    "uvicorn",
}

every_module = pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: path.relative_to(REPOSITORY).as_posix()
)


def exported(module: Path) -> list[str] | None:
    """Names in `__all__` as written, or None if there is none."""
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            return ast.literal_eval(node.value)
    return None


def defined(module: Path) -> set[str]:
    """Names that the module binds at its top."""
    names = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names.update(ast.unparse(target) for target in targets)
            case ast.AnnAssign(target=target):
                names.add(ast.unparse(target))
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update(alias.asname or alias.name for alias in aliases)
            case _:
                pass
    return names


def by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, each by the alphabet: ruff's order."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def loaded_by(statement: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after `statement`."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))


@every_module
def test_a_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


@every_module
def test_a_module_names_what_it_offers_in_order(module: Path) -> None:
    names = exported(module)
    if names is None:
        assert module.name == "__init__.py", "only a package's own file may go without __all__"
        return
    assert names == sorted(names, key=by_kind)
    assert set(names) <= defined(module)


@pytest.mark.parametrize(
    "entry", ["api.search_command", "api.shuangta", "api.wiring", "api.rebuilding", "search.engine"]
)
def test_what_every_command_imports_is_light(entry: str) -> None:
    assert not HEAVY & loaded_by(f"import {entry}")


def test_a_search_loads_no_crawler_and_no_index_builder() -> None:
    assert not {"httpx", "jinja2", "lxml", "protego", "tqdm"} & loaded_by(
        "import api.search_command, search.engine"
    )


def test_the_core_needs_no_torch() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    core = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in project["dependencies"]}
    assert not core & {"torch", "transformers", "sentence-transformers", "scipy", "pandas"}


def test_the_pinned_torch_is_one_that_the_extra_allows() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    (allowed,) = (item for item in project["optional-dependencies"]["models"] if item.startswith("torch"))
    (pinned,) = re.findall(
        r"^torch==(\S+)$", (REPOSITORY / "constraints.txt").read_text("utf-8"), re.MULTILINE
    )
    lowest = re.fullmatch(r"torch>=([\d.]+)", allowed)
    assert lowest
    assert [int(part) for part in pinned.split(".")] >= [int(part) for part in lowest[1].split(".")]


def test_every_make_target_explains_itself_and_is_no_file() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    explained = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert explained == targets() == set(phony.split())


def test_the_readme_and_ci_name_only_targets_that_exist() -> None:
    text = (REPOSITORY / "README.md").read_text("utf-8")
    text += (REPOSITORY / ".ci" / "run").read_text("utf-8")
    named = set(re.findall(r"^\s*(?:\$ )?make (\w+)|`make (\w+)", text, re.MULTILINE))
    assert named
    assert {first or second for first, second in named} <= targets()


def test_the_readme_names_only_verbs_that_exist() -> None:
    text = (REPOSITORY / "README.md").read_text("utf-8")
    named = set(re.findall(r"(?:`|^\s*\$? ?|bin/)shuangta ([a-z]+)", text, re.MULTILINE))
    assert named
    assert named <= {verb.name for verb in VERBS}


def test_ci_can_be_run_and_the_licence_is_the_one_declared() -> None:
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)
    licence = (REPOSITORY / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"


@every_module
def test_architecture_names_every_module(module: Path) -> None:
    """By itself, or by the package that it is part of."""
    written = (REPOSITORY / "ARCHITECTURE.md").read_text("utf-8")
    relative = module.relative_to(REPOSITORY)
    if module.name == "__init__.py":
        return
    packages = [folder for folder in relative.parents if len(folder.parts) > 1]
    assert f"`{relative.name}`" in written or any(f"`{package.name}/`" in written for package in packages)
