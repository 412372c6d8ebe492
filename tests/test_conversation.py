"""The validation loop, and drafting with chunks: bounded, in one conversation, nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from fake_engine import FakeEngine, expert, extraction, position, prediction, repair
from langchain_core.messages import BaseMessage

from extractor import Extraction, Extractor
from extractor.errors import (
    NotJSONError,
    RefusalError,
    ServerError,
    TruncatedError,
    WrongShapeError,
)
from extractor.schemas.drafts import DraftExtraction, DraftRepair

TEXT = "Ana Roe says that the port is full.\n\nPiet Maas says that the quay will close in May.\n"
ANA = expert("Ana Roe")
PIET = expert("Piet Maas")
FULL = position("Ana Roe", "the port is full", statement="The port is full.")
CLOSE = prediction(
    "Piet Maas", "the quay will close in May", statement="The quay closes in May.", horizon_words="in May"
)
SOUND = extraction([ANA, PIET], [FULL], [CLOSE])
WRONG = {**FULL, "content": ["the harbour is overcrowded with ships"]}


def extract(engine: FakeEngine, text: str = TEXT, **settings: Any) -> Extraction:
    """The extraction of a text by a scripted engine; the audit has tests of its own."""
    with Extractor("openai:fake", engine=engine, audit=False, **settings) as extractor:
        return extractor.extract(text)


def by_chunk(*parts: tuple[str, Any]) -> FakeEngine:
    """An engine that answers by what the article part holds, in whatever order it is asked."""

    def answer(messages: Sequence[BaseMessage]) -> Any:
        article = str(messages[1].content).split("-before>")[-1]
        return next(value for words, value in parts if words in article)

    return FakeEngine(*[answer] * 20)


def test_a_sound_answer_takes_one_call() -> None:
    """The result has what the model said, grounded, and counts one call."""
    engine = FakeEngine(SOUND)
    result = extract(engine)
    assert [expert.name for expert in result.experts] == ["Ana Roe", "Piet Maas"]
    assert [claim.content[0].text for claim in result.claims] == ["the port is full", "the quay will close in May"]
    assert (result.provenance.calls, result.provenance.attempts, result.provenance.usage.input_tokens) == (1, 1, 10)
    assert set(result.provenance.prompts) == {"extract"}


def test_repair_asks_in_the_same_conversation_for_the_failing_item() -> None:
    """The second question follows the first answer and names only what failed."""
    engine = FakeEngine(extraction([ANA, PIET], [WRONG], [CLOSE]), repair(positions=[{**FULL, "item": "positions[0]"}]))
    result = extract(engine)
    (opening, first), (again, second) = engine.asked
    assert (first, second) == (DraftExtraction, DraftRepair)
    assert [m.type for m in again] == ["system", "human", "ai", "human"]
    assert again[: len(opening)] == opening
    assert "positions[0]" in str(again[-1].content)
    assert "predictions[0]" not in str(again[-1].content)
    assert (result.provenance.repaired, result.provenance.attempts, len(result.positions)) == (1, 2, 1)


def test_after_the_last_attempt_the_valid_stays_and_the_rest_is_rejected() -> None:
    """Attempts are bounded; the failing item ends in rejected."""
    again = repair(positions=[{**WRONG, "item": "positions[0]"}])
    engine = FakeEngine(extraction([ANA, PIET], [WRONG], [CLOSE]), again, again, again)
    result = extract(engine, attempts=3)
    assert len(engine.asked) == 3
    assert len(result.predictions) == 1
    assert (result.rejected[0].kind, result.rejected[0].violations[0].rule) == ("position", "quote_not_found")


def test_an_unreadable_answer_is_asked_for_again() -> None:
    """An answer that is no JSON is repeated with the fault named, and counts as repaired when that works."""
    engine = FakeEngine("I think that", SOUND)
    result = extract(engine)
    assert "at character 0" in str(engine.asked[1][0][-1].content)
    assert engine.asked[1][1] is DraftExtraction
    assert (result.provenance.repaired, result.rejected) == (1, ())


def test_an_unreadable_repair_leaves_what_is_valid() -> None:
    """When the repair cannot be read to the end, the failing item and the unreadable answers are rejected."""
    engine = FakeEngine(extraction([ANA, PIET], [WRONG], [CLOSE]), "sorry", "sorry")
    result = extract(engine, attempts=3)
    assert len(result.predictions) == 1
    assert sorted(r.kind for r in result.rejected) == ["answer", "answer", "expert", "position"]


@pytest.mark.parametrize(
    ("answer", "error"), [("no", NotJSONError), ("[1]", WrongShapeError), ('{"experts": 1}', WrongShapeError)]
)
def test_no_readable_answer_at_all_is_an_error(answer: str, error: type[Exception]) -> None:
    """After the last attempt the error says how often it was tried."""
    with pytest.raises(error, match="after 2 attempts"):
        extract(FakeEngine(answer, answer), attempts=2)


def test_a_truncated_answer_splits_the_text() -> None:
    """A chunk whose answer was cut off is asked for in halves."""
    halves = by_chunk(("Piet", extraction([PIET], [], [CLOSE])), ("Ana", extraction([ANA], [FULL], [])))
    halves.script.insert(0, TruncatedError("cut off"))
    result = extract(halves)
    assert [claim.content[0].text for claim in result.claims] == ["the port is full", "the quay will close in May"]
    assert result.provenance.calls == 3


def test_truncation_that_cannot_be_split_is_an_error() -> None:
    """One sentence cannot be halved: the error says what to do."""
    with pytest.raises(TruncatedError, match="cannot be split further; use a model with a larger output limit"):
        extract(FakeEngine(TruncatedError("cut off")), "Ana Roe says that the port is full.")


def test_a_truncated_repair_does_not_lose_the_valid() -> None:
    """A repair that is cut off counts as an attempt, and is told in rejected."""
    engine = FakeEngine(extraction([ANA, PIET], [WRONG], [CLOSE]), TruncatedError("x"), TruncatedError("x"))
    result = extract(engine, attempts=3)
    assert len(result.predictions) == 1
    assert [r.violations[0].rule for r in result.rejected if r.kind == "answer"] == ["no_answer", "no_answer"]


def test_one_refused_chunk_does_not_lose_the_others() -> None:
    """A chunk without a usable answer is rejected with the reason, and a warning tells it."""
    engine = by_chunk(("Piet", RefusalError("it refuses")), ("Ana", extraction([ANA], [FULL], [])))
    result = extract(engine, chunk_size=50)
    assert len(result.positions) == 1
    assert [(r.kind, r.violations[0].rule) for r in result.rejected] == [("answer", "no_answer")]
    assert "it refuses" in result.provenance.warnings[0]


def test_an_article_that_is_refused_is_an_error() -> None:
    """When no chunk has an answer, the reason is raised."""
    with pytest.raises(RefusalError):
        extract(FakeEngine(RefusalError("it refuses")))


def test_a_server_that_is_down_fails_the_article() -> None:
    """What may work later is not recorded as the model's fault, even when other chunks have answers."""
    engine = by_chunk(("Piet", ServerError("down")), ("Ana", extraction([ANA], [FULL], [])))
    with pytest.raises(ServerError):
        extract(engine, chunk_size=50)


def test_chunks_are_merged_into_one_expert_per_person() -> None:
    """A person who speaks in two chunks is one expert, with the claims of both."""
    text = "Ana Roe says that the port is full.\n\nThe quay is closed, Roe adds in the end.\n"
    closed = position("Roe", "The quay is closed", statement="The quay is closed.")
    engine = by_chunk(("adds", extraction([expert("Roe")], [closed], [])), ("Ana", extraction([ANA], [FULL], [])))
    result = extract(engine, text, chunk_size=50)
    assert [expert.name for expert in result.experts] == ["Ana Roe"]
    assert [claim.expert_id for claim in result.claims] == ["e1", "e1"]
    assert result.provenance.merged == 1


def test_the_text_before_a_chunk_is_shown_for_its_pronouns() -> None:
    """The second chunk's question shows the end of the first."""
    engine = by_chunk(("Piet", extraction([PIET], [], [CLOSE])), ("Ana", extraction([ANA], [FULL], [])))
    extract(engine, chunk_size=50)
    second = next(str(m[1].content) for m, _ in engine.asked if "Piet" in str(m[1].content))
    before = second.split("-before>\n")[1]
    assert before.startswith("Ana Roe says that the port is full.")


def test_a_strange_answer_with_lone_surrogates_does_not_break() -> None:
    """What a model writes in rejected items can always be written as JSON."""
    strange = json.dumps({**WRONG, "statement": "\ud800"})
    engine = FakeEngine('{"experts": [], "positions": [' + strange + '], "predictions": []}')
    result = extract(engine, attempts=1)
    assert result.rejected
    assert Extraction.model_validate_json(result.model_dump_json())


def test_a_long_article_gives_one_expert_per_person_and_no_duplicate() -> None:
    """60 KB in chunks, drafted at once: two people under several names, every claim once, every span exact."""
    names = ["Ana Roe", "Roe", "Piet Maas", "Captain Maas"]
    lines = [
        f"{names[n % 4]} says that berth {n} of the port is {'full' if n % 3 else 'closed'} now." for n in range(1100)
    ]
    text = "\n\n".join([*lines, lines[0]])

    def answer(messages: Sequence[BaseMessage]) -> Any:
        chunk = str(messages[1].content).split("-before>")[-1]
        found = re.findall(r"^(.+?) says that (berth \d+ .+?)\.$", chunk, re.MULTILINE)
        people = [expert(name) for name in dict.fromkeys(name.removeprefix("Captain ") for name, _ in found)]
        claims = [
            position(
                name.removeprefix("Captain "), said, cue=["says"], source=[name], statement=f"{said.capitalize()}."
            )
            for name, said in found
        ]
        return extraction(people, claims, [])

    assert len(text) > 60_000
    result = extract(FakeEngine(*[answer] * 20), text)
    assert result.provenance.calls > 2
    assert [expert.name for expert in result.experts] == ["Ana Roe", "Piet Maas"]
    assert len(result.positions) == len(lines)
    assert not result.rejected
    assert result.provenance.merged > 0


def test_a_refused_repair_keeps_what_is_valid() -> None:
    """A refusal or filter on the second question does not lose what the first answer had."""
    engine = FakeEngine(extraction([ANA, PIET], [WRONG], [CLOSE]), RefusalError("it refuses"))
    result = extract(engine, attempts=2)
    assert len(result.predictions) == 1
    assert result.provenance.calls == 2
    assert {r.kind for r in result.rejected} == {"answer", "position", "expert"}


def test_failed_chunks_count_too() -> None:
    """Calls, tokens and unreadable answers of a chunk without a usable answer are in the accounts."""
    engine = by_chunk(("Piet", "no"), ("Ana", extraction([ANA], [FULL], [])))
    result = extract(engine, chunk_size=50, attempts=3)
    assert (result.provenance.calls, result.provenance.attempts, result.provenance.usage.input_tokens) == (4, 3, 40)
    assert [r.item["text"] for r in result.rejected] == ["no", "no", "no"]


def test_splitting_is_bounded() -> None:
    """A model that cuts off every answer is not asked about each sentence."""
    engine = FakeEngine(*[TruncatedError("cut off")] * 100)
    with pytest.raises(TruncatedError):
        extract(engine, "Ana Roe says that the port is full.\n\n" * 300)
    assert len(engine.asked) == 31
