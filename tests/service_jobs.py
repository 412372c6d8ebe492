"""What tests of the service's jobs share: texts, engines that wait to be let go, and runners without a server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fake_engine import FakeAnswer, FakeEngine, Scripted
from langchain_core.messages import BaseMessage
from pydantic import BaseModel

if TYPE_CHECKING:
    import httpx2

    from extractor.conversation import Engine
    from extractor.schemas.jobs import Job, JobRequest
    from extractor.service.runner import Runner
    from extractor.store import Store

TEXT = (
    "Ida Falk, who runs the harbour office, said the new quay would open before June 2027. "
    "“The old quay will flood again,” said Tom Berg, an engineer. He warned that repairs are too slow."
)
ASYNC = {"Prefer": "respond-async"}
UNAUDITED = {"audit": False}
_PATIENCE = 30.0


class GatedEngine(FakeEngine):
    """A scripted engine that answers no call before its gate is open."""

    def __init__(self, *script: Scripted) -> None:
        super().__init__(*script)
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.cancelled = threading.Event()

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> FakeAnswer:
        """The next scripted answer, once the gate is open."""
        self.begun.set()
        try:
            while not self.gate.is_set():  # noqa: ASYNC110 - it is opened from another thread
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return await super().complete(messages, schema)


def until(condition: Callable[[], Any], /) -> Any:
    """Wait for something to become true; what it is then."""
    end = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)
    return found


def submit(client: httpx2.Client, text: str = TEXT, /, **more: Any) -> str:
    """Submit an extraction without waiting for it; the path of its job."""
    answer = client.post("/v1/extractions", json={"text": text, **more}, headers=ASYNC)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


def ended(client: httpx2.Client, place: str, /) -> dict[str, Any]:
    """A job once it is over."""

    def look() -> dict[str, Any] | None:
        job: dict[str, Any] = client.get(place).json()
        return job if job["status"] in ("done", "failed", "cancelled") else None

    job: dict[str, Any] = until(look)
    return job


def text_request(text: str = TEXT, /, **more: Any) -> JobRequest:
    """A request as the service stores it."""
    from extractor.service.submissions import Submission
    from extractor.service.submitting import to_job

    return to_job(Submission(text=text, **more), None, task="extract", models=["builtin"], max_chars=1_000_000)


def queue(store: Store, text: str = TEXT, /) -> Job:
    """Put an extraction into the queue of a store, as a server that went down has left it."""
    return store.submit_job(text_request(text), owner="local", digest="d", most=1_000)[0]


@asynccontextmanager
async def running(store: Store, *, engine: Engine | None = None, **service: Any) -> AsyncIterator[Runner]:
    """A runner that works at the jobs of a store; stopped at the end."""
    runner = make_runner(store, engine=engine, **service)
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop(0.0)


def make_runner(store: Store, *, engine: Engine | None = None, **service: Any) -> Runner:
    """A runner that was not started; the built-in engine works in a thread unless ``engine_processes`` says else."""
    import structlog

    from extractor.core import Extractor
    from extractor.service.metrics import Metrics
    from extractor.service.runner import Runner
    from extractor.service_settings import ServiceSettings
    from extractor.settings import load_settings

    return Runner(
        store,
        load_settings(audit=False),
        ServiceSettings(**{"engine_processes": 0, **service}),
        Metrics(),
        structlog.get_logger(),
        make_extractor=lambda settings: Extractor(settings=settings, engine=engine, eager=False),
    )
