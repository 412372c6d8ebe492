"""What the commands of the claims database show is free of anything that a terminal would obey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_run import run
from stored_articles import TEXTS, ask

from extractor import Extractor, article_from_text
from extractor.store import Store

NASTY = "\x1b[31mred\x1b]0;title\x07\u202egnp\u2066\x9b1m\x7f\ufeff\r\n\x08"
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


@pytest.fixture
def db(tmp_path: Path) -> str:
    """An article whose title, author and address, expert, outcome and rejection bear such characters."""
    place = str(tmp_path / "claims.db")
    article = article_from_text(
        TEXTS["2025-02-10"],
        published="2025-02-10",
        title=f"T {NASTY}",
        author=f"A {NASTY}",
        url="https://example.org/a",
    )
    with Extractor("builtin") as extractor, Store(place) as store:
        store.add(extractor.extract(article), read_from=f"f {NASTY}")
        claims = store.claims()
        prediction = next(claim for claim in claims if claim.kind == "prediction")
        store.resolve(prediction.id, "yes", note=f"n {NASTY}", resolver=f"r {NASTY}")
        store.add_alias("Mara Lind", "Mara Aas", reason=f"w {NASTY}")
        store.reject(next(claim for claim in claims if claim.kind == "position").id, reason=f"r {NASTY}")
    return place


SHOWING = (
    ["claims", "list"],
    ["show", "1"],
    ["show", "2"],
    ["search", "rates"],
    ["timeline", "Mara Lind"],
    ["disagreements", "rates"],
    ["score"],
    ["score", "--expert", "Mara Lind"],
    ["predictions", "list"],
    ["experts", "list"],
    ["experts", "show", "Mara Lind"],
    ["runs", "list"],
    ["runs", "choose", "1"],
    ["reject", "2", "--reason", f"x {NASTY}"],
    ["db", "stats"],
    ["db", "check"],
    ["import", "all.jsonl"],
)


@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
def test_nothing_stored_is_shown_raw(db: str, form: str) -> None:
    """In no format and on neither stream; what was stored is unchanged."""
    assert run("export", "--db", db, "-o", "all.jsonl").exit_code == 0
    for args in SHOWING:
        done = run(*args, "--db", db, "--format", form)
        assert done.exit_code == 0, (args, done.output)
        assert not OBEYED.search(done.stdout + done.stderr), args
    assert "title" not in run("claims", "list", "--db", db, "--format", "table").stdout
    assert OBEYED.search(ask(db, "claims", "list")[0]["article"]["title"])


WRONG: Sequence[Sequence[str]] = (
    ["experts", "show", NASTY],
    ["timeline", NASTY],
    ["experts", "alias", "Mara Lind", NASTY],
    ["search", "x", "--expert", NASTY],
    ["search", "x", "--article", NASTY],
    ["search", "x", "--since", NASTY],
    ["show", NASTY],
    ["delete", NASTY],
    ["delete", NASTY, "--yes"],
    ["import", NASTY],
    ["db", "stats", "-o", f"x.{NASTY}"],
    ["db", "backup", f"gone/{NASTY}"],
    ["export", "-o", f"x.{NASTY}"],
)


@pytest.mark.parametrize("args", WRONG, ids=lambda args: " ".join(args[:2]).encode("unicode_escape").decode())
def test_nothing_given_is_told_raw(db: str, args: Sequence[str]) -> None:
    """What cannot be used is told in one line."""
    done = run(*args, "--db", db)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert not OBEYED.search(done.stderr)


def test_a_strange_place_is_shown_plainly(tmp_path: Path) -> None:
    """The name of a database is text too."""
    place = str(tmp_path / f"c {NASTY.replace('/', '')}.db")
    for more in ([], ["--format", "table"]):
        done = run("db", "path", "--db", place, *more)
        assert (done.exit_code, done.stderr) == (0, "")
        assert not OBEYED.search(done.stdout)
    done = run("db", "stats", "--db", place)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert not OBEYED.search(done.stderr)
