"""An engine that asks nobody: it answers with what a provider's batch brought, and writes down what is not there yet.

What is written is the body that an online call would send, and what is read goes through the same reading as its
answer: refusals, answers that were cut off, and ways of asking that the server does not take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from extractor.batch.hands import Postponed
from extractor.caching import ReplyCache, StoredReply, request_key
from extractor.errors import ConfigurationError
from extractor.llm import ChatEngine, Reply
from extractor.llm.direct import chat_request
from extractor.llm.failures import ModeRejected
from extractor.llm.modes import MODES, Mode
from extractor.settings import Settings
from extractor.store.batches.outbox_rows import Known, Request

from .lines import request_line
from .outcomes import read_outcome

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel

_QUIET: Final = 12
"""Turns of the event loop in which nothing of an article moves: then all that it can ask now is written down."""
_PAUSE: Final = 0.001
"""Seconds between two looks while kept answers are looked up."""


@dataclass(slots=True)
class Job:
    """One run of an article: what is known of its requests, and what it wants to ask; ``keys`` are those it used."""

    run_key: str
    article_id: str
    known: Mapping[str, Known]
    wanted: dict[str, Request] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    looking: int = 0
    moves: int = 0

    @property
    def waits(self) -> bool:
        """True when a request of it is out, so that it cannot go on."""
        return any(one.state != "answered" for one in self.known.values())

    async def rest(self) -> None:
        """Wait until no other part of the article moves, then leave it. Raises Postponed."""
        quiet = 0
        while quiet < _QUIET:
            before = self.moves
            await asyncio.sleep(_PAUSE if self.looking else 0)
            quiet = 0 if self.looking or self.moves != before else quiet + 1
        raise Postponed(f"{len(self.wanted)} requests of {self.run_key[:12]} are to be sent")


JOB: ContextVar[Job] = ContextVar("job")
"""The job that the engine is asked for: one engine serves all articles."""


class WritingEngine(ChatEngine):
    """A chat model's engine without a server: answers come from jobs and the cache of replies.

    Raises as `ChatEngine`, what the answers come to, and Postponed for an article whose next answers are not there yet.
    """

    def __init__(self, settings: Settings, cache: ReplyCache | None, /) -> None:
        super().__init__(settings)
        self._cache = cache
        self._reached = True

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Reply:
        """The answer that is there, read as one that was just given."""
        job, key = JOB.get(), self._key(messages, schema)
        job.keys.add(key)
        job.moves += 1
        if key not in job.known and (found := await self._find(job, key)) is not None:
            return Reply(found.text, found.usage, cached=True)
        reply = await super().complete(messages, schema)
        if self._cache is not None:
            told = StoredReply(
                text=reply.text, usage=reply.usage, engine=self.name, model=self.model, article_id=job.article_id
            )
            self._cache.put(key, told)
        return reply

    async def _call(self, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> AIMessage:
        """In place of a call: what is known of the request, or it is written down."""
        job, key = JOB.get(), self._key(messages, schema)
        known = job.known.get(key)
        if known is not None and known.answer is not None:
            try:
                return read_outcome(known.answer, self._about(_mode(known.mode)))
            except ModeRejected:
                if not _is_stricter(known.mode, mode):
                    raise  # a looser way is chosen, and asked for below
        if known is None or known.answer is not None:
            job.wanted[key] = self._request(job, key, mode, messages, schema)
        job.moves += 1
        await job.rest()
        raise AssertionError("a job rests until it is postponed")

    def _request(
        self, job: Job, key: str, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel]
    ) -> Request:
        body = chat_request(self._chat_model, mode, messages, schema)
        if body is None:
            raise ConfigurationError(
                f"{self.endpoint.label!r} is not asked by chat completions, which batches are made of: use another"
                " model, or 'extractor batch run'"
            )
        custom_id = f"{job.run_key[:24]}-{key[:39]}"
        return Request(custom_id=custom_id, reply_key=key, mode=mode, line=request_line(custom_id, body))

    async def _find(self, job: Job, key: str) -> StoredReply | None:
        if self._cache is None:
            return None
        job.looking += 1
        try:
            return await self._cache.get(key)
        finally:
            job.looking -= 1
            job.moves += 1

    def _key(self, messages: Sequence[BaseMessage], schema: type[BaseModel]) -> str:
        settings = self._settings
        return request_key(
            messages,
            schema,
            engine=self.name,
            model=self.model,
            base_url=settings.base_url,
            temperature=settings.temperature,
        )


def _mode(name: str) -> Mode:
    return next(mode for mode in MODES if mode == name)


def _is_stricter(one: str, other: Mode) -> bool:
    return MODES.index(_mode(one)) < MODES.index(other)
