"""Pieces of text around what was looked for, cut at the ends of sentences and words. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractor.schemas.stored import Piece
from extractor.segmentation import sentences
from extractor.store.rows import JOINT

AROUND = 300
"""Characters of text before and after a claim's evidence, at most."""
LENGTH = 240
"""Characters of a snippet, about."""
LEAD = 80
"""Characters of a snippet before its first hit, at most."""
START, END = "\ufdd0", "\ufdd1"
"""Stand around hits in what a database marks: code points that Unicode keeps from being characters."""
_ELLIPSIS = "…"

Stretch = tuple[int, int]


def context(text: str, evidence: Iterable[Stretch], /) -> tuple[Piece, ...]:
    """The text around the evidence: the evidence (offsets into ``text``) as hits, about `AROUND` characters each side.

    Where two stretches of evidence are far apart, `JOINT` stands for the middle of what is between them.
    """
    joined = _join(evidence)
    pieces = [Piece(text=text[_left(text, joined[0][0]) : joined[0][0]], hit=False)]
    for place, (start, end) in enumerate(joined):
        pieces.append(Piece(text=text[start:end], hit=True))
        following = joined[place + 1][0] if place + 1 < len(joined) else None
        pieces.append(Piece(text=_between(text, end, following), hit=False))
    return tuple(piece for piece in pieces if piece.text)


def _join(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, with those that overlap or touch made one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _between(text: str, end: int, following: int | None) -> str:
    right = _right(text, end)
    if following is None:
        return text[end:right]
    left = _left(text, following)
    return text[end:following] if left <= right else f"{text[end:right]}{JOINT}{text[left:following]}"


def _left(text: str, at: int) -> int:
    """Where to begin before ``at``: at a sentence that leaves enough to read, else at a word."""
    low = max(0, at - AROUND)
    if low == 0:
        return 0
    window = text[low:at]
    starts = [start for start, _ in sentences(window)[1:] if start <= AROUND * 2 // 3]  # the first has begun before
    if starts:
        return low + starts[0]
    return next((low + place + 1 for place, character in enumerate(window) if character.isspace()), low)


def _right(text: str, at: int) -> int:
    """Where to stop after ``at``: at the end of a sentence, else of a word."""
    high = at + AROUND
    if high >= len(text):
        return len(text)
    window = text[at:high]
    ends = [end for _, end in sentences(window)[:-1] if end >= AROUND // 3]  # the last goes on
    if ends:
        return at + ends[-1]
    return next((at + place for place in range(len(window) - 1, 0, -1) if window[place].isspace()), high)


def marked(text: str, /) -> tuple[Piece, ...]:
    """The pieces of a text in which a database has put `START` and `END` around hits."""
    pieces: list[Piece] = []
    for part in text.split(START):
        hit, found, rest = part.rpartition(END)
        pieces += [Piece(text=hit, hit=True)] * bool(found and hit) + [Piece(text=rest, hit=False)] * bool(rest)
    return tuple(pieces)


def highlighted(text: str, hits: Iterable[Stretch], /) -> tuple[Piece, ...]:
    """The pieces of a text with its hits (offsets into it)."""
    pieces: list[Piece] = []
    last = 0
    for start, end in _join(hits):
        pieces += [Piece(text=text[last:start], hit=False), Piece(text=text[start:end], hit=True)]
        last = end
    return tuple(piece for piece in (*pieces, Piece(text=text[last:], hit=False)) if piece.text)


def hits_of(pieces: Iterable[Piece], /) -> list[Stretch]:
    """Where the hits are in the text that the pieces make."""
    hits, position = [], 0
    for piece in pieces:
        hits += [(position, position + len(piece.text))] * piece.hit
        position += len(piece.text)
    return hits


def snippet(columns: Sequence[Sequence[Piece]], /) -> tuple[Piece, ...]:
    """The column with most hits, the first of several; when it is long, about `LENGTH` characters of it."""
    best = max(columns, key=lambda pieces: sum(piece.hit for piece in pieces), default=())
    if sum(len(piece.text) for piece in best) <= LENGTH:
        return tuple(best)
    return _cut("".join(piece.text for piece in best), hits_of(best))


def _cut(text: str, hits: Sequence[Stretch]) -> tuple[Piece, ...]:
    first = hits[0][0] if hits else 0
    start = _word_start(text, first - LEAD, first)
    end = _word_end(text, start + LENGTH, first)
    within = [(max(low, start) - start, min(high, end) - start) for low, high in hits if low < end and high > start]
    before = [Piece(text=_ELLIPSIS, hit=False)] * (start > 0)
    after = [Piece(text=_ELLIPSIS, hit=False)] * (end < len(text))
    return (*before, *highlighted(text[start:end], within), *after)


def _word_start(text: str, at: int, latest: int) -> int:
    """The first beginning of a word from ``at`` on, ``latest`` at most."""
    if at <= 0:
        return 0
    return next((place for place in range(at, latest) if text[place - 1].isspace()), at)


def _word_end(text: str, at: int, earliest: int) -> int:
    """The last end of a word up to ``at``, ``earliest`` at least."""
    if at >= len(text):
        return len(text)
    return next((place for place in range(at, earliest, -1) if text[place].isspace()), at)
