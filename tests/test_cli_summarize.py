"""extractor summarize: a summary of an article, or of a stored extraction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_run import TEXT, run, spawn
from sample_results import sample_extraction, sample_summary

from extractor.core import Extractor
from extractor.schemas import Extraction, Summary


@pytest.fixture
def stored(tmp_path: Path) -> str:
    """The name of a file with a stored extraction; the article is in a.txt."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert run("extract", "a.txt", "--published", "2026-03-17", "--output", "a.json").exit_code == 0
    return "a.json"


def test_a_pipe_gets_the_summary_as_json() -> None:
    """The standard output is the whole record and nothing else."""
    done = spawn("summarize", "-", input=TEXT.encode())
    summary = Summary.model_validate_json(done.stdout)
    assert (done.returncode, done.stdout.decode()) == (0, summary.model_dump_json(indent=2) + "\n")
    assert b" sentence" in done.stderr


def test_a_stored_extraction_is_used(stored: str) -> None:
    """Without a source its article and experts are those of the summary."""
    summary = Summary.model_validate_json(run("summarize", "--extraction", stored).stdout)
    extraction = Extraction.model_validate_json(Path(stored).read_bytes())
    assert (summary.article, summary.experts) == (extraction.article, extraction.experts)


def test_a_page_shows_the_extraction_below_its_summary(stored: str) -> None:
    """With --extraction the page holds the summary and the cards of the claims."""
    page = run("summarize", "--extraction", stored, "--format", "html").stdout
    extraction = Extraction.model_validate_json(Path(stored).read_bytes())
    assert 'class="summary' in page
    assert page.count('class="claim claim-') == len(extraction.claims) > 0


def test_a_stored_extraction_fits_its_own_article_only(stored: str, tmp_path: Path) -> None:
    """The same text may be given again; another is refused."""
    assert run("summarize", "a.txt", "--extraction", stored).exit_code == 0
    (tmp_path / "b.txt").write_text("Piet Maas says that the quay is new.", encoding="utf-8")
    done = run("summarize", "b.txt", "--extraction", stored)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "another article" in done.stderr


def test_a_stored_extraction_is_not_overwritten(stored: str) -> None:
    """--output must not name the input."""
    done = run("summarize", "--extraction", stored, "--output", stored)
    assert done.exit_code == 2
    assert "is the input" in done.stderr


def test_a_damaged_extraction_is_told_in_a_line(stored: str) -> None:
    """The message names the place of the fault."""
    damaged = json.loads(Path(stored).read_text(encoding="utf-8"))
    damaged["experts"][0]["kind"] = "robot"
    Path(stored).write_text(json.dumps(damaged), encoding="utf-8")
    done = run("summarize", "--extraction", stored)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "experts.0.kind" in done.stderr


@pytest.mark.parametrize(
    ("length", "told"), [("short", "one or two"), ("medium", "three to five"), ("long", "six to ten")]
)
def test_the_length_reaches_the_prompt(stored: str, length: str, told: str) -> None:
    """A dry run shows how many sentences are asked for, and the claims of a given extraction."""
    flags = ("--dry-run", "--model", "openai:x", "--length", length)
    shown = run("summarize", "a.txt", *flags).stdout
    assert told in shown and "- Ana Roe: " not in shown
    assert "- Ana Roe: " in run("summarize", "--extraction", stored, *flags).stdout


def test_strict_goes_for_sentences_too(monkeypatch: pytest.MonkeyPatch, stored: str) -> None:
    """A rejected sentence makes the exit code 3 under --strict, and the summary is written all the same."""
    summary = sample_summary(rejected=sample_extraction().rejected)
    monkeypatch.setattr(Extractor, "summarize", lambda *_, **__: summary)
    for flags, code in (([], 0), (["--strict"], 3)):
        done = run("summarize", "a.txt", *flags)
        assert (done.exit_code, Summary.model_validate_json(done.stdout)) == (code, summary)


def test_lengths_differ(stored: str) -> None:
    """A short summary has no more sentences than a long one."""
    short, long = (
        Summary.model_validate_json(run("summarize", "--extraction", stored, "--length", length).stdout)
        for length in ("short", "long")
    )
    assert 0 < len(short.abstract) <= len(long.abstract)
