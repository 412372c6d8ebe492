"""The words of a text and how they are written: with a capital, all in capitals, at the start of a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from .name_words import TITLES, bare

_TOKEN: Final = regex.compile(r"(\P{L}*)((?:\p{Lu}\.){2,}|\p{L}[\p{L}\p{M}\d]*(?:['’]\p{L}[\p{L}\p{M}]*)*|\Z)")
"""What stands before a word, and the word; behind the last word only what stands there."""
_ASCII_TOKEN: Final = re.compile(r"([^A-Za-z]*)((?:[A-Z]\.){2,}|[A-Za-z][A-Za-z0-9]*(?:['’][A-Za-z]+)*|\Z)")
"""The same for texts without any other letters, marks and digits, and twice as quick."""
_ELISION: Final = re.compile(
    r"(?:[dlnmtscj]|qu|jusqu|lorsqu|puisqu|dell|all|nell|dall|sull|un)['’](?=\w)", re.IGNORECASE
)
_ELIDING: Final = frozenset({"fr", "it", "ca", "oc"})
_ENDS_SENTENCE: Final = re.compile(r"[.!?…:;][\"'”’»)\]]*\s|\n|[.!?…]$")
_OPENS: Final = re.compile(r"(?:^|\W)[\"'“‘«„(\[•·–—]\s?$")
_JOINTS: Final = frozenset({" ", "-", "\u00a0", "‑", "–", ". ", ".", " d'", " d’"})
_NON_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_PLAIN_GAPS: Final = frozenset({" ", ", ", "-", ""})
"""What no sentence begins behind, by far the most of what stands between words."""
_GEORGIAN: Final = range(0x10A0, 0x1100)


class Word(NamedTuple):
    """A word: offsets into the text (end exclusive), its folded form, what stands around it, and how it is written."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool  # begins with a capital letter
    acronym: bool  # in capitals throughout
    gap: str
    opens: bool
    dated: bool  # a full stop or a number follows: "Jan. 5"

    @property
    def joined(self) -> bool:
        """True when it follows the word before: after a blank, a hyphen, an abbreviation's full stop, or d'."""
        return self.gap in _JOINTS


def words(text: str, /, *, language: str | None = None, known: Sequence[Word] = ()) -> list[Word]:
    """The words of a text, ascending; parts of hyphenated words are words, elided articles are cut off.

    ``known`` are the words of a text with which this one begins, and behind which it has a line break.
    """
    found = list(known)
    end, elides = found[-1].end if found else 0, language in _ELIDING
    plain = text.isascii() or not any(map(_is_of_words, set(_NON_ASCII.findall(text))))
    for gap, written in (_ASCII_TOKEN if plain else _TOKEN).findall(text, end):
        if not written:
            break
        start = end + len(gap)
        end = start + len(written)
        if elides and (elided := _ELISION.match(written)):
            start, gap, written = start + elided.end(), gap + elided[0], written[elided.end() :]
        opens = not found or (gap not in _PLAIN_GAPS and _opens(found[-1], gap))
        dated = text.startswith(".", end) or (text[end + 1 : end + 2].isdecimal() and text[end].isspace())
        found.append(Word(start, end, written, *_spelling(written), gap, opens, dated))
    return found


@lru_cache(maxsize=4_096)
def _is_of_words(char: str) -> bool:
    """True for letters, for marks that combine with them, and for digits."""
    return unicodedata.category(char)[0] in "LM" or char.isdecimal()


@lru_cache(maxsize=65_536)
def _spelling(written: str) -> tuple[str, bool, bool]:
    """The folded form of a word, whether it begins with a capital letter, and whether it has nothing but capitals."""
    letters = written.replace(".", "").removesuffix("s")
    return bare(written), written[:1].isupper(), len(letters) > 1 and letters.isupper()


def has_case(text: str, /) -> bool:
    """True when most letters of a text belong to a script that tells capitals from small letters in use."""
    foreign = "" if text.isascii() else "".join(_NON_ASCII.findall(text))
    uncased = {char for char in set(foreign) if char.isalpha() and not _is_cased(char)}
    if not uncased:
        return True
    letters = sum(map(str.isalpha, text))
    return 2 * sum(map(foreign.count, uncased)) <= letters


def _is_cased(char: str) -> bool:
    return (char.isupper() or char.islower()) and ord(char) not in _GEORGIAN


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
