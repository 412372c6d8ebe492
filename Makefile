# Targets that people and CI call alike. `make demo` and `make test` set everything up from nothing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARTICLE := examples/articles/strait-shipping.txt

.PHONY: setup demo test lint bench bench-quality bench-soak bench-store bench-service bench-ray record train clean

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

# One process more than there are cores: many tests wait for processes of their own.
test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile --durations 25

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every figure of docs/performance.md that has a bar, but for the soak's: about a quarter of an hour on two cores. The
# first time the peers of throughput.py are installed into an environment of their own.
bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[bench]"
	@missed=; for one in grounding throughput cold_start memory; do \
		echo "== benchmarks/$$one.py"; $(BIN)/python benchmarks/$$one.py || missed="$$missed $$one"; \
	done; test -z "$$missed" || { echo "bars missed:$$missed"; exit 1; }

# Nothing lost under faults: 5,000 articles, a fifth of the calls faulty, five kills.
bench-soak: $(STAMP)
	$(BIN)/python benchmarks/soak.py

# Every figure of docs/quality.md that needs no model; with CORPUS=FOLDER (PolNeAR's, with train and dev) those on it too.
bench-quality: $(STAMP)
	mkdir -p build
	$(BIN)/extractor evaluate examples/gold --format table
	$(BIN)/extractor evaluate examples/gold --results examples/gold/results/model.jsonl --against builtin --format table
	$(BIN)/python benchmarks/output_size.py examples/gold/results/model.jsonl
	$(BIN)/python benchmarks/agreement.py
	$(BIN)/python benchmarks/summaries.py make build/builtin.jsonl
	cp examples/gold/results/summaries.jsonl build/model.jsonl
	$(BIN)/python benchmarks/summaries.py table examples/gold/results/judged.json build/builtin.jsonl build/model.jsonl
	test -z "$(CORPUS)" || $(BIN)/extractor evaluate "$(CORPUS)/dev" --format table
	test -z "$(CORPUS)" || OMP_NUM_THREADS=1 $(BIN)/python benchmarks/tagger_speed.py "$(CORPUS)/dev"

# The store with 100,000 articles on SQLite and PostgreSQL; ARTICLES=N for fewer.
bench-store: $(STAMP)
	$(BIN)/python benchmarks/store.py $(ARTICLES)

# The service under load on loopback: 200 clients, 10,000 requests, and a kill -9 in the middle.
bench-service: $(STAMP)
	$(BIN)/python benchmarks/service.py

# A batch in two actors on a Ray cluster of two nodes on this machine, beside one process.
bench-ray: $(STAMP)
	$(BIN)/python benchmarks/cluster.py

# Records the cassettes again; see CONTRIBUTING.md for the server that has to listen first.
record: $(STAMP)
	$(BIN)/python -m pytest tests/test_cassettes.py -k "extraction or summary" --record-mode=rewrite

# Trains the built-in engine's tagger on a folder in PolNeAR's layout and writes its weights into the package: about a
# quarter of an hour for 840 articles; see docs/tagger.md.
train: $(STAMP)
	test -d "$(CORPUS)/attributions" || { echo "usage: make train CORPUS=FOLDER (text/ and attributions/)"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[train]"
	$(BIN)/python -m extractor.training "$(CORPUS)"

clean:
	rm -rf $(VENV) build dist *.egg-info
