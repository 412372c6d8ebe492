"""Names of months and weekdays in a text, in any language that dateparser knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import regex

Kind = Literal["month", "weekday"]
_Entry = tuple[Kind, int, bool]  # kind, number, whether it is an abbreviation

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CODE = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_TOKEN = regex.compile(r"[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)?")
_ASCII_TOKEN = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")  # quicker, where a text has no other letters
_MID_SENTENCE = re.compile(r"[\w,;] $")
_DAY_BEFORE = re.compile(r"\d(?:st|nd|rd|th)?[.,]?\s*(?:of\s+|de\s+)?$")
_DAY_AFTER = re.compile(r"\.?\s*\d")
_ENDING = re.compile(r"[аяеуюоыиьйії]{0,2}[мхв]?и?")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_MODAL: Final = frozenset({"may", "march", "mars"})  # other words by the same letters
_HAN_MONTH = re.compile(r"(十[一二]|[一二三四五六七八九十]|1[0-2]|0?[1-9])月(?!球)")
_HAN_DAY = re.compile(r"(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])|([月火水木金土日])曜")
_HAN_NUMBERS: Final = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_HAN_DAYS: Final = {**{char: n for n, char in enumerate("一二三四五六日")}, "天": 6}
_EXTRA: Final[dict[str, dict[str, _Entry]]] = {  # forms that dateparser leaves out
    "ru": dict.fromkeys(("маю", "мае", "маем"), ("month", 5, False)),
}
_YOBI: Final = {char: n for n, char in enumerate("月火水木金土日")}


class CalendarWord(NamedTuple):
    """A month (1-12) or a weekday (0 = Monday) in a text; offsets are string indices, end exclusive.

    ``checked`` is False where the word may as well be another one: it proves a month and claims none.
    """

    start: int
    end: int
    kind: Kind
    number: int
    checked: bool


def calendar_words(text: str, /, *, language: str | None) -> list[CalendarWord]:
    """The names of months and weekdays in a text, ascending; English ones when the language is not known."""
    if language in ("zh", "ja"):
        return _han(text)
    language = language or "en"
    pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
    told = {token for token in set(pattern.findall(text)) if _may_name(language, token)}
    found: list[CalendarWord] = []
    for token in pattern.finditer(text) if told else ():
        if token[0] not in told:
            continue
        for start, end in _candidates(*token.span(), token[0].find("-")):
            known = _look_up(language, text[start:end])
            if known and (checked := _claims(text, start, end, known[2])) is not None:
                found.append(CalendarWord(start, end, known[0], known[1], checked))
                break
    return found


def is_calendar_word(word: str, /, *, language: str | None, short: bool = False) -> bool:
    """True when a word by itself names a month or a weekday; ``short``: also when it is an abbreviation of one."""
    entry = _look_up(language or "en", word)
    return entry is not None and (short or not entry[2])


@lru_cache(maxsize=32)
def _names(language: str) -> Mapping[str, _Entry]:
    """Every form of a name, case-folded: its kind, number, and whether it is short."""
    info = _locale(language)
    names: dict[str, _Entry] = dict(_EXTRA.get(language, {}))
    kinds: tuple[tuple[Kind, tuple[str, ...], int], ...] = (("month", _MONTHS, 1), ("weekday", _WEEKDAYS, 0))
    for kind, keys, first in kinds:
        for number, key in enumerate(keys, first):
            forms = {form.casefold().rstrip(".") for form in info.get(key, ())}
            for form in forms:
                short = any(other != form and other.startswith(form) and len(other) > len(form) + 1 for other in forms)
                if len(form) > 2 or (_CYRILLIC.match(form) is None and not form.isascii()):
                    names.setdefault(form, (kind, number, short))
    return names


def _locale(language: str) -> dict[str, Any]:
    """What dateparser knows of a language, English where it knows none.

    The file is read by itself: importing it from the package would load all of dateparser, which takes longer than all
    that is read here.
    """
    package = find_spec("dateparser")
    assert package is not None and package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0]) / "data" / "date_translation_data"
    file = folder / f"{language}.py"
    spec = spec_from_file_location(
        f"date_words_{language}", file if _CODE.fullmatch(language) and file.is_file() else folder / "en.py"
    )
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    info: dict[str, Any] = module.info
    return info


def _candidates(start: int, end: int, hyphen: int) -> list[tuple[int, int]]:
    """A token as it stands, then its parts around the hyphen, if it has one (-1: none)."""
    if hyphen < 0:
        return [(start, end)]
    return [(start, end), (start, start + hyphen), (start + hyphen + 1, end)]


@lru_cache(maxsize=65_536)
def _may_name(language: str, token: str) -> bool:
    """True when a token, or its part before or behind the hyphen, names a month or a weekday."""
    return any(_look_up(language, part) for part in {token, *token.split("-")})


@lru_cache(maxsize=65_536)
def _look_up(language: str, word: str) -> _Entry | None:
    names, folded = _names(language), word.casefold()
    if folded in names or not _CYRILLIC.match(folded):
        return names.get(folded)
    for cut in range(1, 4):  # Slavic case endings: dateparser has the nominative and the genitive
        stem = folded[:-cut]
        if len(stem) >= 3 and _ENDING.fullmatch(folded[-cut:]):
            for ending in ("", "ь", "а", "я", "й"):
                entry = names.get(stem + ending)
                if entry and not entry[2] and len(stem) >= (6 if entry[0] == "weekday" else 3):
                    return entry
    return None


def _claims(text: str, start: int, end: int, short: bool) -> bool | None:
    """Whether the word claims a month or weekday; None when it is none at all."""
    beside_digit = bool(_DAY_BEFORE.search(text, max(0, start - 10), start) or _DAY_AFTER.match(text, end))
    if short:
        return True if beside_digit else (False if text[end : end + 1] == "." else None)
    word = text[start:end]
    if word.casefold() not in _MODAL:
        return True
    if word.islower() and word != "mars":
        return False if beside_digit else None
    return beside_digit or (word != "mars" and bool(_MID_SENTENCE.search(text, max(0, start - 2), start)))


def _han(text: str) -> list[CalendarWord]:
    found = []
    for match in _HAN_MONTH.finditer(text):
        number = _HAN_NUMBERS.get(match[1]) or int(match[1])
        found.append(CalendarWord(*match.span(), "month", number, checked=True))
    for match in _HAN_DAY.finditer(text):
        number = _HAN_DAYS[match[1]] if match[1] else _YOBI[match[2]]
        found.append(CalendarWord(*match.span(), "weekday", number, checked=True))
    return sorted(found, key=lambda word: word.start)
