# 双塔 (shuangta). `make help` lists what there is. Everything runs in $(VENV), which is made at need and kept.
#
#   make demo PYTHON=python3.12        another interpreter
#   make rebuild ARGS="--lists my.md"  options for the command behind a target

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Compiling every file of every package takes longer than the few that a run imports.
INSTALL := $(PIP) install --no-compile

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo rebuild serve test quick check bench

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

demo: $(VENV)/.core ## crawl, index and search a bundled sample site; installs only the core
	$(BIN)/shuangta demo --data-dir data/demo $(ARGS)

rebuild: $(VENV)/.core ## crawl the reading lists of your settings and publish a new index
	$(BIN)/shuangta rebuild $(ARGS)

serve: $(VENV)/.core ## serve the search page and the API
	$(BIN)/shuangta serve $(ARGS)

test: $(VENV)/.all ## everything, the `models` extra included
	$(BIN)/python -m pytest -n auto $(ARGS)

quick: $(VENV)/.all ## the tests that take seconds
	$(BIN)/python -m pytest -n auto -m "not slow and not shared and not models and not browser" $(ARGS)

check: $(VENV)/.all ## lint, format, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.all ## cold start, query latency, build speed: figures, no verdict
	$(BIN)/python -m tests.benchmarks $(ARGS)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "shuangta needs Python 3.11 or newer; name one with PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.core: pyproject.toml | $(VENV)/.python
	$(INSTALL) -e .
	@touch $@

# torch by itself first: what the index of the environment gives for the pinned version is then what stays.
$(VENV)/.all: pyproject.toml constraints.txt | $(VENV)/.python
	$(INSTALL) -c constraints.txt torch
	$(INSTALL) -c constraints.txt -e '.[models,train,mcp,telemetry,dev]'
	@touch $@
