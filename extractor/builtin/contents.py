"""Contents: what a cue attributes, by where it stands in the sentence."""

from __future__ import annotations

from collections.abc import Sequence

from . import words
from .cues import Cue
from .found import Place, Range
from .nodes import Node
from .phrases import ends_with_comma, object_end, subject_left
from .words import wordset

_SENTENCE_MARKS = frozenset([".", "!", "?"])
_LEADING = wordset(
    "while when after before since if although though as because whereas once until unless whenever where"
)
_TIME_ADJECTIVES = wordset("last this earlier late early")
_AFTER_ADDRESSEE = words.QUESTION_WORDS | {"to", ",", ":"}
_BREAKS = words.COMMAS | {"-"}
_BEFORE_CONTENT = _BREAKS | {":"}
_LOOSE_ENDS = _BREAKS | {";", "(", "and", "but"}
UTTERANCE = 4
"""Words from which on a quotation is taken for speech rather than for a single phrase."""


def right_content(place: Place, subject: Range | None, /) -> Range | None:
    """What follows the cue, up to where the clause ends or the next attribution of the sentence takes over."""
    nodes, cue = place.nodes, place.cue
    t = _skip_to_content(nodes, cue, cue.tail, place.high)
    relative = subject is not None and nodes[subject[0]].low in words.RELATIVES
    if relative and any(node.low == "," for node in nodes[cue.tail : t]):
        return None
    high = _clause_high(place, subject, t)
    if t < high and nodes[t].tag == "cc":
        return None
    end = content_end(nodes, cue, t, high, place.cues)
    while end > t and nodes[end - 1].low in _LOOSE_ENDS:
        end -= 1
    return (t, end) if end > t else None


def _clause_high(place: Place, subject: Range | None, t: int, /) -> int:
    """Where a clause before the main one ('While Roe backs it, ...') or beside it (', who said ...,') closes."""
    nodes = place.nodes
    if subject is None or not subject[0]:
        return place.high
    before = nodes[subject[0] - 1]
    if before.low == "what" and t < place.high and nodes[t].tag == "quote":
        return t + 1
    opens = before.low in _LEADING and (subject[0] == 1 or nodes[subject[0] - 2].tag in ("punct", "adv", "cc"))
    closes = opens or _is_beside(nodes, subject)
    return _next_comma(nodes, t + 1, place.high) if closes else place.high


def _is_beside(nodes: Sequence[Node], subject: Range, /) -> bool:
    """True for the "who" of ', who advises the trust,': its clause ends at the next comma."""
    first = subject[0]
    return first > 0 and nodes[first].low in ("who", "which") and nodes[first - 1].low == ","


def _next_comma(nodes: Sequence[Node], t: int, high: int, /) -> int:
    """Where the clause from ``t`` ends at a comma, which may stand inside a closing quotation mark."""
    for k in range(t, high):
        if nodes[k].low == ",":
            return k
        if ends_with_comma(nodes[k]):
            return k + 1
    return high


def _skip_to_content(nodes: Sequence[Node], cue: Cue, t: int, high: int, /) -> int:
    """Past the addressee, past "on Tuesday" and past the comma or colon before the content."""
    if "o" in cue.entry.frames and cue.voice != "passive" and cue.last == cue.head:
        after = object_end(nodes, t, high)
        starts = after < high and _starts_content(nodes[after], addressed=after > t)
        if starts and not _is_destination(nodes, after, high):
            t = after
    t = skip_adverbials(nodes, t, high)
    while t < high and nodes[t].low in _BEFORE_CONTENT:
        t += 1
    return t


def _is_destination(nodes: Sequence[Node], t: int, high: int, /) -> bool:
    """True for 'to' before a noun phrase: 'promised a tram | to the harbour' has no addressee before "to"."""
    return nodes[t].low == "to" and t + 1 < high and nodes[t + 1].tag in ("det", "poss", "cap", "num", "pron")


def _starts_content(node: Node, /, *, addressed: bool) -> bool:
    """True when a content can start with the node after an addressee ("told voters | that")."""
    if node.low in _AFTER_ADDRESSEE or node.tag in ("quote", "pron"):
        return True
    return addressed and node.tag in ("cap", "det", "poss", "prep", "time")


def skip_adverbials(nodes: Sequence[Node], t: int, high: int, /) -> int:
    """Past "on Tuesday", "in an interview with ..." where a clause, a quotation or a colon comes after it."""
    k = t
    while k < high and (nodes[k].tag in ("adv", "time") or nodes[k].low in ("last", "early", "late")):
        k += 1
    if k < high and nodes[k].tag == "prep" and nodes[k].low not in ("of", "than", "like"):
        opening = next((x for x in range(k + 1, min(high, k + 16)) if _opens_content(nodes, x)), None)
        if opening is not None:
            return opening
    return k if t < k < high else t


def _opens_content(nodes: Sequence[Node], x: int, /) -> bool:
    """True for "that", a colon, and a quotation that is no part of a phrase."""
    node, before = nodes[x], nodes[x - 1]
    if node.tag != "quote":
        return node.low in ("that", ":")
    return before.low in (",", ":") or (node.words >= UTTERANCE and before.tag not in ("det", "poss", "prep"))


def content_end(nodes: Sequence[Node], cue: Cue, t: int, high: int, cues: Sequence[Cue], /) -> int:
    """Where the content that starts at ``t`` ends: at the sentence's end or before another attribution."""
    for other in cues:
        if other.head <= max(cue.last, t) or other.head >= high:
            continue
        stop = _takes_over(nodes, cue, other, t)
        if stop is not None:
            return stop
    for k in range(t + 1, high):
        if nodes[k].low == ";":
            return k
        if nodes[k].low in _SENTENCE_MARKS and k + 1 < high and nodes[k - 1].tag == "quote":
            return k
    return high


def _takes_over(nodes: Sequence[Node], cue: Cue, other: Cue, t: int, /) -> int | None:
    """Index at which ``other`` ends the content of ``cue``; None where it belongs to that content."""
    before = nodes[other.first - 1].low if other.first else ""
    if other.voice == "participle" and other.form == "ing":
        return other.first - 1 if before in _BREAKS and other.first - 1 > t else None
    coordinated = before in ("and", "but") and other.form != "base"
    if other.voice == "active" and coordinated and (other.form == cue.form or cue.voice == "participle"):
        stop = other.first - 1
        return stop - 1 if nodes[stop - 1].low == "," else stop
    if other.voice == "active":
        return _new_clause(nodes, cue, other, t)
    return None


def _new_clause(nodes: Sequence[Node], cue: Cue, other: Cue, t: int, /) -> int | None:
    """Index of the comma before ", but Roe argued": a clause of its own beside that of ``cue``."""
    subject = subject_left(nodes, other.first, t)
    if subject is None or subject[0] - 2 <= t:
        return None
    link, comma = nodes[subject[0] - 1], nodes[subject[0] - 2]
    if link.low == "," and "s" in other.entry.frames and "s" not in cue.entry.frames:
        return subject[0] - 1
    if ends_with_comma(comma) and link.low in ("and", "but", "while"):
        return subject[0] - 1
    if link.low in ("and", "but", "while", "though", "although", "yet") and comma.low in (",", ";"):
        return subject[0] - 2
    if link.low in ("but", "while"):
        return subject[0] - 1
    return None


def trailing(nodes: Sequence[Node], cue: Cue, t: int, high: int, /) -> bool:
    """True when nothing that could be a content follows the cue: '..., she said on Tuesday.'"""
    if "o" in cue.entry.frames and cue.last == cue.head:
        t = object_end(nodes, t, high)
    while t < high and (nodes[t].tag in ("time", "adv") or nodes[t].low in _TIME_ADJECTIVES):
        t += 1
    if t >= high:
        return True
    node = nodes[t]
    if node.low in _BREAKS or node.low in ("(", ".", ";"):
        return node.low == "." or not (t + 1 < high and nodes[t + 1].tag == "quote")
    if node.tag == "prep" or node.low in ("when", "because", "while"):
        after = skip_adverbials(nodes, t, high)
        return after == t or nodes[min(after, high - 1)].tag == "prep"
    return False


def clause_start(nodes: Sequence[Node], low: int, /) -> int:
    """The first node from ``low`` on that is neither a mark nor a conjunction."""
    k = low
    while k < len(nodes) and (nodes[k].tag == "punct" or nodes[k].low in ("but", "and", "yet", "so")):
        if nodes[k].low in ("[", "("):
            break
        k += 1
    return k
