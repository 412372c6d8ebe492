"""What `extractor doctor` tells: the effective configuration, where its values come from, and how a tiny call goes."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ConfigurationError, ExtractorError, NotJSONError, UnknownModelError
from .llm import ChatEngine, Reply
from .settings import PREFIX, SettingLine, Settings, describe, shown_url, unknown_variables

PACKAGES = ("commentary-extractor", "langchain-core", "langchain-openai", "openai", "pydantic")
TRACING_VARIABLES = (
    "LANGSMITH_TRACING",
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING",
    "LANGCHAIN_TRACING_V2",
    "LANGCHAIN_HANDLER",
    "LANGSMITH_ENDPOINT",
    "LANGCHAIN_ENDPOINT",
    "LANGSMITH_GATEWAY",
)
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
PATIENCE = 20.0
"""Seconds of transport retries: a diagnosis tells what is wrong now."""


class Probe(BaseModel):
    """What the tiny call asks for."""

    model_config = ConfigDict(extra="forbid")

    word: str = Field(description="The word 'ready'.")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the surroundings: a name and what is so."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as it should be, and what is so or what to do.

    ``exit_code`` is that of the error kind: 0 when all is well, 2 for the configuration, 1 for the provider.
    """

    name: str
    ok: bool
    message: str
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that doctor shows. No key is in it."""

    settings: tuple[SettingLine, ...]
    environment: tuple[Fact, ...]
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """True when every check is."""
        return all(check.ok for check in self.checks)

    @property
    def exit_code(self) -> int:
        """The exit code of the gravest check: the configuration (2) before the provider (1)."""
        return max((check.exit_code for check in self.checks), default=0)


def diagnose(settings: Settings, /, *, call: bool = True) -> Diagnosis:
    """The synchronous twin of `adiagnose`; not for use inside a running event loop."""
    return asyncio.run(adiagnose(settings, call=call))


async def adiagnose(settings: Settings, /, *, call: bool = True) -> Diagnosis:
    """Look at the configuration and, unless ``call`` is false, make one tiny call to the model that it names.

    Raises nothing of what it finds: that is in the checks.
    """
    checks = [_check_variables(), _check_tracing(settings, os.environ)]
    if settings.model == "builtin":
        checks.append(
            Check("model", True, "builtin: no model is called and nothing leaves this machine, whatever keys are set")
        )
    else:
        checks += await _check_model(settings, call=call)
    return Diagnosis(tuple(describe(settings)), tuple(_environment(settings, os.environ)), tuple(checks))


def _environment(settings: Settings, environ: Mapping[str, str], /) -> list[Fact]:
    facts = [Fact("python", f"{platform.python_version()} on {platform.system()}")]
    facts += [Fact(package, _version(package)) for package in PACKAGES]
    effect = "in effect" if settings.tracing else f"ignored, as {PREFIX}TRACING is not true"
    for name in TRACING_VARIABLES:
        if environ.get(name):
            facts.append(Fact(name, f"{shown_url(environ[name])} ({effect})"))
    for name in PROXY_VARIABLES:
        value = environ.get(name) or environ.get(name.lower())
        if value:
            facts.append(Fact(name, shown_url(value)))
    return facts


def _version(package: str, /) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _check_variables() -> Check:
    try:
        unknown = unknown_variables()
    except ConfigurationError as error:
        return Check("variables", False, str(error), error.exit_code)
    if unknown:
        return Check("variables", False, "; ".join(unknown), ConfigurationError.exit_code)
    return Check("variables", True, f"every {PREFIX}* variable is a setting")


def _check_tracing(settings: Settings, environ: Mapping[str, str], /) -> Check:
    if not settings.tracing:
        return Check("tracing", True, "off: no call is reported to a third party")
    if environ.get("LANGSMITH_API_KEY") or environ.get("LANGCHAIN_API_KEY"):
        return Check("tracing", True, "on: LangSmith gets every article that is sent to a model")
    message = "on, but LANGSMITH_API_KEY is not set, so LangSmith will refuse what it gets"
    return Check("tracing", False, message, ConfigurationError.exit_code)


async def _check_model(settings: Settings, /, *, call: bool) -> list[Check]:
    """That the model can be used as set and, when ``call`` is true, that it answers."""
    try:
        patient = min(settings.retry_seconds, PATIENCE)
        engine = ChatEngine(settings.model_copy(update={"retry_seconds": patient}))
    except ConfigurationError as error:
        return [Check("model", False, str(error), error.exit_code)]
    found = [Check("model", True, f"articles go to {engine.endpoint.label}")]
    try:
        if call:
            found.append(await _check_call(engine))
    finally:
        await engine.aclose()
    return found


async def _check_call(engine: ChatEngine, /) -> Check:
    from langchain_core.messages import HumanMessage

    start = time.perf_counter()
    try:
        reply = await engine.complete([HumanMessage("Answer with the word 'ready'.")], Probe)
    except UnknownModelError as error:
        return Check("call", False, f"{error}{_listed(await engine.models())}", error.exit_code)
    except ExtractorError as error:
        return Check("call", False, str(error), error.exit_code)
    seconds = time.perf_counter() - start
    return _judge(engine, reply, seconds)


def _judge(engine: ChatEngine, reply: Reply, seconds: float, /) -> Check:
    tokens = f"{reply.usage.input_tokens} tokens in, {reply.usage.output_tokens} out"
    try:
        Probe.model_validate_json(reply.text)
    except ValidationError:
        said = f"{reply.text[:80]!r}, asked for by {engine.mode}"
        message = f"the model answers, but not with the JSON asked for ({said}): use another model"
        return Check("call", False, message, NotJSONError.exit_code)
    return Check("call", True, f"answered in {seconds:.1f} s, {tokens}; structured output by {engine.mode}")


def _listed(models: list[str] | None, /) -> str:
    if not models:
        return ""
    more = f" and {len(models) - 10} more" if len(models) > 10 else ""
    return f"; the server has {', '.join(models[:10])}{more}"
