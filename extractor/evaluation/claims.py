"""What is counted of positions and predictions on gold of our own.

Claims are matched one to one by content, positions and predictions together: the greatest total Dice coefficient of
content words, 0.5 at least. Of the matching come

- ``claim``: matched pairs; ``prediction``: pairs of which both are predictions (precision, recall, F1);
- ``stance.favor``, ``stance.against``: a gold position of that stance is found when it is matched to a position of the
  same stance, so that positions which are not matched count as misses and as false alarms; ``stance.f_avg`` is the mean
  of both F1, as in SemEval-2016 Task 6; ``stance.accuracy`` is over matched positions;
- over matched positions ``kind.accuracy``; over matched predictions ``band.accuracy`` (no band is a class of its own),
  ``expected.accuracy`` and ``horizon.accuracy`` (both dates are equal, or both absent); of these ``band.exact`` is over
  the ones whose gold has a band, and ``horizon.dated`` over the ones whose gold has a date;
- over all matched pairs ``expert.accuracy`` and ``reported_by.accuracy``: the same holder by name or alias. A surname
  alone is right when the gold names nobody else of that surname.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from extractor.people.person_names import likeness, person_name, phrase

from .counts import Count
from .matching import matched
from .records import Claim, Holder, PositionLabels, PredictionLabels, Record
from .words import Document

L = TypeVar("L", PositionLabels, PredictionLabels)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A predicted and a gold claim with the same content, and whether their holders and reporters agree."""

    predicted: Claim
    gold: Claim
    same_expert: bool
    same_reporter: bool


def verdicts(document: Document, predicted: Record, gold: Record, /) -> list[Verdict]:
    """The matched claims of an article, in the order of the prediction."""
    pairs = matched(*([document.within(claim.content) for claim in record.claims] for record in (predicted, gold)))
    found = []
    for row, column in pairs:
        ours, theirs = predicted.claims[row], gold.claims[column]
        same_expert = same_holder(ours.holder, theirs.holder, gold.holders)
        found.append(Verdict(ours, theirs, same_expert, same_holder(ours.reporter, theirs.reporter, gold.holders)))
    return found


def count_claims(document: Document, predicted: Record, gold: Record, /) -> dict[str, Count]:
    """The counts of one article."""
    found = verdicts(document, predicted, gold)
    positions, predictions = _labels(found, PositionLabels), _labels(found, PredictionLabels)
    forecasts = [
        sum(isinstance(claim.labels, PredictionLabels) for claim in record.claims) for record in (predicted, gold)
    ]
    return {
        "claim": Count(len(found), len(predicted.claims), len(gold.claims)),
        "prediction": Count(len(predictions), *forecasts),
        "stance.favor": _stance("favor", positions, predicted, gold),
        "stance.against": _stance("against", positions, predicted, gold),
        "stance.accuracy": _share([ours.stance == theirs.stance for ours, theirs in positions]),
        "kind.accuracy": _share([ours.kind == theirs.kind for ours, theirs in positions]),
        "band.accuracy": _share([ours.band == theirs.band for ours, theirs in predictions]),
        "band.exact": _share([ours.band == theirs.band for ours, theirs in predictions if theirs.band]),
        "expected.accuracy": _share([ours.expected == theirs.expected for ours, theirs in predictions]),
        "horizon.accuracy": _share([same_horizon(ours, theirs) for ours, theirs in predictions]),
        "horizon.dated": _share([same_horizon(ours, theirs) for ours, theirs in predictions if theirs.dated]),
        "expert.accuracy": _share([verdict.same_expert for verdict in found]),
        "reported_by.accuracy": _share([verdict.same_reporter for verdict in found]),
    }


def _labels(found: Sequence[Verdict], kind: type[L], /) -> list[tuple[L, L]]:
    """The labels, predicted and gold, of the pairs in which both claims are of one kind."""
    pairs = [(verdict.predicted.labels, verdict.gold.labels) for verdict in found]
    return [(ours, theirs) for ours, theirs in pairs if isinstance(ours, kind) and isinstance(theirs, kind)]


def same_horizon(ours: PredictionLabels, theirs: PredictionLabels, /) -> bool:
    """True when both dates are equal, or both absent."""
    return (ours.start, ours.end) == (theirs.start, theirs.end)


def same_holder(ours: Holder | None, theirs: Holder | None, known: Sequence[Holder], /) -> bool:
    """True when a predicted holder is the gold holder; ``known`` are all holders of the gold."""
    if ours is None or theirs is None:
        return ours is theirs
    exact = [holder for holder in known if _alike(ours, holder, "same")]
    return theirs in (exact or _only([holder for holder in known if _alike(ours, holder, "surname")]))


def _only(holders: list[Holder], /) -> list[Holder]:
    return holders if len(holders) == 1 else []


_PEOPLE: Final = ("person", "author")


def _alike(ours: Holder, theirs: Holder, wanted: str, /) -> bool:
    """True when both are the author, or a name of one goes with a name of the other as wanted: the same, a surname."""
    if ours.kind == theirs.kind == "author":
        return True
    people = ours.kind in _PEOPLE and theirs.kind in _PEOPLE
    for one in ours.names:
        for other in theirs.names:
            if wanted == "same" and phrase(one) == phrase(other):
                return True
            if people and likeness(person_name(one), person_name(other)) == wanted:
                return True
    return False


def _stance(
    stance: str, pairs: Sequence[tuple[PositionLabels, PositionLabels]], predicted: Record, gold: Record, /
) -> Count:
    right = sum(ours.stance == theirs.stance == stance for ours, theirs in pairs)
    both = [
        sum(isinstance(claim.labels, PositionLabels) and claim.labels.stance == stance for claim in record.claims)
        for record in (predicted, gold)
    ]
    return Count(right, *both)


def _share(right: Sequence[bool], /) -> Count:
    return Count(sum(right), None, len(right))
