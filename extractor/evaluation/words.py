"""A text as words: what annotations are compared by."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from .attributions import Stretch
from .person_like import person_words

_WORD: Final = re.compile(r"\w+")
_QUOTATION: Final = re.compile(r"\"[^\"\n]*\"?|“[^”\n]*”?")


class Document:
    r"""The words (``\w+``) of a text, by number from 0; punctuation counts nowhere."""

    def __init__(self, text: str, /) -> None:
        self.text = text
        self.edges = [match.span() for match in _WORD.finditer(text)]
        self.words = [text[start:end].lower() for start, end in self.edges]
        self._starts = [start for start, _ in self.edges]
        self._ends = [end for _, end in self.edges]

    def within(self, stretches: Iterable[Stretch], /) -> frozenset[int]:
        """The numbers of the words that share a character with one of the stretches."""
        found: set[int] = set()
        for start, end in stretches:
            if start < end:
                found.update(range(bisect_right(self._ends, start), bisect_left(self._starts, end)))
        return frozenset(found)

    @cached_property
    def quoted(self) -> frozenset[int]:
        """The words in double quotation marks; a quotation that is not closed ends with its line."""
        return self.within(match.span() for match in _QUOTATION.finditer(self.text))

    @cached_property
    def people(self) -> frozenset[int]:
        """The words of names that look like those of people."""
        return person_words(self.text, self.edges, self.words)
