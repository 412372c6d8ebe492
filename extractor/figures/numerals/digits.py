"""Numbers in digits of any script, with their scales, as values; dates and times in digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import regex

from .figure import Day, Figure
from .hanzi import MIXED, mixed_value
from .words import scale

_POINT: Final = frozenset({"en", "zh", "ja", "ko", "he", "th", "hi", "ur", "bn", "ta", "te", "ms"})
"""Languages that write 1,234.5."""
_COMMA: Final = frozenset(
    {"de", "fr", "it", "nl", "pt", "ca", "ro", "ru", "uk", "be", "bg", "pl", "cs", "sk", "sl", "hr", "sr"}
    | {"sv", "da", "nb", "no", "fi", "hu", "el", "tr", "id", "vi"}
)
"""Languages that write 1.234,5 or 1 234,5. In the others both forms are in use."""

_FOUND: Final = re.compile(
    r"(?P<iso>(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<date>(?<!\d)\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?!\d))"
    r"|(?P<time>(?<!\d)\d{1,2}:\d{2}(?!\d))"
    rf"|(?P<mixed>{MIXED.pattern})"
    r"|(?P<slash>(?<![\d/])\d{1,4}/\d{1,4}(?![\d/]))"
    r"|(?P<vulgar>\d*[¼-¾⅐-⅞])"
    r"|(?P<number>\d{1,3}(?P<group>[.,'’ \u00a0\u202f\u2009])\d{3}(?:(?P=group)\d{3})*(?!\d)(?:[.,]\d+)?"
    r"|\d{1,2}(?:,\d{2}){1,5},\d{3}(?!\d)|\d+(?:[.,]\d+)?|(?<![\w.])\.\d+)"
)
_BEGIN: Final = re.compile(r"[\d.¼-¾⅐-⅞]")
_NON_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_OTHERS: Final = re.compile(r"\D")
_DECADE: Final = re.compile(r"['’]?s(?![^\W_])|-?ern?(?![^\W_])|-(?:х|е|ых|ые)(?![^\W_])|年代")
_ORDINAL: Final = re.compile(
    r"(?:st|nd|rd|th|er|re|ère|ème|e|º|ª|°|-(?:й|го|му|м|я|ю|ая|ое|ый|ом|ой))(?![^\W_])", re.IGNORECASE
)
_SCALE: Final = regex.compile(r"[ \u00a0\u202f-]{0,2}([\p{L}\p{M}]{2,}\.?)")
_ATTACHED: Final = re.compile(r"[kKmMbB](?![^\W_])")
_LETTER: Final = {"k": 10**3, "m": 10**6, "b": 10**9}
_CURRENCY: Final = re.compile(r"[$€£¥₹₽]\s?$")
_YEAR_BEFORE: Final = re.compile(r"(?<!\d)((?:1[5-9]|20)\d{2})[-–—]$")
_SEPARATORS: Final = {"٫": ".", "٬": ",", "．": ".", "，": ",", "：": ":", "／": "/", "％": "%"}


def ascii_digits(text: str, /) -> str:
    """The text with the digits of every script and their separators in ASCII, character for character."""
    if text.isascii():
        return text
    foreign = set(_NON_ASCII.findall(text))
    table = {ord(char): str(unicodedata.decimal(char)) for char in foreign if char.isdecimal()}
    table |= {ord(char): plain for char, plain in _SEPARATORS.items() if char in foreign}
    return text.translate(table) if table else text


def digits(text: str, /, *, language: str | None) -> Iterator[Figure]:
    """The numbers in digits of a text in ASCII digits, ascending."""
    for match in _matches(text):
        if match["iso"]:
            year, month, day = map(int, match["iso"].split("-"))
            yield _date(match, ((day, month, year),))
        elif match["date"]:
            yield _date(match, _days(match["date"].split(match["mark"]), order=match["mark"]))
        elif match["time"]:
            yield _time(match)
        elif match["slash"]:
            yield _slash(match)
        elif match["vulgar"]:
            yield _vulgar(match)
        elif match["mixed"]:
            yield Figure(*match.span(), mixed_value(match["mixed"]))
        else:
            yield _tail(_number(match, language), text, language)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What `_FOUND` finds, ascending; it is tried only where a number can begin, which is much quicker."""
    end = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() >= end and (match := _FOUND.match(text, begin.start())):
            end = match.end()
            yield match


def _date(match: re.Match[str], days: tuple[Day, ...]) -> Figure:
    parts = tuple(Decimal(part) for part in re.findall(r"\d+", match[0]))
    year = days[0][2] if days else None
    return Figure(*match.span(), Decimal(year) if year else parts[0], parts=parts, days=days)


def _days(numbers: list[str], *, order: str) -> tuple[Day, ...]:
    """The dates that two or three numbers may be: day first, and month first where dots do not rule it out."""
    first, second = int(numbers[0]), int(numbers[1])
    year = None
    if len(numbers) == 3:
        year = int(numbers[2])
        year += 0 if year > 99 else 2000 if year < 50 else 1900
    orders = [(first, second)] if order == "." else [(first, second), (second, first)]
    return tuple((day, month, year) for day, month in orders if 1 <= day <= 31 and 1 <= month <= 12)


def _time(match: re.Match[str]) -> Figure:
    """9:30 counts as 9.30, which is how others write it, and 9:00 as 9."""
    hour, minute = match["time"].split(":")
    return Figure(*match.span(), Decimal(f"{hour}.{minute}"))


def _slash(match: re.Match[str]) -> Figure:
    first, second = match["slash"].split("/")
    upper, lower = Decimal(first), Decimal(second)
    value = upper / lower if 0 < upper < lower else upper
    also = {Decimal(first[:2] + second)} if len(first) == 4 and len(second) == 2 else set()
    days = _days([first, second], order="/") if len(first) < 3 and len(second) < 3 else ()
    return Figure(*match.span(), value, also=frozenset(also), parts=(upper, lower), days=days)


def _number(match: re.Match[str], language: str | None) -> Figure:
    """A number with its thousands and decimal separators, read as the language writes them."""
    raw = match["number"]
    if raw.isdigit():
        return Figure(*match.span(), Decimal(raw))
    marks = [char for char in raw if not char.isdigit()]
    joined = Decimal(_OTHERS.sub("", raw))
    if len(marks) > 1 and len(set(marks)) == 1:
        return Figure(*match.span(), joined)
    whole, mark, tail = raw.rpartition(marks[-1])
    decimal = Decimal(_OTHERS.sub("", whole) + "." + tail)
    if len(marks) > 1 or not whole:
        return Figure(*match.span(), decimal)
    parts = (Decimal(whole), Decimal(tail))
    if mark not in ".,":
        return Figure(*match.span(), joined, parts=parts if mark == " " else ())
    if len(tail) == 3 and len(whole) <= 3 and whole != "0":
        if language not in _POINT | _COMMA:
            return Figure(*match.span(), joined, also=frozenset({decimal}))
        return Figure(*match.span(), joined if (mark == ",") == (language in _POINT) else decimal)
    listed = mark == "," and language not in _COMMA  # 3,4 may be 3 and 4
    days = _days([whole, tail], order=".") if mark == "." and language not in _POINT and len(tail) < 3 else ()
    return Figure(*match.span(), decimal, parts=parts if listed else (), days=days)


def _tail(figure: Figure, text: str, language: str | None) -> Figure:
    """The number with what follows its digits: a decade, an ordinal ending, scales."""
    written = text[figure.start : figure.end]
    year = _YEAR_BEFORE.search(text, max(0, figure.start - 6), figure.start)
    if year and len(written) == 2 and written.isdigit():
        figure = figure._replace(also=frozenset({Decimal(year[1][:2] + written)}))  # 2017-21
    if decade := _DECADE.match(text, figure.end):
        return figure._replace(end=decade.end(), also=figure.also | _decades(figure.value))
    if ordinal := _ORDINAL.match(text, figure.end):
        return figure._replace(end=ordinal.end())
    if attached := _ATTACHED.match(text, figure.end):
        dear = _CURRENCY.search(text, max(0, figure.start - 2), figure.start)
        also = frozenset() if dear else frozenset({figure.value})  # 3m: metres or millions
        return figure._replace(end=attached.end(), value=figure.value * _LETTER[attached[0].lower()], also=also)
    while (following := _SCALE.match(text, figure.end)) and (factor := scale(following[1], language)):
        figure = figure._replace(end=following.end(), value=figure.value * factor)
    return figure


def _decades(value: Decimal) -> frozenset[Decimal]:
    """1990s is the nineties, and 90s may be the 1990s."""
    if value >= 10_000:
        return frozenset()
    if value >= 1000:
        return frozenset({value % 100})
    return frozenset({1900 + value, 2000 + value}) if value < 30 else frozenset({1900 + value})


def _vulgar(match: re.Match[str]) -> Figure:
    written = match["vulgar"]
    return Figure(*match.span(), Decimal(written[:-1] or 0) + Decimal(str(unicodedata.numeric(written[-1]))))
