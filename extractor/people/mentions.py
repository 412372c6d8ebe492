"""Where names stand in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from extractor.names.capitals import Word, words
from extractor.names.name_words import fold

_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC_WORD: Final = re.compile(r"[А-Яа-яЁёІіЇїЄє]{4,}")
_NOMINATIVE: Final = re.compile(r"(?:ой|ый|ий|ая|яя|а|я|й|ь|о|е)$")
_CASES: Final = (
    "(?:ого|его|ому|ему|ыми|ими|ами|ями|ой|ей|ый|ий|ая|яя|ую|юю|ою|ею|ым|им|ом|ем|ём|ых|их|ам|ям|ах|ях|а|я|у|ю|ы|и|е|о|ь"
    "|й)?"
)
_ARABIC_PARTICLES: Final = "وفبلك"
_APOSTROPHE: Final = re.compile("['’]")
_WORD: Final = re.compile(r"\w+")
_WORD_BEFORE: Final = re.compile(r"([^\W\d_][\w'’.-]*)\s$")


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of a name: its owners, its pattern as written, and the one of all its cases if they count."""

    name: str
    owners: frozenset[int]
    pattern: re.Pattern[str]
    declined: re.Pattern[str] | None


def find_mentions(
    text: str,
    forms: Mapping[int, Collection[str]],
    /,
    *,
    inflected: Collection[int] = (),
    namesakes: Mapping[int, Collection[str]] | None = None,
) -> dict[int, list[tuple[int, int]]]:
    """Every occurrence of each holder's forms as (start, end), ascending; the longest form wins, none overlap.

    ``forms`` are the names by the holder's key; a form of two holders is nobody's. Those in ``inflected`` are found in
    the cases of Cyrillic, too. ``namesakes`` are given names, folded, behind which a surname is somebody else's.
    """
    by_word: dict[str, list[_Form]] = defaultdict(list)
    for form in _forms(forms, frozenset(inflected)):
        by_word[_first_word(form.name)].append(form)
        if form.declined:
            by_word[_first_word(form.name)[:3]].append(form)
    found: dict[int, list[tuple[int, int]]] = {key: [] for key in forms}
    end = 0
    for start in _starts(text, by_word):
        if start < end:
            continue
        stop, owners = _longest_at(start, text, by_word)
        if owners:
            end = stop
        if len(owners) == 1:
            key = min(owners)
            if not _is_namesake(text, start, stop, (namesakes or {}).get(key, ())):
                found[key].append((start, stop))
    return found


def _forms(forms: Mapping[int, Collection[str]], inflected: frozenset[int]) -> list[_Form]:
    owners: dict[str, set[int]] = defaultdict(set)
    for key, names in forms.items():
        for name in names:
            owners[" ".join(name.split())].add(key)
    found = []
    for name, keys in owners.items():
        cases = re.compile(_bounded(_pattern(name, inflect=True), name)) if keys & inflected else None
        found.append(_Form(name, frozenset(keys), re.compile(_bounded(_pattern(name), name)), cases))
    return found


def _starts(text: str, by_word: Mapping[str, object]) -> Iterator[int]:
    """Where a form may begin: at words, behind an Arabic particle, and anywhere in scripts without spaces."""
    unspaced = {word[0] for word in by_word if _UNSPACED.match(word)}
    for token in _WORD.finditer(text):
        start, word = token.start(), token[0]
        if word in by_word or word[:3] in by_word:
            yield start
        elif word[0] in _ARABIC_PARTICLES and word[1:] in by_word:
            yield start + 1
        elif unspaced and _UNSPACED.search(word):
            yield from (start + place for place, char in enumerate(word) if char in unspaced)


def _longest_at(start: int, text: str, by_word: Mapping[str, Sequence[_Form]]) -> tuple[int, frozenset[int]]:
    """The end and the owners of the longest form at a place; a form as written goes before cases of another."""
    word = _first_word(text[start : start + 80])
    keys = [word, word[:3]] if not _UNSPACED.match(word) else [key for key in by_word if text.startswith(key, start)]
    near = {form.name: form for key in keys for form in by_word.get(key, ())}.values()
    written = [(match.end(), form) for form in near if (match := form.pattern.match(text, start))]
    cases = [(match.end(), form) for form in near if form.declined and (match := form.declined.match(text, start))]
    end = max((end for end, _ in (*written, *cases)), default=start)
    best = [form for stop, form in written if stop == end] or [form for stop, form in cases if stop == end]
    return end, frozenset().union(*(form.owners for form in best))


def _first_word(name: str) -> str:
    found = _WORD.search(name)
    return found[0] if found else name


def verbatim(text: str, name: str, /) -> str | None:
    """The form in which ``name`` stands in ``text``; None when it does not.

    Exactly, else in another letter case or with other diacritics, else declined.
    """
    if not name.strip():
        return None
    bounded = re.compile(_bounded(re.escape(name), name))
    at = text.find(name)
    while at >= 0:
        if bounded.match(text, at):
            return name
        at = text.find(name, at + 1)
    pattern = re.compile(_bounded(_pattern(name, inflect=True), name))
    alike = re.search(_bounded(_pattern(name), name), text) or _folded_match(text, name) or pattern.search(text)
    return alike[0] if alike else None


def _folded_match(text: str, name: str) -> tuple[str] | None:
    """The first words of the text that fold to the words of the name."""
    wanted = [word.folded for word in words(name)]
    found = _words_of(text)
    for place in range(len(found) - len(wanted) + 1) if wanted else ():
        window = found[place : place + len(wanted)]
        if window[0].folded == wanted[0] and [word.folded for word in window] == wanted:
            return (text[window[0].start : window[-1].end].removesuffix("'s").removesuffix("’s"),)
    return None


@lru_cache(maxsize=2)
def _words_of(text: str) -> list[Word]:
    return words(text)


def is_declinable(name: str, /) -> bool:
    """True for a name whose other cases are looked for: in Cyrillic."""
    return _CYRILLIC_WORD.search(name) is not None


def _is_namesake(text: str, start: int, end: int, given: Collection[str]) -> bool:
    before = _WORD_BEFORE.search(text, max(0, start - 40), start) if given else None
    return before is not None and " " not in text[start:end] and fold(before[1]).strip(".") in given


@lru_cache(maxsize=4_096)
def _pattern(name: str, *, inflect: bool = False) -> str:
    """A pattern for a name in which blanks, dashes and apostrophes may be others of their kind."""
    parts = (re.escape(word) for word in name.split())
    pattern = r"\s+".join(_CYRILLIC_WORD.sub(_cases, part) if inflect else part for part in parts)
    return _APOSTROPHE.sub("['’]", pattern.replace(r"\-", "[-‐‑–]"))


def _cases(word: re.Match[str]) -> str:
    stem = _NOMINATIVE.sub("", word[0])
    return f"{stem if len(stem) > 3 else word[0]}{_CASES}"


def _bounded(pattern: str, name: str) -> str:
    """The pattern at word edges; Arabic particles may precede, and scripts without spaces have no edges."""
    if _UNSPACED.search(name):
        return pattern
    front = rf"(?:(?<!\w)|(?<=(?<!\w)[{_ARABIC_PARTICLES}]))" if _ARABIC.search(name) else r"(?<!\w)"
    return rf"{front}{pattern}(?!\w)"
