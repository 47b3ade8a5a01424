# The few words of this project, explained by `make help`. They need Python >= 3.11 and make, nothing else.

PYTHON ?=
ENV := .venv$(if $(PYTHON),-$(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])'))
BIN := $(ENV)/bin
OTHER = $(shell scripts/find-python other $(BIN)/python)
PLAIN_TESTS := tests/test_repository.py tests/story/test_demo.py tests/curation tests/lms_adapters
OTHER_TESTS := $(PLAIN_TESTS) tests/xapi/lrs tests/xapi/bundles tests/connectors/test_feeds.py
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help demo serve check test proof bench dev other

help:  ## explain these words
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' Makefile
	@echo "On another Python, in an environment of its own: make PYTHON=/path/to/python3.12 test"

demo: $(ENV)/installed  ## see in two minutes what gleanery does, on sample content
	@$(BIN)/gleanery demo

serve: $(ENV)/installed  ## show the queue of ./config.yaml on this machine
	@$(BIN)/gleanery serve

check: dev  ## what every commit must pass: format, lint, types, imports, documents
	$(STATIC)
	@$(BIN)/pytest -q tests/test_repository.py tests/test_docs.py

test: dev  ## all that must hold, on bounded samples (minutes)
	@scripts/system-packages
	$(STATIC)
	@$(BIN)/pytest -q -n auto -m "not proof and not browser"
	@$(BIN)/pytest -q -n auto --dist loadfile -m "browser and not proof"
	@$(MAKE) other

proof: dev  ## full loads, kills and large tables (long)
	@scripts/system-packages
	@$(BIN)/pytest -m proof
	@$(MAKE) other OTHER_TESTS="$(PLAIN_TESTS) tests/xapi tests/connectors"

bench: dev  ## the hot paths against their peers, as ratios from one run
	@$(BIN)/python benchmarks/_curation_peers.py || echo "the peers of curation cannot be fetched; the benchmarks go on without"
	@set -e; for file in benchmarks/[!_]*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

define STATIC
@$(BIN)/ruff format --check --quiet .
@$(BIN)/ruff check --quiet .
@$(BIN)/mypy
@$(BIN)/lint-imports --no-logo
endef

# ------------------------------------------------ environments: packages by hash, then the project itself

PIP = $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps

dev: $(ENV)/installed-dev

$(BIN)/python:
	@python=$$(PYTHON="$(PYTHON)" scripts/find-python first) && echo "Making $(ENV) ..." && "$$python" -m venv $(ENV)

$(ENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing gleanery into $(ENV) ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(ENV)/installed-dev: requirements-dev.lock $(ENV)/installed
	@echo "Installing what development needs into $(ENV) ..."
	@$(PIP) --no-build-isolation --require-hashes -r requirements-dev.lock
	@touch $@

# Once more on another Python, the newest here (or the oldest that serves, if .venv is the newest): what is quick and
# telling; in `proof` all the plain tests.
other: dev
	@set -e; python="$(OTHER)"; test -n "$$python" || { echo "No second Python found to test on."; exit 0; }; \
	version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	echo "Testing on Python $$version as well"; \
	$(MAKE) PYTHON="$$python" dev; \
	.venv-$$version/bin/pytest -q -n auto -m "not proof and not browser" -k "not postgresql" $(OTHER_TESTS)
