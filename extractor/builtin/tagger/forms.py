"""Features of word forms: what a word by itself tells the tagger, at each place around it where it is looked at."""

from __future__ import annotations

import re
from functools import lru_cache

from extractor.builtin import nouns, words
from extractor.builtin.lexicon import lexicon
from extractor.builtin.nodes import Node

Form = tuple[str, str]
"""A word as it is written and its class; a quotation is told by length, last mark and capital only."""

BLOCKS = ("0", "-1", "+1", "-2", "+2", "-3", "+3", "L", "R", "F")
"""Where a form is looked at: at the node, up to three nodes off, as the nearest cue to the left or right, as the first
word of the sentence."""
SHIFTS = (-1, 1, -2, 2, -3, 3)
"""Distances of the blocks after the first, in order."""
EDGE: Form = ("", "edge")
"""What stands before and after a sentence."""

_CAPITAL, _CAPITALS, _SMALL, _DIGITS = map(re.compile, ("[A-Z]", "[A-Z]+", "[a-z]+", r"\d+"))
_KEPT = 1 << 16
_LENGTHS = (1, 2, 4, 9, 19)
_ENDS = frozenset(",.?!…-—")
_LISTS = (
    ("person", nouns.PERSONS),
    ("group", nouns.GROUPS),
    ("document", nouns.DOCUMENTS),
    ("body", nouns.BODIES),
    ("organization", nouns.ORGANIZATION_WORDS),
    ("place", nouns.PLACES),
    ("title", words.TITLES),
    ("verb", words.VERBS),
    ("base", words.BASE_VERBS),
    ("object", words.OBJECTS),
    ("unit", words.UNITS),
    ("be", words.BE),
    ("have", words.HAVE),
    ("modal", words.MODALS),
    ("relative", words.RELATIVES),
    ("question", words.QUESTION_WORDS),
)


def quote_form(node: Node, /) -> Form:
    """The form of a quotation."""
    length = sum(node.words > limit for limit in _LENGTHS)
    end = node.text[-2:-1]
    return f"{length}{end if end in _ENDS else 'w'}{'U' if node.text[1:2].isupper() else 'l'}", "quote"


def block_features(form: Form, /) -> tuple[list[str], ...]:
    """The features of a form for each of `BLOCKS`, without those of the words themselves."""
    return _blocks(*_plain(form))


def lexical_features(form: Form, /) -> list[str]:
    """The features that hold letters of the text: the word, and the ending of an open-class word."""
    text, tag = form
    if tag in ("quote", "edge"):
        return []
    low = text.lower()
    ending = tag in ("word", "cap", "adv") and low[0].isascii() and low[0].isalpha()
    return ["w=" + low, "e=" + low[-3:]] if ending else ["w=" + low]


def lexical_blocks(features: list[str], /) -> tuple[list[str], ...]:
    """The lexical features of a form by block: endings count at the node and its neighbours only."""
    word = features[:1]
    return features, features, features, word, word, word, word, word, word, word


def _blocks(tag: str, more: tuple[str, ...], /) -> tuple[list[str], ...]:
    sense = [feature for feature in more if feature.startswith("s")]
    near, far = [tag, *more], [tag]
    return [*near, "bias"], near, near, near, near, far, far, sense, sense, far


@lru_cache(maxsize=_KEPT)
def _plain(form: Form, /) -> tuple[str, tuple[str, ...]]:
    text, tag = form
    if tag == "edge":
        return "t=edge", ()
    if tag == "quote":
        return "t=quote", (f"q={text[0]}", f"qe={text[1]}", f"qu={text[2]}", f"q={text}")
    return "t=" + tag, (*_senses(text.lower()), *_shape_and_lists(text, tag))


def _senses(low: str, /) -> list[str]:
    """What the lexicon of cues knows of a word."""
    known = lexicon()
    readings = known.verbs.get(low, ())
    found = {(reading.entry.sense, reading.form) for reading in readings}
    if low in known.nouns:
        found.add(("noun", "base"))
    if low in known.adjectives:
        found.add(("adjective", "base"))
    if not found:
        return ["s="]
    told = [f for sense, form in sorted(found) for f in (f"s={sense}", f"sf={form}", f"s={sense}.{form}")]
    frames = sorted({frame for reading in readings for frame in reading.entry.frames})
    return [*told, *(f"frame={frame}" for frame in frames)]


def _shape_and_lists(text: str, tag: str, /) -> list[str]:
    low = text.lower()
    bare = low.rstrip(".")
    found = [f"list={name}" for name, group in _LISTS if low in group or bare in group]
    if tag == "cap" and text.isupper() and len(text) > 1:
        found.append("acronym")
    return [f"shape={_shape(text)}", *found]


def _shape(text: str, /) -> str:
    runs = (_CAPITALS if len(text) > 4 else _CAPITAL).sub("X", text)
    return _DIGITS.sub("d", _SMALL.sub("x", runs))[:5]
