"""Taking claims out of lists, and articles out of the store without a trace, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sample_results import sample_article, sample_experts, sample_extraction, sample_provenance, sample_summary
from sqlalchemy import func, select, text

from extractor.errors import InputError, UnavailableError
from extractor.schemas import Extraction
from extractor.store import Store
from extractor.store.database.opening import open_database
from extractor.store.tables import metadata

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def ids(store: Store) -> dict[str, int]:
    """The ids of the listed claims by their kind."""
    return {claim.kind: claim.id for claim in store.claims()}


def counts(url: str, /) -> dict[str, int]:
    """How many rows the tables have that have any."""
    database = open_database(url)
    with database.reading() as connection:
        found = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }
    database.close()
    return {name: number for name, number in found.items() if number}


def test_a_rejected_claim_is_out_of_lists_and_searches(store: Store) -> None:
    """It can still be shown, with the reason."""
    store.add(sample_extraction())
    prediction = ids(store)["prediction"]
    gone = store.reject(prediction, reason=" She never said so. ", rejected_by="Ida")
    assert (gone.id, gone.rejected) == (prediction, True)
    assert list(ids(store)) == ["position"]
    assert [hit.found.kind for hit in store.search("quay").hits] == ["position"]
    assert store.open_predictions() == []
    shown = store.show(prediction)
    assert (shown.claim.rejected, shown.reason) == (True, "She never said so.")


def test_a_restored_claim_is_back(store: Store) -> None:
    """In lists and searches."""
    store.add(sample_extraction())
    before = store.claims()
    prediction = ids(store)["prediction"]
    store.reject(prediction, reason="doubted")
    back = store.restore(prediction, reason="heard the tape")
    assert not back.rejected
    assert store.claims() == before
    assert {hit.found.id for hit in store.search("quay").hits} == {claim.id for claim in before}


def test_a_rejection_holds_in_later_runs(store: Store) -> None:
    """A new run that finds the claim again does not bring it back."""
    store.add(sample_extraction())
    position = ids(store)["position"]
    store.reject(position, reason="irony")
    store.add(sample_extraction(provenance=sample_provenance(model="fake-2", started_at=LATER)))
    assert list(ids(store)) == ["prediction"]
    store.restore(position)
    assert ids(store)["position"] == position


def test_restoring_lists_no_claim_that_the_current_run_lacks(store: Store) -> None:
    """It would list what the article's current run does not hold."""
    store.add(sample_extraction())
    prediction = ids(store)["prediction"]
    store.reject(prediction, reason="doubted")
    later = sample_provenance(model="fake-2", started_at=LATER)
    store.add(sample_extraction(provenance=later, predictions=()))
    assert not store.restore(prediction).rejected
    assert list(ids(store)) == ["position"]


def test_rejecting_twice_records_another_reason(store: Store) -> None:
    """The latest is shown, and one restoration is enough."""
    store.add(sample_extraction())
    position = ids(store)["position"]
    for reason in ("irony", "a misprint"):
        store.reject(position, reason=reason)
    assert store.show(position).reason == "a misprint"
    assert not store.restore(position).rejected


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_a_rejection_needs_a_reason(store: Store, reason: str) -> None:
    """Without one nothing changes."""
    store.add(sample_extraction())
    with pytest.raises(InputError, match="needs a reason"):
        store.reject(ids(store)["position"], reason=reason)
    assert set(ids(store)) == {"position", "prediction"}


def test_what_is_not_rejected_cannot_be_restored(store: Store) -> None:
    """Nor what is unknown."""
    store.add(sample_extraction())
    with pytest.raises(InputError, match="is not rejected"):
        store.restore(ids(store)["position"])
    with pytest.raises(InputError, match="99"):
        store.restore(99)
    with pytest.raises(InputError, match="99"):
        store.reject(99, reason="doubted")


def fill(store: Store, said: str, /) -> str:
    """An article with everything that may come from one; its id."""
    article = sample_article(said)
    store.add(sample_extraction(said), read_from="quay.html")
    store.add(sample_extraction(said, provenance=sample_provenance(model="fake-2", started_at=LATER, warnings=(said,))))
    store.add(sample_summary(said))
    store.add_failure(UnavailableError(said), task="extract", engine="model", article=article)
    (prediction,) = (claim.id for claim in store.claims() if claim.kind == "prediction" and claim.quote == said)
    store.resolve(prediction, "yes", note=said)
    store.reject(prediction, reason=said)
    return article.id


def test_deleting_the_only_article_leaves_no_row(store: Store, database_url: str) -> None:
    """Its runs, claims, records and experts are all gone."""
    article = fill(store, "the old quay of Varnsee will be full")
    assert len(counts(database_url)) >= 11
    assert store.delete(article[:8]) == article
    assert counts(database_url) == {}
    assert list(store.check()) == []


def test_deleting_leaves_other_articles_as_they_were(store: Store, database_url: str) -> None:
    """Experts that another article cites stay, with what it says of them."""
    fill(store, "the new bridge of Osterholt opens soon")
    before, experts, rows = store.claims(), store.experts(), counts(database_url)
    article = fill(store, "the old quay of Varnsee will be full")
    store.delete(article)
    assert store.claims() == before
    assert store.experts() == experts
    assert counts(database_url) == rows
    assert store.search("quay").hits == ()
    assert len(store.search("bridge").hits) == 1
    assert list(store.check()) == []


def test_experts_with_an_alias_or_a_merge_stay(store: Store) -> None:
    """What a person recorded of them is not lost with an article."""
    article = fill(store, "the old quay of Varnsee will be full")
    store.add_alias("Ana Roe", "A. V. Roe")
    store.delete(article)
    assert [expert.name for expert in store.experts()] == ["Ana Roe"]
    article = fill(store, "the old quay of Varnsee will be full")
    store.merge("Ana Roe", "Piet Maas")
    store.delete(article)
    assert store.expert("Piet Maas").name == "Ana Roe"


def test_a_deleted_article_may_come_back(store: Store) -> None:
    """As a new one: its claims have ids that were never given out."""
    article = fill(store, "the old quay of Varnsee will be full")
    old = set(ids(store).values())
    store.delete(article)
    fill(store, "the old quay of Varnsee will be full")
    assert old.isdisjoint(ids(store).values())


@pytest.mark.parametrize("unknown", ["abcdef0123", "quay", ""])
def test_an_unknown_article_is_refused(store: Store, unknown: str) -> None:
    """Nothing is deleted."""
    article = fill(store, "the old quay of Varnsee will be full")
    with pytest.raises(InputError):
        store.delete(unknown)
    assert store.runs(article)


def test_nothing_of_a_deleted_article_is_left_in_the_files_of_sqlite(sqlite_path: Path) -> None:
    """Neither in the database, nor in its log, nor in the index of words, while it is open."""
    with Store(sqlite_path) as store:
        fill(store, "the new bridge of Osterholt opens soon")
        article = fill(store, "the xanthoquay of Varnsee fills with wyvernmud")
        assert b"wyvernmud" in b"".join(file.read_bytes() for file in sqlite_path.parent.glob("claims.db*"))
        store.delete(article)
        left = b"".join(file.read_bytes() for file in sqlite_path.parent.glob("claims.db*"))
    assert b"Osterholt" in left
    for word in (b"xanthoquay", b"wyvernmud", b"anthoqua", b"yvernmu", article.encode()):
        assert word not in left


def test_no_word_of_a_deleted_article_is_left_in_the_index_of_sqlite(sqlite_path: Path) -> None:
    """Terms are stored without the letters that they share with the one before, so the bytes do not tell."""
    with Store(sqlite_path) as store:
        fill(store, "the new bridge of Osterholt opens soon")
        store.delete(fill(store, "the xanthoquay of Varnsee fills with wyvernmud"))
    database = open_database(sqlite_path)
    with database.writing() as connection:
        connection.execute(text("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, claims_fts, row)"))
        terms = connection.scalars(text("SELECT term FROM temp.terms")).all()
    database.close()
    assert "osterholt" in terms
    assert not [term for term in terms if term.startswith(("xanth", "wyvern", "varns"))]


def test_nothing_of_a_deleted_article_is_left_in_the_tables_of_postgresql(postgresql_url: str) -> None:
    """No column of any row has its words, the search vectors included."""
    with Store(postgresql_url) as store:
        fill(store, "the new bridge of Osterholt opens soon")
        article = fill(store, "the xanthoquay of Varnsee fills with wyvernmud")
        store.delete(article)
    database = open_database(postgresql_url)
    with database.reading() as connection:
        held = "\n".join(
            row for name in metadata.tables for row in connection.scalars(text(f"SELECT t::text FROM {name} AS t"))
        )
    database.close()
    assert "osterholt" in held.lower()
    for word in ("xanthoquay", "wyvernmud", "varnse", article):
        assert word not in held.lower()


def roe(said: str, /, **known: Any) -> Extraction:
    """What Ana Roe holds, who is described by ``known``."""
    article = sample_article(said)
    expert, _ = sample_experts(article, said)
    return sample_extraction(said, predictions=(), experts=(expert.model_copy(update={"role": None, **known}),))


def test_of_an_expert_that_stays_goes_what_only_the_article_said(store: Store) -> None:
    """Aliases, role and affiliation; what another article says takes their place."""
    article = roe("the quay fills", role="harbour master", affiliation="Port of Varnsee", aliases=("Annie V. Roe",))
    store.add(article)
    store.add(roe("the bridge opens", role="harbour pilot"))
    before = store.expert("Ana Roe")
    assert (before.role, before.affiliation, before.aliases) == ("harbour master", "Port of Varnsee", ("Annie V. Roe",))
    store.delete(article.article.id)
    after = store.expert("Ana Roe")
    assert (after.id, after.role, after.affiliation, after.aliases) == (before.id, "harbour pilot", None, ())


def test_an_expert_keeps_its_name_where_another_article_has_it_too(store: Store) -> None:
    """The same name in another spelling is the same name: that of the first article stays."""
    first = roe("the quay fills", name="Dr. Ana Roe")
    store.add(first)
    store.add(roe("the bridge opens"))
    store.delete(first.article.id)
    assert [(expert.name, expert.aliases) for expert in store.experts()] == [("Dr. Ana Roe", ())]


def test_an_expert_that_was_split_forgets_the_article_too(store: Store) -> None:
    """It had the names of what was split off."""
    other = roe("the bridge opens", aliases=("Annie V. Roe",))
    store.add(roe("the quay fills"))
    store.add(other)
    assert store.expert("Ana Roe").aliases == ("Annie V. Roe",)
    stays, _ = store.split(store.expert("Ana Roe").id, articles=[other.article.id])
    store.delete(other.article.id)
    assert [(expert.id, expert.aliases) for expert in store.experts()] == [(stays.id, ())]
