"""The fake server itself, by a plain client: tests that build on it mean what they say."""

from __future__ import annotations

import http.client
import json

import pytest
from fake_server import Answer, FakeServer, Request, completion, cut, error, fake_server, payload, reset, slow


def post(server: FakeServer, body: object) -> tuple[int, bytes]:
    """Send ``body`` as JSON; gives status and body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"X-Test": "yes"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_answers_come_in_order_and_the_last_stays() -> None:
    """Each request takes the next answer; the last one is repeated; requests are kept."""
    with fake_server(error(429), completion("hi")) as server:
        statuses = [post(server, {"n": n})[0] for n in range(3)]
    assert statuses == [429, 200, 200]
    assert server.bodies == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert server.requests[0].headers["x-test"] == "yes"


def test_an_answer_may_depend_on_the_request() -> None:
    """A function answers with the request in hand."""

    def echo(request: Request) -> Answer:
        return payload(request.body)

    with fake_server(echo) as server:
        assert post(server, {"a": 1}) == (200, b'{"a": 1}')


def test_a_reset_is_a_reset() -> None:
    """The connection is dropped without an answer."""
    with fake_server(reset()) as server, pytest.raises(ConnectionError):
        post(server, {})


def test_a_cut_body_is_cut() -> None:
    """The headers promise more than what comes."""
    with fake_server(cut(completion("hi"))) as server, pytest.raises(http.client.IncompleteRead):
        post(server, {})


def test_slow_answers_arrive_whole() -> None:
    """A slow answer is the same answer."""
    with fake_server(slow(payload({"a": 1}), pause=0.001)) as server:
        assert post(server, {}) == (200, b'{"a": 1}')
