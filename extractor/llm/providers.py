"""Chat models, made for an endpoint: ChatOpenAI for the OpenAI protocol, ``init_chat_model`` for everything else."""

from __future__ import annotations

import os
import warnings
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.errors import (
    ConfigurationError,
    ExtractorError,
    KeyMissingError,
    MissingPackageError,
    UnknownModelError,
)
from extractor.settings import PREFIX, Settings

from .endpoint import Endpoint, compatible, resolve
from .failures import ModeRejected, scrub
from .modes import Mode, request, told

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel

_NO_KEY = "not-needed"
"""Sent to servers that need no key: the SDK does not work without one."""
_CONNECT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Connected:
    """A chat model with its endpoint, and what gives its connections back."""

    endpoint: Endpoint
    chat_model: BaseChatModel
    close: Callable[[], Awaitable[None]]


def connect(settings: Settings, /) -> Connected:
    """The chat model that the settings name; no network.

    Raises the ConfigurationError kinds: KeyMissingError, UnknownModelError, MissingPackageError (its message names the
    package), or ConfigurationError for anything else that stops the client from being made.
    """
    endpoint = resolve(settings)
    try:
        if endpoint.protocol == "openai":
            return _chat_openai(endpoint, settings)
        return _init_chat_model(endpoint, settings)
    except ExtractorError:
        raise
    except Exception as error:
        secrets = (endpoint.key.get_secret_value(),) if endpoint.key else ()
        raise _not_made(error, endpoint, scrub(str(error), secrets)) from error


async def ask_openai(
    chat_model: BaseChatModel, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /
) -> AIMessage:
    """One call of a ChatOpenAI."""
    return await chat_model.ainvoke(told(mode, messages, schema), **request(mode, schema))


async def ask_any(
    chat_model: BaseChatModel, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /
) -> AIMessage:
    """One call of any chat model of LangChain, by its own structured output; raises ModeRejected where it has none."""
    if mode in ("json_object", "prompt"):
        return await chat_model.ainvoke(told("prompt", messages, schema))
    method = "json_schema" if mode == "json_schema" else "function_calling"
    try:
        structured = chat_model.with_structured_output(schema, method=method, include_raw=True)
    except (TypeError, ValueError, NotImplementedError) as error:
        if mode == "json_schema":
            raise ModeRejected(str(error), schema_only=False) from error
        structured = _bound_tool(chat_model, schema)
    answer: Any = await structured.ainvoke(list(messages))
    message: AIMessage = answer["raw"]
    return message


def _bound_tool(chat_model: BaseChatModel, schema: type[BaseModel], /) -> Any:
    """The structured output of LangChain's base class: the schema as a tool; ModeRejected where there are no tools."""
    try:
        return chat_model.with_structured_output(schema, include_raw=True)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ModeRejected(str(error), schema_only=False) from error


def _chat_openai(endpoint: Endpoint, settings: Settings, /) -> Connected:
    from langchain_openai import ChatOpenAI

    from .connections import Connections

    key = endpoint.key.get_secret_value() if endpoint.key else _NO_KEY

    async def give_key() -> str:
        return key

    # A client of our own: LangChain shares its clients between models, and a client must stay on one event loop.
    client = Connections(seconds=settings.timeout, connect=min(settings.timeout, _CONNECT_SECONDS))
    chat_model = ChatOpenAI(
        model=endpoint.model,
        api_key=give_key,  # asynchronous, so that no synchronous client is made
        base_url=endpoint.base_url,  # always given: else LANGSMITH_GATEWAY and OPENAI_API_BASE would choose
        temperature=settings.temperature,
        timeout=settings.timeout,
        max_retries=0,
        http_async_client=client,
        http_socket_options=(),
        include_response_headers=True,  # they tell the limits of the rate
        use_responses_api=None if endpoint.provider == "openai" else False,
        cache=False,
        verbose=False,
    )
    return Connected(endpoint, chat_model, client.aclose)


def _init_chat_model(endpoint: Endpoint, settings: Settings, /) -> Connected:
    from langchain.chat_models import init_chat_model

    _refuse_gateway(endpoint, settings)
    known: dict[str, Any] = {
        "temperature": settings.temperature,
        "base_url": endpoint.base_url,
        "api_key": endpoint.key.get_secret_value() if endpoint.key else None,
    }
    known = {name: value for name, value in known.items() if value is not None}
    bounds: dict[str, Any] = {"timeout": settings.timeout, "max_retries": 0}
    try:
        with warnings.catch_warnings():
            # A class without these parameters warns and would send them to the provider.
            warnings.filterwarnings("error", message=".*model_kwargs")
            chat_model = init_chat_model(endpoint.model, model_provider=endpoint.provider, **known, **bounds)
    except ValueError as error:
        if str(error).startswith("Unsupported provider") and settings.base_url is not None:
            return _chat_openai(compatible(settings, settings.model), settings)
        raise
    except (TypeError, UserWarning):
        chat_model = init_chat_model(endpoint.model, model_provider=endpoint.provider, **known)
    return Connected(endpoint, chat_model, nothing)


async def nothing() -> None:
    """There is nothing to give back: LangChain keeps these clients to itself."""


def _refuse_gateway(endpoint: Endpoint, settings: Settings, /) -> None:
    """LANGSMITH_GATEWAY would lead calls, and so articles, through LangSmith: only when tracing is asked for."""
    gateway = os.environ.get("LANGSMITH_GATEWAY", "").lower()
    if gateway in ("", "0", "false", "no") or settings.tracing or endpoint.base_url or endpoint.provider == "langsmith":
        return
    raise ConfigurationError(
        f"LANGSMITH_GATEWAY is set and would send articles through LangSmith: unset it, or set {PREFIX}TRACING=true"
    )


def _not_made(error: Exception, endpoint: Endpoint, message: str, /) -> ConfigurationError:
    line = " ".join(message.split())
    if isinstance(error, ImportError):
        return MissingPackageError(f"the provider {endpoint.provider!r} needs a package that is not installed: {line}")
    if line.startswith("Unsupported provider"):
        return UnknownModelError(
            f"the provider {endpoint.provider!r} is unknown: write 'openai:NAME', 'ollama:NAME' or 'PROVIDER:NAME' with"
            f" another of LangChain's providers; for a server of your own give its base URL. {line}"
        )
    if "api_key" in line.lower() or "api key" in line.lower():
        return KeyMissingError(f"no API key is set for {endpoint.label!r}: set {PREFIX}API_KEY ({line})")
    return ConfigurationError(f"the client for {endpoint.label!r} cannot be made: {line}")
