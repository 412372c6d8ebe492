"""Answers that were paid for once: an engine that looks for the answer to a request among those stored before it asks.

What is stored stands under a digest of the whole request, so that an answer is found again only by the same question:
changed checks, or another way of merging, read the same answers; a changed prompt does not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from .conversation import Answer, Engine
from .errors import AnswerError
from .run_keys import digest
from .schemas import Usage

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from pydantic import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReply:
    """An answer as it is kept; ``article_id`` is of the article that request and answer quote, if it is known."""

    text: str
    usage: Usage
    engine: str
    model: str | None = None
    article_id: str | None = None


class ReplyCache(Protocol):
    """Where answers are kept; used from any event loop. None of its methods raises: without it work goes on."""

    async def get(self, key: str, /) -> StoredReply | None:
        """The answer to the request with this key; None when none is kept or it cannot be read."""

    def put(self, key: str, reply: StoredReply, /) -> None:
        """Keep an answer; it may be written later, but is found at once."""

    def drop(self, keys: Collection[str], /) -> None:
        """Forget the answers to these requests."""


@contextmanager
def cached(
    engine: Engine,
    cache: ReplyCache | None,
    base_url: str | None,
    temperature: float | None,
    /,
    *,
    article_id: str | None = None,
) -> Iterator[Engine]:
    """The engine for one job, with the cache where there is one; ``article_id`` is of the article that it is about.

    When the job ends with an AnswerError its answers are forgotten: they came to nothing, and trying again shall ask
    again.
    """
    if cache is None:
        yield engine
        return
    looking = CachedEngine(engine, cache, base_url=base_url, temperature=temperature, article_id=article_id)
    try:
        yield looking
    except AnswerError:
        cache.drop(looking.keys)
        raise


class CachedEngine:
    """An engine around another one that asks it only for what is not kept, and keeps what it answers.

    Made for one job, as `cached` does. Refusals, answers that were cut off and errors are not kept.
    """

    def __init__(
        self,
        engine: Engine,
        cache: ReplyCache,
        /,
        *,
        base_url: str | None,
        temperature: float | None,
        article_id: str | None,
    ) -> None:
        self.name = engine.name
        self.model = engine.model
        self._engine = engine
        self._cache = cache
        self._base_url = base_url
        self._temperature = temperature
        self._article_id = article_id
        self.keys: set[str] = set()
        """Of the requests so far."""

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Answer:
        """The answer that is kept, or the engine's; raises what the engine raises."""
        key = request_key(
            messages,
            schema,
            engine=self.name,
            model=self.model,
            base_url=self._base_url,
            temperature=self._temperature,
        )
        self.keys.add(key)
        found = await self._cache.get(key)
        if found is not None:
            from .llm import Reply

            return Reply(found.text, found.usage, cached=True)
        answer = await self._engine.complete(messages, schema)
        told = StoredReply(
            text=answer.text,
            usage=answer.usage,
            engine=self.name,
            model=self.model,
            article_id=self._article_id,
        )
        self._cache.put(key, told)
        return answer

    async def aclose(self) -> None:
        """Nothing of its own is held."""


def request_key(
    messages: Sequence[BaseMessage],
    schema: type[BaseModel],
    /,
    *,
    engine: str,
    model: str | None,
    base_url: str | None,
    temperature: float | None,
) -> str:
    """SHA-256 of a request: who is asked and how, roles and contents of the messages, and the JSON schema."""
    return digest(
        {
            "engine": engine,
            "model": model,
            "base_url": base_url,
            "temperature": temperature,
            "messages": [[message.type, message.content] for message in messages],
            "schema": _schema_text(schema),
        }
    )


@lru_cache(maxsize=64)
def _schema_text(schema: type[BaseModel], /) -> str:
    return json.dumps(schema.model_json_schema(), sort_keys=True, separators=(",", ":"))
