"""What doctor finds out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fake_server import Answer, Scripted, completion, error, fake_server, free_port, models, tool_call

from extractor.diagnosis import Check, Diagnosis, adiagnose, diagnose
from extractor.settings import load_settings

KEY = "sk-abcdefghijklmnop"
READY = completion('{"word": "ready"}')


def check(diagnosis: Diagnosis, name: str) -> Check:
    """The check of this name."""
    return next(check for check in diagnosis.checks if check.name == name)


def examine(*answers: Scripted, **given: object) -> Diagnosis:
    """The diagnosis of a fake server."""
    with fake_server(*answers) as server:
        return diagnose(load_settings(**{"model": "local", "base_url": server.url, "retry_seconds": 0} | given))


def test_builtin_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a model all is well, nothing is called, and doctor says that nothing leaves the machine."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    diagnosis = diagnose(load_settings())
    assert diagnosis.ok and "nothing leaves this machine" in check(diagnosis, "model").message
    assert KEY not in str(diagnosis)


def test_a_model_that_works() -> None:
    """A tiny call tells the latency, the tokens and how structured output is had."""
    diagnosis = examine(READY, api_key=KEY)
    assert diagnosis.ok
    assert "openai-compatible:local at http://127.0.0.1" in check(diagnosis, "model").message
    assert "7 tokens in, 5 out; structured output by json_schema" in check(diagnosis, "call").message
    assert KEY not in str(diagnosis)


def test_a_fallback_is_told() -> None:
    """Doctor names the looser way that the server takes."""
    diagnosis = examine(error(400, "no response_format"), tool_call('{"word": "ready"}'))
    assert diagnosis.ok and "tool_calling" in check(diagnosis, "call").message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (error(401, f"bad key {KEY}"), "refused the API key"),
        (error(429, "no", code="insufficient_quota"), "no quota"),
        (error(503, "maintenance"), "maintenance"),
        (error(404, "Not Found"), "check the base URL"),
        (completion("Ready!"), "not with the JSON asked for ('Ready!'"),
        (completion('{"other": 1}'), "use another model"),
    ],
)
def test_what_is_wrong_is_told(answer: Answer, words: str) -> None:
    """Each way in which a call fails is told as a failing check, without the key."""
    diagnosis = examine(answer, api_key=KEY)
    assert not diagnosis.ok and words in check(diagnosis, "call").message
    assert KEY not in str(diagnosis)


def test_an_unknown_model_comes_with_the_known_ones() -> None:
    """When the server does not know the model, doctor lists those that it has."""
    names = [f"m{number:02}" for number in range(12)]
    diagnosis = examine(error(404, "model 'local' not found"), models(*names))
    assert "the server has m00, m01" in check(diagnosis, "call").message
    assert check(diagnosis, "call").message.endswith("m09 and 2 more")


def test_a_server_that_is_not_there() -> None:
    """An address where nobody listens is told."""
    diagnosis = diagnose(load_settings(model="x", base_url=f"http://127.0.0.1:{free_port()}/v1", retry_seconds=0))
    assert "cannot be reached" in check(diagnosis, "call").message


def test_a_diagnosis_is_not_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor does not wait ten minutes for a server that is down."""
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("extractor.retry.pause", pause)
    assert not examine(error(503), retry_seconds=600).ok
    assert 0 < sum(waits) <= 20


def test_a_configuration_that_cannot_work_is_not_tried() -> None:
    """A missing key is told as the model's check, and no call is made."""
    diagnosis = diagnose(load_settings(model="openai:gpt-x"))
    assert "no API key is set" in check(diagnosis, "model").message
    assert [found.name for found in diagnosis.checks] == ["variables", "tracing", "model"]


def test_without_a_call_nothing_is_sent() -> None:
    """Doctor can look without calling."""
    with fake_server(READY) as server:
        diagnosis = diagnose(load_settings(model="local", base_url=server.url), call=False)
    assert diagnosis.ok and server.requests == []


async def test_inside_a_loop() -> None:
    """The asynchronous twin works in a running loop."""
    with fake_server(READY) as server:
        diagnosis = await adiagnose(load_settings(model="local", base_url=server.url))
    assert diagnosis.ok and asyncio.get_running_loop().is_running()


def test_settings_come_with_their_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting is shown with its value and where it comes from."""
    monkeypatch.setenv("EXTRACTOR_ATTEMPTS", "4")
    lines = {line.name: line for line in diagnose(load_settings()).settings}
    assert (lines["attempts"].value, lines["attempts"].source) == ("4", "environment EXTRACTOR_ATTEMPTS")
    assert lines["timeout"].source == "default" and set(lines) >= {"model", "base_url", "api_key", "tracing"}


def test_unknown_variables_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable is a failing check."""
    monkeypatch.setenv("EXTRACTOR_TIMEOUTS", "4")
    diagnosis = diagnose(load_settings())
    assert not diagnosis.ok and "did you mean EXTRACTOR_TIMEOUT?" in check(diagnosis, "variables").message


def test_a_dotenv_that_cannot_be_read_is_told() -> None:
    """A .env that became unreadable is a failing check, not a traceback."""
    settings = load_settings()
    Path(".env").write_bytes(b"\xff")
    assert "cannot be read" in check(diagnose(settings), "variables").message


def test_tracing_variables_are_found_and_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """LangSmith's variables are listed as ignored, and tracing is told as off."""
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    diagnosis = diagnose(load_settings())
    assert {fact.name: fact.value for fact in diagnosis.environment}["LANGSMITH_TRACING"].startswith("true (ignored")
    assert check(diagnosis, "tracing") == Check("tracing", True, "off: no call is reported to a third party")


def test_tracing_that_is_on_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With tracing on, doctor says who gets the articles; without LangSmith's key that cannot work."""
    assert not check(diagnose(load_settings(tracing=True)), "tracing").ok
    monkeypatch.setenv("LANGSMITH_API_KEY", "ls-secret-key")
    diagnosis = diagnose(load_settings(tracing=True))
    assert "LangSmith gets every article" in check(diagnosis, "tracing").message
    assert "ls-secret-key" not in str(diagnosis)


def test_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions and proxies are told, a proxy's password is not."""
    monkeypatch.setenv("https_proxy", "http://user:secret@proxy:3128")
    facts = {fact.name: fact.value for fact in diagnose(load_settings()).environment}
    assert facts["HTTPS_PROXY"] == "http://proxy:3128"
    assert facts["python"].startswith("3.") and facts["langchain-core"][0].isdigit()
