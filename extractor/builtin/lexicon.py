"""The lexicon of attributing words (``cues.txt``), by form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Form = Literal["base", "s", "past", "ing"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A cue: its lemma, its sense, the frames its content may take and the particles that may follow it.

    ``also_noun``: its plain and -s forms are nouns as well.
    """

    lemma: str
    sense: str
    frames: frozenset[str]
    particles: frozenset[str]
    also_noun: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word form may be: an inflected form of an entry."""

    entry: Entry
    form: Form


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Verb readings by form; nouns and adjectives with the words that may follow, by form.

    ``heads`` are all forms at which a cue can be looked for.
    """

    verbs: dict[str, tuple[Reading, ...]]
    nouns: dict[str, Entry]
    adjectives: dict[str, Entry]
    heads: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the package."""
    return read_lexicon(files(__package__).joinpath("cues.txt").read_text(encoding="utf-8"))


def read_lexicon(source: str, /) -> Lexicon:
    """The lexicon in the notation that ``cues.txt`` explains."""
    verbs: dict[str, list[Reading]] = {}
    nouns: dict[str, Entry] = {}
    adjectives: dict[str, Entry] = {}
    sense = ""
    for line in source.splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            sense = line.strip("[]")
        elif line and sense == "noun":
            entry = _complement_entry(line, sense)
            nouns[entry.lemma] = nouns[third_person(entry.lemma)] = entry
        elif line and sense == "adjective":
            entry = _complement_entry(line, sense)
            adjectives[entry.lemma] = entry
        elif line:
            for form, reading in _verb_readings(line, sense):
                verbs.setdefault(form, []).append(reading)
    heads = frozenset(["according", "in", *verbs, *nouns, *adjectives])
    return Lexicon({form: tuple(found) for form, found in verbs.items()}, nouns, adjectives, heads)


def _complement_entry(line: str, sense: str, /) -> Entry:
    lemma, *followers = line.split()
    return Entry(lemma, sense, frozenset(), frozenset(followers), also_noun=False)


def _verb_readings(line: str, sense: str, /) -> list[tuple[str, Reading]]:
    head, _, irregular = line.partition("=")
    lemma, *rest = head.split()
    entry = Entry(
        lemma.lstrip("~"),
        sense,
        frozenset(word for word in rest if not word.startswith("+")),
        frozenset(word[1:] for word in rest if word.startswith("+")),
        also_noun=lemma.startswith("~"),
    )
    return [(form, Reading(entry, kind)) for form, kind in _inflect(entry.lemma, irregular.split())]


def _inflect(lemma: str, irregular: list[str], /) -> list[tuple[str, Form]]:
    """All forms of a verb: -s, -ed and -ing by rule unless ``irregular`` gives others."""
    stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")) else lemma
    forms: list[tuple[str, Form]] = [(lemma, "base"), (third_person(lemma), "s")]
    ing = [form for form in irregular if form.endswith("ing")] or [stem + "ing"]
    third = [form for form in irregular if form.endswith("es")]
    past = [form for form in irregular if form not in ing and form not in third]
    forms += [(form, "s") for form in third]
    forms += [(form, "ing") for form in ing]
    forms += [(form, "past") for form in past or [_past(lemma)]]
    return list(dict.fromkeys(forms))


def third_person(word: str, /) -> str:
    """The -s form of a verb or noun: "deny" gives "denies"."""
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _past(lemma: str, /) -> str:
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return lemma[:-1] + "ied"
    return lemma + ("d" if lemma.endswith("e") else "ed")
