# Targets that people and CI call alike. `make demo` and `make test` set everything up from nothing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARTICLE := examples/articles/strait-shipping.txt

.PHONY: setup demo test lint bench record clean

setup: $(STAMP)

# pip is brought up to date first: pip 23 fails on an extra that trafilatura's set pulls in.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $@

demo: $(STAMP)
	$(BIN)/extractor extract $(ARTICLE) --published 2026-03-17 --format table
	$(BIN)/extractor summarize $(ARTICLE) --published 2026-03-17 --format markdown

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt ".[bench]"
	$(BIN)/python benchmarks/grounding.py

# Records the cassettes again; see CONTRIBUTING.md for the server that has to listen first.
record: $(STAMP)
	$(BIN)/python -m pytest tests/test_cassettes.py -k "extraction or summary" --record-mode=rewrite

clean:
	rm -rf $(VENV) build dist *.egg-info
