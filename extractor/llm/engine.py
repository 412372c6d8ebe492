"""The model engine: messages and a schema in, the text of one JSON answer out."""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import logging
import os
import re
import secrets
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from extractor.errors import AnswerError, ConfigurationError, RefusalError, UnavailableError
from extractor.retry import Sleep, transport
from extractor.schemas import Usage
from extractor.settings import Settings
from extractor.turns import time_limit

from . import modes
from .direct import ask_server, chat_request
from .endpoint import Endpoint
from .failures import Call, ModeRejected, explain, filtered, tells_secret, truncated, was_reached
from .metering import estimate_tokens
from .modes import MODES, Mode
from .paced import paced
from .pacing import Pacer
from .providers import Connected, ask_any, ask_openai, connect, nothing

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel

log = logging.getLogger(__name__)
_PROCESS = secrets.token_hex(4)
_CALLS = itertools.count()
"""Calls are told apart by process and number: several processes may share a pacer."""
_KEY_NAME = re.compile(r"(API_?KEY|TOKEN|SECRET)$")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a model: its text, unchanged, and the tokens that it took."""

    text: str
    usage: Usage
    cached: bool = False
    """True for an answer that had been stored before, so that no call was made."""


class ChatEngine:
    """A chat model behind one call, `complete`.

    ``name`` is the provider, ``model`` the model's name there. Made from settings, without any network; raises the
    kinds of ConfigurationError when the model cannot be used as set. ``chat_model`` is a chat model of LangChain's that
    takes the place of the one that the settings name; ``sleep`` that of the waiting between transport retries. ``pace``
    says when each attempt at a call may be made, and counts what it takes; without one nothing waits for its turn.

    One engine belongs to the event loop that first uses it.
    """

    def __init__(
        self,
        settings: Settings,
        /,
        *,
        chat_model: BaseChatModel | None = None,
        sleep: Sleep | None = None,
        pace: Pacer | None = None,
    ) -> None:
        _refuse_old_tracing(settings)
        self._settings = settings
        self._sleep = sleep
        self._pace = pace
        connected = connect(settings) if chat_model is None else Connected(_given(chat_model), chat_model, nothing)
        self._chat_model, self._close = connected.chat_model, connected.close
        self.endpoint = connected.endpoint
        self.name = self.endpoint.provider
        self.model = self.endpoint.model
        self._mode: Mode = MODES[0]
        self._modes_of_schemas: dict[type[BaseModel], Mode] = {}
        self._reached = False
        # LangChain's advice about with_structured_output, given when a server rejects a schema, would reach our users.
        warnings.filterwarnings("ignore", message=".*structured output feature")

    def __repr__(self) -> str:
        return f"ChatEngine({self.endpoint.label!r})"

    @property
    def mode(self) -> Mode:
        """How JSON is asked for now: the strictest way that the server has not rejected."""
        return self._mode

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Reply:
        """The model's answer to ``messages``, meant to be JSON that fits ``schema``; nothing of that is checked here.

        Calls that fail on the way are repeated for ``settings.retry_seconds``; each may take ``settings.timeout``
        seconds in all. Raises KeyMissingError, AuthenticationError, UnknownModelError, RequestRejectedError,
        QuotaError, RateLimitError, CallTimeoutError, ServerError, RefusalError, ContentFilterError, and TruncatedError
        when the answer was cut off or the text is longer than the model takes; with a pace, BudgetSpentError too.
        """
        while True:
            mode = self._mode_for(schema)
            try:
                message = await transport(
                    self._paced(partial(self._call, mode, messages, schema), messages),
                    seconds=self._settings.retry_seconds,
                    sleep=self._sleep,
                    on_wait=_tell_wait if self._pace is None else _note_wait,
                )
            except ModeRejected as rejected:
                self._loosen(mode, schema, rejected)
            else:
                return self._read(message, mode)

    async def aclose(self) -> None:
        """Give the connections back; the engine is not to be used afterwards."""
        await self._close()

    async def models(self) -> list[str] | None:
        """The names of the models that the server lists, sorted; None when it does not say."""
        client = getattr(self._chat_model, "root_async_client", None)
        if client is None:
            return None
        try:
            async with asyncio.timeout(self._settings.timeout):
                return sorted(str(found.id) for found in (await client.models.list()).data)
        except Exception as error:
            log.debug("no list of models: %s", type(error).__name__)
            return None

    def _paced(
        self, attempt: Callable[[], Awaitable[AIMessage]], messages: Sequence[BaseMessage], /
    ) -> Callable[[], Awaitable[AIMessage]]:
        """``attempt``, which waits for its turn each time that it is called, where there is a pace."""
        if self._pace is None:
            return attempt
        tokens, call = estimate_tokens(messages), f"{_PROCESS}-{next(_CALLS)}"
        return partial(paced, self._pace, attempt, tokens=tokens, call=call)

    def _mode_for(self, schema: type[BaseModel], /) -> Mode:
        return max(self._mode, self._modes_of_schemas.get(schema, self._mode), key=MODES.index)

    def _loosen(self, mode: Mode, schema: type[BaseModel], rejected: ModeRejected, /) -> None:
        """Remember the next looser mode; calls under way at the same time do not loosen it twice."""
        looser = MODES[MODES.index(mode) + 1]
        log.info("%s does not take %s %s; using %s", self.endpoint.label, mode, rejected, looser)
        if rejected.schema_only:
            self._modes_of_schemas[schema] = looser
        else:
            self._mode = max(self._mode, looser, key=MODES.index)

    def _read(self, message: AIMessage, mode: Mode, /) -> Reply:
        failure = self._ending(message)
        if failure is not None:
            failure.usage = modes.usage(message)
            raise failure
        text = modes.answer_text(message)
        if mode in ("json_schema", "tool_calling") and modes.is_prose(text):
            log.info("%s ignores %s; the schema goes into the prompt from now on", self.endpoint.label, mode)
            self._mode = max(self._mode, "json_object", key=MODES.index)
        return Reply(text, modes.usage(message))

    def _ending(self, message: AIMessage, /) -> AnswerError | None:
        """The error for an answer that is not whole."""
        label = self.endpoint.label
        how = modes.ending(message)
        refused = modes.refusal(message) or (str(message.text) if how == "refused" else None)
        if refused is not None:
            return RefusalError(f"{label} refused to answer ({refused[:300]!r}): use another model for this text")
        if how == "truncated":
            return truncated(label)
        return filtered(label) if how == "filtered" else None

    async def _call(self, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> AIMessage:
        """One call, its failures explained."""
        try:
            async with time_limit(self._settings.timeout):
                message = await self._ask(mode, messages, schema)
        except ModeRejected:
            raise
        except Exception as error:
            self._reached = self._reached or was_reached(error)
            about = self._about(mode)
            # An exception that repeats a key is not chained: tracebacks are printed and logged.
            raise explain(error, about) from (None if tells_secret(error, about.secrets) else error)
        self._reached = True
        return message

    def _about(self, mode: Mode, /) -> Call:
        return Call(
            self.endpoint.label,
            mode,
            timeout=self._settings.timeout,
            reached=self._reached,
            keyed=self.endpoint.key is not None or self.endpoint.protocol == "langchain",
            secrets=_secrets(self.endpoint),
        )

    async def _ask(self, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> AIMessage:
        if self.endpoint.protocol == "openai" and not self._settings.tracing:
            body = chat_request(self._chat_model, mode, messages, schema)
            if body is not None:
                return await ask_server(self._chat_model, body)
        return await _in_context(self._run(mode, messages, schema), traced=self._settings.tracing)

    async def _run(self, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> AIMessage:
        """One call as a run of LangChain's."""
        from langsmith.run_helpers import tracing_context

        with tracing_context(enabled=self._settings.tracing):
            if self.endpoint.protocol == "openai":
                return await ask_openai(self._chat_model, mode, messages, schema)
            return await ask_any(self._chat_model, mode, messages, schema)


async def _in_context(asking: Coroutine[Any, Any, AIMessage], /, *, traced: bool) -> AIMessage:
    """The result of ``asking``, apart from the callers' context variables unless it is traced.

    LangChain finds tracers and callbacks of a caller in them, and would report our calls to those.
    """
    if traced:
        return await asking
    return await asyncio.create_task(asking, context=contextvars.Context())


def _given(chat_model: BaseChatModel, /) -> Endpoint:
    model = getattr(chat_model, "model_name", None) or getattr(chat_model, "model", None) or type(chat_model).__name__
    return Endpoint(type(chat_model).__name__, str(model), "langchain", None, None)


def _refuse_old_tracing(settings: Settings, /) -> None:
    """LangChain answers these variables of old with a RuntimeError at every call, unless its tracing is on."""
    for name in ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"):
        if not settings.tracing and os.environ.get(name, "").lower() not in ("", "0", "false"):
            raise ConfigurationError(f"{name} is set, which LangChain no longer works with: unset it")


def _secrets(endpoint: Endpoint, /) -> tuple[str, ...]:
    """What must not appear in messages: the key, and the keys of the environment that a provider may find by itself."""
    key = (endpoint.key.get_secret_value(),) if endpoint.key else ()
    others = (value for name, value in os.environ.items() if _KEY_NAME.search(name) and len(value) > 7)
    return tuple(dict.fromkeys((*key, *others)))


def _note_wait(error: UnavailableError, seconds: float, /) -> None:
    """Among many calls single failures are no news; the pace tells what concerns them all."""
    log.info("%s; trying again in %.0f s", error, seconds)


def _tell_wait(error: UnavailableError, seconds: float, /) -> None:
    log.warning("%s; trying again in %.0f s", error, seconds)
