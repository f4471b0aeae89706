# Everything a newcomer needs. Works with nothing but Python 3.11 or newer and make: the rest goes into .venv.
# On macOS too: nothing here needs more than the make of 2006 that stands there.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check --no-input
# One worker a core, four at most: each has a mail server of its own and the classifier in memory.
WORKERS ?= auto
PYTEST_ARGS ?=
# How much chaos, for how long at most, and which: the same seed makes the same rounds.
FAULTS ?= 10000
SECONDS ?= 7200
SEED ?= 1
FUZZ_SECONDS ?= 120
# How many messages the bench sweeps end to end.
SIZE ?= 5000

.PHONY: help demo picture test check lint bench chaos fuzz simulate scorecard encoder setup install clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

demo: $(VENV)/.demo ## set up and show the whole job on an embedded mail server
	@$(PY) -m triage demo $(DEMO_ARGS)

picture: $(VENV)/.demo ## make the README's picture anew
	@$(PY) -m triage demo --svg docs/demo.svg

test: $(VENV)/.dev ## set up and run every test; installs Dovecot from Debian when it may
	@if sh .ci/dovecot; then export REQUIRE_DOVECOT=1; fi; \
	$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 $(PYTEST_ARGS) </dev/null

check: lint ## linters, types and the quick tests
	@$(PY) -m pytest -q -m "not slow and not dovecot" $(PYTEST_ARGS) </dev/null

lint: $(VENV)/.dev ## linters and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: $(VENV)/.dev ## speed and memory against bare scripts; writes docs/performance.md (SIZE=)
	@sh .ci/dovecot || true
	@$(PY) -m tests.bench --size $(SIZE)

chaos: $(VENV)/.dev ## 10,000 faults, every promise asked after each, on a real Dovecot (FAULTS=, SECONDS=, SEED=, ROUND=)
	@sh .ci/dovecot
	@$(PY) -m tests.chaos --faults $(FAULTS) --seconds $(SECONDS) --seed $(SEED) $(if $(ROUND),--round $(ROUND))

simulate: $(VENV)/.dev ## a month of mail in virtual time, every promise asked after each pass; draws docs/figures/month.svg
	@sh .ci/dovecot
	@$(PY) -m tests.simulation $(if $(filter-out 1,$(SEED)),--seed $(SEED))

fuzz: $(VENV)/.dev ## mail made up by a fuzzer, FUZZ_SECONDS= long; what it breaks is kept in tests/fuzz/corpus
	@$(PIP) install --editable '.[dev,fuzz]' || echo "without atheris: Hypothesis takes its place"
	@$(PY) -m tests.fuzz --seconds $(FUZZ_SECONDS)

scorecard: $(VENV)/.dev ## train, measure the classifier and write its scorecard
	@$(PY) -m classifiers.scorecard

encoder: $(VENV)/.dev ## teach the small encoder anew; two hours, PyTorch needed
	@$(PIP) install --editable '.[dev,train]'
	@$(PY) -m classifiers.tune

setup: $(VENV)/.dev ## the environment for developing, with the commit hooks
	@if git rev-parse --git-dir >/dev/null 2>&1; then $(PY) -m pre_commit install; fi

install: $(PY) ## the program alone: .venv/bin/triage
	@$(PIP) install --editable .
	@echo "Installed: $(VENV)/bin/triage"

clean: ## remove the environment and every cache of this folder
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.demo: pyproject.toml | $(PY)
	@echo "Setting up the demo in $(VENV) (once) ..."
	@$(PIP) install --editable '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(PY)
	@echo "Setting up the development environment in $(VENV) (once) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/.demo

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) can't make a virtual environment: install its venv package (on Debian: apt-get install python3-venv) and run make again." >&2; exit 1; }
