"""Pages of the store's lists, which do not shift when something is added between two of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sample_claims import DAY, expects, holds, said_by
from sqlalchemy import event

from extractor.store import Filters, Store
from extractor.store.keysets import Key, Page

Turn = Callable[[Key | None, int], Page[Any]]
TOMORROW = date.today() + timedelta(days=1)
OVER = date.today() - timedelta(days=9)


def fill(store: Store, /) -> None:
    """Claims of three experts, in dated and undated articles, with predictions of all kinds."""
    days = (None, DAY, None, DAY + timedelta(days=1), DAY)
    for number, day in enumerate(days):
        name = ("Mira Oake", "Jon Pell", "Ute Grote")[number % 3]
        ends = (OVER, TOMORROW, None) if number % 2 else (OVER, None, OVER)
        said = [expects(f"The mill {number} stops {place} times", by=end) for place, end in enumerate(ends)]
        store.add(said_by(name, holds(f"The mill {number} turns"), *said, published=day, title=f"The mill {number}"))


def turned(turn: Turn, size: int, /) -> list[Any]:
    """All items of a list, by pages of this size."""
    items: list[Any] = []
    after: Key | None = None
    for _ in range(100):
        page = turn(after, size)
        items += page.items
        if page.after is None:
            return items
        assert len(page.items) == size
        after = page.after
    raise AssertionError("the pages do not end")


LISTS: dict[str, tuple[Callable[[Store], Turn], Callable[[Store], list[Any]]]] = {
    "claims": (
        lambda store: lambda after, limit: store.pages.claims(after=after, limit=limit),
        lambda store: store.claims(),
    ),
    "predictions": (
        lambda store: lambda after, limit: store.pages.claims(Filters(kind="prediction"), after=after, limit=limit),
        lambda store: store.claims(Filters(kind="prediction")),
    ),
    "of an expert": (
        lambda store: lambda after, limit: store.pages.claims(Filters(expert=1), after=after, limit=limit),
        lambda store: store.claims(Filters(expert=1)),
    ),
    "open": (
        lambda store: lambda after, limit: store.pages.open_predictions(after=after, limit=limit),
        lambda store: store.open_predictions(),
    ),
    "due": (
        lambda store: (
            lambda after, limit: store.pages.open_predictions(Filters(ends_by=date.today()), after=after, limit=limit)
        ),
        lambda store: store.due(),
    ),
    "articles": (
        lambda store: lambda after, limit: store.pages.articles(after=after, limit=limit),
        lambda store: store.articles(),
    ),
    "articles with words": (
        lambda store: lambda after, limit: store.pages.articles("MILL", after=after, limit=limit),
        lambda store: store.articles("mill"),
    ),
    "experts": (
        lambda store: lambda after, limit: store.pages.experts(after=after, limit=limit),
        lambda store: store.experts(),
    ),
    "experts with words": (
        lambda store: lambda after, limit: store.pages.experts("o", after=after, limit=limit),
        lambda store: store.experts("o"),
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_the_list(store: Store, name: str) -> None:
    """Pages of any size follow each other as the list goes, dated or not, without gap or overlap."""
    fill(store)
    turn, everything = LISTS[name][0](store), LISTS[name][1](store)
    assert len(everything) >= 1
    for size in (1, 2, 3, len(everything), len(everything) + 1):
        assert turned(turn, size) == everything


@pytest.mark.parametrize("name", ["claims", "open", "due", "articles"])
def test_pages_do_not_shift(store: Store, name: str) -> None:
    """What is added between two pages makes none of the old items come twice or be missed."""
    fill(store)
    turn, before = LISTS[name][0](store), LISTS[name][1](store)
    half = len(before) // 2
    first = turn(None, half)
    later = said_by("Eva Lund", expects("It rains", by=OVER - timedelta(days=1)), published=DAY + timedelta(days=5))
    store.add(later)
    store.add(said_by("Eva Lund", expects("It snows"), published=None))
    items = [*first.items]
    after = first.after
    while after is not None:
        page = turn(after, 2)
        items += page.items
        after = page.after
    told = [one.id for one in items]
    assert len(told) == len(set(told)) and {one.id for one in before} <= set(told)


def test_key_of_what_was_deleted(store: Store) -> None:
    """A page begins where it should when the item before it is gone."""
    fill(store)
    everything = store.claims()
    first = store.pages.claims(limit=4)
    store.delete(first.items[-1].article.id)
    following = store.pages.claims(after=first.after, limit=100).items
    gone = first.items[-1].article.id
    assert [one.id for one in following] == [one.id for one in everything[4:] if one.article.id != gone]


def test_nothing_to_page(store: Store) -> None:
    """An empty store has one empty page of everything, and a limit of 0 gives nothing."""
    pages = store.pages
    told: list[Page[Any]] = [pages.claims(), pages.open_predictions(), pages.articles(), pages.experts()]
    fill(store)
    told += [pages.claims(limit=0), pages.open_predictions(limit=0), pages.articles(limit=0), pages.experts(limit=0)]
    assert told == [Page(())] * 8


def test_unresolved_and_their_end(store: Store) -> None:
    """Filters ask for predictions without an outcome, and for those whose horizon ends by a day; a search does too."""
    store.add(
        said_by("Mira Oake", expects("It rains", by=OVER), expects("It snows", by=TOMORROW), expects("It rains on"))
    )
    store.resolve(1, "yes")
    assert [one.id for one in store.claims(Filters(status="unresolved"))] == [3, 2]
    assert [one.id for one in store.claims(Filters(ends_by=TOMORROW))] == [2, 1]
    assert [hit.found.id for hit in store.search("rains", filters=Filters(status="unresolved")).hits] == [3]
    assert [hit.found.id for hit in store.search("rains", filters=Filters(ends_by=TOMORROW)).hits] == [1]
    assert store.pages.open_predictions(Filters(ends_by=OVER)).items == ()


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "ix_claims_date_published"),
        (Filters(expert=1), "ix_claims_expert_listed"),
        (Filters(kind="position", stance="favor"), "ix_claims_stance"),
        (Filters(kind="prediction"), "ix_claims_stance"),
    ],
    ids=str,
)
def test_sqlite_begins_a_page_by_an_index(sqlite_path: Path, filters: Filters, index: str) -> None:
    """A later page is found as fast as the first: its key is looked up in the index that gives the order."""
    with Store(sqlite_path) as store:
        fill(store)
        assert index in plan(store, lambda: store.pages.claims(filters, after=(DAY, 3)))
        assert "ix_claims_due" in plan(store, lambda: store.pages.open_predictions(after=(OVER, 3)))


def plan(store: Store, ask: Callable[[], object]) -> str:
    """How SQLite goes about the first statement that lists claims."""
    given: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        given.append((told[2], told[3]))

    event.listen(store._database.engine, "before_cursor_execute", note)
    ask()
    event.remove(store._database.engine, "before_cursor_execute", note)
    statement, values = next(one for one in given if one[0].startswith("SELECT claims.id \nFROM claims \nWHERE"))
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return " ".join(str(row[-1]) for row in rows)
