"""Numbers in digits and words, as they occur in probabilities and time spans (not in amounts of money)."""

from __future__ import annotations

import re
from functools import cache

from . import load

_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_ENGLISH = (
    "zero|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    f"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_UNITS}))?|{_UNITS}"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?|\.\d+"


@cache
def _russian() -> dict[str, float]:
    cardinals: dict[str, list[str]] = load("numbers", "ru")["cardinals"]
    return {form: float(value) for value, forms in cardinals.items() for form in forms}


@cache
def number_pattern(language: str, /) -> str:
    """A regular expression without groups for a number in digits or in words of ``language`` ("en", "ru").

    It never gives back a part ("seventy-five" is not "seventy" and "five").
    """
    if language == "ru":
        forms = "|".join(sorted(_russian(), key=len, reverse=True))
        return rf"(?>(?:{_DIGITS}|(?:{forms})(?: (?:{forms}))?)(?!\w))"
    large = rf"(?:{_UNITS}|an?) (?:hundred|thousand|million)|an? dozen"
    return rf"(?>(?:{_DIGITS}|{large}|{_ENGLISH})(?!\w))"


@cache
def number_words(language: str, /) -> frozenset[str]:
    """The words with which a number in words can begin."""
    return frozenset(_russian() if language == "ru" else {*re.findall("[a-z]+", _ENGLISH), "a", "an"})


def read_number(text: str, language: str, /) -> float | None:
    """The value of a number that ``number_pattern`` matched, in folded text; None when it is none."""
    text = text.strip()
    if re.fullmatch(_DIGITS, text):
        thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", text)
        return float(text.replace(",", "" if thousands else "."))
    return _russian_words(text) if language == "ru" else _english_words(text)


def _russian_words(text: str) -> float | None:
    values = [_russian().get(word) for word in text.split()]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _english_words(text: str) -> float | None:
    from text_to_num import text2num  # type: ignore[import-untyped]

    if re.fullmatch("an? dozen", text):
        return 12.0
    try:
        return float(text2num(re.sub(r"^an? ", "one ", text), "en"))
    except ValueError:
        return None
