"""The progress of a job as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi.sse import ServerSentEvent

from extractor.errors import StoreError
from extractor.schemas.jobs import Job

from .runner import Runner

RETRY_MILLISECONDS = 1_000
"""After how long a client whose stream ended early asks again; a server that stops ends its streams."""


async def job_events(runner: Runner, job_id: str, /) -> AsyncIterator[ServerSentEvent]:
    """An event ``stage`` at each change of a job, then ``done``, ``failed`` or ``cancelled``; data is the job in JSON.

    Ends earlier when the job was deleted, the server stops, or the store cannot be used: clients ask again.
    """
    async with aclosing(runner.changes(job_id)) as changes:
        try:
            async for job in changes:
                yield event_of(job)
        except StoreError:
            return


def event_of(job: Job, /) -> ServerSentEvent:
    """The event that tells how a job is now."""
    return ServerSentEvent(
        event=job.status if job.over else "stage", data=job, id=f"{job.status}-{job.stage}", retry=RETRY_MILLISECONDS
    )
