"""Roles and affiliations in the article's words: what stands before a name and in the apposition after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import nouns, words
from .lexicon import lexicon
from .names import Run, person_in, runs
from .nodes import Node
from .words import wordset

_LONGEST = 24
_TITLE_OF_A_WORK = 8
_COURTESY = wordset("mr mr. mrs mrs. ms ms. miss dr dr. sir lady")
_NO_ROLES = _COURTESY | wordset("former state foreign finance interior treasury defense defence first vice prime st")
_LEADING = wordset("the a an his her their its our my 's ’s")
_BREAKS = wordset("who whose which and but while as when after in on during")
_AFFILIATED = re.compile(
    r"\b(?:at|with|for|from|director of|head of|president of|chair(?:man|woman)? of|chief of|member of|leader of"
    r"|founder of|editor of|secretary of|minister of|dean of|spokes(?:man|woman|person) of|professor of \w+ at)\s+"
    r"((?:the\s+)?[A-Z][\w.’'-]*(?:\s+(?:of|for|and|the|on|in)(?=\s+[A-Z])|\s+[A-Z&][\w.’'-]*)*)"
)


def prenominal(nodes: Sequence[Node], first: int, person: Run, text: str, /) -> str | None:
    """The title or profession before a name: 'Finance Minister' of 'Finance Minister Jane Doe'."""
    start = first
    while start < person.first and (nodes[start].low in _LEADING or nodes[start].tag in ("adv", "cc", "num")):
        start += 1
    end = person.first
    while start < end and nodes[start].low in _COURTESY:
        start += 1
    while end > start and nodes[end - 1].low in _COURTESY:
        end -= 1
    if start >= end or not any(_is_role(nodes, k) for k in range(start, end)):
        return None
    return text[nodes[start].start : nodes[end - 1].end]


def apposition(nodes: Sequence[Node], k: int, text: str, /) -> str | None:
    """The role in commas after a name: 'a historian at Leeds' of 'Jane Doe, a historian at Leeds, said'."""
    if k + 1 < len(nodes) and nodes[k].low == "(":
        k = next((x + 1 for x in range(k, min(k + 6, len(nodes))) if nodes[x].low == ")"), k)
    if k + 1 < len(nodes) and nodes[k].low == "," and nodes[k + 1].tag == "num":
        k += 2
    if k + 2 >= len(nodes) or nodes[k].low not in (",", "—", "–") or not _opens_role(nodes, k + 1):
        return None
    end = _role_end(nodes, k + 1)
    return text[nodes[k + 1].start : nodes[end - 1].end] if end > k + 1 else None


def _opens_role(nodes: Sequence[Node], k: int, /) -> bool:
    node = nodes[k]
    if node.low in _BREAKS or node.low.endswith("ing"):
        return False
    person = next(runs(nodes, first=k, after=min(k + 6, len(nodes))), None)
    if person is not None and _is_person(nodes, person):
        return False
    if node.tag in ("det", "poss"):
        return node.low not in ("that", "this", "those", "these", "all", "some", "each")
    return any(_is_role(nodes, x) for x in range(k, min(k + 5, len(nodes))))


def _is_role(nodes: Sequence[Node], k: int, /) -> bool:
    """True for a word that names an office or a profession, not one that owns something ("a brother's pain")."""
    low = nodes[k].low.rstrip(".")
    owned = k + 1 < len(nodes) and nodes[k + 1].low in ("'s", "’s")
    return (low in nouns.PERSONS or low in words.TITLES - _NO_ROLES) and not owned


def _role_end(nodes: Sequence[Node], first: int, /) -> int:
    for k in range(first, min(len(nodes), first + _LONGEST)):
        node = nodes[k]
        if node.low in (";", ":", "—", "–", "(", ".", "--") or node.low in ("who", "whose", "which"):
            return k - 1 if nodes[k - 1].low == "," else k
        if node.tag == "quote":
            if node.words > _TITLE_OF_A_WORK:
                return first
            if node.text[-2:-1] == ",":
                return k + 1
        if node.low == "," and not _goes_on(nodes, k + 1):
            return k
        if node.tag in ("aux", "pron") or node.low in words.VERBS or _is_past(node):
            return first
    return min(len(nodes), first + _LONGEST)


def _is_past(node: Node, /) -> bool:
    readings = lexicon().verbs.get(node.low, ())
    return (
        node.tag == "word"
        and node.low not in ("based", "named")
        and any(reading.form == "past" for reading in readings)
    )


def _is_person(nodes: Sequence[Node], run: Run, /) -> bool:
    """True for another person's name, titled or in full: a list of people, no role."""
    person = person_in(nodes, run)
    owned = run.after < len(nodes) and nodes[run.after].low in ("'s", "’s")
    return person is not None and person.after - person.first > 1 and not owned


def _goes_on(nodes: Sequence[Node], k: int, /) -> bool:
    """True when the comma is inside the role: 'director of research, and an expert on'."""
    return k + 1 < len(nodes) and nodes[k].low == "and" and nodes[k + 1].low in ("a", "an", "the")


def affiliation(role: str | None, /) -> str | None:
    """The organization that a role names, None when it names none."""
    found = _AFFILIATED.search(role or "")
    return re.sub(r"[’']s?$", "", found.group(1)) if found else None
