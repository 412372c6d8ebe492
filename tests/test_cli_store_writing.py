"""`--db`: results of the command line go into the database, and what is in it is not paid for again."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_run import TEXT, run, spawn
from fake_engine import expert, extraction, position
from fake_server import FakeServer, completion, error, fake_server, free_port
from sqlalchemy import select

import extractor.cli.storing
from extractor.errors import InputError, OutputError, StoreError
from extractor.schemas import Extraction, Summary
from extractor.store import Store
from extractor.store.tables import runs

KEY = {"EXTRACTOR_API_KEY": "k"}
PRESENT = position("Piet Maas", "“We are full,”", statement="The port of Varnsee is full.")
ABSENT = position("Piet Maas", "the harbour was never dredged")
DRAFT = completion(json.dumps(extraction([expert("Piet Maas")], [PRESENT])))
SECRET = "s3cr.et"
NEEDED = {"alembic", "psycopg", "sqlalchemy"}
"""What only a database needs."""


@pytest.fixture(autouse=True)
def article(tmp_path: Path) -> str:
    """The name of a file with an article."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return "a.txt"


def flags(server: FakeServer) -> tuple[str, ...]:
    """The flags that make a server the model, which is asked once."""
    return ("--model", "fake", "--base-url", server.url, "--attempts", "1", "--retry-seconds", "0", "--no-audit")


def failing(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Let a method of every store fail."""

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full: make room")

    monkeypatch.setattr(Store, method, fail)


def test_a_result_is_stored_and_told(database_url: str, article: str) -> None:
    """The database holds what was printed; the last line says where, as what, and how much."""
    done = run("extract", article, "--db", database_url, "--published", "2026-03-17")
    result = Extraction.model_validate_json(done.stdout)
    with Store(database_url) as store:
        (stored,) = store.runs()
        assert store.get_extraction(result.article.id) == result
        told = f"extractor: stored in {store.place}: article {result.article.id[:12]}, run {stored.id}, "
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-1] == f"{told}{len(result.claims)} claims"
    assert (stored.input, stored.engine, stored.current) == ("a.txt", "builtin", True)


def test_the_variable_names_the_database_too(article: str) -> None:
    """EXTRACTOR_DB does what --db does, and the flag comes before it."""
    run("extract", article, env={"EXTRACTOR_DB": "one.db"})
    run("summarize", article, "--db", "two.db", env={"EXTRACTOR_DB": "one.db"})
    with Store("one.db", create=False) as one, Store("two.db", create=False) as two:
        assert [run.task for run in one.runs()] == ["extract"]
        assert [run.task for run in two.runs()] == ["summarize"]


def test_nothing_is_paid_twice(database_url: str, article: str) -> None:
    """The same run is given out from the database, byte for byte, and a note says so."""
    with fake_server(DRAFT) as server:
        command = ("extract", article, "--db", database_url, *flags(server))
        first, second = run(*command, env=KEY), run(*command, env=KEY)
        assert len(server.requests) == 1
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert "stored before in " in second.stderr and "nothing was asked again: article " in second.stderr
    assert "stored before" not in first.stderr


def test_another_configuration_is_another_run(article: str) -> None:
    """Another date and another chunk size are; what decides nothing is not. Only another question is asked."""
    with fake_server(DRAFT) as server:
        for more in ((), ("--published", "2026-03-17"), ("--chunk-size", "900"), ("--timeout", "9")):
            run("extract", article, "--db", "c.db", *flags(server), *more, env=KEY)
        assert len(server.requests) == 2  # the date stands in the prompt, the size of chunks does not
    with Store("c.db") as store:
        assert len(store.runs()) == 3


def test_a_stored_result_is_told_under_what_is_known_now(article: str) -> None:
    """A syndicated piece costs nothing: the result bears its own title and address, and the appearance is stored."""
    with fake_server(DRAFT) as server:
        known = ("--title", "Full", "--url", "https://example.org/full")
        run("extract", article, "--db", "c.db", *flags(server), env=KEY)
        done = run("extract", article, "--db", "c.db", *flags(server), *known, env=KEY)
        assert len(server.requests) == 1
    assert done.stderr.splitlines()[-1].endswith(", 1 claim; another place of publication was recorded")
    told = Extraction.model_validate_json(done.stdout)
    assert (told.article.title, told.article.url) == ("Full", "https://example.org/full")
    with Store("c.db") as store:
        assert (store.stats().runs, store.stats().appearances) == (1, 2)


def test_a_run_that_takes_the_place_of_one_of_another_day_is_told(article: str) -> None:
    """What was dated is not made undated unnoticed; a run of the same day replaces without a word."""
    first = run("extract", article, "--db", "c.db", "--published", "2026-03-17")
    second = run("extract", article, "--db", "c.db", "--published", "")
    third = run("extract", article, "--db", "c.db", "--published", "", "--chunk-size", "900")
    assert second.stderr.splitlines()[-1] == (
        "extractor: this run (undated) replaces run 1 (published 2026-03-17) as the current one;"
        " 'extractor runs choose 1' takes it back"
    )
    assert "replaces" not in first.stderr + third.stderr


def test_summaries_are_stored_by_length(database_url: str, article: str) -> None:
    """Each length is a run; a length that is stored is given out again."""
    command = ("summarize", article, "--db", database_url, "--length")
    short, long, again = (run(*command, length) for length in ("short", "long", "short"))
    assert short.stdout == again.stdout != long.stdout
    assert "a summary" in short.stderr and "nothing was asked again" in again.stderr
    with Store(database_url) as store:
        assert {run.task for run in store.runs()} == {"summarize"} and len(store.runs()) == 2


def test_a_summary_of_a_given_extraction_is_stored(article: str) -> None:
    """It is found again with the extraction and not without it."""
    run("extract", article, "--published", "2026-03-17", "--output", "e.json")
    first, again = (run("summarize", "--extraction", "e.json", "--db", "c.db") for _ in range(2))
    other = run("summarize", article, "--published", "2026-03-17", "--db", "c.db")
    assert first.stdout == again.stdout and "nothing was asked again" in again.stderr
    assert "stored before" not in other.stderr
    with Store("c.db") as store:
        assert [run.input for run in store.runs()] == ["a.txt", "e.json"]
        assert store.get_summary(Summary.model_validate_json(first.stdout).article.id) is not None


def test_the_article_of_an_extraction_keeps_its_date(article: str) -> None:
    """Source and extraction of one text: the summary is that of the extraction's article, also from the database."""
    run("extract", article, "--published", "2026-03-17", "--output", "e.json")
    command = ("summarize", article, "--extraction", "e.json", "--db", "c.db")
    assert run(*command).stdout == run(*command).stdout
    with Store("c.db") as store:
        assert len(store.runs()) == 1


def test_an_extraction_of_another_article_is_refused_with_a_database_too(article: str) -> None:
    """A stored summary does not hide the mistake, and no failed run comes of it."""
    run("extract", article, "--output", "e.json")
    run("summarize", "--extraction", "e.json", "--db", "c.db")
    Path("b.txt").write_text("Bo Lind says that it rains.", encoding="utf-8")
    done = run("summarize", "b.txt", "--extraction", "e.json", "--db", "c.db")
    assert (done.exit_code, done.stdout) == (2, "") and "another article" in done.stderr
    with Store("c.db") as store:
        assert len(store.runs()) == 1


def test_an_input_that_cannot_be_read_is_a_failed_run(database_url: str) -> None:
    """It has no article; the error is told as always, and then a line about the run."""
    Store(database_url).close()
    Path("empty.txt").touch()
    done, plain = run("extract", "empty.txt", "--db", database_url), run("extract", "empty.txt")
    assert (done.exit_code, done.stdout) == (2, "")
    told, note = done.stderr.splitlines()
    assert told == plain.stderr.strip()
    with Store(database_url) as store:
        (failed,) = store.runs()
        assert note == f"extractor: stored in {store.place}: failed run {failed.id}"
    assert (failed.status, failed.article, failed.input, failed.engine) == ("failed", None, "empty.txt", "builtin")
    assert failed.elapsed_seconds >= 0


SLIPS = {
    "no such file": ["missing.txt"],
    "a folder": ["."],
    "nothing": [""],
    "a name too long": ["x" * 5000],
    "malformed date": ["empty.txt", "--published", "17.3.2026"],
    "malformed language": ["a.txt", "--language", "Englisch"],
    "malformed address": ["a.txt", "--url", "no address"],
    "a web address without host": ["https://"],
    "another scheme": ["ftp://example.org/a.txt"],
    "a password in the address": [f"https://user:{SECRET}@example.org/a"],
}


@pytest.mark.parametrize("words", SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_of_typing_is_no_failed_run(words: list[str]) -> None:
    """What the command line has wrong is told and not stored."""
    Store("c.db").close()
    Path("empty.txt").touch()
    done = run("extract", *words, "--db", "c.db")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    with Store("c.db") as store:
        assert store.runs() == []


def test_a_web_page_that_cannot_be_fetched_is_a_failed_run() -> None:
    """The address is kept with the reason."""
    Store("c.db").close()
    address = f"http://127.0.0.1:{free_port()}/a"
    run("extract", address, "--db", "c.db", "--allow-private-urls", "--retry-seconds", "0")
    with Store("c.db") as store:
        assert [(run.status, run.input) for run in store.runs()] == [("failed", address)]


def test_no_database_is_made_for_a_failure(database_url: str) -> None:
    """Where there is none the error is told as without a database."""
    Path("empty.txt").touch()
    done = run("extract", "empty.txt", "--db", database_url)
    assert (done.exit_code, done.stderr) == (2, run("extract", "empty.txt").stderr)
    with pytest.raises(InputError):
        Store(database_url, create=False)


def test_a_call_that_fails_is_a_failed_run(database_url: str, article: str) -> None:
    """It has the article, the model and the error, and a later run that succeeds is stored beside it."""
    with fake_server(error(500, "down"), DRAFT) as server:
        command = ("extract", article, "--db", database_url, *flags(server))
        failed, done = run(*command, env=KEY), run(*command, env=KEY)
    assert (failed.exit_code, failed.stdout, done.exit_code) == (1, "", 0)
    with Store(database_url) as store:
        newest, oldest = store.runs()
    assert (oldest.status, oldest.engine, oldest.model) == ("failed", "openai-compatible", "fake")
    assert oldest.article is not None and oldest.error is not None and oldest.error in failed.stderr
    assert (newest.status, newest.current) == ("done", True)
    with Store(database_url) as store, store._database.reading() as connection:
        first, second = connection.execute(select(runs).order_by(runs.c.id))
    assert first.settings == second.settings and first.prompts.keys() >= second.prompts.keys() > set()
    assert first.started_at < first.added_at and first.elapsed_seconds > 0


def test_a_failure_that_cannot_be_stored_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are told, and the exit code is that of the first."""
    Store("c.db").close()
    Path("empty.txt").touch()
    failing(monkeypatch, "add_failure")
    done = run("extract", "empty.txt", "--db", "c.db")
    told, aside = done.stderr.splitlines()
    assert done.exit_code == 2
    assert aside == "extractor: the failure could not be stored: the disk is full: make room"
    assert "empty.txt" in told


def _foreign() -> str:
    with sqlite3.connect("other.db") as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    return "other.db"


def _newer() -> str:
    Store("newer.db").close()
    with sqlite3.connect("newer.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    return "newer.db"


WRONG: dict[str, tuple[Callable[[], str], int]] = {
    "unknown scheme": (lambda: f"mysql://user:{SECRET}@host/db", 2),
    "malformed": (lambda: f"postgresql://user:{SECRET}@host:port/db", 2),
    "folder missing": (lambda: "no/where.db", 2),
    "a folder": (lambda: ".", 2),
    "blank": (lambda: " ", 2),
    "another program's": (_foreign, 2),
    "newer": (_newer, 2),
    "unreachable": (lambda: f"postgresql://user:{SECRET}@127.0.0.1:{free_port()}/db", 1),
}


@pytest.mark.parametrize("flag", [True, False], ids=["flag", "variable"])
@pytest.mark.parametrize(("make", "code"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_database_is_told_before_anything_is_paid(
    make: Callable[[], str], code: int, flag: bool, article: str
) -> None:
    """The address is looked at first: no call is made, one line tells, and no password is in it."""
    db = make()
    with fake_server(DRAFT) as server:
        more, env = (("--db", db), KEY) if flag else ((), {**KEY, "EXTRACTOR_DB": db})
        done = run("extract", article, *flags(server), *more, env=env)
        assert server.requests == []
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert SECRET not in done.output


def test_a_result_that_cannot_be_stored_is_not_lost(monkeypatch: pytest.MonkeyPatch, article: str) -> None:
    """What was paid for is printed, or written to its file, before the error is told."""
    failing(monkeypatch, "add")
    with fake_server(DRAFT) as server:
        printed = run("extract", article, "--db", "c.db", *flags(server), env=KEY)
        written = run("extract", article, "--db", "c.db", *flags(server), "--output", "out.json", env=KEY)
    assert (printed.exit_code, written.exit_code) == (1, 1)
    results = [Extraction.model_validate_json(text) for text in (printed.stdout, Path("out.json").read_bytes())]
    assert [len(result.positions) for result in results] == [1, 1]
    assert printed.stderr.splitlines()[-1] == "extractor: the disk is full: make room"


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored either"])
def test_a_result_that_cannot_be_written_is_stored(monkeypatch: pytest.MonkeyPatch, article: str, stored: bool) -> None:
    """Writing and storing do not depend on each other; the error of the first is the last line."""

    def fail(*_: object, **__: object) -> None:
        raise OutputError("cannot write: permission denied")

    monkeypatch.setattr(extractor.cli.storing, "write_result", fail)
    if not stored:
        failing(monkeypatch, "add")
    done = run("extract", article, "--db", "c.db")
    aside, told = done.stderr.splitlines()
    assert (done.exit_code, told) == (1, "extractor: cannot write: permission denied")
    assert ("could not be stored either: the disk is full" in aside) is not stored
    with Store("c.db") as store:
        assert len(store.runs()) == stored


def test_a_text_that_a_database_cannot_hold_is_told_after_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """An InputError of the store has its own exit code, and the result is there."""
    monkeypatch.setattr(Store, "add", lambda *_, **__: (_ for _ in ()).throw(InputError("no such text")))
    done = run("extract", "-", "--db", "c.db", input=TEXT)
    assert done.exit_code == 2 and Extraction.model_validate_json(done.stdout)


def test_a_dry_run_stores_nothing(article: str) -> None:
    """No database is made, none is looked at, and a stored result does not stand in for the messages."""
    done = run("extract", article, "--dry-run", "--model", "openai:x", "--db", "c.db")
    assert "=== request 1 of 1: user ===" in done.stdout
    assert run("summarize", article, "--dry-run", "--db", "no/where.db").exit_code == 0
    assert not Path("c.db").exists()


def test_quiet_goes_for_the_database_too(article: str) -> None:
    """--quiet leaves the result, stored or given out again, and nothing else; errors are told."""
    for _ in range(2):
        assert run("extract", article, "--db", "c.db", "-q").stderr == ""
    assert run("extract", "missing.txt", "--db", "c.db", "-q").stderr.count("\n") == 1


def test_strictness_does_not_keep_a_result_out(article: str) -> None:
    """A rejected item makes the exit code 3, the first time and when the result is given out again."""
    answer = completion(json.dumps(extraction([expert("Piet Maas")], [PRESENT, ABSENT])))
    with fake_server(answer) as server:
        command = ("extract", article, "--db", "c.db", "--strict", *flags(server))
        assert [run(*command, env=KEY).exit_code for _ in range(2)] == [3, 3]
    with Store("c.db") as store:
        assert [run.rejected for run in store.runs()] == [1]


def loaded(*args: str) -> set[str]:
    """The database libraries that a command line loads."""
    code = (
        "import sys; from extractor.cli import app\n"
        f"try: app({list(args)!r})\n"
        f"finally: print(*({NEEDED!r} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_only_what_is_needed_is_loaded(article: str) -> None:
    """SQLAlchemy is loaded for a database, and what makes a database only when one is made."""
    assert loaded("extract", article) == set()
    assert loaded("extract", article, "--dry-run", "--db", "c.db") == set()
    assert "sqlalchemy" in loaded("extract", article, "--db", "c.db")
    assert loaded("extract", article, "--db", "c.db") == {"sqlalchemy"}


def test_a_process_of_its_own_stores_too(article: str) -> None:
    """The standard output stays what it is without a database."""
    with_db, without = (spawn("extract", article, *more) for more in (("--db", "c.db"), ()))
    one, other = (Extraction.model_validate_json(done.stdout) for done in (with_db, without))
    assert one.claims == other.claims and with_db.returncode == 0
    assert with_db.stderr.splitlines()[-1].startswith(b"extractor: stored in ")
