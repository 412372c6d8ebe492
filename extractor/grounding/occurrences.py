"""The occurrences of a quotation in a text: as it is, folded, with an elision, or resembling."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from .arrangement import Chain, Place
from .boundaries import has_proclitic, is_edge, trim
from .guards import Conflict, conflict, negates
from .normalization import WORD, Folded, fold
from .quotation import Quotation, is_same_word, read_quotation, with_punctuation

Reason = Literal["absent", "digits_differ", "negation_differs", "blank"]

ELISION = 160
"""How many characters an ellipsis inside a quotation may stand for, at most."""

_REASONS: dict[Conflict, Reason] = {
    "figures": "digits_differ",
    "negation": "negation_differs",
    "modality": "absent",
    "name": "absent",
}
_LOOSE = 30.0  # what a match that is not exact costs, in characters of distance
_LIKENESS = 10.0  # what a point of the fuzzy score costs
_PROCLITIC = 25.0
_WORD_BEFORE = 24  # characters in which the word before a passage stands
_ALIKE = 70.0  # a passage that scores this may tell why a quotation is refused, though it needs more to be taken
_NEAREST_SHOWN = 300  # characters
_paragraph_end = re.compile(r"\n\s*\n|[.!?…。！？؟][\"”»'’)]*\s*\n")
_arabic = re.compile("[\u0621-\u064a]")
_persian = re.compile("[پچژگیک]")


@dataclass(frozen=True, slots=True)
class Miss:
    """A quotation that the text does not have.

    ``nearest`` is the passage of the text that resembles it most, as it stands there, if any does.
    """

    quote: str
    reason: Reason
    nearest: str | None


class Occurrences:
    """Finds quotations in one text; the text is folded when that is first needed, and what was found is kept."""

    def __init__(self, text: str, /, *, language: str | None = None) -> None:
        self._text = text
        self._proclitics = language in ("ar", None) and bool(_arabic.search(text)) and not _persian.search(text)
        self._found: dict[tuple[str, int, int, bool], list[Place] | Miss] = {}

    @cached_property
    def _folded(self) -> Folded:
        return fold(self._text)

    def of(self, quote: str, start: int, end: int, /, *, every: bool = False) -> list[Place] | Miss:
        """Where a quotation stands inside ``text[start:end]``, in ascending order, or why it does not.

        Exact occurrences when there are any, else those under folding, else those with an elision, else passages that
        resemble it; with ``every`` those under folding also beside exact ones.
        """
        key = quote, start, end, every
        if key not in self._found:
            found = self._search(read_quotation(quote), start, end, every)
            self._found[key] = replace(found, quote=quote) if isinstance(found, Miss) else found
        return self._found[key]

    def _search(self, quotation: Quotation, start: int, end: int, every: bool) -> list[Place] | Miss:
        if not quotation.text:
            return Miss("", "blank", None)
        exact = list(self._exact(quotation.text, start, end))
        if (exact and not every) or not quotation.core:
            return exact or Miss(quotation.text, "absent", None)
        loose = _apart(self._loose(quotation, start, end, known=len(exact)), exact)
        if exact or loose:
            return sorted(exact + loose)
        elided = self._elided(quotation, start, end) if len(quotation.parts) > 1 else None
        if isinstance(elided, list):
            return elided
        alike = self._fuzzy(quotation, start, end)
        return elided if elided and isinstance(alike, Miss) else alike

    def _exact(self, quote: str, start: int, end: int) -> Iterator[Place]:
        place = self._text.find(quote, start, end)
        while place >= 0:
            stop = place + len(quote)
            cost = self._edge_cost(place, stop)
            if cost is not None:
                yield Place(place, stop, cost)
            place = self._text.find(quote, place + 1 if cost is None else stop, end)

    def _edge_cost(self, start: int, end: int) -> float | None:
        """What the edges of a stretch cost; None when it would cut a word, a figure or a character."""
        if not is_edge(self._text, end):
            return None
        if is_edge(self._text, start):
            return 0.0
        return _PROCLITIC if self._proclitics and has_proclitic(self._text, start) else None

    def _loose(self, quotation: Quotation, start: int, end: int, *, known: int) -> Iterator[Place]:
        """The occurrences under folding; none when there are no more than the ``known`` ones, which are exact."""
        folded, core = self._folded, quotation.core
        low, high = folded.offset(start), folded.offset(end)
        if known and folded.text.count(core, low, high) <= known:
            return
        found = folded.text.find(core, low, high)
        while found >= 0:
            stop = found + len(core)
            place = self._place(quotation, found, stop, start, end) if _is_whole(folded, found, stop) else None
            if place is not None and is_same_word(self._text, *folded.original(found, stop), quotation):
                yield place
            found = folded.text.find(core, found + 1 if place is None else stop, high)

    def _place(
        self, quotation: Quotation, low: int, high: int, start: int, end: int, *, cost: float = 0.0
    ) -> Place | None:
        """The place of a stretch of the folded text, with the quotation's punctuation; None when it cuts a word."""
        inner = trim(self._text, *self._folded.original(low, high))
        edges = self._edge_cost(*inner)
        if edges is None or inner[0] < start or inner[1] > end:
            return None
        outer = self._outer(quotation, inner, start, end)
        unlike = ("'" in quotation.head and outer[0] == inner[0]) + ("'" in quotation.tail and outer[1] == inner[1])
        return Place(*outer, _LOOSE + edges + cost + unlike)

    def _outer(self, quotation: Quotation, inner: tuple[int, int], start: int, end: int) -> tuple[int, int]:
        """A stretch with the quotation's punctuation, unless that would leave the window or cut a character."""
        first, last = with_punctuation(self._text, *inner, quotation)
        fits = start <= first and last <= end and is_edge(self._text, first) and is_edge(self._text, last)
        return (first, last) if fits else inner

    def _elided(self, quotation: Quotation, start: int, end: int) -> list[Place] | Miss:
        """Stretches that begin with the first and end with the last of the parts between ellipses, with short gaps."""
        if not any(map(_is_telling, quotation.parts)):
            return Miss(quotation.text, "absent", None)
        parts: list[list[Place]] = []
        for part in quotation.parts:
            places = self.of(part, start, end, every=True)
            if isinstance(places, Miss):
                return places
            parts.append(places)
        chains = [chain for first in parts[0] if (chain := self._joined(first, parts[1:]))]
        kept = [chain for chain in chains if not any(self._negates(*pair) for pair in pairwise(chain))]
        if kept:
            return [self._stretch(quotation, chain, start, end) for chain in kept]
        if chains:
            return Miss(quotation.text, "negation_differs", self._shown(chains[0][0].start, chains[0][-1].end))
        return Miss(quotation.text, "absent", self._shown(parts[0][0].start, parts[0][0].end))

    def _stretch(self, quotation: Quotation, chain: Chain, start: int, end: int) -> Place:
        gaps = sum(following.start - place.end for place, following in pairwise(chain))
        outer = self._outer(quotation, (chain[0].start, chain[-1].end), start, end)
        return Place(*outer, _LOOSE + gaps + sum(place.cost for place in chain))

    def _joined(self, first: Place, parts: Sequence[Sequence[Place]]) -> Chain | None:
        """The first part with the next occurrence of each further part, all within reach and in one paragraph."""
        chain = [first]
        for places in parts:
            reached = chain[-1].end
            following = next((place for place in places if place.start >= reached), None)
            if following is None or following.start - reached > ELISION:
                return None
            if _paragraph_end.search(self._text, reached - 2, following.start):
                return None
            chain.append(following)
        return tuple(chain)

    def _negates(self, one: Place, other: Place) -> bool:
        return negates(fold(self._text[one.end : other.start]).text)

    def _fuzzy(self, quotation: Quotation, start: int, end: int) -> list[Place] | Miss:
        """The passages that resemble a quotation enough, or the reason why the best one does not count."""
        folded, core = self._folded, quotation.core
        needed = _needed(quotation.weight)
        from .alignment import align  # where everything is quoted verbatim, rapidfuzz need not be loaded

        passages = align(core, folded.text, folded.offset(start), folded.offset(end), enough=needed)
        reason: Reason | None = None
        places: list[Place] = []
        for passage in passages:
            if passage.score < _ALIKE:
                break
            found = folded.text[passage.start : passage.end]
            before = folded.text[max(0, passage.start - _WORD_BEFORE) : passage.start]
            differs = conflict(core, found, written=quotation.text, before=before)
            if differs is not None:
                reason = reason or _REASONS[differs]
            elif passage.score >= needed and _is_copy(core, found, quotation.weight):
                unlike = _LIKENESS * (100 - passage.score)
                place = self._place(quotation, passage.start, passage.end, start, end, cost=unlike)
                places += [place] if place is not None else []
        if places:
            return sorted(places)
        shown = self._shown(*folded.original(passages[0].start, passages[0].end)) if passages else None
        return Miss(quotation.text, reason or "absent", shown)

    def _shown(self, start: int, end: int) -> str:
        start, end = trim(self._text, start, end)
        return self._text[start : min(end, start + _NEAREST_SHOWN)]


def _is_whole(folded: Folded, start: int, end: int) -> bool:
    """False when a stretch of a folded text cuts a plain word or what is one character in the original; cheap."""
    for edge in (start, end):
        around = folded.text[max(0, edge - 1) : edge + 1]
        if (len(around) == 2 and around.isascii() and around.isalnum()) or folded.splits(edge):
            return False
    return True


def _apart(places: Iterable[Place], others: Sequence[Place]) -> list[Place]:
    """The places that overlap none of the others, which ascend."""
    apart = []
    for place in places:
        index = bisect_left(others, place.end, key=lambda other: other.start)
        if not index or others[index - 1].end <= place.start:
            apart.append(place)
    return apart


def _needed(weight: int) -> float:
    """The score that a quotation of so many letters needs: the shorter, the closer. Below eight none is enough."""
    if weight < 8:
        return 101.0
    return 90.0 if weight < 20 else 85.0 if weight < 40 else 78.0


def _is_telling(part: str) -> bool:
    """True when a part between ellipses is long enough to say where it stands."""
    return len(part) >= 8 or len(WORD.findall(part)) >= 2


def _is_copy(core: str, found: str, weight: int) -> bool:
    """True when a passage may stand for the core of a quotation that it resembles.

    It may not when it is the same, since then its letter case or its edges have been refused already; nor when it lacks
    an ellipsis, which the search for elisions has refused; nor when more than two words and a quarter of the words
    differ. A short quotation may differ by slips of the pen in words of six letters or more: a few letters make another
    name of it ("John Brown", "Joan Brown").
    """
    if core == found or found.count("…") < core.count("…"):
        return False
    from rapidfuzz.distance import OSA, Levenshtein

    quoted, words = WORD.findall(core), WORD.findall(found)
    if weight >= 20:
        return Levenshtein.distance(quoted, words) <= max(2, len(quoted) // 4)
    if len(quoted) != len(words):
        return False
    changed = [(one, other) for one, other in zip(quoted, words, strict=True) if one != other]
    return all(min(len(one), len(other)) >= 6 and OSA.distance(one, other) <= 1 for one, other in changed)
