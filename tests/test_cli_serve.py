"""`extractor serve`: starting, telling where it is, and stopping."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cli_run import COMMAND, TEXT, run, spawn

from extractor.service.serving import listen, url_of
from extractor.store import Store


class Serving:
    """A server in a process of its own: its address, and what it has logged."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self.url = self.until("service.listening")["url"][0]

    def until(self, name: str) -> dict[str, Any]:
        """The next event of this name; the server has to tell it before it ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == name:
                return self.events[-1]
        raise AssertionError(f"no {name} among {self.events}")


@contextmanager
def serving(*args: str, **env: str) -> Iterator[Serving]:
    """A server that is killed at the end, if it still runs."""
    command = [*COMMAND, "serve", "--port", "0", *args]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stderr=pipe, stdin=subprocess.DEVNULL, text=True, env={**os.environ, **env}
    ) as process:
        try:
            yield Serving(process)
        finally:
            process.kill()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(sent: signal.Signals) -> None:
    """It makes its database, tells its address, stores what it is asked for, and ends with 0."""
    with serving("--db", "new.db") as server:
        answer = httpx2.post(f"{server.url}/v1/extractions", json={"text": TEXT}, timeout=60.0)
        assert answer.status_code == 200
        server.process.send_signal(sent)
        server.until("service.stopped")
        assert server.process.wait(30) == 0
    with Store("new.db", create=False) as store:
        assert store.get_extraction(answer.json()["article"]["id"]) is not None


def test_the_log_is_json_lines() -> None:
    """All of it, when the standard error is no terminal."""
    with serving("--db", "new.db") as server:
        httpx2.get(f"{server.url}/v1/models")
        server.process.send_signal(signal.SIGTERM)
        server.until("service.stopped")
        names = [event["event"] for event in server.events]
    assert names == ["service.listening", "request.answered", "service.stopping", "service.stopped"]


def test_two_servers_share_a_database() -> None:
    """What one stores the other shows."""
    with serving("--db", "new.db") as one, serving("--db", "new.db") as other:
        made = httpx2.post(f"{one.url}/v1/extractions", json={"text": TEXT}, timeout=60.0).json()
        assert httpx2.get(f"{other.url}/v1/articles/{made['article']['id']}").status_code == 200


def test_another_address_needs_keys() -> None:
    """Exit 2, and what to do."""
    ended = run("serve", "--host", "0.0.0.0")
    assert ended.exit_code == 2 and "EXTRACTOR_API_KEYS" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_with_keys_all_addresses_are_served() -> None:
    """The key opens, nothing else does; the address that was asked is a host of ours."""
    key = "a-key-of-the-tests-0123456789"
    with serving("--db", "new.db", "--host", "0.0.0.0", EXTRACTOR_API_KEYS=key) as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        headers = {"Authorization": f"Bearer {key}"}
        assert httpx2.get(f"{url}/v1/models").status_code == 401
        assert httpx2.get(f"{url}/v1/models", headers=headers).status_code == 200


def test_a_port_that_is_taken_is_told() -> None:
    """Exit 2, one line."""
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        ended = run("serve", "--port", port, "--db", "new.db")
    assert ended.exit_code == 2
    assert ended.stderr == (
        f"extractor: port {port} of '127.0.0.1' is taken: stop what listens there, or choose another with --port\n"
    )


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--port", "99999"), "setting port"),
        (("--host", "a b"), "setting host"),
        (("--db", "no/such/folder/x.db"), "no folder"),
        (("--db", "postgresql://127.0.0.1:1/x"), "cannot be reached"),
        (("--model", " "), "model"),
    ],
)
def test_bad_usage_is_one_line(args: tuple[str, ...], told: str) -> None:
    """Settings, addresses and databases that cannot be used."""
    ended = run("serve", "--port", "0", *args)
    assert ended.exit_code in (1, 2) and told in ended.stderr and ended.stderr.count("\n") == 1


def test_a_second_signal_ends_it_at_once() -> None:
    """A stop that takes long need not be waited for; the job stays in the queue."""
    with listen("127.0.0.1", 0) as model:  # takes the call and never answers
        address = f"{url_of(model)}/v1"
        with serving("--db", "new.db", "--model", "slow", "--base-url", address, EXTRACTOR_GRACE="600") as server:
            ask = {"text": TEXT}
            answer = httpx2.post(f"{server.url}/v1/extractions", json=ask, headers={"Prefer": "respond-async"})
            server.until("job.begun")
            server.process.send_signal(signal.SIGTERM)
            server.until("service.stopping")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(30) == 128 + signal.SIGTERM
    with Store("new.db") as store:
        job = store.get_job(answer.json()["id"])
        assert job is not None and not job.over


def test_a_job_that_is_not_finished_in_time_goes_back() -> None:
    """After its grace it is queued again, for another server."""
    with listen("127.0.0.1", 0) as model:
        address = f"{url_of(model)}/v1"
        with serving("--db", "new.db", "--model", "slow", "--base-url", address, EXTRACTOR_GRACE="0.2") as server:
            answer = httpx2.post(
                f"{server.url}/v1/extractions", json={"text": TEXT}, headers={"Prefer": "respond-async"}
            )
            server.until("job.begun")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(30) == 0
    with Store("new.db") as store:
        job = store.get_job(answer.json()["id"])
        assert job is not None and (job.status, job.attempts) == ("queued", 0)


def test_nobody_is_kept_waiting_by_a_stop() -> None:
    """Who waits for a result gets the job instead, and streams of events end."""
    with listen("127.0.0.1", 0) as model, ThreadPoolExecutor() as threads:
        address = f"{url_of(model)}/v1"
        with serving("--db", "new.db", "--model", "slow", "--base-url", address, EXTRACTOR_GRACE="0.2") as server:
            waits: dict[str, Any] = {"json": {"text": TEXT}, "headers": {"Prefer": "wait=50"}, "timeout": 60.0}
            waiting = threads.submit(httpx2.post, f"{server.url}/v1/extractions", **waits)
            job = server.until("job.begun")["job"]
            with httpx2.stream("GET", f"{server.url}/v1/jobs/{job}/events", timeout=60.0) as events:
                parts = events.iter_bytes()
                next(parts)
                server.process.send_signal(signal.SIGTERM)
                assert not [part for part in parts if b"event: done" in part]
            assert waiting.result(30).status_code == 202
            assert server.process.wait(30) == 0


def test_missing_packages_are_told(tmp_path: Path) -> None:
    """Exit 2, with what to install."""
    (tmp_path / "uvicorn.py").write_text("raise ImportError('none', name='uvicorn')")
    ended = spawn("serve", env={"PYTHONPATH": str(tmp_path)})
    assert ended.returncode == 2
    assert b"pip install 'commentary-extractor[serve]'" in ended.stderr


def test_addresses_are_shown_as_browsers_take_them() -> None:
    """IPv6 in brackets."""
    with listen("127.0.0.1", 0) as four:
        assert url_of(four).startswith("http://127.0.0.1:")
    if socket.has_ipv6:
        with listen("::1", 0) as six:
            assert url_of(six).startswith("http://[::1]:")
