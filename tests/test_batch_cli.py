"""The command line of batches: options, what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
from pathlib import Path
from typing import Any

import pytest
from batch_cases import answering, ended, model, runs_of, started, text, wait_until, write_rows
from cli_run import run
from fake_server import completion, fake_server

from extractor.store import Store


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in engine takes one process in these tests, which takes some seconds less than two."""
    monkeypatch.setattr("extractor.engine_workers.usable_cores", lambda: 1)


def report_of(*args: str) -> dict[str, Any]:
    """The report of a batch in this process, which must not fail."""
    done = run("batch", *args, "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "say where results go"),
        (["--db", "a.db", "--output", "b.jsonl"], "not to both"),
        (["--output", "-"], "is a file"),
        (["--output", "."], "is a folder"),
        (["--db", "a.db", "--column", "published"], "FIELD=NAME"),
        (["--db", "a.db", "--column", "mood=x"], "there is no such field"),
        (["--db", "a.db", "--model", "openai:x"], "no API key"),
        (["--db", "a.db", "--model", "fake", "--base-url", "http://127.0.0.1:1", "--max-cost", "1"], "price"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_done(args: list[str], told: str, tmp_path: Path) -> None:
    """One line says what to do, exit 2; no database and no file is made."""
    rows = write_rows(tmp_path / "rows.jsonl", 1)
    done = run("batch", str(rows), *args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"rows.jsonl"}


@pytest.mark.parametrize("given", [[], ["gone.jsonl"]])
def test_inputs_have_to_be_there(given: list[str], tmp_path: Path) -> None:
    """Nothing to read, or an input that does not exist, ends with exit 2."""
    done = run("batch", *given, "--db", "a.db")
    assert (done.exit_code, (tmp_path / "a.db").exists()) == (2, False)


def test_run_may_be_left_out(tmp_path: Path) -> None:
    """'extractor batch INPUT' is 'extractor batch run INPUT', also where options come first."""
    rows = write_rows(tmp_path / "rows.jsonl", 2)
    first = report_of("run", str(rows), "--db", "a.db")
    second = report_of("--db", "a.db", str(rows))
    assert (first["done"], second["skipped"]) == (2, 2)


def test_the_summary_is_a_table_where_that_is_asked_for(tmp_path: Path) -> None:
    """Numbers, and the first failures with their errors."""
    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": text(1)}) + "\n{}\n", encoding="utf-8")
    done = run("batch", "rows.jsonl", "--db", "a.db", "--format", "table")
    assert done.exit_code == 3
    assert "skipped, done before" in done.stdout
    assert "rows.jsonl:2" in done.stdout
    assert done.stderr.count("rows.jsonl:2") == 1


def test_a_limit_and_a_day(tmp_path: Path) -> None:
    """--limit bounds what is worked at, --since what is read."""
    rows = [{"text": text(n), "date": f"2026-01-0{n + 1}"} for n in range(6)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    limited = report_of("rows.jsonl", "--db", "a.db", "--since", "2026-01-03", "--limit", "3")
    rest = report_of("rows.jsonl", "--db", "a.db", "--since", "2026-01-03")
    assert (limited["done"], limited["ended"]) == (3, "limit")
    assert (rest["done"], rest["skipped"]) == (1, 3)


def test_summaries_use_stored_extractions(tmp_path: Path) -> None:
    """--task summarize makes summaries beside the extractions."""
    rows = write_rows(tmp_path / "rows.jsonl", 2)
    report_of(str(rows), "--db", "a.db")
    made = report_of(str(rows), "--db", "a.db", "--task", "summarize", "--length", "short")
    assert made["done"] == 2
    with Store("a.db") as store:
        assert set(runs_of(store).values()) == {2}


def test_a_dry_run_counts_and_does_nothing(tmp_path: Path) -> None:
    """It tells what would be done, skipped and refused, needs no key, and makes no database."""
    rows = write_rows(tmp_path / "rows.jsonl", 5)
    rows.write_text(rows.read_text() + "{}\n", encoding="utf-8")
    found = report_of(str(rows), "--db", "a.db", "--model", "openai:gpt-5-mini", "--dry-run")
    assert (found["to_do"], found["unreadable"], found["requests"]) == (5, 1, 5)
    assert found["input_tokens"] > 1000
    assert found["cost"] > 0
    assert {path.name for path in tmp_path.iterdir()} == {"rows.jsonl"}


def test_a_dry_run_knows_what_is_done(tmp_path: Path) -> None:
    """Stored runs of the same configuration are skipped, and nothing is claimed."""
    rows = write_rows(tmp_path / "rows.jsonl", 5)
    report_of(str(rows), "--db", "a.db", "--limit", "2")
    found = report_of(str(rows), "--db", "a.db", "--dry-run")
    assert (found["to_do"], found["skipped"], found["input_tokens"]) == (3, 2, 0)
    assert report_of(str(rows), "--db", "a.db")["done"] == 3


def test_rejected_items_count_under_strict(tmp_path: Path) -> None:
    """Results with rejected items are stored; --strict makes the exit code 3."""
    rows = write_rows(tmp_path / "rows.jsonl", 2)
    answer = {"experts": [], "positions": [{"content": ["not in the article"]}], "predictions": []}
    with fake_server(completion(json.dumps(answer))) as server:
        command = ["batch", str(rows), "--db", "a.db", *model(server), "--attempts", "1", "--format", "json"]
        done = run(*command, "--strict")
    assert (done.exit_code, json.loads(done.stdout)["done"], json.loads(done.stdout)["rejected"]) == (3, 2, 2)


def test_kept_answers_are_not_asked_for_again(tmp_path: Path) -> None:
    """Another chunk of the same request costs nothing: a second database entry comes from the reply cache."""
    rows = write_rows(tmp_path / "rows.jsonl", 3)
    with fake_server(answering()) as server:
        base = [str(rows), "--db", "a.db", *model(server)]
        first = report_of(*base)
        again = report_of(*base, "--chunk-size", "19999")  # another run, the same request
        asked = len(server.requests)
    assert (first["calls"], first["cached"]) == (3, 0)
    assert (again["done"], again["calls"], again["cached"], asked) == (3, 0, 3, 3)


def test_a_terminal_shows_a_bar_and_what_an_interruption_does(
    tmp_path: Path, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the progress stands in place, and Ctrl-C is answered."""
    monkeypatch.setenv("LINES", "25")
    monkeypatch.setenv("COLUMNS", "100")
    rows = write_rows(tmp_path / "rows.jsonl", 400)
    outer, inner = pty.openpty()
    with fake_server(answering(after=0.1)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "2", "--format", "json"]
        with started(*command, stderr=inner) as process:
            wait_until(lambda: len(server.requests) > 8, process)
            process.send_signal(signal.SIGINT)
            assert process.stdout is not None
            code = (json.loads(process.stdout.read()), process.wait())
    os.close(inner)
    shown = read_all(outer)
    assert (code[0]["ended"], code[1]) == ("interrupted", 130)
    assert "of 400: " in shown
    assert "Ctrl-C again stops now" in " ".join(shown.split())


def read_all(terminal: int) -> str:
    """What was written to a terminal that nobody has open any more."""
    found = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            part = b""
        if not part:
            os.close(terminal)
            return found.decode(errors="replace")
        found += part


def test_quiet_says_nothing_but_the_summary(tmp_path: Path, sqlite_path: Path) -> None:
    """No progress and no warnings; the report is on the standard output."""
    (tmp_path / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    with started("rows.jsonl", "--db", str(sqlite_path), "--quiet") as process:
        code, report, said = ended(process)
    assert (code, report["failed"], said) == (3, 1, "")
