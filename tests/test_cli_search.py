"""extractor search, timeline, disagreements: asking the database."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli_run import run, spawn
from sample_stored import stored_position
from stored_articles import ask, fill, read, refused

from extractor.render.sheets import render_answer
from extractor.render.stored import disagreement_answer
from extractor.schemas.stored import Disagreement, Hit, Piece, Timeline
from extractor.store import Store
from extractor.store.search.asking import Found


@pytest.fixture
def db(database_url: str) -> str:
    """The three articles, on each kind of database in turn."""
    return fill(database_url)


@pytest.fixture
def one(sqlite_path: Path) -> str:
    """The three articles in an SQLite file."""
    return fill(str(sqlite_path))


def test_words_find_claims_best_first(db: str) -> None:
    """JSON is a list of hits whose snippets mark the words; all words must be there."""
    hits = [Hit.model_validate(hit) for hit in ask(db, "search", "second", "quay")]
    assert {hit.found.expert.name for hit in hits} == {"Oda Brekke", "Ministers"}
    assert all(Piece(text="quay", hit=True) in hit.snippet for hit in hits)
    assert hits == sorted(hits, key=lambda hit: -hit.score)
    assert ask(db, "search", "second", "inflation") == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--expert", "Oda Brekke"], {"Oda Brekke"}),
        (["--stance", "against"], {"Oda Brekke"}),
        (["--kind", "prediction", "--until", "2025-02-10"], {"Mara Lind"}),
        (["quay", "--since", "2025-06-10"], {"Ministers"}),
        (["quay", "--until", "2025-01-01"], set()),
    ],
    ids=" ".join,
)
def test_options_narrow_a_search(db: str, options: list[str], names: set[str]) -> None:
    """Without words they list; both ends of a range are included."""
    assert {hit["found"]["expert"]["name"] for hit in ask(db, "search", *options)} == names


def test_people_read_a_table(one: str) -> None:
    """Snippet, id, expert, stance or likelihood, date and article stand in it."""
    told = read(one, "search", "rates")
    for part in ("Mara Lind", "“unlikely”: unlikely, 20–45%; until 2026-05-31", "2025-02-10 · Comment 2025-02-10 · "):
        assert part in told
    assert "Interest **rates** will fall before June 2026." in told


@pytest.mark.parametrize("options", [[], ["--db", "missing.db"], ["--db", "new.db"]], ids=" ".join)
def test_nothing_asked_gives_an_empty_list(tmp_path: Path, options: list[str]) -> None:
    """Whether there is a database or none: exit code 0."""
    Store(tmp_path / "new.db").close()
    done = run("search", *options, "--format", "json", env={"XDG_DATA_HOME": str(tmp_path / "home")})
    assert (done.exit_code, json.loads(done.stdout), done.stderr) == (0, [], "")
    assert "Nothing was asked for" in run("search", *options, "--format", "table").stdout


def test_a_database_that_is_not_there_is_told() -> None:
    """Words are not looked for in a file that a mistyped name would make."""
    assert "there is no database" in refused("missing.db", "search", "quay")
    assert not Path("missing.db").exists()


def test_without_a_name_the_users_own_database_is_asked(tmp_path: Path) -> None:
    """It is made when it is first needed."""
    done = run("search", "quay", "--format", "table", env={"XDG_DATA_HOME": str(tmp_path / "home")})
    assert (done.exit_code, done.stdout) == (0, "No claim is stored that fits.\n")


def test_the_environment_names_the_database(one: str) -> None:
    """EXTRACTOR_DB counts where --db is not given."""
    done = run("search", "quay", "--format", "csv", env={"EXTRACTOR_DB": one})
    assert [row["expert"] for row in csv.DictReader(io.StringIO(done.stdout))]


@pytest.mark.parametrize("words", ["'", '"', "NEAR(", "quay*", "a AND", "🙂", "(", "statement:quay", "%"])
def test_any_words_are_safe(db: str, words: str) -> None:
    """No word is a syntax of the database."""
    assert isinstance(ask(db, "search", "--", words), list)


def test_a_bounded_search_says_so(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the standard error, and in what people read; JSON stays a list."""
    monkeypatch.setattr(Store, "search", lambda *_, **__: Found((), bounded=2000))
    done = run("search", "rates", "--db", one, "--format", "json")
    assert (done.exit_code, done.stdout) == (0, "[]\n")
    assert "of the 2,000 stored last" in done.stderr
    for form in ("table", "markdown"):
        done = run("search", "rates", "--db", one, "--format", form)
        assert "of the 2,000 stored last" in " ".join(done.stdout.split()) and done.stderr


@pytest.mark.parametrize("day", ["2026-3-1", "20260301", "yesterday", "2026-02-30", "2026-W10-1", ""])
def test_a_malformed_date_says_what_is_expected(one: str, day: str) -> None:
    """In one line, with exit code 2."""
    assert "YYYY-MM-DD" in refused(one, "search", "--since", day)


def test_a_range_that_is_upside_down_is_told(one: str) -> None:
    """Nobody is left to wonder why nothing is found."""
    assert "exchange" in refused(one, "search", "--since", "2026-01-02", "--until", "2026-01-01")


def test_words_that_are_no_text_are_told(one: str) -> None:
    """Bytes that are not UTF-8 are a matter of usage."""
    done = spawn("search", b"\xff", "--db", one)  # type: ignore[arg-type]
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"UTF-8" in done.stderr


@pytest.mark.parametrize(("suffix", "begin"), [(".csv", "score,id,"), (".md", "## Found"), (".json", "[")])
def test_a_file_is_written_as_it_is_called(one: str, suffix: str, begin: str) -> None:
    """--format is not needed for it."""
    done = run("search", "quay", "--db", one, "--output", f"found{suffix}")
    assert (done.exit_code, done.stdout) == (0, "")
    assert Path(f"found{suffix}").read_text(encoding="utf-8").startswith(begin)


def test_a_timeline_marks_possible_reversals(db: str) -> None:
    """Both quotations are shown; that it is a reversal is not said."""
    found = Timeline.model_validate(ask(db, "timeline", "Mara Lind"))
    assert [claim.article.published for claim in found.claims] == sorted(c.article.published for c in found.claims)  # type: ignore[type-var]
    assert [reversal.what for reversal in found.reversals] == ["expected"]
    told = read(db, "timeline", "Mara Lind", "--about", "rates")
    assert "1 possible reversal" in told and "only a reader can tell" in told
    assert "does not occur: “interest rates are unlikely to fall before June 2026”" in told
    assert "occurs: “Interest rates will probably fall before June 2026”" in told


def test_a_timeline_of_nobody_is_told(one: str) -> None:
    """Names that are alike are named."""
    assert "Mara Lind" in refused(one, "timeline", "Mara")


def test_disagreements_are_told_by_stance(db: str) -> None:
    """Who favours and who opposes."""
    found = Disagreement.model_validate(ask(db, "disagreements", "second", "quay"))
    assert [claim.expert.name for claim in found.favor] == ["Ministers"]
    assert [claim.expert.name for claim in found.against] == ["Oda Brekke"]
    assert "No position about this is stored." in read(db, "disagreements", "herring")


@pytest.mark.parametrize("words", ["", "***", "?!"])
def test_no_words_are_told(one: str, words: str) -> None:
    """What holds no word asks for nothing: an empty answer, with a note, and exit code 0."""
    for command in ("search", "disagreements"):
        assert "Nothing was asked for" in read(one, command, words)
    assert ask(one, "disagreements", words) == {"favor": [], "against": [], "neutral": [], "bounded": None}


def test_a_timeline_has_a_limit(db: str) -> None:
    """The claims published last, with how many were left out."""
    found = Timeline.model_validate(ask(db, "timeline", "Mara Lind", "--limit", "1"))
    assert (len(found.claims), found.reversals) == (1, ())
    assert f"{found.omitted:,} more are older or undated" in read(db, "timeline", "Mara Lind", "--limit", "1")


def test_an_expert_on_both_sides_is_marked() -> None:
    """With the day of the newest position on the other side."""
    other = stored_position(id=13)
    text = render_answer(disagreement_answer(Disagreement(favor=(stored_position(),), against=(other,))), "markdown")
    assert f"(also opposes, {other.article.published})" in text and "(also favours, " in text
    assert "also" not in render_answer(disagreement_answer(Disagreement(favor=(other,), against=())), "markdown")
