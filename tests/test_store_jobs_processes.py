"""Several processes at one queue of jobs, and processes that are killed while they hold one."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from store_worker import request
from store_writer import made

from extractor.schemas.jobs import Job
from extractor.store import Store

WORKER = Path(__file__).with_name("store_worker.py")
WORKERS, JOBS = 4, 200


@contextmanager
def spawned(*args: str) -> Iterator[subprocess.Popen[str]]:
    """The worker, which is dead at the end whatever happens."""
    command = [sys.executable, "-W", "error", str(WORKER), *args]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: subprocess.Popen[str], /) -> list[str]:
    """The words of the next line of a process."""
    assert process.stdout is not None
    return process.stdout.readline().split()


def submit(url: str, number: int, /) -> list[Job]:
    """Queue so many jobs, each for an article of its own."""
    with Store(url) as store:
        return [store.submit_job(request(n), owner="local", digest=str(n), most=number)[0] for n in range(number)]


def work(url: str, *names: str) -> list[str]:
    """What workers with these names, who begin at once, say until all jobs are over."""
    with ExitStack() as stack:
        workers = [stack.enter_context(spawned(url, name, "share")) for name in names]
        assert [hear(worker) for worker in workers] == [["ready"]] * len(names)
        for worker in workers:  # all are ready: now they begin
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        said = [line.strip() for worker in workers for line in worker.stdout or ()]
        assert [worker.wait(timeout=60) for worker in workers] == [0] * len(names)
    return said


def test_processes_share_jobs(database_url: str) -> None:
    """Four workers finish two hundred jobs, each of them once, and every result is stored once."""
    jobs = submit(database_url, JOBS)
    said = work(database_url, *(f"worker {number}" for number in range(WORKERS)))
    assert sorted(said) == sorted(f"{number} True" for number in range(JOBS))
    with Store(database_url) as store:
        over = [store.get_job(job.id) for job in jobs]
        assert {(job.status, job.attempts) for job in over if job} == {("done", 1)}
        assert [job and job.article_id for job in over] == [made(number).article.id for number in range(JOBS)]
        assert (store.stats().runs, list(store.check())) == (JOBS, [])


def test_the_job_of_a_killed_worker_is_done_by_another(database_url: str) -> None:
    """When its lease is over; what the killed one would still say of it does not count."""
    [job] = submit(database_url, 1)
    with spawned(database_url, "victim", "hold") as victim:
        assert hear(victim) == ["holds", job.id]
        victim.kill()
        assert victim.wait(timeout=60) == -signal.SIGKILL
    assert work(database_url, "heir") == ["0 True"]
    with Store(database_url) as store:
        done = store.get_job(job.id)
        assert done is not None
        assert (done.status, done.attempts) == ("done", 2)
        assert not store.finish_job(job.id, "victim", made(1))
        assert store.stats().runs == 1
