"""An attribution shown in its sentences, in Markdown: **source**, _cue_ and [content]."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from extractor.render.markdown import escape

from .attributions import Attribution, Stretch, overlap, union

_GAP: Final = " … "
_EDGES: Final = re.compile(r"^([\W_]*)(.*?)([\W_]*)$", re.DOTALL)


def marked(attribution: Attribution, text: str, sentences: Sequence[Stretch], /) -> str:
    """The sentences that an attribution touches, in one line, its parts marked and everything else escaped."""
    parts = Attribution(union(attribution.source), union(attribution.cue), union(attribution.content))
    touched = [edges for edges in sentences if overlap((edges,), parts.stretches)]
    return _GAP.join(_passage(parts, text, edges) for edges in joined(touched, text))


def joined(sentences: Sequence[Stretch], text: str, /) -> list[Stretch]:
    """Sentences as passages: those with nothing but white space between them are one."""
    passages: list[Stretch] = []
    for start, end in sentences:
        if passages and not text[passages[-1][1] : start].strip():
            passages[-1] = (passages[-1][0], end)
        else:
            passages.append((start, end))
    return passages


def _passage(attribution: Attribution, text: str, edges: Stretch, /) -> str:
    opening = {start for start, _ in attribution.content}
    closing = {end for _, end in attribution.content}
    pieces = []
    for start, end in _pieces(attribution, edges):
        pieces += ["\\["] * (start in opening)
        pieces.append(_styled(text, start, end, attribution))
        pieces += ["\\]"] * (end in closing)
    return "".join(pieces).strip()


def _pieces(attribution: Attribution, edges: Stretch, /) -> Iterator[Stretch]:
    """The passage cut wherever a part of the attribution that is to be seen begins or ends."""
    start, end = edges
    brackets = {cut for stretch in attribution.content for cut in stretch}
    cuts = sorted({cut for stretch in attribution.stretches for cut in stretch if start < cut < end})
    seen = [cut for cut in cuts if cut in brackets or _role(attribution, cut - 1) != _role(attribution, cut)]
    yield from pairwise([start, *seen, end])


def _styled(text: str, start: int, end: int, attribution: Attribution, /) -> str:
    match _role(attribution, start):
        case "source":
            return _emphasized(text[start:end], "**")
        case "cue":
            beside = text[max(start - 1, 0) : start] + text[end : end + 1]
            return _emphasized(text[start:end], "*" if re.search(r"\w", beside) else "_")
    return _escaped(text[start:end])


def _role(attribution: Attribution, offset: int, /) -> str:
    """Whether the character at an offset is part of the source, else of the cue."""
    inside = (offset, offset + 1)
    return next((role for role in ("source", "cue") if overlap(getattr(attribution, role), (inside,))), "")


def _emphasized(piece: str, mark: str, /) -> str:
    """A piece in emphasis, which must begin and end at a letter or digit: other characters stay outside."""
    match = _EDGES.match(piece)
    assert match is not None
    before, words, behind = match.groups()
    if not words:
        return _escaped(piece)
    return f"{_escaped(before)}{mark}{_escaped(words)}{mark}{_escaped(behind)}"


def _escaped(piece: str, /) -> str:
    """A piece of a line, escaped; white space at its edges is one space."""
    body = escape(piece)
    if not body:
        return " " if piece else ""
    return f"{' ' * piece[:1].isspace()}{body}{' ' * piece[-1:].isspace()}"
