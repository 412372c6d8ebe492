"""As little of HTTP/1.1 as a model on loopback needs, so that the server takes little of the time that is measured."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_DRIP = 24
"""Pieces in which a slow answer comes."""
_REASONS = {200: "OK", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, ready to be sent: its bytes, how many seconds later, and how it goes out.

    "drip" sends it in pieces over another ``after`` seconds, "reset" resets the connection instead, "cut" closes the
    connection after the bytes, which may be fewer than the header promises.
    """

    raw: bytes
    after: float = 0.0
    how: Literal["whole", "drip", "reset", "cut"] = "whole"


Answerer = Callable[[bytes, "Connection"], Said]


def response(body: bytes, /, *, status: int = 200, kind: str = "application/json", headers: str = "") -> bytes:
    """An HTTP response; ``headers`` are whole lines, each with its line break."""
    head = f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}\r\ncontent-type: {kind}\r\n{headers}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """A client's connection, which may send one request after another."""

    def __init__(self, answer: Answerer, /, sent: Callable[[Connection, bool], None] | None = None) -> None:
        self._answer = answer
        self._sent = sent
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self.note: object = None
        """What the answerer wants to remember of the request under way."""

    @property
    def is_open(self) -> bool:
        """False when the client has gone."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone: also from an answer that it still waited for."""
        self._transport = None
        self._tell(delivered=False)

    def data_received(self, data: bytes) -> None:
        """Take bytes, and answer when the request is complete."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._buffer, 0, end)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._buffer) < whole:
            return
        request = bytes(self._buffer[:whole])
        del self._buffer[:whole]
        said = self._answer(request, self)
        asyncio.get_running_loop().call_later(said.after, self._send, said)

    def _send(self, said: Said) -> None:
        if said.how == "drip":
            asyncio.get_running_loop().create_task(self._drip(said))
            return
        if not self.is_open or not self._transport:
            return
        self._tell(delivered=True)
        if said.how == "reset":
            self._reset()
            return
        self._transport.write(said.raw)
        if said.how == "cut":
            self._transport.close()

    async def _drip(self, said: Said) -> None:
        size = len(said.raw) // _DRIP + 1
        for start in range(0, len(said.raw), size):
            await asyncio.sleep(said.after / _DRIP)
            if not self.is_open or not self._transport:
                return
            if start + size >= len(said.raw):
                self._tell(delivered=True)
            self._transport.write(said.raw[start : start + size])

    def _reset(self) -> None:
        assert self._transport
        plug: socket.socket = self._transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _tell(self, *, delivered: bool) -> None:
        if self._sent is not None:
            self._sent(self, delivered)


async def serve(port: int, make: Callable[[], Connection], /) -> None:
    """Serve on loopback until the process is ended."""
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()
