"""The patterns of a horizon lexicon, compiled: rules by section, and one expression that finds any phrase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import regex

from . import load
from .numbers import number_pattern

_YEAR: Final = r"(?<!\d)(?:19|20|21)\d\d(?!\d)"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_PLACEHOLDER: Final = regex.compile(r"\{([a-z_]+)(\d?)\}")
_GROUP: Final = regex.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule matched: its name, the matched text, and the groups (vocabulary words as their values)."""

    rule: str
    text: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one section of the file, in its order."""

    rules: tuple[tuple[str, regex.Pattern[str]], ...]
    vocabulary: Mapping[str, Mapping[str, str]]

    def hits(self, text: str, /) -> Iterator[Hit]:
        """Every rule that matches the whole of ``text`` (folded, single spaces)."""
        for name, pattern in self.rules:
            if match := pattern.fullmatch(text):
                yield Hit(name, text, self._values(match))

    def openings(self, text: str, /) -> Iterator[tuple[str, str]]:
        """Every rule that matches the beginning of folded ``text``, with the rest of the text."""
        for name, pattern in self.rules:
            if match := pattern.match(text):
                yield name, text[match.end() :]

    def closings(self, text: str, /) -> Iterator[tuple[str, str]]:
        """Every rule that matches the end of folded ``text``, with the text before it."""
        for name, pattern in self.rules:
            if match := pattern.search(text):
                yield name, text[: match.start()]

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


@cache
def grammar(language: str, /) -> Grammar:
    """The grammar of "en" or "ru", compiled on first use."""
    return _Compiler(load("horizon", language), language).grammar()


@cache
def finder(language: str, /) -> regex.Pattern[str]:
    """An expression that finds any phrase in folded, squeezed text, leftmost and longest; compiled on first use."""
    return regex.compile(_Compiler(load("horizon", language), language).anything(), regex.POSIX)


class _Compiler:
    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        self._data = data
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
        compiled = tuple((rule, regex.compile(self._expand(pattern) + after)) for rule, pattern in patterns)
        return Section(compiled, self._vocabulary)

    def _patterns(self, section: str) -> Iterator[tuple[str, str]]:
        for rule, patterns in self._data.get(section, {}).items():
            yield from ((rule, pattern) for pattern in patterns)

    def _expand(self, pattern: str) -> str:
        """A pattern of the file as a regular expression: one named group for each placeholder."""
        for name, macro in self._data["macros"].items():
            pattern = pattern.replace("{" + name + "}", macro)
        return _PLACEHOLDER.sub(self._group, pattern)

    def _group(self, placeholder: regex.Match[str]) -> str:
        name, twin = placeholder.groups()
        if name == "stop":
            return rf"(?! (?!(?:{self._data['stop']})(?!\w))[^\W\d_])"
        inner = {"year": _YEAR, "day": _DAY, "number": self._number}.get(name) or self._forms(name)
        return rf"(?P<{name}{twin}>{inner})"

    def _forms(self, vocabulary: str) -> str:
        forms = sorted(self._vocabulary[vocabulary], key=len, reverse=True)
        return rf"(?<!\w)(?:{'|'.join(map(regex.escape, forms))})(?!\w)"

    def _any(self, *sections: str) -> str:
        """Any pattern of the sections, without named groups."""
        patterns = [self._expand(pattern) for section in sections for _, pattern in self._patterns(section)]
        return _GROUP.sub("(?:", f"(?:{'|'.join(patterns or ['(?!)'])})")

    def anything(self) -> str:
        """Any phrase. Spelt out: subroutine calls would make it small, and ten times as slow."""
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
        return rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)(?!'s)"
