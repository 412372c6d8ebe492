"""What stands in the log, and what does not."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from service_server import KEY, Serve, Served

from extractor.service import logs

TEXT = "Piet Maas, a pilot, said that the harbour of Varnsee will close within two years."


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the log goes, as it does when the service is run."""
    names = ("extractor.service", "uvicorn", "asyncio")
    before = [(logging.getLogger(name), logging.getLogger(name).__dict__.copy()) for name in names]
    written = io.StringIO()
    logs.show(written, pretty=False)
    yield written
    for logger, state in before:
        logger.__dict__.update(state)


def events(stream: io.StringIO, name: str, /, *, least: int = 0) -> list[dict[str, Any]]:
    """The lines of the log about one kind of event; waits for so many, as an answer comes before its line."""
    until = time.monotonic() + 30
    while True:
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        found = [event for event in lines if event["event"] == name]
        if len(found) >= least or time.monotonic() > until:
            return found
        time.sleep(0.01)


def test_a_request_is_one_line(stream: io.StringIO, served: Served) -> None:
    """Which route, how it ended, how long it took, and the id that the client has too."""
    answer = served.client.get("/v1/articles?q=harbour+secrets", headers={"Cookie": "session=crumbs"})
    (event,) = events(stream, "request.answered", least=1)
    assert event["id"] == answer.headers["x-request-id"]
    assert (event["method"], event["route"], event["status"]) == ("GET", "/v1/articles", 200)
    assert event["level"] == "info" and event["seconds"] >= 0 and event["timestamp"].endswith("Z")
    assert (event["owner"], event["client"]) == ("local", "127.0.0.1")
    assert not [word for word in ("harbour", "secrets", "crumbs", "q=") if word in stream.getvalue()]


def test_neither_text_nor_key_is_logged(stream: io.StringIO, serve: Serve) -> None:
    """Whether it goes well or not."""
    client = serve(api_keys=KEY).client
    key = {"Authorization": f"Bearer {KEY}"}
    client.post("/v1/extractions", json={"text": TEXT, "title": "Of harbours"}, headers=key)
    client.post("/v1/extractions", json={"text": TEXT, "colour": "Varnsee"}, headers=key)
    client.post("/v1/extractions", json={"text": TEXT}, headers={"Authorization": f"Bearer {KEY}-wrong"})
    client.post("/login", data={"key": KEY})
    assert [event["status"] for event in events(stream, "request.answered", least=4)] == [200, 422, 401, 303]
    assert not [word for word in ("Varnsee", "harbour", "Maas", KEY, "colour") if word in stream.getvalue()]


def test_health_checks_are_not_logged(stream: io.StringIO, served: Served) -> None:
    """They come every few seconds."""
    for path in ("/healthz", "/readyz", "/metrics", "/static/style.css"):
        served.client.get(path)
    assert events(stream, "request.answered") == []


def test_a_made_up_path_is_not_logged(stream: io.StringIO, served: Served) -> None:
    """Neither its words nor line breaks and escapes."""
    served.client.get("/v1/evil%0A%1b[31mpath")
    (event,) = events(stream, "request.answered", least=1)
    assert event["route"] == "unknown" and "evil" not in stream.getvalue()


def test_a_client_that_hangs_up_is_no_fault(stream: io.StringIO, served: Served) -> None:
    """Half of a body, and the connection is gone."""
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /v1/extractions HTTP/1.1\r\nHost: localhost\r\n")
        connection.sendall(b"Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{")
        time.sleep(0.1)
    found = events(stream, "request.answered", least=1)
    assert found[0]["status"] == 400 and events(stream, "request.failed") == []


def test_jobs_are_logged(stream: io.StringIO, served: Served) -> None:
    """By id, from begin to end."""
    answer = served.client.post("/v1/extractions", json={"text": TEXT})
    job = answer.headers["link"].split("/v1/jobs/")[1].split(">")[0]
    told = events(stream, "job.begun", least=1) + events(stream, "job.ended", least=1)
    assert [event["job"] for event in told] == [job, job]


def test_an_exception_is_told_by_its_class_and_place(stream: io.StringIO) -> None:
    """With those that it came from; what it says may be the text of an article."""
    try:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise ValueError(TEXT) from error
    except ValueError as error:
        logs.make_log().error("request.failed", exc_info=error)
    (event,) = events(stream, "request.failed")
    assert event["error"] == "ValueError from KeyError"
    assert event["trace"][0].endswith("test_an_exception_is_told_by_its_class_and_place")
    assert "Varnsee" not in stream.getvalue()


def test_libraries_do_not_quote_exceptions(stream: io.StringIO) -> None:
    """What the event loop and the server log of one is shortened alike; what others log is not shown."""

    async def fail() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": "broken", "exception": ValueError(TEXT)})

    asyncio.run(fail())
    logging.getLogger("uvicorn.error").error("Exception\n%s", TEXT, exc_info=ValueError(TEXT))
    logging.getLogger("httpx2").warning("GET https://example.org/?q=secret")
    lines = stream.getvalue().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["broken", "Exception"]
    assert "Varnsee" not in stream.getvalue()


def test_a_terminal_gets_lines_for_people() -> None:
    """With escapes of what clients send."""
    record = logging.LogRecord("uvicorn", logging.WARNING, "f", 1, "beware", None, None)
    assert "beware" in logs.make_formatter(pretty=True).format(record)
    assert not logs.make_formatter(pretty=True).format(record).startswith("{")
