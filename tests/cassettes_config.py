"""How cassettes are recorded and matched: on method, path and parsed body; with an allow-list of headers."""

from __future__ import annotations

import json
from typing import Any

REQUEST_HEADERS = {"content-type", "accept"}
RESPONSE_HEADERS = {"content-type"}
DIFFERENCES: list[str] = []  # how the last request differed from what is recorded, for the message of a failing test
RECORD = "record it again with `make record` (see CONTRIBUTING.md)"


def same_question(recorded: Any, asked: Any) -> None:
    """Raise AssertionError, telling the first difference, unless both requests ask the same."""
    assert (recorded.method, recorded.path) == (asked.method, asked.path), "another route was asked"
    before, now = json.loads(recorded.body or b"null"), json.loads(asked.body or b"null")
    if before != now:
        DIFFERENCES.append(f"the request changed at {first_difference(before, now)}; {RECORD}")
        raise AssertionError(DIFFERENCES[-1])


def first_difference(before: Any, now: Any, path: str = "body") -> str:
    """Where two JSON values differ first, and the words around it."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            if before.get(key) != now.get(key):
                return first_difference(before.get(key), now.get(key), f"{path}.{key}")
    if isinstance(before, list) and isinstance(now, list):
        for number, (one, other) in enumerate(zip(before, now, strict=False)):
            if one != other:
                return first_difference(one, other, f"{path}[{number}]")
    if isinstance(before, str) and isinstance(now, str):
        at = next((i for i, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), min(len(before), len(now)))
        return f"{path}: {before[max(0, at - 20) : at + 40]!r} became {now[max(0, at - 20) : at + 40]!r}"
    return f"{path}: {before!r:.60} became {now!r:.60}"


def keep_headers(request: Any) -> Any:
    """The request with no header but those that matter: a key is never recorded."""
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in REQUEST_HEADERS}
    return request


def keep_response_headers(response: dict[str, Any]) -> dict[str, Any]:
    """The response with no header but those that matter."""
    headers = response["headers"]
    response["headers"] = {name: value for name, value in headers.items() if name.lower() in RESPONSE_HEADERS}
    return response
