"""Where settings come from, how they are checked, and that a key is never shown."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from extractor.errors import ConfigurationError
from extractor.settings import (
    Settings,
    describe,
    is_openai,
    load_settings,
    shown_url,
    unknown_variables,
)

KEY = "sk-a-key-that-nobody-may-see"


def source(settings: Settings, name: str) -> str:
    """Where the setting comes from, as doctor tells."""
    return next(line.source for line in describe(settings) if line.name == name)


def value(settings: Settings, name: str) -> str:
    """The setting's value, as doctor shows it."""
    return next(line.value for line in describe(settings) if line.name == name)


def test_defaults_use_no_model() -> None:
    """Without any configuration the built-in engine works and all sources are defaults."""
    settings = load_settings()
    assert settings.model == "builtin"
    assert (settings.timeout, settings.retry_seconds, settings.attempts) == (120.0, 600.0, 3)
    assert settings.temperature is None and settings.tracing is False and settings.api_key is None
    assert {line.source for line in describe(settings)} == {"default"}


def test_a_flag_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A given value is stronger than EXTRACTOR_*."""
    monkeypatch.setenv("EXTRACTOR_ATTEMPTS", "5")
    settings = load_settings(attempts=2)
    assert settings.attempts == 2
    assert source(settings, "attempts") == "flag"


def test_the_environment_beats_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXTRACTOR_* of the environment is stronger than the same variable in .env."""
    Path(".env").write_text("EXTRACTOR_ATTEMPTS=5\nEXTRACTOR_TIMEOUT=7\n")
    monkeypatch.setenv("EXTRACTOR_ATTEMPTS", "4")
    settings = load_settings()
    assert (settings.attempts, settings.timeout) == (4, 7.0)
    assert source(settings, "attempts") == "environment EXTRACTOR_ATTEMPTS"
    assert source(settings, "timeout") == ".env EXTRACTOR_TIMEOUT"


def test_dotenv_beats_the_openai_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXTRACTOR_BASE_URL is stronger than OPENAI_BASE_URL, wherever it stands."""
    Path(".env").write_text("EXTRACTOR_BASE_URL=http://one/v1\n")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://two/v1")
    settings = load_settings(model="name")
    assert settings.base_url == "http://one/v1"
    assert source(settings, "base_url") == ".env EXTRACTOR_BASE_URL"


def test_none_is_as_if_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag that was not used (None) leaves the environment's value."""
    monkeypatch.setenv("EXTRACTOR_MODEL", "openai:name")
    assert load_settings(model=None).model == "openai:name"


def test_an_empty_variable_is_as_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXTRACTOR_TIMEOUT= does not stop anything."""
    monkeypatch.setenv("EXTRACTOR_TIMEOUT", "")
    assert load_settings().timeout == 120.0


def test_other_variables_in_dotenv_do_no_harm() -> None:
    """A .env that serves other programs too is read."""
    Path(".env").write_text("DATABASE_URL=postgres://x\nEXTRACTOR_ATTEMPTS=2\n")
    assert load_settings().attempts == 2


def test_openai_variables_serve_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    """OPENAI_API_KEY and OPENAI_BASE_URL are used together for models of the OpenAI protocol."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gateway/v1/")
    settings = load_settings(model="openai:name")
    assert settings.base_url == "http://gateway/v1"
    assert settings.api_key is not None and settings.api_key.get_secret_value() == KEY
    assert source(settings, "api_key") == "environment OPENAI_API_KEY"


@pytest.mark.parametrize("model", ["builtin", "anthropic:name", "ollama:name"])
def test_openai_variables_serve_nobody_else(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in engine and other providers get neither OpenAI's key nor its address."""
    monkeypatch.setenv("OPENAI_API_KEY", "bad\nkey")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gateway/v1")
    settings = load_settings(model=model)
    assert settings.api_key is None and settings.base_url is None


def test_openai_key_stays_away_from_other_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that only base_url names does not get OPENAI_API_KEY, and doctor says so."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = load_settings(model="name", base_url="http://elsewhere/v1")
    assert settings.api_key is None
    assert "OPENAI_API_KEY is not sent" in source(settings, "api_key")


@pytest.mark.parametrize("url", [None, "https://api.openai.com/v1", "http://gateway/v1"])
def test_openai_key_goes_where_it_belongs(url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """OPENAI_API_KEY goes to OpenAI and to the server of OPENAI_BASE_URL, also when base_url repeats it."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gateway/v1")
    assert load_settings(model="openai:name", base_url=url).api_key is not None


def test_openai_key_from_dotenv() -> None:
    """OPENAI_API_KEY in .env counts too."""
    Path(".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    assert source(load_settings(model="openai:name"), "api_key") == ".env OPENAI_API_KEY"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://api.openai.com/v1", False),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://evil-api.openai.com/v1", False),
        ("https://evilopenai.com/v1", False),
        ("https://notapi.openai.com@evil.example/v1", False),
        ("https://[broken", False),
    ],
)
def test_is_openai(url: str | None, expected: bool) -> None:
    """Only OpenAI's own hosts over TLS are OpenAI."""
    assert is_openai(url) is expected


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("timeout", "soon"),
        ("timeout", 0),
        ("timeout", float("nan")),
        ("retry_seconds", -1),
        ("attempts", 0),
        ("temperature", 3),
        ("chunk_size", 0),
        ("concurrency", 0),
        ("base_url", "localhost:8000"),
        ("base_url", "http://[broken"),
        ("model", "  "),
        ("tracing", "perhaps"),
    ],
)
def test_a_bad_value_is_one_clear_line(name: str, given: object) -> None:
    """A value that is not acceptable is told with its setting and source, in one line."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(**{name: given})
    assert f"setting {name} " in str(caught.value) and "(flag)" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable that holds the bad value."""
    monkeypatch.setenv("EXTRACTOR_TIMEOUT", "soon")
    with pytest.raises(ConfigurationError, match=r"timeout 'soon' \(environment EXTRACTOR_TIMEOUT\)"):
        load_settings()


def test_an_unknown_setting_is_told() -> None:
    """A setting that does not exist is refused and the settings are listed."""
    with pytest.raises(ConfigurationError, match="'modle' is no setting; the settings are model, base_url"):
        load_settings(modle="x")


@pytest.mark.parametrize("key", ["two\nlines", "a key", "schlüssel-lang-genug", " "])
def test_a_malformed_key_is_refused_without_showing_it(key: str) -> None:
    """A key with a line break, a space or a letter beyond ASCII is a clear error that does not repeat it."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(api_key=key)
    assert "api_key" in str(caught.value)
    assert key.strip() == "" or key not in str(caught.value)


def test_a_key_of_a_wrong_kind_is_not_shown() -> None:
    """A key that is no text is refused without repeating it."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(api_key=123456789)
    assert "api_key" in str(caught.value) and "123456789" not in str(caught.value)


def test_an_address_that_is_refused_hides_its_password() -> None:
    """Neither our error nor Pydantic's repeats the password of a malformed address."""
    with pytest.raises(ConfigurationError) as ours:
        load_settings(base_url="ftp://user:secret@host")
    with pytest.raises(ValidationError) as theirs:
        Settings(base_url="ftp://user:secret@host")
    assert "secret" not in str(ours.value) and "secret" not in str(theirs.value)


def test_space_around_a_key_is_cut_off() -> None:
    """A line break at the end of a pasted key does no harm."""
    settings = load_settings(api_key=f" {KEY}\n")
    assert settings.api_key is not None and settings.api_key.get_secret_value() == KEY


def test_a_key_is_never_shown() -> None:
    """Neither repr nor the settings' description holds the key; its length is enough."""
    settings = load_settings(model="openai:name", api_key=KEY)
    assert KEY not in repr(settings) and KEY not in str(settings) and KEY not in str(settings.model_dump())
    assert value(settings, "api_key") == f"set ({len(KEY)} characters)"


def test_a_password_in_a_base_url_is_not_shown() -> None:
    """User information and query of an address are left out."""
    assert shown_url("https://user:secret@host:8/v1?key=secret") == "https://host:8/v1?..."
    assert "secret" not in value(load_settings(base_url="https://user:secret@host/v1"), "base_url")


def test_a_dotenv_that_cannot_be_read_is_told() -> None:
    """A .env in another encoding is a configuration error."""
    Path(".env").write_bytes(b"EXTRACTOR_MODEL=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings()


def test_unknown_variables_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable is told with the one that was meant, from both places."""
    monkeypatch.setenv("EXTRACTOR_CHUNKSIZE", "1")
    Path(".env").write_text("EXTRACTOR_QWERTZ=1\n")
    assert unknown_variables() == [
        "EXTRACTOR_CHUNKSIZE in the environment is no setting; did you mean EXTRACTOR_CHUNK_SIZE?",
        "EXTRACTOR_QWERTZ in .env is no setting",
    ]


def test_settings_are_immutable_and_survive_pickling() -> None:
    """Settings can be sent to another process, with their sources."""
    settings = load_settings(attempts=2)
    copy = pickle.loads(pickle.dumps(settings))
    assert copy == settings and source(copy, "attempts") == "flag"
    with pytest.raises(ValueError, match="frozen"):
        settings.attempts = 3  # type: ignore[misc]


def test_a_home_folder_is_understood() -> None:
    """~ in the prompts folder is the home folder."""
    assert load_settings(prompts="~/prompts").prompts == Path.home() / "prompts"
