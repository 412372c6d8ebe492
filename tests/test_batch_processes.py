"""Batches as processes: killed, interrupted, several at once, against a real server and real databases."""

from __future__ import annotations

import os
import signal
import threading
from itertools import count
from pathlib import Path

import pytest
from batch_cases import (
    answering,
    calls_of,
    done_in,
    ended,
    model,
    runs_of,
    started,
    wait_until,
    write_rows,
)
from cli_run import spawn
from fake_server import Answer, Request, completion, error, fake_server

from extractor.store import Store

SHORT = ["--lease", "1"]


def test_a_killed_batch_goes_on(tmp_path: Path, sqlite_path: Path) -> None:
    """After kill -9 the same command makes what is left: every article once, and what was kept is not asked for."""
    rows = write_rows(tmp_path / "rows.jsonl", 60)
    with fake_server(answering(after=0.05)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *SHORT]
        with started(*command) as process:
            wait_until(lambda: len(calls_of(server)) > 20, process)
            process.kill()
        kept = done_in(sqlite_path)
        with started(*command) as process:
            code, report, _ = ended(process)
        calls = calls_of(server)
    with Store(sqlite_path) as store:
        assert runs_of(store) == dict.fromkeys(runs_of(store), 1)
    assert (code, report["done"], report["skipped"]) == (0, 60 - kept, kept)
    assert 0 < kept < 60
    assert len(calls) == 60
    assert calls.total() <= 60 + 6  # those in flight at the kill


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_processes_share_a_batch(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two processes with one database do every article once, and both end."""
    url = str(request.getfixturevalue("sqlite_path" if kind == "sqlite" else "postgresql_url"))
    Store(url).close()
    rows = write_rows(tmp_path / "rows.jsonl", 80)
    with fake_server(answering(after=0.05)) as server:
        command = [str(rows), "--db", url, *model(server), "--concurrency", "4"]
        with started(*command) as one, started(*command) as other:
            reports = [ended(one), ended(other)]
        calls = calls_of(server)
    assert [code for code, _, _ in reports] == [0, 0]
    done = [report["done"] for _, report, _ in reports]
    assert (sum(done), calls) == (80, dict.fromkeys(range(80), 1))
    assert all(report["done"] + report["skipped"] == 80 for _, report, _ in reports)
    with Store(url) as store:
        assert set(runs_of(store).values()) == {1}


def test_two_processes_tell_of_failures_once(tmp_path: Path, sqlite_path: Path) -> None:
    """An article that fails in one process is not tried again by the other, and both say that it failed."""
    rows = write_rows(tmp_path / "rows.jsonl", 30)
    Store(sqlite_path).close()
    with fake_server(answering(after=0.05, failing=lambda n: completion("no JSON") if n == 5 else None)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--attempts", "1", "--concurrency", "2"]
        go = threading.Event()
        with started(*command) as one, started(*command) as other:
            go.set()
            reports = [ended(one), ended(other)]
    assert sum(report["done"] for _, report, _ in reports) == 29
    with Store(sqlite_path) as store:
        assert 1 <= runs_of(store, "failed").total() <= 2  # 2: one began after the other had tried
    assert {code for code, _, _ in reports} == {3}


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_what_is_under_way_end(one: signal.Signals, tmp_path: Path, sqlite_path: Path) -> None:
    """Ctrl-C or SIGTERM once: no further article, those under way are stored, and a rerun does the rest."""
    rows, go = write_rows(tmp_path / "rows.jsonl", 40), threading.Event()

    def waiting(request: Request) -> Answer:
        go.wait(30)
        return completion('{"experts": [], "positions": [], "predictions": []}')

    with fake_server(waiting) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "3"]
        with started(*command) as process:
            wait_until(lambda: len(server.requests) == 3, process)
            process.send_signal(one)
            code, report, said = _released(process, go)
        asked = len(server.requests)
        with started(*command) as process:
            again = ended(process)
    assert (code, report["ended"]) == (130, "interrupted")
    assert report["done"] == asked
    assert "taking no more articles; finishing" in said
    assert (again[0], again[1]["done"], again[1]["skipped"]) == (0, 40 - asked, asked)


def _released(process: object, go: threading.Event) -> tuple[int, dict[str, object], str]:
    """How a process ended whose calls were answered after it had said what it does."""
    timer = threading.Timer(1.0, go.set)
    timer.start()
    try:
        return ended(process)  # type: ignore[arg-type]
    finally:
        timer.cancel()


def test_a_second_signal_stops_at_once(tmp_path: Path, sqlite_path: Path) -> None:
    """Ctrl-C twice: what is under way is left, its claims are given up, and a rerun does all at once."""
    rows, go, came = write_rows(tmp_path / "rows.jsonl", 12), threading.Event(), count()

    def waiting(request: Request) -> Answer:
        if next(came) > 3:
            go.wait(60)
        return completion('{"experts": [], "positions": [], "predictions": []}')

    with fake_server(waiting) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "2"]
        with started(*command) as process:
            wait_until(lambda: done_in(sqlite_path) == 4, process)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert b"taking no more articles" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            code, report, said = ended(process)
        go.set()
        with started(*command, "--lease", "600") as process:
            again = ended(process)
    assert (code, report["ended"], report["done"], report["failed"]) == (130, "interrupted", 4, 0)
    assert "stopping now" in said
    assert (again[0], again[1]["done"]) == (0, 8)


def test_a_batch_waits_for_a_standard_input_and_may_be_interrupted(sqlite_path: Path) -> None:
    """Lines are worked at as they come; Ctrl-C ends a batch whose input never does."""
    reading, writing = os.pipe()
    with started("-", "--db", str(sqlite_path), "--processes", "1", stdin=reading) as process:
        os.write(writing, b'{"text": "Ana Roe says that the old quay floods by 2031."}\n')
        wait_until(lambda: done_in(sqlite_path) == 1, process)
        process.send_signal(signal.SIGINT)
        code, report, _ = ended(process)
    os.close(writing)
    os.close(reading)
    assert (code, report["done"]) == (130, 1)


def test_failing_articles_stop_nothing(tmp_path: Path, sqlite_path: Path) -> None:
    """Refusals, answers that are no JSON and rejected requests fail; the others are done; exit 3."""
    bad = {3: completion(None, refusal="no"), 7: completion("no JSON"), 11: error(400, "odd request")}
    rows = write_rows(tmp_path / "rows.jsonl", 20)
    with fake_server(answering(failing=bad.get)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--attempts", "1"]
        with started(*command) as process:
            code, report, said = ended(process)
    assert (code, report["done"], report["failed"]) == (3, 17, 3)
    assert report["kinds"] == {"RefusalError": 1, "NotJSONError": 1, "RequestRejectedError": 1}
    assert "failed: " in said


def test_a_budget_ends_a_batch_cleanly(tmp_path: Path, sqlite_path: Path) -> None:
    """No call is made beyond the budget, all that was paid for is stored, and a rerun goes on."""
    rows = write_rows(tmp_path / "rows.jsonl", 30)
    with fake_server(answering(after=0.02)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "2"]
        with started(*command, "--max-tokens", "150") as process:  # 12 tokens an answer
            code, report, said = ended(process)
        calls = calls_of(server)
        with started(*command) as process:
            again = ended(process)
    assert (code, report["ended"], report["error"]["kind"]) == (3, "stopped", "BudgetSpentError")
    assert 0 < report["done"] == calls.total() < 30
    assert (report["failed"], "--max-tokens" in said or "budget" in said) == (0, True)
    assert (again[0], again[1]["done"]) == (0, 30 - report["done"])


def test_a_wrong_key_ends_a_batch_at_once(tmp_path: Path, sqlite_path: Path) -> None:
    """The refusal is told once, and no article has failed."""
    rows = write_rows(tmp_path / "rows.jsonl", 200)
    with fake_server(error(401, "bad key")) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4"]
        with started(*command) as process:
            code, report, said = ended(process)
        asked = len(server.requests)
    assert (code, report["ended"], report["failed"]) == (2, "stopped", 0)
    assert asked <= 6
    assert said.count("401") == 1


def test_the_built_in_engine_works_in_processes(tmp_path: Path, sqlite_path: Path) -> None:
    """Without a model nothing is sent, all articles are stored, and a rerun finds them done."""
    rows = write_rows(tmp_path / "rows.jsonl", 12)
    first = spawn("batch", str(rows), "--db", str(sqlite_path), "--processes", "2", "--format", "json")
    second = spawn("batch", str(rows), "--db", str(sqlite_path), "--format", "table", "--quiet")
    assert (first.returncode, b'"done": 12' in first.stdout, second.returncode) == (0, True, 0)
    assert b"skipped, done before" in second.stdout
    assert second.stderr == b""


def test_a_file_of_results_goes_on(tmp_path: Path) -> None:
    """--output needs no database: a killed batch goes on where its file ends."""
    rows, results = write_rows(tmp_path / "rows.jsonl", 40), tmp_path / "results.jsonl"
    with fake_server(answering(after=0.05)) as server:
        command = [str(rows), "--output", str(results), *model(server), "--concurrency", "4"]
        with started(*command) as process:
            wait_until(lambda: results.exists() and results.read_bytes().count(b"\n") > 5, process)
            process.kill()
        with started(*command) as process:
            code, report, _ = ended(process)
    assert (code, report["done"] + report["skipped"]) == (0, 40)
    assert results.read_bytes().count(b"\n") == 40
