"""Whether the names of a statement occur in its article.

A name is told by its capital letter. A word is known when the article has it, in any letter case, or has a word with
the same stem of four letters and another ending ("Russian", "Russia"), or an acronym that spells it out. A word that
opens a sentence counts as a name only where a name follows, or a verb that asks for a subject. Two known words that the
article has in other full names only ("Boris Yeltsin", "Lyndon Johnson": "Boris Johnson") are an unknown name.

Not checked: scripts without letter case. Checked in part: German, where every noun has a capital (an unknown word
counts beside another name or behind a title), and headlines in title case (unknown words count two in a row).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from extractor.figures.calendar_words import is_calendar_word

from .capitals import Word, has_case, is_title_case, words
from .function_words import COMMON_OPENERS, FUNCTION_WORDS, SINGULAR_VERBS, VERBS
from .name_words import (
    DEGREES,
    GENERATIONS,
    INFLECTED,
    PARTICLES,
    TITLES,
    akin,
    fold,
    fold_text,
    folded_words,
    synonyms,
)

_GAP: Final = 3
"""How far apart the parts of a full name may stand, in words: a middle name, an initial, a nickname."""
_ABSTRACT: Final = tuple(folded_words("ing tion tions sion sions ment ments ness ity ities ism ship ally ance ence"))
_LEFT_OUT: Final = PARTICLES | DEGREES | GENERATIONS
_AND: Final = frozenset({"and", "und", "et", "y", "e", "и", "en", "i", "та"})
_INSIDE: Final = PARTICLES - {"y", "e", "i", "und"}
"""What may stand inside a name."""
_HYPHENS: Final = ("-", "‑", "–")
_CLITICS: Final = frozenset({"m", "ll", "ve", "re", "d", "s", "t"})
_SURNAMES: Final = frozenset(
    {"king", "prince", "pope", "bishop", "judge", "baron", "major", "justice", "marshal", "chief"}
)
"""Titles that are surnames behind a given name."""
_POSSESSIVE: Final = ("'s", "’s")
_PRONOUN_ACRONYMS: Final = frozenset({"us", "who", "it"})
_GERMAN_NOUNS: Final = frozenset(
    {"prozent", "euro", "dollar", "ende", "anfang", "mitte", "uhr", "jahr", "jahre", "jahren", "tage", "tagen"}
    | {"million", "millionen", "milliarde", "milliarden"}
)


class NameIndex:
    """The names of an article, read once.

    ``checkable`` is False when the article's script has no letter case, so that names in running text cannot be told.
    ``full_names`` are the given names and surnames, folded, that stand together in the article.
    """

    def __init__(self, text: str, /, *, language: str | None, start: NameIndex | None = None) -> None:
        """Read a text; ``start`` is the index of the one with which it begins, before a line break."""
        self.checkable = has_case(text)
        self._language = language
        self._inflected = language in INFLECTED
        self._function = FUNCTION_WORDS.get(language or "en", frozenset())
        self._text = f" {' '.join(fold_text(text).split())} "
        self._start = start  # held, so that it can be asked for
        self._words: list[Word] = words(text, language=language, known=start._words if start else ())
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            self._places.setdefault(word.folded, []).append(place)
        self._stems: dict[str, list[str]] = {}
        for folded in self._places:
            self._stems.setdefault(folded[:3], []).append(folded)
        self._capitals = [place for place, word in enumerate(self._words) if word.capital]
        capitals = [self._words[place] for place in self._capitals]
        self._capitalised = Counter(word.folded for word in capitals)
        self._acronyms = {word.folded for word in self._words if word.acronym}
        self._acronyms -= {word.folded for word in capitals if not word.acronym}
        self._initials = _initials(self._words, self._capitals, self._function)
        self._alike: dict[str, frozenset[str]] = {}
        self._given: dict[str, bool] = {}
        self.full_names, self._surnames = self._find_full_names()
        self._givens = {given for given, _ in self.full_names}

    def knows(self, name: str, /) -> bool:
        """True when ``name`` occurs in the article, verbatim but for case and typography, or with other endings.

        In the latter case its words have to stand together; titles, articles and particles may differ.
        """
        folded = " ".join(fold(name).split())
        if not folded.strip("'-. "):
            return False
        if self._occurs(folded):
            return True
        parts = self._parts(name)
        if not parts or not all(self._has_written(word) for word in parts):
            return bool(parts) and "".join(word.folded[0] for word in parts) in self._acronyms and len(parts) > 2
        pairs = pairwise(parts)
        together = all(self._near(self._like(first.folded), self._like(second.folded)) for first, second in pairs)
        return together and not self._is_mixed(parts)

    def unknown_names(self, statement: str, /) -> list[str]:
        """The capitalised names of ``statement`` that the article does not have, verbatim and in order.

        Always empty when the article is not ``checkable``. Months and weekdays are left to the figures.
        """
        if not self.checkable or statement.islower():
            return []
        found = words(statement, language=self._language)
        title_case = is_title_case(found, self._function)
        names = []
        for run in self._runs(found):
            flagged = self._flagged(run, found, title_case=title_case)
            if flagged and title_case:
                run = [place for place in run if flagged[0] <= place <= flagged[-1]]
            if flagged or self._is_mixed([found[place] for place in run]):
                name = statement[found[run[0]].start : found[run[-1]].end]
                names.append(name.removesuffix("'s").removesuffix("’s"))
        return list(dict.fromkeys(names))

    def _parts(self, name: str) -> list[Word]:
        """The words of a name but for titles, articles and particles."""
        found = words(name, language=self._language)
        while len(found) > 1 and found[0].folded in TITLES:
            found = found[1:]
        return [
            word
            for word in found
            if word.folded not in _LEFT_OUT and (word.capital or word.folded not in self._function)
        ]

    def _has_written(self, word: Word) -> bool:
        """True when the article has the word, with a capital somewhere if it has one here."""
        like = self._like(word.folded)
        return bool(like) and not (word.capital and all(self._is_always_small(other) for other in like))

    def _runs(self, found: Sequence[Word]) -> list[list[int]]:
        """Capitalised words in a row that may be a name, by their places; lower-case particles may stand between."""
        runs: list[list[int]] = []
        for place, word in enumerate(found):
            run = runs[-1] if runs else []
            follows = bool(run) and run[-1] == place - 1 and word.joined and not word.opens
            follows = follows and not found[place - 1].text.endswith(_POSSESSIVE)
            if follows and word.folded in _INSIDE:
                run.append(place)
            elif not word.capital or (self._is_filler(word) and not (follows and word.folded in _SURNAMES)):
                continue
            elif follows:
                run.append(place)
            else:
                runs.append([place])
        trimmed = [_without_particles(run, found) for run in runs]
        return [run for run in trimmed if any(len(found[place].folded) > 1 for place in run)]

    def _flagged(self, run: Sequence[int], found: Sequence[Word], *, title_case: bool) -> list[int]:
        """The places of a run where a name stands that the article does not have."""
        told = self._told_otherwise([found[place] for place in run])
        unknown = [
            place
            for place, other in zip(run, told, strict=True)
            if not other and self._is_unknown(found[place], strict=not title_case)
        ]
        if not unknown:
            return []
        if title_case:
            return self._in_headline(run, unknown, found)
        if self._language == "de":
            return unknown if self._is_german_name(run, unknown, found) else []
        first = unknown[0]
        if not found[first].opens or first != run[0]:
            return unknown
        if found[first].folded in COMMON_OPENERS:
            return unknown[1:]
        if len(run) == 1:
            return unknown if self._is_subject(first, found) else []
        abstract = found[first].folded.endswith(_ABSTRACT) and len(unknown) == 1
        return [] if abstract else unknown

    def _is_unknown(self, word: Word, *, strict: bool) -> bool:
        """True for a capitalised word that the article does not have.

        ``strict``: inside a sentence a small word of the article proves itself and its plural, not what is derived from
        it ("park", "Parker").
        """
        if not word.capital or len(word.folded) < 2 or word.folded in _INSIDE:
            return False
        like = self._like(word.folded)
        if not strict or self._inflected or self._language == "de":
            return not like
        if word.acronym and word.folded not in self._initials and self._is_always_small(word.folded):
            return not like - {word.folded}  # US is not us
        if word.opens:
            return not like
        return not any(_is_plural(word.folded, other) or not self._is_always_small(other) for other in like)

    def _is_filler(self, word: Word) -> bool:
        """True for a word that is no name by itself: function words, titles, months."""
        head, _, tail = word.folded.partition("'")
        return (
            (word.folded in self._function and not (word.acronym and word.folded in _PRONOUN_ACRONYMS))
            or (head in self._function and tail in _CLITICS)
            or word.folded in TITLES
            or word.folded in DEGREES
            or word.folded in GENERATIONS
            or is_calendar_word(word.text, language=self._language, short=word.dated)
        )

    def _in_headline(self, run: Sequence[int], unknown: Sequence[int], found: Sequence[Word]) -> list[int]:
        """The places of a headline's unknown words beside each other, before a surname or behind a given name."""
        verbs = VERBS.get(self._language or "en", frozenset())
        nouns = [place for place in unknown if found[place].folded not in verbs]
        names: list[int] = []
        for place in nouns:
            before, behind = place - 1 in run, place + 1 in run
            if before and self._like(found[place - 1].folded) & self._givens:
                names += [place - 1, place]
            elif behind and self._like(found[place + 1].folded) & self._surnames:
                names += [place, place + 1]
            elif place - 1 in nouns or place + 1 in nouns:
                names.append(place)
        return sorted(set(names))

    def _is_subject(self, place: int, found: Sequence[Word]) -> bool:
        """True when what follows makes a name of a single unknown word that opens a sentence."""
        word, following = found[place], found[place + 1] if place + 1 < len(found) else None
        if word.folded.endswith(_ABSTRACT):
            return False
        if word.text.endswith(_POSSESSIVE) or word.acronym:
            return True
        if following is None:
            return False
        if following.gap.startswith(",") or following.folded in _AND:
            return self._language in (None, "en") and not word.folded.endswith(("ly", "ed"))
        verbs = VERBS.get(self._language or "en", frozenset())
        plural = word.folded.endswith("s") and self._language in (None, "en")
        return following.folded in (SINGULAR_VERBS if plural else verbs)

    def _is_german_name(self, run: Sequence[int], unknown: Sequence[int], found: Sequence[Word]) -> bool:
        nouns = [place for place in unknown if not self._is_german_noun(found[place].folded)]
        if not nouns:
            return False
        if len(run) > 1:
            adjective = found[run[0]].opens and nouns == [run[0]]
            return not (adjective and found[run[0]].folded.endswith(("e", "er", "es", "en", "em")))
        before = found[run[0] - 1] if run[0] else None
        return before is not None and found[run[0]].joined and before.folded in TITLES

    def _is_german_noun(self, folded: str) -> bool:
        """True for measures and for compounds with a word of the article."""
        parts = range(4, len(folded) - 3)
        return folded in _GERMAN_NOUNS or any(
            folded[:cut] in self._places or folded[cut:] in self._places for cut in parts
        )

    def _told_otherwise(self, run: Sequence[Word]) -> list[bool]:
        """Which words of a run spell out an acronym of the article, or are a longer name of a country that it has."""
        told = [False] * len(run)
        for place, (first, second) in enumerate(pairwise(run)):
            pair = f"{first.folded} {second.folded}"
            if synonyms(pair) and self._like(pair):
                told[place : place + 2] = [True, True]
        initials = "".join(word.folded[0] for word in run)
        for acronym in self._acronyms:
            if len(acronym) > 2 and (start := initials.find(acronym)) >= 0:
                told[start : start + len(acronym)] = [True] * len(acronym)
        return told

    def _is_mixed(self, run: Sequence[Word]) -> bool:
        """True when neighbours in a run are the given name and the surname of different people in the article."""
        for first, second in pairwise(run):
            givens, surnames = self._like(first.folded) & self._givens, self._like(second.folded) & self._surnames
            if givens and surnames and not self._in_full(self._like(first.folded), self._like(second.folded)):
                return True
        return False

    def _occurs(self, folded: str) -> bool:
        """True when a folded text stands in the article, at word edges where the script has spaces."""
        if not has_case(folded):
            return folded in self._text
        place = self._text.find(folded)
        while place >= 0:
            before, after = self._text[place - 1 : place], self._text[place + len(folded) : place + len(folded) + 1]
            if not (_is_wordlike(before) or _is_wordlike(after)):
                return True
            place = self._text.find(folded, place + 1)
        return False

    def _like(self, folded: str) -> frozenset[str]:
        """The words of the article that are this word, but for endings, or stand for it."""
        if folded not in self._alike:
            stems = self._stems.get(folded[:3], ()) if len(folded) > 2 else ()
            found = {other for other in stems if akin(folded, other, inflected=self._inflected)}
            found |= {other for other in synonyms(folded) if self._has_synonym(other)}
            if folded in self._places or folded in self._initials:
                found.add(folded)
            self._alike[folded] = frozenset(found)
        return self._alike[folded]

    def _has_synonym(self, other: str) -> bool:
        """True when the article has a country's other name; a short one has to be an acronym there ("US", not "us")."""
        if " " in other:
            return f" {other} " in self._text
        return other in self._acronyms if len(other) < 4 else other in self._places

    def _near(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """True when words of both sets stand close together somewhere in the article."""
        starts = [place for word in first for place in self._places.get(word, ())]
        places = sorted(place for word in second for place in self._places.get(word, ()))
        for place in starts:
            after = bisect_left(places, place - _GAP - 1)
            if after < len(places) and places[after] <= place + _GAP + 1:
                return True
        return not starts or not places

    def _in_full(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """True when words of both sets are parts of one full name somewhere in the article."""
        ends = {place for word in second for place in self._places.get(word, ())}
        for start in (place for word in first for place in self._places.get(word, ())):
            for place in range(start + 1, min(start + _GAP + 2, len(self._words))):
                word = self._words[place]
                if "," in word.gap or word.opens or not (word.capital or word.folded in PARTICLES):
                    break
                if place in ends:
                    return True
        return not ends

    def _find_full_names(self) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
        """The full names of people in the article, and all surnames, also behind a title."""
        pairs, surnames = set(), set()
        for place in self._capitals:
            second = self._words[place]
            behind = place and second.joined and not second.opens and second.gap not in _HYPHENS
            if not behind or self._is_filler(second):
                continue
            first = self._words[place - 1]
            given = first.capital and not self._is_filler(first) and self._is_given(first.folded)
            if (given or first.folded in TITLES) and self._is_never_small(second.folded):
                surnames.add(second.folded)
            if given:
                pairs.add((first.folded, second.folded))
        return frozenset(pairs), frozenset(surnames)

    def _is_always_small(self, folded: str) -> bool:
        return folded in self._places and folded not in self._capitalised

    def _is_never_small(self, folded: str) -> bool:
        return self._capitalised[folded] == len(self._places[folded])

    def _is_given(self, folded: str) -> bool:
        """True when a word is never small and never stands before a noun: only before names, verbs and punctuation."""
        if folded not in self._given:
            verbs = self._function | VERBS.get(self._language or "en", frozenset())
            places = self._places[folded]
            nexts = [self._words[place + 1] for place in places if place + 1 < len(self._words)]
            is_verb = folded in verbs or (len(folded) > 5 and folded.endswith(("ing", "ed")))
            self._given[folded] = (len(folded) > 1 and not is_verb and self._is_never_small(folded)) and all(
                word.capital or word.gap != " " or word.folded in verbs or word.folded.endswith("ed") for word in nexts
            )
        return self._given[folded]


def _is_wordlike(char: str) -> bool:
    return char == "_" or char.isalnum()


def _is_plural(first: str, second: str) -> bool:
    """True when two folded words are the same, or one is the plural of the other."""
    short, long = sorted((first, second), key=len)
    return long in (short, f"{short}s", f"{short}es", f"{short.removesuffix('y')}ies")


def _without_particles(run: list[int], found: Sequence[Word]) -> list[int]:
    """A run without the particles at its end."""
    end = len(run)
    while end > 1 and found[run[end - 1]].folded in _INSIDE:
        end -= 1
    return run[:end]


def _initials(found: Sequence[Word], capitals: Sequence[int], function: frozenset[str]) -> frozenset[str]:
    """The acronyms that capitalised words in a row would make, function words between them counted or not."""
    acronyms = set()
    for place in capitals:
        every = names = found[place].folded[:1]
        for following in found[place + 1 : place + 7]:
            if not following.joined or following.opens or not (following.capital or following.folded in function):
                break
            every += following.folded[:1]
            if following.capital:
                names += following.folded[:1]
                acronyms |= {every, names}
    return frozenset(acronyms)
