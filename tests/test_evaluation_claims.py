"""Positions and predictions against gold of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from gold_files import TEXT, gold_data

from extractor.evaluation.claims import count_claims, same_holder
from extractor.evaluation.counts import Count
from extractor.evaluation.gold import GoldRecord
from extractor.evaluation.records import Holder, PositionLabels, Record, record_of
from extractor.evaluation.words import Document

GOLD = record_of(GoldRecord.model_validate(gold_data()))
DATES = {"start": date(2026, 3, 17), "end": date(2031, 12, 31)}


def changed(place: int, /, **more: Any) -> Record:
    """The gold with other labels, or another holder, of the claim at a place."""
    claims = list(GOLD.claims)
    labels = {name: more.pop(name) for name in list(more) if hasattr(claims[place].labels, name)}
    claims[place] = replace(claims[place], labels=replace(claims[place].labels, **labels), **more)
    return replace(GOLD, claims=tuple(claims))


def counted(predicted: Record, gold: Record = GOLD) -> dict[str, Count]:
    """The counts of the article."""
    return count_claims(Document(TEXT), predicted, gold)


def test_gold_against_itself_is_right_everywhere() -> None:
    """Every count is full; what the gold does not have is not counted."""
    counts = counted(GOLD)
    assert all(count.right == count.gold for count in counts.values())
    assert (counts["claim"], counts["prediction"]) == (Count(3, 3, 3), Count(1, 1, 1))
    assert (counts["stance.against"], counts["stance.favor"]) == (Count(2, 2, 2), Count(0, 0, 0))


def test_a_prediction_in_the_wrong_list_is_missed() -> None:
    """It matches as a claim, but no label of a prediction or a position can be compared."""
    counts = counted(replace(GOLD, claims=tuple(_as_position(claim) for claim in GOLD.claims)))
    assert (counts["claim"].right, counts["prediction"]) == (3, Count(0, 0, 1))
    assert (counts["band.accuracy"], counts["stance.favor"]) == (Count(0, None, 0), Count(0, 1, 0))


def _as_position(claim: Any) -> Any:
    if isinstance(claim.labels, PositionLabels):
        return claim
    return replace(claim, labels=PositionLabels("favor", "tolls", "fact"))


@pytest.mark.parametrize(
    ("place", "label", "wrong"),
    [
        (0, {"stance": "favor"}, {"stance.accuracy"}),
        (0, {"kind": "value"}, {"kind.accuracy"}),
        (1, {"band": None}, {"band.accuracy", "band.exact"}),
        (1, {"expected": "uncertain"}, {"expected.accuracy"}),
        (1, {"end": date(2030, 12, 31)}, {"horizon.accuracy", "horizon.dated"}),
        (1, {"holder": Holder("Lena Dahl", "person")}, {"expert.accuracy"}),
        (1, {"reporter": Holder("Ana Roe", "person")}, {"reported_by.accuracy"}),
    ],
)
def test_a_wrong_label_counts_once(place: int, label: dict[str, Any], wrong: set[str]) -> None:
    """Only the figures of that label fall."""
    counts = counted(changed(place, **label))
    shares = {name for name, count in counts.items() if count.predicted is None and count.right < count.gold}
    assert shares == wrong


def test_a_wrong_stance_is_a_miss_and_a_false_alarm() -> None:
    """Against was there and not found, favor was found and not there."""
    counts = counted(changed(0, stance="favor"))
    assert (counts["stance.against"], counts["stance.favor"]) == (Count(1, 1, 2), Count(0, 1, 0))


def test_positions_that_are_not_matched_count_for_the_stance() -> None:
    """A missed position is a miss of its stance, an invented one a false alarm."""
    counts = counted(replace(GOLD, claims=GOLD.claims[1:]))
    assert (counts["stance.against"], counts["stance.accuracy"]) == (Count(1, 1, 2), Count(1, None, 1))
    assert counted(GOLD, replace(GOLD, claims=GOLD.claims[1:]))["stance.against"] == Count(1, 2, 1)


def test_no_band_and_no_date_are_classes_of_their_own() -> None:
    """They are right when the gold has none either, and are left out of the stricter figures."""
    gold = changed(1, band=None, start=None, end=None)
    counts = counted(gold, gold)
    assert (counts["band.accuracy"], counts["band.exact"]) == (Count(1, None, 1), Count(0, None, 0))
    assert (counts["horizon.accuracy"], counts["horizon.dated"]) == (Count(1, None, 1), Count(0, None, 0))
    assert counted(GOLD, gold)["band.accuracy"] == Count(0, None, 1)


ANA, BEA = Holder("Ana Roe", "person"), Holder("Bea Roe", "person")
BANK = Holder("Port Bank", "organization", ("the bank",))


@pytest.mark.parametrize(
    ("ours", "theirs", "known", "same"),
    [
        (Holder("Dr. Ana Roe", "person"), ANA, [ANA, BEA], True),
        (Holder("Roe", "person"), ANA, [ANA], True),
        (Holder("Roe", "person"), ANA, [ANA, BEA], False),
        (Holder("Roe", "person", ("Ana Roe",)), ANA, [ANA, BEA], True),
        (BEA, ANA, [ANA, BEA], False),
        (Holder("Port Bank", "organization"), BANK, [BANK], True),
        (Holder("bank", "group"), BANK, [BANK], True),
        (Holder("author", "author"), Holder("Lena Dahl", "author"), [Holder("Lena Dahl", "author")], True),
        (None, None, [], True),
        (None, ANA, [ANA], False),
    ],
)
def test_when_two_holders_are_one(ours: Any, theirs: Any, known: list[Holder], same: bool) -> None:
    """By name or alias; a surname alone only where the gold has nobody else of that surname."""
    assert same_holder(ours, theirs, known) is same
