"""Kept answers on the command line: --no-cache, and `extractor cache`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_run import TEXT, run
from fake_engine import expert, extraction, position
from fake_server import FakeServer, completion, fake_server

from extractor.schemas import Extraction
from extractor.store import Store

KEY = {"EXTRACTOR_API_KEY": "k"}
PRESENT = position("Piet Maas", "“We are full,”", statement="The port of Varnsee is full.")
DRAFT = completion(json.dumps(extraction([expert("Piet Maas")], [PRESENT])))


@pytest.fixture(autouse=True)
def article(tmp_path: Path) -> None:
    """A file with an article."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")


def extract(server: FakeServer, db: str, *more: str, **env: str) -> Extraction:
    """An extraction with a server as the model; another chunk size makes it another run with the same request."""
    model = ("--model", "fake", "--base-url", server.url, "--attempts", "1", "--retry-seconds", "0", "--no-audit")
    done = run("extract", "a.txt", "--db", db, *model, *more, env={**KEY, **env})
    assert done.exit_code == 0, done.stderr
    return Extraction.model_validate_json(done.stdout)


def shown(*args: str) -> Any:
    """What a command prints as JSON."""
    done = run("cache", *args, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_another_run_with_the_same_questions_asks_nothing(database_url: str) -> None:
    """Its result tells that its call was none."""
    with fake_server(DRAFT) as server:
        first, second = extract(server, database_url), extract(server, database_url, "--chunk-size", "19000")
        assert len(server.requests) == 1
    assert (first.provenance.cached, second.provenance.cached, second.positions) == (0, 1, first.positions)
    with Store(database_url) as store:
        assert [run.current for run in store.runs()] == [True, False]
        assert store.get_extraction(second.article.id, run_id=store.runs()[0].id) == second


def test_without_the_cache_everything_is_asked_and_nothing_kept() -> None:
    """By the flag or by the variable."""
    with fake_server(DRAFT) as server:
        extract(server, "c.db", "--no-cache")
        extract(server, "c.db", "--chunk-size", "19000", EXTRACTOR_CACHE="false")
        assert len(server.requests) == 2
    assert shown("stats", "--db", "c.db")["replies"] == 0


def test_a_summary_uses_the_cache_too() -> None:
    """The same flag, and the same database."""
    done = run("summarize", "a.txt", "--db", "c.db", "--no-cache")
    assert done.exit_code == 0
    assert shown("stats", "--db", "c.db")["replies"] == 0  # the built-in engine asks nobody


def test_statistics_are_printed() -> None:
    """As JSON for programs and as a table for people."""
    with fake_server(DRAFT) as server:
        extract(server, "c.db")
    found = shown("stats", "--db", "c.db")
    assert (found["replies"], found["input_tokens"], found["output_tokens"]) == (1, 7, 5)
    table = run("cache", "stats", "--db", "c.db", "--format", "table")
    assert table.exit_code == 0 and "input tokens" in table.stdout


def test_clearing_tells_how_many_were_forgotten() -> None:
    """Those that were used lately stay with --older-than."""
    with fake_server(DRAFT) as server:
        extract(server, "c.db")
        assert shown("clear", "--db", "c.db", "--older-than", "30") == {"forgotten": 0}
        assert shown("clear", "--db", "c.db") == {"forgotten": 1}
        extract(server, "c.db", "--chunk-size", "19000")
        assert len(server.requests) == 2
    assert run("cache", "clear", "--db", "c.db", "--format", "table").stdout.startswith("Forgot 1 answer in")


def test_a_database_that_is_not_there_is_an_error() -> None:
    """Exit code 2; none is made."""
    done = run("cache", "stats", "--db", "none.db")
    assert (done.exit_code, Path("none.db").exists()) == (2, False)
