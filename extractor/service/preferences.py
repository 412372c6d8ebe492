"""What a client prefers about waiting for its result: the header ``Prefer`` of RFC 7240."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Preference:
    """How long to wait for a result, in seconds, and what is said to have been applied (None: nothing was asked)."""

    wait: float
    applied: str | None = None


def read_preference(headers: Sequence[str], /, *, default: float, most: float) -> Preference:
    """What the ``Prefer`` headers of a request ask for; what they say badly, or besides waiting, is ignored.

    ``default`` and ``most`` are seconds. ``respond-async`` alone is a wait of none; ``wait`` counts beside it.
    """
    said: dict[str, str] = {}
    for part in ",".join(headers).split(","):
        name, value = _read(part)
        said.setdefault(name, value)
    if _SECONDS.fullmatch(said.get("wait", "")):
        wait = min(float(said["wait"]), most)
        return Preference(wait, f"wait={wait:.0f}")
    if "respond-async" in said:
        return Preference(0.0, "respond-async")
    return Preference(min(default, most))


def _read(part: str, /) -> tuple[str, str]:
    """Name and value of one preference, without its parameters.

    Cut and not matched: patterns with optional blanks take a time that grows with a power of a header's length.
    """
    name, _, value = part.partition(";")[0].partition("=")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1].strip()
    return name.strip().lower(), value
