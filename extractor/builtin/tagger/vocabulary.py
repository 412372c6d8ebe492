"""Numbers for the word forms of texts, kept as long as the process runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from extractor.builtin import words
from extractor.builtin.lexicon import lexicon
from extractor.builtin.nodes import Node, Sentence, Tag

from .forms import EDGE, Form, quote_form

PAD = 3
"""Empty nodes before the first sentence and after each."""
TAGS = {tag: place for place, tag in enumerate(("edge", *get_args(Tag)))}
MARKS = {
    **dict.fromkeys(words.COMMAS, 1),
    **dict.fromkeys(("that", "who", "which"), 2),
    **dict.fromkeys(("and", "but"), 3),
}
"""Words that separate clauses, by kind."""
_MOST = 65_000


class Vocabulary:
    """The forms seen so far: ``forms[number]``, with class (`TAGS`) and kind of mark (`MARKS`) by number.

    ``heads`` are those at which a cue can be looked for.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        self.forms: list[Form] = [EDGE]
        self.tags = np.zeros(1, np.int32)
        self.marks = np.zeros(1, np.int32)
        self.heads = np.zeros(1, np.bool_)

    def number(self, sentences: Sequence[Sentence], starts: Sequence[int], size: int, /) -> NDArray[np.int32]:
        """The forms of all nodes in a row of ``size``, sentences from their ``starts`` on, 0 elsewhere."""
        row = [0] * size
        get = self._numbers.get
        for sentence, start in zip(sentences, starts, strict=True):
            nodes = sentence.nodes
            row[start : start + len(nodes)] = [
                number if (number := get(node.text)) is not None else self._new(node) for node in nodes
            ]
        if len(self.forms) > len(self.tags):
            added = self.forms[len(self.tags) :]
            self.tags = np.append(self.tags, np.array([TAGS[tag] for _, tag in added], np.int32))
            lows = [text.lower() for text, _ in added]
            self.marks = np.append(self.marks, np.array([MARKS.get(low, 0) for low in lows], np.int32))
            heads = lexicon().heads
            self.heads = np.append(self.heads, np.array([low in heads for low in lows], np.bool_))
        return np.array(row, np.int32)

    def full(self) -> bool:
        """True when it holds more forms than are worth keeping."""
        return len(self.forms) > _MOST

    def _new(self, node: Node, /) -> int:
        """The number of a form that was not seen as it stands; quotations share their few forms."""
        form = quote_form(node) if node.tag == "quote" else (node.text, node.tag)
        key = form[0] if node.tag != "quote" else "\0" + form[0]
        number = self._numbers.setdefault(key, len(self.forms))
        if number == len(self.forms):
            self.forms.append(form)
        return number
