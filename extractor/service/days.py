"""Days as clients write them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator


def _read(value: object) -> object:
    """A day that is written out: pydantic would take "86400" for one as well."""
    if not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError("write the day as YYYY-MM-DD")
    return day


Day = Annotated[date, BeforeValidator(_read)]
"""A day, in requests written YYYY-MM-DD and in no other way."""
