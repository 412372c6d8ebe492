"""All attributions of a text: those that the tagger finds, with the quotations that go on after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from .attributions import nested
from .cues import Cue
from .found import Attribution, Found, Offsets, Range
from .lexicon import lexicon
from .nodes import Node, Sentence
from .phrases import is_free
from .tagger import Candidate, Network, Tagged, Trait, choose, cue_range, shipped, tag


def read(sentences: Sequence[Sentence], /) -> list[Attribution]:
    """The attributions of a parsed text, in the order of their sentences. May be called from several threads."""
    network = _network()
    with network.lock:
        tagged = tag(sentences, network)
    if network.vocabulary.full():
        _network.cache_clear()
    return assemble(tagged, network.weights.judge)


@cache
def _network() -> Network:
    """The tagger with what it has learnt of word forms, which is kept between texts."""
    return Network(shipped())


def assemble(tagged: Tagged, judge: Mapping[Trait, float], /) -> list[Attribution]:
    """The candidates that are taken, as attributions.

    A sentence that only goes on with a quotation belongs to the attribution before it in the paragraph, else to the
    next one; a paragraph that is nothing but a quotation goes on with the paragraph before.
    """
    read_so_far: list[Attribution] = []
    waiting: list[Offsets] = []
    last: Attribution | None = None
    paragraph = -1
    for sentence, chosen in zip(tagged.sentences, choose(tagged, judge), strict=True):
        free = is_free(sentence.nodes)
        if sentence.paragraph != paragraph:
            paragraph, waiting = sentence.paragraph, []
            last = last if free else None
        cues = tagged.encoded.cues[sentence.index]
        found = [_attribution(sentence, candidate, cues) for candidate in chosen]
        if found:
            found[0].parts[:0] = waiting
            found[0].quoted = found[0].quoted or bool(waiting)
            waiting = []
        else:
            rest = _rest(tagged, sentence, free)
            if last is not None:
                last.parts += rest
            elif free:
                waiting += rest
        read_so_far += found
        last = found[-1] if found else last
    return read_so_far


def _rest(tagged: Tagged, sentence: Sentence, free: bool, /) -> list[Offsets]:
    """What a sentence without an attribution of its own adds to another one's content."""
    alone = free and not any(node.words for node in sentence.nodes if node.tag != "quote")
    parts = tagged.goes_on(sentence.index) or ([(0, len(sentence.nodes))] if alone else [])
    return [_span(sentence.nodes, part) for part in parts]


def _attribution(
    sentence: Sentence, candidate: Candidate, cues: Sequence[Cue], /, *, outermost: bool = True
) -> Attribution:
    nodes, found = sentence.nodes, candidate.found
    verb = found.cue if found else _known_cue(nodes, candidate.cue, cues)
    cue = cue_range(found) if found else candidate.cue
    group = found.group if found else (min(verb.first, cue[0]), max(verb.tail, cue[1])) if verb else cue
    rule = found.rule if found else _unruled(nodes, candidate)
    holder = _holder(nodes, candidate)
    opening = nodes[candidate.content[0][0]]
    return Attribution(
        sentence.index,
        holder,
        _span(nodes, holder) if holder else None,
        _span(nodes, cue),
        _span(nodes, group),
        verb.entry if verb else None,
        verb,
        rule,
        opening.low == "that",
        opening.tag == "quote",
        candidate.score,
        [_span(nodes, part) for part in candidate.content],
        _inner(sentence, candidate, cues, verb, holder, rule) if outermost else None,
    )


def _unruled(nodes: Sequence[Node], candidate: Candidate, /) -> str:
    """The rule that comes nearest: a cue that is but a mark is a label ("ROE: ..."), else it is the side."""
    start, after = candidate.cue
    if not any(node.words for node in nodes[start:after]):
        return "label"
    return "right" if candidate.content[0][0] > start else "left"


def _holder(nodes: Sequence[Node], candidate: Candidate, /) -> Range | None:
    """The part of the source that names the holder: the first with a name, else the first."""
    named = (part for part in candidate.source if any(node.tag == "cap" for node in nodes[part[0] : part[1]]))
    return next(named, candidate.source[0] if candidate.source else None)


def _inner(
    sentence: Sentence, candidate: Candidate, cues: Sequence[Cue], verb: Cue | None, holder: Range | None, rule: str, /
) -> Attribution | None:
    if holder is None or verb is None:
        return None
    item = nested(sentence, Found(sentence.index, holder, verb, candidate.content, rule), cues)
    if item is None:
        return None
    told = ("rule", "rule", "rule")
    within = Candidate(sentence.index, cue_range(item), (item.source,), item.content, told, item, candidate.score)
    return _attribution(sentence, within, cues, outermost=False)


def _known_cue(nodes: Sequence[Node], cue: Range, cues: Sequence[Cue], /) -> Cue | None:
    """What the lexicon makes of the attributing words: the cue that the rules see there, else the last verb."""
    for known in cues:
        if cue[0] <= known.head < cue[1]:
            return known
    for k in range(cue[1] - 1, cue[0] - 1, -1):
        readings = lexicon().verbs.get(nodes[k].low)
        if readings:
            return Cue(cue[0], k, cue[1] - 1, readings[0].entry, readings[0].form, "active")
    return None


def _span(nodes: Sequence[Node], part: Range, /) -> Offsets:
    return (nodes[part[0]].start, nodes[part[1] - 1].end)
