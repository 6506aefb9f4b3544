# Everything a newcomer needs: Python 3.11 and make.  `make demo` and `make test` set up the rest by themselves.
PYTHON ?= python3.11
PYTHON := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
RUN_STAMP := .venv/.installed-$(shell cksum < requirements.lock | cut -d' ' -f1)
DEV_STAMP := .venv/.installed-dev-$(shell cksum < requirements-dev.lock | cut -d' ' -f1)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet

.PHONY: demo up test check bench messages lock clean
.DEFAULT_GOAL := demo

demo: $(RUN_STAMP)  ## a running node filled with an invented population
	@exec $(BIN)/jejak demo

up: $(RUN_STAMP)  ## one empty node
	@exec $(BIN)/jejak up

test: $(DEV_STAMP)  ## every test; journeys need a Chromium and are skipped visibly without one
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: $(DEV_STAMP)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV_STAMP)  ## ratios against the marks of docs/reference/bench.md
	$(BIN)/jejak bench

messages: $(DEV_STAMP)  ## gather texts into the catalogues and compile them
	$(BIN)/python scripts/messages.py update
	$(BIN)/python scripts/messages.py compile

lock: $(DEV_STAMP)  ## pin the newest allowed versions with hashes
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		pyproject.toml --extra build --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		pyproject.toml --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove the environment, caches and every local node, with its database
	-@test ! -x $(BIN)/jejak || for node in var/*/; do test ! -d "$$node" || $(BIN)/python -m jejak.store.remove "$$node"; done
	rm -rf .venv var build src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Jejak needs Python 3.11 or newer"; exit 1; }
	$(PYTHON) -m venv .venv

$(RUN_STAMP): requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing packages (once) …"
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@
