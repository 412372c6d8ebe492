"""Settings of the service, beside those of `settings`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from .errors import ConfigurationError

_PREFIX = "EXTRACTOR_"
_DOTENV = ".env"
_KEY_LENGTH = 16
_NAME = re.compile(r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_RATE = re.compile(r"[1-9][0-9]{0,8}/(?:second|minute|hour|day)")


def _split(text: str, /) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _is_address(text: str, /) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _checked_keys(keys: SecretStr | None, /) -> SecretStr | None:
    if keys is None:
        return None
    parts = _split(keys.get_secret_value())
    if any(len(part) < _KEY_LENGTH for part in parts):
        raise ValueError(f"each key needs at least {_KEY_LENGTH} characters; make one with 'openssl rand -hex 24'")
    if not all("!" <= character <= "~" for part in parts for character in part):
        raise ValueError("a key has a space or a character beyond ASCII in it")
    if not parts:
        raise ValueError("there is no key between the commas")
    return keys


def _checked_host(host: str, /) -> str:
    host = host.strip().removeprefix("[").removesuffix("]")
    if not (_is_address(host) or _NAME.fullmatch(host)) or host.startswith("*"):
        raise ValueError("give an address such as '127.0.0.1', or the name of this machine, without a port")
    return host


def _checked_hosts(hosts: str, /) -> str:
    for host in _split(hosts):
        if not (_is_address(host.strip("[]")) or _NAME.fullmatch(host)):
            raise ValueError(
                f"{host!r} is no name of a host; give names such as 'extractor.example.org', without a port"
            )
    return hosts


def _checked_proxies(proxies: str, /) -> str:
    for proxy in _split(proxies):
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            raise ValueError(f"{proxy!r} is no address; give addresses or networks such as '10.0.0.0/8'") from None
    return proxies


def _checked_rate(rate: str, /) -> str:
    rate = rate.replace(" ", "")
    if not _RATE.fullmatch(rate):
        raise ValueError("give a number and a time, such as '600/minute' (second, minute, hour, day)")
    return rate


class ServiceSettings(BaseSettings):
    """How the service is reached, by whom, and what it takes at most; immutable. Variables begin with EXTRACTOR_."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_file=_DOTENV,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        dotenv_filtering="only_existing",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: Annotated[str, AfterValidator(_checked_host)] = Field(
        default="127.0.0.1", description="Address to listen at; another than loopback needs API keys."
    )
    port: int = Field(default=8700, ge=0, le=65_535, description="Port to listen at; 0 takes a free one.")
    api_keys: Annotated[SecretStr | None, AfterValidator(_checked_keys)] = Field(
        default=None, description="Keys that clients send, separated by commas, of at least 16 characters each."
    )
    models: str = Field(
        default="",
        description="Models that clients may choose, separated by commas; by default the one of the settings.",
    )
    allowed_hosts: Annotated[str, AfterValidator(_checked_hosts)] = Field(
        default="", description="Names under which the service is reached, separated by commas, besides localhost."
    )
    trusted_proxies: Annotated[str, AfterValidator(_checked_proxies)] = Field(
        default="", description="Addresses of proxies whose X-Forwarded-* headers count, separated by commas."
    )
    wait: float = Field(default=20.0, ge=0, le=300, description="Seconds that a request waits for its result.")
    most_wait: float = Field(default=60.0, ge=0, le=300, description="Seconds that a client may ask to wait at most.")
    jobs_at_once: int = Field(default=8, ge=1, le=1_000, description="Jobs that run at once in this server.")
    engine_processes: int | None = Field(
        default=None,
        ge=0,
        le=1_000,
        description="Processes of the built-in engine, one for each core by default; 0: a thread of the server.",
    )
    queue: int = Field(default=1_000, ge=1, description="Jobs queued and running beyond which new ones are refused.")
    lease: float = Field(default=30.0, gt=1, le=3_600, description="Seconds after which a silent server's job is free.")
    grace: float = Field(default=20.0, ge=0, le=3_600, description="Seconds that running jobs get at a stop.")
    keep_jobs: float = Field(default=7.0, gt=0, description="Days that jobs which are over are kept.")
    body_limit: int = Field(default=20_000_000, ge=1_000, description="Bytes of a request at most.")
    request_seconds: float = Field(default=30.0, gt=0, description="Seconds a request may take besides its wait.")
    rate: Annotated[str, AfterValidator(_checked_rate)] = Field(
        default="600/minute", description="Requests of one key at most, as '600/minute'."
    )

    @property
    def keys(self) -> tuple[str, ...]:
        """The API keys; empty when none are set."""
        return _split(self.api_keys.get_secret_value()) if self.api_keys else ()

    @property
    def allowed_models(self) -> tuple[str, ...]:
        """The models that clients may choose, the default one first; empty: the one of the settings."""
        return tuple(dict.fromkeys(_split(self.models)))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the service is reached, besides those of this machine."""
        return tuple(host.strip("[]") for host in _split(self.allowed_hosts))

    @property
    def proxies(self) -> tuple[str, ...]:
        """The proxies whose X-Forwarded-* headers count."""
        return _split(self.trusted_proxies)

    @property
    def is_loopback(self) -> bool:
        """True when only this machine can reach the service."""
        return self.host == "localhost" or (_is_address(self.host) and ipaddress.ip_address(self.host).is_loopback)


def load_service_settings(**given: Any) -> ServiceSettings:
    """The effective settings of the service: what is given (None: not given), environment, ``.env``, defaults.

    Raises ConfigurationError, in one line that names the setting, when a value is not acceptable, when ``.env`` cannot
    be read, and when others than this machine could reach the service without a key.
    """
    try:
        settings = ServiceSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise ConfigurationError("; ".join(_fault(dict(item)) for item in error.errors())) from None
    except (OSError, ValueError, SettingsError) as error:
        raise ConfigurationError(f"{_DOTENV!r} cannot be read ({error}): correct it or remove it") from error
    if not settings.is_loopback and not settings.keys:
        raise ConfigurationError(
            f"without keys the service listens at this machine only, not at {settings.host!r}: set {_PREFIX}API_KEYS"
            " (make a key with 'openssl rand -hex 24'), or leave the host out"
        )
    return settings


def _fault(error: Mapping[str, Any], /) -> str:
    name = str(error["loc"][0]) if error["loc"] else "settings"
    if error["type"] == "extra_forbidden":
        return f"{name!r} is no setting of the service; they are {', '.join(ServiceSettings.model_fields)}"
    given = "" if name == "api_keys" else f" {str(error['input'])!r}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"setting {name}{given} ({_PREFIX}{name.upper()}) is not acceptable: {message}"
