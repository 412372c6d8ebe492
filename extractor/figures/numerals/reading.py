"""All the figures of a text: digits, then words in what is left, then what they make together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from .digits import ascii_digits, digits
from .figure import Figure
from .fractions import with_fractions, without_covered
from .hanzi import hanzi
from .words import LIBRARY_LANGUAGES, TellingWord, single_words, telling_words, western

_RUSSIAN: Final = re.compile("[а-яА-Я]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_PERCENT: Final = re.compile(
    r"[ \u00a0\u202f]?[%٪﹪]"
    r"|(?:\s(?:of\s)?(?:an?|one)(?=\sper))?[\s-]?(?:per[\s-]?cent|pct|prozent\w{0,3}|pour\scent|por\sciento|por\scento"
    r"|per\scento|procent\w{0,3}|процент\w{0,3}|відсотк\w{0,3}|퍼센트|パーセント|درصد|في المئة|في المائة|بالمئة|بالمائة"
    r"|प्रतिशत)(?!\w)",
    re.IGNORECASE,
)
_PERCENT_BEFORE: Final = re.compile(r"(?:%|yüzde\s)$", re.IGNORECASE)
_POINTS: Final = re.compile(
    r"[\s-]?(?:percentage[\s-]points?|%?-?punkt\w*|prozentpunkt\w*|points?\sde\spourcentage|puntos?\sporcentual\w*"
    r"|процентн\w+\sпункт\w*|个百分点|個百分點)(?!\w)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(
    r"\s*(?:[-–—~]|,?\s(?:to|and|or|und|oder|bis|et|ou|à|y|o|a|e|до|и|или)\s|至|到|、)\s*", re.IGNORECASE
)
_AGAINST: Final = re.compile(r"\s*(?:to|[-–—]|vs\.?|versus|against)\s*", re.IGNORECASE)


def figures(text: str, /, *, language: str | None = None) -> list[Figure]:
    """The numbers of a text, ascending, with their values.

    ``language`` (ISO 639-1) decides how separators are read and which number words are known: en, fr, es, de, pt, it,
    nl, da, ru, zh and ja; in other languages digits only. None reads English or Russian words, by script, and Chinese
    numerals.
    """
    plain = ascii_digits(text)
    in_digits = list(digits(plain, language=language))
    spoken = language or ("ru" if _RUSSIAN.search(plain) else "en")
    left = _blank(plain, in_digits)
    telling = telling_words(left, language=spoken)
    in_words = _in_words(left, telling, spoken, han=language in (None, "zh", "ja"))
    if not (in_digits or in_words or telling):
        return []
    merged = sorted([*in_digits, *in_words], key=lambda figure: (figure.start, -figure.end))
    marked = _with_units(with_fractions(merged, telling, plain, language=spoken), plain)
    return _with_scales(without_covered(marked), plain)


def _blank(text: str, taken: Iterable[Figure]) -> str:
    """The text with what was read already blanked out, offsets unchanged."""
    pieces, last = [], 0
    for figure in taken:
        pieces += [text[last : figure.start], "|" * (figure.end - figure.start)]
        last = figure.end
    return "".join([*pieces, text[last:]])


def _in_words(text: str, telling: Sequence[TellingWord], language: str, *, han: bool) -> list[Figure]:
    found = hanzi(text) if han and not text.isascii() else []
    if language in LIBRARY_LANGUAGES:
        found += western(text, telling, language=language)
    elif language == "ru":
        from .russian import russian  # its forty expressions take longer to compile than an article to read

        found += russian(text)
    return found + single_words(text, telling, found, language=language)


def _with_units(found: list[Figure], text: str) -> list[Figure]:
    """Mark percentages, also the first ones of a range or list: "60 to 70 percent"."""
    marked = [_with_unit(figure, text) for figure in found]
    for index in range(len(marked) - 1, 0, -1):
        first, second = marked[index - 1], marked[index]
        if second.unit and _shares(first) and _JOINED.fullmatch(text, first.end, second.start):
            marked[index - 1] = first._replace(unit=second.unit, checked=True)
    for index in range(1, len(marked)):
        first, second = marked[index - 1], marked[index]
        if first.unit and _shares(second) and _AGAINST.fullmatch(text, first.end, second.start):
            marked[index] = second._replace(unit=first.unit)
    return marked


def _with_scales(found: Sequence[Figure], text: str) -> list[Figure]:
    """Read "2 to 3 million" also as 2 million to 3 million."""
    scaled = list(found)
    for index in range(len(scaled) - 1):
        first, second = scaled[index], scaled[index + 1]
        in_words = first.value < 1000 <= second.value and _LETTER.search(text, second.start, second.end)
        if in_words and _JOINED.fullmatch(text, first.end, second.start):
            factor = next(power for power in (10**12, 10**9, 10**6, 10**3) if second.value >= power)
            scaled[index] = first._replace(also=first.also | {first.value * factor})
    return scaled


def _shares(figure: Figure) -> bool:
    """True for a bare number that may have its unit from a neighbour."""
    return not figure.unit and 1 <= figure.value <= 100 and not figure.parts and not figure.also


def _with_unit(figure: Figure, text: str) -> Figure:
    if points := _POINTS.match(text, figure.end):
        return figure._replace(end=points.end(), unit="points")
    if percent := _PERCENT.match(text, figure.end):
        return figure._replace(end=percent.end(), unit="percent", checked=True)
    if not figure.unit and _PERCENT_BEFORE.search(text, max(0, figure.start - 6), figure.start):
        return figure._replace(unit="percent")
    return figure
