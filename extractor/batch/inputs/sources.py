"""What inputs name: files and pages, each with the format that it is read in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from .item import Reading
from .places import Table, is_called_article, is_web, legible, table_of
from .walking import is_pattern, match, walk


@dataclass(frozen=True, slots=True)
class Source:
    """A file (of many articles, a ``table``; else of one), a page, or the standard input ``-``.

    With an ``error`` it is a folder that cannot be read.
    """

    path: str
    table: Table | None = None
    error: OSError | None = None

    @property
    def place(self) -> str:
        """The path or URL as it can be shown and stored."""
        return legible(self.path)


def find_sources(inputs: Sequence[str], reading: Reading, /) -> Iterator[Source]:
    """What the inputs name, lazily and in their order, then the lists of URLs."""
    left_out = written_to(reading)
    for given in inputs:
        if given == "-":
            yield Source(given)
        elif is_web(given.strip()):
            yield Source(given.strip())
        elif is_file(given):
            yield Source(given, table_of(given))
        else:
            yield from find_inside(given, left_out)
    for path in reading.url_files:
        yield Source(path, "urls")


def find_inside(given: str, left_out: frozenset[str], /) -> Iterator[Source]:
    """The files of a folder, or those that match a pattern, whose names say that they can be read.

    A pattern that names another ending (``*.story``) finds files with that ending too.
    """
    is_folder = Path(given).is_dir()
    ending = "" if is_folder else PurePath(given).suffix
    for path in walk(given) if is_folder else match(given):
        if isinstance(path, OSError):
            yield Source(str(path.filename or given), error=path)
            continue
        is_known = table_of(path) or is_called_article(path) or (ending and path.endswith(ending))
        if is_known and not (left_out and os.path.realpath(path) in left_out):
            yield Source(path, table_of(path))


def is_file(given: str, /) -> bool:
    """True for the name of one file, whether it exists or not; False for folders, and patterns that name no file."""
    path = Path(given)
    return not path.is_dir() and (path.exists() or not is_pattern(given))


def written_to(reading: Reading, /) -> frozenset[str]:
    """The real paths of the files that are left out."""
    return frozenset(os.path.realpath(path) for path in reading.leave_out)
