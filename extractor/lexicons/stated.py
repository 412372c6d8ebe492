"""Probabilities that a text gives in figures: "a 70 percent chance", "two in three", "3 to 1 odds", "fifty-fifty".

A figure counts only where it speaks of probability: beside a word like "chance" or "odds", or where figures are all
that the words hold. "A 20 percent tariff", "chance of a 20 percent tariff" and "20 percent more likely" are none.

"3 to 1 odds" and "odds are 3 to 1" are taken as odds in favour (three chances for, one against) unless "against" is
said. A bookmaker's price ("odds of 100 to 1", "a 100-to-1 shot") names no side, so that no figure is read from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from . import load
from .numbers import number_pattern, read_number

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class StatedRange:
    """A probability in percent, ``low`` to ``high``, and where it stands (string indices, end exclusive).

    ``start``/``end`` enclose the figure ("70 percent"), ``outer_start``/``outer_end`` also the word of probability.
    """

    low: float
    high: float
    start: int
    end: int
    outer_start: int
    outer_end: int


def stated_range(text: str, language: str, /) -> StatedRange | None:
    """The first probability that folded ``text`` gives in figures; None when it gives none ("en" and "ru")."""
    if not _compiled(language).hint.search(text):
        return None
    for form in _compiled(language).forms:
        for match in form.pattern.finditer(text):
            outer = _outer(text, match, language, bare=form.bare)
            if outer and (value := form.read(match, text, language)) and 0 <= value[0] <= value[1] <= 100:
                low, high = (round(bound, 4) for bound in value)
                return StatedRange(low, high, *match.span("figure"), *outer)
    return None


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], str, str], Range | None]

    @property
    def bare(self) -> bool:
        """True when the figure needs no word of probability if there are no other words."""
        return self.read not in (_read_fraction, _read_decimal)


@dataclass(frozen=True, slots=True)
class _Compiled:
    hint: re.Pattern[str]
    forms: tuple[_Form, ...]
    noun_before: re.Pattern[str]
    word_after: re.Pattern[str]
    noun_after: re.Pattern[str]
    only_figures: re.Pattern[str]


@cache
def _compiled(language: str) -> _Compiled:
    words: dict[str, str] = load("likelihood", language)["stated"]
    number = number_pattern(language)
    vague = f"{words['more']}|{words['less']}|{words['about']}|{words['between']}"
    things = f"|{words['thing']}" if "thing" in words else ""
    links = rf"(?:[ :,-]+(?:{words['link']}|{vague})(?!\w))*[ :,-]+"
    after = f"{words['or_more']}|{words['or_less']}|{words['favour']}|{words['against']}"
    return _Compiled(
        re.compile(number),
        tuple(_Form(re.compile(rf"(?<![\w.,])(?P<figure>{pattern})"), read) for pattern, read in _forms(language)),
        re.compile(rf"(?<!\w){words['noun']}{links}$"),
        re.compile(rf"(?:[ ,]+(?P<after>{after})(?!\w))?(?: *$| *[^\w\s%-]| (?={words['function_word']}(?!\w)))"),
        re.compile(rf"(?:[ -]+(?:{after}))?[ -]*(?P<word>{words['noun']}|{words['adjective']})(?!\w)"),
        re.compile(rf"(?:\W|(?<!\w)(?:{vague}|{after}{things})(?!\w))*"),
    )


def _forms(language: str) -> Iterator[tuple[str, Callable[[re.Match[str], str, str], Range | None]]]:
    words: dict[str, str] = load("likelihood", language)["stated"]
    a, b = (f"(?P<{name}>{number_pattern(language)})" for name in "ab")
    percent = words["percent"]
    yield rf"{words['even']}(?!\w)", lambda match, text, language: (50.0, 50.0)
    yield rf"{a}(?: *-? *{percent})? *{words['range']} *{b} *-? *{percent}", _read_percent_range
    yield rf"{a} *-? *{percent}", _read_percent
    yield rf"{a}[ -]+{words['among']}[ -]+{words['each']}{b}", _read_among
    yield rf"{a}[ -]+{words['to']}[ -]+{b}", _read_odds
    if fractions := "|".join(load("likelihood", language)["fractions"]):
        yield rf"(?:(?P<a>one|two|three|four|five|an?)[ -])?(?P<part>{fractions})s?(?!\w)", _read_fraction
    yield r"(?P<a>0?\.\d+|0,\d+)(?![\d%])", _read_decimal


def _outer(text: str, match: re.Match[str], language: str, *, bare: bool) -> tuple[int, int] | None:
    """Start and end of figure and word of probability together; None when no such word claims the figure."""
    compiled = _compiled(language)
    start, end = match.span("figure")
    if after := compiled.noun_after.match(text, end):
        return start, after.end("word")
    before = compiled.noun_before.search(text[:start])
    if before and (following := compiled.word_after.match(text, end)):
        return before.start(), max(end, following.end("after"))
    inside = re.search(load("likelihood", language)["stated"]["noun"], match.group("figure"))
    if inside or (bare and compiled.only_figures.fullmatch(text[:start] + " " + text[end:])):
        return start, end
    return None


def _value(match: re.Match[str], name: str, language: str) -> float | None:
    return read_number(match.group(name), language)


def _read_percent_range(match: re.Match[str], text: str, language: str) -> Range | None:
    low, high = _value(match, "a", language), _value(match, "b", language)
    return None if low is None or high is None else (min(low, high), max(low, high))


def _read_percent(match: re.Match[str], text: str, language: str) -> Range | None:
    return _bounded(_value(match, "a", language), match, text, language)


def _read_among(match: re.Match[str], text: str, language: str) -> Range | None:
    part, whole = _value(match, "a", language), _value(match, "b", language)
    return _bounded(100 * part / whole, match, text, language) if part is not None and whole else None


def _read_fraction(match: re.Match[str], text: str, language: str) -> Range | None:
    count = {"a": 1, "an": 1, None: 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}[match.group("a")]
    part: float = load("likelihood", language)["fractions"][match.group("part")]
    return _bounded(round(100 * count * part, 4), match, text, language)


def _read_decimal(match: re.Match[str], text: str, language: str) -> Range | None:
    return _bounded(100 * float(match.group("a").replace(",", ".")), match, text, language)


def _read_odds(match: re.Match[str], text: str, language: str) -> Range | None:
    words = load("likelihood", language)["stated"]
    first, second = _value(match, "a", language), _value(match, "b", language)
    against = re.search(rf"(?<!\w){words['against']}(?!\w)", text)
    favour = re.match(rf" {words['favour']}(?!\w)", text[match.end() :])
    if not first or not second or (re.search(words["price"], text) and not against and not favour):
        return None
    value = 100 * (second if against else first) / (first + second)
    return value, value


def _bounded(value: float | None, match: re.Match[str], text: str, language: str) -> Range | None:
    """The range that "more than", "or less" and their like make of a value in percent."""
    words = load("likelihood", language)["stated"]
    if value is None:
        return None
    before, after = text[: match.start()], text[match.end() :]
    more = re.search(rf"(?<!\w){words['more']} (?:an? )?$", before)
    less = re.search(rf"(?<!\w){words['less']} (?:an? )?$", before)
    if more and (not less or more.start() < less.start()):
        return value, 100.0
    if less:
        return 0.0, value
    if re.match(rf" ?{words['or_more']}(?!\w)", after):
        return value, 100.0
    return (0.0, value) if re.match(rf" ?{words['or_less']}(?!\w)", after) else (value, value)
