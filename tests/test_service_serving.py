"""Connections, as many clients and proxies need them."""

from __future__ import annotations

import io
import os
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from service_server import Served

from extractor.schemas.jobs import Job
from extractor.service import serving
from extractor.service.serving import Server, listen
from extractor.service.submitting import retry_after


def test_answers_are_sent_at_once() -> None:
    """Connections that come in have TCP_NODELAY, which asyncio sets where a socket is known to be TCP's."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_idle_connections_outlive_those_of_proxies(served: Served) -> None:
    """nginx keeps idle connections for 60 s: who closes first must not be the service."""
    assert Server(served.app, served.service.service).config.timeout_keep_alive > 60


@pytest.mark.parametrize(("age", "seconds"), [(-5, 1), (0, 1), (14, 1), (40, 4), (3_600, 10)])
def test_who_waits_long_asks_less_often(age: float, seconds: int) -> None:
    """Retry-After is a tenth of a job's age, within bounds, also where clocks differ."""
    created_at = datetime.now(UTC) - timedelta(seconds=age)
    told = {"id": "0" * 32, "task": "extract", "status": "queued", "stage": "queued", "model": "builtin"}
    assert retry_after(Job.model_validate({**told, "created_at": created_at})) == seconds


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's")
def test_threads_share_what_memory_they_give_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """glibc gets told to keep few arenas; another C library cannot be, which is no fault."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("ctypes.CDLL", lambda _: SimpleNamespace(mallopt=lambda *given: told.append(given)))
    serving.share_memory()
    assert told == [(-8, 2)]
    monkeypatch.setattr("ctypes.CDLL", lambda _: SimpleNamespace())
    serving.share_memory()


def test_a_thread_that_still_computes_keeps_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its job went back into the queue; without such threads the process ends as any other."""
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)
    monkeypatch.setattr(serving, "_LEAVING_SECONDS", 0.05)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    serving.leave(io.StringIO())
    over.set()
    thread.join()
    assert left == [0]
