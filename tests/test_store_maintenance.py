"""Upkeep: finding what is damaged, counting, and copying."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import rich_store
from sample_results import sample_article, sample_extraction, sample_provenance, sample_summary

from extractor.errors import InputError, StoreError
from extractor.store import Store
from extractor.store.database import article_checking, maintenance
from extractor.store.database.maintenance import Problem
from extractor.store.database.opening import HEAD

OUTSIDE = '{"source": [[0, 7]], "content": [[13, 99999]]}'
UNORDERED = '{"content": [[20, 26], [13, 16]]}'


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with an extraction and a summary of one article; claim 1 is a position, claim 2 a prediction."""
    store.add(sample_extraction())
    store.add(sample_summary())
    return store


def run(store: Store, *statements: str) -> None:
    """Change the database past the store, without the guard of articles."""
    on = "" if store.place.endswith(".db") else "ON articles"
    with store._database.writing() as connection:
        for statement in (f"DROP TRIGGER IF EXISTS articles_immutable {on}", *statements):
            connection.exec_driver_sql(statement)


def test_a_sound_store_has_no_problems(filled: Store) -> None:
    """Neither has one with several runs, rejected claims and merged experts."""
    filled.add(sample_extraction(provenance=sample_provenance(model="fake-2")))
    filled.reject(filled.claims()[0].id, reason="misread")
    filled.merge(1, 2)
    assert list(filled.check()) == []


@pytest.mark.parametrize(
    ("statement", "place", "message"),
    [
        (
            "UPDATE claims SET quote = 'dry' WHERE id = 1",
            "claim 1",
            "its quote is not what the text has at the offsets",
        ),
        ("UPDATE claims SET source = NULL WHERE id = 1", "claim 1", "its source is not what"),
        ("UPDATE claims SET likelihood_words = 'rarely' WHERE id = 2", "claim 2", "its likelihood_words is not"),
        (f"UPDATE claims SET spans = '{OUTSIDE}' WHERE id = 1", "claim 1", "its content lie outside the text"),
        (f"UPDATE claims SET spans = '{UNORDERED}' WHERE id = 1", "claim 1", "its content overlap or are out of order"),
        ("UPDATE claims SET spans = '{}' WHERE id = 1", "claim 1", "its spans are damaged"),
        ("UPDATE claims SET spans = '[1]' WHERE id = 1", "claim 1", "its spans are damaged"),
        (
            """UPDATE claims SET spans = '{"content": [["a", 2]]}' WHERE id = 1""",
            "claim 1",
            "its content are no offsets",
        ),
        ("UPDATE claims SET listed = (id = 0) WHERE id = 2", "claim 2", "should be listed and is not"),
        (
            "UPDATE claims SET claim_id = 1 WHERE id = 2",
            "claim 2",
            "takes its id from no claim of its article and kind",
        ),
        ("UPDATE claims SET expert_id = 2 WHERE id = 1", "claim 1", "has another expert than its run cites"),
        ("UPDATE claims SET reporter_id = 2 WHERE id = 1", "claim 1", "has another reporter than its run cites"),
        ("UPDATE articles SET text = text || '!'", "article ", "its text is not the one that was stored"),
        ("UPDATE cited_experts SET mentions = '[[0, 99999]]' WHERE local_id = 'e2'", "expert e2", "its mentions lie"),
        ("UPDATE summaries SET parts = '{}'", "summary of run 2", "its parts are damaged"),
        (
            "UPDATE runs SET is_current = (id = 0) WHERE id = 1",
            "article ",
            "current for extract is run 1, said to be: none",
        ),
        (
            "UPDATE experts SET root_id = 1 WHERE id = 2",
            "expert 2",
            "is said to be part of expert 1, its merges lead to 2",
        ),
        ("UPDATE experts SET merged_into = 3 - id", "expert 1", "is merged into itself"),
    ],
)
def test_damage_is_found(filled: Store, statement: str, place: str, message: str) -> None:
    """Whatever is changed past the store is told, with its place."""
    run(filled, statement)
    assert any(found.place.startswith(place) and message in found.message for found in filled.check())


@pytest.mark.parametrize(
    ("statement", "place", "message"),
    [
        ("UPDATE claims SET stance = 'perhaps' WHERE id = 1", "claim 1", "cannot be read: stance"),
        ("UPDATE claims SET expected = 'perhaps' WHERE id = 2", "claim 2", "cannot be read: expected"),
        ("UPDATE claims SET band = 'perhaps' WHERE id = 2", "claim 2", "cannot be read: band"),
        ("UPDATE claims SET date_published = '2001-01-01' WHERE id = 1", "claim 1", "has another date than its run"),
        ("UPDATE claims SET claim_id = 1, kind = 'position'", "claim 1", "stands more than once in run 1"),
        ("DELETE FROM expert_names WHERE expert_id = 1", "expert 1", "has no name"),
        ("UPDATE summaries SET headline = 'dry'", "summary of run 2", "its headline is not that of its parts"),
        ("UPDATE summaries SET abstract = 'dry'", "summary of run 2", "its abstract is not that of its parts"),
        ("UPDATE cited_experts SET kind = 'ghost' WHERE run_id = 1 AND local_id = 'e1'", "expert e1", "cannot be read"),
    ],
)
def test_what_cannot_be_read_or_differs_is_found(filled: Store, statement: str, place: str, message: str) -> None:
    """Every result is rebuilt, and what stands twice is compared."""
    run(filled, statement)
    assert any(found.place.startswith(place) and message in found.message for found in filled.check())


def test_a_claim_of_another_article_is_found(store: Store) -> None:
    """Its id is that of a claim of the article that it is in."""
    store.add(sample_extraction())
    store.add(sample_extraction("the quay of Osterholt floods"))
    run(store, "UPDATE claims SET claim_id = 1 WHERE id = 3")
    assert Problem("claim 3", "takes its id from no claim of its article and kind") in store.check()


def test_the_check_of_all_that_people_record_finds_nothing(store: Store) -> None:
    """Merges, splits, rejections, appearances and deleted articles are no damage."""
    rich_store.fill(store)
    assert list(store.check()) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("runs SET started_at = 'garbage' WHERE id = 1", Problem("run 1", "its started_at is damaged")),
        ("runs SET settings = '{' WHERE id = 1", Problem("run 1", "its settings is damaged")),
        ("claims SET horizon_end = 'garbage' WHERE id = 2", Problem("claim 2", "its horizon_end is damaged")),
        ("claims SET spans = '{' WHERE id = 1", Problem("claim 1", "its spans is damaged")),
        ("claims SET listed = 7 WHERE id = 1", Problem("claim 1", "its listed is damaged")),
        ("appearances SET added_at = 'garbage'", Problem("appearance 1", "its added_at is damaged")),
    ],
)
def test_values_of_another_kind_are_found(file: Store, change: str, problem: Problem) -> None:
    """SQLite stores them; the check goes on after them."""
    run(file, f"UPDATE {change}")
    assert problem in list(file.check())
    file.close()


def test_foreign_words_of_the_index_are_found(file: Store) -> None:
    """The index holds words of no claim, and lacks those that it should have."""
    columns = "statement, quote, topic, target, expert_id"
    put = f"INSERT INTO claims_fts (rowid, {columns}) SELECT id, 'zyxwv', quote, topic, target, expert_id FROM claims"
    take = f"INSERT INTO claims_fts (claims_fts, rowid, {columns}) SELECT 'delete', id, {columns} FROM claims"
    run(file, f"{take} WHERE id = 1", f"{put} WHERE id = 1")
    found = [problem.message for problem in file.check()]
    assert any("'zyxwv'" in message for message in found)
    assert any("search does not find all words" in message for message in found)
    file.close()


def test_the_evidence_of_a_summary_is_checked(filled: Store) -> None:
    """Its offsets are verified like those of claims."""
    cited = '{"text": "Roe", "evidence": [[0, 99999]]}'
    run(filled, f'UPDATE summaries SET parts = \'{{"headline": {cited}, "abstract": [{cited}]}}\'')
    places = {(found.place, found.message) for found in filled.check()}
    assert places == {
        ("summary of run 2", f"the evidence of its {part} lie outside the text") for part in ("headline", "abstract")
    }


def test_judgements_refer_to_the_first_row_of_a_claim(filled: Store) -> None:
    """One that refers to a later row would be lost."""
    filled.add(sample_extraction(provenance=sample_provenance(model="fake-2")))
    row = 4
    run(
        filled, f"INSERT INTO resolutions (claim_id, outcome, resolved_at) VALUES ({row}, 'yes', '2031-01-01 00:00:00')"
    )
    assert Problem("resolutions 1", f"refers to row {row}, which is not the first one of its claim") in filled.check()


def test_every_article_is_looked_at(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are taken in portions, so that a large store fits."""
    monkeypatch.setattr(article_checking, "_BATCH", 2)
    for number in range(5):
        store.add(sample_extraction(f"the quay of Varnsee floods {number} times"))
    run(store, "UPDATE articles SET text = text || '!'")
    assert len({found.place for found in store.check()}) == 5


@pytest.fixture
def file(sqlite_path: Path) -> Store:
    """A store on SQLite with an extraction."""
    store = Store(sqlite_path)
    store.add(sample_extraction())
    return store


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["PRAGMA foreign_keys = OFF", "DELETE FROM experts WHERE id = 2"], "refers to a row of experts that is not"),
        (["PRAGMA ignore_check_constraints = ON", "UPDATE runs SET task = 'x'"], "CHECK constraint failed in runs"),
        (["DROP TRIGGER claims_fts_unlist", "UPDATE claims SET listed = 0 WHERE id = 1"], "but search finds it"),
        (["DELETE FROM claims_fts_docsize WHERE id = 1"], "is listed, but search does not find it"),
        (["DELETE FROM claims_fts_data WHERE id > 10"], "the search index is damaged"),
    ],
)
def test_damage_of_a_file_is_found(file: Store, sqlite_path: Path, statements: list[str], problem: str) -> None:
    """The file, its references and its search index are verified."""
    with closing(sqlite3.connect(sqlite_path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    assert any(problem in found.message for found in file.check())
    file.close()


def test_a_missing_index_of_postgresql_is_found(postgresql_url: str) -> None:
    """Search would work without it, too slowly."""
    with Store(postgresql_url) as store:
        run(store, "DROP INDEX ix_claims_search")
        assert [found.place for found in store.check()] == ["ix_claims_search"]


def test_stats_count_what_is_stored(filled: Store) -> None:
    """Claims are counted as listed, experts without those that were merged."""
    filled.add_failure(InputError("no text"), task="extract", engine="fake", read_from="quay.html")
    stats = filled.stats()
    assert (stats.place, stats.revision, stats.bytes > 10_000) == (filled.place, HEAD, True)
    assert (stats.articles, stats.appearances, stats.runs, stats.failed_runs, stats.experts) == (1, 1, 2, 1, 2)
    assert (stats.positions, stats.predictions, stats.open, stats.resolved) == (1, 1, 1, 0)
    assert (stats.rejected_claims, stats.rejected_items) == (0, 1)


def test_stats_follow_judgements(filled: Store) -> None:
    """A resolved prediction is not open, a rejected claim is not listed, a merged expert is none."""
    filled.resolve(2, "no")
    filled.resolve(2, "yes")
    filled.reject(1, reason="misread")
    filled.merge(1, 2)
    stats = filled.stats()
    assert (stats.positions, stats.predictions, stats.open, stats.resolved) == (0, 1, 0, 1)
    assert (stats.rejected_claims, stats.experts) == (1, 1)
    filled.restore(1)
    assert filled.stats().rejected_claims == 0


def test_a_backup_is_a_store(file: Store, tmp_path: Path) -> None:
    """It is one file with what is stored, also while somebody writes."""
    target = tmp_path / "copies" / "claims.db"
    target.parent.mkdir()
    with file._database.writing() as connection:
        connection.exec_driver_sql("UPDATE experts SET name = 'nobody'")
        file.backup(target)
    assert [path.name for path in target.parent.iterdir()] == ["claims.db"]
    with Store(target, create=False) as copy:
        assert list(copy.check()) == []
        assert [expert.name for expert in copy.experts()] != ["nobody"] * 2
        assert copy.get_extraction(sample_article().id) == sample_extraction()
    file.close()


def test_a_backup_overwrites_nothing(file: Store, sqlite_path: Path, tmp_path: Path) -> None:
    """Not another file, not the store itself; and no folder is made."""
    before = sqlite_path.read_bytes()
    for target, message in (
        (sqlite_path, "exists: name a new file"),
        (tmp_path, "exists: name a new file"),
        (tmp_path / "typo" / "claims.db", "there is no folder"),
    ):
        with pytest.raises(InputError, match=message):
            file.backup(target)
    assert sqlite_path.read_bytes() == before
    file.close()


@pytest.mark.parametrize("step", ["_copy", "_put"])
def test_a_failed_backup_leaves_nothing(
    file: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Half a copy never stands under the name."""
    whole: Callable[..., None] = getattr(maintenance, step)

    def fail(*given: object) -> None:
        whole(*given) if step == "_copy" else None
        raise StoreError("the disk is full")

    monkeypatch.setattr(maintenance, step, fail)
    with pytest.raises(StoreError, match="the disk is full"):
        file.backup(tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db*"))
    file.close()


def test_a_backup_never_replaces_a_file_that_came_meanwhile(file: Store, tmp_path: Path) -> None:
    """Also one that appears while the copy is made stays."""
    target, made = tmp_path / "copy.db", tmp_path / "copy.db.part"
    target.write_text("mine")
    made.write_text("copy")
    with pytest.raises(InputError, match="exists"):
        maintenance._put(made, target)
    assert target.read_text() == "mine"
    file.close()


def test_postgresql_is_copied_with_its_own_tool(postgresql_url: str, tmp_path: Path) -> None:
    """The error names it."""
    with Store(postgresql_url) as store, pytest.raises(InputError, match="'pg_dump'"):
        store.backup(tmp_path / "copy.db")
