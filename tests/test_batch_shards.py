"""Batches with a model in several processes: each article once, whoever dies, and within the limits."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from batch_cases import answering, calls_of, done_in, ended, model, runs_of, started, wait_until, write_rows
from fake_server import Answer, Request, completion, error, fake_server

from extractor.batch.shards import processes_for
from extractor.store import Store

TWO = ["--processes", "2", "--lease", "1"]


def workers_of(parent: int, /) -> list[int]:
    """The worker processes of a batch."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "shards.worker" in line]


def is_alive(process: int, /) -> bool:
    """True for a process that has not ended."""
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_each_article_is_done_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two processes ask about each article once and store it once, and the report adds up."""
    url = str(request.getfixturevalue("sqlite_path" if kind == "sqlite" else "postgresql_url"))
    rows = write_rows(tmp_path / "rows.jsonl", 100)
    with fake_server(answering(after=0.02)) as server:
        with started(str(rows), "--db", url, *model(server), "--concurrency", "8", *TWO) as process:
            wait_until(lambda: len(calls_of(server)) > 20, process)
            assert len(workers_of(process.pid)) == 2
            code, report, said = ended(process)
        calls = calls_of(server)
    assert (code, report["ended"], report["done"], report["calls"]) == (0, "done", 100, 100), said
    assert calls == dict.fromkeys(range(100), 1)
    assert report["input_tokens"] + report["output_tokens"] == 1200
    with Store(url) as store:
        assert sorted(runs_of(store).values()) == [1] * 100


def test_a_rerun_skips_what_is_done(tmp_path: Path, sqlite_path: Path) -> None:
    """All that is done is skipped, by item, and nothing is asked."""
    rows = write_rows(tmp_path / "rows.jsonl", 20)
    with fake_server(answering()) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        for _ in range(2):
            with started(*command) as process:
                code, report, said = ended(process)
        asked = calls_of(server).total()
    assert (code, report["done"], report["skipped"], asked) == (0, 0, 20, 20), said


def test_failures_are_told_once(tmp_path: Path, sqlite_path: Path) -> None:
    """What fails is a failed run, told by the process that runs the batch."""
    rows = write_rows(tmp_path / "rows.jsonl", 20)
    with fake_server(answering(failing={3: completion(None, refusal="no"), 7: error(400, "odd")}.get)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command, "--attempts", "1") as process:
            code, report, said = ended(process)
    assert (code, report["done"], report["failed"]) == (3, 18, 2)
    assert report["kinds"] == {"RefusalError": 1, "RequestRejectedError": 1}
    assert (said.count("failed: "), len(report["examples"])) == (2, 2)


def test_a_limit_holds_for_all_processes(tmp_path: Path, sqlite_path: Path) -> None:
    """So many articles are worked at, not so many in each process."""
    rows = write_rows(tmp_path / "rows.jsonl", 40)
    with fake_server(answering(after=0.01)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command, "--limit", "11") as process:
            code, report, said = ended(process)
        asked = calls_of(server).total()
    assert (code, report["ended"], report["done"], asked) == (0, "limit", 11, 11), said


def test_a_budget_holds_for_all_processes(tmp_path: Path, sqlite_path: Path) -> None:
    """The calls of all processes together stay within the budget, and all that was paid for is stored."""
    rows = write_rows(tmp_path / "rows.jsonl", 60)
    with fake_server(answering(after=0.02)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command, "--max-tokens", "300") as process:  # 12 tokens an answer
            code, report, said = ended(process)
        asked = calls_of(server).total()
    assert (code, report["ended"], report["error"]["kind"]) == (3, "stopped", "BudgetSpentError"), said
    assert 0 < report["done"] == asked <= 25
    assert report["input_tokens"] + report["output_tokens"] == 12 * asked


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_what_is_under_way_end(one: signal.Signals, tmp_path: Path, sqlite_path: Path) -> None:
    """A signal once: both processes finish and store what they work at, and no more; a rerun does the rest."""
    rows, go = write_rows(tmp_path / "rows.jsonl", 40), threading.Event()

    def waiting(request: Request) -> Answer:
        go.wait(30)
        return completion('{"experts": [], "positions": [], "predictions": []}')

    with fake_server(waiting) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command) as process:
            wait_until(lambda: len(server.requests) == 4, process)
            process.send_signal(one)
            threading.Timer(1.0, go.set).start()
            code, report, said = ended(process)
        asked = len(server.requests)
        with started(*command) as process:
            again = ended(process)
    assert (code, report["ended"], report["done"]) == (130, "interrupted", asked), said
    assert (again[0], again[1]["done"], again[1]["skipped"]) == (0, 40 - asked, asked)


def test_a_second_signal_stops_at_once(tmp_path: Path, sqlite_path: Path) -> None:
    """Ctrl-C twice: what is under way is left, and its claims are given up."""
    rows, go = write_rows(tmp_path / "rows.jsonl", 12), threading.Event()

    def waiting(request: Request) -> Answer:
        go.wait(60)
        return completion('{"experts": [], "positions": [], "predictions": []}')

    with fake_server(waiting) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "2", "--processes", "2"]
        with started(*command, "--lease", "600") as process:
            wait_until(lambda: len(server.requests) == 2, process)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert b"taking no more articles" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            code, report, _ = ended(process)
        go.set()
        with started(*command) as process:
            again = ended(process)
    assert (code, report["ended"], report["done"]) == (130, "interrupted", 0)
    assert (again[0], again[1]["done"]) == (0, 12)


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path, sqlite_path: Path) -> None:
    """It is told, another one takes its place, and every article is done; only what was under way is asked again."""
    rows = write_rows(tmp_path / "rows.jsonl", 100)
    with fake_server(answering(after=0.05)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command) as process:
            wait_until(lambda: len(calls_of(server)) > 30, process)
            os.kill(workers_of(process.pid)[0], signal.SIGKILL)
            code, report, said = ended(process)
        calls = calls_of(server)
    assert (code, report["done"] + report["skipped"]) == (0, 100), said
    assert "a process of the batch died (signal 9); another one takes its place" in said
    assert calls.total() <= 100 + 4  # what was under way, and answers that were not yet kept
    with Store(sqlite_path) as store:
        assert sorted(runs_of(store).values()) == [1] * 100


def test_workers_end_with_the_batch(tmp_path: Path, sqlite_path: Path) -> None:
    """When the process that runs the batch is killed its workers end, and a rerun does the rest."""
    rows = write_rows(tmp_path / "rows.jsonl", 60)
    with fake_server(answering(after=0.05)) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command) as process:
            wait_until(lambda: len(calls_of(server)) > 10, process)
            workers = workers_of(process.pid)
            process.kill()
            process.wait()
        with started(*command) as process:
            wait_until(lambda: not any(map(is_alive, workers)), process)
            code, report, said = ended(process)
        calls = calls_of(server)
    assert (len(workers), code, report["done"] + report["skipped"]) == (2, 0, 60), said
    assert done_in(sqlite_path) == 60
    assert calls.total() <= 60 + 4


def test_a_wrong_key_ends_a_batch_at_once(tmp_path: Path, sqlite_path: Path) -> None:
    """The refusal ends all processes, and no article has failed."""
    rows = write_rows(tmp_path / "rows.jsonl", 200)
    with fake_server(error(401, "bad key")) as server:
        command = [str(rows), "--db", str(sqlite_path), *model(server), "--concurrency", "4", *TWO]
        with started(*command) as process:
            code, report, said = ended(process)
        asked = len(server.requests)
    assert (code, report["ended"], report["failed"]) == (2, "stopped", 0)
    assert asked <= 8
    assert said.count("401") == 1


def test_a_file_has_one_process(tmp_path: Path) -> None:
    """Two processes cannot write a file of results; that is told before anything is begun."""
    rows = write_rows(tmp_path / "rows.jsonl", 2)
    with started(str(rows), "--output", str(tmp_path / "out.jsonl"), "--model", "openai:fake", *TWO) as process:
        code, _, said = ended(process)
    assert (code, "one process" in said) == (2, True)


def test_processes_by_default() -> None:
    """One for each 25 calls under way, at most one for each core."""
    assert [processes_for(calls, 4) for calls in (1, 8, 49, 50, 64, 100, 1000)] == [1, 1, 1, 2, 2, 4, 4]
