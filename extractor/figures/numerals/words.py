"""Numbers written out in words, as values, and the words that stand beside numbers: scales and fractions.

Cardinals and ordinals of English, French, Spanish, German, Portuguese, Italian, Dutch and Danish are read by the
library text2num; the tables here hold what it leaves out. Russian and Chinese numerals have modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple, TypeVar

from .figure import Figure

LIBRARY_LANGUAGES: Final = frozenset({"en", "fr", "es", "de", "pt", "it", "nl", "da"})

_Value = TypeVar("_Value")
_WORD = re.compile(r"[^\W\d_]+|[^\w\s-]|\n")
_LETTERS = re.compile(r"[^\W\d_]+")
_NEXT_WORD = re.compile(r"[\s-]{1,2}([^\W\d_]+\.?)")


def _flat(table: Mapping[_Value, str]) -> dict[str, _Value]:
    return {word: value for value, words in table.items() for word in words.split()}


_SCALES: Final = _flat(
    {
        12: "dozen dutzend",
        10**2: "hundred hundert honderd",
        10**3: "thousand k tausend tsd mille mil mila duizend tusind tusen bin тыс ألف آلاف هزار हज़ार हजार אלף tys",
        10**5: "lakh lakhs लाख",
        10**6: "million millions mln mn mio millionen millón millones milione milioni milhão milhões miljoen miljon"
        " miljoner millioner milyon млн مليون ملايين میلیون מיליון",
        10**7: "crore crores करोड़",
        10**9: "billion billions bn milliard milliards milliarde milliarden mrd mds miliardo miliardi bilhão bilhões"
        " miljard miljarder milliarder mia mld milyar млрд مليار مليارات میلیارد מיליארד",
        10**12: "trillion trillions tn trn billón billones biljoen trilhão trilhões trilyon трлн تريليون تریلیون",
    }
)
_SCALE_STEMS: Final = _flat(
    {10**3: "тысяч", 10**6: "миллион мільйон milion", 10**9: "миллиард мільярд miliard", 10**12: "триллион"}
)
_SCALES_OF_SOME: Final[dict[str, set[str | None]]] = {  # elsewhere these are other words
    "bin": {"tr"},
    "mia": {"da"},
    "mil": {"es", "pt", "ca", "gl", None},
    "mille": {"fr", "it", None},
}
_LONG_SCALE: Final = frozenset({"de", "fr", "es", "it", "nl", "da", "sv", "no", "nb", "pl", "cs"})

_DENOMINATORS: Final[dict[str, dict[int, str]]] = {
    "en": {
        2: "half halves",
        3: "third thirds",
        4: "quarter quarters fourth fourths",
        5: "fifth fifths",
        6: "sixth sixths",
        7: "seventh sevenths",
        8: "eighth eighths",
        9: "ninth ninths",
        10: "tenth tenths",
    },
    "de": {2: "hälfte halb halbe halber halbes halben", 3: "drittel", 4: "viertel", 5: "fünftel", 10: "zehntel"},
    "fr": {2: "moitié demi demie", 3: "tiers", 4: "quart quarts", 5: "cinquième cinquièmes", 10: "dixième dixièmes"},
    "es": {2: "mitad medio media", 3: "tercio tercios", 4: "cuarto cuartos", 5: "quinto quintos", 10: "décimo décimos"},
    "it": {2: "metà mezzo mezza", 3: "terzo terzi", 4: "quarto quarti", 5: "quinto quinti", 10: "decimo decimi"},
    "pt": {2: "metade meio meia", 3: "terço terços", 4: "quarto quartos", 5: "quinto quintos", 10: "décimo décimos"},
    "nl": {2: "helft half halve", 3: "derde", 4: "kwart", 5: "vijfde", 10: "tiende"},
    "ru": {
        2: "половина половины половине половину половиной",
        3: "треть трети третью третья третьих",
        4: "четверть четверти четвертью",
        5: "пятая пятых",
        10: "десятая десятых",
    },
}
_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties"
_MULTIPLES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "0.5": "halve halves halved halving",
        "2": "twice double doubles doubled doubling twofold",
        "3": "thrice triple triples tripled tripling threefold",
        "10": "decade",
        "12": "dozen",
        "14": "fortnight",
        **{str(n): word for n, word in zip(range(20, 100, 10), _DECADES.split(), strict=True)},
    },
    "de": {"2": "doppelt verdoppeln verdoppelt", "10": "jahrzehnt", "12": "dutzend"},
    "fr": {"2": "double doubler doublé", "10": "dizaine décennie", "12": "douzaine"},
    "es": {"2": "doble duplicar", "10": "década decenio", "12": "docena"},
    "it": {"2": "doppio raddoppiare", "10": "decina decennio", "12": "dozzina"},
    "pt": {"2": "dobro dobrar", "10": "década dezena", "12": "dúzia"},
    "nl": {"2": "dubbel verdubbelen", "10": "decennium", "12": "dozijn"},
    "ru": {
        "1.5": "полтора полторы полутора",
        "2": "дважды вдвое",
        "3": "трижды втрое",
        "10": "десятилетие десятилетия десяток",
        "12": "дюжина дюжины дюжину",
    },
}
_PROVING: Final[dict[str, dict[str, str]]] = {  # words that prove a value and claim none
    "en": {"1": "single once", "2": "both pair couple duo", "3": "trio", "10": "decades"},
    "de": {"2": "beide beiden beider paar", "10": "jahrzehnte jahrzehnten"},
    "fr": {"2": "second seconde", "10": "décennies"},
    "es": {"2": "ambos ambas par", "10": "décadas", "21": "veintiún"},
    "it": {"2": "entrambi entrambe paio", "10": "decenni"},
    "pt": {"2": "ambos ambas par", "10": "décadas"},
    "nl": {"2": "beide beiden paar", "10": "decennia"},
    "ru": {"2": "оба обе обоих обеих обоим обеим", "10": "десятилетий"},
}
_VAGUE: Final[dict[str, dict[int, str]]] = {
    "en": {
        12: "dozens",
        100: "hundreds",
        10**3: "thousands",
        10**6: "millions",
        10**9: "billions",
        10**12: "trillions",
    },
    "de": {
        12: "dutzende dutzenden",
        100: "hunderte hunderten",
        10**3: "tausende tausenden",
        10**6: "millionen",
        10**9: "milliarden",
    },
    "fr": {10: "dizaines", 100: "centaines", 10**3: "milliers", 10**6: "millions", 10**9: "milliards"},
    "es": {12: "docenas", 100: "cientos centenares", 10**3: "miles", 10**6: "millones"},
    "it": {10: "decine", 100: "centinaia", 10**3: "migliaia", 10**6: "milioni", 10**9: "miliardi"},
    "pt": {10: "dezenas", 100: "centenas", 10**3: "milhares", 10**6: "milhões", 10**9: "bilhões"},
    "nl": {10: "tientallen", 100: "honderden", 10**3: "duizenden", 10**6: "miljoenen", 10**9: "miljarden"},
    "ru": {
        10: "десятки десятков десятками",
        100: "сотня сотни сотен сотнями",
        10**3: "тысячи тысяч тысячами",
        10**6: "миллионы миллионов миллионами",
        10**9: "миллиарды миллиардов миллиардами",
    },
}
_HOMONYMS: Final[dict[str, frozenset[str]]] = {  # number words that are as often something else
    "de": frozenset({"acht"}),
    "es": frozenset({"cuarto", "cuarta"}),
    "fr": frozenset({"neuf", "cent"}),
    "it": frozenset({"sei"}),
    "pt": frozenset({"quarta", "quinta", "sexta", "terça"}),
}


class TellingWord(NamedTuple):
    """A word that is a number or a fraction by itself: its letters, and where it stands (end exclusive)."""

    word: str
    start: int
    end: int


def telling_words(text: str, /, *, language: str) -> list[TellingWord]:
    """The words without which a text has neither numbers nor fractions in words, ascending; few, and often none."""
    told = {word for word in set(_LETTERS.findall(text)) if _is_telling(word, language)}
    tokens = _LETTERS.finditer(text) if told else ()
    return [TellingWord(word, *token.span()) for token in tokens if (word := token[0]) in told]


@lru_cache(maxsize=65_536)
def _is_telling(word: str, language: str) -> bool:
    folded = word.casefold()
    by_itself = folded in denominators(language) or _single(folded, language) is not None
    return by_itself or (language in LIBRARY_LANGUAGES and _begins_number(word.lower(), language))


@lru_cache(maxsize=65_536)
def _begins_number(word: str, language: str) -> bool:
    """True for a word that the library takes for a number; every number that it finds begins with such a word."""
    from text_to_num import find_numbers  # type: ignore[import-untyped]

    return bool(find_numbers([_Token(word)], language, 0.0))


@cache
def denominators(language: str, /) -> dict[str, int]:
    """The fraction words of a language, lower case, and what they divide by."""
    return _flat(_DENOMINATORS.get(language, {}))


@lru_cache(maxsize=65_536)
def scale(word: str, language: str | None, /) -> int | None:
    """What a scale word ("bn", "млн", "Millionen") multiplies by; None when it is no scale word."""
    folded = word.casefold().rstrip(".")
    if folded in ("billion", "billions", "billionen") and language in _LONG_SCALE:
        return 10**12
    if folded in _SCALES_OF_SOME and language not in _SCALES_OF_SOME[folded]:
        return None
    if folded in _SCALES:
        return _SCALES[folded]
    return next((value for stem, value in _SCALE_STEMS.items() if re.fullmatch(rf"{stem}\w{{0,3}}", folded)), None)


def western(text: str, telling: Sequence[TellingWord], /, *, language: str) -> list[Figure]:
    """The cardinals and ordinals in words of a language that the library reads, ascending."""
    found: list[Figure] = []
    for number in _by_library(text, telling, language):
        if found and (year := _year(found[-1], number, text)):
            found[-1] = year
        else:
            found.append(number)
    return found


def single_words(
    text: str, telling: Sequence[TellingWord], taken: Sequence[Figure], /, *, language: str
) -> list[Figure]:
    """Words that are a number by themselves ("twice", "both", "thousands", "trillion"), outside of those taken."""
    covered = {position for number in taken for position in range(number.start, number.end)} if telling else set()
    found: list[Figure] = []
    for word, start, end in telling:
        if start in covered or (found and start < found[-1].end):
            continue
        single = _single(word.casefold(), language)
        if single is None:
            continue
        kind, value = single
        number = Figure(start, end, value, checked=kind != "proving", vague=kind == "vague")
        found.append(scaled(number, text, language=language) if kind == "multiple" else number)
    return found


@lru_cache(maxsize=65_536)
def _single(word: str, language: str) -> tuple[Literal["multiple", "proving", "vague", "scale"], Decimal] | None:
    """What a case-folded word is by itself, and its value."""
    multiples, proving, vague = _singles(language)
    if word in multiples:
        return "multiple", Decimal(multiples[word])
    if word in proving:
        return "proving", Decimal(proving[word])
    if word in vague:
        return "vague", Decimal(vague[word])
    factor = scale(word, language) if len(word) > 5 else None
    return ("scale", Decimal(factor)) if factor and factor >= 10**6 else None


@cache
def _singles(language: str) -> tuple[dict[str, str], dict[str, str], dict[str, int]]:
    multiples, proving = _flat(_MULTIPLES.get(language, {})), _flat(_PROVING.get(language, {}))
    return multiples, proving, _flat(_VAGUE.get(language, {}))


def scaled(number: Figure, text: str, /, *, language: str) -> Figure:
    """The number multiplied by the scale words that follow it ("zwei Billionen")."""
    while (following := _NEXT_WORD.match(text, number.end)) and (factor := scale(following[1], language)):
        number = number._replace(end=following.end(), value=number.value * factor, checked=True)
    return number


class _Token:
    """A word in the form that the library wants."""

    __slots__ = ("_word",)

    def __init__(self, word: str, /) -> None:
        self._word = word

    def text(self) -> str:
        return self._word

    def nt_separated(self, _previous: object, /) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


_BREAK: Final = ("|", -1, -1)
_REACH: Final = 3
"""How many words that are no numbers may stand between the words of one: "hundred and five", "venti mila milioni"."""


def _by_library(text: str, telling: Sequence[TellingWord], language: str) -> Iterator[Figure]:
    tokens = list(_near_numbers(text, telling, language))
    if not tokens:
        return
    from text_to_num import find_numbers

    left_out = _singles(language)[2].keys() | {"o", "oh"}
    doubtful = _HOMONYMS.get(language, frozenset())
    for found in find_numbers([_Token(token[0]) for token in tokens], language, 0.0):
        word = tokens[found.start][0] if found.end - found.start == 1 else ""
        if word not in left_out:
            value = Decimal(str(found.value))
            small = value in ((1, 2) if found.is_ordinal else (0, 1))
            checked = not small and word not in doubtful
            start, end = tokens[found.start][1], tokens[found.end - 1][2]
            yield scaled(Figure(start, end, value, checked), text, language=language)


def _near_numbers(text: str, telling: Sequence[TellingWord], language: str) -> Iterator[tuple[str, int, int]]:
    """The lower-case words from each that may begin a number to the end of its reach, with a break before each such
    stretch: the library takes long over a whole text.
    """
    end = 0
    for first in telling:
        if first.start < end or not _begins_number(first.word.lower(), language):
            continue
        yield _BREAK
        left = _REACH
        for token in _WORD.finditer(text, first.start):
            word = token[0].lower()
            left = _REACH if word.isalpha() and _begins_number(word, language) else left - 1
            if left < 0:
                break
            end = token.end()
            yield word, token.start(), end


def _year(first: Figure, second: Figure, text: str) -> Figure | None:
    """The year that two numbers make: "nineteen eighty-four"."""
    if text[first.end : second.start] in (" ", "-") and 13 <= first.value <= 20 and 10 <= second.value <= 99:
        parts = (first.value, second.value)
        return Figure(first.start, second.end, first.value * 100 + second.value, parts=parts)
    return None
