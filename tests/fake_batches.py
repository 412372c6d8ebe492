"""A local provider of batches for tests: files and batches as OpenAI has them, over real HTTP, standard library only.

    with fake_batches(answer) as server:
        ...  # talk to server.url
    assert server.paid == {...}

``answer`` takes the body of a request and gives the outcome of its line: a completion's body, or (status, body). A
batch goes one state on each time that it is looked at. What fails is scripted: `fail` for calls, ``mangle`` for the
lines of files, ``ends`` for how batches end; ``on_call`` is told of each call before and after it is done.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Outcome = dict[str, Any] | tuple[int, Any] | None
Answer = Callable[[dict[str, Any]], Outcome]
STATES = ("validating", "in_progress", "finalizing", "completed")


def completed(content: str | None, /, *, finish_reason: str = "stop", **message: object) -> dict[str, Any]:
    """The body of a chat completion: 1,000 tokens in, 100 out."""
    said = {"role": "assistant", "content": content, **message}
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    choices = [{"index": 0, "finish_reason": finish_reason, "message": said}]
    return {"id": "c", "object": "chat.completion", "model": "fake", "choices": choices, "usage": usage}


def refused(status: int, message: str, /, *, code: str | None = None) -> tuple[int, dict[str, Any]]:
    """The outcome of a line that failed."""
    return status, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


@dataclass
class Fault:
    """What happens to calls: a status, or None for a connection that is cut; ``after``: the call was done before."""

    method: str
    path: str
    status: int | None
    times: int = 1
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    code: str | None = None


@dataclass
class Ending:
    """How a batch ends: its state, how many of its requests are answered (None: all), errors of its validation."""

    status: str = "completed"
    answered: int | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)


class FakeBatches(ThreadingHTTPServer):
    """The provider. ``files`` and ``batches`` are what it holds, ``paid`` how often each custom_id was answered."""

    daemon_threads = True

    def __init__(self, answer: Answer, /) -> None:
        self.answer = answer
        self.files: dict[str, dict[str, Any]] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.paid: Counter[str] = Counter()
        self.asked: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str]] = []
        self.deleted: list[str] = []
        self.ends: list[Ending] = []
        self.most = 50_000
        self.mangle: Callable[[list[bytes]], list[bytes]] = lambda lines: lines
        self.cut_content = 0
        self.on_call: Callable[[str, str, bool], None] = lambda method, path, done: None
        self.lock = threading.RLock()
        self._faults: list[Fault] = []
        self._numbers = iter(range(10**6))
        super().__init__(("127.0.0.1", 0), _Connection)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def fail(self, method: str, path: str, status: int | None, /, **more: Any) -> None:
        """Let calls fail whose path matches a pattern."""
        self._faults.append(Fault(method, path, status, **more))

    def fault(self, method: str, path: str) -> Fault | None:
        """The fault that a call meets."""
        for fault in self._faults:
            if fault.times > 0 and fault.method == method and re.fullmatch(fault.path, path):
                fault.times -= 1
                return fault
        return None

    def count(self, method: str, path: str, /) -> int:
        """How many calls there were."""
        return sum(one == method and re.fullmatch(path, other) is not None for one, other in self.calls)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may leave."""

    # Files

    def add_file(self, name: str, content: bytes, purpose: str) -> dict[str, Any]:
        """Keep a file."""
        file_id = f"file-{next(self._numbers)}"
        told = {"id": file_id, "object": "file", "bytes": len(content), "created_at": int(time.time())}
        self.files[file_id] = {**told, "filename": name, "purpose": purpose, "status": "processed", "content": content}
        return self.shown_file(file_id)

    def shown_file(self, file_id: str) -> dict[str, Any]:
        """A file as the provider tells of it."""
        return {name: value for name, value in self.files[file_id].items() if name != "content"}

    # Batches

    def add_batch(self, given: dict[str, Any]) -> dict[str, Any]:
        """Begin a batch."""
        batch_id = f"batch_{next(self._numbers)}"
        told = {name: given[name] for name in ("endpoint", "input_file_id", "completion_window")}
        counts = {"total": 0, "completed": 0, "failed": 0}
        self.batches[batch_id] = {
            "id": batch_id,
            "object": "batch",
            "created_at": int(time.time()),
            "status": STATES[0],
            "metadata": given.get("metadata"),
            "request_counts": counts,
            **told,
        }
        return self.batches[batch_id]

    def look(self, batch_id: str) -> dict[str, Any]:
        """A batch, one state on."""
        batch = self.batches[batch_id]
        if batch["status"] not in STATES[:-1]:
            return batch
        if batch["status"] == "validating" and (errors := self._validate(batch)):
            batch |= {"status": "failed", "errors": {"object": "list", "data": errors}}
        elif batch["status"] == "finalizing":
            self._end(batch)
        else:
            batch["status"] = STATES[STATES.index(batch["status"]) + 1]
        return batch

    def _validate(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        if self.ends and self.ends[0].errors:
            return self.ends.pop(0).errors
        requests = self._requests(batch)
        if len(requests) > self.most:
            return [{"code": "too_many_tasks", "message": f"more than {self.most} requests", "line": None}]
        seen = Counter(request["custom_id"] for request in requests)
        models = {request["body"]["model"] for request in requests}
        errors = []
        for line, request in enumerate(requests, 1):
            if seen[request["custom_id"]] > 1 or len(request["custom_id"]) > 64 or len(models) > 1:
                errors.append({"code": "invalid_custom_id", "message": "bad", "line": line})
            if request["method"] != "POST" or request["url"] != batch["endpoint"]:
                errors.append({"code": "mismatched_url", "message": "bad", "line": line})
        return errors

    def _requests(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        content: bytes = self.files[batch["input_file_id"]]["content"]
        return [json.loads(line) for line in content.splitlines()]

    def _end(self, batch: dict[str, Any]) -> None:
        ending = self.ends.pop(0) if self.ends else Ending()
        requests = self._requests(batch)
        looked = requests if ending.answered is None else requests[: ending.answered]
        good: list[Any] = []
        bad: list[Any] = []
        for request in looked:
            self._answer(request, good, bad)
        code = f"batch_{ending.status}"
        for request in requests[len(looked) :]:
            error = {
                "code": code,
                "message": "This request could not be executed before the completion window expired.",
            }
            bad.append({"id": "r", "custom_id": request["custom_id"], "response": None, "error": error})
        counts = {"total": len(requests), "completed": len(good), "failed": len(bad)}
        batch |= {"status": ending.status, "request_counts": counts}
        for name, lines in (("output_file_id", good), ("error_file_id", bad)):
            if lines:
                written = self.mangle([json.dumps(line).encode() for line in lines])
                batch[name] = self.add_file(name, b"\n".join(written) + b"\n", "batch_output")["id"]

    def _answer(self, request: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
        self.asked.append(request["body"])
        outcome = self.answer(request["body"])
        if outcome is None:  # not a word about it
            return
        status, body = outcome if isinstance(outcome, tuple) else (200, outcome)
        if status == 200:
            self.paid[request["custom_id"]] += 1
        response = {"status_code": status, "request_id": "q", "body": body}
        line = {"id": "r", "custom_id": request["custom_id"], "response": response, "error": None}
        (good if status == 200 else bad).append(line)


class _Connection(BaseHTTPRequestHandler):
    server: FakeBatches
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        """A call."""
        self._serve("GET")

    def do_POST(self) -> None:
        """A call."""
        self._serve("POST")

    def do_DELETE(self) -> None:
        """A call."""
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        path = urlsplit(self.path).path.removeprefix("/v1")
        self.server.calls.append((method, path))
        self.server.on_call(method, path, False)
        with self.server.lock:
            fault = self.server.fault(method, path)
            if fault is not None and fault.status is None and not fault.after:
                self._cut()  # with the body unread: an upload is cut in its middle
                return
            body = self._body()
            if fault is not None and not fault.after:
                self._error(fault.status or 500, fault)
                return
            answer = self._do(method, path, body)
            self.server.on_call(method, path, True)
            if fault is not None:
                self._cut() if fault.status is None else self._error(fault.status, fault)
                return
        if isinstance(answer, bytes):
            self._send(200, answer, cut=self.server.cut_content > 0)
        elif answer is None:
            self._error(404)
        else:
            self._send(200, json.dumps(answer).encode())

    def _do(self, method: str, path: str, body: bytes) -> Any:
        server, (_, kind, *rest) = self.server, path.split("/")
        if method == "POST":
            return server.add_batch(json.loads(body)) if kind == "batches" else server.add_file(*self._multipart(body))
        if not rest:
            return self._page(kind)
        if kind == "batches":
            return server.look(rest[0]) if rest[0] in server.batches else None
        if rest[0] not in server.files:
            return None
        if method == "DELETE":
            del server.files[rest[0]]
            server.deleted.append(rest[0])
            return {"id": rest[0], "object": "file", "deleted": True}
        return server.files[rest[0]]["content"] if rest[1:] == ["content"] else server.shown_file(rest[0])

    def _page(self, kind: str) -> dict[str, Any]:
        """Two at a time, the newest first."""
        asked = parse_qs(urlsplit(self.path).query)
        held = self.server.files if kind == "files" else self.server.batches
        ids = [key for key in reversed(held) if kind == "batches" or held[key]["purpose"] == asked["purpose"][0]]
        start = ids.index(asked["after"][0]) + 1 if "after" in asked else 0
        some = ids[start : start + 2]
        data = [self.server.shown_file(key) if kind == "files" else held[key] for key in some]
        ends = {"first_id": some[0] if some else None, "last_id": some[-1] if some else None}
        return {"object": "list", "data": data, "has_more": start + 2 < len(ids), **ends}

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _multipart(self, body: bytes) -> tuple[str, bytes, str]:
        boundary = self.headers["Content-Type"].partition("boundary=")[2].encode()
        found: dict[str, tuple[str, bytes]] = {}
        for piece in body.split(b"--" + boundary)[1:-1]:
            head, _, content = piece.partition(b"\r\n\r\n")
            name = re.search(rb'name="([^"]*)"', head)
            file = re.search(rb'filename="([^"]*)"', head)
            assert name is not None
            found[name[1].decode()] = (file[1].decode() if file else "", content.removesuffix(b"\r\n"))
        return found["file"][0], found["file"][1], found["purpose"][1].decode()

    def _error(self, status: int, fault: Fault | None = None) -> None:
        told = {"message": "no", "type": "error", "param": None, "code": fault.code if fault else None}
        self._send(status, json.dumps({"error": told}).encode(), headers=fault.headers if fault else {})

    def _send(self, status: int, body: bytes, *, headers: dict[str, str] | None = None, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cut:
            self.server.cut_content -= 1
            self.wfile.write(body[: len(body) // 2])
            self._cut()
            return
        self.wfile.write(body)

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(2)
        self.close_connection = True


@contextlib.contextmanager
def fake_batches(answer: Answer, /) -> Iterator[FakeBatches]:
    """A running provider."""
    server = FakeBatches(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
