# The commands of the project. `make` without a target lists them.

BIN := .venv/bin
# The first Python found that is 3.11 or newer. To use another one: make build PYTHON=/path/to/python3.12
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Empty if there is no .venv, if its Python was removed, or if the folder was moved.
SOUND := $(shell $(BIN)/python -c 'import pip' 2>/dev/null && grep -lF "$(CURDIR)/$(BIN)/" $(BIN)/pip 2>/dev/null)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SECONDS ?= 60
OFFLINE := echo "some locked packages are not installed yet; installing them needs the network once" >&2; exit 1

.DEFAULT_GOAL := help
.PHONY: help setup check build site test test-portable lint types fix docs bench fuzz links compat editor foreign mutate all venv

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(BIN)/.ready-dev ## install all tools into .venv (other targets do so when needed)

check: $(BIN)/.ready ## check the records in claims/
	@$(BIN)/alleged check --editor

build: $(BIN)/.ready ## check the records and compile the tables into datasets/dev/
	@$(BIN)/alleged build

site: $(BIN)/.ready ## write the explorer of the records into site/
	@$(BIN)/alleged site

test: $(BIN)/.ready-dev ## run the tests
	@$(BIN)/python -m pytest

# What computes from records and tables alone, and what needs POSIX anyway, runs once: in `make test`.
SAME_EVERYWHERE := charts dates origins render rules tables text exports/test_documents.py exports/test_tabular.py \
	site/test_browser.py site/test_pages.py test_cluster.py test_contributions.py

test-portable: $(BIN)/.ready-dev ## run the tests of files and processes without POSIX features: fork, open folders, owners
	@PYTHONPATH="$(CURDIR)/tests/without_posix" $(BIN)/python -m pytest $(SAME_EVERYWHERE:%=--ignore=tests/%)

lint: $(BIN)/.ready-dev ## check code style, formatting, import layers and workflows
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python .ci/words.py
	@$(BIN)/zizmor --quiet --offline --strict-collection --persona=auditor .

types: $(BIN)/.ready-dev ## check the types
	@$(BIN)/pyrefly check

fix: $(BIN)/.ready-dev ## format the code and sort imports
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: $(BIN)/.ready-dev ## refresh the generated pages and parts of pages
	@$(BIN)/alleged explain --write
	@$(BIN)/alleged stats --write
	@$(BIN)/python tests/cookbook.py
	@$(BIN)/alleged timeline dprk-troops-to-russia --out docs/troops-timeline.svg \
		--release "$$($(BIN)/python -c 'import alleged; print(alleged.open().release)' 2>/dev/null)"

bench: $(BIN)/.ready-dev .venv-bench/.ready .venv-peers/.ready ## compare the speed with other tools; about half an hour
	@$(BIN)/python benchmarks/run.py

fuzz: .venv-fuzz/.ready ## feed damaged input to the checker and the readers: make fuzz SECONDS=600 (default: 60)
	@.venv-fuzz/bin/python benchmarks/fuzz.py $(SECONDS)
	@.venv-fuzz/bin/python benchmarks/fuzz_yaml.py $(SECONDS)
	@.venv-fuzz/bin/python benchmarks/fuzz_manifests.py $(SECONDS)

links: $(BIN)/.ready ## open the link to each quote in Chromium, which must be installed
	@$(BIN)/python benchmarks/links.py

compat: $(BIN)/.ready ## read the tables with old and new pyarrow, pandas, polars, DuckDB and fastparquet
	@$(BIN)/alleged build --quiet
	@$(BIN)/python benchmarks/compat.py

editor: $(BIN)/.ready benchmarks/editor/node_modules/.ready ## ask yaml-language-server what an editor would ask it; needs npm
	@$(BIN)/python benchmarks/editor.py

foreign: $(BIN)/.ready-dev ## read the exports with the programs that they are for, from pandas and R to Zotero's formats
	@$(BIN)/python benchmarks/foreign_tables.py
	@$(BIN)/python benchmarks/foreign_documents.py

mutate: $(BIN)/.ready-dev ## change the code in one place at a time, check that a test fails: make mutate ONLY="dates git"
	@$(BIN)/python benchmarks/mutate.py $(ONLY)

all: lint types check test build ## lint, types, check, test and build; run this before you push

# Two stamp files record what is installed: the packages that `alleged` needs, and the development tools.
# The targets run again only if a lock or pyproject.toml is newer than the stamp.
$(BIN)/.ready: requirements.lock pyproject.toml $(if $(SOUND),,venv)
	@echo "setting up .venv (once; about a minute)"
	@$(PIP) install --require-hashes -r requirements.lock || { $(OFFLINE); }
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src # as pip does with the other packages: some environments never cache bytecode
	@touch $@

$(BIN)/.ready-dev: requirements-dev.lock $(if $(SOUND),,venv) | $(BIN)/.ready
	@echo "installing the development tools (once; about a minute)"
	@$(PIP) install --require-hashes -r requirements-dev.lock || { $(OFFLINE); }
	@touch $@

# The fuzzer has a separate environment: it runs on Linux only, and nothing else needs its packages.
.venv-fuzz/.ready: requirements.lock requirements-fuzz.lock pyproject.toml | $(BIN)/.ready
	@echo "setting up .venv-fuzz (once; about a minute)"
	@$(BIN)/python -m venv .venv-fuzz
	@.venv-fuzz/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes \
	  -r requirements.lock -r requirements-fuzz.lock
	@.venv-fuzz/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation -e .
	@touch $@

# The speed is measured in an environment like a user's, without the development tools.
.venv-bench/.ready: requirements.lock pyproject.toml | $(BIN)/.ready
	@echo "setting up .venv-bench (once; about a minute)"
	@$(BIN)/python -m venv .venv-bench
	@.venv-bench/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements.lock
	@.venv-bench/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation -e .
	@touch $@

# The tools that the speed is compared with. The JavaScript tool is left out if npm is missing.
.venv-peers/.ready: benchmarks/peers/requirements.lock benchmarks/peers/compiled.lock benchmarks/peers/package-lock.json | $(BIN)/.ready
	@echo "setting up .venv-peers (once; about a minute)"
	@rm -rf .venv-peers
	@$(BIN)/python -m venv .venv-peers
	@.venv-peers/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes \
	  -r benchmarks/peers/requirements.lock
	@.venv-peers/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes \
	  --target .venv-peers/compiled -r benchmarks/peers/compiled.lock
	@! command -v npm >/dev/null || npm ci --silent --no-audit --no-fund --prefix benchmarks/peers
	@touch $@

benchmarks/editor/node_modules/.ready: benchmarks/editor/package-lock.json
	@npm ci --silent --no-audit --no-fund --prefix benchmarks/editor
	@touch $@

venv:
	@test -n "$(PYTHON)" || { echo "alleged needs Python 3.11 or newer; 'python3' here is: $$(python3 --version 2>&1)." >&2; \
	  echo "Install one (python.org/downloads), or name it: make build PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "alleged needs Python 3.11 or newer; '$(PYTHON)' is: $$("$(PYTHON)" --version 2>&1)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "'$(PYTHON)' lacks the module 'venv'." >&2; \
	  echo "On Debian or Ubuntu: sudo apt install python3-venv; then run make again." >&2; exit 1; }
	@rm -rf .venv
	@"$(PYTHON)" -m venv .venv
