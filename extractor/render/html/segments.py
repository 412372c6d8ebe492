"""An article's text cut where something begins or ends, so that what overlaps can be drawn without overlapping tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Role = Literal["position", "prediction", "evidence", "source", "cue", "words", "content", "gold", "predicted"]
"""What a place in the text is: content of a position or a prediction, evidence of a summary's sentence, the words that
name a holder, that attribute, or that tell likelihood, horizon or condition; content of any attribution, and that of
the gold beside that of a system."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A span with its role; offsets are Python string indices, end exclusive."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text in which the same marks hold from beginning to end; it does not name them, only counts."""

    start: int
    end: int
    text: str
    depth: int
    """How many marks hold here."""
    contents: int
    """How many of them are content of a position or a prediction."""
    roles: tuple[Role, ...]
    """Their roles, each once, in alphabetical order."""


def cut(text: str, marks: Iterable[Mark], /) -> tuple[Segment, ...]:
    """The segments of ``text``, in order and without gaps: at most one more than marks begin and end.

    Raises ValueError for a mark that is empty or not within the text.
    """
    changes = _changes(text, marks)
    held: Counter[Role] = Counter()
    segments: list[Segment] = []
    offsets = sorted(changes.keys() | {0, len(text)})
    for start, end in pairwise(offsets):
        held.update(changes.get(start, {}))
        segments.append(_segment(text, start, end, held))
    return tuple(segments)


def _changes(text: str, marks: Iterable[Mark]) -> dict[int, Counter[Role]]:
    """At each offset, how many marks of a role begin, less those that end."""
    changes: dict[int, Counter[Role]] = {}
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text):
            raise ValueError(f"mark {mark.start}-{mark.end} is not within a text of {len(text)} characters")
        changes.setdefault(mark.start, Counter())[mark.role] += 1
        changes.setdefault(mark.end, Counter())[mark.role] -= 1
    return changes


def _segment(text: str, start: int, end: int, held: Counter[Role]) -> Segment:
    return Segment(
        start=start,
        end=end,
        text=text[start:end],
        depth=held.total(),
        contents=held["position"] + held["prediction"],
        roles=tuple(sorted(role for role, number in held.items() if number)),
    )
