"""Attributions of a sentence: source, cue and content, by rules over its nodes."""

from __future__ import annotations

from collections.abc import Sequence

from . import inner, outer
from .cues import Cue
from .found import Found, Place
from .nodes import Sentence
from .phrases import subject_left
from .words import wordset

_PASSING_ON = wordset("say tell write add note report argue claim explain suggest think believe insist")
_PASSED_ON = wordset("say believe think argue claim insist expect predict forecast hope fear doubt warn")


def attributions(sentence: Sentence, cues: Sequence[Cue], /) -> list[Found]:
    """The outermost attributions of a sentence with these cues, in order.

    What stands after its content ("..., she said", "according to") reaches back over whatever is inside, so these are
    looked for first; then the others from left to right.
    """
    found: list[Found] = []
    whole = [Place(sentence, cue, tuple(cues), 0, sentence.end()) for cue in cues]
    for rule in (outer.attribute, inner.attribute):
        for place in whole:
            if not any(item.covers(place.cue.head) for item in found):
                item = rule(_within(place, found) if found else place, found)
                if item:
                    found.append(item)
                    found.sort(key=Found.start)
    return found


def _is_beside(sentence: Sentence, item: Found, /) -> bool:
    """True for an attribution inside a parenthesis between subject and verb: 'Roe, who said ..., added'."""
    if item.rule == "participle":
        return True
    return sentence.nodes[item.source[0]].low in ("who", "which")


def _within(whole: Place, found: Sequence[Found], /) -> Place:
    """The cue with the room that the attributions found so far leave around it."""
    cue, low, high = whole.cue, whole.low, whole.high
    for item in found:
        if low < item.end() <= cue.first and not _is_beside(whole.sentence, item):
            low = item.end()
        if cue.head < item.start() < high:
            high = item.start()
    return Place(whole.sentence, cue, whole.cues, low, high)


def nested(sentence: Sentence, item: Found, cues: Sequence[Cue], /) -> Found | None:
    """The claim that the content passes on: 'B believes ...' in 'A says that B believes ...', of the sentence's cues.

    Only where the content opens with it and names its holder; a pronoun is most often the outer holder again.
    """
    if item.rule != "right" or item.entry.lemma not in _PASSING_ON:
        return None
    nodes = sentence.nodes
    start, high = item.content[0]
    start += nodes[start].low == "that"
    for cue in cues:
        if cue.head <= start or cue.voice != "active" or cue.entry.lemma not in _PASSED_ON:
            continue
        subject = subject_left(nodes, cue.first, start)
        named = subject is not None and subject[0] == start and nodes[start].tag in ("cap", "det")
        if cue.head >= high or not named or cue.tail >= high or nodes[cue.tail].low in ("of", "about"):
            return None
        return inner.attribute(Place(sentence, cue, tuple(cues), start, high), ())
    return None
