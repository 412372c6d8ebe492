"""Cursors: what clients hand back to have the next page."""

from __future__ import annotations

import base64
import json
import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from extractor.errors import InputError
from extractor.service.reading_api.cursors import DEEPEST, LONGEST, ByCount, ByDay, Ranked, digest, read, write

QUERY = digest("/v1/claims", {"kind": "position"})
IDS = st.integers(1, 2**31 - 1)


def packed(value: object, /) -> str:
    """Any JSON as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(st.tuples(st.none() | st.dates(), IDS))
def test_day_comes_back(place: tuple[date | None, int]) -> None:
    """A key of a day, known or not, comes back as it was, in a word that needs no escaping in an address."""
    cursor = write(place, QUERY)
    assert read(cursor, QUERY, ByDay) == place
    assert len(cursor) <= LONGEST and set(cursor) <= set(string.ascii_letters + string.digits + "-_")


@given(st.tuples(st.integers(0, 2**31 - 1), IDS), st.integers(1, DEEPEST))
def test_numbers_come_back(place: tuple[int, int], offset: int) -> None:
    """So do a key of a number, and an offset."""
    assert read(write(place, QUERY), QUERY, ByCount) == place
    assert read(write(offset, QUERY), QUERY, Ranked) == offset


@given(st.text(max_size=LONGEST) | st.text(string.ascii_letters + string.digits + "-_", max_size=LONGEST))
def test_noise_is_no_cursor(cursor: str) -> None:
    """Anything else is an input error, whatever it is."""
    with pytest.raises(InputError, match="is no cursor"):
        read(cursor, QUERY, ByDay)


@pytest.mark.parametrize(
    "value",
    [
        [2, QUERY, ["2026-03-01", 1]],
        [1, QUERY, ["2026-03-01"]],
        [1, QUERY, ["2026-13-01", 1]],
        [1, QUERY, [86_400, 1]],
        [1, QUERY, ["2026-03-01", 0]],
        [1, QUERY, ["2026-03-01", 2**31]],
        [1, QUERY, ["2026-03-01", "1"]],
        [1, QUERY, [None, True]],
        [1, QUERY, [None, 1.0]],
        [1, QUERY, [None, 1], "more"],
        [1, QUERY, 50],
        [1, None, [None, 1]],
        {"v": 1},
        None,
    ],
    ids=str,
)
def test_tampered(value: Any) -> None:
    """JSON of another form, days that no calendar has and ids that no database has are refused."""
    with pytest.raises(InputError, match="is no cursor"):
        read(packed(value), QUERY, ByDay)


@pytest.mark.parametrize(("form", "place"), [(Ranked, 0), (Ranked, DEEPEST + 1), (ByCount, [-1, 1])], ids=str)
def test_places_that_no_list_has(form: TypeAdapter[Any], place: object) -> None:
    """Nor is there anything before the beginning, or deeper than is ranked."""
    with pytest.raises(InputError, match="is no cursor"):
        read(packed([1, QUERY, place]), QUERY, form)


def test_of_another_query() -> None:
    """A cursor goes with the list and the filters of the page that told it, whatever the size of the pages."""
    cursor = write((None, 1), QUERY)
    for other in (digest("/v1/predictions", {"kind": "position"}), digest("/v1/claims", {"kind": "prediction"})):
        with pytest.raises(InputError, match="another query"):
            read(cursor, other, ByDay)
    same = digest("/v1/claims", {"limit": 7, "cursor": cursor, "kind": "position", "stance": None})
    assert read(cursor, same, ByDay) == (None, 1)
