"""extractor export and import: out, and in again without loss."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli_run import run
from stored_articles import TEXTS, ask, claim_id, fill, refused

from extractor.store import Store


@pytest.fixture
def db(database_url: str) -> str:
    """The three articles, on each kind of database in turn, with an outcome and a rejection."""
    db = fill(database_url)
    ask(db, "predictions", "resolve", claim_id(db, "Inflation"), "yes", "--note", "it rose")
    ask(db, "reject", claim_id(db, "Ministers"), "--reason", "hearsay")
    return db


@pytest.fixture
def one(sqlite_path: Path) -> str:
    """The three articles in an SQLite file."""
    return fill(str(sqlite_path))


def test_what_goes_out_comes_in(db: str) -> None:
    """The copy answers as the original, and its own export is the same file; importing again adds nothing."""
    assert run("export", "--db", db, "--output", "all.jsonl").exit_code == 0
    assert ask("copy.db", "import", "all.jsonl")["articles"] == 3
    assert run("export", "--db", "copy.db").stdout == Path("all.jsonl").read_text(encoding="utf-8")
    assert ask("copy.db", "score") == ask(db, "score")
    again = ask("copy.db", "import", "all.jsonl")
    assert again.pop("runs_known") == 3
    assert set(again.values()) == {0}


def test_a_pipe_goes_both_ways(one: str) -> None:
    """Without a file out, with - in; how much was written is told on the standard error."""
    done = run("export", "--db", one)
    assert done.stderr == f"extractor: exported {one}: {len(done.stdout.splitlines()) - 1} records\n"
    taken = run("import", "-", "--db", "copy.db", "--format", "json", input=done.stdout)
    assert json.loads(taken.stdout)["runs"] == 3


def test_without_text_no_words_of_articles_go_out(one: str) -> None:
    """Statements and names do; what is written cannot be imported."""
    done = run("export", "--db", one, "--no-text", "--output", "bare.jsonl")
    assert done.exit_code == 0
    bare = Path("bare.jsonl").read_text(encoding="utf-8")
    assert not any(text[:30] in bare for text in TEXTS.values())
    assert "interest rates are unlikely to fall" not in bare and "Mara Lind" in bare
    assert json.loads(bare.splitlines()[0])["note"].endswith("left out where they are the article's words")
    assert "text" in refused("copy.db", "import", "bare.jsonl")


def test_tables_are_a_file_of_each_kind(one: str) -> None:
    """In a folder, which is made."""
    done = run("export", "--db", one, "--format", "csv", "--output", "tables")
    assert done.exit_code == 0, done.output
    assert {path.name for path in Path("tables").iterdir()} >= {"articles.csv", "positions.csv", "predictions.csv"}
    with Path("tables/predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3


def test_linked_data_is_json(one: str) -> None:
    """A document of schema.org; the name of the file is enough to ask for it."""
    assert run("export", "--db", one, "--output", "claims.jsonld").exit_code == 0
    document = json.loads(Path("claims.jsonld").read_text(encoding="utf-8"))
    assert "schema.org" in json.dumps(document["@context"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--format", "csv"], "--output FOLDER"),
        (["--format", "parquet", "--output", "-"], "--output FOLDER"),
        (["--format", "csv", "--output", "notes.txt"], "folder"),
        (["--format", "csv", "--output", "gone/tables"], "make it first"),
        (["--output", "gone/all.jsonl"], "make it first"),
        (["--format", "xml"], "jsonl"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_where_it_cannot_go_is_told(one: str, given: list[str], told: str) -> None:
    """Before any work is done."""
    Path("notes.txt").write_text("mine", encoding="utf-8")
    assert told in refused(one, "export", *given)
    assert Path("notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_export_that_fails_leaves_the_old_file(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is whole or as it was."""
    Path("all.jsonl").write_text("old", encoding="utf-8")

    def export(*_: object, **__: object) -> object:
        yield {"type": "store"}
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "export", export)
    assert run("export", "--db", one, "--output", "all.jsonl").exit_code == 130
    assert Path("all.jsonl").read_text(encoding="utf-8") == "old"
    assert not list(Path().glob(".extractor-*"))


@pytest.mark.parametrize("content", [b"{}\n", b"no\n", b"\xff\xfe\n", b'{"type":"store","format":99}\n', b"[]\n"])
def test_what_is_no_export_is_told_with_its_line(content: bytes) -> None:
    """One line on the standard error, exit code 2, and no database."""
    Path("other.jsonl").write_bytes(content)
    told = refused("copy.db", "import", "other.jsonl")
    assert "'other.jsonl' is no export: give a file" in told or "'other.jsonl', line 1: exports of format 99" in told
    assert not Path("copy.db").exists()


def test_a_database_is_no_export(one: str) -> None:
    """It is said so, rather than what stands in its first line."""
    assert f"{one!r} is no export: give a file that 'extractor export' wrote" in refused("copy.db", "import", one)


@pytest.mark.parametrize("given", ["all.jsonl", "-"])
def test_a_damaged_export_leaves_nothing(one: str, given: str) -> None:
    """The whole is looked at first, also when it comes through a pipe."""
    done = run("export", "--db", one).stdout
    Path("all.jsonl").write_text(done[:-30], encoding="utf-8")
    failed = run("import", given, "--db", "copy.db", input=done[:-30])
    assert failed.exit_code == 2
    name = "the standard input" if given == "-" else repr(given)
    assert name in failed.stderr and "cut off" in failed.stderr
    assert not Path("copy.db").exists()


def test_ids_stay_and_that_is_told(db: str) -> None:
    """What was noted of a claim leads to it in a copy, and in a filled database it is told that it does not."""
    number = claim_id(db, "Inflation")
    assert run("export", "--db", db, "--output", "all.jsonl").exit_code == 0
    copied = ask("copy.db", "import", "all.jsonl")
    assert (copied["ids_renumbered"], claim_id("copy.db", "Inflation")) == (0, number)


@pytest.mark.parametrize("name", ["gone.jsonl", "."])
def test_a_file_that_cannot_be_read_is_told(name: str) -> None:
    """And no database is made for it."""
    assert "cannot read" in refused("copy.db", "import", name)
    assert not Path("copy.db").exists()
