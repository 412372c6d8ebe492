"""Attributions whose content follows the cue, or that a passive, a participle or a noun makes."""

from __future__ import annotations

from collections.abc import Sequence

from .contents import right_content
from .found import Found, Place
from .phrases import main_subject, noun_phrase_left, subject_left, subject_right
from .words import wordset

_JUDGING = frozenset(["favor", "against"])
_PASSIVE = wordset("report claim echo expect see predict name confirm believe portray describe call warn suggest")
"""Verbs whose passive with an agent reports a claim; "written by", "released by" do not."""


def attribute(place: Place, found: Sequence[Found], /) -> Found | None:
    """The attribution of the cue, with its content to the right unless the voice says otherwise."""
    if place.cue.voice == "passive":
        return _passive(place)
    if place.cue.voice == "participle":
        return _participle(place, found)
    if place.cue.voice == "noun":
        return _noun(place)
    if place.cue.voice in ("active", "adjective"):
        return _active(place)
    return None


def _active(place: Place, /) -> Found | None:
    subject = subject_left(place.nodes, place.cue.first, place.low)
    if subject is None or place.nodes[subject[0]].tag == "quote":
        return None
    content = right_content(place, subject)
    return place.make(subject, [content], "right") if content else None


def _earlier(place: Place, found: Sequence[Found], /) -> list[Found]:
    """The attributions before the cue whose holder it can share; a relative pronoun cannot be shared."""
    nodes = place.nodes
    return [
        item for item in found if item.start() < place.cue.first and nodes[item.source[0]].low not in ("who", "which")
    ]


def _passive(place: Place, /) -> Found | None:
    """'The plan was criticized by Roe': the agent is the source, the subject the content."""
    nodes, t = place.nodes, place.cue.tail
    entry = place.cue.entry
    if t >= place.high or nodes[t].low != "by" or (entry.sense not in _JUDGING and entry.lemma not in _PASSIVE):
        return None
    source = subject_right(nodes, t + 1, place.high)
    subject = subject_left(nodes, place.cue.first, place.low)
    return place.make(source, [subject], "passive") if source and subject else None


def _participle(place: Place, found: Sequence[Found], /) -> Found | None:
    """', saying that ...': the holder is that of the attribution before, or the subject of the sentence."""
    nodes, cue = place.nodes, place.cue
    before = nodes[cue.first - 1] if cue.first else None
    if before is None:
        return _leading(place)
    after_preposition = before.low in ("by", "in", "after", "while", "without")
    if before.tag in ("cap", "word", "num") and cue.entry.lemma == "say":
        return _absolute(place)
    if before.low not in (",", "—", "–", "--") and not after_preposition:
        return None
    earlier = _earlier(place, found)
    source = earlier[-1].source if earlier else main_subject(nodes, cue.first)
    content = right_content(place, source)
    return place.make(source, [content], "participle") if content and source else None


def _absolute(place: Place, /) -> Found | None:
    """'with three in ten voters saying that ...'."""
    source = noun_phrase_left(place.nodes, place.cue.first, place.low)
    content = right_content(place, source)
    if source is None or content is None or not source[0]:
        return None
    opened = place.nodes[source[0] - 1].low in ("with", "—", "–", "--", ",")
    return place.make(source, [content], "participle") if opened else None


def _leading(place: Place, /) -> Found | None:
    """'Calling it a mistake, Roe voted against': the subject comes after the comma."""
    nodes = place.nodes
    comma = next((x for x in range(place.cue.tail, place.high) if nodes[x].low == ","), None)
    if comma is None:
        return None
    following = next((cue for cue in place.cues if cue.head > comma and cue.voice == "active"), None)
    source = subject_left(nodes, following.first, comma + 1) if following else None
    return place.make(source, [(place.cue.tail, comma)], "leading") if source and comma > place.cue.tail else None


def _noun(place: Place, /) -> Found | None:
    """'his belief that ...': the possessor is the source."""
    nodes, k = place.nodes, place.cue.head - 1
    while nodes[k].tag != "poss":
        k -= 1
    start, end = k, k + 1
    if nodes[k].low in ("'s", "’s"):
        end = k
        while start > place.low and nodes[start - 1].tag == "cap":
            start -= 1
    content = right_content(place, None)
    return place.make((start, end), [content], "noun") if content and end > start else None
