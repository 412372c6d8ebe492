"""What a text must have for a pattern to match it: told from the pattern, without compiling it.

Most rules of a lexicon are about other words than those at hand, and looking for a few letters is some hundred times
cheaper than compiling a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

FIGURES: Final = frozenset("0123456789.")
"""The characters with which a number in digits begins."""

Forms = Callable[[str], frozenset[str] | None]
"""Gives what a placeholder can stand for, or how that begins; None when it cannot be told."""

_ELEMENT: Final = re.compile(
    r"\{(?P<name>[a-z_]+)\d?\}|(?P<group>\((?:\?:|\?P<\w+>))|(?P<digit>\\d)|(?P<letter>[\w' -]+(?![?*+{])|[\w' -])"
    r"|(?P<other>\((?=\?)|\[[^\]]*\]|\\.|.)"
)
_MARK: Final = re.compile(r"\\.|\[[^\]]*\]|[()|]")
_QUANTIFIER: Final = re.compile(r"(?P<optional>[?*]|\{0)?[+?*]?(?:\{?[\d,]*\})?\??")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text must have: one of ``begins`` to begin with (None: anything does), and one of each of ``needs``."""

    begins: frozenset[str] | None
    needs: tuple[frozenset[str], ...]

    def fits(self, text: str, /, *, whole: bool = True) -> bool:
        """False when the pattern cannot match; unless ``whole`` the match may begin anywhere."""
        if whole and text and self.begins is not None and text[0] not in self.begins:
            return False
        return all(any(form in text for form in forms) for forms in self.needs)


@dataclass(frozen=True, slots=True)
class _Element:
    kind: str
    text: str
    optional: bool


def outline(pattern: str, forms: Forms, /) -> Outline:
    """The outline of a pattern of a lexicon, its macros replaced."""
    return Outline(_begins(pattern, forms), tuple(_needs(pattern, forms)))


def _begins(pattern: str, forms: Forms) -> frozenset[str] | None:
    found: set[str] = set()
    for part in _alternatives(pattern):
        for element in _elements(part):
            first = _first(element, forms)
            if first is None:
                return None
            found |= first
            if not element.optional:
                break
        else:
            return None
    return frozenset(found)


def _first(element: _Element, forms: Forms) -> frozenset[str] | None:
    if element.kind == "group":
        return _begins(element.text, forms)
    if element.kind == "name":
        known = forms(element.text)
        return known and frozenset(form[0] for form in known)
    return {"digit": FIGURES, "letter": frozenset(element.text[:1])}.get(element.kind)


def _needs(pattern: str, forms: Forms) -> list[frozenset[str]]:
    """One of each set must be in the text; of a choice, one of any of its parts."""
    parts = [_needs_all(part, forms) for part in _alternatives(pattern)]
    if len(parts) == 1:
        return parts[0]
    return [frozenset().union(*(part[0] for part in parts))] if all(parts) else []


def _needs_all(pattern: str, forms: Forms) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    run = ""
    for element in (*_elements(pattern), _Element("end", "", False)):
        if element.kind == "letter" and not element.optional:
            run += element.text
            continue
        if len(run) > 1:
            found.append(frozenset({run}))
        run = ""
        if element.kind == "group" and not element.optional:
            found += _needs(element.text, forms)
        if element.kind == "name" and not element.optional and (known := forms(element.text)):
            found.append(known)
    return found


def _elements(pattern: str) -> Iterator[_Element]:
    """The elements of a pattern without alternatives, in order."""
    at = 0
    while match := _ELEMENT.match(pattern, at):
        kind, end = str(match.lastgroup), match.end()
        text = match["name"] or match[0]
        if kind == "group" or match[0] == "(":
            end = _closing(pattern, end)
            text = pattern[match.end() : end - 1]
        following = _QUANTIFIER.match(pattern, end)
        assert following is not None
        yield _Element(kind, text, bool(following["optional"]))
        if following.end() > end and not following["optional"]:
            yield _Element("other", "", True)
        at = following.end()


def _alternatives(pattern: str) -> Sequence[str]:
    """The parts of a pattern between the bars that stand in no group."""
    if "|" not in pattern:
        return (pattern,)
    bars = [at for at, depth in _depths(pattern, 0) if depth == 0 and pattern[at] == "|"]
    return [pattern[start + 1 : end] for start, end in zip([-1, *bars], [*bars, len(pattern)], strict=True)]


def _closing(pattern: str, start: int) -> int:
    """The end of the group whose inside begins at ``start``."""
    return next(at + 1 for at, depth in _depths(pattern, start) if depth < 0)


def _depths(pattern: str, start: int) -> Iterator[tuple[int, int]]:
    """Where bars and parentheses stand from ``start`` on, and how many groups are open after each."""
    depth = 0
    for mark in _MARK.finditer(pattern, start):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if len(mark[0]) == 1:
            yield mark.start(), depth
