"""Migrations: the schema that they make, what it refuses, and bringing an older one up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, insert, select, update
from sqlite_utils import Database as UtilsDatabase
from store_databases import fill

from extractor.errors import DatabaseMismatchError, InputError, StoreError
from extractor.store.database.migrating import configuration, migrate, upgrade
from extractor.store.database.opening import HEAD, Database, open_database
from extractor.store.tables import articles, claims, expert_changes, metadata, rejections, resolutions


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database in which Ana Roe has predicted something."""
    opened = open_database(database_url)
    with opened.writing() as connection:
        fill(connection)
    yield opened
    opened.close()


@pytest.fixture
def older(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database of the first revision, with data in it."""
    with monkeypatch.context() as patch:
        patch.setattr("extractor.store.database.opening.HEAD", "0001")
        patch.setattr("extractor.store.database.migrating.migrate", _migrate_to_first)
        opened = open_database(database_url)
    with opened.writing() as connection:
        fill(connection)
    opened.close()
    return database_url


def _migrate_to_first(connection: Connection) -> None:
    migrate(connection, revision="0001")


def found(database: Database, word: str) -> list[Any]:
    """The rows of claims that full-text search finds."""
    if database.path:
        statement = f"SELECT rowid FROM claims_fts WHERE claims_fts MATCH '{word}'"
    else:
        query = f"to_tsquery('extractor_english', extractor_fold('{word}'))"
        statement = f"SELECT id FROM claims WHERE listed AND search @@ {query}"
    with database.reading() as connection:
        return list(connection.exec_driver_sql(statement).scalars())


def change(database: Database, **values: Any) -> None:
    """Update all claims."""
    with database.writing() as connection:
        connection.execute(update(claims).values(**values))


def test_the_newest_revision_is_the_one_that_opening_expects() -> None:
    """Opening knows the newest revision without loading Alembic."""
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    """Tables, columns, types, keys and indexes are those of the metadata; the search index is all that comes beside."""

    def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return not (name or "").startswith("claims_fts") and (kind, name) not in {
            ("column", "search"),
            ("index", "ix_claims_search"),
        }

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def test_every_constraint_has_its_name(database: Database) -> None:
    """Check constraints, which the comparison leaves out, are there under the names of the metadata."""
    with pytest.raises(StoreError, match="ck_claims_kind"):
        change(database, kind="opinion")


def test_the_text_of_an_article_never_changes(database: Database) -> None:
    """An update of the text is refused, also one by hand."""
    with pytest.raises(StoreError, match="never changes"), database.writing() as connection:
        connection.execute(update(articles).values(text="Something else."))
    with database.writing() as connection:
        connection.execute(update(articles).values(added_at=articles.c.added_at))


@pytest.mark.parametrize("name", ["resolutions", "rejections", "expert_changes"])
def test_judgements_are_only_added(database: Database, name: str) -> None:
    """No record of a resolution, a rejection or a change of experts can be rewritten."""
    with database.writing() as connection:
        now = connection.execute(select(articles.c.added_at)).scalar_one()
        connection.execute(resolutions.insert().values(claim_id=1, outcome="yes", resolved_at=now))
        connection.execute(rejections.insert().values(claim_id=1, action="reject", added_at=now))
        connection.execute(expert_changes.insert().values(action="alias", expert_id=1, detail={}, added_at=now))
    with pytest.raises(StoreError, match=f"{name} is append-only"), database.writing() as connection:
        connection.execute(update(metadata.tables[name]).values(id=7))


def test_deleting_an_article_takes_its_judgements_along(database: Database) -> None:
    """What is only added still goes with the article."""
    with database.writing() as connection:
        now = connection.execute(select(articles.c.added_at)).scalar_one()
        connection.execute(resolutions.insert().values(claim_id=1, outcome="yes", resolved_at=now))
        connection.execute(articles.delete())
        assert connection.execute(select(resolutions)).all() == connection.execute(select(claims)).all() == []
    assert found(database, "quay") == []


def test_ids_of_deleted_claims_are_not_given_again(database: Database) -> None:
    """An id that somebody noted never means another claim."""
    with database.writing() as connection:
        row = dict(connection.execute(select(claims)).one()._mapping)
        connection.execute(claims.delete())
        del row["id"]
        assert connection.execute(claims.insert().values(row)).inserted_primary_key == (2,)


def test_views_are_readable(database: Database) -> None:
    """Open predictions and claims stand with names and headlines; a resolved prediction is not open."""
    with database.writing() as connection:
        prediction = connection.exec_driver_sql("SELECT * FROM open_predictions").mappings().one()
        assert (prediction["id"], prediction["expert"]) == (1, "Ana Roe")
        assert (prediction["headline"], prediction["quote"]) == ("Quays", "the old quay floods")
        assert connection.exec_driver_sql("SELECT expert FROM claims_with_experts").scalars().all() == ["Ana Roe"]
        now = connection.execute(select(articles.c.added_at)).scalar_one()
        connection.execute(resolutions.insert().values(claim_id=1, outcome="annulled", resolved_at=now))
        assert connection.exec_driver_sql("SELECT * FROM open_predictions").all() == []


def test_search_finds_what_is_listed(database: Database) -> None:
    """The index follows listing, unlisting and changed words."""
    assert found(database, "flooding") == [1]
    change(database, listed=False)
    assert found(database, "flooding") == []
    change(database, listed=True, topic="harbours")
    assert (found(database, "harbour"), found(database, "floods")) == ([1], [1])
    change(database, statement="It", quote="dries", topic="up")
    assert found(database, "flooding") == []


@pytest.mark.parametrize("word", ["who", "the", "7", "elan", "Élan", "путин", "reuters", "and"])
def test_search_knows_no_stop_words_and_no_accents(database: Database, word: str) -> None:
    """Any word finds, with or without accents and capitals, also within addresses and fractions."""
    change(database, quote="Who, with ÉLAN, told the and/or of Reuters.com 7.5 times: Путин?")
    assert found(database, word) == [1]


def test_very_long_words_and_quotations_are_stored(database: Database) -> None:
    """What an index cannot hold in full does not stop a claim from being stored."""
    change(database, quote="x" * 300_000 + "".join(f" w{number}" for number in range(300_000)))
    assert found(database, "quay") == [1]


def test_upgrading_fills_the_index(older: str) -> None:
    """A database of an older revision is refused, then upgraded, and its claims are found."""
    with pytest.raises(DatabaseMismatchError, match=r"schema 0001.*'extractor db upgrade'"):
        open_database(older)
    assert upgrade(older) == ("0001", HEAD)
    database = open_database(older)
    assert found(database, "flooding") == [1]
    database.close()


def test_upgrading_twice_changes_nothing(older: str) -> None:
    """The second time the old revision is the newest one."""
    upgrade(older)
    assert upgrade(older) == (HEAD, HEAD)


def test_upgrading_keeps_a_copy_of_the_file(older: str, request: pytest.FixtureRequest) -> None:
    """Beside an SQLite file with articles its old state stays; PostgreSQL's copies are not ours."""
    upgrade(older)
    copies = list(request.getfixturevalue("tmp_path").glob("*.backup"))
    if older.startswith("postgresql"):
        assert copies == []
    else:
        assert [copy.name for copy in copies] == ["claims.db.0001.backup"]
        assert UtilsDatabase(copies[0])["articles"].count == 1


def test_a_failing_upgrade_changes_nothing(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is stored as a whole or not at all."""

    def fail(connection: Connection) -> None:
        migrate(connection)
        connection.exec_driver_sql("SELECT nonsense FROM nowhere")

    with monkeypatch.context() as patch:
        patch.setattr("extractor.store.database.migrating.migrate", fail)
        with pytest.raises(StoreError, match="nowhere"):
            upgrade(older)
    assert upgrade(older) == ("0001", HEAD)


def test_there_is_nothing_to_upgrade_in_a_missing_database(tmp_path: Path) -> None:
    """A mistyped name makes no new database."""
    with pytest.raises(InputError, match="there is no database"):
        upgrade(tmp_path / "other.db")
    assert not list(tmp_path.iterdir())


def test_sqlite_utils_finds_the_index(sqlite_path: Path) -> None:
    """The file opens in sqlite-utils, which searches with our index and reads our views."""
    database = open_database(sqlite_path)
    with database.writing() as connection:
        fill(connection)
    database.close()
    opened = UtilsDatabase(sqlite_path)
    table = opened.table("claims")
    assert (table.detect_fts(), table.pks) == ("claims_fts", ["id"])
    assert [row["id"] for row in table.search("flooding")] == [1]
    assert {"open_predictions", "claims_with_experts"} == set(opened.view_names())
    for view in ("open_predictions", "claims_with_experts"):
        assert [(row["id"], row["expert"], row["headline"]) for row in opened[view].rows] == [(1, "Ana Roe", "Quays")]
    opened.close()


@pytest.mark.parametrize("option", ["mode=ro", "immutable=1"])
def test_the_file_is_read_as_datasette_reads_it(sqlite_path: Path, option: str) -> None:
    """Without writing: tables, views and the search index."""
    database = open_database(sqlite_path)
    with database.writing() as connection:
        fill(connection)
    database.close()
    with closing(sqlite3.connect(f"{sqlite_path.as_uri()}?{option}", uri=True)) as connection:
        for source in ("claims", "open_predictions", "claims_with_experts"):
            assert connection.execute(f"SELECT statement FROM {source}").fetchall() == [("The quay floods",)]
        found = connection.execute("SELECT rowid FROM claims_fts WHERE claims_fts MATCH 'flooding'")
        assert found.fetchall() == [(1,)]


@pytest.mark.parametrize("table", [articles, resolutions, rejections, expert_changes], ids=lambda table: table.name)
def test_nothing_is_replaced_where_nothing_is_changed(sqlite_path: Path, table: Table) -> None:
    """INSERT OR REPLACE would get past what refuses an update."""
    now = datetime(2026, 3, 17, tzinfo=UTC)
    rows: dict[str, dict[str, Any]] = {
        "resolutions": {"claim_id": 1, "outcome": "yes", "resolved_at": now},
        "rejections": {"claim_id": 1, "action": "reject", "added_at": now},
        "expert_changes": {"action": "merge", "expert_id": 1, "detail": {}, "added_at": now},
    }
    database = open_database(sqlite_path)
    with database.writing() as connection:
        fill(connection)
        if table is not articles:
            connection.execute(insert(table), rows[table.name])
    with database.reading() as connection:
        before = connection.execute(select(table)).one()
    with pytest.raises(StoreError, match=r"never changes|append-only"), database.writing() as connection:
        connection.execute(insert(table).prefix_with("OR REPLACE"), before._asdict())
    database.close()
