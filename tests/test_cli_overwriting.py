"""No output of a command takes the place of a database or of what is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_run import TEXT, command_lines, run
from stored_articles import fill
from typer.main import get_command

from extractor.cli import app
from extractor.cli.output import write
from extractor.errors import OutputError

GIVEN = {
    "extract": ["a.txt"],
    "summarize": ["a.txt"],
    "articles show": ["abcdef"],
    "search": ["rates"],
    "show": ["1"],
    "timeline": ["Lind"],
    "disagreements": ["quay"],
    "reject": ["1", "--reason", "r"],
    "delete": ["abcdef", "--yes"],
    "import": ["all.jsonl"],
    "predictions resolve": ["1", "yes"],
    "experts show": ["1"],
    "experts merge": ["1", "2"],
    "experts split": ["1"],
    "experts alias": ["1", "Lind"],
    "runs choose": ["1"],
    "db backup": ["copy.db"],
}


def writers() -> list[list[str]]:
    """The words of each command that has both --db and --output."""
    found = []
    for words in command_lines():
        command = get_command(app)
        for word in words:
            command = command.commands[word]  # type: ignore[attr-defined]
        options = {option for param in command.params for option in param.opts}
        found += [words] if {"--db", "--output"} <= options else []
    return found


@pytest.fixture
def db() -> Path:
    """The three articles in claims.db, and an article besides."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    fill("claims.db")
    Path("all.jsonl").write_text(run("export", "--db", "claims.db").stdout, encoding="utf-8")
    return Path("claims.db")


def stands(db: Path, *args: str) -> str:
    """What a command says that must end with 2 and leave the files as they are."""
    before = _contents()
    done = run(*args)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert _contents() == before
    return done.stderr


def _contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}


@pytest.mark.parametrize("words", writers(), ids=" ".join)
def test_no_command_writes_over_its_database(db: Path, words: Sequence[str]) -> None:
    """Told before anything is done."""
    given = GIVEN.get(" ".join(words), [])
    told = stands(db, *words, *given, "--db", "claims.db", "--output", "claims.db")
    which = "a" if words == ["doctor"] else "the"  # which looks at the file only, as it tells of wrong addresses too
    why = f"--output 'claims.db' is {which} database: name another file"
    if words == ["batch", "run"]:  # which writes into one of the two
        why = "results go to --db or to --output, not to both; leave one of them out"
    assert told == f"extractor: {why}\n"


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("named", ["claims.db", "link.db", "new.db"])
def test_the_files_beside_the_database_are_it_too(
    db: Path, monkeypatch: pytest.MonkeyPatch, named: str, end: str
) -> None:
    """Whether EXTRACTOR_DB names it directly, by a link, or before there is one."""
    Path("link.db").symlink_to(db)
    monkeypatch.setenv("EXTRACTOR_DB", named)
    beside = "claims.db" if named == "link.db" else named
    for command in (["extract", "a.txt"], ["import", "all.jsonl"]):
        assert "is the database" in stands(db, *command, "-f", "json", "-o", f"{beside}{end}")
    Path("out.json").symlink_to(f"{beside}{end}")
    assert "is the database" in stands(db, "extract", "a.txt", "-o", "out.json")


def test_no_other_database_is_overwritten_either(db: Path) -> None:
    """Not one of another program, and not by a command that opens none; at the last moment neither."""
    with sqlite3.connect("other.db") as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    for name in ("other.db", "other.db-wal"):
        assert "is a database" in stands(db, "prompts", "list", "-f", "json", "-o", name)
        assert "is a database" in stands(db, "schema", "summary", "-o", name)
        assert "is a database" in stands(db, "export", "--db", "claims.db", "-o", name, "--format", "jsonl")
    with pytest.raises(OutputError, match="is a database"):
        write("text", Path("other.db"))


def test_an_import_does_not_overwrite_what_it_reads(db: Path) -> None:
    """As for any other input."""
    told = stands(db, "import", "all.jsonl", "--db", "new.db", "-o", "./all.jsonl", "-f", "json")
    assert "is the input" in told
