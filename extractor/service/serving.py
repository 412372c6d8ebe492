"""Running the app on a socket until it is told to stop."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

import uvicorn

from extractor.errors import ConfigurationError

from . import logs
from .app import begin_to_stop, create_app
from .connections import Connection

if TYPE_CHECKING:
    from types import FrameType

    from fastapi import FastAPI

    from extractor.service_settings import ServiceSettings
    from extractor.settings import Settings

    from .state import Service

_ANSWERING_SECONDS: Final = 10
"""How long open requests have to be answered at a stop, before the jobs get their grace; none waits for a job."""
_IDLE_SECONDS: Final = 75
"""How long a connection may be idle: longer than proxies keep theirs, or they send into one that is being closed."""
_LEAVING_SECONDS: Final = 2.0
"""How long threads have to end by themselves, after the jobs had their grace."""
_BACKLOG: Final = 2048
_ARENA_MAX: Final = -8
"""What `mallopt` of glibc calls M_ARENA_MAX."""
_ARENAS: Final = 2


def run(settings: Settings, service: ServiceSettings, stream: TextIO, /) -> None:
    """Serve until SIGTERM or SIGINT, and write the log to ``stream``.

    Raises ConfigurationError when the address or the database cannot be used, and StoreError.
    """
    share_memory()
    with listen(service.host, service.port) as listening:
        app = create_app(settings, service)
        logs.show(stream, pretty=stream.isatty())
        Server(app, service).run(sockets=[listening])
    leave(stream)


def share_memory() -> None:
    """Let all threads take memory from two of glibc's arenas; each of up to eight a core keeps what it took once.

    The interpreter's lock lets hardly two threads ask for memory at once anyway. Call it before there are threads.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


def leave(stream: TextIO, /) -> None:
    """End the process where a thread still computes: its job is back in the queue, and no thread can be stopped."""
    until = time.monotonic() + _LEAVING_SECONDS
    working = [one for one in threading.enumerate() if one is not threading.current_thread() and not one.daemon]
    for one in working:
        one.join(max(until - time.monotonic(), 0))
    if any(one.is_alive() for one in working):
        stream.flush()
        os._exit(0)


def listen(host: str, port: int, /) -> socket.socket:
    """A socket at which connections may come in. Raises ConfigurationError when there can be none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)  # asyncio sets TCP_NODELAY only where it knows that it is TCP
    except OSError as error:
        raise ConfigurationError(f"host {host!r} cannot be found ({error}): give an address of this machine") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigurationError(_why(error, host, port)) from error
    return listening


def url_of(listening: socket.socket, /) -> str:
    """The address at which a browser finds what listens here."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Server(uvicorn.Server):
    """A server that tells where it listens, and stops its jobs together with its connections."""

    def __init__(self, app: FastAPI, service: ServiceSettings, /) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            proxy_headers=bool(service.proxies),
            forwarded_allow_ips=list(service.proxies),
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=_ANSWERING_SECONDS,
        )
        super().__init__(config)
        self._app = app

    @property
    def _log(self) -> Any:
        shared: Service = self._app.state.service
        return shared.log

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self._log.info("service.listening", url=[url_of(one) for one in sockets or ()])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: no new job, no new connection; then see the open requests and the running jobs off."""
        self._log.info("service.stopping")
        begin_to_stop(self._app)
        await super().shutdown(sockets)
        self._log.info("service.stopped")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at the first signal; at the second end at once: whoever takes up the jobs finds them by their lease."""
        if self.should_exit:
            os._exit(128 + sig)
        self.should_exit = True


def _why(error: OSError, host: str, port: int, /) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host!r} is taken: stop what listens there, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be listened at: choose one from 1024 on with --port"
    return f"{host!r} cannot be listened at ({error.strerror}): give an address of this machine with --host"
