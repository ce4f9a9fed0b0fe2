# Wardbeat. `make run` is all a newcomer needs; `make help` lists the rest. Works with GNU make 3.81 and newer.
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(shell for candidate in python3 python3.13 python3.12 python3.11 python3.14; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$candidate; break; fi; done)
# A stamp remembers what was installed last, so that a second start takes seconds and needs no network.
STAMP := $(VENV)/installed

.PHONY: help run install install-dev install-training test test-long check bench train clean
.DEFAULT_GOAL := help

help:
	@echo "make run               install what is missing, start Wardbeat, print its address (Ctrl-C stops everything)"
	@echo "make test              the whole test suite"
	@echo "make test-long         what takes half an hour: random histories, a soak of ten minutes, a million mutated messages, the API by Schemathesis"
	@echo "make check             format, lint, types, import contracts"
	@echo "make bench             measure, as docs/BENCHMARKS.md reports"
	@echo "make train             train the network (needs real records in WARDBEAT_DATA_DIR); DATASET=folder: with a ward's data set"
	@echo "make install-dev       what the tests need"
	@echo "make install-training  what the tests and the training need (downloads torch)"
	@echo "make clean             remove caches and the environment; keeps var/ and data/"

run: $(STAMP)
	@exec $(BIN)/wardbeat up

install: $(STAMP)
install-dev: $(STAMP)-dev
install-training: $(STAMP)-training

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Wardbeat needs Python 3.11 or newer; none was found (looked for python3, python3.13, python3.12, python3.11)."; \
		echo "Get one from your system's packages or from https://www.python.org/downloads/ and try again."; exit 1; fi
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Could not make $(VENV). On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }

$(STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing Wardbeat (once; some minutes on a slow line)"
	@$(BIN)/python -m pip install --disable-pip-version-check -e .
	@$(BIN)/python -m ecg.readiness
	@touch $@

$(STAMP)-dev: pyproject.toml | $(BIN)/python
	@echo "Installing Wardbeat and what its tests need"
	@$(BIN)/python -m pip install --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m ecg.readiness
	@touch $@ $(STAMP)

$(STAMP)-training: pyproject.toml | $(BIN)/python
	@echo "Installing Wardbeat, what its tests need, and torch"
	@$(BIN)/python -m pip install --disable-pip-version-check -e '.[dev,training]'
	@$(BIN)/python -m ecg.readiness
	@touch $@ $(STAMP)-dev $(STAMP)

# Two at once, for two cores: tests/two_at_once.py says which beside which. A library's own threads would wait for each
# other beside them: a test of 2 s then took 14.
test: install-dev
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

# What dies, is cut, repeated, swapped or mutated must cost nothing: in memory many times, and once with real processes.
test-long: install-dev
	HISTORIES=10000 $(BIN)/python -m pytest tests/streaming/test_delivery.py --hypothesis-profile searching --timeout 7200
	$(BIN)/python -m pytest tests/ecg tests/training tests/streaming --hypothesis-profile searching
	$(BIN)/wardbeat soak --patients 200 --minutes 10 --kill ingest,worker,redis,recorder,alerts,gateway,web --every 10 \
		--network drop,delay,dup,reorder,cut
	$(BIN)/python -m tests.bench fuzz
	SCHEMATHESIS_EXAMPLES=200 $(BIN)/python -m pytest tests/api/test_conformance.py --hypothesis-profile searching --timeout 7200

# Types are checked with torch there: the training's types are torch's.
check: install-training
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: install-dev
	$(BIN)/python -m tests.bench

train: install-training
	$(BIN)/python -m training $(EXPERIMENT) $(if $(DATASET),--dataset $(DATASET)) $(if $(OUT),--out $(OUT))

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
