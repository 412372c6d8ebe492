"""What a database holds: texts without certain characters, JSON, and results whose ids ascend."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_jsonable_python

from extractor.errors import InputError
from extractor.schemas import Extraction, Summary

_UNHELD = re.compile(r"[\x00\ud800-\udfff]")


def held(row: dict[str, Any], what: str, /) -> dict[str, Any]:
    """The row; InputError when a text of it has characters that a database cannot hold (NUL, half surrogate pairs)."""
    texts = [value for value in row.values() if isinstance(value, str)]
    if _is_held("\n".join(texts)):  # which looks at all of them at once
        return row
    for column, value in row.items():
        if isinstance(value, str) and (found := _UNHELD.search(value)):
            name = "a NUL character" if found[0] == "\0" else "half of a surrogate pair"
            raise InputError(
                f"the {column} of {what} has {name} at {found.start()}, which no database holds; take it out"
            )
    return row


def _is_held(text: str, /) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def legible(text: str, /) -> str:
    """A message or a path with what a database cannot hold written as an escape (``\\x00``, ``\\udc80``)."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def check_ids(result: Extraction | Summary, /) -> None:
    """Raise InputError unless the local ids ascend (e1, e2, ... and c1, c2, ...): rows are put in order by them."""
    _check_ascending("e", [expert.id for expert in result.experts])
    if isinstance(result, Extraction):
        positions, predictions = ([claim.id for claim in part] for part in (result.positions, result.predictions))
        _check_ascending("c", positions)
        _check_ascending("c", predictions)
        if twice := sorted({*positions} & {*predictions}):
            raise InputError(f"the claim id {twice[0]!r} stands twice; number the claims c1, c2, ...")


def _check_ascending(letter: str, ids: Sequence[str]) -> None:
    last = 0
    for one in ids:
        if not re.fullmatch(rf"{letter}[1-9][0-9]{{0,8}}", one) or int(one[1:]) <= last:
            raise InputError(f"the id {one!r} is out of order; number what is listed {letter}1, {letter}2, ...")
        last = int(one[1:])


def plain(value: object, /) -> Any:
    """A value in JSON's types that every database takes: numbers that JSON lacks (NaN, infinity) become words."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return to_jsonable_python(value, fallback=str)
