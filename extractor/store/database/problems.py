"""What verifying the store finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the store: ``place`` such as ``claim 12``, and what is wrong there."""

    place: str
    message: str
