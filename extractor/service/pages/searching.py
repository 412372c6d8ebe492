"""Searching the claims: words and filters from the address, so that every search can be linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast, get_args

from fastapi import APIRouter, Request, Response

from extractor.errors import InputError
from extractor.schemas.claims import Stance
from extractor.schemas.stored import ClaimKind, Hit, Status, StoredExpert
from extractor.store import Store
from extractor.store.filters import Filters

from .paging import Paged, page_number, paged
from .rendering import page
from .shared import Shared
from .wording import told

router = APIRouter(include_in_schema=False)

_FIELDS: Final = ("q", "expert", "kind", "stance", "status", "since", "until", "article")


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits; ``bounded``: how many claims were ranked of more that match."""

    shown: Paged[Hit]
    bounded: int | None


@router.get("/search")
def search(request: Request, shared: Shared) -> Response:
    """The form, filled with what was asked for, and what was found."""
    given = {name: request.query_params.get(name, "").strip() for name in _FIELDS}
    results, error = None, ""
    if any(given.values()):
        try:
            results = find(shared.store, given, number=page_number(request.query_params.get("page")))
        except InputError as refused:
            error = told(refused)
    return page(
        request,
        "search.html",
        status=422 if error else 200,
        active="search",
        given=given,
        results=results,
        error=error,
        expert=_numbered(shared.store, given["expert"]),
        narrowed=any(text for name, text in given.items() if name != "q"),
        stored=results is not None or bool(shared.store.claims(limit=1)),
    )


def _numbered(store: Store, asked: str, /) -> StoredExpert | None:
    """The expert that a filter names by number, as links of an expert's page do."""
    try:
        return store.expert(int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    except InputError:
        return None


def find(store: Store, given: Mapping[str, str], /, *, number: int) -> Results:
    """A page of the claims that are asked for. Raises InputError for what is no filter, and as `Store.search`."""
    filters = read_filters(given)
    bounded: list[int | None] = []

    def fetch(limit: int, offset: int) -> tuple[Hit, ...]:
        found = store.search(given["q"], filters=filters, limit=limit, offset=offset)
        bounded.append(found.bounded)
        return found.hits

    shown = paged(fetch, "/search", given, number=number)
    return Results(shown=shown, bounded=bounded[0])


def read_filters(given: Mapping[str, str], /) -> Filters:
    """The filters of a form, whose fields are empty where nothing is asked for. Raises InputError."""
    expert = given["expert"]
    return Filters(
        expert=int(expert) if expert.isascii() and expert.isdecimal() and len(expert) < 10 else expert or None,
        kind=cast(ClaimKind | None, _one_of(given, "kind", get_args(ClaimKind))),
        stance=cast(Stance | None, _one_of(given, "stance", get_args(Stance))),
        status=cast(Status | None, _one_of(given, "status", get_args(Status))),
        since=_date(given, "since"),
        until=_date(given, "until"),
        article=given["article"] or None,
    )


def _one_of(given: Mapping[str, str], name: str, values: tuple[Any, ...]) -> str | None:
    value = given[name]
    if value and value not in values:
        raise InputError(f"{value[:40]!r} is no {name}; choose one of {', '.join(values)}")
    return value or None


def _date(given: Mapping[str, str], name: str) -> date | None:
    text = given[name]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text[:40]!r} is no date; write it as in 2026-05-31") from None
