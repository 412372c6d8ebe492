"""Batches on a real Ray cluster of two nodes: whatever is killed, every article is done once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from batch_cases import answering, calls_of, done_in, ended, model, runs_of, started, wait_until, write_rows
from cli_run import run
from fake_server import fake_server
from ray_cluster import TwoNodes, kill, two_nodes

from extractor.store import Store

ARTICLES = 64
IN_FLIGHT = 8
SECRET = "sk-of-nobody-7391"
pytestmark = pytest.mark.skipif(
    find_spec("ray") is None and not os.environ.get("CI"), reason="Ray is not installed: pip install 'ray[data]'"
)


@pytest.fixture(scope="module")
def nodes() -> Iterator[TwoNodes]:
    """A cluster of two nodes for all tests here."""
    with two_nodes() as cluster:
        yield cluster


def command(rows: Path, url: str, nodes: TwoNodes, *more: str) -> list[str]:
    """The options of a batch on the cluster."""
    ray = ["--runner", "ray", "--address", nodes.address, "--actors", "2"]
    return [str(rows), "--db", url, *ray, "--concurrency", str(IN_FLIGHT), "--lease", "2", *more]


def test_ctrl_c_finishes_what_is_under_way(nodes: TwoNodes, tmp_path: Path, postgresql_url: str) -> None:
    """An actor is killed, and another goes on; Ctrl-C then ends the batch as without Ray: what it began is stored."""
    rows = write_rows(tmp_path / "rows.jsonl", ARTICLES)
    whole = command(rows, postgresql_url, nodes)
    with fake_server(answering(after=0.4)) as server, started(*whole, *model(server)) as process:
        wait_until(lambda: len(calls_of(server)) > 10, process)
        kill(nodes.actors("MapWorker")[0])
        wait_until(lambda: len(calls_of(server)) > 24, process)
        process.send_signal(signal.SIGINT)
        code, report, said = ended(process)
        calls = calls_of(server)
    assert (code, report["ended"]) == (130, "interrupted"), said
    assert "taking no more articles" in said and "Traceback" not in said and "Worker" not in said
    with Store(postgresql_url) as store:
        done = runs_of(store)
    assert set(done.values()) == {1}
    assert report["done"] + report["skipped"] <= len(done) < ARTICLES
    assert calls.total() <= len(done) + IN_FLIGHT


def test_killed_nodes_and_drivers_lose_nothing(
    nodes: TwoNodes, tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver is killed, in the rerun the desk and then a node: each article is done once, and what they took stays
    counted. No log of Ray's has the key."""
    monkeypatch.setenv("EXTRACTOR_API_KEY", SECRET)
    rows = write_rows(tmp_path / "rows.jsonl", ARTICLES)
    whole = [*command(rows, postgresql_url, nodes), "--max-tokens", "1000000"]
    with fake_server(answering(after=0.4)) as server:
        with started(*whole, *model(server)) as process:
            wait_until(lambda: len(calls_of(server)) > 10, process)
            process.kill()
        kept, before = done_in(postgresql_url), calls_of(server).total()
        with started(*whole, *model(server)) as process:
            wait_until(lambda: len(calls_of(server)) > 24, process)
            kill(nodes.actors("Desk")[0])
            wait_until(lambda: len(calls_of(server)) > 36, process)
            nodes.kill_other()
            code, report, said = ended(process)
        calls = calls_of(server)
    assert (code, report["ended"], report["failed"]) == (0, "done", 0), said
    assert kept <= report["skipped"] and report["done"] + report["skipped"] == ARTICLES
    assert calls.total() - before - 2 * IN_FLIGHT <= report["calls"] <= calls.total() - before
    with Store(postgresql_url) as store:
        assert (len(runs_of(store)), set(runs_of(store).values())) == (ARTICLES, {1})
    assert (len(calls), calls.total() <= ARTICLES + 2 * IN_FLIGHT) == (ARTICLES, True)
    assert not [path.name for path in nodes.logs() if SECRET.encode() in path.read_bytes()]


def test_what_cannot_work_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_path: Path) -> None:
    """Without Ray the error names the extra; addresses of Ray's client are refused."""
    rows = write_rows(tmp_path / "rows.jsonl", 1)
    told = run("batch", str(rows), "--db", str(sqlite_path), "--runner", "ray", "--address", "ray://127.0.0.1:1")
    assert told.exit_code == 2 and "on a machine of the cluster" in told.stderr
    monkeypatch.setattr("extractor.batch.ray.cluster.find_spec", lambda _: None)
    told = run("batch", str(rows), "--db", str(sqlite_path), "--runner", "ray")
    assert told.exit_code == 2 and "pip install 'commentary-extractor[ray]'" in told.stderr


def test_a_local_runner_has_no_cluster(tmp_path: Path, sqlite_path: Path) -> None:
    """--address without --runner ray is a mistake, and so is a file of results with it."""
    rows = write_rows(tmp_path / "rows.jsonl", 1)
    told = run("batch", str(rows), "--db", str(sqlite_path), "--actors", "2")
    assert told.exit_code == 2 and "give --runner ray too" in told.stderr
    told = run("batch", str(rows), "--output", str(tmp_path / "out.jsonl"), "--runner", "ray")
    assert told.exit_code == 2 and "name a database" in told.stderr
