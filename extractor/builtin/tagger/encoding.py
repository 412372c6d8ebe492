"""What the tagger looks at in a text: columns of small integers for its nodes, and the contexts made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from extractor.builtin.attributions import attributions
from extractor.builtin.cues import Cue, Voice, cues_at
from extractor.builtin.found import Found
from extractor.builtin.names import is_title_case
from extractor.builtin.nodes import Sentence
from extractor.builtin.phrases import is_free, is_speech

from .vocabulary import PAD, TAGS, Vocabulary

Ints = NDArray[np.int32]
Columns = dict[str, Ints]


def _numbered(names: str, /) -> dict[str, int]:
    """Numbers from 1 for the names of a list written with blanks; 0 for none."""
    return {name: place for place, name in enumerate(("", *names.split()))}


_VOICES = {voice: place for place, voice in enumerate(("", *get_args(Voice)))}
_SENSES = _numbered("say ask think find expect warn hope want intend demand favor against noun adjective")
_RULES = _numbered("left inverted view according right passive participle leading noun")
_HEAD, _GROUP = 9, 10
_RADIX = {
    "tag": 16, "role": 11, "rule": 10, "voice": 18, "sense": 15, "distance": 8, "marks": 27, "three": 3, "four": 4,
    "two": 2, "flow": 96, "kind": 40,
}  # fmt: skip
_TYPES = {
    "tag": "tag", "tag-2": "tag", "tag-1": "tag", "tag+1": "tag", "tag+2": "tag", "rule": "rule", "role": "role",
    "role-1": "role", "role+1": "role", "voice": "voice", "voice-1": "voice", "voice+1": "voice", "sense": "sense",
    "left": "distance", "right": "distance", "quote.left": "distance", "quote.right": "distance",
    "left.voice": "voice", "right.voice": "voice", "left.sense": "sense", "right.sense": "sense",
    "left.role": "role", "right.role": "role", "left.marks": "marks", "right.marks": "marks", "left.aux": "three",
    "right.aux": "three", "left.commas": "three", "right.commas": "three", "any.left": "two", "any.right": "two",
    "any.quote.left": "two", "any.quote.right": "two", "first": "four", "last": "three", "flow": "flow",
    "kind": "kind", "place": "four", "title": "two", "quotes": "three", "before": "two", "opens": "two",
}  # fmt: skip
CONTEXTS: dict[str, tuple[str, ...]] = {
    "tags": ("tag-1", "tag", "tag+1"),
    "tags.before": ("tag-2", "tag-1", "tag"),
    "tags.after": ("tag", "tag+1", "tag+2"),
    "role.rule": ("role", "rule"),
    "role.rule.tag": ("role", "rule", "tag"),
    "roles": ("role-1", "role", "role+1"),
    "voice.tag": ("voice", "tag"),
    "voice.role": ("voice", "role"),
    "voice.before": ("voice-1", "tag"),
    "voice.after": ("voice+1", "tag"),
    "first": ("first", "tag"),
    "last": ("last", "tag"),
    "left.sense": ("left.sense", "left.voice", "left.marks"),
    "left.marks": ("left", "left.marks"),
    "left.tag": ("left", "tag"),
    "left.role": ("left.role", "role"),
    "left.clause": ("left.aux", "left.commas", "left.sense"),
    "right.sense": ("right.sense", "right.voice", "right.marks"),
    "right.marks": ("right", "right.marks"),
    "right.tag": ("right", "tag"),
    "right.role": ("right.role", "role"),
    "right.clause": ("right.aux", "right.commas", "right.sense"),
    "around": ("any.left", "any.right", "any.quote.left", "any.quote.right", "tag"),
    "quote.left": ("quote.left", "tag"),
    "quote.right": ("quote.right", "tag"),
    "flow": ("flow", "tag"),
    "kind": ("kind", "quotes"),
    "place": ("place", "title", "tag"),
    "before": ("before", "opens", "tag"),
}
"""The contexts by name: the columns that each is made of."""
GROUPS: tuple[tuple[str, ...], ...] = (
    ("tags", "tags.before"),
    ("tags.after",),
    ("role.rule", "role.rule.tag", "voice.tag", "voice.role"),
    ("roles",),
    ("voice.before", "voice.after"),
    ("first", "last", "left.tag", "right.tag"),
    ("left.sense",),
    ("left.marks", "left.clause"),
    ("right.sense",),
    ("right.marks", "right.clause"),
    ("left.role", "right.role"),
    ("around", "quote.left", "quote.right"),
    ("flow", "before"),
    ("kind", "place"),
)
"""Contexts that share columns: all columns of a group together are looked up at once."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text in numbers: nodes of all sentences in a row, with `PAD` empty ones around each sentence.

    ``forms`` are their numbers in the vocabulary. ``starts`` and ``lengths`` say where the sentences stand; ``left``
    and ``right`` where the nearest cue of a node stands and ``first`` where its sentence begins (-1 for none).
    ``titles`` (headlines in title case), ``cues`` and ``found`` (by the rules) are told by sentence.
    """

    forms: Ints
    starts: list[int]
    lengths: list[int]
    columns: Columns
    left: Ints
    right: Ints
    first: Ints
    titles: list[bool]
    cues: list[list[Cue]]
    found: list[list[Found]]

    @property
    def contexts(self) -> Columns:
        """The numbers of the contexts by name, node by node."""
        return {name: self.joined(columns) for name, columns in CONTEXTS.items()}

    def joined(self, names: Sequence[str], /) -> Ints:
        """Several columns as one number."""
        code = self.columns[names[0]]
        for name in names[1:]:
            code = code * _RADIX[_TYPES[name]] + self.columns[name]
        return code


def shape(names: Sequence[str], /) -> tuple[int, ...]:
    """How many values each of these columns can have."""
    return tuple(_RADIX[_TYPES[name]] for name in names)


def group_columns(group: Sequence[str], /) -> tuple[str, ...]:
    """The columns of a group of contexts."""
    return tuple(dict.fromkeys(column for name in group for column in CONTEXTS[name]))


def encode(sentences: Sequence[Sentence], vocabulary: Vocabulary, /) -> Encoded:
    """The text in numbers; the vocabulary grows by its new forms."""
    lengths = [len(sentence.nodes) for sentence in sentences]
    starts, place = [], PAD
    for length in lengths:
        starts.append(place)
        place += length + PAD
    forms = vocabulary.number(sentences, starts, place)
    cues = _cues(sentences, starts, np.flatnonzero(vocabulary.heads[forms]).tolist())
    found = [attributions(sentence, known) for sentence, known in zip(sentences, cues, strict=True)]
    columns = _node_columns(starts, place, found, cues)
    columns["tag"], columns["mark"] = vocabulary.tags[forms], vocabulary.marks[forms]
    for name in ("tag-2", "tag-1", "tag+1", "tag+2", "role-1", "role+1", "voice-1", "voice+1"):
        columns[name] = _shifted(columns[name[:-2]], int(name[-2:]))
    of = np.full(place, -1, np.int32)
    for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        of[start : start + length] = number
    told = _sentence_columns(sentences, found, cues, columns["tag"], of)
    columns |= told
    titles = (told["title"][starts] > 0).tolist()
    left, right, first = _near(columns, of, np.array([*starts, 0], np.int32), np.array([*lengths, 0], np.int32))
    return Encoded(forms, starts, lengths, columns, left, right, first, titles, cues, found)


def _cues(sentences: Sequence[Sentence], starts: Sequence[int], heads: Sequence[int], /) -> list[list[Cue]]:
    """The cues by sentence; ``heads`` are the nodes of the text that may be heads of cues."""
    found: list[list[Cue]] = []
    place = 0
    for sentence, start in zip(sentences, starts, strict=True):
        first, after = place, start + len(sentence.nodes)
        while place < len(heads) and heads[place] < after:
            place += 1
        found.append(cues_at(sentence.nodes, [head - start for head in heads[first:place]]))
    return found


def _node_columns(
    starts: Sequence[int], size: int, found: Sequence[Sequence[Found]], cues: Sequence[Sequence[Cue]], /
) -> Columns:
    """Place in the attribution that the rules found, and place in a cue, node by node."""
    role, rule = [0] * size, [0] * size
    columns = {name: np.zeros(size, np.int32) for name in ("voice", "sense", "cue")}
    inside: list[tuple[int, int]] = []
    heads: list[tuple[int, int, int]] = []
    for start, items, known in zip(starts, found, cues, strict=True):
        for item in items:
            _mark(item, start, role, rule)
        for one in known:
            number = 2 * _VOICES[one.voice]
            inside += [(k, number + 1) for k in range(start + one.first, start + one.tail)]
            heads.append((start + one.head, number, _SENSES[one.entry.sense]))
    if heads:
        places, voices = np.array(inside).T
        columns["voice"][places] = voices
        places, voices, senses = np.array(heads).T
        columns["voice"][places], columns["sense"][places], columns["cue"][places] = voices, senses, 1
    return {"role": np.array(role, np.int32), "rule": np.array(rule, np.int32), **columns}


def _mark(item: Found, start: int, role: list[int], rule: list[int], /) -> None:
    """Write down the roles of an attribution: content before or after its cue, source before or after it, cue."""
    number, group = _RULES[item.rule], item.group
    for parts, before, after in ((item.content, 1, 3), ((item.source,), 5, 7)):
        for first, end in parts:
            opening = start + first
            inside = (before if first < group[0] else after) + 1
            for k in range(opening, start + end):
                role[k], rule[k] = inside, number
            role[opening] = inside - 1
    for k in range(start + group[0], start + group[1]):
        role[k], rule[k] = _GROUP, number
    role[start + item.cue.head] = _HEAD


def _shifted(column: Ints, by: int, /) -> Ints:
    """The column as seen from ``by`` nodes before; past its ends, where there are only pads, it is 0."""
    moved = np.zeros_like(column)
    if by > 0:
        moved[:-by] = column[by:]
    else:
        moved[-by:] = column[:by]
    return moved


def _sentence_columns(
    sentences: Sequence[Sentence],
    found: Sequence[Sequence[Found]],
    cues: Sequence[Sequence[Cue]],
    tags: Ints,
    of: Ints,
    /,
) -> Columns:
    """What kind of sentence it is and how it stands in its paragraph, the same for all its nodes."""
    counts = np.bincount((of + 1) * len(TAGS) + tags, minlength=(len(sentences) + 1) * len(TAGS))
    counts = counts.reshape(-1, len(TAGS))[1:]
    quote, word, cap = (counts[:, TAGS[tag]] for tag in ("quote", "word", "cap"))
    spoken, title = np.zeros((2, len(sentences)), np.int32)
    any_found, free = np.zeros((2, len(sentences) + 2), np.int32)
    any_found[1:-1] = list(map(bool, found))
    for number in np.flatnonzero(quote).tolist():
        nodes = sentences[number].nodes
        spoken[number] = any(node.tag == "quote" and is_speech(node) for node in nodes)
        free[number + 1] = is_free(nodes)
    for number in np.flatnonzero((cap > 3) & (cap > word)).tolist():
        title[number] = is_title_case(sentences[number].nodes)
    paragraph = np.array([-1, *(sentence.paragraph for sentence in sentences), -1], np.int32)
    turns = paragraph[1:] != paragraph[:-1]
    opens, closes, paragraph = turns[:-1], turns[1:], paragraph[1:-1]
    length = np.minimum(np.array([len(sentence.nodes) for sentence in sentences], np.int32) // 8, 4)
    quotes = np.minimum(quote, 1) + spoken
    last = paragraph[-1] if len(sentences) else 0
    told = {
        "flow": ((((opens * 2 + closes) * 2 + free[1:-1]) * 2 + free[:-2]) * 2 + free[2:]) * 3 + quotes,
        "kind": ((any_found[1:-1] * 2 + list(map(bool, cues))) * 2 + title) * 5 + length,
        "place": np.where(paragraph < 2, paragraph, np.where(paragraph >= last - 1, 3, 2)),
        "title": title,
        "quotes": quotes,
        "before": any_found[:-2],
        "opens": opens,
    }
    rows = np.zeros((len(told), len(sentences) + 1), np.int32)
    rows[:, :-1] = list(told.values())
    return dict(zip(told, rows[:, of], strict=True))


def _near(columns: Columns, of: Ints, starts: Ints, lengths: Ints, /) -> tuple[Ints, Ints, Ints]:
    """Add the columns about the nearest cue and quotation on each side; where the cues and the first node stand.

    A place of -1 is none: it is that of the last pad, which has neither cue nor role.
    """
    index = np.arange(len(of), dtype=np.int32)
    start = starts[of]
    end = start + lengths[of]
    real = of >= 0
    flags = np.stack([columns["cue"] > 0, columns["tag"] == TAGS["quote"]])
    near = np.stack([_last_before(flags, index, start, real), _next_after(flags, index, end, real)])
    away = near >= 0
    distance = _BUCKETS[np.minimum(np.abs(index - near), len(_BUCKETS) - 1)] * away
    left, right = cue = near[:, 0]
    kinds = np.stack([columns["voice"], columns["sense"], columns["role"]])[:, cue]
    counts = _counts(columns)
    after, before = np.stack([index, right]) * away[:, 0], (np.stack([left, index]) + 1) * away[:, 0]
    comma, link, joined, aux = np.minimum(np.maximum(counts[:, after] - counts[:, before], 0), 2)
    marks = comma * 9 + link * 3 + joined
    for k, side in enumerate(("left", "right")):
        columns[side], columns[f"quote.{side}"] = distance[k]
        columns[f"any.{side}"], columns[f"any.quote.{side}"] = away[k].astype(np.int32)
        columns[f"{side}.voice"], columns[f"{side}.sense"], columns[f"{side}.role"] = kinds[:, k]
        columns[f"{side}.marks"], columns[f"{side}.commas"], columns[f"{side}.aux"] = marks[k], comma[k], aux[k]
    columns["first"] = np.minimum(index - start, 3) * real
    columns["last"] = np.minimum(np.maximum(end - 1 - index, 0), 2) * real
    return left, right, np.where(real, start, -1).astype(np.int32)


_BUCKETS = np.array([0, 1, 2, 3, 4, 4, 5, 5, 5, 5, *([6] * 10), 7], np.int32)


def _counts(columns: Columns, /) -> Ints:
    """How many commas, relative words, conjunctions and auxiliaries stand before each node, in four rows."""
    rows = np.zeros((4, len(columns["tag"]) + 1), np.int32)
    mark = columns["mark"]
    np.cumsum(np.stack([mark == 1, mark == 2, mark == 3, columns["tag"] == TAGS["aux"]]), axis=1, out=rows[:, 1:])
    return rows


def _last_before(flags: NDArray[np.bool_], index: Ints, start: Ints, real: NDArray[np.bool_], /) -> Ints:
    place = np.full(flags.shape, -1, np.int32)
    np.maximum.accumulate(np.where(flags, index, -1)[:, :-1], axis=1, out=place[:, 1:])
    return np.where((place >= start) & real, place, -1)


def _next_after(flags: NDArray[np.bool_], index: Ints, end: Ints, real: NDArray[np.bool_], /) -> Ints:
    place = np.full(flags.shape, len(index), np.int32)
    np.minimum.accumulate(np.where(flags, index, len(index))[:, :0:-1], axis=1, out=place[:, -2::-1])
    return np.where((place < end) & real, place, -1)
