"""An OpenAI-compatible server for tests: real HTTP on 127.0.0.1, scripted answers, standard library only.

    with fake_server(error(429, "slow down", headers={"Retry-After": "1"}), completion('{"ok": true}')) as server:
        ...  # talk to server.url
    assert [request.path for request in server.requests] == ["/v1/chat/completions"] * 2

Answers are given in order; the last one is repeated. An answer may be a function from the request to an answer.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass(frozen=True)
class Request:
    """What a client sent: header names in lower case, body parsed (None when there was none)."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    """What the server does: with ``reset`` it drops the connection; ``pause`` is the seconds before each byte."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    reset: bool = False
    pause: float = 0.0
    claimed_length: int | None = None


Scripted = Answer | Callable[[Request], Answer]


def payload(value: object, /, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with ``value`` as JSON."""
    return Answer(status=status, body=json.dumps(value).encode(), headers=headers or {})


def completion(
    content: str | None = None, /, *, finish_reason: str = "stop", model: str = "fake", **message: object
) -> Answer:
    """A chat completion; ``message`` adds fields such as ``refusal`` or ``tool_calls``. 7 tokens in, 5 out."""
    choice = {
        "index": 0,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "content": content, **message},
    }
    return payload(_envelope([choice], model))


def tool_call(*arguments: str, name: str = "Answer") -> Answer:
    """A chat completion that calls a tool once for each of ``arguments`` (JSON text)."""
    calls = [
        {"id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": text}}
        for index, text in enumerate(arguments)
    ]
    return completion(None, finish_reason="tool_calls", tool_calls=calls)


def no_choices() -> Answer:
    """A chat completion without any choice."""
    return payload(_envelope([], "fake"))


def models(*names: str) -> Answer:
    """What GET /models answers."""
    return payload({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})


def error(
    status: int, message: str = "no", /, *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """An error as OpenAI words it."""
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}
    return payload(body, status=status, headers=headers)


def page(html: str = "<html><title>Sign in</title><body>Welcome</body></html>", /, *, status: int = 200) -> Answer:
    """An HTML page, as a proxy sends it."""
    return Answer(status=status, body=html.encode(), content_type="text/html; charset=utf-8")


def reset() -> Answer:
    """The connection is reset before anything is answered."""
    return Answer(reset=True)


def slow(answer: Answer, /, *, pause: float = 0.05) -> Answer:
    """``answer`` byte by byte with ``pause`` seconds before each."""
    return replace(answer, pause=pause)


def cut(answer: Answer, /, *, keep: int = 40) -> Answer:
    """``answer`` whose body ends after ``keep`` bytes, although the headers promise all of it."""
    return replace(answer, body=answer.body[:keep], claimed_length=len(answer.body))


class FakeServer(ThreadingHTTPServer):
    """The server; ``url`` is its base URL and ``requests`` what it was sent, in order."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, answers: tuple[Scripted, ...], /) -> None:
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._answers = list(answers) or [error(500, "nothing scripted")]
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), _Connection)

    @property
    def url(self) -> str:
        """The base URL, with /v1 and without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def bodies(self) -> list[Any]:
        """The parsed bodies of the requests that had one."""
        return [request.body for request in self.requests if request.body is not None]

    def add(self, *answers: Scripted) -> None:
        """Script more answers, given after those that are still waiting."""
        with self._lock:
            self._answers.extend(answers)

    def answer(self, request: Request, /) -> Answer:
        """Note ``request`` and take the answer that is its turn."""
        with self._lock:
            self.requests.append(request)
            scripted = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return scripted(request) if callable(scripted) else scripted

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and remember it, so that ``hang_up`` can end it."""
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def hang_up(self) -> None:
        """End all connections, idle ones too, so that their threads end."""
        self.closing.set()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def fake_server(*answers: Scripted) -> Iterator[FakeServer]:
    """A running server that gives ``answers`` in order and repeats the last."""
    server = FakeServer(answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.hang_up()
        server.server_close()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return cast(int, probe.getsockname()[1])


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_PATCH(self) -> None:
        self._reply()

    def _reply(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw
        headers = {name.lower(): value for name, value in self.headers.items()}
        server = cast(FakeServer, self.server)
        answer = server.answer(Request(self.command, self.path, headers, body))
        if answer.reset:
            self._reset()
        else:
            self._send(answer, server.closing)

    def _send(self, answer: Answer, closing: threading.Event) -> None:
        length = len(answer.body) if answer.claimed_length is None else answer.claimed_length
        self.send_response(answer.status)
        for name, value in {
            "Content-Type": answer.content_type,
            "Content-Length": str(length),
            **answer.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        size = 1 if answer.pause else len(answer.body) or 1
        for start in range(0, len(answer.body), size):
            if answer.pause and closing.wait(answer.pause):
                break
            self.wfile.write(answer.body[start : start + size])
        if length != len(answer.body):
            self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _envelope(choices: list[dict[str, Any]], model: str, /) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": choices,
        "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
    }
