"""Demands in the subjunctive: "that the depot be kept" says that it should be."""

from __future__ import annotations

import re

from . import words
from .found import Attribution
from .lexicon import lexicon
from .wording import has_verb
from .words import wordset

_DEMANDING = wordset("demand insist recommend urge request propose ask require suggest advise order plead beg prefer")
_BE = re.compile(r"(?P<subject>(?:[\w'’-]+ ){1,10}?)(?P<rest>(?:not )?be\b.*)", re.DOTALL)
_NOT = re.compile(r"(?P<subject>(?:[\w'’-]+ ){1,10}?)(?P<rest>not (?!to\b)\w+\b.*)", re.DOTALL)
_RELATIVE = re.compile(r",|;|\b(?:who|which|that|when|while|because|if|unless|until|before|after)\b")


def demanded(said: str, item: Attribution, /) -> str:
    """The content with "should" before its subjunctive, after a demanding cue with "that"; else unchanged."""
    entry = item.entry
    if entry is None or not (item.marked or entry.lemma == "demand") or item.quoted:
        return said
    if entry.sense != "demand" and entry.lemma not in _DEMANDING:
        return said
    return _with_should(said)


def _with_should(said: str, /) -> str:
    for pattern in (_BE, _NOT):
        match = pattern.match(said)
        if match and not _has_modal(match["subject"]):
            return f"{match['subject']}should {match['rest']}"
    tokens = said.split(" ")
    if _is_plain(tokens[0]):
        return said
    for place in range(1, min(len(tokens), 10)):
        before, low = tokens[:place], tokens[place].lower().strip(".,")
        if low in words.AUXILIARIES - words.POSSESSIVES or (place > 1 and has_verb(" ".join(before))):
            return said
        if _is_plain(low) and _may_end_subject(before, tokens[place + 1 :]):
            return " ".join([*before, "should", *tokens[place:]])
    return said


def _has_modal(subject: str, /) -> bool:
    said = subject.lower().split()
    return any(word in words.MODALS | {"to"} for word in said)


def _is_plain(low: str, /) -> bool:
    known = any(reading.form == "base" and not reading.entry.also_noun for reading in lexicon().verbs.get(low, ()))
    return known or low in words.BASE_VERBS


def _may_end_subject(before: list[str], after: list[str], /) -> bool:
    """True for a pronoun, or a noun phrase whose next word cannot be one noun with it ("the cut in")."""
    if before[-1].lower() in words.PERSONAL:
        return True
    if before[-1].lower() in words.FUNCTION_WORDS - words.OBJECTS:
        return False
    return not has_verb(_RELATIVE.split(" ".join(after[:12]), maxsplit=1)[0])
