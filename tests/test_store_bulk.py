"""Results that are stored together make the rows that they make one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from expert_results import cite, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from store_writer import made

from extractor.errors import InputError
from extractor.schemas import Extraction
from extractor.store import Store
from extractor.store.database.opening import open_database
from extractor.store.tables import metadata

UNLIKE = {"added_at"}
NAMES = ("Ana Roe", "Dr. Ana Roe", "ANA ROE", "Piet Maas", "Roe", "officials", "Foreign Ministry")
SAID = st.none() | st.sampled_from(["port director", "director of the port", "minister", "pilot"])
PEOPLE = st.builds(
    person,
    st.sampled_from(NAMES),
    role=SAID,
    affiliation=st.none() | st.sampled_from(["Port of Varnsee", "Varnsee", "Ministry of Fish"]),
    kind=st.sampled_from(["person", "person", "organization", "group"]),
    aliases=st.lists(st.sampled_from(["the director", "A. Roe", "Mr. Maas"]), unique=True, max_size=2).map(tuple),
)
CASTS = st.lists(st.lists(PEOPLE, min_size=1, max_size=3), min_size=1, max_size=6)


def rows(url: str, /) -> dict[str, list[dict[str, Any]]]:
    """All that is stored, but when it was."""
    database = open_database(url)
    found = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in UNLIKE]
            written = connection.execute(select(*columns).order_by(*table.primary_key)).mappings()
            found[table.name] = [dict(row) for row in written]
    database.close()
    return found


def store_twice(results: Sequence[Extraction], one_by_one: str, together: str, /) -> None:
    """Store the same in two databases."""
    with Store(one_by_one) as store:
        for result in results:
            store.add(result)
    with Store(together) as store:
        store.add_all(results)
        assert list(store.check()) == []


def test_together_is_as_one_by_one(tmp_path: Path, postgresql_url: str) -> None:
    """Also on PostgreSQL: same ids, experts, names, claims, and what search finds."""
    results = [made(number) for number in (1, 2, 3, 2, 4)]
    store_twice(results, str(tmp_path / "one.db"), postgresql_url)
    assert rows(str(tmp_path / "one.db")) == rows(postgresql_url)
    with Store(str(tmp_path / "one.db")) as one, Store(postgresql_url) as other:
        assert {hit.found.id for hit in one.search("quay 7").hits} == {8, 24, 40, 56}
        assert {hit.found.id for hit in other.search("quay 7").hits} == {8, 24, 40, 56}


@given(casts=CASTS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_experts_are_found_as_if_stored_one_by_one(tmp_path: Path, casts: list[list[Any]]) -> None:
    """Later articles find those of earlier ones, fill in what was not known of them, and add names."""
    results = [cite(f"pier {place}", *cast) for place, cast in enumerate(casts)]
    for name in ("one.db", "other.db"):
        for path in tmp_path.glob(f"{name}*"):
            path.unlink()
    store_twice(results, str(tmp_path / "one.db"), str(tmp_path / "other.db"))
    assert rows(str(tmp_path / "one.db")) == rows(str(tmp_path / "other.db"))


def test_a_store_that_has_articles_gets_more(store: Store) -> None:
    """Known articles, new ones, and the same twice in one call."""
    store.add_all([made(1), made(2)])
    added = store.add_all([made(3), made(2), made(3)])
    assert [one.new for one in added] == [True, False, False]
    assert added[2].run_id == added[0].run_id
    assert (store.stats().articles, store.stats().runs, list(store.check())) == (3, 3, [])


def test_all_or_nothing(store: Store) -> None:
    """When one cannot be stored none is."""
    article = made(2).article.model_copy(update={"title": "\0"})
    with pytest.raises(InputError, match="NUL"):
        store.add_all([made(1), made(2).model_copy(update={"article": article})])
    assert store.stats().articles == 0
