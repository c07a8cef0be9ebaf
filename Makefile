# Everything a newcomer types. Each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := $(wildcard frontend/*.*)
STAMP := $(VENV)/.installed-$(shell cat requirements.txt pyproject.toml $(FRONTEND) 2>/dev/null | sha256sum | cut -c1-16)
JOBS ?= auto

.PHONY: help venv-module demo test test-fast check bench docs lock clean setup

help:            ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/'

setup: $(STAMP)  ## create .venv with the locked requirements

$(STAMP): requirements.txt pyproject.toml $(FRONTEND)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Rightplace needs Python 3.11 or newer; set PYTHON=python3.11, say."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory venv-module
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	rm -f $(VENV)/.installed-* && touch $@

# Debian keeps the venv module in a package of its own, which only root can install.
venv-module:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; \
	else \
	  echo "Python's venv module is missing: run 'apt-get install python3-venv' as root."; exit 1; \
	fi

demo: setup      ## London on synthetic incidents: forecast, plan, briefs in ./demo, a service to see
	$(BIN)/rightplace --workspace demo-workspace demo --current --out demo

test: setup      ## every test a fresh machine can run
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

test-fast: setup ## unit, property and architecture tests, under a minute
	$(BIN)/python -m pytest -n $(JOBS) tests/unit tests/property tests/architecture

check: setup     ## format, lint, types, direction of imports, spelling, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell src tests docs benchmarks README.md ARCHITECTURE.md GLOSSARY.md CHANGELOG.md
	$(BIN)/python -m docs.generate --check

docs: setup      ## write the generated pages anew
	$(BIN)/python -m docs.generate

bench: setup     ## speed, memory and forecast quality, into docs/benchmarks.md
	$(BIN)/python -m benchmarks

lock: setup      ## compile requirements.txt with hashes and without addresses
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra boosted --extra demo --extra designs --extra postgresql --extra threshold --group dev --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.txt

clean:           ## remove the environment and what the demo made
	rm -rf $(VENV) demo demo-workspace
