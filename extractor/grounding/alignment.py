"""Find the passages of a text that resemble a quotation, snapped to word edges. All texts here are folded.

Two ways, the cheap one first: pieces of the quotation that occur as they are say where it could stand, since whoever
changes a word or two leaves the rest; failing that, rapidfuzz slides the quotation along the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Levenshtein

from .normalization import WORD, count_spaceless

_TOKEN = regex.compile(rf"(?P<word>[$€£¥₽#@]?(?:{WORD.pattern})[%‰]?)|[.,;:!?…]", regex.V1)

FLOOR = 55.0
"""Passages that score less are of no interest; invented quotations score up to about 60."""
_PIECE = 10  # characters of a piece, at least
_PIECE_SPACELESS = 4
_CUTS = (4, 8)  # pieces of a quotation: few and long ones first, they are quicker to find
_MANY_CUTS = 64  # for a quotation too long to slide
_SLIDABLE = 1e9  # characters of the quotation times characters of the text: a second or so
_SLACK = 20, 200  # characters by which a guess may be off: a fifth of the quotation, but no less and no more than these
_OCCURRENCES = 32  # a piece that occurs more often than this says little
_CANDIDATES = 32
_WORSE = 20.0  # a guess that scores so much less than the best one is left
_LACKING = 2  # letters of a quotation that a stretch may lack and still count as having all of it
_LONGEST_WORD = 32


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage and how much it resembles the quotation: ``fuzz.ratio``, 0 to 100."""

    start: int
    end: int
    score: float


def align(quote: str, text: str, start: int, end: int, /, *, enough: float) -> list[Passage]:
    """The passages inside ``text[start:end]`` that resemble ``quote``, best first; empty when nothing scores ``FLOOR``.

    Takes a quotation that begins and ends with a word. Pieces of the quotation find all of its likely places; the text
    is searched through only when none of these scores ``enough``, and then gives the best place and its repetitions.
    """
    found: list[Passage] = []
    slidable = len(quote) * (end - start) <= _SLIDABLE
    for pieces in _CUTS if slidable else (*_CUTS, _MANY_CUTS):
        found = _merged(found, _refined(quote, text, start, end, _guesses(quote, text, start, end, pieces)))
        if found and found[0].score >= enough:
            return found
    return _merged(found, _slid(quote, text, start, end)) if slidable else found


def _merged(*groups: list[Passage]) -> list[Passage]:
    passages = {(passage.start, passage.end): passage for group in groups for passage in group}
    return sorted(passages.values(), key=lambda passage: (-passage.score, passage.start))


def _guesses(quote: str, text: str, start: int, end: int, pieces: int) -> list[int]:
    """Where the quotation could start, judging by its pieces, the likeliest first."""
    scores: dict[int, float] = {}
    for offset, piece in _pieces(quote, pieces):
        for place in _occurrences(piece, text, start, end, limit=_OCCURRENCES):
            guess = max(start, place - offset)
            if guess not in scores:
                window = text[guess : min(end, guess + len(quote))]
                scores[guess] = fuzz.ratio(quote, window, score_cutoff=FLOOR - 15)
    worth = max(scores.values(), default=0.0) - _WORSE
    kept: list[int] = []
    for guess in sorted(scores, key=lambda guess: -scores[guess]):
        if not scores[guess] or scores[guess] < worth or len(kept) == _CANDIDATES:
            break
        if all(abs(guess - other) > _slack(quote) // 2 for other in kept):
            kept.append(guess)
    return kept


def _slack(quote: str) -> int:
    least, most = _SLACK
    return min(max(least, len(quote) // 5), most)


def _pieces(quote: str, count: int) -> Iterator[tuple[int, str]]:
    """Pieces of whole words with their offsets, one after the other."""
    least = _PIECE_SPACELESS if count_spaceless(quote) else _PIECE
    length = max(least, len(quote) // count)
    begin = None
    for match in WORD.finditer(quote):
        begin = match.start() if begin is None else begin
        if match.end() - begin >= length:
            yield begin, quote[begin : match.end()]
            begin = None


def _occurrences(piece: str, text: str, start: int, end: int, *, limit: int) -> list[int]:
    """Where a piece occurs; nothing when it occurs more often than ``limit``."""
    places: list[int] = []
    place = text.find(piece, start, end)
    while place >= 0:
        places.append(place)
        if len(places) > limit:
            return []
        place = text.find(piece, place + 1, end)
    return places


def _slid(quote: str, text: str, start: int, end: int) -> list[Passage]:
    """The best place of all, and its repetitions."""
    if len(quote) >= end - start:
        return _refined(quote, text, start, end, [start])
    best = fuzz.partial_ratio_alignment(quote, text[start:end], score_cutoff=FLOOR)
    if best is None:
        return []
    found = _refined(quote, text, start, end, [start + best.dest_start])
    if not found:
        return []
    top = found[0]
    again = _occurrences(text[top.start : top.end], text, start, end, limit=_CANDIDATES)
    return [Passage(place, place + top.end - top.start, top.score) for place in again] or found


def _refined(quote: str, text: str, start: int, end: int, guesses: list[int]) -> list[Passage]:
    words = [match.group() for match in _TOKEN.finditer(quote)]
    passages = (_snap(quote, words, text, start, end, guess) for guess in guesses if words)
    return _merged([passage for passage in passages if passage is not None and passage.score >= FLOOR])


def _snap(quote: str, words: list[str], text: str, start: int, end: int, guess: int) -> Passage | None:
    """The stretch of whole words around a guess that needs the fewest changed words to become the quotation.

    Of two with equally few the one that ends as the quotation does; else the longer one, so that a changed word at an
    edge stays inside, unless the shorter one has all letters of the quotation. Punctuation counts as words, so that a
    stretch does not run into the next sentence.
    """
    slack = _slack(quote)
    tokens = list(_tokens(text, start, end, guess - slack, guess + len(quote) + slack))
    if not any(token.group("word") for token in tokens):
        return None
    spelled = [token.group() for token in tokens]
    heads = [i for i, token in enumerate(tokens) if token.group("word") and abs(token.start() - guess) <= slack]
    tails = [
        i + 1 for i, token in enumerate(tokens) if token.group("word") and token.end() >= guess + len(quote) - slack
    ]

    def chosen(edges: list[tuple[int, int]]) -> tuple[int, int]:
        changes = [_changed(words, spelled, *edge) for edge in edges]
        least = min(changes)
        kept = [edge for edge, changed in zip(edges, changes, strict=True) if changed == least]
        return min(kept, key=length) if len(kept) > 1 else kept[0]

    def length(edge: tuple[int, int]) -> tuple[bool, int]:
        head, tail = edge
        stretch = text[tokens[head].start() : tokens[tail - 1].end()]
        lacking = len(quote) - LCSseq.similarity(quote, stretch) > _LACKING
        return lacking, head - tail if lacking else tail - head

    if not heads or not tails:
        return None
    head = min(heads, key=lambda i: abs(tokens[i].start() - guess))
    tail = tails[-1]
    for _ in range(2):
        if edges := [(head, j) for j in tails if j > head]:
            tail = chosen(edges)[1]
        if edges := [(i, tail) for i in heads if i < tail]:
            head = chosen(edges)[0]
    if head >= tail:
        return None
    begin, stop = tokens[head].start(), tokens[tail - 1].end()
    return Passage(begin, stop, fuzz.ratio(quote, text[begin:stop]))


def _changed(words: list[str], spelled: list[str], head: int, tail: int) -> tuple[int, int]:
    """How many words have to be changed, and how many of the first and the last one."""
    others = (spelled[head] != words[0]) + (spelled[tail - 1] != words[-1])
    return Levenshtein.distance(words, spelled[head:tail]), others


def _tokens(text: str, start: int, end: int, left: int, right: int) -> Iterator[regex.Match[str]]:
    """Words and punctuation marks between ``left`` and ``right``, whole ones only, inside ``start`` to ``end``."""
    left, right = max(start, left), min(end, right)
    first = max(start, left - _LONGEST_WORD)
    for token in _TOKEN.finditer(text, first, min(end, right + _LONGEST_WORD)):
        if token.start() >= left and token.end() <= right:
            yield token
