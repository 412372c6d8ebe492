"""How large requests may be, how long they may take, and how many there may be."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import time_machine
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from service_jobs import ASYNC
from service_server import KEY, Serve, Served

from extractor.service import connections
from extractor.service.bodies import TimeLimit
from extractor.service.limiting import Limiter, network_of

LIMIT = 10_000


def add_routes(app: FastAPI) -> FastAPI:
    """Routes that read what is sent, take their time, or stream."""

    @app.post("/v1/try/read")
    async def read(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    @app.post("/v1/try/form")
    async def form(request: Request) -> dict[str, int]:
        return {"fields": len(await request.form())}

    @app.get("/v1/try/slow")
    async def slow() -> None:
        await asyncio.sleep(60)

    @app.get("/v1/try/blocking")
    def block() -> None:
        time.sleep(1.5)

    @app.get("/v1/try/stream/{kind}")
    async def stream(kind: str) -> StreamingResponse:
        return StreamingResponse(drip(), media_type=f"text/{kind}")

    return app


async def drip() -> AsyncIterator[bytes]:
    """Six parts, with a pause in the middle."""
    for number in range(6):
        await asyncio.sleep(0.8 if number == 3 else 0.05)
        yield b"x"


@pytest.fixture
def small(serve: Serve) -> Served:
    """A server that takes little and has little time."""
    served = serve(body_limit=LIMIT, request_seconds=0.5, most_wait=0.0)
    add_routes(served.app)
    return served


def chunks(size: int) -> Iterator[bytes]:
    """A body whose size is not announced."""
    for _ in range(size // 1000):
        yield b"x" * 1000


def test_a_body_may_have_as_much_as_it_may(small: Served) -> None:
    """To the byte, announced or not."""
    assert small.client.post("/v1/try/read", content=b"x" * LIMIT).json() == {"size": LIMIT}
    assert small.client.post("/v1/try/read", content=chunks(LIMIT)).json() == {"size": LIMIT}


def test_a_larger_body_is_refused(small: Served) -> None:
    """413, by its announced size, and the connection is not used again."""
    answer = small.client.post("/v1/try/read", content=b"x" * (LIMIT + 1))
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json()["type"].endswith(":too-large") and "10,000 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/try/read", "/v1/try/form", "/v1/extractions"])
def test_a_larger_body_in_parts_is_refused(small: Served, path: str) -> None:
    """413 while it is read, also where the framework reads it."""
    kind = "application/json" if path.endswith("extractions") else "application/x-www-form-urlencoded"
    answer = small.client.post(path, content=chunks(LIMIT + 5000), headers={"Content-Type": kind})
    assert answer.status_code == 413 and answer.json()["type"].endswith(":too-large")


def test_a_refused_body_is_not_waited_for(small: Served) -> None:
    """Who announces too much is told before anything is sent, and one who sends for ever is cut off."""
    host, port = small.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"POST /v1/try/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
        assert b" 413 " in connection.recv(64)
        with pytest.raises(OSError):  # reset, or a broken pipe
            for _ in range(1000):
                connection.sendall(b"x" * 100_000)


def test_a_request_that_takes_too_long_is_given_up(small: Served) -> None:
    """503, in a coroutine and in a thread; a body that does not come is no different."""
    answers = [small.client.get(f"/v1/try/{name}") for name in ("slow", "blocking")]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].json()["type"].endswith(":timeout") and answers[0].headers["retry-after"]
    host, port = small.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"POST /v1/try/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx")
        assert b" 503 " in connection.recv(64)


def test_an_event_stream_takes_as_long_as_it_likes(small: Served) -> None:
    """It is not given up when nothing happens."""
    assert small.client.get("/v1/try/stream/event-stream").text == "xxxxxx"


def test_another_answer_that_stops_is_cut_off(small: Served) -> None:
    """The client sees that something is missing."""
    with pytest.raises(httpx2.RemoteProtocolError):
        small.client.get("/v1/try/stream/plain")


def test_waiting_is_added_to_the_time() -> None:
    """A client that waits for its result is not cut off before."""

    async def app(scope: object, receive: object, send: object) -> None:
        await asyncio.sleep(0.3)

    async def nothing(*_: object) -> dict[str, object]:
        return {}

    limited = TimeLimit(app, seconds=0.01, waiting=5.0)
    asyncio.run(limited({"type": "http", "method": "POST", "path": "/v1/summaries"}, nothing, nothing))  # type: ignore[arg-type]


def test_a_client_that_asks_too_often_has_to_wait(serve: Serve) -> None:
    """429, with when to come back; before that, how much is left."""
    client = serve(rate="3/hour").client
    answers = [client.get("/v1/models") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=3600'
    assert answers[0].headers["ratelimit"].startswith('"default";r=2;t=')
    assert 0 < int(answers[3].headers["retry-after"]) <= 3600
    assert answers[3].json()["type"].endswith(":rate-limited")


def test_keys_are_counted_apart(serve: Serve) -> None:
    """One client does not use up what another may ask."""
    other = "another-key-0123456789"
    client = serve(rate="2/hour", api_keys=f"{KEY},{other}").client
    sent = [client.get("/v1/models", headers={"Authorization": f"Bearer {key}"}) for key in (KEY, KEY, KEY, other)]
    assert [answer.status_code for answer in sent] == [200, 200, 429, 200]


def test_health_and_files_are_free(serve: Serve) -> None:
    """What asks for them asks often."""
    client = serve(rate="1/hour").client
    paths = ["/healthz", "/readyz", "/static/style.css"] * 3
    assert {client.get(path).status_code for path in paths} == {200}


def test_a_limit_comes_back() -> None:
    """After the window, all of it."""
    limiter = Limiter("2/hour")
    assert [limiter.take("a").allowed for _ in range(3)] == [True, True, False]
    with time_machine.travel(time.time() + 7201):
        assert limiter.take("a").allowed


def test_only_trusted_proxies_say_who_asks(serve: Serve) -> None:
    """The header of anybody else is not believed."""
    plain, trusting = serve(rate="1/hour"), serve(rate="1/hour", trusted_proxies="127.0.0.0/8")
    for served, found in ((plain, [200, 429]), (trusting, [200, 200])):
        sent = [served.client.get("/v1/models", headers={"X-Forwarded-For": f"192.0.2.{last}"}) for last in (1, 2)]
        assert [answer.status_code for answer in sent] == found


@pytest.mark.parametrize("path", ["/login", "/v1/predictions/1/resolutions"])
def test_only_articles_may_be_large(client: httpx2.Client, path: str) -> None:
    """Elsewhere a body of some hundred thousand bytes is refused unread."""
    assert client.post(path, content=b"x" * 5_000_000).status_code == 413  # the client sends it all, then listens
    assert client.post("/v1/extractions", json={"text": "x" * 200_001}, headers=ASYNC).status_code == 202


def test_a_form_with_many_files_is_refused(client: httpx2.Client) -> None:
    """One article is handed in at a time."""
    files = [("file", (f"{number}.txt", b"Text.")) for number in range(3)]
    answers = [client.post(path, files=files) for path in ("/extract", "/v1/extractions")]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("Maximum number of files is 1" in answer.json()["detail"] for answer in answers)


def test_a_subscriber_is_one_client() -> None:
    """Of IPv6 the network counts, all of whose addresses one may use; of IPv4 the address."""
    shown = {"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "unknown": "unknown"}
    assert {address: network_of(address) for address in shown} == shown
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2%eth0") != network_of("2001:db8:0:1::1")


def test_a_connection_that_asks_for_nothing_is_closed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither without a byte nor with half a head; one whose request is whole stays open."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    host, port = served.url.removeprefix("http://").split(":")
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        assert connection.recv(64) == b""
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(whole)
        assert b"200 OK" in connection.recv(4096)
        connection.sendall(whole[:9])
        while connection.recv(4096):
            pass
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(whole)
        time.sleep(0.5)  # longer than a head may take
        connection.sendall(whole)
        connection.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: connection.recv(4096), b"")).count(b"200 OK") == 2
