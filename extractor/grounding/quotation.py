"""A quotation taken apart for searching: a core of words, and the punctuation around it, which the text may vary."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .normalization import QUOTATION_MARKS, count_spaceless, fold, is_invisible

_SOFT = " '.,;:!?…()[]{}¿¡-"
_marks = re.escape(QUOTATION_MARKS)
_opening = re.compile(rf"(?:(?<!\w)|(?=[“„«‹「『《〈｢]))[{_marks}]{{1,2}}\s?\Z")
_close = rf"[.,;:!?…，。！？،؟)\]]{{0,3}}\s?[{_marks}]{{1,3}}"
_closing = [re.compile(rf"(?:{_close}){{1,{nested}}}(?:(?<=[”」』》〉｣])|(?!\w))") for nested in (1, 2)]
_sentence_start = re.compile(rf"(?:\A|[\n.!?:…{_marks}])\s*\Z")
_ACRONYM = 4  # letters; a longer word in capitals is a word in capitals


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody says stands in a text.

    ``text`` is trimmed; ``core`` is folded, from its first word to its last; ``head`` and ``tail`` are the folded
    punctuation before and after it. The core is empty when there is no letter, figure or symbol.
    """

    text: str
    head: str
    core: str
    tail: str

    @property
    def parts(self) -> list[str]:
        """The folded stretches between ellipses inside the quotation; one when it has none."""
        parts = (part.strip(_SOFT) for part in self.core.split("…"))
        return [part for part in parts if part]

    @property
    def weight(self) -> int:
        """The length of the core in letters; a character of a script without spaces counts twice."""
        return len(self.core) + count_spaceless(self.core)


def read_quotation(quote: str, /) -> Quotation:
    """The quotation taken apart."""
    folded = fold(quote).text
    core = folded.strip(_SOFT)
    start = folded.index(core)
    return Quotation(_strip(quote), folded[:start], core, folded[start + len(core) :])


def _strip(quote: str) -> str:
    stripped = quote.strip()
    while stripped and is_invisible(stripped[0]):
        stripped = stripped[1:].lstrip()
    while stripped and is_invisible(stripped[-1]):
        stripped = stripped[:-1].rstrip()
    return stripped


def with_punctuation(text: str, start: int, end: int, quotation: Quotation, /) -> tuple[int, int]:
    """The stretch ``start`` to ``end``, where the core was found, with the punctuation that the quotation has too.

    Quotation marks count as the same in whatever form, and a closing mark is reached across another full stop or comma.
    """
    if "'" in quotation.head and (mark := _opening.search(text, max(0, start - 4), start)):
        start = mark.start()
    elif start and quotation.head and fold(text[start - 1]).text == quotation.head[-1] != " ":
        start -= 1
    nested = quotation.tail.count("'")
    if nested and (mark := _closing[min(nested, 2) - 1].match(text, end)):
        end = mark.end()
    else:
        for expected in quotation.tail:
            if fold(text[end : end + 1]).text != expected or expected in " '-":
                break
            end += 1
    return start, end


def is_same_word(text: str, start: int, end: int, quotation: Quotation, /) -> bool:
    """False when letter case makes another word of a single word: "us" and "US", "may" and "May" inside a sentence."""
    quoted, found = quotation.text.strip(QUOTATION_MARKS + _SOFT), text[start:end]
    if not quoted.isalpha() or not found.isalpha() or quoted == found:
        return True
    if len(quoted) <= _ACRONYM and (quoted.isupper() != found.isupper()) and len(quoted) > 1:
        return False
    if quoted.islower() and found[0].isupper() and not found.isupper():
        return bool(_sentence_start.search(text, max(0, start - 4), start))
    return True
