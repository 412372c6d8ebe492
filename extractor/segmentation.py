"""Sentences and chunks of a text, by offsets into it (Python string indices, end exclusive)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

CHUNK_SIZE = 20_000
"""Characters of a chunk by default: a news article stays whole."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CLOSERS = r"[\"'”’»›」』）)\]】》〉〗]"
# Chinese and Japanese put no space after a sentence. A quotation mid-sentence (「…。」と言った) ends none.
_WIDE_END = re.compile(rf"[。！？｡．]+(?:{_CLOSERS}+(?![とっ，、；：,;:。]))?(?!{_CLOSERS})")
# What syntok does not know, told in characters that it knows; one for one, so that offsets stay. A semicolon ends no
# sentence: lists of names are full of them.
_PLAIN = str.maketrans({**dict.fromkeys("؟", "?"), **dict.fromkeys("۔।॥։።။…", "."), **dict.fromkeys(";؛", ",")})
_QUOTE = re.compile(r"[«»„“”‟‹›‘‚]")
_SPACED_QUOTE = re.compile(r"(?<=[.!?])[ \u00a0\u202f](?=[»›])")
# Where syntok may divide: behind a terminal mark, before a bracket.
_MAY_DIVIDE = re.compile(
    r"[.!?;\u203c\u203d\u2047-\u2049\u3002\ufe52\ufe57\uff01\uff0e\uff1f\uff61](?=.)"
    r"|[(\[{\uff5f\uff5b\uff3b\uff08\ufe5d\ufe5b\ufe59\ufd3e\u301a\u3018\u2985\u2983\u2329]"
)
_ABBREVIATION = re.compile(
    r"(?<![\w.])(?:Gov|Govs|Rep|Reps|Sens|Lt|Sgt|Cpl|Rev|Maj|Cmdr|Hon|Pres|Supt|Messrs|Mme|Mlle|им|ул|акад|проф|доц|гр|см"
    r"|Abg|\d{1,2}(?=\.\s(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert))"
    r")\.(?=\s)"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the article that is sent to an engine at once: ``text[start:end]``."""

    index: int
    start: int
    end: int


def sentences(text: str, /) -> list[tuple[int, int]]:
    """The sentences of ``text`` as (start, end) without the whitespace around them.

    A line break always ends a sentence. Between line breaks syntok decides; Chinese and Japanese are cut at their own
    full stops. The offsets ascend, do not overlap, and only whitespace lies outside of them.
    """
    found = []
    for line in _LINE.finditer(text):
        starts = [line.start() + start for start in _starts(line.group())]
        for start, end in zip(starts, [*starts[1:], line.end()], strict=True):
            span = _strip(text, start, end)
            if span:
                found.append(span)
    return found


def chunks(text: str, /, *, size: int = CHUNK_SIZE) -> list[Chunk]:
    """Cut ``text`` into chunks of at most ``size`` characters and about the same length.

    Cuts stand at a paragraph, else a line, else a sentence; inside a sentence longer than ``size`` at a word, inside a
    word longer than ``size`` anywhere. The chunks cover the text without overlap and none is blank; whitespace around
    the words of a chunk does not count towards ``size``. A blank text has none.

    Raises ValueError when ``size`` is not positive.
    """
    if size < 1:
        raise ValueError(f"size must be positive, not {size!r}")
    whole = _strip(text, 0, len(text))
    if whole is None:
        return []
    starts = [whole[0]]
    if whole[1] - whole[0] > size:
        cuts = _Cuts(text)
        while (cut := cuts.after(starts[-1], whole[1], size)) < whole[1]:
            starts.append(cut)
    edges = [0, *starts[1:], len(text)]
    return [Chunk(index, start, end) for index, (start, end) in enumerate(pairwise(edges))]


def split(chunk: Chunk, text: str, /) -> tuple[Chunk, Chunk] | None:
    """Halve ``chunk`` of ``text`` at the paragraph, line or sentence near its middle; None when it is one sentence.

    Both halves keep the index of the chunk, whose place they take.
    """
    cuts = _Cuts(text[chunk.start : chunk.end])
    length = chunk.end - chunk.start
    cut = cuts.best(length // 4, length - length // 4, length // 2) or cuts.best(1, length, length // 2)
    if cut is None:
        return None
    middle = chunk.start + cut
    return Chunk(chunk.index, chunk.start, middle), Chunk(chunk.index, middle, chunk.end)


class _Cuts:
    """Where a text may be cut: at the start of each sentence but the first, better after more line breaks."""

    def __init__(self, text: str, /) -> None:
        self.text = text
        spans = sentences(text)
        self.starts = [start for start, _ in spans[1:]]
        gaps = [text[end:start] for (_, end), (start, _) in pairwise(spans)]
        self.ranks = [min(len(_BREAK.findall(gap)), 2) for gap in gaps]

    def best(self, low: int, high: int, target: int, /) -> int | None:
        """The cut within [low, high] after the most line breaks (two at most count), of those the nearest to target."""
        inside = range(bisect_left(self.starts, low), bisect_right(self.starts, high))
        best = max(inside, key=lambda i: (self.ranks[i], -abs(self.starts[i] - target)), default=None)
        return None if best is None else self.starts[best]

    def after(self, start: int, end: int, size: int, /) -> int:
        """Where the chunk from ``start`` stops: at ``end``, the end of the text, when the rest fits."""
        rest = end - start
        if rest <= size:
            return end
        target = rest // -(-rest // size)
        limit = self._reach(start + size)
        cut = self.best(start + max(target // 2, 1), limit, start + target)
        return cut or self.best(start + 1, limit, limit) or self._word(start, size)

    def _reach(self, position: int, /) -> int:
        """The latest start of a sentence such that only whitespace lies between ``position`` and it."""
        rest = re.compile(r"\s*").match(self.text, position)
        return rest.end() if rest else position

    def _word(self, start: int, size: int, /) -> int:
        """The start of the last word that begins within reach, or the limit itself inside a word that is longer."""
        limit = self._reach(start + size)
        if limit > start + size or self.text[limit - 1].isspace():
            return limit
        gap = next((i for i in range(limit - 1, start, -1) if self.text[i].isspace()), None)
        return limit if gap is None else gap + 1


def _starts(line: str, /) -> Iterator[int]:
    """Offsets in ``line`` at which a sentence starts, ascending from 0."""
    edges = [0, *(match.end() for match in _WIDE_END.finditer(line)), len(line)]
    for start, end in pairwise(edges):
        if start < end:
            yield from (start + offset for offset in _syntok_starts(line[start:end]))


def _syntok_starts(line: str, /) -> Iterator[int]:
    yield 0
    plain = _plain(line)
    if not _MAY_DIVIDE.search(plain):
        return
    from syntok.segmenter import segment  # type: ignore[import-untyped]
    from syntok.tokenizer import Tokenizer  # type: ignore[import-untyped]

    for sentence in islice(segment(Tokenizer().tokenize(plain)), 1, None):
        yield sentence[0].offset


def _plain(line: str, /) -> str:
    """``line`` with every mark that syntok would take wrongly replaced by one that it takes rightly."""
    plain = _QUOTE.sub(_plain_quote, _SPACED_QUOTE.sub(".", line.translate(_PLAIN)))
    return _ABBREVIATION.sub(lambda match: match.group()[:-1] + ",", plain)


def _plain_quote(match: re.Match[str], /) -> str:
    """A quotation mark as one that the segmenter knows: closing when it stands right after a character."""
    before = match.string[match.start() - 1 : match.start()]
    return "”" if before and not before.isspace() and before not in "([{“-–—" else "“"


def _strip(text: str, start: int, end: int, /) -> tuple[int, int] | None:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return None if lead == len(piece) else (start + lead, start + len(piece.rstrip()))
