"""Assembling a result: ids by order of the text, likelihood and horizon by code, nothing lost."""

from __future__ import annotations

from datetime import date

import pytest
from fake_engine import expert, position, prediction

from extractor.articles import article_from_text
from extractor.grounding import ClaimSpans, Grounder
from extractor.pipeline import Assembled, ChunkDraft, assemble
from extractor.schemas.drafts import DraftExpert, DraftPosition, DraftPrediction

TEXT = (
    "Piet Maas says that the port is full. Ana Roe thinks that the quay is unlikely to open by the end of 2031. "
    "Maas adds that Roe believes in miracles."
)
ARTICLE = article_from_text(TEXT, language="en", published=date(2026, 3, 17))


def assembled(
    *claims: DraftPosition | DraftPrediction, experts: tuple[str, ...] = ("Ana Roe", "Piet Maas")
) -> Assembled:
    """What these claims of one chunk come to."""
    grounder = Grounder(TEXT, language="en")
    grounded: list[tuple[DraftPosition | DraftPrediction, ClaimSpans]] = [
        (claim, grounder.claim(claim)[0]) for claim in claims
    ]
    drafts = tuple(DraftExpert.model_validate(expert(name)) for name in experts)
    return assemble(ARTICLE, [ChunkDraft(0, drafts, tuple(grounded))])


def quay(**more: object) -> DraftPrediction:
    """Ana Roe's prediction."""
    told = {"likelihood_words": "unlikely", "horizon_words": "by the end of 2031", "statement": "The quay opens."}
    return DraftPrediction.model_validate(
        prediction("Ana Roe", "the quay is unlikely to open by the end of 2031", **{**told, **more})
    )


FULL = DraftPosition.model_validate(position("Piet Maas", "the port is full"))
MIRACLES = DraftPosition.model_validate(position("Ana Roe", "in miracles", reported_by="Piet Maas"))


def test_ids_follow_the_text() -> None:
    """Experts are numbered by first mention, claims over both lists by first content offset."""
    found = assembled(MIRACLES, quay(), FULL)
    assert [(e.id, e.name) for e in found.experts] == [("e1", "Piet Maas"), ("e2", "Ana Roe")]
    assert [(c.id, c.expert_id) for c in found.positions] == [("c1", "e1"), ("c3", "e2")]
    assert [(c.id, c.expert_id) for c in found.predictions] == [("c2", "e2")]
    assert found.positions[1].reported_by == "e1"


def test_likelihood_horizon_and_verifiability_are_computed() -> None:
    """Band, dates and level come from our code and the words, never from the model."""
    (found,) = assembled(quay(missing=["metric"])).predictions
    assert (found.likelihood.band, found.likelihood.low, found.likelihood.high) == ("unlikely", 20, 45)
    assert found.expected == "does_not_occur"
    assert (found.horizon.start, found.horizon.end) == (date(2026, 3, 17), date(2031, 12, 31))
    assert (found.verifiability.level, found.verifiability.missing) == ("partly", ("metric",))


@pytest.mark.parametrize(
    ("dated", "missing", "level"),
    [
        (True, [], "verifiable"),
        (False, [], "partly"),
        (False, ["metric"], "partly"),
        (False, ["metric", "entity"], "unverifiable"),
        (True, ["metric", "threshold", "entity"], "unverifiable"),
    ],
)
def test_verifiability_counts_what_is_missing(dated: bool, missing: list[str], level: str) -> None:
    """None missing: verifiable; one or two: partly; more: unverifiable; a missing date counts."""
    words = "by the end of 2031" if dated else None
    (found,) = assembled(quay(missing=missing, horizon_words=words)).predictions
    assert found.verifiability.level == level
    assert ("date" in found.verifiability.missing) is not dated


def test_an_expert_without_a_claim_is_told() -> None:
    """Experts without a claim are no part of the result, and stand in rejected."""
    found = assembled(FULL)
    assert [e.name for e in found.experts] == ["Piet Maas"]
    assert [(r.item["name"], r.violations[0].rule) for r in found.rejected] == [("Ana Roe", "expert_without_claim")]


def test_a_duplicate_is_merged_and_counted() -> None:
    """The same claim twice is one, and the count says so."""
    found = assembled(FULL, FULL)
    assert len(found.positions) == 1
    assert found.merged == 1
