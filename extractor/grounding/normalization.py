"""Fold a text so that quotations compare equal, and map what is found back to the text as it was.

Folding levels out what differs between a text and somebody's copy of it without changing a word: letter case,
quotation marks, dashes and the spaces around them, white space, ellipses, Unicode composition and compatibility forms,
invisible characters, accents on Latin letters, the dots of ё, Arabic vowel signs, the Arabic and Persian forms of yeh
and kaf, figures of other scripts.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

import regex

QUOTATION_MARKS = "\"'`´ʼ‘’‚‛“”„‟«»‹›「」『』《》〈〉＂＇｢｣"
NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬亿億两兩")
"""Chinese characters that write numbers."""

_SINGLES = {
    **dict.fromkeys(QUOTATION_MARKS, "'"),
    **dict.fromkeys("‐‑‒–—―−⸺⸻﹘﹣－", "-"),
    **dict.fromkeys("…⋯", "…"),
    **dict.fromkeys("ıİ", "i"),
    **dict(zip("یىکہ،、؛؟。٪٫٬", "ييكه,,;?.%.,", strict=True)),
}
# Superscripts, fractions and circled figures have compatibility forms that would run into the figure beside them;
# accents that stand alone would become a space with an accent.
_KEPT_FORMS = ("<super>", "<sub>", "<fraction>", "<circle>", "<compat> 0020")
_EXPANDS = "\0"  # stands in the flat text for a character that folds to several
_ASCII_FOLDS = {**dict.fromkeys("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f", " "), '"': "'", "`": "'"}

_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_cjk = re.compile(f"[{_CJK}]")
_non_ascii = re.compile(r"[^\x00-\x7f]")
_blanks, _dashes, _apostrophes = re.compile(" +"), re.compile(" *-[- ]*"), re.compile("'+")
_ellipses = re.compile(r" *(?:(?:\. ?){2,}\.|…+)[ …]*")
_vowel_sign = re.compile("[\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
_accent = regex.compile(r"(?<=[a-z]\p{Mn}*)\p{Mn}|(?<=е)\u0308")
_jamo = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_spaceless = regex.compile(f"[{_SPACELESS}]")
_LETTER = rf"[\w--[{_SPACELESS}\d]]"
_INNER = rf"['\w--[{_SPACELESS}]]"
WORD = regex.compile(rf"\d+(?:[.,:]\d+)*|[{_SPACELESS}]\p{{M}}*|{_LETTER}(?:{_INNER}*[\w--[{_SPACELESS}]])?", regex.V1)
"""A word of a folded text: a figure, letters with inner apostrophes, or one character of a script without spaces."""


def is_spaceless(text: str, /) -> bool:
    """True when a text begins with a letter of a script that puts no spaces between words."""
    return bool(_spaceless.match(text))


def count_spaceless(text: str, /) -> int:
    """How many letters of scripts without spaces a text has."""
    return len(_spaceless.findall(text))


@lru_cache(maxsize=65_536)
def is_invisible(char: str, /) -> bool:
    """True for a character that takes no room of its own: zero-width, soft hyphen, direction mark, tatweel."""
    return char in "\u0640\u034f" or "\ufe00" <= char <= "\ufe0f" or unicodedata.category(char) == "Cf"


@lru_cache(maxsize=65_536)
def _combines(char: str) -> bool:
    """True for a character that belongs to the one before it and is not merely dropped."""
    return not is_invisible(char) and (unicodedata.category(char)[0] == "M" or bool(_jamo.match(char)))


@lru_cache(maxsize=65_536)
def _fold_character(char: str) -> str:
    if char in _SINGLES:
        return _SINGLES[char]
    if char.isspace():
        return " "
    if is_invisible(char) or _vowel_sign.match(char):
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if unicodedata.decomposition(char).startswith(_KEPT_FORMS):
        return char
    compatible = unicodedata.normalize("NFKC", char)
    folded = _without_accents(unicodedata.normalize("NFKC", compatible.casefold()))
    return "".join(_SINGLES.get(part, part) for part in folded)


@lru_cache(maxsize=65_536)
def _fold_cluster(cluster: str) -> str:
    """A character together with its combining marks, folded."""
    composed = unicodedata.normalize("NFC", cluster)
    return _without_accents("".join(map(_fold_character, composed)))


def _without_accents(letters: str) -> str:
    return unicodedata.normalize("NFC", _accent.sub("", unicodedata.normalize("NFD", letters)))


@lru_cache(maxsize=4_096)
def _fold_run(run: str) -> str:
    """A run of blanks, dashes, full stops, ellipses, quotation marks and invisible characters in one spelling."""
    seen = _blanks.sub(" ", "".join(char for char in run if not is_invisible(char)))
    seen = _dashes.sub("-", _ellipses.sub("…", seen))
    return _apostrophes.sub("'", seen)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back.

    Both texts run in step but for irregular stretches, kept in lists in ascending order: where each starts and ends
    in the folded text and in the original. Offsets are string indices, ends exclusive.
    """

    text: str
    _starts: list[int] = field(default_factory=list, repr=False)
    _ends: list[int] = field(default_factory=list, repr=False)
    _original_starts: list[int] = field(default_factory=list, repr=False)
    _original_ends: list[int] = field(default_factory=list, repr=False)

    def original(self, start: int, end: int, /) -> tuple[int, int]:
        """The stretch of the original text behind ``text[start:end]`` (not empty); never part of a character."""
        return self._behind(start)[0], self._behind(end - 1)[1]

    def _behind(self, position: int) -> tuple[int, int]:
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return position, position + 1
        if position < self._ends[index]:
            return self._original_starts[index], self._original_ends[index]
        there = self._original_ends[index] + position - self._ends[index]
        return there, there + 1

    def offset(self, position: int, /) -> int:
        """The offset in the folded text that answers to ``position`` in the original."""
        index = bisect_right(self._original_starts, position) - 1
        if index < 0:
            return position
        if position < self._original_ends[index]:
            return self._starts[index]
        return self._ends[index] + position - self._original_ends[index]

    def splits(self, position: int, /) -> bool:
        """True when ``position`` of the folded text lies inside what is one character in the original."""
        index = bisect_left(self._starts, position) - 1
        return index >= 0 and position < self._ends[index]


def fold(text: str, /) -> Folded:
    """The text folded, with the way back to its offsets."""
    foreign = frozenset() if text.isascii() else frozenset(_non_ascii.findall(text))
    flat = _flatten(text, foreign)
    irregular = _irregular(foreign)
    if not irregular.search(flat):
        return Folded(flat)
    pieces: list[str] = []
    folded = Folded("")
    done = length = 0
    for match in irregular.finditer(flat):
        start, end = match.span()
        piece = _fold_run(match.group()) if match.lastgroup == "run" else _fold_cluster(text[start:end])
        if piece == " " and (_cjk.match(flat, start - 1) or _cjk.match(flat, end)):
            piece = ""
        if len(piece) == end - start and piece == match.group():
            continue
        pieces += flat[done:start], piece
        length += start - done
        folded._starts.append(length)
        folded._original_starts.append(start)
        folded._original_ends.append(end)
        length += len(piece)
        folded._ends.append(length)
        done = end
    pieces.append(flat[done:])
    return Folded("".join(pieces), folded._starts, folded._ends, folded._original_starts, folded._original_ends)


def _flatten(text: str, foreign: frozenset[str]) -> str:
    """The text with every character folded that folds to one other; of the same length."""
    flat = text
    for char in foreign:
        if len(char.casefold()) != 1 or len(_fold_character(char)) > 1:
            flat = flat.replace(char, _EXPANDS)
    flat = flat.casefold()
    for char, plain in _ASCII_FOLDS.items():
        if char in flat:
            flat = flat.replace(char, plain)
    for char in foreign:
        lower, plain = char.casefold(), _fold_character(char)
        if plain != lower and len(lower) == len(plain) == 1:
            flat = flat.replace(lower, plain)
    return flat


def _irregular(foreign: frozenset[str]) -> re.Pattern[str]:
    """A pattern for the stretches of a flat text that do not fold character by character."""
    marks, unseen = (filter(kind, foreign) for kind in (_combines, is_invisible))
    return _pattern("".join(sorted(marks)), "".join(sorted(unseen)), spaceless=any(map(_cjk.match, foreign)))


@lru_cache(maxsize=256)
def _pattern(marks: str, unseen: str, *, spaceless: bool) -> re.Pattern[str]:
    """The same for these characters that combine and that are not seen, and for scripts without spaces."""
    run = rf"[-.…' {unseen}]"
    shapes = [f"(?P<run>{run}{{2,}}{f'|[{unseen}]' if unseen else ''})", f"(?P<expanding>{_EXPANDS})"]
    if marks:
        shapes.insert(0, f"(?P<cluster>.?[{marks}][{marks}{unseen}]*)")
    if spaceless:
        shapes.append(f"(?<=[{_CJK}]) | (?=[{_CJK}])")
    return re.compile("|".join(shapes), re.DOTALL)
