"""Which claims of a new run are claims that an earlier run of the same article found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Stretch = tuple[int, int]
LEAST_DICE = 0.5
"""From this overlap of their contents on (Dice coefficient over characters) two claims are one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells a claim again: its kind, its expert and where its content stands (parts that do not overlap)."""

    kind: str
    expert_id: int
    content: tuple[Stretch, ...]


def recur(earlier: Sequence[tuple[int, Seen]], new: Sequence[Seen], /) -> list[int | None]:
    """For each new claim the claim_id of the earlier one that it is, else None.

    Takes earlier claims with their claim_id, which may stand several times (once for each run that found the claim).
    Kind and expert are the same and the Dice coefficient is at least `LEAST_DICE`. No claim_id is given out twice; the
    largest overlap goes first, then the smallest claim_id, then the first new claim.
    """
    found: list[int | None] = [None] * len(new)
    taken = set()
    for _, claim_id, number in sorted(_pairs(earlier, new)):
        if found[number] is None and claim_id not in taken:
            found[number] = claim_id
            taken.add(claim_id)
    return found


def dice(first: Sequence[Stretch], second: Sequence[Stretch], /) -> float:
    """2 |A and B| / (|A| + |B|) over characters, 0 to 1; 0 when both are empty."""
    total = sum(end - start for stretches in (first, second) for start, end in stretches)
    shared = sum(max(0, min(end, stop) - max(start, begin)) for start, end in first for begin, stop in second)
    return 2 * shared / total if total else 0.0


def _pairs(earlier: Sequence[tuple[int, Seen]], new: Sequence[Seen]) -> Iterator[tuple[float, int, int]]:
    """Minus the Dice coefficient, claim_id and number of the new claim, for all that may be one."""
    known: dict[tuple[str, int], list[tuple[int, Seen]]] = {}
    for claim_id, claim in earlier:
        known.setdefault((claim.kind, claim.expert_id), []).append((claim_id, claim))
    for number, claim in enumerate(new):
        for claim_id, other in known.get((claim.kind, claim.expert_id), ()):
            overlap = dice(other.content, claim.content)
            if overlap >= LEAST_DICE:
                yield -overlap, claim_id, number
