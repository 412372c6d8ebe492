"""Which claims of a new run are claims that an earlier run of the same article found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.grounding.guards import conflict
from extractor.grounding.normalization import fold

from . import similarity

Stretch = tuple[int, int]
LEAST_DICE = 0.5
"""From this overlap of their contents on (Dice coefficient over characters) two claims may be one."""
_OPPOSITE_STANCES = {"favor", "against"}
_OPPOSITE_FORECASTS = {"occurs", "does_not_occur"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells a claim again: its kind, its expert and where its content stands (parts that do not overlap).

    And what it says: its statement ("": not known), what a position is about, and which way it leans, the stance of a
    position or what a prediction expects.
    """

    kind: str
    expert_id: int
    content: tuple[Stretch, ...]
    statement: str = ""
    target: str | None = None
    leaning: str | None = None


def recur(
    earlier: Sequence[tuple[int, Seen]], new: Sequence[Seen], /, *, language: str | None = None
) -> list[int | None]:
    """For each new claim the claim_id of the earlier one that it is, else None.

    Takes earlier claims with their claim_id; when each is told as the run found it that found it first, ids do not
    drift from one place to the next over several runs. Kind and expert are the same, the Dice coefficient is at least
    `LEAST_DICE`, and the two do not contradict each other (`contradict`). No claim_id is given out twice. The largest
    overlap goes first; of overlaps that are the same tenth, as several claims made of one quotation have, the
    statements with most words in common; then the same leaning and target, the overlap itself, the smallest claim_id
    and the first new claim. ``language`` is that of the statements.
    """
    found: list[int | None] = [None] * len(new)
    taken = set()
    for *_, claim_id, number in sorted(_pairs(earlier, new, language)):
        if found[number] is None and claim_id not in taken:
            found[number] = claim_id
            taken.add(claim_id)
    return found


def contradict(first: Seen, second: Seen, /) -> bool:
    """True when the outcome of one claim, or the rejection of it, is not one of the other, however alike their places.

    One expects the event and the other expects it not to come; one is for and the other against the same target; or
    figures, negations or opposites ("rises", "falls") set their statements apart.
    """
    leanings = {first.leaning, second.leaning}
    if leanings == _OPPOSITE_FORECASTS:
        return True
    if leanings == _OPPOSITE_STANCES and _folded(first.target) == _folded(second.target):
        return True
    if not first.statement or not second.statement:
        return False
    return conflict(_folded(first.statement), _folded(second.statement)) in ("figures", "negation")


def dice(first: Sequence[Stretch], second: Sequence[Stretch], /) -> float:
    """2 |A and B| / (|A| + |B|) over characters, 0 to 1; 0 when both are empty."""
    total = sum(end - start for stretches in (first, second) for start, end in stretches)
    shared = sum(max(0, min(end, stop) - max(start, begin)) for start, end in first for begin, stop in second)
    return 2 * shared / total if total else 0.0


def _folded(words: str | None) -> str:
    return fold(words or "").text


def _pairs(
    earlier: Sequence[tuple[int, Seen]], new: Sequence[Seen], language: str | None
) -> Iterator[tuple[float, float, int, float, int, int]]:
    """How well they fit (the best is the least), claim_id and number of the new claim, for all that may be one."""
    known: dict[tuple[str, int], list[tuple[int, Seen]]] = {}
    for claim_id, claim in earlier:
        known.setdefault((claim.kind, claim.expert_id), []).append((claim_id, claim))
    for number, claim in enumerate(new):
        for claim_id, other in known.get((claim.kind, claim.expert_id), ()):
            overlap = dice(other.content, claim.content)
            if overlap >= LEAST_DICE and not contradict(other, claim):
                alike = (similarity.content_words(one.statement, language=language) for one in (other, claim))
                same = (other.leaning == claim.leaning) + (_folded(other.target) == _folded(claim.target))
                yield -round(overlap, 1), -similarity.dice(*alike), -same, -overlap, claim_id, number
