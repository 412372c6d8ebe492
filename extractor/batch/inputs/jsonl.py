"""JSON Lines: one object a line, whose names are the columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from extractor.articles.decoding import shown
from extractor.errors import InputError

from .columns import cells, choose, missing
from .item import Field, Reading
from .lines import Numbered
from .rows import Row

_LOOKED_AT = 20
"""Lines by which a file is judged before anything is done with it."""


def rows(numbered: Iterator[Numbered], name: str, reading: Reading, /) -> Iterator[Row]:
    """The rows of lines of JSON, by the numbers of their lines; blank lines are passed over."""
    columns = _chooser(reading)
    for number, line in numbered:
        if isinstance(line, str) and not line.strip():
            continue
        found = line if isinstance(line, InputError) else parse(line)
        place = f"{name}:{number}"
        if isinstance(found, InputError):
            yield place, found
        elif chosen := columns(tuple(found)):
            yield place, cells(found, chosen)
        else:
            yield place, missing(found)


def parse(line: str, /) -> dict[str, object] | InputError:
    """The object of a line, or why it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        told = str(error).partition("\n")[0]
        return InputError(f"the line is not JSON ({told}): {_beginning(line)}; write one object a line")
    if not isinstance(found, dict):
        return InputError(f"the line is not a JSON object: {_beginning(line)}; write one object a line")
    return found


def check(numbered: Iterator[Numbered], reading: Reading, /) -> None:
    """Raise InputError when none of the first lines is an object, or none of these has a text or a URL."""
    columns = _chooser(reading)
    seen: dict[str, None] = {}
    failed: list[InputError] = []
    filled = (line for _, line in numbered if isinstance(line, InputError) or line.strip())
    for line in islice(filled, _LOOKED_AT):
        found = line if isinstance(line, InputError) else parse(line)
        if isinstance(found, InputError):
            failed.append(found)
        elif columns(tuple(found)):
            return
        else:
            seen |= dict.fromkeys(found)
    if seen:
        raise missing(seen)
    if failed:
        raise failed[0]


def count(numbered: Iterator[Numbered], /) -> int:
    """The number of rows."""
    return sum(1 for _, line in numbered if isinstance(line, InputError) or line.strip())


def _chooser(reading: Reading, /) -> Callable[[tuple[str, ...]], dict[Field, str]]:
    """Chooses columns by an object's names; gives none where there is neither a text nor a URL among them."""

    @lru_cache(256)
    def columns(names: tuple[str, ...]) -> dict[Field, str]:
        found = choose(names, reading)
        return found if found.keys() & {"text", "url"} else {}

    return columns


def _beginning(line: str, /) -> str:
    return shown(line.strip()[:60])
