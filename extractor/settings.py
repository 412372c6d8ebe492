"""Settings: what they are, where each value comes from, and how they are shown.

Strongest first: flags (arguments from Python), ``EXTRACTOR_*`` variables, ``EXTRACTOR_*`` in ``.env`` of the working
directory, ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY`` (environment, then ``.env``), defaults.

The two ``OPENAI_*`` variables count only for models of the OpenAI protocol (``openai:NAME`` or a bare name), and
``OPENAI_API_KEY`` goes to OpenAI itself or to the server that ``OPENAI_BASE_URL`` names, never to a server that only
``base_url`` names: a key for one company must not reach another because an address changed. Such a server gets the key
of ``EXTRACTOR_API_KEY``.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError

from .database_names import names_file
from .errors import ConfigurationError

PREFIX = "EXTRACTOR_"
DOTENV = ".env"
_SECRETS = ("api_key", "db")
_ADDRESS = re.compile(
    r"(?P<scheme>[a-z]+(?:\+[a-z]+[0-9]?)?://)(?:[^/?#@]*@)?"
    r"(?P<place>(?:\[[\w:.%]*\]|[^/?#@:\[\]=;&\s]*)(?::\d*)?(?:/[^?#@=;&]*)?)(?P<query>[?#][^@]*)?"
)


def _checked_url(url: str, /) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give a whole URL such as 'http://localhost:8000/v1'")
    return url.strip().rstrip("/")


def _checked_model(name: str, /) -> str:
    if not name.strip():
        raise ValueError("the model has no name; leave it out to work without a model")
    return name.strip()


def _checked_key(key: SecretStr, /) -> SecretStr:
    text = key.get_secret_value().strip()
    if not text:
        raise ValueError("the key is blank")
    if not all("!" <= character <= "~" for character in text):
        raise ValueError("the key has a space, a line break or a character beyond ASCII in it: copy it again")
    return SecretStr(text)


def _checked_database(db: SecretStr, /) -> SecretStr:
    text = db.get_secret_value().strip()
    if not text:
        raise ValueError("the database has no name; name a file or give an address such as 'postgresql://host/name'")
    return SecretStr(text)


class Settings(BaseModel):
    """All settings, immutable; ``load_settings`` makes one from arguments, environment, ``.env`` and defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)

    model: Annotated[str, AfterValidator(_checked_model)] = Field(
        default="builtin",
        description="'builtin', 'openai:NAME', 'ollama:NAME', 'PROVIDER:NAME', or a bare NAME with a base URL.",
    )
    base_url: Annotated[str, AfterValidator(_checked_url)] | None = Field(
        default=None, description="Address of an OpenAI-compatible server; OPENAI_BASE_URL counts too."
    )
    api_key: Annotated[SecretStr, AfterValidator(_checked_key)] | None = Field(
        default=None, description="Key of the provider; OPENAI_API_KEY counts too where it belongs."
    )
    timeout: float = Field(default=120.0, gt=0, le=86_400, description="Seconds that one call may take in all.")
    retry_seconds: float = Field(
        default=600.0, ge=0, le=86_400, description="Seconds after which a failing call is not tried again."
    )
    attempts: int = Field(default=3, ge=1, le=20, description="Times that a model may answer until the checks pass.")
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="Sampling temperature; unset by default, as some models refuse it."
    )
    audit: bool = Field(default=True, description="Ask a model once more about attributions that its draft left out.")
    chunk_size: int = Field(default=20_000, ge=1, description="Characters of text sent at once.")
    concurrency: int = Field(default=8, ge=1, le=1000, description="Calls under way at once.")
    requests_per_minute: float | None = Field(
        default=None,
        gt=0,
        le=1e7,
        description="Most calls that a batch begins in a minute; what the server tells counts.",
    )
    tokens_per_minute: float | None = Field(
        default=None, gt=0, le=1e12, description="Most tokens that a batch's calls take in a minute; likewise."
    )
    max_pause: float = Field(
        default=3600.0, ge=0, le=604_800, description="Seconds after which a batch gives up a provider that is down."
    )
    prices: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        default=None, description="File with prices of models, which go before the built-in ones."
    )
    max_chars: int = Field(default=2_000_000, ge=1, description="Longest article accepted, in characters.")
    allow_private_urls: bool = Field(default=False, description="Fetch from addresses of private networks too.")
    prompts: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        default=None, description="Folder whose templates replace the built-in ones of the same name."
    )
    db: Annotated[SecretStr, AfterValidator(_checked_database)] | None = Field(
        default=None, description="Database where results are stored: a file, or an address of PostgreSQL."
    )
    cache: bool = Field(
        default=True, description="Keep a model's answers in the database, and ask for none that is kept."
    )
    cache_size: int = Field(
        default=1000, ge=1, le=1_000_000, description="Megabytes of kept answers; beyond, those unused for longest go."
    )
    tracing: bool = Field(default=False, description="Let LangSmith record the calls, which sends articles to it.")
    strict: bool = Field(default=False, description="Exit with 3 when an item was rejected.")

    _sources: dict[str, str] = PrivateAttr(default_factory=dict)

    def __init__(self, /, **given: Any) -> None:
        values, sources = _resolve(given)
        super().__init__(**values)
        self._sources = sources


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting as shown to people: neither a key nor a password is in ``value``."""

    name: str
    value: str
    source: str


def load_settings(**overrides: Any) -> Settings:
    """The effective settings.

    Takes settings by name; those that are None are as if not given. Raises ConfigurationError, in one line that names
    the setting and where its value comes from, when a value is not acceptable or ``.env`` cannot be read.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        _, sources = _resolve(given)
        raise ConfigurationError("; ".join(_fault(dict(item), sources) for item in error.errors())) from None


def describe(settings: Settings, /) -> list[SettingLine]:
    """One line for each setting: name, value as it may be shown, and where it comes from."""
    sources = settings._sources
    return [
        SettingLine(name, _shown(name, getattr(settings, name)), sources.get(name, "default"))
        for name in type(settings).model_fields
    ]


def shown_url(url: str, /) -> str:
    """``url`` without the passwords and tokens that user information and query may hold."""
    return re.sub(r"\?.*", "?...", re.sub(r"[^/@\s]+@", "", url), flags=re.DOTALL)


def shown_database(db: str, /) -> str:
    """The path or address ``db`` without its password and query; its length only where a password cannot be told."""
    if names_file(db) and not set("@=") & set(db):
        return db
    found = _ADDRESS.fullmatch(db)
    if found is None:
        return f"set ({len(db)} characters)"
    return f"{found['scheme']}{found['place']}{'?...' if found['query'] else ''}"


def is_openai(base_url: str | None, /) -> bool:
    """True when ``base_url`` is an address of OpenAI itself; None is its usual one."""
    if base_url is None:
        return True
    try:
        parts = urlsplit(base_url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "api.openai.com" or host.endswith(".api.openai.com"))


def unknown_variables() -> list[str]:
    """A sentence for each ``EXTRACTOR_*`` variable, of the environment or ``.env``, that is no setting."""
    from .service_settings import ServiceSettings

    known = [name.upper() for name in (*Settings.model_fields, *ServiceSettings.model_fields)]
    sentences = []
    for label, variables in (("the environment", _read_environment()), (DOTENV, _read_dotenv())):
        for variable in sorted(name.upper() for name in variables):
            name = variable.removeprefix(PREFIX)
            if variable.startswith(PREFIX) and name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                meant = f"; did you mean {PREFIX}{near[0]}?" if near else ""
                sentences.append(f"{variable} in {label} is no setting{meant}")
    return sentences


def _resolve(given: Mapping[str, Any], /) -> tuple[dict[str, Any], dict[str, str]]:
    """The raw values that count and, by the same names, where each comes from."""
    values, sources = dict(given), dict.fromkeys(given, "flag")
    layers = {"environment": _read_environment(), DOTENV: _read_dotenv()}
    for label, found in layers.items():
        for name in Settings.model_fields:
            value = found.get(f"{PREFIX}{name}".lower())
            if value is not None and name not in values:
                values[name], sources[name] = value, f"{label} {PREFIX}{name.upper()}"
    if _speaks_openai(str(values.get("model", "builtin"))):
        _fall_back(values, sources, {label: layers[label] for label in (DOTENV, "environment")})
    for name in _SECRETS:
        if isinstance(values.get(name), str):
            values[name] = SecretStr(values[name])
    return values, sources


def _speaks_openai(model: str, /) -> bool:
    """True for the models to which OPENAI_* variables apply: 'openai:NAME' and bare names but 'builtin'."""
    provider, colon, _ = model.strip().lower().partition(":")
    return provider == "openai" if colon else provider != "builtin"


def _fall_back(
    values: dict[str, Any], sources: dict[str, str], layers: Mapping[str, Mapping[str, str | None]], /
) -> None:
    """Fill ``base_url`` and ``api_key`` from OPENAI_* variables; ``layers`` go from weak to strong."""
    found = {
        name: (value, f"{label} {name.upper()}")
        for label, variables in layers.items()
        for name in ("openai_base_url", "openai_api_key")
        if (value := variables.get(name))
    }
    if "base_url" not in values and "openai_base_url" in found:
        values["base_url"], sources["base_url"] = found["openai_base_url"]
    if "api_key" in values or "openai_api_key" not in found:
        return
    partner = found.get("openai_base_url", (None, ""))[0]
    if _belongs(values.get("base_url"), partner):
        values["api_key"], sources["api_key"] = found["openai_api_key"]
    else:
        sources["api_key"] = f"default: OPENAI_API_KEY is not sent to this base_url, {PREFIX}API_KEY would be"


def _belongs(base_url: object, openai_base_url: str | None, /) -> bool:
    """True when OPENAI_API_KEY may be sent to ``base_url``: OpenAI's own address, or the one of OPENAI_BASE_URL."""
    address = None if base_url is None else str(base_url).strip().rstrip("/")
    return is_openai(address) or (openai_base_url is not None and address == openai_base_url.strip().rstrip("/"))


def _read_environment() -> Mapping[str, str | None]:
    """The variables of the environment that are not empty, by their names in lower case."""
    return {name.lower(): value for name, value in os.environ.items() if value}


def _read_dotenv() -> Mapping[str, str | None]:
    """The same of ``.env`` in the working directory."""
    if not (Path(DOTENV).is_file() or Path(DOTENV).is_fifo()):
        return {}
    from dotenv import dotenv_values

    try:
        found = dotenv_values(DOTENV, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{DOTENV!r} cannot be read ({error}): correct it or remove it") from error
    return {name.lower(): value for name, value in found.items() if value != ""}


def _fault(error: Mapping[str, Any], sources: Mapping[str, str], /) -> str:
    name = str(error["loc"][0]) if error["loc"] else "settings"
    if error["type"] == "extra_forbidden":
        return f"{name!r} is no setting; the settings are {', '.join(Settings.model_fields)}"
    message = str(error["msg"]).removeprefix("Value error, ")
    given = "" if name in _SECRETS else f" {_shown(name, error['input'])!r}"
    return f"setting {name}{given} ({sources.get(name, 'default')}) is not acceptable: {message}"


def _shown(name: str, value: object, /) -> str:
    if value is None:
        return "not set"
    if name == "db" and isinstance(value, SecretStr):
        return shown_database(value.get_secret_value())
    if isinstance(value, SecretStr):
        return f"set ({len(value.get_secret_value())} characters)"
    return shown_url(str(value)) if name == "base_url" else str(value)
