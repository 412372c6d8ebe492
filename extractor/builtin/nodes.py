"""Sentences as rows of nodes: a node is a word, a punctuation mark or a whole quotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from operator import add
from typing import Literal, NamedTuple

from extractor.quotations import quotations

from . import words
from .splitting import split

Tag = Literal[
    "quote", "punct", "pron", "det", "poss", "aux", "neg", "prep", "sub", "cc", "adv", "num", "time", "cap", "word"
]

_TOKEN = re.compile(
    r"(?!\s)(?:[A-Za-z][a-z]*+(?![\w'’.‑-])"
    r"|(?=[A-Z]['’.])(?:(?:[A-Z]\.){2,}(?:[A-Z]\b)?|[A-Z]\.(?=[ \xa0][A-Z])|[A-Z]['’][A-Z]\w+)"
    r"|(?=[A-Z][a-z]{1,4}\.)"
    r"(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Prof|Gen|Lt|Col|Jr|Sr|St|Jan|Feb|Aug|Sept|Oct|Nov|Dec|No|Rev|Sgt|Capt)\.(?!\w)"
    r"|(?=[\d$])\$?\d+(?:[.,:]\d+)*(?:[a-z]+\b|%)?"
    r"|n['’]t\b|(?=\w++['’]t\b)[^\W\d_]+(?=n['’]t\b)"
    r"|\w++(?:[-‑]\w++)*+"
    r"|['’](?:s|re|ve|ll|d|m)\b"
    r"|\.\.\.|--+|\S)"
)
"""A word or a mark; the plain words at first and what is looked for ahead only spare the longer alternatives."""
_WORD = re.compile(r"\w+")
_FORMS = 1 << 16
"""Word forms whose classes are kept."""
_DOUBLED = re.compile(r"''(?P<closes>(?=[\s.,;:!?)]|$))?")


class Node(NamedTuple):
    """A word, a punctuation mark or a quotation: ``text[start:end]`` of the article."""

    start: int
    end: int
    text: str
    low: str
    tag: Tag
    words: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Nodes of a sentence; sentences inside one quotation are not cut apart. ``paragraph`` counts lines from 0."""

    index: int
    paragraph: int
    nodes: tuple[Node, ...]

    def end(self) -> int:
        """Index after the last node that is no closing punctuation."""
        last = len(self.nodes)
        while last and self.nodes[last - 1].tag == "punct" and self.nodes[last - 1].low in ".!?…...":
            last -= 1
        return last


Splitter = Callable[[str], list[tuple[int, int]]]


def parse(text: str, /, *, sentences: Splitter = split) -> list[Sentence]:
    """The sentences of ``text`` with their nodes; ``sentences`` cuts it."""
    quotes = quotations(text)
    found: list[Sentence] = []
    paragraph, last = -1, 0
    position = 0
    for start, end in _outer_sentences(sentences(_DOUBLED.sub(_single_mark, text)), quotes):
        if paragraph < 0 or "\n" in text[last:start] or "\r" in text[last:start]:
            paragraph += 1
        last = end
        inside = []
        while position < len(quotes) and quotes[position][0] < end:
            inside.append(quotes[position])
            position += 1
        nodes = tuple(_nodes(text, start, end, inside))
        if nodes:
            found.append(Sentence(len(found), paragraph, nodes))
    return found


def _single_mark(match: re.Match[str], /) -> str:
    """Two single marks as one double mark and a blank, which the segmenter knows; the length stays."""
    return '" ' if match["closes"] is not None else ' "'


def _outer_sentences(spans: list[tuple[int, int]], quotes: list[tuple[int, int]], /) -> Iterator[tuple[int, int]]:
    """Sentences joined where the boundary between two lies inside a quotation."""
    position = 0
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current is None:
            current = (start, end)
            continue
        while position < len(quotes) and quotes[position][1] <= start:
            position += 1
        quote = quotes[position] if position < len(quotes) else (end, end)
        if quote[0] < current[1] and start < quote[1]:
            if quote[1] - start <= 2 and quote[1] < end:
                yield (current[0], quote[1])
                current = (quote[1], end)
            else:
                current = (current[0], end)
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _nodes(text: str, start: int, end: int, quotes: list[tuple[int, int]], /) -> list[Node]:
    nodes: list[Node] = []
    position = start
    for opened, closed in quotes:
        nodes += _word_nodes(text, position, opened)
        piece = text[opened:closed]
        nodes.append(Node(opened, closed, piece, piece.lower(), "quote", len(_WORD.findall(piece))))
        position = max(closed, position)
    return nodes + _word_nodes(text, position, end)


def _word_nodes(text: str, start: int, end: int, /) -> list[Node]:
    """The nodes of a stretch without quotations; most of the words of a text pass through here, hence no loop."""
    found = list(_TOKEN.finditer(text, start, end))
    classes = map(_CLASSES_OF.__getitem__, map(re.Match.group, found))
    return list(map(tuple.__new__, repeat(Node), map(add, map(re.Match.span, found), classes)))


_CLASSES: tuple[tuple[Tag, frozenset[str]], ...] = (
    ("neg", words.NEGATIONS),
    ("poss", words.POSSESSIVES),
    ("aux", words.AUXILIARIES),
    ("det", words.DETERMINERS),
    ("pron", words.PRONOUNS),
    ("sub", words.SUBORDINATORS - words.PREPOSITIONS),
    ("prep", words.PREPOSITIONS),
    ("cc", words.COORDINATORS),
)
_LOOKUP: dict[str, Tag] = {low: tag for tag, group in reversed(_CLASSES) for low in group}


class _Classes(dict[str, tuple[str, str, Tag, int]]):
    """Pieces that are no quotation, in lower case, with class and number of words, as long as there is room."""

    def __missing__(self, piece: str, /) -> tuple[str, str, Tag, int]:
        low = piece.lower()
        found = piece, low, _tag(piece, low), 1 if _WORD.search(piece) else 0
        if len(self) < _FORMS:
            self[piece] = found
        return found


_CLASSES_OF = _Classes()


def _tag(piece: str, low: str, /) -> Tag:
    """The class of a word by itself; capitals win over the classes of time and adverbs, not over function words."""
    known = _LOOKUP.get(low)
    if known:
        return known
    if low in words.TIMES:
        return "time"
    first = piece[0]
    if first.isdigit() or first == "$":
        return "num"
    if not first.isalnum():
        return "punct"
    if low in words.ADVERBS or (low.endswith("ly") and not first.isupper() and low not in words.NOT_ADVERBS):
        return "adv"
    return "cap" if first.isupper() else "word"
