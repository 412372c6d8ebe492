"""Numbers in Chinese characters, also as Japanese uses them, as values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from .figure import Figure

_DIGITS: Final = {**{char: n for n, char in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2, "兩": 2}
_SMALL: Final = {"十": 10, "百": 100, "千": 1_000}
_LARGE: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_CHARS: Final = "".join((*_DIGITS, *_SMALL, *_LARGE))
_NUMBER = rf"[{_CHARS}]+(?:点[{''.join(_DIGITS)}]+)?"
_FOUND: Final = re.compile(
    rf"百分之(?P<percent>{_NUMBER}|\d+(?:\.\d+)?)"
    rf"|(?P<lower>{_NUMBER})分之(?P<upper>{_NUMBER})"
    rf"|(?P<tenths>[{''.join(_DIGITS)}])成(?!为|功|立|果|就|员|长|本|熟|分|都|效|年|交|形|千)"
    rf"|(?P<ordinal>第)?(?P<number>{_NUMBER})(?P<unit>[个個名位人年月日天周週国國次种種项項条條家倍岁歲度点點届屆季号號轮輪代元美欧])?"
)
_NO_NUMBER: Final = re.compile("十分|万一|萬一|百姓|四川|九州|五角大|千方百|万物|三明治|一千零一夜")
MIXED: Final = re.compile(rf"(?:\d[\d,]{{0,15}}(?:\.\d+)?[{''.join((*_SMALL, *_LARGE))}만억조천백]+)+(?:\d+(?!\d))?")
"""Digits with characters for scales: 1亿2000万, 3만."""
_PAIR: Final = re.compile(r"([\d,]+(?:\.\d+)?)(\D*)")
_HANGUL: Final = {"백": 100, "천": 1_000, "만": 10**4, "억": 10**8, "조": 10**12}


def hanzi(text: str, /) -> list[Figure]:
    """The numbers in Chinese characters, ascending.

    A single character is claimed as a number only before a measure word or after 第; one is never claimed.
    """
    found = []
    for match in _FOUND.finditer(text):
        if _NO_NUMBER.match(text, match.start()):
            continue
        start, end = match.span()
        if match["percent"]:
            digits = match["percent"]
            value = Decimal(digits) if digits[0].isascii() else _value(digits)
            found.append(Figure(start, end, value, unit="percent"))
        elif match["lower"]:
            lower, upper = _value(match["lower"]), _value(match["upper"])
            found.append(Figure(start, end, upper / lower if lower else upper, parts=(upper, lower)))
        elif match["tenths"]:
            found.append(Figure(start, end, _value(match["tenths"]) * 10, unit="percent"))
        else:
            found.append(_plain(match))
    return found


def mixed_value(digits: str, /) -> Decimal:
    """The value of digits with scale characters: "1亿2000万" is 120,000,000."""
    factors = _SMALL | _LARGE | _HANGUL
    total = Decimal(0)
    for number, scales in _PAIR.findall(digits):
        value = Decimal(number.replace(",", ""))
        for char in scales:
            value *= factors[char]
        total += value
    return total


def _plain(match: re.Match[str]) -> Figure:
    chars = match["number"]
    checked = len(chars) > 1 or bool(match["ordinal"] or match["unit"])
    value = _value(chars)
    several = len(chars) in (2, 3) and all(char in _DIGITS for char in chars)  # 三四个: three or four
    parts = tuple(Decimal(_DIGITS[char]) for char in chars) if several else ()
    return Figure(match.start(), match.end("number"), value, checked and value > 1, parts=parts)


def _value(chars: str) -> Decimal:
    whole, _, decimals = chars.partition("点")
    value = _whole(whole)
    return value + Decimal("0." + "".join(str(_DIGITS[char]) for char in decimals)) if decimals else value


def _whole(chars: str) -> Decimal:
    if all(char in _DIGITS for char in chars):
        return Decimal("".join(str(_DIGITS[char]) for char in chars))
    total = section = digit = 0
    for char in chars:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit = 0
        else:
            below, factor = section + digit, _LARGE[char]
            total = (total + below) * factor if 0 < total < factor else total + (below or 1) * factor
            section = digit = 0
    return Decimal(total + section + digit)
