"""Fractions in words and what is built with them: "two-thirds", "one in five", "half a million", "two and a half"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from .figure import Figure
from .words import TellingWord, denominators, scale, scaled

_ONE: Final = re.compile(r"(?<!\w)(?:an?|ein|eine|einem|einer|une?|una|uno|um|uma|een)[\s-]$", re.IGNORECASE)
_ORDINAL_BEFORE: Final = re.compile(
    r"(?<!\w)(?:first|second|other|latter|1st|2nd|erste[nr]?|zweite[nr]?)[\s-]$", re.IGNORECASE
)
_OF: Final = re.compile(r"\s+(?:of|der|des|de|del|della|di|da|do|van)(?!\w)", re.IGNORECASE)
_MORE: Final = re.compile(
    r"\s+(?:and\sa\s(?P<half>half)|and\sa\s(?P<quarter>quarter)|et\sdemie?|y\smedi[oa]|e\smezz[oa]|e\smei[oa]|с\sполовиной)(?!\w)",
    re.IGNORECASE,
)
_SCALE: Final = re.compile(r"[\s-]+(?:an?\s+|de\s+)?([^\W\d_]+)")
_IN: Final = re.compile(
    r"[\s-]+(?:in(?:\s+every)?|out\s+of(?:\s+every)?|von|sur|de\s+cada|su|em\s+cada|op|из)[\s-]+", re.IGNORECASE
)


def with_fractions(
    found: Sequence[Figure], telling: Sequence[TellingWord], text: str, /, *, language: str
) -> list[Figure]:
    """The figures of a text (ascending), joined into fractions and mixed numbers where the words make one.

    ``telling`` are the `telling_words` of the text.
    """
    figures = _joined(list(found), telling, text, language)
    figures = [_and_a_half(figure, text, language) for figure in figures]
    figures = without_covered(figures)
    return _one_in(figures, text)


@lru_cache(maxsize=16)
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted(denominators(language), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else re.compile(r"(?!)")


def _joined(figures: list[Figure], telling: Sequence[TellingWord], text: str, language: str) -> list[Figure]:
    """Put a fraction in the place of its numerator and of the ordinal that its denominator reads as."""
    by_end = {figure.end: figure for figure in figures}
    starts = {figure.start: figure for figure in figures}
    for word in telling:
        match = _pattern(language).match(text, word.start)
        if match is None:
            continue
        below = denominators(language)[match[0].casefold()]
        above = by_end.get(match.start() - 1) if text[match.start() - 1 : match.start()] in (" ", "-") else None
        fraction = _fraction(match, above, below, text, language)
        if fraction is None:
            continue
        if above and fraction.start == above.start:
            starts.pop(above.start, None)
        starts.pop(match.start(), None)
        starts[fraction.start] = fraction
    return sorted(starts.values(), key=lambda figure: figure.start)


def _fraction(match: re.Match[str], above: Figure | None, below: int, text: str, language: str) -> Figure | None:
    word, start, end = match[0].casefold(), match.start(), match.end()
    before = max(0, start - 12)
    plural = language != "en" or word.endswith("s")
    if above and above.value == above.value.to_integral() and not above.unit and (plural or above.value == 1):
        return Figure(above.start, end, above.value / below)
    if below == 2:
        compound = text[end : end + 1] == "-" or _ORDINAL_BEFORE.search(text, before, start)
        return _scaled_half(Figure(start, end, Decimal("0.5"), checked=not compound), text, language)
    ordinal = frozenset({Decimal(below)})
    if language != "ru" and _ONE.search(text, before, start):
        certain = word not in ("quarter", "quart", "quarto", "cuarto") or bool(_OF.match(text, end))
        return Figure(start, end, 1 / Decimal(below), checked=certain, also=ordinal)
    lone = word.startswith(("quarter", "треть", "трети", "четверт", "drittel", "viertel"))
    return Figure(start, end, 1 / Decimal(below), checked=False, also=ordinal) if lone else None


def _scaled_half(half: Figure, text: str, language: str) -> Figure:
    """Half a million is 500,000."""
    following = _SCALE.match(text, half.end)
    factor = scale(following[1], language) if following else None
    return half._replace(end=following.end(), value=half.value * factor, checked=True) if following and factor else half


def _and_a_half(figure: Figure, text: str, language: str) -> Figure:
    """Two and a half (million), and the other order: deux millions et demi."""
    more = _MORE.match(text, figure.end)
    if not more or figure.value != figure.value.to_integral():
        return figure
    unit = next((power for power in (10**12, 10**9, 10**6, 10**3) if figure.value >= power), 1)
    value = figure.value + unit * Decimal("0.25" if more["quarter"] else "0.5")
    return scaled(figure._replace(end=more.end(), value=value, checked=True), text, language=language)


def without_covered(figures: Sequence[Figure], /) -> list[Figure]:
    """The figures, ascending, without those that begin inside another."""
    kept: list[Figure] = []
    for figure in figures:
        if not kept or figure.start >= kept[-1].end:
            kept.append(figure)
    return kept


def _one_in(figures: list[Figure], text: str) -> list[Figure]:
    """One in five is a fifth; the numbers in it stay as its parts."""
    kept: list[Figure] = []
    for figure in figures:
        upper = kept[-1] if kept else None
        smaller = upper is not None and 0 < upper.value < figure.value <= 1000
        if upper and smaller and _IN.fullmatch(text, upper.end, figure.start):
            parts = (upper.value, figure.value)
            kept[-1] = Figure(upper.start, figure.end, upper.value / figure.value, parts=parts)
        else:
            kept.append(figure)
    return kept
