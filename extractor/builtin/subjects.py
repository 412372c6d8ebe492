"""The noun phrase that a clause is about: its subject, or the object of an infinitive."""

from __future__ import annotations

from collections.abc import Sequence

from . import words
from .lexicon import lexicon
from .nodes import Node, parse

_PHRASE_TAGS = frozenset(["cap", "det", "poss", "num", "word"])
_LINKS = frozenset(["of", "for", "in", "on", "at"])
_OPENING = frozenset(["the", "a", "an", "this", "that", "these", "those", "every", "each", "no", "some", "any"])
_LONGEST = 9


def main_phrase(content: str, /) -> str | None:
    """The subject of a clause, the object of "to mend the dam", or a content that is a mere noun phrase; else None."""
    sentences = parse(content)
    if not sentences:
        return None
    nodes = sentences[0].nodes[: sentences[0].end()]
    start = _after_infinitive(nodes) or _after_pronoun(nodes)
    end = _phrase_end(nodes, start, words.PREPOSITIONS - {"to"})
    if end >= len(nodes) or nodes[end].tag not in ("aux", "neg") or start:
        end = _phrase_end(nodes, start, _LINKS)
    if end - start > _LONGEST or not any(_is_telling(node) for node in nodes[start:end]):
        return None
    closed = end == len(nodes) or nodes[end].tag in ("aux", "neg") or _is_finite(nodes[end])
    bare = nodes[0].low in ("a", "an") and nodes[min(end, len(nodes) - 1)].tag in ("prep", "time", "sub")
    if not closed and not bare and not (start and end > start):
        return None
    if not start and end == len(nodes) and nodes[0].tag not in ("det", "poss", "cap"):
        return None
    return content[nodes[start].start : nodes[end - 1].end]


def _after_infinitive(nodes: Sequence[Node], /) -> int:
    """Where the object of "to mend ..." begins; 0 for a content that is no infinitive."""
    if len(nodes) < 3 or nodes[0].low != "to" or nodes[1].tag not in ("word", "aux"):
        return 0
    return 2 if nodes[2].tag in ("det", "poss", "cap", "num", "word") else 0


def _after_pronoun(nodes: Sequence[Node], /) -> int:
    """Where the object of "he needs a tram" begins; 0 where no pronoun opens or no object follows its verb."""
    if nodes[0].tag != "pron":
        return 0
    k = 1
    while k < len(nodes) and nodes[k].tag in ("aux", "adv", "neg"):
        k += 1
    k += 1
    return k if k < len(nodes) and nodes[k - 1].tag == "word" and nodes[k].tag in ("det", "poss", "cap") else 0


def _phrase_end(nodes: Sequence[Node], start: int, links: frozenset[str], /) -> int:
    """Where the noun phrase that starts at ``start`` ends: before a verb, a mark or a second determiner.

    It runs over the prepositions ``links``.
    """
    k = start
    while k < len(nodes):
        node = nodes[k]
        linked = k > start and nodes[k - 1].low in links
        if node.low in links and k > start and k + 1 < len(nodes) and not start:
            k += 1
            continue
        inside = node.tag == "adv" and k > start and nodes[k - 1].tag in ("det", "poss")
        if node.tag not in _PHRASE_TAGS and not inside:
            break
        opens = node.low in _OPENING or (node.tag == "poss" and node.low not in ("'s", "’s"))
        if k > start and (_is_finite(node) or (opens and not linked)):
            break
        k += 1
    while k > start and nodes[k - 1].low in links:
        k -= 1
    return k


def _is_finite(node: Node, /) -> bool:
    readings = lexicon().verbs.get(node.low, ())
    past = any(reading.form == "past" for reading in readings)
    sure = any(reading.form in ("s", "base") and not reading.entry.also_noun for reading in readings)
    return node.tag == "word" and (node.low in words.VERBS or past or sure)


def _is_telling(node: Node, /) -> bool:
    return node.tag in ("cap", "word") and not (node.low in words.UNITS or node.low in words.FUNCTION_WORDS)
