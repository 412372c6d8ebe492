"""The runner: jobs of servers that went down, of several servers at once, and the graceful stop."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from fake_engine import FakeEngine, expert, extraction, position
from service_jobs import TEXT, UNAUDITED, GatedEngine, ended, make_runner, queue, running, submit, text_request, until
from service_server import Serve

from extractor.core import Extractor
from extractor.errors import StoreError
from extractor.service import runner as runner_module
from extractor.service import working
from extractor.service.news import News
from extractor.store import Store

_ANSWER = extraction([expert("Ida Falk")], [position("Ida Falk", "the new quay would open")])


async def _over(store: Store, job_id: str, /) -> str:
    """The status of a job once it is over."""
    end = time.monotonic() + 30
    while (job := await asyncio.to_thread(store.get_job, job_id)) is None or not job.over:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    return job.status


async def test_a_restarted_server_takes_up_what_was_queued(store: Store) -> None:
    """Jobs that were accepted before a server went down are done by the next one, on both kinds of database."""
    job = queue(store)
    async with running(store) as runner:
        found = await runner.wait(job.id, 30)
    assert found is not None and (found.status, found.attempts) == ("done", 1)
    assert store.job_result(found) == store.get_extraction(found.article_id or "")


async def test_a_job_of_a_worker_that_died_is_taken_up(store: Store) -> None:
    """When a lease is over that nobody renews, the job is done by another worker."""
    job = queue(store)
    assert store.take_job("dead", lease=0.01) is not None
    async with running(store) as runner:
        found = await runner.wait(job.id, 30)
    assert found is not None and (found.status, found.attempts) == ("done", 2)


async def test_a_lease_is_renewed_while_a_job_runs(store: Store) -> None:
    """A job that takes longer than its lease is not taken by another worker."""
    engine = GatedEngine(_ANSWER)
    job = queue(store)
    async with running(store, engine=engine, lease=1.2) as runner:
        assert await asyncio.to_thread(engine.begun.wait, 20)
        await asyncio.sleep(2.0)
        assert store.take_job("other", lease=1) is None
        engine.gate.set()
        found = await runner.wait(job.id, 30)
    assert found is not None and (found.status, found.attempts) == ("done", 1)


async def test_many_leases_are_one_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that go on keep their leases without one write each; where that fails each is renewed by itself."""
    engine, told = GatedEngine(_ANSWER), []
    keep = store.keep_job

    def tell(job_id: str, worker: str, /, **named: Any) -> bool:
        told.append(job_id)
        return keep(job_id, worker, **named)

    job = queue(store)
    async with running(store, engine=engine, lease=1.2):
        assert await asyncio.to_thread(engine.begun.wait, 20)
        await asyncio.sleep(0.7)
        monkeypatch.setattr(store, "keep_job", tell)
        await asyncio.sleep(1.5)
        assert told == [] and store.take_job("other", lease=1) is None
        monkeypatch.setattr(store, "keep_jobs", lambda *_, **__: frozenset())
        await asyncio.sleep(1.5)
        assert set(told) == {job.id} and store.take_job("other", lease=1) is None


async def test_a_server_does_not_take_its_own_jobs_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was too busy to renew its leases goes on with its jobs, unless another server took them."""
    engine = GatedEngine(_ANSWER)
    job = queue(store)
    monkeypatch.setattr(store, "keep_jobs", lambda *_, **__: frozenset())
    monkeypatch.setattr(store, "keep_job", lambda *_, **__: True)  # as late as can be
    async with running(store, engine=engine, lease=1.1) as runner:
        assert await asyncio.to_thread(engine.begun.wait, 20)
        await asyncio.sleep(2.5)
        engine.gate.set()
        found = await runner.wait(job.id, 20)
    assert found is not None and (found.status, found.attempts) == ("done", 1)


async def test_who_loses_the_lease_stores_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was silent for too long breaks off, and the job is that of the one who took it."""
    engine = GatedEngine(_ANSWER)
    job = queue(store)
    async with running(store, engine=engine, lease=2.0):
        assert await asyncio.to_thread(engine.begun.wait, 20)
        monkeypatch.setattr(store, "keep_jobs", lambda *_, **__: frozenset())
        monkeypatch.setattr(store, "keep_job", lambda *_, **__: False)
        assert await asyncio.to_thread(engine.cancelled.wait, 20)
    found = store.get_job(job.id)
    assert found is not None and found.status == "running"
    assert store.runs() == []


def test_two_servers_share_a_queue(serve: Serve, tmp_path: Any) -> None:
    """While one is busy the other does what comes in there, and each job is done once."""
    place = str(tmp_path / "shared.db")
    busy = GatedEngine(_ANSWER)
    first = serve(engine=busy, db=place, settings=UNAUDITED, jobs_at_once=1)
    blocked = submit(first.client)
    assert busy.begun.wait(20)
    second = serve(engine=FakeEngine(*[_ANSWER] * 5), db=place, settings=UNAUDITED)
    places = [submit(first.client, f"{TEXT} It was told {times} times.") for times in range(5)]
    jobs = [ended(first.client, one) for one in places]
    assert [(job["status"], job["attempts"]) for job in jobs] == [("done", 1)] * 5
    busy.gate.set()
    assert ended(second.client, blocked)["status"] == "done"
    assert (len(busy.asked), len(first.store.runs())) == (1, 6)


def test_who_waits_at_another_server_gets_the_result(serve: Serve, tmp_path: Any) -> None:
    """A request is answered in time by a server whose jobs another one does."""
    place = str(tmp_path / "shared.db")
    busy = GatedEngine(_ANSWER)
    first = serve(engine=busy, db=place, settings=UNAUDITED, jobs_at_once=1)
    submit(first.client)
    assert busy.begun.wait(20)
    serve(engine=FakeEngine(_ANSWER), db=place, settings=UNAUDITED)
    assert first.client.post("/v1/extractions", json={"text": f"{TEXT} More."}).status_code == 200
    busy.gate.set()


def test_a_job_cancelled_at_another_server_is_broken_off(serve: Serve, tmp_path: Any) -> None:
    """The worker learns it when it renews its lease."""
    place = str(tmp_path / "shared.db")
    engine = GatedEngine(_ANSWER)
    job = submit(serve(engine=engine, db=place, settings=UNAUDITED, lease=1.5).client)
    assert engine.begun.wait(20)
    other = serve(engine=GatedEngine(), db=place, settings=UNAUDITED)
    assert other.client.delete(job).json()["status"] == "cancelled"
    assert engine.cancelled.wait(20)


async def test_a_graceful_stop_lets_jobs_end(store: Store) -> None:
    """Jobs under way get so many seconds; no other is begun."""
    engine = GatedEngine(_ANSWER)
    first, second = queue(store), queue(store, f"{TEXT} More.")
    runner = make_runner(store, engine=engine, jobs_at_once=1)
    await runner.start()
    assert await asyncio.to_thread(engine.begun.wait, 20)
    stopping = asyncio.create_task(runner.stop(30))
    await asyncio.sleep(0)
    engine.gate.set()
    await stopping
    assert [found.status for one in (first, second) if (found := store.get_job(one.id))] == ["done", "queued"]


async def test_what_does_not_end_in_time_goes_back_to_the_queue(store: Store) -> None:
    """It is queued again as if it had not been taken, and its call is broken off."""
    engine = GatedEngine(_ANSWER)
    job = queue(store)
    async with running(store, engine=engine):
        assert await asyncio.to_thread(engine.begun.wait, 20)
    found = store.get_job(job.id)
    assert found is not None and (found.status, found.attempts) == ("queued", 0)
    assert engine.cancelled.is_set()


async def test_nobody_waits_for_a_runner_that_is_drained(store: Store) -> None:
    """Who waits or follows gets the job as it is."""
    engine = GatedEngine(_ANSWER)
    job = queue(store)
    async with running(store, engine=engine) as runner:
        assert await asyncio.to_thread(engine.begun.wait, 20)
        waiting = asyncio.create_task(runner.wait(job.id, 600))
        await asyncio.sleep(0.05)
        runner.drain()
        found = await waiting
        assert found is not None and found.status == "running"
        assert [one.status async for one in runner.changes(job.id)] == ["running"]


async def test_a_summary_uses_the_stored_extraction_of_its_model(sqlite_path: Any) -> None:
    """It is made of the article's current extraction by the same model; without one, of the text alone."""
    with Store(sqlite_path) as store:
        stored = Extractor().extract(TEXT)
        store.add(stored)
        request = text_request().model_copy(update={"task": "summarize"})
        job, _ = store.submit_job(request, owner="local", digest="d", most=10)
        async with running(store) as runner:
            found = await runner.wait(job.id, 30)
        assert found is not None
        summary = store.job_result(found)
        assert summary is not None and summary.provenance.settings["extraction"] is not None
        assert summary.experts == stored.experts


async def test_a_result_outlasts_a_short_fault_of_the_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Storing is tried again, the model is not asked again."""
    monkeypatch.setattr(working, "STORE_PAUSES", (0.01,))
    engine, finish, faults = FakeEngine(_ANSWER), store.finish_job, [StoreError("locked: try again")]

    def finish_later(*given: Any) -> bool:
        if faults:
            raise faults.pop()
        return finish(*given)

    monkeypatch.setattr(store, "finish_job", finish_later)
    job = queue(store)
    async with running(store, engine=engine) as runner:
        found = await runner.wait(job.id, 30)
    assert found is not None and (found.status, len(engine.asked)) == ("done", 1)


async def test_a_store_that_cannot_be_used_is_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner goes on looking for jobs after a fault, whatever it was."""
    monkeypatch.setattr(runner_module, "IDLE_SECONDS", 0.05)
    take, faults = store.take_job, [StoreError("unreachable: try later"), ValueError("unexpected")]

    def take_later(worker: str, /, **named: Any) -> Any:
        if faults:
            raise faults.pop()
        return take(worker, **named)

    monkeypatch.setattr(store, "take_job", take_later)
    job = queue(store)
    async with running(store):
        assert await _over(store, job.id) == "done"
    assert faults == []


async def test_a_lease_that_cannot_be_renewed_for_a_while_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short fault of the store while a job runs costs nothing."""
    keep, faults = store.keep_job, [StoreError("unreachable: try later")] * 2

    def keep_later(*given: Any, **named: Any) -> bool:
        if faults:
            raise faults.pop()
        return keep(*given, **named)

    monkeypatch.setattr(store, "keep_job", keep_later)
    job = queue(store)
    async with running(store):
        assert await _over(store, job.id) == "done"
    assert faults == []


async def test_the_built_in_engine_does_one_job_at_a_time(sqlite_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait, as they would take the interpreter from each other."""
    lock, now, most = threading.Lock(), [0], [0]
    extract = Extractor.extract

    def counted(self: Extractor, article: Any, /) -> Any:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return extract(self, article)

    monkeypatch.setattr(Extractor, "extract", counted)
    with Store(sqlite_path) as store:
        jobs = [queue(store, f"{TEXT} It was told {times} times.") for times in range(6)]
        async with running(store):
            assert {await _over(store, job.id) for job in jobs} == {"done"}
    assert most == [1]


async def test_jobs_that_are_long_over_are_forgotten(store: Store) -> None:
    """A runner that starts forgets them, but not what they made."""
    job = queue(store)
    async with running(store):
        assert await _over(store, job.id) == "done"
    async with running(store, keep_jobs=timedelta(microseconds=1) / timedelta(days=1)):
        await asyncio.to_thread(until, lambda: store.get_job(job.id) is None)
    assert len(store.runs()) == 1


async def test_news_reach_those_who_wait_for_them() -> None:
    """Who waits for the end sleeps through what comes before; who leaves is forgotten."""
    news = News()
    with news.about("a") as each, news.about("a", end_only=True) as end, news.about("b") as other:
        news.tell("a", over=False)
        assert (each.event.is_set(), end.event.is_set(), other.event.is_set()) == (True, False, False)
        news.tell("a", over=True)
        assert end.event.is_set()
        await end.rest(60)
        assert not end.event.is_set()
        news.tell_all()
        assert other.event.is_set()
    news.tell("a", over=True)
