"""Summaries by a model: every sentence is proven, mended, or rejected."""

from __future__ import annotations

from typing import Any

import pytest
from fake_engine import FakeEngine

from extractor import Extractor, Summary
from extractor.errors import RefusalError, TruncatedError, UngroundedError, WrongShapeError

TEXT = "Ana Roe says that the port of Varnsee is full.\n\nPiet Maas doubts it, and expects 12 ships in May.\n"
FULL = {"text": "The port of Varnsee is full.", "evidence": ["the port of Varnsee is full"]}
SHIPS = {"text": "Twelve ships come in May.", "evidence": ["expects 12 ships in May"]}
ANA = {"expert": "Ana Roe", "kind": "person", "role": None, "affiliation": None, **FULL}
PIET = {**ANA, "expert": "Piet Maas", **SHIPS}


def draft(**change: Any) -> dict[str, Any]:
    """A whole answer to the summarize prompt."""
    base = {
        "headline": FULL,
        "abstract": [FULL, SHIPS],
        "by_expert": [ANA, PIET],
        "agreements": [],
        "disagreements": [],
    }
    return {**base, **change}


def summarize(*script: Any, **settings: Any) -> tuple[Summary, FakeEngine]:
    """The summary of the text by a scripted engine, and the engine."""
    engine = FakeEngine(*script)
    with Extractor("openai:fake", engine=engine, **settings) as extractor:
        return extractor.summarize(TEXT), engine


def test_a_sound_summary_takes_one_call() -> None:
    """Experts are resolved by our code, with the mentions that the text has."""
    summary, _ = summarize(draft())
    assert [expert.name for expert in summary.experts] == ["Ana Roe", "Piet Maas"]
    assert [line.expert_id for line in summary.by_expert] == ["e1", "e2"]
    assert summary.experts[0].mentions[0].text == "Ana Roe"
    assert (summary.provenance.calls, summary.rejected) == (1, ())


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ({"text": "Boris Johnson is here.", "evidence": FULL["evidence"]}, "name_not_in_article"),
        ({"text": "Thirteen ships come in May.", "evidence": SHIPS["evidence"]}, "number_not_in_article"),
        ({"text": "Ships come in June.", "evidence": SHIPS["evidence"]}, "number_not_in_article"),
        ({"text": "The port is full.", "evidence": ["the harbour overflows with boats"]}, "quote_not_found"),
        ({"text": "The port is full.", "evidence": []}, "blank"),
        ({"text": "", "evidence": FULL["evidence"]}, "blank"),
        ({"text": "The port is full."}, "wrong_shape"),
    ],
)
def test_a_sentence_that_is_not_proven_is_rejected(sentence: dict[str, Any], rule: str) -> None:
    """What the article does not have is out of the summary and told in rejected."""
    summary, _ = summarize(draft(abstract=[FULL, sentence]), attempts=1)
    assert [cited.text for cited in summary.abstract] == [FULL["text"]]
    assert [(r.kind, r.item["item"]) for r in summary.rejected] == [("summary", "abstract[1]")]
    assert rule in {violation.rule for violation in summary.rejected[0].violations}


def test_only_the_failing_sentence_is_asked_for_again() -> None:
    """A mended sentence takes its place, under its id."""
    mended = {"item": "abstract[1]", **SHIPS}
    wrong = {"text": "Thirteen ships come.", "evidence": SHIPS["evidence"]}
    summary, engine = summarize(draft(abstract=[FULL, wrong]), {"sentences": [mended], "lines": [], "withdrawn": []})
    assert [cited.text for cited in summary.abstract] == [FULL["text"], SHIPS["text"]]
    assert "abstract[0]" not in str(engine.asked[1][0][-1].content)
    assert summary.provenance.repaired == 1


def test_a_withdrawn_sentence_is_rejected_with_its_reason() -> None:
    """Nothing vanishes."""
    wrong = {"text": "Thirteen ships come.", "evidence": SHIPS["evidence"]}
    answer = {"sentences": [], "lines": [], "withdrawn": [{"item": "abstract[1]", "reason": "not so"}]}
    summary, _ = summarize(draft(abstract=[FULL, wrong]), answer)
    assert [(r.violations[0].rule, r.violations[0].message) for r in summary.rejected] == [("withdrawn", "not so")]


def test_a_line_about_somebody_the_article_does_not_have_is_rejected() -> None:
    """An expert of a summary has to be in the article."""
    summary, _ = summarize(draft(by_expert=[ANA, {**PIET, "expert": "Jan Smit"}]), attempts=1)
    assert [line.expert_id for line in summary.by_expert] == ["e1"]
    assert summary.rejected[0].violations[0].field == "expert"


def test_a_headline_that_fails_is_replaced_with_a_warning() -> None:
    """The first sentence of the abstract stands in."""
    summary, _ = summarize(draft(headline={"text": "Boris Johnson!", "evidence": ["x"]}), attempts=1)
    assert summary.headline.text == FULL["text"]
    assert "headline failed" in summary.provenance.warnings[0]


def test_a_summary_without_a_proven_sentence_is_an_error() -> None:
    """There is nothing to show."""
    nothing = {"text": "Nothing.", "evidence": ["never said in this article"]}
    with pytest.raises(UngroundedError):
        summarize(draft(headline=nothing, abstract=[nothing]), attempts=1)


def test_a_summary_without_its_sections_has_the_wrong_shape() -> None:
    """The missing section is named."""
    with pytest.raises(WrongShapeError, match="agreements"):
        summarize({k: v for k, v in draft().items() if k != "agreements"}, attempts=1)


def test_experts_may_be_counted() -> None:
    """How many experts are listed is no invented number; a larger number is."""
    two = {"text": "Two speakers differ.", "evidence": FULL["evidence"]}
    three = {"text": "Three speakers differ.", "evidence": FULL["evidence"]}
    summary, _ = summarize(draft(disagreements=[two, three]), attempts=1)
    assert [cited.text for cited in summary.disagreements] == [two["text"]]


def test_a_long_article_is_summarized_in_parts_and_combined() -> None:
    """One call for each part, one to combine them; evidence stays exact."""
    part = {**draft(), "by_expert": []}
    ana, piet = {**part, "headline": FULL, "abstract": [FULL]}, {**part, "headline": SHIPS, "abstract": [SHIPS]}
    summary, engine = summarize(ana, piet, draft(), chunk_size=60)
    assert summary.provenance.calls == 3
    assert set(summary.provenance.prompts) == {"summarize", "combine"}
    assert "expects 12 ships in May" in str(engine.asked[2][0][-1].content)


def test_a_truncated_summary_is_made_in_parts() -> None:
    """An answer that was cut off makes the summary go by halves."""
    part = {**draft(), "by_expert": []}
    summary, engine = summarize(TruncatedError("cut"), {**part, "abstract": []}, {**part, "abstract": []}, draft())
    assert len(engine.asked) == 4
    assert summary.provenance.calls == 4


def test_a_line_may_be_given_to_another_expert_in_a_repair() -> None:
    """A line whose expert is not in the article comes back with the right one."""
    answer = {"sentences": [], "lines": [{"item": "by_expert[1]", **PIET}], "withdrawn": []}
    summary, engine = summarize(draft(by_expert=[ANA, {**PIET, "expert": "Jan Smit"}]), answer)
    assert [expert.name for expert in summary.experts] == ["Ana Roe", "Piet Maas"]
    assert (summary.provenance.repaired, len(engine.asked), summary.rejected) == (1, 2, ())


def test_a_sentence_of_wrong_shape_can_be_mended() -> None:
    """Nothing of the faulty sentence is left in the mended one."""
    answer = {"sentences": [{"item": "headline", **FULL}], "lines": [], "withdrawn": []}
    summary, _ = summarize(draft(headline="The port is full."), answer)
    assert (summary.headline.text, summary.rejected) == (FULL["text"], ())


def test_a_refused_repair_keeps_what_is_proven() -> None:
    """A refusal of the second question does not lose the first answer."""
    wrong = {"text": "Thirteen ships come.", "evidence": SHIPS["evidence"]}
    summary, _ = summarize(draft(abstract=[FULL, wrong]), RefusalError("it refuses"), attempts=2)
    assert len(summary.abstract) == 1
    assert {r.kind for r in summary.rejected} == {"summary", "answer"}
