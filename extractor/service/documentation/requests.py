"""Examples of requests, as lines for a shell. Pure functions."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

_JSON: Final = "application/json"
_SHOWN: Final = 2
"""Parameters of a query that an example shows."""


def example_of(method: str, address: str, operation: Mapping[str, Any], /) -> str:
    """A call of an operation with curl; values are the examples of the document."""
    parameters = operation.get("parameters", ())
    for name, value in _examples(parameters, "path").items():
        address = address.replace(f"{{{name}}}", quote(value, safe=""))
    query = dict(list(_examples(parameters, "query").items())[:_SHOWN])
    parts = ["curl", *(("-X", method.upper()) if method not in ("get", "post") else ())]
    if "security" in operation:
        parts += ["-H", "Authorization: Bearer KEY"]
    body = _body(operation)
    if body is not None:
        parts += ["-H", f"Content-Type: {_JSON}", "-d", json.dumps(body, ensure_ascii=False)]
    return shlex.join([*parts, f"{address}?{urlencode(query)}" if query else address])


def _examples(parameters: Any, place: str) -> dict[str, str]:
    return {
        one["name"]: str(one["schema"]["examples"][0])
        for one in parameters
        if one["in"] == place and one["schema"].get("examples")
    }


def _body(operation: Mapping[str, Any]) -> Any:
    """The first example of a body of JSON; None when there is none."""
    content = operation.get("requestBody", {}).get("content", {}).get(_JSON, {})
    return next((one["value"] for one in content.get("examples", {}).values()), None)
