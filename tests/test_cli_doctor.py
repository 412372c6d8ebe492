"""extractor doctor: what is set, where it comes from, and whether it works."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cli_run import run
from fake_server import Answer, completion, error, fake_server

from extractor.settings import Settings

KEY = "sk-secret-0123456789"


def told(*args: str, **env: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Exit code and JSON of doctor."""
    done = run("doctor", *args, env=env)
    return done.exit_code, json.loads(done.stdout)


def test_without_a_model_all_is_well() -> None:
    """Every setting is told with its source, and every check is well."""
    code, found = told()
    assert code == 0
    assert {line["name"]: line["source"] for line in found["settings"]} == dict.fromkeys(
        Settings.model_fields, "default"
    )
    assert all(check["ok"] for check in found["checks"])
    assert "python" in {fact["name"] for fact in found["environment"]}


def test_flags_and_variables_are_told_apart() -> None:
    """A value says where it comes from."""
    _, found = told("--attempts", "5", EXTRACTOR_TIMEOUT="7")
    sources = {line["name"]: (line["value"], line["source"]) for line in found["settings"]}
    assert sources["attempts"] == ("5", "flag")
    assert sources["timeout"] == ("7.0", "environment EXTRACTOR_TIMEOUT")


def test_a_missing_key_is_a_matter_of_configuration() -> None:
    """The failing check is told and the exit code is 2; the result is printed all the same."""
    code, found = told("--model", "openai:x", "--no-call")
    assert code == 2
    assert any(not check["ok"] and "key" in check["message"].lower() for check in found["checks"])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (completion(json.dumps({"word": "ready"})), 0),
        (completion("ready"), 1),
        (error(500, "down"), 1),
        (error(401, "bad key"), 2),
        (error(404, "no such model", code="model_not_found"), 2),
    ],
    ids=["answers", "answers without JSON", "down", "key refused", "model unknown"],
)
def test_the_call_decides_the_exit_code(answer: Answer, code: int) -> None:
    """1 when the provider fails, 2 when the configuration has to change; the key is never shown."""
    with fake_server(answer) as server:
        flags = ("--model", "x", "--base-url", server.url, "--retry-seconds", "0")
        done = run("doctor", *flags, env={"EXTRACTOR_API_KEY": KEY})
        assert any(request.path.endswith("/chat/completions") for request in server.requests)
    assert done.exit_code == code, done.output
    assert KEY not in done.output


def test_no_call_means_none() -> None:
    """--no-call leaves the server alone."""
    with fake_server(error(500)) as server:
        code, _ = told("--model", "x", "--base-url", server.url, "--no-call", EXTRACTOR_API_KEY=KEY)
        assert (code, server.requests) == (0, [])


@pytest.mark.parametrize(("form", "begin"), [("table", "settings\n"), ("markdown", "## settings\n")])
def test_it_can_be_read_by_people(form: str, begin: str) -> None:
    """Tables and Markdown tell settings, environment and checks too."""
    text = run("doctor", "--format", form).stdout
    assert text.startswith(begin)
    assert text.index("environment") < text.index("checks")
    assert "retry" in text and "builtin" in text
