"""The methods of `Store` for the service's jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import job_rows, queueing, working

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import timedelta

    from extractor.schemas import Extraction, Summary
    from extractor.schemas.jobs import Job, JobRequest, JobStatus, Problem, Stage
    from extractor.store.database.opening import Database

    from .working import FailedRun


class JobQueue:
    """The queue of a store, which outlives those who use it; any number of processes may share it.

    A worker takes a job for ``lease`` seconds and renews that while it works; when it stays silent, another one takes
    the job up. A worker is told by a name that no other has: two that run at once in a process have one each.
    """

    _database: Database

    def submit_job(
        self, request: JobRequest, /, *, owner: str, digest: str, most: int, idempotency_key: str | None = None
    ) -> tuple[Job, bool]:
        """Queue a job: the job, and True; where this owner's key has one, that one as it is now, and False.

        ``digest`` is that of the request (at most 64 characters). Raises KeyReusedError when the key came with another
        one before, QueueFullError when ``most`` jobs are queued or running, and InputError when a text of the request
        cannot be stored or the key has more than 255 characters.
        """
        with self._database.writing() as connection:
            return queueing.submit(
                connection, request, owner=owner, idempotency_key=idempotency_key, digest=digest, most=most
            )

    def get_job(self, job_id: str, /) -> Job | None:
        """The job with this id; None when there is none."""
        with self._database.reading() as connection:
            return job_rows.find_job(connection, job_id)

    def job_result(self, job: Job, /) -> Extraction | Summary | None:
        """What a job made; None when it is not done, or its article was deleted since."""
        with self._database.reading() as connection:
            return queueing.read_result(connection, job)

    def cancel_job(self, job_id: str, /) -> Job | None:
        """End a job that is queued or running; the job, which stays as it is when it is over, or None without one.

        Whoever runs it learns it from `keep_job` or `finish_job`.
        """
        with self._database.writing() as connection:
            return queueing.cancel(connection, job_id)

    def count_jobs(self) -> dict[JobStatus, int]:
        """How many jobs have each status, those included that no job has."""
        with self._database.reading() as connection:
            return queueing.count(connection)

    def purge_jobs(self, older_than: timedelta, /) -> int:
        """Forget the jobs that were over so long ago, with their keys, but not what they made; how many."""
        with self._database.writing() as connection:
            return queueing.purge(connection, older_than)

    def take_job(self, worker: str, /, *, lease: float, besides: Collection[str] = ()) -> tuple[Job, JobRequest] | None:
        """Take a job for ``lease`` seconds: one whose lease is over, else the oldest queued; None when there is none.

        ``besides`` are workers of whom the caller knows that they are alive: theirs is not taken. A job that was taken
        three times and not finished fails instead.
        """
        with self._database.reading() as connection:  # so that idle workers are in no writer's way
            if not working.is_waiting(connection, besides=besides):
                return None
        with self._database.writing() as connection:
            return working.take(connection, worker, lease=lease, besides=besides)

    def keep_job(
        self, job_id: str, worker: str, /, *, lease: float, stage: Stage, article_id: str | None = None
    ) -> bool:
        """Renew the lease for so many seconds from now, and tell the stage and, once it is known, the article.

        False when the job is not this worker's any more: taken up by another, cancelled, or deleted with its article.
        """
        with self._database.writing() as connection:
            return working.keep(connection, job_id, worker, lease=lease, stage=stage, article_id=article_id)

    def keep_jobs(self, workers: Collection[str], /, *, lease: float) -> frozenset[str]:
        """Renew the leases of many workers for so many seconds from now, in one write.

        Those whose job is theirs still; of another one only `keep_job` can tell, as its row may be in use.
        """
        with self._database.writing() as connection:
            return working.keep_all(connection, workers, lease=lease)

    def release_job(self, job_id: str, worker: str, /) -> bool:
        """Put a job back into the queue as if it had not been taken; False when it is not this worker's any more."""
        with self._database.writing() as connection:
            return working.release(connection, job_id, worker)

    def finish_job(self, job_id: str, worker: str, result: Extraction | Summary, /) -> bool:
        """Store the result and the job as done, in one transaction.

        False, and nothing was stored, when the job is not this worker's any more. Raises InputError as `Store.add`.
        """
        with self._database.writing() as connection:
            return working.finish(connection, job_id, worker, result)

    def fail_job(self, job_id: str, worker: str, problem: Problem, /, *, run: FailedRun | None = None) -> bool:
        """Store the job as failed, with the run that failed where an article was read, in one transaction.

        False, and nothing was stored, when the job is not this worker's any more.
        """
        with self._database.writing() as connection:
            return working.fail(connection, job_id, worker, problem, run=run)
