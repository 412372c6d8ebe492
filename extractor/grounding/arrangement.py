"""Which occurrences of the parts of a claim belong together: those that stand closest together in the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple

import regex

SENTENCE_END = 150.0
"""What a sentence end between two parts costs, in characters of distance; a line end costs as much again."""
_OVERLAP = 2_000.0
_BEFORE = 12.0  # what a combination costs that starts before the point that the reader has reached
_NEAREST = 3  # occurrences looked at on either side
_INSIDE = 4
_BEAM = 8  # combinations kept while the fields are added one by one
_WRONG_SIDE = 300.0  # characters
_PIVOTS = 100  # occurrences of the rarest part looked at on either side of where the reader is
_FAR = 1_500  # characters; a wider gap is not searched for sentence ends

# A question or exclamation mark before a small letter ends a quotation and not the sentence: "Why?" asked the judge.
_closers = r"[\p{Pe}\p{Pf}\"']"
_sentence_end = regex.compile(
    rf"(?=[.!?…؟。！？\n])(?<!\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|St|No|vs|\p{{Lu}}))"
    rf"(?:[.!?…؟]{_closers}*\s+(?!\p{{Ll}})|\.{_closers}+\s)|[。！？]|\n"
)


_may_end = re.compile(r"[.!?…؟。！？\n]")  # what every sentence end begins with


class Place(NamedTuple):
    """An occurrence of a part: ``text[start:end]``; ``cost``, in characters of distance, says how unlike it is."""

    start: int
    end: int
    cost: float = 0.0


Field = Sequence[Sequence[Place]]
Chain = tuple[Place, ...]


def arrange(text: str, fields: Sequence[Field], /, *, after: int = 0) -> list[Chain]:
    """Choose one occurrence for each part of each field.

    Takes the text and, for each field, the occurrences of each of its parts in ascending order, at least one for each.
    Returns a chain for each field: ascending, without overlap; empty for a field without parts; shorter than the field
    when two of its parts would have to share the same words. The choice minimizes the gaps between the parts, adding
    ``SENTENCE_END`` for every sentence end in a gap and a high price for a field that overlaps another one. Between
    equals the first that starts at or after ``after`` is taken, else the first.
    """
    filled = [index for index, parts in enumerate(fields) if parts]
    if not filled:
        return [() for _ in fields]
    pivot = min(filled, key=lambda index: min(map(len, fields[index])))
    others = [index for index in filled if index != pivot]
    scale = _Scale(text, after)
    best: dict[int, Chain] = {}
    lowest = float("inf")
    centres = list(_centres(fields[pivot], after))
    for centre in centres:
        chosen = _combination(centre, [fields[index] for index in others], scale)
        cost = scale.cost(chosen) if len(centres) > 1 else 0.0
        if cost < lowest:
            lowest, best = cost, dict(zip((pivot, *others), chosen, strict=True))
    return [best.get(index, ()) for index in range(len(fields))]


def nearest(text: str, places: Sequence[Place], chain: Chain, /) -> Place:
    """The place inside one of the parts of a chain if any is, else the one nearest to the chain."""
    inside = [place for place in places if any(part.start <= place.start and place.end <= part.end for part in chain)]
    if inside or not chain:
        return min(inside or places, key=lambda place: (place.cost, place.start))
    scale = _Scale(text, 0)
    return min(_around(places, chain), key=lambda place: min(scale.cost([(part,), (place,)]) for part in chain))


class _Scale:
    """The cost of a combination of chains in a text."""

    def __init__(self, text: str, after: int) -> None:
        self._text = text
        self._after = after
        self._gaps: dict[tuple[int, int], float] = {}

    def cost(self, chains: Sequence[Chain]) -> float:
        places = sorted([place for chain in chains for place in chain])
        total = sum([place.cost for place in places]) + (_BEFORE if places[0].start < self._after else 0.0)
        reached = places[0].end
        for start, end, _ in places[1:]:
            total += self._gap(reached, start) if start >= reached else _OVERLAP
            reached = max(reached, end)
        return total

    def _gap(self, start: int, end: int) -> float:
        key = start, end
        if key not in self._gaps:
            self._gaps[key] = end - start + SENTENCE_END * self._sentence_ends(start, end)
        return self._gaps[key]

    def _sentence_ends(self, start: int, end: int) -> int:
        if end - start > _FAR:
            return _FAR // 100
        begin, stop = max(0, start - 2), end + 1
        starts, ends = _sentence_ends_of(self._text)
        first = bisect_left(starts, begin)
        if first and ends[first - 1] > begin:  # one runs across the beginning: the rest of it may be another one
            first = last = 0
        else:
            last = max(first, bisect_left(ends, stop))
            while last > first and self._text[ends[last - 1] : stop].isspace():  # it might take in more before ``stop``
                last -= 1
        whole = max(0, last - max(first, bisect_right(ends, start)))
        rest = ends[last - 1] if last > first else begin
        if not _may_end.search(self._text, rest, stop):
            return whole
        return whole + sum(1 for match in _sentence_end.finditer(self._text, rest, stop) if match.end() > start)


@lru_cache(maxsize=8)
def _sentence_ends_of(text: str) -> tuple[list[int], list[int]]:
    """Where the sentence ends of a text begin and end; its claims are arranged one after the other."""
    spans = [match.span() for match in _sentence_end.finditer(text)]
    return [start for start, _ in spans], [end for _, end in spans]


def _combination(centre: Chain, others: Sequence[Field], scale: _Scale) -> tuple[Chain, ...]:
    """The centre with the nearest chains of the other fields, the cheapest of all that are looked at."""
    chosen: list[tuple[Chain, ...]] = [(centre,)]
    for number, parts in enumerate(others, 1):
        options = list(_near(parts, centre))
        if number == len(others):
            return _cheapest(chosen, options, scale)
        grown = ((*chains, option) for chains in chosen for option in options)
        chosen = nsmallest(_BEAM, grown, key=scale.cost)
    return chosen[0]


def _cheapest(chosen: Sequence[tuple[Chain, ...]], options: Sequence[Chain], scale: _Scale) -> tuple[Chain, ...]:
    """The first of the cheapest combinations; most are too far apart to be priced at all."""
    best, lowest = (*chosen[0], options[0]), float("inf")
    if len(chosen) == len(options) == 1:
        return best
    extents = [_extent(option) for option in options]
    for chains in chosen:
        first, last, covered = _extent([place for chain in chains for place in chain])
        for option, (begin, end, more) in zip(options, extents, strict=True):
            if max(last, end) - min(first, begin) - covered - more > lowest + 1:
                continue
            cost = scale.cost((*chains, option))
            if cost < lowest:
                best, lowest = (*chains, option), cost
    return best


def _extent(places: Sequence[Place]) -> tuple[int, int, int]:
    """Where places begin and end, and how many characters they have; a combination costs no less than its gaps."""
    if len(places) == 1:
        start, end, _ = places[0]
        return start, end, end - start
    starts, ends = [place.start for place in places], [place.end for place in places]
    return min(starts), max(ends), sum(ends) - sum(starts)


def _centres(parts: Field, after: int) -> Iterator[Chain]:
    """A chain for each occurrence of a field's rarest part: those at or after an offset, then those before it."""
    main = _rarest(parts)
    places = parts[main]
    here = bisect_left(places, after, key=lambda place: place.start)
    chosen = [*places[here : here + _PIVOTS], *places[max(0, here - _PIVOTS) : here]]
    return (_chain(parts, main, place) for place in chosen)


def _near(parts: Field, centre: Chain) -> Iterator[Chain]:
    """Chains of a field around the centre."""
    main = _rarest(parts)
    return (_chain(parts, main, place) for place in _around(parts[main], centre))


def _rarest(parts: Field) -> int:
    """Which part has the fewest occurrences; of equals the longest."""
    return min(range(len(parts)), key=lambda index: (len(parts[index]), parts[index][0].start - parts[index][0].end))


def _around(places: Sequence[Place], centre: Chain) -> list[Place]:
    """The few places nearest to a chain: before it, after it, in its gaps, and (as a last resort) on it."""
    before = bisect_right(places, centre[0].start, key=lambda place: place.end)
    behind = bisect_left(places, centre[-1].end, key=lambda place: place.start)
    free: list[Place] = []
    shared: list[Place] = []
    for place in places[before:behind]:
        (shared if any(_overlap(place, part) for part in centre) else free).append(place)
    sides = [*places[max(0, before - _NEAREST) : before], *places[behind : behind + _NEAREST]]
    return sides + free[:_INSIDE] + shared[:_INSIDE]


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end


def _chain(parts: Field, main: int, place: Place) -> Chain:
    """A place with the other parts of its field as near to it as they occur, in their order if possible."""
    chain = [place]
    for followers, forward in ((parts[main + 1 :], True), (parts[:main][::-1], False)):
        reached = place
        for places in followers:
            follower = _follower(places, reached, chain, forward)
            if follower is not None:
                chain.append(follower)
                reached = follower
    return tuple(sorted(chain))


def _follower(places: Sequence[Place], reached: Place, chain: Sequence[Place], forward: bool) -> Place | None:
    """The nearest place that overlaps none of the chain; one on the wrong side of ``reached`` counts as farther off."""
    here = bisect_left(places, reached.end, key=lambda place: place.start)
    sides = places[here : here + _INSIDE], places[max(0, here - _INSIDE) : here]
    free = [place for side in sides for place in side if not any(_overlap(place, part) for part in chain)]

    def distance(place: Place) -> float:
        ahead = place.start >= reached.end
        gap = place.start - reached.end if ahead else reached.start - place.end
        return gap + place.cost + (0.0 if ahead is forward else _WRONG_SIDE)

    return min(free, key=distance, default=None)
