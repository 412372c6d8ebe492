"""merging.py: duplicates among grounded claims."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.grounding import ClaimSpans
from extractor.merging import KeyedClaim, merge_claims
from extractor.schemas import Span
from extractor.schemas.claims import Stance
from extractor.schemas.drafts import DraftPosition, DraftPrediction

TEXT = "Ada says that prices will fall in June and that wages will rise in May. Bo agrees. " * 40
HOLDER, REPORTER = 1, 2


def span(start: int, end: int, text: str = TEXT) -> Span:
    """A span of a text."""
    return Span(start=start, end=end, text=text[start:end])


def position(
    *content: tuple[int, int],
    expert: int = HOLDER,
    by: int | None = None,
    source: tuple[int, int] | None = None,
    stance: Stance = "neutral",
    target: str = "prices",
) -> KeyedClaim:
    """A grounded position."""
    draft = DraftPosition(
        content=["x"],
        cue=[],
        source=[],
        expert="Ada",
        reported_by=None,
        statement="Prices fall.",
        topic="prices",
        target=target,
        stance=stance,
        kind="fact",
    )
    spans = ClaimSpans((span(*source),) if source else (), (), tuple(span(*part) for part in content), None, None, None)
    return KeyedClaim(expert, by, draft, spans)


def prediction(
    *content: tuple[int, int],
    expert: int = HOLDER,
    by: int | None = None,
    cue: tuple[int, int] | None = None,
    likelihood: tuple[int, int] | None = None,
    horizon: tuple[int, int] | None = None,
) -> KeyedClaim:
    """A grounded prediction."""
    draft = DraftPrediction(
        content=["x"],
        cue=[],
        source=[],
        expert="Ada",
        reported_by=None,
        statement="Prices fall.",
        topic="prices",
        likelihood_words=None,
        negated=False,
        condition=None,
        horizon_words=None,
        missing=[],
    )
    spans = ClaimSpans(
        (),
        (span(*cue),) if cue else (),
        tuple(span(*part) for part in content),
        span(*likelihood) if likelihood else None,
        None,
        span(*horizon) if horizon else None,
    )
    return KeyedClaim(expert, by, draft, spans)


LONG = (9, 70)
DUPLICATES = {
    "the same content": [position(LONG), position(LONG)],
    "half of the characters shared": [prediction((14, 54)), prediction((14, 34))],
    "the same content in two parts and in one": [position((14, 30), (31, 54)), position((14, 54))],
    "position and prediction": [position((14, 54)), prediction((14, 50))],
    "the same words again later": [position(LONG), position((9 + 83, 70 + 83))],
    "position and prediction with the same words again later": [position(LONG), prediction((9 + 83, 70 + 83))],
    "a report and what it reports": [position(LONG, expert=REPORTER), prediction(LONG, by=REPORTER)],
    "two reporters": [position(LONG, by=REPORTER), position(LONG, by=3)],
    "one stance read in two ways": [position(LONG, stance="favor"), position(LONG, stance="neutral")],
}
DISTINCT = {
    "less than half shared": [prediction((14, 54)), prediction((14, 27))],
    "two events in one sentence": [prediction((14, 38)), prediction((43, 70))],
    "another holder": [position(LONG), position(LONG, expert=5)],
    "position inside a much longer prediction": [position((14, 34)), prediction(LONG)],
    "the same short words again": [position((14, 30)), position((14 + 83, 30 + 83))],
    "two likelihoods": [prediction(LONG, likelihood=(21, 25)), prediction(LONG, likelihood=(54, 58))],
    "two horizons": [prediction(LONG, horizon=(31, 38)), prediction(LONG, horizon=(64, 70))],
    "for one thing and against another": [
        position(LONG, stance="favor", target="prices"),
        position(LONG, stance="against", target="wages"),
    ],
    "reported by somebody else": [position(LONG, expert=7), prediction(LONG, by=REPORTER)],
}


@pytest.mark.parametrize("claims", DUPLICATES.values(), ids=DUPLICATES.keys())
def test_duplicates_become_one_claim(claims: list[KeyedClaim]) -> None:
    """Of two claims that say the same, one is kept and one is counted as merged."""
    kept, merged = merge_claims(claims)
    assert (len(kept), merged) == (1, 1)
    assert kept[0] in claims


@pytest.mark.parametrize("claims", DISTINCT.values(), ids=DISTINCT.keys())
def test_different_claims_are_kept(claims: list[KeyedClaim]) -> None:
    """Claims that differ in holder, event, place or stance all stay."""
    kept, merged = merge_claims(claims)
    assert (len(kept), merged) == (2, 0)


def test_nothing_gives_nothing() -> None:
    """Without claims there is nothing to keep and nothing merged."""
    assert merge_claims([]) == ([], 0)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (position(LONG), position(LONG, source=(0, 3))),
        (prediction(LONG), prediction(LONG, cue=(4, 8))),
        (position(LONG), position(LONG, by=REPORTER)),
        (prediction(LONG), prediction((14, 54), horizon=(31, 38))),
        (prediction((14, 50)), prediction((14, 54))),
        (position(LONG, source=(0, 3)), prediction(LONG)),
        (position(LONG, expert=REPORTER, source=(0, 3)), prediction(LONG, by=REPORTER)),
    ],
    ids=["source", "cue", "reporter", "horizon", "longer", "prediction", "reported"],
)
def test_the_claim_that_tells_more_stays(worse: KeyedClaim, better: KeyedClaim) -> None:
    """The duplicate with source, cue, reporter, more fields or more content stays, in whatever order they come."""
    assert merge_claims([worse, better])[0] == [better]
    assert merge_claims([better, worse])[0] == [better]


def test_a_report_that_holds_source_and_cue_of_the_inner_claim_is_merged() -> None:
    """The outer content may include who said it: what is compared is the rest."""
    outer = position((0, 38), expert=REPORTER)
    inner = prediction((14, 38), by=REPORTER)
    withsource = KeyedClaim(
        HOLDER, REPORTER, inner.draft, ClaimSpans((span(0, 3),), (span(4, 13),), inner.spans.content, None, None, None)
    )
    assert merge_claims([outer, withsource]) == ([withsource], 1)


def test_a_claim_that_two_others_split_gives_way() -> None:
    """One record per event: the whole sentence is dropped where its two halves were recorded as well."""
    whole, first, second = prediction((14, 70)), prediction((14, 42)), prediction((42, 70))
    assert merge_claims([whole, second, first]) == ([first, second], 1)


def test_reports_in_a_circle_leave_one_claim() -> None:
    """Three claims that each report the next do not all vanish."""
    claims = [position(LONG, expert=1, by=3), position(LONG, expert=2, by=1), position(LONG, expert=3, by=2)]
    kept, merged = merge_claims(claims)
    assert (len(kept), merged) == (1, 2)


def test_a_chain_of_reports_leaves_the_innermost_claim() -> None:
    """C says that A says that B believes it: only B's claim stays."""
    inner = prediction(LONG, expert=2, by=1)
    kept, merged = merge_claims([position(LONG, expert=3), position(LONG, expert=1, by=3), inner])
    assert (kept, merged) == ([inner], 2)


def test_kept_claims_are_ordered_by_content() -> None:
    """The result follows the article, whatever came first."""
    late, early, middle = position((200, 240)), prediction((10, 40)), position((100, 130))
    assert merge_claims([late, early, middle])[0] == [early, middle, late]


def test_no_two_kept_claims_are_duplicates_in_a_large_article() -> None:
    """A thousand claims, each drafted twice, come out once each."""
    text = TEXT * 60
    claims = [
        KeyedClaim(
            n % 7,
            None,
            position().draft,
            ClaimSpans((), (), (span(n * 90, n * 90 + 20 + n % 3, text),), None, None, None),
        )
        for n in range(1000)
    ]
    shuffled = claims * 2
    random.Random(4).shuffle(shuffled)
    assert merge_claims(shuffled) == (claims, 1000)


starts = st.integers(0, 60)


@st.composite
def any_claim(draw: st.DrawFn) -> KeyedClaim:
    """A claim of one of three holders with one or two parts of content."""
    start = draw(starts)
    content = [(start, start + draw(st.integers(1, 40)))]
    if draw(st.booleans()):
        content.append((content[0][1] + 2, content[0][1] + 2 + draw(st.integers(1, 20))))
    expert = draw(st.integers(1, 3))
    by = draw(st.sampled_from([None, *({1, 2, 3} - {expert})]))
    if draw(st.booleans()):
        return prediction(*content, expert=expert, by=by, likelihood=draw(st.sampled_from([None, (21, 25), (54, 58)])))
    return position(*content, expert=expert, by=by, source=draw(st.sampled_from([None, (0, 3)])))


@settings(max_examples=150, deadline=None)
@given(st.lists(any_claim(), max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_the_claims_does_not_matter(claims: list[KeyedClaim], chance: random.Random) -> None:
    """Any permutation of the claims gives the same result, and every claim is kept or counted."""
    shuffled = list(claims)
    chance.shuffle(shuffled)
    kept, merged = merge_claims(claims)
    assert merge_claims(shuffled) == (kept, merged)
    assert len(kept) + merged == len(claims)
    assert bool(kept) == bool(claims)


@settings(max_examples=150, deadline=None)
@given(st.lists(any_claim(), max_size=9))
def test_merging_again_changes_nothing(claims: list[KeyedClaim]) -> None:
    """What is kept holds no duplicates any more."""
    kept, _ = merge_claims(claims)
    assert merge_claims(kept) == (kept, 0)
