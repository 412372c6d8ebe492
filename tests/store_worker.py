"""A process that works through the jobs of a store, for tests of what several of them, or a killed one, leave.

    python store_worker.py URL NAME share
    python store_worker.py URL NAME hold

*share*: says "ready", waits for a line, then finishes jobs until none waits, and says the title of each that it took
and whether its result was stored. *hold*: takes a job, says "holds ID" and does nothing more.
"""

from __future__ import annotations

import sys
import time

from store_writer import made, say

from extractor.schemas.jobs import JobRequest
from extractor.store import Store

LEASE = 1.0
"""Seconds of a lease that nobody renews."""
_PAUSE = 0.02
_LONG = 60.0


def request(number: int, /) -> JobRequest:
    """To extract the article of this number of `store_writer.made`."""
    return JobRequest(task="extract", model="fake", text=made(number).article.text, title=str(number))


def share(store: Store, name: str, /) -> None:
    """Finish jobs until all are over."""
    while True:
        taken = store.take_job(name, lease=_LONG)
        if taken is not None:
            job, asked = taken
            say(asked.title, store.finish_job(job.id, name, made(int(asked.title or 0))))
            continue
        counts = store.count_jobs()
        if not counts["queued"] + counts["running"]:
            return
        time.sleep(_PAUSE)


def hold(store: Store, name: str, /) -> None:
    """Take a job, and wait for the end."""
    taken = store.take_job(name, lease=LEASE)
    say("holds", taken and taken[0].id)
    sys.stdin.readline()


if __name__ == "__main__":
    where, worker, mode = sys.argv[1:]
    with Store(where) as opened:
        if mode == "share":
            say("ready")
            sys.stdin.readline()
            share(opened, worker)
        else:
            hold(opened, worker)
