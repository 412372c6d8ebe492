"""Ground quotations: find the exact characters of a text that a quotation stands for, or say why there are none.

A quotation is looked for as it is; then folded (quotation marks, dashes, spaces, letter case, ellipses); then, when it
leaves something out with an ellipsis, part by part; then fuzzily, unless figures, negations or modal words differ. It
begins and ends at the edge of a word. Whatever is found is given as a span of the text as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from extractor.schemas import Span
from extractor.schemas.drafts import DraftPosition, DraftPrediction

from .arrangement import Chain, Place, arrange, nearest
from .occurrences import ELISION, Miss, Occurrences, Reason

__all__ = ["ELISION", "ClaimSpans", "FieldMiss", "Grounder", "Miss", "Reason"]


@dataclass(frozen=True, slots=True)
class ClaimSpans:
    """Where the parts of a claim stand; the tuples ascend and their spans do not overlap."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    likelihood: Span | None
    condition: Span | None
    horizon: Span | None


@dataclass(frozen=True, slots=True)
class FieldMiss:
    """A part of a claim that was not found; ``field`` is the draft's name for it."""

    field: str
    miss: Miss


class Grounder:
    """Finds quotations in one text; what is expensive is prepared when first needed and kept for the next quotation."""

    def __init__(self, text: str, /, *, language: str | None = None) -> None:
        self._text = text
        self._occurrences = Occurrences(text, language=language)

    def find(self, quote: str, /, *, start: int = 0, end: int | None = None, near: int | None = None) -> Span | Miss:
        """The best occurrence of a quotation inside ``text[start:end]``, or why there is none.

        The occurrence that is most like the quotation; among equals the one nearest to the offset ``near``, else the
        first. An ellipsis inside the quotation may stand for ``ELISION`` characters of one paragraph at most; the span
        covers them.
        """
        places = self._occurrences.of(quote, *self._window(start, end), every=False)
        if isinstance(places, Miss):
            return places
        return self._span(min(places, key=lambda place: (place.cost, _distance(place, near), place.start)))

    def claim(
        self, draft: DraftPosition | DraftPrediction, /, *, start: int = 0, end: int | None = None, after: int = 0
    ) -> tuple[ClaimSpans, tuple[FieldMiss, ...]]:
        """Where the parts of a claim stand inside ``text[start:end]``, and the parts that were not found.

        Of the places where content, source and cue occur the combination that stands closest together is taken; between
        equals the first that starts at or after the offset ``after``, else the first. The words of likelihood,
        condition and horizon are taken inside the content if they occur there, else where they are nearest to it.
        """
        window = self._window(start, end)
        misses: list[FieldMiss] = []
        names = ("content", "source", "cue")
        fields = [self._field(name, getattr(draft, name), window, misses) for name in names]
        chains = arrange(self._text, fields, after=after)
        for name, parts, chain in zip(names, fields, chains, strict=True):
            misses += [FieldMiss(name, self._crowded(places)) for places in parts[len(chain) :]]
        content, source, cue = (tuple(map(self._span, chain)) for chain in chains)
        words = partial(self._words, draft, window, chains[0], misses)
        likelihood, condition, horizon = words("likelihood_words"), words("condition"), words("horizon_words")
        return ClaimSpans(source, cue, content, likelihood, condition, horizon), tuple(misses)

    def _field(
        self, name: str, parts: Sequence[str], window: tuple[int, int], misses: list[FieldMiss]
    ) -> list[list[Place]]:
        found = []
        for part in parts:
            places = self._occurrences.of(part, *window, every=True)
            if isinstance(places, Miss):
                misses.append(FieldMiss(name, places))
            else:
                found.append(places)
        return found

    def _crowded(self, places: Sequence[Place]) -> Miss:
        """The miss of a part whose words are all taken by another part of its field."""
        text = self._span(places[0]).text
        return Miss(text, "absent", text)

    def _words(
        self,
        draft: DraftPosition | DraftPrediction,
        window: tuple[int, int],
        content: Chain,
        misses: list[FieldMiss],
        name: str,
    ) -> Span | None:
        words = getattr(draft, name, None)
        if words is None:
            return None
        places = self._occurrences.of(words, *window, every=True)
        if isinstance(places, Miss):
            misses.append(FieldMiss(name, places))
            return None
        return self._span(nearest(self._text, places, content))

    def _window(self, start: int, end: int | None) -> tuple[int, int]:
        return max(0, start), len(self._text) if end is None else min(end, len(self._text))

    def _span(self, place: Place) -> Span:
        return Span(start=place.start, end=place.end, text=self._text[place.start : place.end])


def _distance(place: Place, near: int | None) -> int:
    if near is None:
        return 0
    return max(place.start - near, near - place.end, 0)
