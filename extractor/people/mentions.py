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
_APOSTROPHES: Final = "'’"
_APOSTROPHE: Final = re.compile(f"[{_APOSTROPHES}]")
_DASHES: Final = "-‐‑–"
_BLANK: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"\w+")
_WORD_BEFORE: Final = re.compile(r"([^\W\d_][\w'’.-]*)\s$")


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of a name: its owners, and the pattern of all its cases if they count."""

    name: str
    owners: frozenset[int]
    declined: re.Pattern[str] | None

    def end_at(self, start: int, text: str, /) -> int | None:
        """Where the form ends that is written at ``start``; None when it is not."""
        return _plain_end(self.name, start, text) if _is_plain(self.name) else _end_by_pattern(self.name, start, text)


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
        declines = keys & inflected and is_declinable(name)
        cases = re.compile(_bounded(_pattern(name, inflect=True), name)) if declines else None
        found.append(_Form(name, frozenset(keys), cases))
    return found


def _is_plain(name: str) -> bool:
    """True for a name in a script with spaces between its words and no particles at them."""
    return name.isascii() or not (_UNSPACED.search(name) or _ARABIC.search(name))


def _plain_end(name: str, start: int, text: str) -> int | None:
    """What `_end_by_pattern` gives for a plain name, without a pattern: there are many names, each used once."""
    if _is_inside(text, start - 1):
        return None
    end = start
    for number, word in enumerate(name.split()):
        if number:
            blank = _BLANK.match(text, end)
            if blank is None:
                return None
            end = blank.end()
        if not text.startswith(word, end) and not _is_variant(text[end : end + len(word)], word):
            return None
        end += len(word)
    return None if _is_inside(text, end) else end


def _end_by_pattern(name: str, start: int, text: str) -> int | None:
    match = re.compile(_bounded(_pattern(name), name)).match(text, start)
    return match.end() if match else None


def _is_inside(text: str, place: int) -> bool:
    """True when a place of a text holds a character of a word."""
    return 0 <= place < len(text) and (text[place].isalnum() or text[place] == "_")


def _is_variant(found: str, word: str) -> bool:
    """True when two words differ in the form of hyphens and apostrophes only."""
    return len(found) == len(word) and all(
        one == other or (other == "-" and one in _DASHES) or (other in _APOSTROPHES and one in _APOSTROPHES)
        for one, other in zip(found, word, strict=True)
    )


def _starts(text: str, by_word: Mapping[str, object]) -> Iterator[int]:
    """Where a form may begin: at words, behind an Arabic particle, and anywhere in scripts without spaces."""
    if all(map(str.isascii, by_word)):
        yield from sorted(at for word in by_word for at in _whole_words(word, text))
        return
    unspaced = {word[0] for word in by_word if _UNSPACED.match(word)}
    for token in _WORD.finditer(text):
        start, word = token.start(), token[0]
        if word in by_word or word[:3] in by_word:
            yield start
        elif word[0] in _ARABIC_PARTICLES and word[1:] in by_word:
            yield start + 1
        elif unspaced and _UNSPACED.search(word):
            yield from (start + place for place, char in enumerate(word) if char in unspaced)


def _whole_words(word: str, text: str) -> Iterator[int]:
    """Where a word stands, and not a part of another one."""
    at = text.find(word) if _WORD.fullmatch(word) else -1
    while at >= 0:
        if not (_is_inside(text, at - 1) or _is_inside(text, at + len(word))):
            yield at
        at = text.find(word, at + len(word))


def _longest_at(start: int, text: str, by_word: Mapping[str, Sequence[_Form]]) -> tuple[int, frozenset[int]]:
    """The end and the owners of the longest form at a place; a form as written goes before cases of another."""
    word = _first_word(text[start : start + 80])
    keys = [word, word[:3]] if not _UNSPACED.match(word) else [key for key in by_word if text.startswith(key, start)]
    near = {form.name: form for key in keys for form in by_word.get(key, ())}.values()
    written = [(end, form) for form in near if (end := form.end_at(start, text)) is not None]
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
    if _stands(name, text):
        return name
    pattern = re.compile(_bounded(_pattern(name, inflect=True), name))
    alike = re.search(_bounded(_pattern(name), name), text) or _folded_match(text, name) or pattern.search(text)
    return alike[0] if alike else None


def _stands(name: str, text: str) -> bool:
    """True when a name stands in a text at word edges, exactly."""
    bounded = None if _is_plain(name) else re.compile(_bounded(re.escape(name), name))
    at = text.find(name)
    while at >= 0:
        if bounded.match(text, at) if bounded else not (_is_inside(text, at - 1) or _is_inside(text, at + len(name))):
            return True
        at = text.find(name, at + 1)
    return False


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
    return _APOSTROPHE.sub(f"[{_APOSTROPHES}]", pattern.replace(r"\-", f"[{_DASHES}]"))


def _cases(word: re.Match[str]) -> str:
    stem = _NOMINATIVE.sub("", word[0])
    return f"{stem if len(stem) > 3 else word[0]}{_CASES}"


def _bounded(pattern: str, name: str) -> str:
    """The pattern at word edges; Arabic particles may precede, and scripts without spaces have no edges."""
    if _UNSPACED.search(name):
        return pattern
    front = rf"(?:(?<!\w)|(?<=(?<!\w)[{_ARABIC_PARTICLES}]))" if _ARABIC.search(name) else r"(?<!\w)"
    return rf"{front}{pattern}(?!\w)"
