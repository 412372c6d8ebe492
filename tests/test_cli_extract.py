"""extractor extract: results, notes, dry runs, strictness, interruption."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli_run import COMMAND, TEXT, run, spawn
from fake_engine import expert, extraction, position
from fake_server import FakeServer, completion, fake_server, slow
from sample_results import sample_extraction

from extractor.cli.options import OutputFlags
from extractor.cli.output import progress
from extractor.core import Extractor
from extractor.schemas import Extraction

ABSENT = position("Piet Maas", "the harbour was never dredged")
PRESENT = position("Piet Maas", "“We are full,”", statement="The port of Varnsee is full.")


@pytest.fixture
def article(tmp_path: Path) -> str:
    """The name of a file with an article."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return "a.txt"


def flags(server: FakeServer) -> tuple[str, ...]:
    """The flags that make a server the model, which is asked once."""
    return ("--model", "fake", "--base-url", server.url, "--attempts", "1", "--retry-seconds", "0", "--no-audit")


def found(monkeypatch: pytest.MonkeyPatch, result: Extraction) -> None:
    """Let every extraction give ``result``."""
    monkeypatch.setattr(Extractor, "extract", lambda *_: result)


def test_a_pipe_gets_the_record_as_json(article: str) -> None:
    """The standard output is the whole record and nothing else; counts and time are told on the standard error."""
    done = spawn("extract", article, "--published", "2026-03-17")
    result = Extraction.model_validate_json(done.stdout)
    assert done.returncode == 0
    assert done.stdout.decode() == result.model_dump_json(indent=2) + "\n"
    assert {expert.name for expert in result.experts} == {"Ana Roe", "Piet Maas"}
    assert done.stderr.startswith(b"extractor: 2 experts, ") and done.stderr.endswith(b" s\n")


def test_the_standard_input_is_read() -> None:
    """A dash stands for it, and its bytes are UTF-8."""
    done = spawn("extract", "-", input="Zoë Ørn says that the “old” quay is full.\n".encode())
    assert Extraction.model_validate_json(done.stdout).article.text == "Zoë Ørn says that the “old” quay is full.\n"


def test_what_is_given_overrides_what_is_inferred(article: str) -> None:
    """Date, title, author, address and language are recorded as given, and not listed as inferred."""
    given = {"published": "2026-03-17", "title": "T", "author": "A", "url": "https://example.org/a", "language": "en"}
    done = run("extract", article, *(word for name, value in given.items() for word in (f"--{name}", value)))
    told = json.loads(done.stdout)["article"]
    assert {name: told[name] for name in given} == given
    assert told["inferred"] == []


@pytest.mark.parametrize(
    ("form", "begin"), [("markdown", "# the old quay"), ("table", "the old quay"), ("json", "{")], ids=str
)
def test_every_format_is_written(monkeypatch: pytest.MonkeyPatch, article: str, form: str, begin: str) -> None:
    """--format chooses the form of the same result."""
    found(monkeypatch, sample_extraction())
    assert run("extract", article, "--format", form).stdout.startswith(begin)


def test_warnings_and_rejected_items_are_told(monkeypatch: pytest.MonkeyPatch, article: str) -> None:
    """Each warning is a line; the last line counts, and says how to see what a report leaves out."""
    found(monkeypatch, sample_extraction("the quay\x1b[2J is full"))
    done = run("extract", article, "--format", "table")
    warning, counts = done.stderr.splitlines()
    assert warning == "extractor: warning: the quay is full"
    assert counts.startswith(
        "extractor: 2 experts, 1 position, 1 prediction, 1 rejected; 1.2 s; 2 calls, tokens: 3,210 in"
    )
    assert "--format json" in counts


def test_quiet_means_quiet(monkeypatch: pytest.MonkeyPatch, article: str) -> None:
    """--quiet leaves the result and nothing else."""
    found(monkeypatch, sample_extraction())
    for flag in ("--quiet", "-q"):
        done = run("extract", article, flag)
        assert (done.exit_code, done.stderr) == (0, "")
        assert json.loads(done.stdout)


def test_a_file_is_written_and_named(article: str) -> None:
    """With --output the standard output stays empty, and the note says where the result is."""
    done = run("extract", article, "--output", "out.md")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "written to out.md" in done.stderr
    assert Path("out.md").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("args", "env", "code"),
    [
        ([], {}, 0),
        (["--strict"], {}, 3),
        ([], {"EXTRACTOR_STRICT": "true"}, 3),
        (["--no-strict"], {"EXTRACTOR_STRICT": "true"}, 0),
    ],
    ids=["default", "flag", "variable", "flag over variable"],
)
def test_strict_changes_the_exit_code_and_nothing_else(
    article: str, args: list[str], env: dict[str, str], code: int
) -> None:
    """A rejected item makes the exit code 3, and the result is written all the same."""
    answer = completion(json.dumps(extraction([expert("Piet Maas")], [PRESENT, ABSENT])))
    with fake_server(answer) as server:
        done = run("extract", article, *flags(server), *args, env={"EXTRACTOR_API_KEY": "k", **env})
    result = Extraction.model_validate_json(done.stdout)
    assert (done.exit_code, len(result.positions), len(result.rejected)) == (code, 1, 1)


def test_strict_without_rejected_items_is_0(article: str) -> None:
    """--strict does not mind a clean result."""
    answer = completion(json.dumps(extraction([expert("Piet Maas")], [PRESENT])))
    with fake_server(answer) as server:
        assert run("extract", article, *flags(server), "--strict", env={"EXTRACTOR_API_KEY": "k"}).exit_code == 0


def test_a_dry_run_prints_the_messages_and_calls_nothing(article: str) -> None:
    """No key is needed; what is printed is what `Extractor.preview` would send, byte for byte."""
    with fake_server() as server:
        done = run("extract", article, "--dry-run", *flags(server))
        assert server.requests == []
        with Extractor("fake", base_url=server.url, api_key="k") as extractor:
            preview = extractor.preview(extractor_article())
    (messages,) = preview.requests
    assert done.exit_code == 0, done.stderr
    assert all(str(message.content) in done.stdout for message in messages)
    assert "=== request 1 of 1: system ===\n" in done.stdout and "=== request 1 of 1: user ===\n" in done.stdout
    assert f"1 request, about {preview.estimated_tokens:,} tokens" in done.stdout


def test_a_dry_run_shows_every_request(article: str) -> None:
    """A text of several parts gives several requests; as JSON they are data."""
    done = run("extract", article, "--dry-run", "--model", "openai:x", "--chunk-size", "100", "--format", "json")
    told = json.loads(done.stdout)
    assert len(told["requests"]) >= 2
    assert [message["role"] for message in told["requests"][0]] == ["system", "user"]
    assert told["estimated_tokens"] > 100
    assert "“We are full,” said Piet Maas." in done.stdout


@pytest.mark.parametrize(("flag", "told"), [("--audit", True), ("--no-audit", False)])
def test_a_dry_run_says_that_the_audit_may_ask_more(article: str, flag: str, told: bool) -> None:
    """Only the opening messages are shown; what follows depends on the answer."""
    done = run("extract", article, "--dry-run", "--model", "openai:x", flag)
    assert "further questions may follow" in done.stdout
    assert ("the audit's among them" in done.stdout) is told


def test_a_dry_run_without_a_model_says_so(article: str) -> None:
    """Nothing would be sent by the built-in engine."""
    assert run("extract", article, "--dry-run").stdout.startswith("Nothing would be sent")
    assert json.loads(run("extract", article, "--dry-run", "--format", "json").stdout)["requests"] == []


def test_an_interruption_leaves_nothing(article: str, tmp_path: Path) -> None:
    """Ctrl-C during a call: exit code 130, one line, no file."""
    with fake_server(slow(completion("{}"), pause=0.2)) as server:
        process = subprocess.Popen(
            [*COMMAND, "extract", article, *flags(server), "--output", "out.json"],
            env={**os.environ, "EXTRACTOR_API_KEY": "k"},
            stderr=subprocess.PIPE,
        )
        while not server.requests and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (130, b"extractor: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == [article]


def test_waiting_for_a_server_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """What the package warns of while it works reaches the standard error, unless it is to be quiet."""
    log = logging.getLogger("extractor.llm.engine")
    with progress("extracting", OutputFlags()):
        log.warning("rate limited; trying again in %d s", 7)
    with progress("extracting", OutputFlags(quiet=True)):
        log.warning("not told")
    log.warning("not told either")
    assert capsys.readouterr().err == "extractor: rate limited; trying again in 7 s\n"


def extractor_article() -> str:
    """The text as the command reads it from its file."""
    return Path("a.txt").read_text(encoding="utf-8")
