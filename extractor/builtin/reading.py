"""All attributions of a text: those of its sentences, and quotations that stand by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .attributions import attributions, nested
from .cues import Cue
from .found import Found, Range
from .lexicon import Entry
from .nodes import Node, Sentence
from .phrases import is_speech

Offsets = tuple[int, int]


@dataclass(slots=True)
class Attribution:
    """An attribution in character offsets of the text; ``parts`` grow while its quotation goes on.

    ``sentence`` and ``holder`` say where the holder stands, for the resolution of pronouns. ``group`` is the whole verb
    group, ``cue`` the attributing words in it. ``marked``: the content opens with "that"; ``quoted``: with a quotation.
    ``inner`` is the claim that the content passes on ("A says that B believes ..."), where there is one.
    """

    sentence: int
    holder: Range
    source: Offsets
    cue: Offsets
    group: Offsets
    entry: Entry | None
    verb: Cue | None
    rule: str
    marked: bool
    quoted: bool
    parts: list[Offsets] = field(default_factory=list)
    inner: Attribution | None = None


def read(sentences: Sequence[Sentence], /) -> list[Attribution]:
    """The attributions of a parsed text, in the order of their sentences.

    A quotation that makes up a sentence goes on with the attribution before it in the paragraph, else it opens the next
    one; a paragraph that is nothing but a quotation goes on with the paragraph before.
    """
    read_so_far: list[Attribution] = []
    waiting: list[Offsets] = []
    last: Attribution | None = None
    paragraph = -1
    for sentence in sentences:
        free = is_free(sentence.nodes)
        if sentence.paragraph != paragraph:
            paragraph, waiting = sentence.paragraph, []
            last = last if free else None
        found = [_attribution(sentence, item) for item in attributions(sentence)]
        whole = (sentence.nodes[0].start, sentence.nodes[-1].end)
        if found:
            found[0].parts[:0] = waiting
            found[0].quoted = found[0].quoted or bool(waiting)
            waiting = []
        elif free and last is not None:
            last.parts.append(whole)
        elif free:
            waiting.append(whole)
        read_so_far += found
        last = found[-1] if found else last
    return read_so_far


def is_free(nodes: Sequence[Node], /) -> bool:
    """True for a sentence that is a quotation, with no words of the article's own around it."""
    outside = sum(node.words for node in nodes if node.tag != "quote")
    return nodes[0].tag == "quote" and is_speech(nodes[0]) and outside <= 2


def _attribution(sentence: Sentence, item: Found, /) -> Attribution:
    within = nested(sentence, item)
    verb = item.cue
    opening = sentence.nodes[item.content[0][0]]
    named = verb is None or verb.voice in ("according", "view", "adjective")
    cue = item.group if named or verb is None else (verb.head, verb.tail)
    return Attribution(
        sentence.index,
        item.source,
        _span(sentence.nodes, item.source),
        _span(sentence.nodes, cue),
        _span(sentence.nodes, item.group),
        item.entry,
        verb,
        item.rule,
        opening.low == "that",
        opening.tag == "quote",
        [_span(sentence.nodes, part) for part in item.content],
        _attribution(sentence, within) if within else None,
    )


def _span(nodes: Sequence[Node], part: Range, /) -> Offsets:
    return (nodes[part[0]].start, nodes[part[1] - 1].end)
