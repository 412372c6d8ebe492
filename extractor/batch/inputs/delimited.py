"""CSV and TSV: RFC 4180, with a first row that names the columns."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, Literal, Self

from extractor.errors import InputError

from .columns import choose_all
from .item import Reading
from .lines import Numbered, longest_line
from .rows import Row

DelimitedForm = Literal["csv", "tsv"]

_DELIMITERS: Final[dict[DelimitedForm, str]] = {"csv": ",", "tsv": "\t"}
_NEVER_CLOSED = (
    "a quotation mark opens in this row and is never closed; close it, or double it where it is part of a text"
)

_Record = tuple[int, list[str] | InputError]


def rows(numbered: Iterator[Numbered], name: str, form: DelimitedForm, reading: Reading, /) -> Iterator[Row]:
    """The rows of a table, by the numbers of the lines where they begin; blank lines are passed over.

    Raises InputError when the first row does not name the columns that are needed.
    """
    records = _records(numbered, form, reading)
    names = _header(records)
    chosen = {field: names.index(column) for field, column in choose_all(names, reading).items()}
    for number, record in records:
        place = f"{name}:{number}"
        if isinstance(record, InputError):
            yield place, record
        elif len(record) != len(names):
            yield (
                place,
                InputError(
                    f"the row has {len(record):,} cells where {len(names):,} columns are named;"
                    " put texts in quotation marks, and double those in them"
                ),
            )
        else:
            yield place, {field: record[at] for field, at in chosen.items()}


def check(numbered: Iterator[Numbered], form: DelimitedForm, reading: Reading, /) -> None:
    """Raise InputError when the first row does not name the columns that are needed."""
    choose_all(_header(_records(numbered, form, reading)), reading)


def count(numbered: Iterator[Numbered], form: DelimitedForm, reading: Reading, /) -> int:
    """The number of rows below the header."""
    return max(0, sum(1 for _ in _records(numbered, form, reading)) - 1)


def _header(records: Iterator[_Record], /) -> list[str]:
    first = next(records, None)
    if first is None:
        raise InputError("the file is empty; its first row names the columns")
    if isinstance(first[1], InputError):
        raise first[1]
    return [name.strip() for name in first[1]]


def _records(numbered: Iterator[Numbered], form: DelimitedForm, reading: Reading, /) -> Iterator[_Record]:
    """The records with the numbers of the lines where they begin, the header among them.

    A stray quotation mark takes in lines that follow, all of them when it is never closed: of a record that is
    malformed only the first line is, and those behind it are read anew.
    """
    longest = longest_line(reading.max_chars)
    csv.field_size_limit(max(csv.field_size_limit(), longest))  # one for the whole process
    feed = _Feed(numbered, longest)
    reader = csv.reader(feed, delimiter=_DELIMITERS[form], strict=True)
    while True:
        feed.begin()
        try:
            record: list[str] | InputError = next(reader)
        except StopIteration:
            return
        except InputError as error:
            record = error
        except csv.Error as error:
            record = _malformed(error, feed)
        if isinstance(record, InputError) or any(cell.strip() for cell in record):
            yield feed.number, record


def _malformed(error: csv.Error, feed: _Feed, /) -> InputError:
    feed.give_back()
    if "unexpected end" in str(error) or "field larger" in str(error):
        return InputError(_NEVER_CLOSED)
    return InputError(f"the row is malformed ({error}); put texts in quotation marks, and double those in them")


class _Feed:
    """Lines for the reader of records, which can be given back."""

    def __init__(self, numbered: Iterator[Numbered], longest: int, /) -> None:
        self._numbered = numbered
        self._waiting: deque[Numbered] = deque()
        self._taken: list[Numbered] = []
        self._longest = longest
        self._length = 0

    @property
    def number(self) -> int:
        """The number of the line where the present record begins."""
        return self._taken[0][0]

    def begin(self) -> None:
        """A new record begins with the next line."""
        self._taken.clear()
        self._length = 0

    def give_back(self) -> None:
        """Let all lines of the record but the first come once more."""
        self._waiting.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        number, line = self._waiting.popleft() if self._waiting else next(self._numbered)
        self._taken.append((number, line))
        if isinstance(line, InputError):
            if len(self._taken) > 1:
                self.give_back()
                raise InputError(_NEVER_CLOSED)
            raise line
        self._length += len(line)
        if self._length > self._longest and len(self._taken) > 1:
            self.give_back()
            raise InputError(_NEVER_CLOSED)
        return line
