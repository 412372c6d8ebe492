"""What is wrong with a record, in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_SUBJECT: Final = re.compile(r"^(?:Value error, )?(?:(?:Input|Value|String|Tuple|Dictionary|Object) (?=should))?")
_KNOWN: Final = {"missing": "is missing", "extra_forbidden": "does not belong there"}
_RESULTS: Final = {"extract": "Extraction", "summarize": "Summary"}


def describe(error: ValidationError, raw: Mapping[str, Any], /) -> str:
    """The first thing that is wrong with a record, and where in it."""
    found = error.errors(include_url=False, include_context=False)
    kind = raw.get("type")
    if found[0]["type"].startswith("union_tag"):
        return "it has no type" if kind is None else f"an export has no records of type {kind!r}"
    first = next((one for one in found if _is_meant(one, raw)), found[0])
    where = _place(first["loc"][1:])
    what = _KNOWN.get(first["type"]) or _SUBJECT.sub("", first["msg"])
    return f"this {kind} record is damaged: {f'{where} {what}' if where else what}"


def _is_meant(detail: ErrorDetails, raw: Mapping[str, Any]) -> bool:
    """False for what is wrong with a result if it is taken for that of the other task."""
    place = detail["loc"]
    if len(place) < 3 or place[1] != "result":
        return True
    return _RESULTS.get(str(raw.get("task")), "") in str(place[2])


def _place(parts: Sequence[int | str]) -> str:
    """Names and numbers in a record, without the classes that read them."""
    named = ""
    for part in parts:
        if isinstance(part, int):
            named += f" number {part + 1}"
        elif part not in _RESULTS.values() and not re.search(r"[\[(]", part):
            named += f"{', ' if named else ''}{part!r}"
    return named
