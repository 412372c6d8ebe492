"""The audit: what the draft leaves out is asked about once more, and what comes of it."""

from __future__ import annotations

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
    SAID,
    SHIPS,
    TEXT,
    TURNED,
    WALK,
    audit,
    counts,
    extract,
    fixed,
)
from fake_engine import FakeEngine, expert, extraction, position, prediction, repair

from extractor import Extractor, article_from_text
from extractor.auditing import RULES
from extractor.auditor import builtin_auditor
from extractor.builtin.detection import Detected
from extractor.schemas import Span
from extractor.schemas.audits import DraftAudit
from extractor.schemas.drafts import DraftExtraction, DraftRepair


def test_what_is_left_out_is_recorded_or_dismissed() -> None:
    """New claims stand among those of the draft by the order of the text; the counts tell passages."""
    engine = FakeEngine(DRAFT, audit([CRITICS, OFFICE], [(3, SHIPS), (1, PAYS)], p2="he walks"))
    result = extract(engine, SAID, DOUBT, WALK, TURNED)
    assert [claim.statement for claim in result.claims] == [FULL["statement"], PAYS["statement"], SHIPS["statement"]]
    assert [claim.id for claim in result.claims] == ["c1", "c2", "c3"]
    assert {expert.name for expert in result.experts} == {"Ana Roe", "Her critics", "harbour office"}
    assert counts(result) == (3, 2, 1)
    assert not result.rejected and not result.provenance.warnings


def test_the_question_goes_on_in_the_same_conversation() -> None:
    """The model sees its draft, and is asked with a schema of its own about what the draft does not cover."""
    engine = FakeEngine(DRAFT, audit(p1="no", p2="no"))
    extract(engine, SAID, DOUBT, WALK)
    (opening, first), (again, second) = engine.asked
    assert (first, second) == (DraftExtraction, DraftAudit)
    assert again[: len(opening)] == opening
    assert [m.type for m in again] == ["system", "human", "ai", "human"]
    question = str(again[-1].content)
    assert "Her critics doubt that the quay will ever pay for itself." in question
    assert "the port is full" not in question
    assert "Experts recorded so far: Ana Roe" in question


def test_the_audit_counts_in_the_provenance() -> None:
    """Its call, its tokens and its prompt are counted."""
    result = extract(FakeEngine(DRAFT, audit(p1="no")), DOUBT)
    assert (result.provenance.calls, result.provenance.usage.input_tokens) == (2, 20)
    assert set(result.provenance.prompts) == {"extract", "audit"}


def test_a_repaired_draft_is_audited_after_its_repair() -> None:
    """The audit's question follows the last answer about the draft."""
    wrong = {**FULL, "content": ["the harbour is overcrowded"]}
    mended = repair(positions=[{**FULL, "item": "positions[0]"}])
    engine = FakeEngine(extraction([expert("Ana Roe")], [wrong]), mended, audit(p1="no"))
    result = extract(engine, SAID, DOUBT)
    assert len(engine.asked[-1][0]) == 6
    assert (len(result.positions), counts(result)) == (1, (1, 0, 1))


def test_a_rejected_claim_does_not_cover() -> None:
    """What the checks refused is asked about again, and may be recorded rightly."""
    wrong = {**FULL, "content": ["the harbour is overcrowded"]}
    engine = FakeEngine(extraction([expert("Ana Roe")], [wrong]), audit([expert("Ana Roe")], [(1, FULL)]))
    result = extract(engine, SAID, attempts=1)
    assert counts(result) == (1, 1, 0)
    assert [item.kind for item in result.rejected] == ["position"]
    assert len(result.positions) == 1


def test_a_passage_may_hold_several_claims_and_a_prediction() -> None:
    """Two items of one passage make one recorded passage."""
    pays = prediction("Her critics", PAYS["content"], statement="The quay pays for itself.", likelihood_words="doubt")
    engine = FakeEngine(DRAFT, audit([CRITICS], [(1, PAYS)], [(1, {**pays, "content": ["the quay will ever pay"]})]))
    result = extract(engine, DOUBT)
    assert counts(result) == (1, 1, 0)
    assert result.predictions or result.provenance.merged


def test_a_new_claim_of_an_expert_of_the_draft_needs_no_new_expert() -> None:
    """Accepted names count; an expert that is listed again is merged."""
    theirs = {**PAYS, "expert": "Ana Roe"}
    result = extract(FakeEngine(DRAFT, audit([expert("Ana Roe")], [(1, theirs)])), DOUBT)
    assert [found.name for found in result.experts] == ["Ana Roe"]
    assert result.provenance.merged == 1
    assert not result.rejected


def test_without_passages_nothing_is_asked() -> None:
    """A draft that covers everything, or a text without attributions, takes one call."""
    engine = FakeEngine(DRAFT)
    result = extract(engine, SAID)
    assert (len(engine.asked), counts(result)) == (1, (0, 0, 0))


def test_a_passage_without_an_answer_is_asked_about_again() -> None:
    """It can be recorded then, in several items, or withdrawn."""
    shorter = {**PAYS, "content": ["the quay will ever pay"], "item": "passages[1]"}
    withdrawn = {"item": "passages[2]", "reason": "he walks"}
    again = repair([{**CRITICS, "item": "new"}], [shorter, {**PAYS, "item": "passages[1]"}], withdrawn=[withdrawn])
    engine = FakeEngine(DRAFT, audit(), again)
    result = extract(engine, DOUBT, WALK)
    assert engine.asked[-1][1] is DraftRepair
    assert "passages[2]" in str(engine.asked[-1][0][-1].content)
    assert counts(result) == (2, 1, 1)
    assert len(result.positions) == 2 and not result.rejected


def test_answers_under_one_id_do_not_displace_each_other() -> None:
    """What is said of a passage and stands in another is kept, also when it happens twice."""
    first, second = ({**PAYS, "content": [part], "item": "passages[2]"} for part in ("the quay", "pay for itself"))
    engine = FakeEngine(DRAFT, audit(), repair([{**CRITICS, "item": "new"}], [first]), repair(positions=[second]))
    result = extract(engine, DOUBT, WALK)
    assert [claim.content[0].text for claim in result.claims[1:]] == ["the quay", "pay for itself"]
    assert counts(result) == (2, 1, 0)


def test_a_passage_that_stays_unanswered_gives_a_warning() -> None:
    """It was asked about, and is neither recorded nor dismissed."""
    result = extract(FakeEngine(DRAFT, audit(p1="no"), repair(), repair()), DOUBT, WALK)
    assert counts(result) == (2, 0, 1)
    assert "1 of the 2 passages" in " ".join(result.provenance.warnings)
    assert not result.rejected


def test_an_answer_that_comes_late_is_no_repair() -> None:
    """Nothing was mended when a passage is answered with the second question only; an item that failed was."""
    late = repair([{**CRITICS, "item": "new"}], [{**PAYS, "content": ["the new quay"], "item": "passages[1]"}])

    def mended(messages: Sequence[Any]) -> dict[str, Any]:
        (item,) = {f"passages[1][{n}]" for n in range(9) if f"passages[1][{n}]: " in str(messages[-1].content)}
        return repair(positions=[{**PAYS, "item": item}])

    right = repair([{**CRITICS, "item": "new"}], [{**PAYS, "item": "passages[1]"}])
    assert extract(FakeEngine(DRAFT, audit(), right), DOUBT).provenance.repaired == 0
    result = extract(FakeEngine(DRAFT, audit(), late, mended), DOUBT)
    assert (counts(result), result.provenance.repaired) == ((1, 1, 0), 1)


def test_an_invalid_quotation_is_asked_for_again() -> None:
    """The item goes through the checks of the draft, and is mended as one of the draft is."""
    wrong = {**PAYS, "content": ["the bridge shall bring in money"]}
    engine = FakeEngine(DRAFT, audit([CRITICS], [(1, wrong)]), repair(positions=[{**PAYS, "item": "positions[0]"}]))
    result = extract(engine, DOUBT)
    assert (len(engine.asked), counts(result), result.provenance.repaired) == (3, (1, 1, 0), 1)
    assert "quote_not_found" in str(engine.asked[-1][0][-1].content)


@pytest.mark.parametrize("number", [9, 2, None, "1", True])
def test_a_wrong_passage_number_is_made_good_by_the_content(number: Any) -> None:
    """An item answers the listed passage in which its content stands; the one that it named is asked about again."""
    withdrawn = repair(withdrawn=[{"item": "passages[2]", "reason": "he walks"}])
    engine = FakeEngine(DRAFT, audit([CRITICS], [(number, PAYS)]), withdrawn)
    assert counts(extract(engine, DOUBT, WALK)) == (2, 1, 1)


def test_content_beside_the_passages_is_told() -> None:
    """The question is about the passages: a claim from elsewhere in the text is asked for again, then rejected."""
    other = position("Ana Roe", "the port is full", statement="The port is full.")
    engine = FakeEngine(DRAFT, audit(positions=[(1, other)]), repair(positions=[{**other, "item": "positions[0]"}]))
    result = extract(engine, DOUBT, attempts=2)
    assert "off_passage" in str(engine.asked[-1][0][-1].content)
    assert [item.violations[0].rule for item in result.rejected] == ["off_passage"]
    assert result.rejected[0].violations[0].rule in RULES
    assert counts(result) == (1, 0, 0)


def test_words_that_stand_twice_are_taken_from_the_passage() -> None:
    """The claim is grounded where the passage is, not at the first place with the same words."""
    text = "It rains. Ana Roe walked on in the rain. Piet Maas said it rains. Bo said it rains.\n"
    start = text.rindex("it rains")
    spot = Detected((), (), (Span(start=start, end=start + 8, text="it rains"),), 0.9)
    bo = position("Bo", "it rains", statement="It rains.")
    result = extract(FakeEngine(extraction(), audit([expert("Bo")], [(1, bo)])), spot, text=text)
    assert result.positions[0].content[0].start == start


def test_a_withdrawn_item_dismisses_its_passage() -> None:
    """The model takes the item back when it is told what is wrong; the item is in rejected."""
    wrong = {**PAYS, "content": ["the bridge shall bring in money"]}
    withdrawn = repair(withdrawn=[{"item": "positions[0]", "reason": "nobody says so"}])
    result = extract(FakeEngine(DRAFT, audit([CRITICS], [(1, wrong)]), withdrawn), DOUBT)
    assert counts(result) == (1, 0, 1)
    assert "withdrawn" in [violation.rule for item in result.rejected for violation in item.violations]


def test_each_chunk_is_asked_about_its_own_passages() -> None:
    """The questions stand in the conversations of the chunks, numbered anew."""

    def answer(messages: Sequence[Any]) -> dict[str, Any]:
        first = "Ana Roe says" in str(messages[1].content).split("-before>")[-1]
        if len(messages) == 2:
            return DRAFT if first else extraction()
        return audit([CRITICS], [(1, PAYS)]) if first else audit([OFFICE], [(1, SHIPS)])

    engine = FakeEngine(*[answer] * 4)
    result = extract(engine, DOUBT, TURNED, chunk_size=110)
    assert len(engine.asked) == 4
    assert counts(result) == (2, 2, 0)
    assert len(result.positions) == 3


def test_without_the_audit_nothing_is_asked() -> None:
    """The setting turns it off, and the provenance has none."""
    engine = FakeEngine(DRAFT)
    assert extract(engine, DOUBT, audit=False).provenance.audit is None
    assert len(engine.asked) == 1


def test_the_built_in_engine_is_not_audited() -> None:
    """There is no model whose draft could leave something out."""
    with Extractor() as extractor:
        assert extractor.extract(TEXT).provenance.audit is None


def test_the_preview_says_whether_an_audit_may_follow() -> None:
    """It does in English and with an auditor of one's own, unless it is off; there is none of a summary."""
    german = article_from_text("Anna Roth sagt, der Hafen sei voll.\n", language="de")
    with Extractor("openai:fake", engine=FakeEngine()) as extractor:
        assert extractor.preview(TEXT).audited
        assert not extractor.preview(german).audited
        assert not extractor.preview(TEXT, length="short").audited
    with Extractor("openai:fake", engine=FakeEngine(), auditor=fixed()) as extractor:
        assert extractor.preview(german).audited
    with Extractor("openai:fake", engine=FakeEngine(), audit=False) as extractor:
        assert not extractor.preview(TEXT).audited


def test_an_article_in_another_language_is_not_audited() -> None:
    """The built-in detection reads English; for other languages there is no audit and no warning."""
    article = article_from_text("Anna Roth sagt, der Hafen sei voll.\n", language="de")
    draft = extraction([expert("Anna Roth")], [position("Anna Roth", "der Hafen sei voll")])
    result = extract(FakeEngine(draft), text=article, auditor=builtin_auditor)
    assert (result.provenance.audit, result.provenance.warnings) == (None, ())


def test_the_built_in_detection_audits_by_default() -> None:
    """Without an auditor of one's own the built-in engine's is asked."""
    text = "Ana Roe says that the port is full. Piet Maas said that the quay is empty.\n"
    empty = position("Piet Maas", "the quay is empty", statement="The quay is empty.")
    engine = FakeEngine(DRAFT, audit([expert("Piet Maas")], [(1, empty)]))
    result = extract(engine, text=text, auditor=builtin_auditor)
    assert (counts(result), len(result.positions)) == ((1, 1, 0), 2)


def test_the_article_of_the_passages_cannot_forge_an_end() -> None:
    """The passages stand between tags that carry the code of the article."""
    engine = FakeEngine(DRAFT, audit(p1="no"))
    extract(engine, DOUBT)
    opening, question = (str(messages[-1].content) for messages, _ in engine.asked)
    tag = opening.split("-about>")[0].removeprefix("<")
    assert f"<{tag}-passages>" in question and f"</{tag}-passages>" in question


def test_reasons_are_logged_without_the_article(caplog: pytest.LogCaptureFixture) -> None:
    """At INFO only the place is told; the model's reason may quote the article, and is told at DEBUG."""
    caplog.set_level("INFO", "extractor.auditing")
    extract(FakeEngine(DRAFT, audit(p1="nobody doubts")), DOUBT)
    assert "from 36 to" in caplog.text
    assert "nobody doubts" not in caplog.text
