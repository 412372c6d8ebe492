"""The provider's files and batches, through the openai SDK; failures are told as those of any call."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from extractor.errors import ExtractorError, RequestRejectedError, UnavailableError
from extractor.llm import resolve
from extractor.llm.failures import Call, ModeRejected, explain, tells_secret
from extractor.retry import Sleep, transport

from .lines import ENDPOINT

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch

    from extractor.settings import Settings
    from extractor.store.batches.outbox_rows import Part

log = logging.getLogger(__name__)
T = TypeVar("T")

LOCAL_ID: Final = "extractor_part"
"""Name in a batch's metadata of our own id of it."""
_MARGIN: Final = 86_400
"""Seconds by which clocks may differ when we look for what we made."""
_CONNECT_SECONDS: Final = 15.0
_PAGE: Final = 100


class GoneError(RequestRejectedError):
    """What is asked for is not there."""


@dataclass(frozen=True, slots=True)
class BatchFault:
    """Why a batch failed; ``line`` is that of the request in its file, from 1, None where it concerns all."""

    code: str
    message: str
    line: int | None


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch as the provider tells of it."""

    id: str
    status: str
    output_file_id: str | None
    error_file_id: str | None
    completed: int
    failed: int
    faults: tuple[BatchFault, ...]


class Provider:
    """Files and batches of one account; `connected` makes one. Calls that fail on the way are repeated for a while.

    All raise as a call of a model does, and GoneError for what is not there.
    """

    def __init__(self, client: AsyncOpenAI, call: Call, /, *, seconds: float, sleep: Sleep | None = None) -> None:
        self._client = client
        self._call = call
        self._seconds = seconds
        self._sleep = sleep

    async def upload(self, part: Part, path: Path, /, *, look: bool) -> str:
        """The id of a part's file, which is sent unless it is there; ``look``: it may be there already."""
        tried = look

        async def attempt() -> str:
            nonlocal tried
            if tried and (found := await self._find_file(part)) is not None:
                return found
            tried = True
            with path.open("rb") as file:
                made = await self._client.files.create(file=(_file_name(part), file), purpose="batch")
            return made.id

        return await self._repeated(attempt)

    async def create(self, part: Part, file_id: str, /, *, look: bool) -> BatchState:
        """The batch of a part, which is made unless it is there; ``look``: it may be there already."""
        tried = look

        async def attempt() -> BatchState:
            nonlocal tried
            if tried and (found := await self._find_batch(part)) is not None:
                return found
            tried = True
            made = await self._client.batches.create(
                input_file_id=file_id,
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={LOCAL_ID: part.id},
            )
            return _state(made)

        return await self._repeated(attempt)

    async def batch(self, batch_id: str, /) -> BatchState:
        """A batch as it stands."""

        async def attempt() -> BatchState:
            return _state(await self._client.batches.retrieve(batch_id))

        return await self._repeated(attempt)

    async def read(self, file_id: str, take: Callable[[bytes], Awaitable[None]], /) -> None:
        """Give ``take`` each line of a file; after a failure on the way from the first line on again."""

        async def attempt() -> None:
            async with self._client.files.with_streaming_response.content(file_id) as response:
                rest = b""
                async for data in response.iter_bytes():
                    *lines, rest = (rest + data).split(b"\n")
                    for line in lines:
                        await take(line)
                await take(rest)

        await self._repeated(attempt)

    async def has_file(self, file_id: str, /) -> bool:
        """True when a file is there."""

        async def attempt() -> bool:
            await self._client.files.retrieve(file_id)
            return True

        try:
            return await self._repeated(attempt)
        except GoneError:
            return False

    async def delete(self, file_id: str, /) -> None:
        """Delete a file, if it is there."""

        async def attempt() -> None:
            await self._client.files.delete(file_id)

        try:
            await self._repeated(attempt)
        except GoneError:
            return

    async def _find_file(self, part: Part) -> str | None:
        since = part.created_at.timestamp() - _MARGIN
        async for file in self._client.files.list(purpose="batch", order="desc", limit=_PAGE):
            if file.filename == _file_name(part) and file.status != "error":
                return file.id
            if file.created_at < since:
                return None
        return None

    async def _find_batch(self, part: Part) -> BatchState | None:
        since = part.created_at.timestamp() - _MARGIN
        async for batch in self._client.batches.list(limit=_PAGE):
            if (batch.metadata or {}).get(LOCAL_ID) == part.id:
                return _state(batch)
            if batch.created_at < since:
                return None
        return None

    async def _repeated(self, call: Callable[[], Awaitable[T]]) -> T:
        async def attempt() -> T:
            try:
                return await call()
            except ExtractorError:  # of who takes what is read
                raise
            except Exception as error:
                meant = explain(error, self._call)
                assert not isinstance(meant, ModeRejected)
                if getattr(error, "status_code", None) == 404 and type(meant) is RequestRejectedError:
                    meant = GoneError(str(meant))
                raise meant from (None if tells_secret(error, self._call.secrets) else error)

        return await transport(attempt, seconds=self._seconds, sleep=self._sleep, on_wait=_tell)


@asynccontextmanager
async def connected(settings: Settings, /) -> AsyncIterator[Provider]:
    """The provider that the settings name. Raises as `resolve` does."""
    import httpx2
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    endpoint = resolve(settings)
    key = "not-needed" if endpoint.key is None else endpoint.key.get_secret_value()
    # Redirects are not followed, as they would send articles to an address that nobody has named.
    http = DefaultAsyncHttpxClient(
        timeout=httpx2.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT_SECONDS)),
        follow_redirects=False,
    )
    call = Call(
        f"the batch API of {endpoint.label}",
        "prompt",
        timeout=settings.timeout,
        reached=False,
        keyed=endpoint.key is not None,
        secrets=(key,) if endpoint.key else (),
    )
    async with AsyncOpenAI(api_key=key, base_url=endpoint.base_url, max_retries=0, http_client=http) as client:
        yield Provider(client, call, seconds=settings.retry_seconds)


def _file_name(part: Part) -> str:
    return f"extractor-{part.id}.jsonl"


def _state(batch: Batch) -> BatchState:
    faults: Any = batch.errors.data if batch.errors is not None else None
    counts = batch.request_counts
    return BatchState(
        batch.id,
        batch.status,
        batch.output_file_id,
        batch.error_file_id,
        counts.completed if counts else 0,
        counts.failed if counts else 0,
        tuple(BatchFault(one.code or "", one.message or "", one.line) for one in faults or ()),
    )


def _tell(error: UnavailableError, seconds: float, /) -> None:
    log.warning("%s; trying again in %.0f s", error, seconds)
