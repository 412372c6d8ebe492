"""The queue of jobs: submitted, taken under a lease, finished once, and forgotten, on both databases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sample_results import sample_article, sample_extraction, sample_summary
from sqlalchemy import select, text

from extractor.errors import InputError, KeyReusedError, NotJSONError, QueueFullError
from extractor.schemas.jobs import Job, JobRequest, Problem, Stage
from extractor.store import Store
from extractor.store.database.opening import open_database
from extractor.store.jobs import FailedRun
from extractor.store.tables import jobs, metadata

ARTICLE = sample_article()
LONG = 3_600.0
PROBLEM = Problem(type="about:blank", title="Bad answer", status=502, errors=({"field": "text", "at": 3},))
OVER = timedelta(minutes=-1)
"""An age that every job has that is over."""


def asked(**more: Any) -> JobRequest:
    """To extract the sample article."""
    return JobRequest(**{"task": "extract", "model": "fake", "text": ARTICLE.text, "title": "Quays", **more})


def submit(store: Store, /, *, digest: str = "d", key: str | None = None, most: int = 9, **more: Any) -> Job:
    """Queue a job of one owner."""
    return store.submit_job(asked(**more), owner="ida", digest=digest, most=most, idempotency_key=key)[0]


def take(store: Store, worker: str = "w", /, *, lease: float = LONG, besides: Collection[str] = ()) -> str | None:
    """The id of the job that a worker takes."""
    taken = store.take_job(worker, lease=lease, besides=besides)
    return taken and taken[0].id


def seen(store: Store, job_id: str, /) -> Job:
    """The job as it is stored."""
    job = store.get_job(job_id)
    assert job is not None
    return job


def requests(url: str, /) -> list[Any]:
    """The requests that are stored."""
    database = open_database(url)
    with database.reading() as connection:
        found = list(connection.scalars(select(jobs.c.request)))
    database.close()
    return found


def test_a_submitted_job_is_queued(store: Store) -> None:
    """With the article that its text will be, and the time."""
    before = datetime.now(UTC) - timedelta(minutes=1)
    job, new = store.submit_job(asked(text="\ufeff" + ARTICLE.text), owner="ida", digest="d", most=1)
    assert (new, job.status, job.stage, job.attempts, job.owner) == (True, "queued", "queued", 0, "ida")
    assert (job.model, job.task, job.article_id, job.run_id) == ("fake", "extract", ARTICLE.id, None)
    assert before < job.created_at < before + timedelta(minutes=2)
    assert store.get_job(job.id) == job
    assert submit(store, text=None, url="https://example.org/quay").article_id is None


@pytest.mark.parametrize("unknown", ["", "0" * 32, "quay", "\0", "../..", "F" * 32])
def test_an_unknown_job_is_none(store: Store, unknown: str) -> None:
    """Whatever was written for its id."""
    submit(store)
    assert store.get_job(unknown) is None
    assert store.cancel_job(unknown) is None


def test_a_key_stands_for_one_job(store: Store) -> None:
    """The same request comes to the same job, also when the queue is full; another request is refused."""
    job = submit(store, key="k", most=1)
    assert store.submit_job(asked(), owner="ida", digest="d", most=1, idempotency_key="k") == (job, False)
    with pytest.raises(KeyReusedError, match="'k' was used for another request"):
        submit(store, key="k", digest="e")
    store.finish_job(str(take(store)), "w", sample_extraction())
    assert submit(store, key="k").status == "done"


def test_keys_are_an_owners_own(store: Store) -> None:
    """The same key of another owner is another key, and without a key every request is a new job."""
    ids = {submit(store, key="k").id, submit(store).id, submit(store).id}
    other, new = store.submit_job(asked(), owner="jon", digest="e", most=9, idempotency_key="k")
    assert new
    assert len(ids | {other.id}) == 4


def test_a_full_queue_takes_no_more(store: Store) -> None:
    """Queued and running jobs count, those that are over do not."""
    first, _ = submit(store), submit(store)
    take(store)
    with pytest.raises(QueueFullError, match="2 jobs are queued or running"):
        submit(store, most=2)
    store.cancel_job(first.id)
    assert submit(store, most=2).status == "queued"


@pytest.mark.parametrize("bad", [{"key": "k" * 256}, {"text": "a\0b"}, {"title": "a\0"}, {"key": "\ud800"}])
def test_what_cannot_be_stored_is_refused(store: Store, bad: dict[str, Any]) -> None:
    """A key that is too long, and texts that no database holds."""
    with pytest.raises(InputError, match=r"at most 255|no database holds"):
        submit(store, **bad)
    assert sum(store.count_jobs().values()) == 0


def test_the_oldest_job_is_taken_first(store: Store) -> None:
    """With its request as it was given; it is nobody else's then."""
    given = asked(published=date(2026, 3, 17), inferred=("language",), read_from="quay.pdf", length="short")
    first, _ = store.submit_job(given, owner="ida", digest="d", most=9)
    second = submit(store)
    taken = store.take_job("w", lease=LONG)
    assert taken is not None
    job, request = taken
    assert (job.id, job.status, job.stage, job.attempts) == (first.id, "running", "reading", 1)
    assert job.started_at is not None
    assert job.created_at <= job.started_at
    assert request == given
    assert (take(store, "v"), take(store, "v")) == (second.id, None)


def test_a_lease_that_is_over_frees_the_job(store: Store) -> None:
    """Another worker takes it before what is queued; who had it can do nothing with it any more."""
    lost = submit(store).id
    submit(store)
    assert take(store, "w", lease=0) == lost
    assert take(store, "v") == lost
    assert seen(store, lost).attempts == 2
    assert not store.keep_job(lost, "w", lease=LONG, stage="storing")
    assert not store.release_job(lost, "w")
    assert not store.fail_job(lost, "w", PROBLEM)
    assert seen(store, lost).stage == "reading"


def test_many_leases_are_renewed_at_once(store: Store) -> None:
    """Those are told who still hold their job: neither who lost it nor who ended it."""
    ids = [submit(store).id for _ in range(3)]
    assert [take(store, worker, lease=0, besides="abc") for worker in "abc"] == ids
    store.cancel_job(ids[2])
    assert take(store, "d", besides=("b",)) == ids[0]
    assert store.keep_jobs("abcd", lease=LONG) == {"b", "d"}
    assert take(store, "e") is None and store.keep_jobs((), lease=LONG) == frozenset()


def test_leases_go_by_the_clock_that_all_workers_share(store: Store, database_url: str) -> None:
    """A machine of several at a PostgreSQL server whose clock is wrong takes nobody's job."""
    job = submit(store).id
    take(store)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        taken = take(store, "v")
    assert taken == (None if database_url.startswith("postgresql") else job)


@pytest.mark.parametrize("stage", ["extracting", "summarizing"])
def test_a_kept_job_stays_with_its_worker(store: Store, stage: Stage) -> None:
    """The lease begins anew, and the stage and the article are told, which stays when it is not told again."""
    job = submit(store, text=None, url="https://example.org/quay").id
    take(store, "w", lease=0)
    assert store.keep_job(job, "w", lease=LONG, stage="reading", article_id=ARTICLE.id)
    assert store.keep_job(job, "w", lease=LONG, stage=stage)
    assert take(store, "v") is None
    assert (seen(store, job).stage, seen(store, job).article_id) == (stage, ARTICLE.id)


def test_a_finished_job_has_its_result(store: Store, database_url: str) -> None:
    """The run is stored with where it was read, and the text of the request is gone."""
    job = submit(store, text=None, url="https://example.org/quay").id
    take(store)
    result = sample_extraction()
    assert store.finish_job(job, "w", result)
    done = seen(store, job)
    assert (done.status, done.stage, done.article_id, done.over) == ("done", "over", ARTICLE.id, True)
    assert store.job_result(done) == result
    assert [(run.id, run.input) for run in store.runs()] == [(done.run_id, "https://example.org/quay")]
    assert requests(database_url) == [None]
    assert not store.finish_job(job, "w", result)


def test_a_summary_is_a_result_too(store: Store) -> None:
    """And a job that is not done has none."""
    job = submit(store, task="summarize").id
    assert store.job_result(seen(store, job)) is None
    take(store)
    assert store.finish_job(job, "w", sample_summary())
    assert store.job_result(seen(store, job)) == sample_summary()


@pytest.mark.parametrize("end", ["taken", "cancelled"])
def test_a_finish_after_a_lost_lease_stores_nothing(store: Store, end: str) -> None:
    """No run, no article, no expert."""
    job = submit(store).id
    take(store, "w", lease=0)
    if end == "taken":
        take(store, "v")
    else:
        store.cancel_job(job)
    assert not store.finish_job(job, "w", sample_extraction())
    assert not store.fail_job(job, "w", PROBLEM, run=FailedRun(error=NotJSONError("no"), article=ARTICLE, engine="f"))
    assert (store.stats().articles, store.stats().experts, store.runs()) == (0, 0, [])


def test_a_failed_job_tells_its_problem(store: Store) -> None:
    """Without an article no run is stored."""
    job = submit(store, text=None, url="https://example.org/quay").id
    take(store)
    assert store.fail_job(job, "w", PROBLEM)
    failed = seen(store, job)
    assert (failed.status, failed.stage, failed.problem, failed.run_id) == ("failed", "over", PROBLEM, None)
    assert failed.finished_at is not None
    assert (store.runs(), store.job_result(failed)) == ([], None)


def test_a_failed_job_is_a_failed_run_of_its_article(store: Store) -> None:
    """With what is known of the run."""
    job = submit(store, read_from="quay.txt").id
    take(store)
    run = FailedRun(error=NotJSONError("no JSON"), article=ARTICLE, engine="fake", model="fake-1", elapsed_seconds=2.5)
    assert store.fail_job(job, "w", PROBLEM, run=run)
    [stored] = store.runs(failed=True)
    assert (stored.id, stored.error, stored.input) == (seen(store, job).run_id, "no JSON", "quay.txt")
    assert seen(store, job).article_id == ARTICLE.id


def test_a_released_job_is_queued_again(store: Store) -> None:
    """At its old place, and the take does not count."""
    job = submit(store).id
    submit(store)
    take(store)
    assert store.release_job(job, "w")
    assert not store.keep_job(job, "w", lease=LONG, stage="storing")
    back = seen(store, job)
    assert (back.status, back.stage, back.attempts, back.started_at) == ("queued", "queued", 0, None)
    assert take(store, "v") == job


def test_a_job_is_given_up_after_three_attempts(store: Store, database_url: str) -> None:
    """It fails and says so, and the next job is taken."""
    job, other = submit(store).id, submit(store).id
    assert [take(store, worker, lease=0) for worker in "abc"] == [job] * 3
    assert take(store, "d") == other
    failed = seen(store, job)
    assert (failed.status, failed.stage, failed.attempts) == ("failed", "over", 3)
    assert failed.problem is not None
    assert "gave up after 3 attempts" in str(failed.problem.detail)
    assert [request is None for request in requests(database_url)].count(True) == 1


@pytest.mark.parametrize("running", [False, True])
def test_a_cancelled_job_is_over_at_once(store: Store, database_url: str, running: bool) -> None:
    """Its worker learns it, and its text is gone."""
    job = submit(store).id
    if running:
        take(store)
    cancelled = store.cancel_job(job)
    assert cancelled == seen(store, job)
    assert (cancelled.status, cancelled.stage, cancelled.finished_at is None) == ("cancelled", "over", False)
    assert not store.keep_job(job, "w", lease=LONG, stage="storing")
    assert (take(store), requests(database_url)) == (None, [None])


def test_what_is_over_is_not_cancelled(store: Store) -> None:
    """It comes back as it is."""
    job = submit(store).id
    take(store)
    store.finish_job(job, "w", sample_extraction())
    assert store.cancel_job(job) == seen(store, job)
    assert seen(store, job).status == "done"


def test_jobs_are_counted_by_status(store: Store) -> None:
    """Statuses that no job has are counted too."""
    assert set(store.count_jobs().values()) == {0}
    for _ in range(3):
        submit(store)
    take(store)
    store.cancel_job(str(take(store)))
    assert store.count_jobs() == {"queued": 1, "running": 1, "done": 0, "failed": 0, "cancelled": 1}


def test_old_jobs_are_purged(store: Store) -> None:
    """Those that are over; what they made stays, and their keys may be used again."""
    done = submit(store, key="k").id
    take(store)
    store.finish_job(done, "w", sample_extraction())
    waiting = [submit(store).id, submit(store).id]
    take(store)
    assert store.purge_jobs(timedelta(days=1)) == 0
    assert store.purge_jobs(OVER) == 1
    assert store.get_job(done) is None
    assert [seen(store, job).status for job in waiting] == ["running", "queued"]
    assert submit(store, key="k", digest="e").status == "queued"
    assert len(store.runs()) == 1


def test_deleting_an_article_deletes_its_jobs(store: Store) -> None:
    """Queued, running and over, by text, by what a worker told, and by result; jobs of other articles stay."""
    store.add(sample_extraction())
    over, running, told = (submit(store).id for _ in range(3))
    take(store), take(store), take(store)
    store.finish_job(over, "w", sample_extraction())
    other, by_url = submit(store, text="Another quay."), submit(store, text=None, url="https://example.org/quay")
    assert [take(store), take(store)] == [other.id, by_url.id]
    store.keep_job(by_url.id, "w", lease=LONG, stage="extracting", article_id=ARTICLE.id)
    queued = submit(store).id
    store.delete(ARTICLE.id)
    assert [store.get_job(job) for job in (over, running, told, by_url.id, queued)] == [None] * 5
    assert seen(store, other.id).status == "running"
    assert not store.finish_job(running, "w", sample_extraction())
    assert store.articles() == []


def test_a_result_whose_article_was_deleted_is_none(store: Store) -> None:
    """Who still holds the job is not led to an error."""
    job = submit(store).id
    take(store)
    store.finish_job(job, "w", sample_extraction())
    done = seen(store, job)
    store.delete(ARTICLE.id)
    assert store.job_result(done) is None


def test_no_word_of_a_deleted_article_is_left_in_jobs(store: Store, database_url: str) -> None:
    """Neither in a table nor, with SQLite, in the file and its log."""
    result = sample_extraction("the xanthoquay of Varnsee fills with wyvernmud")
    store.add(result)
    for _ in range(3):
        submit(store, text=result.article.text, title="wyvernmud")
    store.cancel_job(str(take(store)))
    store.delete(result.article.id)
    database = open_database(database_url)
    if database.path is not None:
        left = b"".join(file.read_bytes() for file in database.path.parent.glob("claims.db*")).decode("latin-1")
    else:
        with database.reading() as connection:
            rows = (connection.scalars(text(f"SELECT t::text FROM {name} AS t")) for name in metadata.tables)
            left = "\n".join(row for found in rows for row in found)
    database.close()
    assert "wyvernmud" not in left


def test_jobs_are_not_exported(store: Store) -> None:
    """Neither as records nor as tables; a store that has jobs is sound."""
    store.add(sample_extraction())
    records, tables = list(store.export()), [table.name for table in store.tables()]
    submit(store)
    take(store)
    assert list(store.export()) == records
    assert [table.name for table in store.tables()] == tables
    assert list(store.check()) == []


def test_a_damaged_job_is_found(sqlite_path: Path) -> None:
    """`check` names it by its id."""
    with Store(sqlite_path) as store:
        job = submit(store).id
        database = open_database(sqlite_path)
        with database.writing() as connection:
            connection.execute(text("UPDATE jobs SET request = 'quay', leased_until = 'soon'"))
        database.close()
        found = {(problem.place, problem.message) for problem in store.check()}
    assert found == {(f"job {job}", "its request is damaged"), (f"job {job}", "its leased_until is damaged")}
