"""The words of a text and how they are written: with a capital, all in capitals, at the start of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import regex

from .name_words import TITLES, bare

_TOKEN: Final = regex.compile(r"(?:\p{Lu}\.){2,}|\p{L}[\p{L}\p{M}\d]*(?:['’]\p{L}[\p{L}\p{M}]*)*")
_ELISION: Final = re.compile(
    r"(?:[dlnmtscj]|qu|jusqu|lorsqu|puisqu|dell|all|nell|dall|sull|un)['’](?=\w)", re.IGNORECASE
)
_ELIDING: Final = frozenset({"fr", "it", "ca", "oc"})
_ENDS_SENTENCE: Final = re.compile(r"[.!?…:;][\"'”’»)\]]*\s|\n|[.!?…]$")
_OPENS: Final = re.compile(r"(?:^|\W)[\"'“‘«„(\[•·–—]\s?$")
_JOINTS: Final = frozenset({" ", "-", "\u00a0", "‑", "–", ". ", ".", " d'", " d’"})
_DATED: Final = re.compile(r"\.|\s\d")
_GEORGIAN: Final = range(0x10A0, 0x1100)


@dataclass(frozen=True, slots=True)
class Word:
    """A word: offsets into the text (end exclusive), its folded form, what stands around it, and how it is written."""

    start: int
    end: int
    text: str
    folded: str
    gap: str
    opens: bool
    dated: bool  # a full stop or a number follows: "Jan. 5"

    @property
    def capital(self) -> bool:
        """True when it begins with a capital letter."""
        return self.text[:1].isupper()

    @property
    def acronym(self) -> bool:
        """True when it is written in capitals throughout."""
        letters = self.text.replace(".", "").removesuffix("s")
        return len(letters) > 1 and letters.isupper()

    @property
    def joined(self) -> bool:
        """True when it follows the word before: after a blank, a hyphen, an abbreviation's full stop, or d'."""
        return self.gap in _JOINTS


def words(text: str, /, *, language: str | None = None) -> list[Word]:
    """The words of a text, ascending; parts of hyphenated words are words, elided articles are cut off."""
    found: list[Word] = []
    end = 0
    for token in _TOKEN.finditer(text):
        start, written = token.start(), token[0]
        if language in _ELIDING and (elided := _ELISION.match(written)):
            start, written = start + elided.end(), written[elided.end() :]
        gap = text[end:start]
        opens = not found or _opens(found[-1], gap)
        dated = bool(_DATED.match(text, token.end()))
        found.append(Word(start, token.end(), written, bare(written), gap, opens, dated))
        end = token.end()
    return found


def has_case(text: str, /) -> bool:
    """True when most letters of a text belong to a script that tells capitals from small letters in use."""
    letters = [char for char in text if char.isalpha()]
    cased = sum(1 for char in letters if (char.isupper() or char.islower()) and ord(char) not in _GEORGIAN)
    return 2 * cased >= len(letters)


def is_title_case(found: Sequence[Word], function: frozenset[str], /) -> bool:
    """True for a headline in which every word but for function words begins with a capital, or is all in capitals."""
    content = [word for word in found if word.folded not in function]
    if not all(word.capital for word in content):
        return False
    inside = [word for word in content if len(word.text) > 3 and not word.opens]
    return len(inside) > 2 or (len(found) > 2 and all(word.text.isupper() for word in found))


def _opens(before: Word, gap: str) -> bool:
    """True when a sentence or a quotation starts behind ``before``."""
    if before.text.endswith(".") and gap.strip() == "":
        return False  # U.S. President
    if gap.startswith(".") and (before.folded in TITLES or len(before.folded) == 1):
        return False
    return bool(_ENDS_SENTENCE.search(gap) or _OPENS.search(gap))
