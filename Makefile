# The only tools needed beforehand: Python 3.11 or newer with pip and venv, and make.
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2

BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
DEMO := results/deqing

.PHONY: help demo test test-slow fuzz bench lint format clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(RUN_STAMP) ## plan Deqing County under every shipped scenario
	@$(BIN)/alloc solve deqing --all-scenarios --workers 2 --time-limit 30 --gap 0.005 --out $(DEMO); code=$$?; \
	[ $$code -eq 0 ] || [ $$code -eq 5 ] || exit $$code; \
	echo; echo "The plans of all scenarios are in $(CURDIR)/$(DEMO):"; \
	find $(DEMO) -maxdepth 2 '(' -name '*.xlsx' -o -name 'comparison.*' ')' | sort; \
	[ $$code -eq 0 ] || { \
	  echo "Not proven within the time limit; every rule holds, a better plan may exist (verdicts above):"; \
	  grep -l '^  "holding": "incumbent"' $(DEMO)/*/record.json | xargs -n 1 dirname; }

test: $(DEV_STAMP) ## run all tests but the slow ones
	$(BIN)/pytest -n $(JOBS) -m "not slow"

test-slow: $(DEV_STAMP) ## run the slow tests
	$(BIN)/pytest -n $(JOBS) -m slow || [ $$? -eq 5 ] # 5: no test carries the marker

fuzz: $(DEV_STAMP) ## ask the siting engine thousands of new questions, held to every choice tried
	$(BIN)/pytest -n $(JOBS) tests/location/test_fuzz.py tests/location/test_nonsense.py --hypothesis-profile explore

bench: $(RUN_STAMP) ## time the county, joint against sequential planning, and siting
	$(BIN)/python benchmarks/county.py
	$(BIN)/python benchmarks/joint_vs_sequential.py
	$(BIN)/python benchmarks/locate.py $(if $(INSTANCES),--instances $(INSTANCES))

lint: $(DEV_STAMP) ## check style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment, results and caches
	rm -rf $(VENV) results build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "alloc needs Python 3.11 or newer: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

# Reinstalled only when pyproject.toml changes; the install is editable, so code needs no reinstall.
$(RUN_STAMP): pyproject.toml hatch_build.py | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml hatch_build.py | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[dev]'
	@touch $@ $(RUN_STAMP)
