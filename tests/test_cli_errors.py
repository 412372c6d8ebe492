"""Errors: one line on the standard error, the right exit code, never a traceback for what a user can mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_run import TEXT, command_lines, run, spawn

import extractor.settings
from extractor import errors
from extractor.errors import ExtractorError


def kinds(root: type[ExtractorError]) -> Iterator[type[ExtractorError]]:
    """An error class and all that are below it."""
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every command that needs settings fail."""

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(extractor.settings, "load_settings", fail)


@pytest.mark.parametrize("kind", kinds(errors.ExtractorError), ids=lambda kind: kind.__name__)
def test_every_error_is_one_line_and_its_exit_code(monkeypatch: pytest.MonkeyPatch, kind: type[ExtractorError]) -> None:
    """Whatever a message holds, it is told in one line without control characters."""
    failing(monkeypatch, kind("it \x1b[31mfailed:\n do this"))
    done = run("prompts", "list")
    assert (done.exit_code, done.stdout, done.stderr) == (kind.exit_code, "", "extractor: it failed: do this\n")


def test_an_interruption_is_told_and_has_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and no traceback."""
    failing(monkeypatch, KeyboardInterrupt())
    done = run("prompts", "list")
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "extractor: interrupted\n")


def test_a_bug_shows_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no user's fault is not dressed up."""
    failing(monkeypatch, RuntimeError("bug"))
    assert isinstance(run("prompts", "list").exception, RuntimeError)


RUBBISH = {
    "no command": ([], "Missing command"),
    "unknown command": (["extrct"], "Did you mean 'extract'"),
    "no source": (["extract"], "Missing argument 'SOURCE'"),
    "two sources": (["extract", "a.txt", "b.txt"], "b.txt"),
    "nothing to summarize": (["summarize"], "nothing to summarize"),
    "unknown option": (["extract", "a.txt", "--api-key", "x"], "No such option: --api-key"),
    "option without value": (["extract", "a.txt", "--model"], "--model"),
    "unknown format": (["extract", "a.txt", "--format", "xml"], "'xml' is not one of 'json', 'markdown', 'table'"),
    "unknown length": (["summarize", "a.txt", "--length", "huge"], "'short', 'medium', 'long'"),
    "unknown schema": (["schema", "claims"], "'extraction', 'summary'"),
    "unknown prompt": (["prompts", "show", "nope"], "nope"),
    "prompts folder missing": (["prompts", "list", "--prompts", "nowhere"], "nowhere"),
    "no date": (["extract", "a.txt", "--published", "2026-02-30"], "'2026-02-30' is not a date"),
    "no number": (["extract", "a.txt", "--timeout", "soon"], "--timeout"),
    "number out of range": (["extract", "a.txt", "--attempts", "0"], "attempts"),
    "missing file": (["extract", "missing.txt"], "missing.txt"),
    "folder as source": (["extract", "."], "."),
    "unreachable scheme": (["extract", "ftp://example.org/a"], "ftp"),
    "binary file": (["extract", "binary.txt"], "binary.txt"),
    "empty file": (["extract", "empty.txt"], "empty.txt"),
    "empty source": (["extract", ""], "''"),
    "empty source to summarize": (["summarize", ""], "''"),
    "unknown provider": (["extract", "a.txt", "--model", "nobody:x"], "nobody"),
    "key missing": (["extract", "a.txt", "--model", "openai:x"], "key"),
    "base URL that is none": (["extract", "a.txt", "--base-url", "localhost"], "base_url"),
    "output folder missing": (["extract", "a.txt", "--output", "no/where.json"], "does not exist"),
    "output is a folder": (["extract", "a.txt", "--output", "."], "is a folder"),
    "output is the input": (["extract", "a.txt", "--output", "./a.txt"], "is the input"),
    "output name too long": (["extract", "a.txt", "--output", "x" * 300], "name too long"),
    "extraction missing": (["summarize", "--extraction", "missing.json"], "missing.json"),
    "extraction that is none": (["summarize", "--extraction", "a.txt"], "no result of 'extractor extract'"),
    "extraction and title": (["summarize", "--extraction", "a.txt", "--title", "T"], "--title"),
    "schema output is a folder": (["schema", "summary", "--output", "."], "is a folder"),
}


@pytest.mark.parametrize(("args", "told"), RUBBISH.values(), ids=RUBBISH.keys())
def test_bad_input_is_one_clear_line_and_exit_code_2(tmp_path: Path, args: list[str], told: str) -> None:
    """What is wrong is named on the standard error, and nothing is on the standard output."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    done = run(*args)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert done.stderr.startswith("extractor: ") and done.stderr.count("\n") == 1
    assert told in done.stderr


@pytest.mark.parametrize("words", [words for words in command_lines() if words], ids=" ".join)
def test_a_usage_error_says_where_help_is(words: list[str]) -> None:
    """Every command points to its own help, `batch` to that of the command that it stands for."""
    done = run(*words, "--nonsense", prog_name="extractor")
    meant = "batch run" if words == ["batch"] else " ".join(words)
    assert done.exit_code == 2
    assert done.stderr.endswith(f"(see extractor {meant} --help)\n")


def test_a_process_tells_no_more_than_the_runner() -> None:
    """A process of its own prints the same single line, without a traceback or a warning."""
    done = spawn("extract", "missing.txt")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert done.stderr.startswith(b"extractor: ") and b"missing.txt" in done.stderr


def test_words_that_are_no_text_are_refused() -> None:
    """A title in another encoding than UTF-8 could not be stored, and is refused."""
    done = spawn("extract", "-", "--title", b"caf\xe9", input=TEXT.encode())  # type: ignore[arg-type]
    assert done.returncode == 2
    assert b"'--title': is not valid UTF-8" in done.stderr
