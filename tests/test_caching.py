"""The engine that asks only for what is not kept."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from fake_engine import FakeEngine, Scripted, expert, extraction, position, repair
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel

from extractor import Extractor
from extractor.caching import CachedEngine, StoredReply, request_key
from extractor.errors import NotJSONError, RefusalError, ServerError, TruncatedError
from extractor.schemas import Provenance, Usage
from extractor.schemas.drafts import DraftExtraction, DraftSummary

TEXT = "“We are full,” said Piet Maas. He argued that Varnsee should build a second quay.\n"
GOOD = extraction([expert("Piet Maas")], [position("Piet Maas", "“We are full,”", statement="Varnsee is full.")])
BAD = extraction([expert("Piet Maas")], [position("Piet Maas", "the harbour was never dredged")])
MENDED = repair(withdrawn=[{"item": "positions[0]", "reason": "not in the article"}])
REQUEST: dict[str, Any] = {"engine": "fake", "model": "fake-1", "base_url": None, "temperature": None}
ASKED: list[BaseMessage] = [SystemMessage("Answer."), HumanMessage("What?")]


class Kept:
    """A cache in memory."""

    def __init__(self) -> None:
        self.replies: dict[str, StoredReply] = {}

    async def get(self, key: str, /) -> StoredReply | None:
        """The answer that is kept."""
        return self.replies.get(key)

    def put(self, key: str, reply: StoredReply, /) -> None:
        """Keep an answer."""
        self.replies[key] = reply

    def drop(self, keys: Collection[str], /) -> None:
        """Forget answers."""
        for key in keys:
            self.replies.pop(key, None)


def extract(cache: Kept, *script: Scripted, **more: Any) -> Provenance:
    """The provenance of an extraction of `TEXT` with these answers."""
    given = {"audit": False, "attempts": 2, **more}
    with Extractor(engine=FakeEngine(*script), cache=cache, **given) as extractor:
        return extractor.extract(TEXT).provenance


def test_what_was_answered_is_not_asked_again() -> None:
    """The account tells how many calls were none; the tokens are what the answers once took."""
    cache = Kept()
    first, second = extract(cache, GOOD), extract(cache)
    assert (first.calls, first.cached, second.calls, second.cached) == (1, 0, 1, 1)
    assert first.usage == second.usage == Usage(input_tokens=10, output_tokens=5)


def test_a_question_about_what_failed_goes_through_it_too() -> None:
    """The conversation is the same as long as the answers are."""
    cache = Kept()
    first, second = extract(cache, BAD, MENDED), extract(cache)
    assert (first.calls, first.cached, second.calls, second.cached) == (2, 0, 2, 2)
    assert second.repaired == first.repaired


def test_a_part_may_be_kept() -> None:
    """The first answer is, the second is asked for."""
    cache = Kept()
    with pytest.raises(ServerError):
        extract(cache, BAD, ServerError("down"))
    assert (len(cache.replies), extract(cache, MENDED).cached) == (1, 1)


def test_a_summary_goes_through_it_too() -> None:
    """Its key is another one: the schema counts."""
    cited = {"text": "Varnsee is full.", "evidence": ["“We are full,”"]}
    draft = {"headline": cited, "abstract": [cited], "by_expert": [], "agreements": [], "disagreements": []}
    cache = Kept()
    for script in ([draft], []):
        with Extractor(engine=FakeEngine(*script), cache=cache) as extractor:
            made = extractor.summarize(TEXT).provenance
    assert (made.calls, made.cached) == (1, 1)


@pytest.mark.parametrize("error", [RefusalError("no"), TruncatedError("cut off")])
def test_only_answers_are_kept(error: Exception) -> None:
    """Neither refusals nor what was cut off."""
    cache = Kept()
    with pytest.raises(type(error)):
        extract(cache, *[error] * 40)
    assert cache.replies == {}


def test_answers_that_came_to_nothing_are_forgotten() -> None:
    """Else trying again would fail again without asking."""
    cache = Kept()
    with pytest.raises(NotJSONError):
        extract(cache, "Sorry.", "Sorry!")
    assert cache.replies == {}
    assert extract(cache, GOOD).cached == 0


def test_answers_know_their_article() -> None:
    """So that they go with it."""
    cache = Kept()
    extract(cache, GOOD)
    with Extractor(engine=FakeEngine()) as extractor:
        article_id = extractor._article(TEXT).id
    assert [(one.article_id, one.engine, one.model) for one in cache.replies.values()] == [
        (article_id, "fake", "fake-1")
    ]


@pytest.mark.parametrize("change", [{"model": "fake-2"}, {"base_url": "http://h/v1"}, {"temperature": 0.0}])
def test_another_way_of_asking_is_another_request(change: dict[str, Any]) -> None:
    """Who is asked, where and how."""
    key = request_key(ASKED, DraftExtraction, **REQUEST)
    assert request_key(list(ASKED), DraftExtraction, **REQUEST) == key
    assert request_key(ASKED, DraftExtraction, **{**REQUEST, **change}) != key


def test_another_question_is_another_request() -> None:
    """Words, roles, their order and the schema count."""

    class Other(BaseModel):
        what: str

    questions = [ASKED, ASKED[::-1], [*ASKED, AIMessage("This.")], [ASKED[0], AIMessage("What?")]]
    keys = {request_key(asked, DraftExtraction, **REQUEST) for asked in questions}
    keys |= {request_key(ASKED, schema, **REQUEST) for schema in (DraftSummary, Other)}
    assert len(keys) == 6


def test_the_engine_around_another_one_bears_its_name() -> None:
    """It asks once, and knows which requests it saw."""
    engine, cache = FakeEngine(GOOD), Kept()
    looking = CachedEngine(engine, cache, base_url=None, temperature=None, article_id=None)
    answers = [asyncio.run(looking.complete(ASKED, DraftExtraction)) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert (looking.name, looking.model, len(engine.asked), looking.keys) == ("fake", "fake-1", 1, {*cache.replies})
