"""Attributions: as a rule finds them in the nodes of a sentence, and as they are handed on in offsets of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .cues import Cue
from .lexicon import Entry
from .nodes import Node, Sentence

Range = tuple[int, int]
"""Nodes [first, after) of a sentence."""
Offsets = tuple[int, int]
"""Characters [start, end) of a text."""


@dataclass(frozen=True, slots=True)
class Found:
    """An attribution in node ranges of one sentence."""

    sentence: int
    source: Range
    cue: Cue
    content: tuple[Range, ...]
    rule: str

    @property
    def entry(self) -> Entry:
        """The lexicon's entry of the cue."""
        return self.cue.entry

    @property
    def group(self) -> Range:
        """The whole verb group with its auxiliaries."""
        return (self.cue.first, self.cue.tail)

    def ranges(self) -> list[Range]:
        """All its ranges, unordered."""
        return [*self.content, self.source, self.group]

    def covers(self, node: int, /) -> bool:
        """True when the node belongs to it."""
        return any(start <= node < end for start, end in self.ranges())

    def start(self) -> int:
        """First node of cue and content (a participle's source may lie far before)."""
        return min(start for start, _ in (*self.content, self.group))

    def end(self) -> int:
        """Node after the last one of it."""
        return max(end for _, end in self.ranges())


@dataclass(frozen=True, slots=True)
class Place:
    """A cue in its sentence; a rule looks from node ``low`` up to before node ``high``."""

    sentence: Sentence
    cue: Cue
    cues: tuple[Cue, ...]
    low: int
    high: int

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes of the sentence."""
        return self.sentence.nodes

    def make(self, source: Range, content: Sequence[Range], rule: str, /) -> Found:
        """An attribution around the cue."""
        return Found(self.sentence.index, source, self.cue, tuple(content), rule)


@dataclass(slots=True)
class Attribution:
    """An attribution in character offsets of the text; ``parts`` grow while its quotation goes on.

    ``sentence`` and ``holder`` say where the holder stands, for the resolution of pronouns; ``holder`` and ``source``
    are None where nobody is named. ``group`` is the whole verb group, ``cue`` the attributing words in it, ``verb`` and
    ``entry`` what the lexicon knows of them. ``marked``: the content opens with "that"; ``quoted``: with a quotation.
    ``inner`` is the claim that the content passes on ("A says that B believes ..."), where there is one.
    ``confidence`` is the estimated probability that an annotator would mark it.
    """

    sentence: int
    holder: Range | None
    source: Offsets | None
    cue: Offsets
    group: Offsets
    entry: Entry | None
    verb: Cue | None
    rule: str
    marked: bool
    quoted: bool
    confidence: float
    parts: list[Offsets] = field(default_factory=list)
    inner: Attribution | None = None
