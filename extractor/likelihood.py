"""How likely a prediction is, read from its own words with a versioned lexicon: pure functions.

**Scale.** The seven bands of Intelligence Community Directive 203, half-open, in percent. Its second row of terms
("remote", "highly improbable", "improbable", "probable", "highly probable", "nearly certain") is in the lexicon too.

**Where the readings come from.** Kent 1964, "Words of Estimative Probability" ("virtually certain", "all but certain"
= almost certain; "we doubt", "doubtful" = probably not; "some slight chance" = 7 percent, give or take 5;
"could", "may", "might", "conceivable" = possible, no figure). Reagan, Mosteller & Youtz 1989 ("probable" is the same as
"likely"). Mosteller & Youtz 1990 ("very" halves the distance to 0 or 100; people do not agree on "possible").
The survey at https://github.com/zonination/perceptions ("little chance", "very good chance", "better than even").
Smithson et al. 2011 (readers agree less on negative wording), Mauboussin & Mauboussin 2018 ("real possibility" is read
as anything from 20 to 80 percent), Wintle et al. 2019 and Willems et al. 2020 (readers differ widely, in news too).
Where readings scatter there is no band: "possible", "a fair chance", "not unlikely", "not impossible", "far from
certain", "more likely". No study of Russian is known to us: its phrases take the band of their English counterpart.

**Negation, three kinds.** (1) Inside a term it is part of the lexicon: "unlikely", "little chance", "more likely than
not". (2) A negator written out *before* a term of likelihood: "not likely" and "not very likely" are unlikely; "not
unlikely", "not certain" and "not impossible" fit no single band and get none. (3) A negator written out *after* it, or
with plain will, is about the event: "probably won't", "almost certainly will not", "will not" say that it does not
happen.

``negated`` (from the draft) says that the words are about the event *not* happening; band and figures are then turned
round (``complement``). A negator that is written out in the words (kinds 2 and 3) is the very one that the draft may
have marked once more, so it counts once: with it, ``negated`` changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, Literal, NamedTuple

from .lexicons import LEXICON_VERSION, base_language, fold, load
from .lexicons.stated import StatedRange, stated_range
from .schemas import Likelihood, Span, Stated
from .schemas.claims import Band, Expected

__all__ = ["LEXICON_VERSION", "complement", "find_likelihood_words", "read_likelihood", "supports"]

BOUNDS: Final[dict[Band, tuple[float, float]]] = {
    "almost_no_chance": (0, 5),
    "very_unlikely": (5, 20),
    "unlikely": (20, 45),
    "roughly_even": (45, 55),
    "likely": (55, 80),
    "very_likely": (80, 95),
    "almost_certain": (95, 100),
}
"""Bounds of each band in percent: lower bound included, upper excluded, but for the last."""

_NEGATED: Final[dict[Band, Band]] = {"likely": "unlikely", "very_likely": "unlikely"}

Reading = Literal["band", "possible", "plain", "plain_not", "negator", "nothing"]


def supports(language: str | None, /) -> bool:
    """True when there is a likelihood lexicon for this language (an ISO 639-1 code or a tag like "en-GB")."""
    return base_language(language) is not None


def complement(band: Band, /) -> Band:
    """The band of the opposite event: "likely" for "unlikely"; its own inverse."""
    order = list(BOUNDS)
    return order[-1 - order.index(band)]


def read_likelihood(words: Span | None, /, *, negated: bool, language: str | None) -> tuple[Likelihood, Expected]:
    """Likelihood and expected outcome of the event in the statement.

    ``words`` are the words of the article that say how likely (None: there are none, which reads as plain "will"),
    ``negated`` whether they are about the event not happening, ``language`` the article's. In a language without a
    lexicon, and for words that it does not hold, band and figures are None and the outcome is "uncertain".
    """
    if words is None:
        return Likelihood(negated=negated), _plain(negated)
    base = base_language(language)
    if base is None:
        return Likelihood(words=words, negated=negated), "uncertain"
    text = fold(words.text)
    meaning = _meaning(text, base)
    if meaning is None:
        return Likelihood(words=words, negated=negated), "uncertain"
    turned = meaning.about_not if meaning.negator_written else negated
    if meaning.figure is not None:
        return _from_figure(meaning.figure, words, negated=negated, turned=turned)
    if meaning.band is None:
        return Likelihood(words=words, negated=negated), _plain(turned) if meaning.plain else "uncertain"
    band = complement(meaning.band) if turned else meaning.band
    low, high = BOUNDS[band]
    return Likelihood(words=words, negated=negated, band=band, low=low, high=high), _expected((low + high) / 2)


def find_likelihood_words(text: str, /, *, language: str | None) -> tuple[int, int] | None:
    """Where in a clause the words of likelihood are: start and end (string indices, end exclusive), None without any.

    A stated probability first, then the leftmost words with a band, then the leftmost others ("could", "will not").
    """
    base = base_language(language)
    if base is None:
        return None
    folded = fold(text)
    if figure := stated_range(folded, base):
        return figure.outer_start, figure.outer_end
    items = [item for item in _items(folded, base) if not _is_name(text, item)]
    groups = [group for group in _grouped(folded, items, base) if any(item.reading != "negator" for item in group)]
    banded = (group for group in groups if any(item.band for item in group))
    group = next(banded, groups[0] if groups else None)
    return (group[0].start, group[-1].end) if group else None


def _plain(negated: bool) -> Expected:
    return "does_not_occur" if negated else "occurs"


def _expected(percent: float) -> Expected:
    if percent == 50:
        return "uncertain"
    return "occurs" if percent > 50 else "does_not_occur"


def _from_figure(figure: StatedRange, words: Span, /, *, negated: bool, turned: bool) -> tuple[Likelihood, Expected]:
    low, high = (100 - figure.high, 100 - figure.low) if turned else (figure.low, figure.high)
    middle = (low + high) / 2
    band = next(band for band, (_, above) in BOUNDS.items() if middle < above or above == 100)
    part = slice(figure.start, figure.end)
    span = Span(start=words.start + figure.start, end=words.start + figure.end, text=words.text[part])
    stated = Stated(low=round(low, 4), high=round(high, 4), span=span)
    bottom, top = BOUNDS[band]
    likelihood = Likelihood(words=words, negated=negated, band=band, low=bottom, high=top, stated=stated)
    return likelihood, _expected(middle)


class _Item(NamedTuple):
    """A phrase of the lexicon found in a text; ``negates`` when it begins with a negator ("not possible")."""

    reading: Reading
    band: Band | None
    negates: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What words say before ``negated`` is considered; with neither band nor figure, plain or merely possible."""

    band: Band | None = None
    figure: StatedRange | None = None
    plain: bool = False
    negator_written: bool = False
    about_not: bool = False


def _meaning(text: str, language: str) -> _Meaning | None:
    """The reading of folded text, None when the lexicon knows none of its words."""
    items = _items(text, language)
    if all(item.reading == "negator" for item in items):
        items = _items(text, language, alone=True)
    figure = stated_range(text, language)
    items = list(_first_remark(text, _negated_terms(text, items), figure, language))
    negators = [item.start for item in items if item.reading in _NEGATORS]
    if figure is not None and not any(start < figure.start for start in negators):
        return _Meaning(figure=figure, negator_written=bool(negators), about_not=bool(negators))
    head = _head(items)
    if head is None:
        return _Meaning(plain=True, negator_written=True, about_not=True) if negators else None
    plain = head.band is None and head.reading != "possible"
    about_not = bool(negators) and (plain or head.band is not None)
    return _Meaning(band=head.band, plain=plain, negator_written=about_not or head.negates, about_not=about_not)


def _negated_terms(text: str, items: Sequence[_Item]) -> list[_Item]:
    """The items with each negator that stands before a term joined to it: "not likely", "not going to be likely"."""
    joined: list[_Item] = []
    for item in items:
        at = len(joined) - 1
        while at >= 0 and joined[at].reading == "plain":
            at -= 1
        if (
            item.band
            and at >= 0
            and joined[at].reading in _NEGATORS
            and not _BREAK.search(text, joined[at].end, item.start)
        ):
            band = _NEGATED.get(item.band)
            joined[at:] = [_Item("band" if band else "possible", band, True, joined[at].start, item.end)]
        else:
            joined.append(item)
    return joined


def _first_remark(text: str, items: Sequence[_Item], figure: StatedRange | None, language: str) -> Iterator[_Item]:
    """The items without those of a second remark: "likely, but not certain", "unlikely, though not to be excluded"."""
    ends = [item.end for item in items if item.band] + ([figure.end] if figure else [])
    second = _lexicon(language).concession.search(text, min(ends)) if ends else None
    return (item for item in items if second is None or item.start < second.start())


_NEGATORS: Final = ("negator", "plain_not")
_BREAK: Final = re.compile(r"[,;:.]|\bbut\b|\bно\b")


def _head(items: Sequence[_Item]) -> _Item | None:
    """Which phrase decides: one with a band before one without, and of two bands the one that the other only colours.

    "Certainly unlikely" and "probably impossible" say that it will not happen; "could be inevitable" says that it may.
    """
    banded = [item for item in items if item.band]
    possible = [item for item in items if item.reading == "possible"]
    extreme = all(item.band in ("almost_certain", "almost_no_chance") for item in banded)
    if banded and not (possible and extreme):
        below = [item for item in banded if item.band and BOUNDS[item.band][1] <= 45]
        milder = [item for item in banded if item.band != "almost_certain"]
        return (below or milder or banded)[0]
    plain = [item for reading in _PLAIN for item in items if item.reading == reading]
    return next(iter(possible or plain), None)


_PLAIN: Final[tuple[Reading, ...]] = ("plain_not", "plain")


def _items(text: str, language: str, /, *, alone: bool = False) -> list[_Item]:
    """The phrases of the lexicon in folded text, leftmost and longest; ``alone`` adds those of the section "alone"."""
    lexicon = _lexicon(language)
    tokens = list(_tokens(text, language))
    items: list[_Item] = []
    at = 0
    while at < len(tokens):
        for size in lexicon.sizes.get(tokens[at][0], ()):
            if at + size > len(tokens):
                continue
            phrase = " ".join(token for token, _, _ in tokens[at : at + size])
            entry = lexicon.phrases.get(phrase) or (lexicon.alone.get(phrase) if alone else None)
            if entry is not None:
                if entry[0] != "nothing":
                    negates = entry[0] == "plain_not" or tokens[at][0] in lexicon.negators
                    items.append(_Item(*entry, negates, tokens[at][1], tokens[at + size - 1][2]))
                at += size
                break
        else:
            at += 1
    return items


_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*|'(?:ll|d)(?!\w)")


def _tokens(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Words with start and end, contractions written out ("won't" gives "will" and "not", both with its place)."""
    contractions = _lexicon(language).contractions
    endings = tuple(contractions)
    for match in _TOKEN.finditer(text):
        word, place = match.group(), match.span()
        ending = next(filter(word.endswith, contractions)) if word.endswith(endings) else None
        full = f"{word.removesuffix(ending)} {contractions[ending]}" if ending else word.split("'")[0]
        for part in full.split():
            yield part, *place


@dataclass(frozen=True, slots=True)
class _Lexicon:
    phrases: dict[str, tuple[Reading, Band | None]]
    alone: dict[str, tuple[Reading, Band | None]]
    negators: frozenset[str]
    contractions: dict[str, str]
    between: re.Pattern[str]
    concession: re.Pattern[str]
    sizes: dict[str, list[int]]  # by the first word of phrases: how many words they have, descending


@cache
def _lexicon(language: str) -> _Lexicon:
    data = load("likelihood", language)
    sets: dict[str, list[str]] = data["sets"]
    phrases = dict(_entries(data["bands"] | data["other"], sets))
    alone = dict(_entries(data["alone"], sets))
    negators = frozenset(phrase for phrase, (reading, _) in phrases.items() if reading == "negator")
    sizes: dict[str, set[int]] = {}
    for first, *more in map(str.split, phrases | alone):
        sizes.setdefault(first, set()).add(1 + len(more))
    descending = {first: sorted(found, reverse=True) for first, found in sizes.items()}
    between, concession = re.compile(data["between"]), re.compile(rf"(?<!\w){data['concession']}")
    return _Lexicon(phrases, alone, negators, data["contractions"], between, concession, descending)


def _entries(
    section: dict[str, list[str]], sets: dict[str, list[str]]
) -> Iterator[tuple[str, tuple[Reading, Band | None]]]:
    """Every phrase that a section of the file stands for; what comes later in the file wins."""
    bands: dict[str, Band] = {band: band for band in BOUNDS}
    readings: dict[str, Reading] = {
        "possible": "possible",
        "plain": "plain",
        "plain_not": "plain_not",
        "negator": "negator",
        "nothing": "nothing",
    }
    for name, templates in section.items():
        band = bands.get(name)
        for template in templates:
            for phrase in _expand(template, sets):
                yield phrase, ("band" if band else readings[name], band)


def _expand(template: str, sets: dict[str, list[str]]) -> Iterator[str]:
    parts = re.split(r"<(\w+)>", template.replace("-", " "))
    choices = [sets[part] if index % 2 else [part] for index, part in enumerate(parts)]
    for chosen in product(*choices):
        yield " ".join("".join(chosen).replace("-", " ").split())


def _grouped(text: str, items: Sequence[_Item], language: str) -> list[list[_Item]]:
    """Items that stand side by side ("will", "almost certainly", "not") together."""
    between = _lexicon(language).between
    groups: list[list[_Item]] = []
    for item in items:
        if groups and (item.start <= groups[-1][-1].end or between.fullmatch(text, groups[-1][-1].end, item.start)):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _is_name(text: str, item: _Item) -> bool:
    """True for "May" and "Will" in mid-sentence: a month and a name."""
    word = text[item.start : item.end]
    return word in {"May", "Will"} and any(char.isalnum() for char in text[: item.start])
