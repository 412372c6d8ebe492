"""Russian number words, cardinal and ordinal in all cases, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from .figure import Figure
from .words import scaled

_ADJECTIVE = "(?:ый|ой|ий|ая|ое|ые|ого|ому|ым|ом|ую|ых|ыми|ье|ья|ьего|ьей|ью|ьему|ьем|ьи|ьих|ьим)"
_UNITS = {
    1: "од(?:ин|на|но|ного|ной|ному|ним|ном|ну)|перв@",
    2: "дв(?:а|е|ух|ум|умя|ое|оих)|втор@",
    3: "тр(?:и|[её]х|[её]м|емя|ое|оих)|трет@",
    4: "четыр(?:е|[её]х|[её]м|ьмя)|четверо|четверых|четв[её]рт@",
    5: "пят(?:ь|и|ью|еро|ерых)|пят@",
    6: "шест(?:ь|и|ью|еро|ерых)|шест@",
    7: "сем(?:ь|и|ью|еро|ерых)|седьм@",
    8: "вос(?:емь|ьми|емью|ьмью)|восьм@",
    9: "девят(?:ь|и|ью)|девят@",
    10: "десят(?:ь|и|ью)|десят@",
}
_TENS = {
    20: "двадцат(?:ь|и|ью|@)",
    30: "тридцат(?:ь|и|ью|@)",
    40: "сорока?|сороков@",
    50: "пят(?:ь|и|ью)десят(?:и|ью|@)?",
    60: "шест(?:ь|и|ью)десят(?:и|ью|@)?",
    70: "сем(?:ь|и|ью)десят(?:и|ью|@)?",
    80: "вос(?:емь|ьми|емью|ьмью)десят(?:и|ью|@)?",
    90: "девяност(?:о|а|@)",
}
_HUNDREDS = {
    100: "ст[оа]|сот@",
    200: "двести|двухсот@?|двумстам",
    300: "триста|тр[её]хсот@?|тремстам",
    400: "четыреста|четыр[её]хсот@?",
    500: "пят[ьи]сот@?",
    600: "шест[ьи]сот@?",
    700: "сем[ьи]сот@?",
    800: "вос(?:емь|ьми)сот@?",
    900: "девят[ьи]сот@?",
}
_SCALES = {
    10**3: "тысяч(?:а|и|у|ей|ью|ам|ами|ах|н@)?",
    10**6: "миллион(?:а|ы|у|ов|ом|ам|ами|ах|е|н@)?",
    10**9: "миллиард(?:а|ы|у|ов|ом|ам|ами|ах|е|н@)?",
    10**12: "триллион(?:а|ы|у|ов|ом|ам|ами|ах|е|н@)?",
}
_TEENS = {
    value: f"{stem}надцат(?:ь|и|ью|@)"
    for value, stem in enumerate(("один", "две", "три", "четыр", "пят", "шест", "сем", "восем", "девят"), 11)
}
_FORMS: Final = {
    value: re.compile(pattern.replace("@", _ADJECTIVE))
    for value, pattern in (_UNITS | _TEENS | _TENS | _HUNDREDS | _SCALES).items()
}
_ANY: Final = re.compile("|".join(f"(?:{form.pattern})" for form in _FORMS.values()))
_ORDINAL: Final = re.compile(rf"(?:перв|втор){_ADJECTIVE}")
_WORD = re.compile(r"[^\W\d_]+")


def russian(text: str, /) -> list[Figure]:
    """The number words of a text, ascending; neighbours that make one number ("двадцать пять") are joined."""
    found: list[Figure] = []
    for run in _runs(text):
        for start, end, values, only in _numbers(run):
            value = Decimal(_compose(values))
            checked = value > 1 and not _ORDINAL.fullmatch(only)
            if values[0] >= 1000 and len(values) == 1:
                continue  # a bare magnitude: the tables of single words have it
            found.append(scaled(Figure(start, end, value, checked), text, language="ru"))
    return found


_Run = list[tuple[int, int, int, str]]


def _runs(text: str) -> Iterator[_Run]:
    """Stretches of number words with nothing but a blank between them: (start, end, value, word)."""
    run: _Run = []
    for token in _WORD.finditer(text):
        value = _value(token[0].lower())
        if run and (value is None or text[run[-1][1] : token.start()] not in (" ", "\u00a0", "\n")):
            yield run
            run = []
        if value is not None:
            run.append((*token.span(), value, token[0].lower()))
    if run:
        yield run


@lru_cache(maxsize=16_384)
def _value(word: str) -> int | None:
    if not _ANY.fullmatch(word):
        return None
    return next(value for value, form in _FORMS.items() if form.fullmatch(word))


def _numbers(run: _Run) -> Iterator[tuple[int, int, list[int], str]]:
    """Cut a run where the next word cannot continue the number: "два три" are two numbers."""
    start, end, value, word = run[0]
    values = [value]
    for next_start, next_end, value, next_word in run[1:]:
        if value >= 1000 or value < _room(values[-1]):
            values.append(value)
            end, word = next_end, ""
        else:
            yield start, end, values, word
            start, end, values, word = next_start, next_end, [value], next_word
    yield start, end, values, word


def _room(value: int) -> int:
    """Below which value a word may follow this one."""
    if value >= 1000:
        return 1000
    return 100 if value >= 100 else 10 if value >= 20 else 0


def _compose(values: list[int]) -> int:
    total = current = 0
    for value in values:
        if value >= 1000:
            total += (current or 1) * value
            current = 0
        else:
            current += value
    return total + current
