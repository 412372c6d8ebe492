"""What a fuzzy score forgives and a reader does not: another figure, negation, opposite, modality or name.

A guard compares a quotation with the passage that it resembles. When in doubt it refuses: a refused quotation is asked
for again, a wrong one would be stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

import regex

from .normalization import NUMERALS, WORD, fold

Conflict = Literal["figures", "negation", "modality", "name"]


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(words).text.split())


_NUMBERS = {
    "0": "zero ноль нуль صفر",
    "1": "one first once один одна одно одного одной первый первая واحد واحدة یک اول",
    "2": "two second twice double два две двух двум двумя второй вторая اثنان اثنين اثنتان دو دوم",
    "3": "three third triple три трех трём тремя третий третья ثلاثة ثلاث سه سوم",
    "4": "four fourth quarter четыре четырех четвертый أربعة أربع چهار چهارم",
    "5": "five fifth пять пяти пятый خمسة خمس پنج پنجم",
    "6": "six sixth шесть шести шестой ستة ست شش",
    "7": "seven seventh семь семи седьмой سبعة سبع هفت",
    "8": "eight eighth восемь восьми восьмой ثمانية ثمان هشت",
    "9": "nine ninth девять девяти девятый تسعة تسع",
    "10": "ten tenth десять десяти десятый عشرة عشر ده",
    "11": "eleven eleventh одиннадцать یازده",
    "12": "twelve twelfth dozen двенадцать дюжина دوازده",
    "13": "thirteen тринадцать",
    "14": "fourteen четырнадцать",
    "15": "fifteen пятнадцать پانزده",
    "16": "sixteen шестнадцать",
    "17": "seventeen семнадцать",
    "18": "eighteen восемнадцать",
    "19": "nineteen девятнадцать",
    "20": "twenty двадцать двадцати عشرون عشرين بیست",
    "30": "thirty тридцать тридцати ثلاثون ثلاثين سی",
    "40": "forty сорок أربعون أربعين چهل",
    "50": "fifty пятьдесят خمسون خمسين پنجاه",
    "60": "sixty шестьдесят ستون ستين شصت",
    "70": "seventy семьдесят سبعون سبعين هفتاد",
    "80": "eighty восемьдесят ثمانون ثمانين هشتاد",
    "90": "ninety девяносто تسعون تسعين نود",
    "100": "hundred hundreds сто сотни مئة مائة صد",
    "1e3": "thousand thousands тысяча тысячи тысяч ألف آلاف هزار",
    "1e6": "million millions mn миллион миллиона миллионов млн مليون ملايين میلیون",
    "1e9": "billion billions bn миллиард миллиарда миллиардов млрд مليار مليارات میلیارد",
    "1e12": "trillion trillions tn триллион триллиона триллионов تريليون تریلیون",
    "0.5": "half половина половину نصف نیم نیمی",
}
_NUMBER_WORDS = {word: Decimal(value) for value, words in _NUMBERS.items() for word in _folded(words)}
_PERCENT = _folded("percent pct процент процента процентов بالمئة بالمائة درصد")
_figure = re.compile(r"\d+(?:[.,]\d+)*")
_thousands = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_percent_sign = re.compile("%|百分之")

_NEGATORS = _folded(
    """not no never none neither nor nobody nothing nowhere without cannot hardly scarcely barely rarely seldom unlikely
    non anti fail fails failed failing refuse refuses refused deny denies denied lack lacks lacked
    не ни нет без никогда нельзя никто никого никому ничто ничего нигде никак вряд едва невозможно маловероятно
    لا لم لن ليس ليست ليسوا لست غير ما بدون دون عدم ألا كلا
    نه هیچ بدون بی نمی نیست نیستند نیستم نیستیم نبود نبودند نباشد نخواهد نخواهند نخواهم نخواهیم نباید ندارد ندارند
    ندارم نداشت نداشتند نکرد نکردند نکرده نکند نشد نشده نشود نشوند نتوانست نتواند هرگز غیر"""
)
_PERSIAN_NEGATION = fold("نمی").text  # written as one with its verb once the zero-width non-joiner is gone
_CONJUNCTIONS = tuple("وف")  # Arabic "and", "so", written as one with the word after them
_hanzi_negator = re.compile("[不没沒未无無非别別勿否莫]")
_hanzi_harmless = re.compile(
    "非常|非洲|特[别別]|分[别別]|[区區][别別]|差[别別]|[级級][别別]|[类類][别別]|性[别別]|[个個][别別]|[别別]人"
    "|未[来來]|是否|不[仅僅]|不但|不[断斷]|不[过過]"
)
_NEGATING_PREFIXES = _folded("un in im il ir dis non mis не без бес ن نا لا")
_OPPOSITES = {
    "more": "less fewer",
    "most": "least",
    "increase": "decrease",
    "increases": "decreases",
    "increased": "decreased",
    "rise": "fall",
    "rises": "falls",
    "rose": "fell",
    "rising": "falling",
    "higher": "lower",
    "high": "low",
    "above": "below",
    "over": "under",
    "before": "after",
    "up": "down",
    "win": "lose",
    "wins": "loses",
    "won": "lost",
    "gain": "loss",
    "gains": "losses",
    "support": "oppose",
    "supports": "opposes",
    "supported": "opposed",
    "for": "against",
    "accept": "reject",
    "accepts": "rejects",
    "accepted": "rejected",
    "strengthen": "weaken",
    "strengthens": "weakens",
    "stronger": "weaker",
    "better": "worse",
    "best": "worst",
    "all": "none few",
    "always": "never rarely",
    "true": "false",
}
_MODALS = _folded(
    """will would shall should may might can could must likely probably possibly perhaps maybe certainly definitely
    surely"""
)
_adjoining = regex.compile(r"([\w']+) ?\Z")
_capitalized = regex.compile(r"(?<!\w)\p{Lu}[\w'’-]+")
_CONTRACTED = {"won't": "will", "can't": "can", "shan't": "shall", "cannot": "can"}
_MENDABLE = frozenset(word for word in _NUMBER_WORDS.keys() | _PERCENT | _MODALS if len(word) >= 4)
_GUARDED = _NUMBER_WORDS.keys() | _PERCENT | _NEGATORS | _MODALS


def conflict(quote: str, passage: str, /, *, written: str = "", before: str = "") -> Conflict | None:
    """What sets a passage apart from the quotation that resembles it, or None. Takes both folded.

    Figures are compared by value ("two" = 2) and in order; negations by count; opposites and negating prefixes on the
    words that only one of the two has; English modal words in any order. A longer number or modal word may be misspelt.
    ``written`` is the quotation before folding: its capitalized words have to resemble words of the passage. ``before``
    is the folded text before the passage: a word that runs on into the passage must not negate it.
    """
    found = _words(passage)
    quoted = _mended(_words(quote), found)
    if _figures(quote, quoted) != _figures(passage, found):
        return "figures"
    if _negations(quote, quoted) != _negations(passage, found) or _opposed(quoted, found):
        return "negation"
    if (adjoining := _adjoining.search(before)) and negates(adjoining[1]):
        return "negation"
    if _modals(quoted) != _modals(found):
        return "modality"
    if not written.isupper() and not all(_is_known(fold(name).text, found) for name in _capitalized.findall(written)):
        return "name"
    return None


def _is_known(name: str, found: Sequence[str]) -> bool:
    from rapidfuzz import fuzz, process  # loaded when passages are compared, not with the package

    parts = WORD.findall(name)
    return all(part in found or process.extractOne(part, found, scorer=fuzz.ratio, score_cutoff=70) for part in parts)


def negates(passage: str, /) -> bool:
    """True when a folded text holds a negation."""
    return _negations(passage, _words(passage)) > 0


def _words(text: str) -> list[str]:
    return [str(word) for word in WORD.findall(text.replace("per cent", "percent"))]


def _mended(quoted: list[str], found: Sequence[str]) -> list[str]:
    """The quoted words with misspelt number and modal words ("thrre", "wuold") put right after the passage."""
    slips = {
        slip: word
        for word in _MENDABLE.intersection(found).difference(quoted)
        for slip in set(quoted).difference(found, _GUARDED)
        if _is_slip(slip, word)
    }
    return [slips.get(word, word) for word in quoted]


def _is_slip(slip: str, word: str) -> bool:
    """True for one wrong, lacking, doubled or swapped letter; a wrong one of only four makes another word ("most")."""
    from rapidfuzz.distance import OSA

    if slip[0] != word[0] or OSA.distance(slip, word, score_cutoff=1) > 1:
        return False
    return len(word) > 4 or len(slip) != len(word) or sorted(slip) == sorted(word)


def _figures(text: str, words: Sequence[str]) -> tuple[list[Decimal], int, list[str]]:
    """The values of figures and number words, the number of per cent signs, and the numerals in Chinese characters."""
    values: list[Decimal] = []
    tens = False
    for word in words:
        spelled = _NUMBER_WORDS.get(word)
        if spelled is not None and tens and 0 < spelled < 10:
            values[-1] += spelled
        elif spelled is not None:
            values.append(spelled)
        else:
            values += map(_value, _figure.findall(word))
        tens = spelled is not None and 20 <= spelled < 100
    percent = len(_percent_sign.findall(text)) + sum(word in _PERCENT for word in words)
    return values, percent, [char for char in text if char in NUMERALS]


def _value(figure: str) -> Decimal:
    plain = figure.replace(",", "") if _thousands.match(figure) else figure.replace(",", ".")
    whole, _, rest = plain.partition(".")
    return Decimal(f"{whole}.{rest.replace('.', '')}" if rest else whole)


def _negations(text: str, words: Iterable[str]) -> int:
    hanzi = len(_hanzi_negator.findall(_hanzi_harmless.sub("", text)))
    return hanzi + sum(map(_is_negation, words))


def _is_negation(word: str) -> bool:
    if word in _NEGATORS or word.endswith("n't"):
        return True
    if word.startswith(_PERSIAN_NEGATION) and len(word) > len(_PERSIAN_NEGATION) + 1:
        return True
    return word.startswith(_CONJUNCTIONS) and word[1:] in _NEGATORS


def _opposed(quoted: Sequence[str], found: Sequence[str]) -> bool:
    """True when a word of the one answers to its opposite in the other."""
    only_quoted, only_found = Counter(quoted) - Counter(found), Counter(found) - Counter(quoted)
    return any(_are_opposites(*sorted((one, other), key=len)) for one in only_quoted for other in only_found)


def _are_opposites(short: str, long: str) -> bool:
    if short in _OPPOSITES.get(long, "").split() or long in _OPPOSITES.get(short, "").split():
        return True
    if len(short) >= 3 and long.endswith(short) and long[: -len(short)] in _NEGATING_PREFIXES:
        return True
    return long.endswith("less") and short in (long[:-4], long[:-4] + "ful")


def _modals(words: Iterable[str]) -> Counter[str]:
    plain = (_CONTRACTED.get(word) or ("will" if word.endswith("'ll") else word.removesuffix("n't")) for word in words)
    return Counter(word for word in plain if word in _MODALS)
