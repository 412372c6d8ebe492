"""The standard input: JSON Lines, or one URL a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from extractor.errors import InputError

from . import jsonl, urls
from .item import Item, Reading
from .lines import Numbered, lines, longest_line
from .places import is_web
from .rows import item_of

NAME = "standard input"


class StandardInput:
    """What comes through a pipe; its first line says what it is, and is waited for.

    Raises InputError when that is neither a JSON object nor a URL.
    """

    def __init__(self, stdin: BinaryIO | None, reading: Reading, /) -> None:
        stream = stdin or getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise InputError("there is no standard input to read; give files")
        self._reading = reading
        numbered = lines(stream, longest_line(reading.max_chars))
        first = next((one for one in numbered if isinstance(one[1], InputError) or not _is_idle(one[1])), None)
        self._lines: Iterator[Numbered] = numbered if first is None else chain([first], numbered)
        self._has_urls = first is not None and isinstance(first[1], str) and is_web(first[1].strip())
        if first is not None and not self._has_urls:
            _check_object(first[1])

    def items(self) -> Iterator[Item]:
        """The articles, as they come."""
        if self._has_urls:
            return urls.items(self._lines, NAME)
        return map(item_of, jsonl.rows(self._lines, NAME, self._reading))


def _is_idle(line: str, /) -> bool:
    return not line.strip() or line.startswith("#")


def _check_object(line: str | InputError, /) -> None:
    if isinstance(line, InputError) or isinstance(jsonl.parse(line), InputError):
        raise InputError(
            f"the {NAME} begins neither with a JSON object nor with a URL; give JSON Lines or one URL a line"
            " (one article is read by 'extractor extract -')"
        )
