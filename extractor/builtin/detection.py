"""Where a text attributes something to somebody, and how sure that is: what the audit of a model's draft asks about."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.schemas import Span

from .nodes import parse
from .reading import read


@dataclass(frozen=True, slots=True)
class Detected:
    """An attribution as spans of the text, ascending; source and cue may be empty, content is not.

    ``confidence`` is between 0 and 1: the estimated probability that an annotator would mark it.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    confidence: float


def detect(text: str, /) -> tuple[Detected, ...]:
    """The attributions of an English text in the order of their sentences."""

    def span(offsets: tuple[int, int]) -> Span:
        start, end = offsets
        return Span(start=start, end=end, text=text[start:end])

    return tuple(
        Detected(
            (span(item.source),) if item.source else (),
            (span(item.cue),),
            tuple(map(span, sorted(item.parts))),
            item.confidence,
        )
        for item in read(parse(text))
    )
