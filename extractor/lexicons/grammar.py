"""The patterns of a horizon lexicon: rules by section, and one expression that finds any phrase.

A rule is compiled when there is a text that has what the rule needs: most are never needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import regex

from . import load
from .numbers import number_pattern, number_words
from .outlines import FIGURES, Outline, outline

_YEAR: Final = r"(?<!\d)(?:19|20|21)\d\d(?!\d)"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_PLACEHOLDER: Final = regex.compile(r"\{([a-z_]+)(\d?)\}")
_GROUP: Final = regex.compile(r"\(\?P<\w+>")
_BEGINNING: Final = regex.compile(r"(?<!\w)(?:\d|\.\d|[^\W\d]\w{0,2})")
_CALLED: Final = frozenset({"month", "weekday", "feast", "number", "unit", "season", "offset", "period"})
_LETTERS: Final = 3  # of a word, that tell whether a phrase may begin with it


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule matched: its name, the matched text, and the groups (vocabulary words as their values)."""

    rule: str
    text: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, its regular expression, and what a text must have for it."""

    name: str
    expression: str
    outline: Outline

    def pattern_for(self, text: str, /, *, whole: bool = True) -> regex.Pattern[str] | None:
        """The rule compiled, unless nothing in ``text`` (with ``whole``: nothing that begins it) can match."""
        return _compiled(self.expression) if self.outline.fits(text, whole=whole) else None


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one section of the file, in its order."""

    rules: tuple[Rule, ...]
    vocabulary: Mapping[str, Mapping[str, str]]

    def hits(self, text: str, /) -> Iterator[Hit]:
        """Every rule that matches the whole of ``text`` (folded, single spaces)."""
        for rule in self.rules:
            if (pattern := rule.pattern_for(text)) and (match := pattern.fullmatch(text)):
                yield Hit(rule.name, text, self._values(match))

    def openings(self, text: str, /) -> Iterator[tuple[str, str]]:
        """Every rule that matches the beginning of folded ``text``, with the rest of the text."""
        for rule in self.rules:
            if (pattern := rule.pattern_for(text)) and (match := pattern.match(text)):
                yield rule.name, text[match.end() :]

    def closings(self, text: str, /) -> Iterator[tuple[str, str]]:
        """Every rule that matches the end of folded ``text``, with the text before it."""
        for rule in self.rules:
            if (pattern := rule.pattern_for(text, whole=False)) and (match := pattern.search(text)):
                yield rule.name, text[: match.start()]

    def _values(self, match: regex.Match[str]) -> dict[str, str]:
        found = {name: text for name, text in match.groupdict().items() if text is not None}
        return {name: self.vocabulary.get(name, {}).get(text, text) for name, text in found.items()}


@dataclass(frozen=True, slots=True)
class Grammar:
    """A compiled horizon lexicon."""

    points: Section
    edged: Section
    edges: Section
    frames: Section
    tails: Section
    range_prefix: regex.Pattern[str]
    range_connector: regex.Pattern[str]
    spans: Section
    open: Section


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds phrases: an expression that matches any, and how words begin that a phrase can begin with."""

    phrase: regex.Pattern[str]
    starts: frozenset[str]

    def finditer(self, text: str, /) -> Iterator[regex.Match[str]]:
        """The phrases in folded, squeezed ``text``, leftmost and longest."""
        end = 0
        for word in _BEGINNING.finditer(text):
            if word.start() < end or not (word[0] in self.starts or word[0][0] in FIGURES):
                continue
            if match := self.phrase.match(text, word.start()):
                end = match.end()
                yield match


@cache
def grammar(language: str, /) -> Grammar:
    """The grammar of "en" or "ru", read on first use."""
    return _Compiler(load("horizon", language), language).grammar()


@cache
def finder(language: str, /) -> Finder:
    """What finds any phrase of "en" or "ru", compiled on first use."""
    finding = _Finding(load("horizon", language), language)
    return Finder(regex.compile(finding.anything(), regex.POSIX), finding.starts())


@cache
def _compiled(expression: str, /) -> regex.Pattern[str]:
    return regex.compile(expression)


class _Compiler:
    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        self._data = data
        self._language = language
        self._number = number_pattern(language)
        self._vocabulary = {
            name: {form: value for value, forms in entries.items() for form in forms}
            for name, entries in data["words"].items()
        }

    def grammar(self) -> Grammar:
        return Grammar(
            points=self._section("anchored", "framed", "event"),
            edged=self._section("anchored", "framed", "edged"),
            edges=self._section("edge"),
            frames=self._section("frame", "bare_frame", after=" "),
            tails=self._section("tail", after="$"),
            range_prefix=regex.compile(self._data["range"]["prefix"]),
            range_connector=regex.compile(self._data["range"]["connector"]),
            spans=self._section("span"),
            open=self._section("open"),
        )

    def _section(self, *names: str, after: str = "") -> Section:
        patterns = (found for name in names for found in self._patterns(name))
        return Section(tuple(self._rule(name, pattern, after) for name, pattern in patterns), self._vocabulary)

    def _rule(self, name: str, pattern: str, after: str) -> Rule:
        return Rule(name, self._expand(pattern) + after, outline(self._without_macros(pattern), self._known))

    def _patterns(self, section: str) -> Iterator[tuple[str, str]]:
        for rule, patterns in self._data.get(section, {}).items():
            yield from ((rule, pattern) for pattern in patterns)

    def _expand(self, pattern: str) -> str:
        """A pattern of the file as a regular expression: one named group for each placeholder."""
        return _PLACEHOLDER.sub(self._group, self._without_macros(pattern))

    def _without_macros(self, pattern: str) -> str:
        for name, macro in self._data["macros"].items():
            pattern = pattern.replace("{" + name + "}", macro)
        return pattern

    def _known(self, name: str) -> frozenset[str] | None:
        """What a placeholder can stand for, or how that begins."""
        if name in ("year", "day"):
            return FIGURES
        if name == "number":
            return FIGURES | number_words(self._language)
        return frozenset(self._vocabulary[name]) if name in self._vocabulary else None

    def _group(self, placeholder: regex.Match[str]) -> str:
        name, twin = placeholder.groups()
        if name == "stop":
            return rf"(?! (?!(?:{self._data['stop']})(?!\w))[^\W\d_])"
        inner = {"year": _YEAR, "day": _DAY, "number": self._number}.get(name) or self._forms(name)
        return rf"(?P<{name}{twin}>{inner})"

    def _forms(self, vocabulary: str) -> str:
        forms = sorted(self._vocabulary[vocabulary], key=len, reverse=True)
        return rf"(?<!\w)(?:{'|'.join(map(regex.escape, forms))})(?!\w)"


class _Finding(_Compiler):
    """The expression that finds any phrase.

    A list or section that stands in several places is a group that is called, which makes the expression small: spelt
    out, it took half a second to compile. Since calls are slow, the first letter is looked at before a list is called.
    """

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        super().__init__(data, language)
        self._called: dict[str, str] = {}

    def starts(self) -> frozenset[str]:
        """How words begin, in three letters at most, that a phrase can begin with."""
        forms = (form for forms in self._vocabulary.values() for form in forms)
        words = (*forms, *number_words(self._language), *self._data["starts"].split())
        return frozenset(word[:_LETTERS].split(" ")[0] for word in words)

    def _group(self, placeholder: regex.Match[str]) -> str:
        name = placeholder[1]
        if name not in _CALLED:
            return super()._group(placeholder)
        self._called[name] = self._number if name == "number" else self._forms(name)
        first = "".join(sorted({form[0] for form in self._known(name) or ()}))
        return f"(?=[{regex.escape(first)}])(?&{name})"

    def _any(self, *sections: str) -> str:
        """Any pattern of the sections, without named groups."""
        name = f"any_{'_'.join(sections)}"
        patterns = [self._expand(pattern) for section in sections for _, pattern in self._patterns(section)]
        self._called[name] = _GROUP.sub("(?:", "|".join(patterns or ["(?!)"]))
        return f"(?&{name})"

    def anything(self) -> str:
        """Any phrase."""
        edge, frame, tail = self._any("edge"), self._any("frame"), self._any("tail")
        anchored, framed, edged = self._any("anchored"), self._any("framed"), self._any("edged")
        point = f"{edge}?(?:{anchored}|{framed}|(?<= ){edged})"
        prefix, connector = (_GROUP.sub("(?:", self._data["range"][name]) for name in ("prefix", "connector"))
        later = "|".join(self._data["frame"]["later"])
        closed = "|".join(self._data["tail"].get("later", ())) or "(?!)"
        # "(?(f)x|(?!))" is x after a frame only, "(?(e)x|y)" is x after an edge: each list is compiled once.
        named = f"(?P<e>{edge})?(?:{anchored}|(?(e)(?:{framed}|{edged})|(?(f){framed}|(?!)))){tail}?"
        framed_only = f"{self._any('event')}|{edged}(?:{closed})"
        ways = (
            self._any("span"),
            self._any("open"),
            f"(?:{prefix})?{point}{connector}{point}",
            f"(?P<f>{frame} )?(?:{named}|(?(f)(?:{framed_only})|(?!)))",
            f"(?:{later}) {edged}{tail}?",
        )
        called = "".join(f"(?P<{name}>{expression})" for name, expression in self._called.items())
        return rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)(?!'s)(?(DEFINE){called})"
