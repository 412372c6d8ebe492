"""The service with the built-in engine in processes: its work ends with its job, and long texts hold nobody up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine_processes import LONG, engine_processes, until
from service_jobs import ended, queue, running, submit
from service_server import Serve

from extractor.store import Store


def test_a_long_text_does_not_hold_up_others(serve: Serve) -> None:
    """Another process does the next job meanwhile; cancelling the long one ends its process only."""
    served = serve(engine_processes=2)
    long = submit(served.client, LONG)
    (process,) = until(engine_processes)
    assert ended(served.client, submit(served.client))["status"] == "done"
    assert process in engine_processes() and served.client.get(long).json()["status"] == "running"
    assert served.client.delete(long).json()["status"] == "cancelled"
    until(lambda: process not in engine_processes())
    assert len(engine_processes()) == 1
    summary = served.client.post("/v1/summaries", json={"text": LONG[:600]}, headers={"Prefer": "wait=30"})
    assert summary.status_code == 200 and summary.json()["abstract"]


def test_work_whose_lease_is_lost_ends(serve: Serve) -> None:
    """Another server has cancelled the job, which is noticed when the lease is renewed."""
    served = serve(engine_processes=1, lease=1.5)
    place = submit(served.client, LONG)
    until(engine_processes)
    assert served.store.cancel_job(place.rpartition("/")[2])
    until(lambda: not engine_processes())


async def test_a_stop_ends_the_work(sqlite_path: Path) -> None:
    """After the grace the job is back in the queue, at once, and no process is left."""
    with Store(sqlite_path) as store:
        job = queue(store, LONG)
        async with running(store, engine_processes=1):
            await asyncio.to_thread(until, engine_processes)
        assert not engine_processes()
        found = store.get_job(job.id)
        assert found is not None and (found.status, found.attempts) == ("queued", 0)
