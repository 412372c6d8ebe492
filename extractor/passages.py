"""Which attributions of a text to ask about once more: those that a tagger finds and the claims do not cover."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .grounding import ClaimSpans
from .schemas import Span
from .segmentation import sentences

if TYPE_CHECKING:
    from .builtin.detection import Detected

CONFIDENCE = 0.5
"""Attributions that the tagger is less sure of are not asked about."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Passage:
    """An attribution to ask about, and the sentences around it: ``text[start:end]`` of the article."""

    number: int
    start: int
    end: int
    detected: Detected

    def holds(self, spans: Iterable[Span], /) -> bool:
        """True when one of these spans shares a character with the passage."""
        return any(span.start < self.end and self.start < span.end for span in spans)


def uncovered(
    detected: Iterable[Detected], claims: Sequence[ClaimSpans], /, *, confidence: float = CONFIDENCE
) -> list[Detected]:
    """The attributions of at least this confidence (0 to 1) that the claims do not cover.

    A claim covers an attribution when they share a word of their cues, or when the words of their contents overlap by
    half (Dice). All claims together cover it when three fifths of the words of its content are content of theirs.
    """
    contents = [_words(claim.content) for claim in claims]
    cues = frozenset[int]().union(*(_words(claim.cue) for claim in claims))
    told: dict[int, list[int]] = defaultdict(list)  # the claims whose content has a word: few of all claims share one
    for number, content in enumerate(contents):
        for word in content:
            told[word].append(number)
    found = []
    for item in detected:
        words = _words(item.content)
        shared = Counter(number for word in words for number in told.get(word, ()))
        alike = any(4 * count >= len(words) + len(contents[number]) for number, count in shared.items())
        covered = alike or 5 * len(words & told.keys()) >= 3 * len(words) or bool(cues & _words(item.cue))
        if item.confidence >= confidence and not covered:
            found.append(item)
    return found


def passages(detected: Iterable[Detected], text: str, /, *, start: int, end: int) -> tuple[Passage, ...]:
    """The attributions whose content begins inside ``text[start:end]``, numbered from 1, with their sentences there."""
    inside = sorted((d for d in detected if start <= d.content[0].start < end), key=lambda d: d.content[0].start)
    bounds = [(start + first, start + last) for first, last in sentences(text[start:end])] if inside else []
    starts = [first for first, _ in bounds]
    found = []
    for number, item in enumerate(inside, 1):
        parts = (*item.source, *item.cue, *item.content)
        first = bisect_right(starts, min(part.start for part in parts)) - 1
        last = bisect_right(starts, max(part.end for part in parts) - 1) - 1
        found.append(Passage(number, bounds[max(first, 0)][0], bounds[max(last, 0)][1], item))
    return tuple(found)


def tell_passages(asked: Iterable[Passage], text: str, /) -> str:
    """The passages as the question shows them, their words as they stand in the text."""
    return "\n\n".join(
        f"Passage {passage.number}\n"
        f"sentences: {text[passage.start : passage.end]}\n"
        f"holder: {_joined(passage.detected.source)}\n"
        f"attributing words: {_joined(passage.detected.cue)}\n"
        f"content: {_joined(passage.detected.content)}"
        for passage in asked
    )


def _joined(spans: Sequence[Span]) -> str:
    return " [...] ".join(span.text for span in spans) or "(none)"


def _words(spans: Iterable[Span]) -> frozenset[int]:
    """The words of spans, each told by its offset in the text."""
    return frozenset(span.start + word.start() for span in spans for word in _WORD.finditer(span.text))
