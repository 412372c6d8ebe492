"""Faults of an audit: whatever fails, the draft stays, and what was answered is accounted for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from audit_answers import (
    CRITICS,
    DOUBT,
    DRAFT,
    FULL,
    OFFICE,
    PAYS,
    SHIPS,
    TEXT,
    TURNED,
    WALK,
    audit,
    counts,
    extract,
    fixed,
)
from fake_engine import FakeAnswer, FakeEngine, extraction, repair

from extractor import Article, Extractor
from extractor.builtin.detection import Detected
from extractor.errors import AuthenticationError, ExtractorError, RefusalError, ServerError, TruncatedError


@pytest.mark.parametrize("reason", ["", " ", None, 7])
def test_a_passage_is_not_withdrawn_without_a_reason(reason: Any) -> None:
    """As with a first answer: the entry is rejected, and the passage is asked about once more."""
    without = repair(withdrawn=[{"item": "passages[1]", "reason": reason}])
    again = repair(withdrawn=[{"item": "passages[1]", "reason": "nobody says so"}])
    engine = FakeEngine(DRAFT, audit(), without, again)
    result = extract(engine, DOUBT)
    assert (len(engine.asked), counts(result)) == (4, (1, 0, 1))
    assert [(item.kind, item.violations[0].rule) for item in result.rejected] == [("answer", "passage_unknown")]


def test_an_item_withdrawn_without_a_reason_leaves_its_passage_open() -> None:
    """The item is in rejected, and nothing says why the passage should be none."""
    wrong = {**PAYS, "content": ["the bridge shall bring in money"]}
    withdrawn = repair(withdrawn=[{"item": "positions[0]", "reason": ""}])
    engine = FakeEngine(DRAFT, audit([CRITICS], [(1, wrong)]), withdrawn, repair(positions=[]))
    result = extract(engine, DOUBT)
    assert counts(result) == (1, 0, 0)
    assert "passages[1]" in str(engine.asked[-1][0][-1].content)
    assert "1 of the 1 passages" in " ".join(result.provenance.warnings)


def test_a_list_of_repairs_in_the_first_answer_is_rejected() -> None:
    """A model may go on in the form of its last answer; what it withdraws was not asked for."""
    taken = {"withdrawn": [{"item": "positions[0]", "reason": "no"}]}
    result = extract(FakeEngine(DRAFT, {**audit(p1="no"), **taken}), DOUBT)
    assert (counts(result), len(result.positions)) == ((1, 0, 1), 1)
    assert [(item.kind, item.item) for item in result.rejected] == [("answer", taken)]
    assert not extract(FakeEngine(DRAFT, {**audit(p1="no"), "withdrawn": []}), DOUBT).rejected


def test_what_stays_invalid_is_rejected() -> None:
    """After the attempts the passage is neither recorded nor dismissed, the item is in rejected."""
    wrong = {**PAYS, "content": ["the bridge shall bring in money"]}
    result = extract(FakeEngine(DRAFT, audit([CRITICS], [(1, wrong)])), DOUBT, attempts=1)
    assert counts(result) == (1, 0, 0)
    assert [item.violations[0].rule for item in result.rejected if item.kind == "position"] == ["quote_not_found"]
    assert not result.provenance.warnings


@pytest.mark.parametrize("entry", [{"passage": 7, "reason": "no"}, {"passage": 1, "reason": " "}, "1", {"passage": 1}])
def test_a_dismissal_needs_a_listed_passage_and_a_reason(entry: Any) -> None:
    """Otherwise it is rejected as an answer, and the passage stays unanswered."""
    answer = {**audit(), "dismissed": [entry]}
    result = extract(FakeEngine(DRAFT, answer), DOUBT, attempts=1)
    assert counts(result) == (1, 0, 0)
    assert [item.kind for item in result.rejected] == ["answer"]


@pytest.mark.parametrize(
    "error", [ServerError("down"), RefusalError("no"), TruncatedError("cut"), AuthenticationError("key")]
)
def test_a_failing_audit_keeps_the_draft(error: ExtractorError) -> None:
    """A warning tells what happened, and the counts that nothing came of it."""
    result = extract(FakeEngine(DRAFT, error), DOUBT, WALK)
    assert [claim.statement for claim in result.claims] == [FULL["statement"]]
    assert counts(result) == (2, 0, 0)
    assert str(error) in " ".join(result.provenance.warnings)


@pytest.mark.parametrize(
    ("error", "kinds"),
    [(ServerError("down"), []), (RefusalError("no"), ["answer"]), (TruncatedError("cut"), ["answer"])],
)
def test_an_answer_that_was_refused_or_cut_off_is_rejected(error: ExtractorError, kinds: list[str]) -> None:
    """As one to a part of a draft is; a call that no model answered leaves nothing to account for."""
    assert [item.kind for item in extract(FakeEngine(DRAFT, error), DOUBT).rejected] == kinds


def test_a_foreign_error_in_the_audit_keeps_the_draft() -> None:
    """The warning tells its kind only: its message may hold what no result should."""
    result = extract(FakeEngine(DRAFT, RuntimeError("key abc")), DOUBT)
    assert (counts(result), len(result.positions)) == ((1, 0, 0), 1)
    assert "unexpected RuntimeError" in " ".join(result.provenance.warnings)
    assert "abc" not in result.model_dump_json()


@pytest.mark.parametrize(
    ("error", "told"), [(ValueError("text of the article"), "unexpected ValueError"), (ServerError("down"), "down")]
)
def test_a_failing_auditor_keeps_the_draft(error: Exception, told: str) -> None:
    """There is no audit then, and a warning says why; the draft goes on meanwhile."""

    def fails(article: Article) -> Sequence[Detected]:
        raise error

    result = extract(FakeEngine(DRAFT), auditor=fails)
    assert (len(result.positions), result.provenance.audit) == (1, None)
    assert [line for line in result.provenance.warnings if told in line and "not audited" in line]
    assert "text of the article" not in " ".join(result.provenance.warnings)


def test_cancelling_the_audit_cancels_the_extraction() -> None:
    """What the caller cancels is no failure of the audit."""

    async def cancelled() -> None:
        asked = threading.Event()
        engine = _Waiting(asked, DRAFT)
        with Extractor("openai:fake", engine=engine, auditor=fixed(DOUBT)) as extractor:
            task = asyncio.ensure_future(extractor.aextract(TEXT))
            await asyncio.to_thread(asked.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancelled())


class _Waiting(FakeEngine):
    """Never answers once its script has ended."""

    def __init__(self, asked: threading.Event, *script: Any) -> None:
        super().__init__(*script)
        self._event = asked

    async def complete(self, messages: Any, schema: Any, /) -> FakeAnswer:
        if not self.script:
            self._event.set()
            await asyncio.Event().wait()
        return await super().complete(messages, schema)


@pytest.mark.parametrize("answer", ["I would rather not.", "[]", '{"positions": []}'])
def test_an_audit_without_a_readable_answer_keeps_the_draft(answer: str) -> None:
    """After the attempts the answers are in rejected."""
    result = extract(FakeEngine(DRAFT, answer, answer), DOUBT, attempts=2)
    assert len(result.positions) == 1
    assert counts(result) == (1, 0, 0)
    assert [item.kind for item in result.rejected] == ["answer", "answer"]


def test_a_failing_repair_keeps_what_the_audit_has_recorded() -> None:
    """What stood before the call failed stays."""
    wrong = {**SHIPS, "content": ["no boat was sent off last May"]}
    answer = audit([CRITICS, OFFICE], [(1, PAYS), (2, wrong)])
    result = extract(FakeEngine(DRAFT, answer, ServerError("down")), DOUBT, TURNED)
    assert counts(result) == (2, 1, 0)
    assert PAYS["statement"] in [claim.statement for claim in result.claims]
    assert "down" in " ".join(result.provenance.warnings)


def test_the_unanswered_passages_of_all_chunks_are_told_in_one_sum() -> None:
    """Two chunks with one each are two of two."""
    answers = [lambda messages: audit() if len(messages) > 2 else extraction([OFFICE], [])] * 4
    result = extract(FakeEngine(*answers), DOUBT, TURNED, chunk_size=110, attempts=1)
    assert counts(result) == (2, 0, 0)
    assert [line for line in result.provenance.warnings if "2 of the 2 passages" in line]


def test_a_chunk_whose_draft_failed_is_not_audited() -> None:
    """Only what a draft was made of is asked about."""

    def answer(messages: Sequence[Any]) -> Any:
        first = "Ana Roe says" in str(messages[1].content).split("-before>")[-1]
        return RefusalError("no") if first else audit(p1="no") if len(messages) > 2 else extraction([OFFICE], [])

    result = extract(FakeEngine(*[answer] * 3), DOUBT, TURNED, chunk_size=110)
    assert counts(result) == (1, 0, 1)
