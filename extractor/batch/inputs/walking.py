"""Folders and patterns: the files in them, in the same order each time, one folder's names in memory at once."""
# ruff: noqa: PTH112, PTH113, PTH118, PTH206 - plain strings: "./a" stays as it was given, and this runs for millions of names

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
from typing import Literal

_MAGIC = re.compile(r"[*?\[]")
_Kind = Literal["file", "folder", "other"]


def is_pattern(path: str, /) -> bool:
    """True when a path has ``*``, ``?`` or ``[``."""
    return _MAGIC.search(path) is not None


def walk(folder: str, /) -> Iterator[str | OSError]:
    """The files in a folder and in those below it, by name; an error for each folder that cannot be read.

    What begins with a dot is left out, and links to folders are not followed, as they may lead round in circles.
    """
    entries = _entries(folder)
    if isinstance(entries, OSError):
        yield entries
        return
    for name, kind in entries:
        path = os.path.join(folder, name)
        if kind == "folder":
            yield from walk(path)
        elif kind == "file":
            yield path


def match(pattern: str, /) -> Iterator[str | OSError]:
    """The files that a pattern matches, by name: ``*`` and ``?`` within a name, ``**`` for any number of folders.

    Names that begin with a dot match only what begins with a dot, and ``**`` does not follow links to folders.
    """
    drive, rest = os.path.splitdrive(pattern)
    start = drive + (os.sep if rest.startswith(os.sep) else "")
    parts = [part for part in rest.split(os.sep) if part]
    unique = [part for at, part in enumerate(parts) if part != "**" or parts[at + 1 : at + 2] != ["**"]]
    return _match(start, unique)


def _match(folder: str, parts: Sequence[str], /) -> Iterator[str | OSError]:
    first, *rest = parts
    if first == "**":
        yield from _match_below(folder, rest or ["*"])
        return
    if not is_pattern(first):
        yield from _match_named(os.path.join(folder, first), rest)
        return
    entries = _entries(folder, hidden=first.startswith("."))
    if isinstance(entries, OSError):
        yield entries
        return
    fits = re.compile(translate(first)).match
    for name, _ in entries:
        if fits(name):
            yield from _match_named(os.path.join(folder, name), rest)


def _match_named(path: str, rest: Sequence[str], /) -> Iterator[str | OSError]:
    if not rest:
        if os.path.isfile(path):
            yield path
    elif os.path.isdir(path):
        yield from _match(path, rest)


def _match_below(folder: str, rest: Sequence[str], /) -> Iterator[str | OSError]:
    """The matches of ``rest`` in a folder, then in those below it."""
    yield from _match(folder, rest)
    entries = _entries(folder)
    for name, kind in [] if isinstance(entries, OSError) else entries:
        if kind == "folder":
            yield from _match_below(os.path.join(folder, name), rest)


def _entries(folder: str, /, *, hidden: bool = False) -> list[tuple[str, _Kind]] | OSError:
    """What is in a folder, by name. A link to a file is a file, one to a folder is ``other``."""
    try:
        with os.scandir(folder or os.curdir) as found:
            return sorted((entry.name, _kind(entry)) for entry in found if hidden or not entry.name.startswith("."))
    except OSError as error:
        return error


def _kind(entry: os.DirEntry[str], /) -> _Kind:
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file() else "other"
