"""Attributions of a sentence: source, cue and content, by rules over its nodes."""

from __future__ import annotations

from collections.abc import Sequence

from . import inner, outer
from .cues import Cue, find_cues
from .found import Found, Place
from .nodes import Sentence
from .phrases import subject_left
from .words import wordset

_PASSING_ON = wordset("say tell write add note report argue claim explain suggest think believe insist")
_PASSED_ON = wordset("say believe think argue claim insist expect predict forecast hope fear doubt warn")


def attributions(sentence: Sentence, /) -> list[Found]:
    """The outermost attributions of a sentence, in order.

    What stands after its content ("..., she said", "according to") reaches back over whatever is inside, so these are
    looked for first; then the others from left to right.
    """
    spoken = outer.labelled(sentence)
    if spoken:
        return [spoken]
    cues = find_cues(sentence.nodes)
    found: list[Found] = []
    for rule in (outer.attribute, inner.attribute):
        for cue in cues:
            if not any(item.covers(cue.head) for item in found):
                item = rule(_place(sentence, cue, cues, found), found)
                if item:
                    found.append(item)
                    found.sort(key=Found.start)
    return found


def _is_beside(sentence: Sentence, item: Found, /) -> bool:
    """True for an attribution inside a parenthesis between subject and verb: 'Roe, who said ..., added'."""
    if item.rule == "participle":
        return True
    return sentence.nodes[item.source[0]].low in ("who", "which")


def _place(sentence: Sentence, cue: Cue, cues: Sequence[Cue], found: Sequence[Found], /) -> Place:
    """The cue with the room that the attributions found so far leave around it."""
    low = max((item.end() for item in found if item.end() <= cue.first and not _is_beside(sentence, item)), default=0)
    high = min((item.start() for item in found if item.start() > cue.head), default=sentence.end())
    return Place(sentence, cue, tuple(cues), low, high)


def nested(sentence: Sentence, item: Found, /) -> Found | None:
    """The claim that the content passes on: 'B believes ...' in 'A says that B believes ...'.

    Only where the content opens with it and names its holder; a pronoun is most often the outer holder again.
    """
    if item.rule != "right" or item.entry is None or item.entry.lemma not in _PASSING_ON:
        return None
    nodes = sentence.nodes
    start, high = item.content[0]
    start += nodes[start].low == "that"
    cues = find_cues(nodes)
    for cue in cues:
        if cue.head <= start or cue.voice != "active" or cue.entry.lemma not in _PASSED_ON:
            continue
        subject = subject_left(nodes, cue.first, start)
        named = subject is not None and subject[0] == start and nodes[start].tag in ("cap", "det")
        if cue.head >= high or not named or cue.tail >= high or nodes[cue.tail].low in ("of", "about"):
            return None
        return inner.attribute(Place(sentence, cue, tuple(cues), start, high), ())
    return None
