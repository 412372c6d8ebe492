"""extractor db: where the database is, what it holds, whether it is sound, copies, newer versions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_run import run
from stored_articles import ask, fill, read, refused

SECRET = "postgresql://ola:hidden%21@127.0.0.1:1/claims"


@pytest.fixture
def db(sqlite_path: Path) -> str:
    """The three articles."""
    return fill(str(sqlite_path))


def test_the_place_is_told_without_its_password() -> None:
    """Nothing need be there; without a name it is in the user's data folder."""
    done = run("db", "path", env={"EXTRACTOR_DB": SECRET})
    assert (done.exit_code, done.stdout) == (0, "postgresql://ola:***@127.0.0.1:1/claims\n")
    assert run("db", "path", "--db", "some.db").stdout == f"{Path('some.db').absolute()}\n"
    assert run("db", "path").stdout.endswith("claims.db\n")


def test_the_place_has_the_formats_of_any_answer() -> None:
    """One bare line for shells, also in a pipe, unless a format is asked for."""
    place = str(Path("some.db").absolute())
    assert ask("some.db", "db", "path") == {"place": place}
    assert run("db", "path", "--db", "some.db", "-o", "place.csv").output == ""
    assert Path("place.csv").read_text(encoding="utf-8") == f"place\n{place}\n"


@pytest.mark.parametrize(
    "command",
    [["search", "x"], ["claims", "list"], ["db", "check"], ["export"], ["db", "upgrade"], ["score"]],
    ids=" ".join,
)
def test_a_server_that_is_down_is_told_without_the_password(command: list[str]) -> None:
    """One line, exit code 1."""
    done = run(*command, env={"EXTRACTOR_DB": SECRET})
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "hidden" not in done.stderr and "127.0.0.1" in done.stderr


@pytest.mark.parametrize("place", ["mysql://ola:hidden@h/x", "notes.txt", ".", "missing/claims.db", "other.db"])
def test_what_is_no_database_of_ours_is_told(place: str) -> None:
    """One line, exit code 2, and nothing is changed."""
    Path("notes.txt").write_text("Not a database.\n" * 100, encoding="utf-8")
    with sqlite3.connect("other.db") as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    before = {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    assert "hidden" not in refused(place, "claims", "list")
    assert {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()} == before


def test_stats_count_what_is_stored(db: str) -> None:
    """In numbers, and where."""
    found = ask(db, "db", "stats")
    assert (found["articles"], found["runs"], found["predictions"], found["open"]) == (3, 3, 3, 3)
    assert found["place"] == db
    assert "articles 3" in read(db, "db", "stats")


def test_a_sound_database_passes(db: str) -> None:
    """Exit code 0; programs get an empty list."""
    assert ask(db, "db", "check") == []
    assert "All is well" in read(db, "db", "check")


def test_each_problem_is_told(db: str) -> None:
    """Exit code 1; words that are not where they should be are found."""
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE claims SET quote = 'nobody said this' WHERE id = 1")
    connection.close()
    problems = ask(db, "db", "check", code=1)
    assert any("claim" in problem["place"] for problem in problems)
    done = run("db", "check", "--db", db, "--format", "table")
    assert (done.exit_code, "Problems" in done.stdout) == (1, True)


def test_a_copy_is_whole_and_overwrites_nothing(db: str) -> None:
    """The copy answers as the original does."""
    assert ask(db, "db", "backup", "copy.db")["bytes"] == Path("copy.db").stat().st_size
    assert ask("copy.db", "claims", "list") == ask(db, "claims", "list")
    assert "exists" in refused(db, "db", "backup", "copy.db")
    assert "folder" in refused(db, "db", "backup", "gone/copy.db")
    assert "is the copy" in refused(db, "db", "backup", "new.db", "-f", "json", "-o", "new.db")


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(db: str) -> None:
    """The revision is told."""
    told = ask(db, "db", "upgrade")
    assert told["from"] == told["to"]
    assert "Up to date" in read(db, "db", "upgrade")
    assert "no database" in refused("missing.db", "db", "upgrade")
