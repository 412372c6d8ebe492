"""What became of the attributions and claims of an article: found, wrong in a part, missed, or a false alarm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.render.phrases import NOTHING

from .attributions import Attribution, Stretch
from .claims import Verdict, same_horizon, verdicts
from .counts import WordSets, matched_contents, same_source
from .reading import GoldArticle
from .records import Claim, PositionLabels, PredictionLabels, Record
from .systems import Found

AttributionKind = Literal["found", "wrong source", "missed", "false alarm"]
ClaimKind = Literal["right", "wrong label", "missed", "false alarm"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An attribution of the gold, of the system, or of both where they are matched."""

    kind: AttributionKind
    gold: Attribution | None
    predicted: Attribution | None

    @property
    def place(self) -> Stretch:
        """Where its content begins: as in the gold, if it is there."""
        one = self.gold or self.predicted
        assert one is not None
        return one.content[0]


@dataclass(frozen=True, slots=True)
class Fault:
    """A label that is not as in the gold; ``toward`` is the target of a stance."""

    name: str
    predicted: str
    gold: str
    toward: str = ""


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """A claim of the gold, of the system, or of both where they are matched, and which labels are wrong."""

    kind: ClaimKind
    gold: Claim | None
    predicted: Claim | None
    faults: tuple[Fault, ...] = ()

    @property
    def claim(self) -> Claim:
        """The claim of the gold, else of the system."""
        one = self.gold or self.predicted
        assert one is not None
        return one


@dataclass(frozen=True, slots=True)
class ArticleOutcomes:
    """The outcomes of an article, each list in the order of the text.

    ``claims`` is None where the gold or the system has none to compare; ``left_out`` are the claims of the system that
    nothing attributes, which are therefore not among its attributions.
    """

    gold: GoldArticle
    found: Found
    attributions: tuple[tuple[str, tuple[Outcome, ...]], ...]
    """By annotator."""
    left_out: tuple[Claim, ...]
    claims: tuple[ClaimOutcome, ...] | None


def article_outcomes(gold: GoldArticle, found: Found, /) -> ArticleOutcomes:
    """What became of everything that the gold or the system has of an article."""
    both = gold.record and found.record
    return ArticleOutcomes(
        gold=gold,
        found=found,
        attributions=tuple(
            (annotator, _ordered(_attributions(gold, found.attributions, theirs)))
            for annotator, theirs in sorted(gold.annotations.items())
        ),
        left_out=_left_out(found),
        claims=_claims(gold, found.record, gold.record) if both and found.record and gold.record else None,
    )


def kind_of(claim: Claim, /) -> str:
    """'prediction' or 'position'."""
    return "prediction" if isinstance(claim.labels, PredictionLabels) else "position"


def _attributions(
    gold: GoldArticle, ours: Sequence[Attribution], annotated: Sequence[Attribution], /
) -> Iterator[Outcome]:
    """The attributions against those of one annotator; those without a word in their content do not count."""
    theirs = [one for one in annotated if gold.document.within(one.content)]
    words = [[WordSets.of(one, gold.document) for one in side] for side in (ours, theirs)]
    pairs = {column: row for row, column in matched_contents(*words)}
    for column, one in enumerate(theirs):
        if column not in pairs:
            yield Outcome("missed", one, None)
            continue
        row = pairs[column]
        right = same_source(gold.document, words[0][row], words[1][column])
        yield Outcome("found" if right else "wrong source", one, ours[row])
    met = set(pairs.values())
    yield from (Outcome("false alarm", None, one) for row, one in enumerate(ours) if row not in met)


def _ordered(outcomes: Iterator[Outcome], /) -> tuple[Outcome, ...]:
    return tuple(sorted(outcomes, key=lambda one: (one.place, one.kind)))


def _left_out(found: Found, /) -> tuple[Claim, ...]:
    """The claims that are no attribution, as nothing attributes them."""
    told = {claim for one in found.attributions for claim in one.claims}
    return tuple(claim for claim in (found.record.claims if found.record else ()) if claim.id not in told)


def _claims(gold: GoldArticle, predicted: Record, settled: Record, /) -> tuple[ClaimOutcome, ...]:
    matched = verdicts(gold.document, predicted, settled)
    found, met = ([verdict.gold for verdict in matched], [verdict.predicted for verdict in matched])
    outcomes = [*map(_judged, matched)]
    outcomes += [ClaimOutcome("missed", claim, None) for claim in settled.claims if claim not in found]
    outcomes += [ClaimOutcome("false alarm", None, claim) for claim in predicted.claims if claim not in met]
    return tuple(sorted(outcomes, key=lambda one: (one.claim.content[0], one.kind)))


def _judged(verdict: Verdict, /) -> ClaimOutcome:
    faults = tuple(_faults(verdict))
    return ClaimOutcome("wrong label" if faults else "right", verdict.gold, verdict.predicted, faults)


def _faults(verdict: Verdict, /) -> Iterator[Fault]:
    ours, theirs = verdict.predicted, verdict.gold
    if not verdict.same_expert:
        yield Fault("expert", ours.holder.name, theirs.holder.name)
    if not verdict.same_reporter:
        reporters = (claim.reporter.name if claim.reporter else "none" for claim in (ours, theirs))
        yield Fault("reported by", *reporters)
    if kind_of(ours) != kind_of(theirs):
        yield Fault("list", kind_of(ours), kind_of(theirs))
    match ours.labels, theirs.labels:
        case PositionLabels() as found, PositionLabels() as gold:
            if found.stance != gold.stance:
                yield Fault("stance", found.stance, gold.stance, gold.target)
            if found.kind != gold.kind:
                yield Fault("kind", found.kind, gold.kind)
        case PredictionLabels() as expected, PredictionLabels() as settled:
            if expected.expected != settled.expected:
                yield Fault("expected", expected.expected, settled.expected)
            if expected.band != settled.band:
                yield Fault("band", expected.band or "none", settled.band or "none")
            if not same_horizon(expected, settled):
                yield Fault("horizon", _dates(expected), _dates(settled))


def _dates(labels: PredictionLabels, /) -> str:
    return f"{labels.start or NOTHING} to {labels.end or NOTHING}"
