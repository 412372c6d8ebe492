"""Pieces of English that claims are worded with: contents without their marks, first sentences, verb forms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.segmentation import sentences

from . import words
from .lexicon import lexicon, third_person
from .words import wordset

_MARKS = re.compile(r"[“”«»„\"]|''|``|’’|‘‘|(?<!\w)[‘']|(?<![\w])’|’(?!\w)")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[\w'’-]+")
_QUOTED = re.compile(r"^\s*[“«»„\"‘']|^``")
_COMMA = re.compile(r",\s*(?:[”»“\"’]|'')\s*$")
_SHORT = 4
_INTERJECTION = re.compile(r"^(?:(?:well|yes|no|so|look|now|oh|okay),|and\b,?|but\b,?)\s+", re.IGNORECASE)
_CONTRACTION = re.compile(r"n['’]t$|['’](?:re|ll|m|ve)$|^(?:it|he|she|that|this|there|here|what|who|where)['’]s$")
_IRREGULAR = {"am": "is", "'m": "is", "’m": "is", "have": "has", "'ve": "has", "’ve": "has", "do": "does"}
_CLITIC, _NOT = re.compile(r"['’](d|ll|re|ve|s)\b"), re.compile(r"n['’]t$")
_SAME = words.MODALS | wordset("was had did 'd ’d 'll ’ll said thought knew felt saw found told wrote held")
_CONTRACTED = re.compile(r"(?P<verb>'m|’m|'ve|’ve|'ll|’ll|'d|’d|\s+(?:\w+n['’]t|\w+))\b")


def plain(text: str, /) -> str:
    """The text without quotation marks, with single blanks, without marks left over at its ends."""
    return _SPACE.sub(" ", _MARKS.sub("", text)).strip(" ,;:—–-")


def join(parts: Sequence[str], /) -> str:
    """The parts of a content in one: a quotation that opens a sentence of its own ends the part before.

    A comma stands between two parts only where the first has it inside its quotation marks.
    """
    text, before = "", ""
    for raw in parts:
        part = plain(raw)
        if not part:
            continue
        if text and text[-1] not in ".!?…":
            text += "." if part[0].isupper() and _QUOTED.search(raw) else "," if _COMMA.search(before) else ""
        text, before = f"{text} {part}".strip(), raw
    return _INTERJECTION.sub("", text)


def first_sentence(text: str, /) -> str:
    """The first sentence of a content, with the next one where the first is a mere interjection."""
    spans = sentences(text)
    if not spans:
        return text
    for start, end in spans:
        if len(_WORD.findall(text[spans[0][0] : end])) >= _SHORT or (start, end) == spans[-1]:
            return text[spans[0][0] : end]
    return text


def finish(text: str, /) -> str:
    """The text as a sentence: a capital first, a mark last."""
    text = text.strip(" ,;:—–-")
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…。！？؟।" else text + "."


def lower_first(text: str, /) -> str:
    """The text with a small first letter, unless its first word is a name or "I"."""
    first = _WORD.match(text)
    if first and first.group().lower() in words.FUNCTION_WORDS and first.group() != "I":
        return text[0].lower() + text[1:]
    return text


def has_verb(text: str, /) -> bool:
    """True when the text seems to have a finite verb, and so to be a clause."""
    known = lexicon().verbs
    tokens = [match.group().lower() for match in _WORD.finditer(text)][:60]
    for before, low in zip(["", *tokens], tokens, strict=False):
        if low in words.AUXILIARIES - words.POSSESSIVES or low in words.VERBS or _CONTRACTION.search(low):
            return True
        if low in known and any(reading.form == "past" for reading in known[low]) and before not in words.DETERMINERS:
            return True
        if low in known and before in words.PERSONAL:
            return True
    return False


def written_out(rest: str, /, *, plural: bool) -> str:
    """What follows a pronoun with its contraction written out, for a name in the pronoun's place."""
    endings = {"d": " would", "ll": " will", "re": " are", "ve": " have" if plural else " has", "s": " is"}
    match = _CLITIC.match(rest)
    return f"{endings[match.group(1)]}{rest[match.end() :]}" if match else rest


def agree(name: str, rest: str, /) -> str | None:
    """'I <rest>' told of somebody else by name: 'Ann Roe thinks ...'; None where the verb cannot be told."""
    match = _CONTRACTED.match(rest)
    if match is None:
        return None
    verb = match.group("verb").strip()
    tail = rest[match.end() :]
    low = verb.lower()
    base = _NOT.sub("", low)
    if low in _IRREGULAR:
        return f"{name} {_IRREGULAR[low]}{tail}"
    if base != low and base in ("do", "have"):
        return f"{name} {_IRREGULAR[base]}n’t{tail}"
    if low in ("'ll", "’ll", "'d", "’d"):
        return f"{name} {'will' if 'll' in low else 'would'}{tail}"
    if low in _SAME or base in _SAME or low.endswith("ed"):
        return f"{name} {verb}{tail}"
    readings = lexicon().verbs.get(low, ())
    if any(reading.form == "base" for reading in readings):
        return f"{name} {third_person(low)}{tail}"
    return f"{name} {verb}{tail}" if any(reading.form == "past" for reading in readings) else None
