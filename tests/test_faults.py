"""Faults of servers and models, end to end: `Extractor` against a real HTTP server that fails as it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fake_engine import expert, extraction, position, repair
from fake_server import (
    Answer,
    FakeServer,
    completion,
    cut,
    error,
    fake_server,
    no_choices,
    page,
    reset,
    slow,
)

from extractor import Extraction, Extractor
from extractor.errors import (
    AuthenticationError,
    CallTimeoutError,
    ContentFilterError,
    ExtractorError,
    NotJSONError,
    QuotaError,
    RateLimitError,
    RefusalError,
    RequestRejectedError,
    ServerError,
    TruncatedError,
    UnknownModelError,
    WrongShapeError,
)

TEXT = "Ana Roe says that the port is full.\n\nPiet Maas says that the quay is closed.\n"
FULL = position("Ana Roe", "the port is full", statement="The port is full.")
CLOSED = position("Piet Maas", "the quay is closed", statement="The quay is closed.")
SOUND = completion(json.dumps(extraction([expert("Ana Roe"), expert("Piet Maas")], [FULL, CLOSED])))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off takes no time."""

    async def pause(seconds: float, /) -> None:
        """Return at once."""

    monkeypatch.setattr("extractor.retry.pause", pause)


def extract(server: FakeServer, **settings: Any) -> Extraction:
    """The extraction of the text by the model of a server."""
    with Extractor("fake", base_url=server.url, **{"api_key": "k", "audit": False, **settings}) as extractor:
        return extractor.extract(TEXT)


@pytest.mark.parametrize(
    "fault",
    [
        error(429, "slow down"),
        error(429, "slow down", headers={"Retry-After": "1"}),
        error(500, "oops"),
        error(503, "overloaded"),
        error(408, "too slow"),
        error(409, "conflict"),
        reset(),
        cut(SOUND),
        no_choices(),
        page(status=502),
        page(),
    ],
)
def test_a_fault_on_the_way_is_repeated(fault: Answer) -> None:
    """What may pass is tried again, by one layer only, and the result is as if nothing had happened."""
    with fake_server(fault, SOUND) as server:
        result = extract(server)
    assert len(server.requests) == 2
    assert (len(result.positions), result.provenance.calls, result.rejected) == (2, 1, ())


@pytest.mark.parametrize(
    ("answer", "settings", "kind"),
    [
        (error(401, "bad key"), {}, AuthenticationError),
        (error(403, "not yours"), {}, AuthenticationError),
        (error(404, "no such model", code="model_not_found"), {}, UnknownModelError),
        (error(400, "bad parameter"), {}, RequestRejectedError),
        (error(429, "no money", code="insufficient_quota"), {}, QuotaError),
        (error(429, "slow down", headers={"Retry-After": "900"}), {}, RateLimitError),
        (error(429, "slow down"), {"retry_seconds": 0}, RateLimitError),
        (error(500, "oops"), {"retry_seconds": 0}, ServerError),
        (page(), {}, ServerError),
        (reset(), {"retry_seconds": 0}, ServerError),
        (slow(SOUND), {"timeout": 0.2, "retry_seconds": 0}, CallTimeoutError),
        (completion(None, refusal="I will not"), {}, RefusalError),
        (completion("{", finish_reason="content_filter"), {}, ContentFilterError),
        (completion("{", finish_reason="length"), {}, TruncatedError),
        (completion('{"experts": ['), {}, NotJSONError),
        (completion('{"experts": 3}'), {}, WrongShapeError),
    ],
)
def test_a_fault_that_stays_has_its_own_error(
    answer: Answer, settings: dict[str, Any], kind: type[ExtractorError]
) -> None:
    """Each way to fail is told by its own error, in one line that says more than its name."""
    with fake_server(answer) as server, pytest.raises(kind) as caught:
        extract(server, **settings)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) > 30


def test_truncated_json_is_asked_for_again() -> None:
    """JSON that breaks off without the server saying so counts as an unreadable answer, which is repaired."""
    with fake_server(completion('{"experts": [{"name": "An'), SOUND) as server:
        result = extract(server)
    assert (result.provenance.attempts, result.provenance.repaired) == (2, 1)
    assert "at character" in server.bodies[1]["messages"][-1]["content"]


def test_an_item_of_wrong_shape_is_asked_for_again_alone() -> None:
    """The server is asked about the one item, in the same conversation, under the schema of a repair."""
    broken = {**FULL, "stance": "pro"}
    first = completion(json.dumps(extraction([expert("Ana Roe"), expert("Piet Maas")], [broken, CLOSED])))
    second = completion(json.dumps(repair(positions=[{**FULL, "item": "positions[0]"}])))
    with fake_server(first, second) as server:
        result = extract(server)
    opening, again = server.bodies
    assert again["messages"][: len(opening["messages"])] == opening["messages"]
    assert "positions[0]" in again["messages"][-1]["content"]
    assert "positions[1]" not in again["messages"][-1]["content"]
    assert again["response_format"]["json_schema"]["name"] == "DraftRepair"
    assert (len(result.positions), result.provenance.repaired) == (2, 1)


def test_an_answer_at_the_output_limit_splits_the_text() -> None:
    """finish_reason length: the text is asked for in halves, and both make one result."""

    def answer(request: Any) -> Answer:
        """Half an answer for the whole text, a whole one for each half."""
        article = request.body["messages"][-1]["content"].split("-before>")[-1]
        if "Ana" in article and "Piet" in article:
            return completion('{"experts": [', finish_reason="length")
        name, claim = ("Ana Roe", FULL) if "Ana" in article else ("Piet Maas", CLOSED)
        return completion(json.dumps(extraction([expert(name)], [claim])))

    with fake_server(answer) as server:
        result = extract(server)
    assert [claim.content[0].text for claim in result.claims] == ["the port is full", "the quay is closed"]
    assert len(server.requests) == 3


def test_the_key_is_in_no_error_and_no_result() -> None:
    """A server that echoes the key does not make us repeat it."""
    answer = error(401, "Incorrect API key provided: topsecret123")
    with fake_server(answer) as server, pytest.raises(AuthenticationError) as caught:
        extract(server, api_key="topsecret123")
    assert "topsecret123" not in str(caught.value)
