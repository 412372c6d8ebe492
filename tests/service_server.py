"""A real server for tests: uvicorn on a free loopback port, in a thread, with an SQLite database of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx2
    from fastapi import FastAPI

    from extractor.conversation import Engine
    from extractor.service.serving import Server
    from extractor.service.state import Service
    from extractor.service_settings import ServiceSettings
    from extractor.store import Store

KEY = "a-key-of-the-tests-0123456789"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: its address, a client of it (without a key), and what is inside."""

    url: str
    client: httpx2.Client
    app: FastAPI
    store: Store

    @property
    def service(self) -> Service:
        """What the routes share."""
        found: Service = self.app.state.service
        return found


class Serve:
    """Starts servers, as many as a test wants; `close` stops them.

    ``engine`` answers in place of a model (then ``models`` may name any); ``settings`` are those of `load_settings`,
    the other keywords those of `ServiceSettings`, such as ``api_keys=KEY``. The built-in engine works in a thread
    unless ``engine_processes`` says else. Each server has a database of its own unless ``db`` names one.
    """

    def __init__(self, folder: Path, /) -> None:
        self._folder = folder
        self._running: list[tuple[Server, threading.Thread, httpx2.Client]] = []

    def __call__(
        self,
        *,
        engine: Engine | None = None,
        settings: dict[str, Any] | None = None,
        db: str | None = None,
        **service: Any,
    ) -> Served:
        """Start a server."""
        import httpx2

        from extractor.service.app import create_app
        from extractor.service_settings import load_service_settings
        from extractor.settings import load_settings
        from extractor.store import Store

        place = db or str(self._folder / f"claims{len(self._running)}.db")
        store = Store(place)
        chosen = load_service_settings(**{"port": 0, "grace": 1.0, "engine_processes": 0, **service})
        settled = load_settings(**{"db": place, **(settings or {})})
        app = create_app(settled, chosen, store=store, make_extractor=_scripted(engine))
        server, thread, url = _start(app, chosen)
        client = httpx2.Client(base_url=url, timeout=30.0)
        self._running.append((server, thread, client))
        return Served(url, client, app, store)

    def close(self) -> None:
        """Stop all servers, gracefully."""
        for server, thread, client in self._running:
            client.close()
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers with the settings that a test gives."""
    starting = Serve(tmp_path)
    yield starting
    starting.close()


@pytest.fixture
def served(serve: Serve) -> Served:
    """A server with the built-in engine, no keys, and an empty database."""
    return serve()


@pytest.fixture
def client(served: Served) -> httpx2.Client:
    """A client of `served`."""
    return served.client


def _scripted(engine: Engine | None, /) -> Any:
    from extractor.core import Extractor

    return lambda settings: Extractor(settings=settings, engine=engine, eager=False)


def _start(app: FastAPI, service: ServiceSettings, /) -> tuple[Server, threading.Thread, str]:
    from extractor.service.serving import Server, listen, url_of

    listening = listen("127.0.0.1", 0)
    url = url_of(listening)
    server = Server(app, service)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until, "the server did not start"
        time.sleep(0.01)
    return server, thread, url
