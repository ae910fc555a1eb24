# One word each. Every word does all the set-up it needs on a fresh machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What serves; and with it, what tests and lints, or what measures. Nobody's service starts with libraries of tests.
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools
MEASURING := $(VENV)/.measuring
PEERS := .venv-peers
PEERS_READY := $(PEERS)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test tests-alone tests-others lint bench bench-peers nightly faults soak docs clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(READY)  ## start the service on http://127.0.0.1:8080
	$(BIN)/python run.py serve

test: $(TOOLS)  ## every test, and every policy case
	@$(MAKE) --no-print-directory -j2 tests-alone tests-others

# A process of its own: what Hypothesis generates depends on the modules loaded before. Beside the others, told at its end.
tests-alone:
	@mkdir -p build; $(BIN)/python -m pytest tests/differential >build/differential.log 2>&1; failed=$$?; \
	echo; cat build/differential.log; exit $$failed

tests-others:
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/differential

lint: $(TOOLS)  ## style, types, policy checks
	$(BIN)/ruff check rules service client tests bench run.py
	$(BIN)/mypy
	$(BIN)/python run.py check policies

bench: $(MEASURING)  ## the engine, decisions on disk, the ledger, the audit, beside what this machine can do
	$(BIN)/python -m bench.decide
	$(BIN)/python -m bench.tables
	$(BIN)/python -m bench.acknowledged
	$(BIN)/python -m bench.ledger
	$(BIN)/python -m bench.audit
	$(BIN)/python -m bench.analyses

bench-peers: $(MEASURING) $(PEERS_READY)  ## the product beside what users would pick instead, in the same run
	$(BIN)/python -m bench.peers
	$(BIN)/python -m bench.over_http
	$(BIN)/python -m bench.layers

nightly: $(TOOLS)  ## the tests at 10,000 examples, and the largest tables
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -m "nightly or not nightly" -o timeout=7200 tests/differential tests/engines

soak: $(READY)  ## a million decisions and 200 reloads, and what memory is left (a quarter of an hour)
	$(BIN)/python -m bench.soak

faults: $(TOOLS)  ## an error, a kill, a power cut at every system call of the ledger (needs strace)
	FAULTS=all $(BIN)/python -m pytest tests/faults -o timeout=3600

docs: $(TOOLS)  ## write the generated pages anew
	$(BIN)/python -m docs.generate

clean:  ## remove the environment and what tests leave behind
	rm -rf $(VENV) $(PEERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

$(READY): pyproject.toml constraints.txt .ci/machine
	@sh .ci/machine $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	CC="gcc -O3" $(BIN)/pip install --quiet --constraint constraints.txt --no-binary durable_rules durable_rules
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	$(BIN)/python -m compileall -q -j 0 rules service  # a start need not; where Python writes no bytecode, none would
	@touch $@

$(TOOLS): $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@

$(MEASURING): $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[bench]"
	@touch $@

$(PEERS_READY): bench/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --requirement bench/peers/requirements.txt
	if command -v npm >/dev/null; then npm install --silent --no-save --prefix build/peers json-rules-engine@7.3.1; fi
	@touch $@
