"""A process that makes the runs of a batch with others, for tests of what several of them, or a killed one, leave.

    python store_batch_worker.py URL NAME share NUMBER
    python store_batch_worker.py URL NAME hold NUMBER

*share*: says "ready", waits for a line, then claims so many articles of `store_writer.made`, some at a time and in an
order of its own, until all are done, and says the number of each that it made. *hold*: claims as many, says "holds" and
how many it got, and does nothing more.
"""

from __future__ import annotations

import random
import sys
import time

from store_writer import made, say

from extractor.run_keys import key_of
from extractor.store import Ending, Store, Wanted

LEASE = 1.0
"""Seconds of a lease that nobody renews."""
GROUP = 10
_PAUSE = 0.05
_LONG = 60.0


def share(store: Store, name: str, number: int, /) -> None:
    """Make articles until all are done."""
    results = [made(n) for n in range(number)]
    keys = [key_of(result) for result in results]
    say("ready")
    sys.stdin.readline()
    left = random.Random(name).sample(range(number), number)
    while left:
        some, left = left[:GROUP], left[GROUP:]
        wanted = [Wanted(key=keys[n], article=results[n].article) for n in some]
        found = dict(zip(some, store.claim_runs(wanted, name, lease=_LONG), strict=True))
        mine = [n for n in some if found[n] == "mine"]
        store.finish_runs([Ending(key=keys[n], result=results[n]) for n in mine], name)
        for n in mine:
            say(n)
        left += [n for n in some if found[n] == "held"]
        if not mine:
            time.sleep(_PAUSE)


def hold(store: Store, name: str, number: int, /) -> None:
    """Claim articles, and wait for the end."""
    wanted = [Wanted(key=key_of(made(n))) for n in range(number)]
    say("holds", store.claim_runs(wanted, name, lease=LEASE).count("mine"))
    sys.stdin.readline()


if __name__ == "__main__":
    where, holder, mode, much = sys.argv[1:]
    with Store(where) as opened:
        (share if mode == "share" else hold)(opened, holder, int(much))
