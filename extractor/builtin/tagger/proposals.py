"""Candidates: what may be an attribution, from the labels of the tagger and from what the rules found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from extractor.builtin.found import Found, Range
from extractor.builtin.nodes import Node, Sentence
from extractor.builtin.phrases import main_subject, subject_left

from .decoding import Lattice, decode, path_through
from .encoding import Encoded, encode
from .network import Network

Ranges = tuple[Range, ...]
Spread = dict[str, list[Range]]
Spans = list[tuple[str, Range]]
Way = tuple[Spans, int | None]
"""Labels of a sentence as spans, and the node at which a cue was forced (None for the best labels)."""

_MARGIN = 2.0
"""How far the best labels with a cue at a node may fall behind the best of all (log-odds) to be a candidate."""
CUE, SOURCE, CONTENT = "Q", "S", "C"
"""First letters of the labels; "b" or "a" after it: before or after the cue."""


@dataclass(frozen=True, slots=True)
class Support:
    """How sure the tagger is of each node's role, between 0 and 1, node by node of a text."""

    content: list[float]
    source: list[float]
    cue: list[float]


@dataclass(slots=True)
class Candidate:
    """What may be an attribution, in node ranges of one sentence.

    ``origin`` says where cue, content and source come from; ``found`` is the rules' attribution with the same cue;
    ``score`` its probability of being an attribution, once it is judged.
    """

    sentence: int
    cue: Range
    source: Ranges
    content: Ranges
    origin: tuple[str, str, str]
    found: Found | None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text with its candidates by sentence; ``spans`` are the roles and ranges of the best labels by sentence."""

    sentences: Sequence[Sentence]
    encoded: Encoded
    support: Support
    spans: list[Spans]
    candidates: list[list[Candidate]]

    def has_cue(self, index: int, /) -> bool:
        """True for a sentence whose best labels have a cue."""
        return any(role == CUE for role, _ in self.spans[index])

    def goes_on(self, index: int, /) -> list[Range]:
        """Content of a sentence whose best labels have no cue: it goes on with another sentence's attribution."""
        return [] if self.has_cue(index) else [part for role, part in self.spans[index] if role[0] == CONTENT]


def tag(sentences: Sequence[Sentence], network: Network, /) -> Tagged:
    """The candidates of a parsed text, not yet judged."""
    encoded = encode(sentences, network.vocabulary)
    scores = network.emissions(encoded)
    weights = network.weights
    lattice = decode(scores, weights.transitions, encoded.starts, encoded.lengths)
    best = lattice.at.argmax(axis=1).tolist()
    opening = weights.labels.index(f"B-{CUE}")
    distance = -lattice.at[:, opening]
    others = np.flatnonzero((distance > 0) & (distance < _MARGIN)).tolist()
    tagged = Tagged(sentences, encoded, _support(lattice, weights.labels), [], [])
    place = 0
    for sentence, found, start in zip(sentences, encoded.found, encoded.starts, strict=True):
        after = start + len(sentence.nodes)
        own = best[start:after]
        spans = _spans(own, weights.labels)
        ways: list[Way] = [(spans, None)]
        while place < len(others) and others[place] < after:
            node = others[place]
            place += 1
            if node >= start and best[node] != opening:
                path = path_through(lattice, node, opening, start, after, own)
                ways.append((_spans(path, weights.labels), node - start))
        tagged.spans.append(spans)
        idle = not spans and not found and len(ways) == 1
        proposed = [] if idle else list(_proposed(sentence, found, ways))
        tagged.candidates.append(proposed)
    return tagged


def _support(lattice: Lattice, names: Sequence[str], /) -> Support:
    """Of each role the odds of the likeliest label that has it against the likeliest that has not."""
    at = np.ascontiguousarray(lattice.at.T)
    roles = np.array([name[2:3] for name in names])
    likeliest = {role: at[roles == role].max(axis=0) for role in (CONTENT, SOURCE, CUE, "")}

    def sure(role: str) -> list[float]:
        rest = np.maximum.reduce([odds for other, odds in likeliest.items() if other != role])
        told: list[float] = (1 / (1 + np.exp(rest - likeliest[role]))).tolist()
        return told

    return Support(sure(CONTENT), sure(SOURCE), sure(CUE))


def _spans(numbers: Sequence[int], names: Sequence[str], /) -> Spans:
    """The role and range of each labelled stretch; label 0 is O."""
    if not any(numbers):
        return []
    found: Spans = []
    start, role = 0, ""
    for k, number in enumerate(numbers):
        if not number and not role:
            continue
        name = names[number]
        if name[2:] == role and name[0] == "I":
            continue
        if role:
            found.append((role, (start, k)))
        start, role = k, name[2:]
    if role:
        found.append((role, (start, len(numbers))))
    return found


def _linked(found: Spans, /) -> list[tuple[Range, Ranges, Ranges]]:
    """Cue, source and content of each cue: what is labelled as before its cue belongs to the next one on the right."""
    cues = [part for role, part in found if role == CUE]
    if not cues:
        return []
    parts: list[Spread] = [{SOURCE: [], CONTENT: []} for _ in cues]
    ends = [after for _, after in cues]
    for role, part in found:
        if role == CUE:
            continue
        on_left = bisect_right(ends, part[0])
        place = min(on_left, len(cues) - 1) if role[1] == "b" else max(on_left - 1, 0)
        parts[place][role[0]].append(part)
    return [(cue, tuple(own[SOURCE]), tuple(own[CONTENT])) for cue, own in zip(cues, parts, strict=True)]


def _proposed(sentence: Sentence, found: Sequence[Found], ways: Sequence[Way], /) -> Iterator[Candidate]:
    """The candidates of a sentence: those of its best labels, those with another cue, and the rules' own."""
    heads = {item.cue.head: item for item in found}
    best = _linked(ways[0][0])
    taken: set[int] = set()
    for spans, through in ways:
        for cue, source, content in best if through is None else _linked(spans):
            if through is not None and cue[0] != through:
                continue
            head = next((k for k in range(*cue) if k in heads), None) if heads else None
            item = heads[head] if head is not None else None
            if head is not None:
                taken.add(head)
            source = tuple([_completed(sentence.nodes, part, cue) for part in source])
            before = [] if source else [other[1] for other in best if other[0][0] < cue[0] and other[1]]
            origin = "best" if through is None else "other"
            for parts, whence in _contents(content, item):
                for named, whose in _sources(sentence.nodes, cue, source, item, before):
                    yield Candidate(sentence.index, cue, named, parts, (origin, whence, whose), item)
    for head, item in heads.items():
        if head not in taken:
            told = ("rule", "rule", "rule")
            content = tuple(sorted(item.content))
            yield Candidate(sentence.index, cue_range(item), (item.source,), content, told, item)


def _completed(nodes: Sequence[Node], part: Range, cue: Range, /) -> Range:
    """The source with the rest of the name that it breaks off in."""
    start, after = part
    while nodes[after - 1].tag == "cap" and after < len(nodes) and after != cue[0] and nodes[after].tag == "cap":
        after += 1
    return start, after


def cue_range(item: Found, /) -> Range:
    """The attributing words of the rules' attribution: without auxiliaries, unless the group as a whole attributes."""
    whole = item.cue.voice in ("according", "view", "adjective")
    return item.group if whole else (item.cue.head, item.cue.tail)


def _contents(content: Ranges, item: Found | None, /) -> Iterator[tuple[Ranges, str]]:
    if content:
        yield content, "tagger"
    if item is not None and (told := tuple(sorted(item.content))) != content:
        yield told, "rule"


def _sources(
    nodes: Sequence[Node], cue: Range, source: Ranges, item: Found | None, before: Sequence[Ranges], /
) -> Iterator[tuple[Ranges, str]]:
    """The sources that a cue may have: the tagger's, the rules', the one before, the subject, none."""
    if source:
        yield source, "tagger"
    if item is not None and (item.source,) != source:
        yield (item.source,), "rule"
    if source:
        return
    if before:
        yield before[-1], "before"
    if item is None:
        subject = subject_left(nodes, cue[0], 0)
        if subject:
            yield (subject,), "subject"
        elif main := main_subject(nodes, cue[0]):
            yield (main,), "main"
    yield (), "none"
