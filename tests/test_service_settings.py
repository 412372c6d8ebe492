"""The settings of the service: where they come from, and how bad ones are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import ConfigurationError
from extractor.service_settings import ServiceSettings, load_service_settings
from extractor.settings import unknown_variables

KEY = "a-key-of-the-tests-0123456789"


def test_by_default_only_this_machine_is_served() -> None:
    """At one port, without keys."""
    settings = load_service_settings()
    assert (settings.host, settings.port, settings.keys) == ("127.0.0.1", 8700, ())
    assert settings.is_loopback


def test_flags_beat_the_environment_and_that_beats_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with all settings; None is as if not given."""
    Path(".env").write_text("EXTRACTOR_PORT=1\nEXTRACTOR_QUEUE=2\nEXTRACTOR_GRACE=3\nEXTRACTOR_MODEL=openai:x\n")
    monkeypatch.setenv("EXTRACTOR_QUEUE", "4")
    settings = load_service_settings(grace=5, port=None)
    assert (settings.port, settings.queue, settings.grace) == (1, 4, 5)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "extractor.example.org", "127.0.0.1.example.org"])
def test_others_are_served_with_keys_only(host: str) -> None:
    """The error says what to do."""
    with pytest.raises(ConfigurationError, match="set EXTRACTOR_API_KEYS") as told:
        load_service_settings(host=host)
    assert "\n" not in str(told.value)
    assert load_service_settings(host=host, api_keys=KEY).keys == (KEY,)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_addresses_of_this_machine(host: str) -> None:
    """Need no key."""
    assert load_service_settings(host=host).is_loopback


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("port", "many", "setting port 'many' (EXTRACTOR_PORT) is not acceptable"),
        ("port", 70_000, "less than or equal to 65535"),
        ("rate", "often", "such as '600/minute'"),
        ("rate", "0/minute", "such as '600/minute'"),
        ("host", "http://localhost", "without a port"),
        ("host", "", "give an address"),
        ("allowed_hosts", "a.example, b.example:80", "'b.example:80' is no name of a host"),
        ("allowed_hosts", "*", "'*' is no name of a host"),
        ("trusted_proxies", "proxy.example.org", "'proxy.example.org' is no address"),
        ("body_limit", 10, "greater than or equal to 1000"),
        ("colour", "blue", "'colour' is no setting of the service"),
    ],
)
def test_bad_values_are_told_in_one_line(name: str, value: object, told: str) -> None:
    """With the setting, the value, and what would do."""
    with pytest.raises(ConfigurationError) as error:
        load_service_settings(**{name: value})
    assert told in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("keys", ["short", f"{KEY},short", f"{KEY} {KEY}", "schlüssel-der-zu-lang-ist", ",,"])
def test_bad_keys_are_told_and_not_shown(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key stands in no message."""
    monkeypatch.setenv("EXTRACTOR_API_KEYS", keys)
    with pytest.raises(ConfigurationError, match="api_keys") as told:
        load_service_settings()
    assert not [part for part in keys.split(",") if part and part in str(told.value)]
    assert KEY not in repr(ServiceSettings(api_keys=KEY))


def test_lists_are_separated_by_commas() -> None:
    """Blanks and repetitions are nothing."""
    settings = load_service_settings(models=" a, b ,,a", allowed_hosts="[::2], x", api_keys=f" {KEY} ,")
    assert (settings.allowed_models, settings.hosts, settings.keys) == (("a", "b"), ("::2", "x"), (KEY,))


def test_a_dotenv_that_cannot_be_read_is_told() -> None:
    """Another encoding."""
    Path(".env").write_bytes(b"EXTRACTOR_PORT=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_service_settings()


def test_variables_of_the_service_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a misspelt one is told with what was meant."""
    for name in ServiceSettings.model_fields:
        monkeypatch.setenv(f"EXTRACTOR_{name.upper()}", "1")
    monkeypatch.setenv("EXTRACTOR_ALLOWEDHOSTS", "1")
    assert unknown_variables() == [
        "EXTRACTOR_ALLOWEDHOSTS in the environment is no setting; did you mean EXTRACTOR_ALLOWED_HOSTS?"
    ]


def test_every_setting_says_what_it_is() -> None:
    """The descriptions are what the documentation is made of."""
    assert all(field.description for field in ServiceSettings.model_fields.values())
