"""Several processes that make the runs of a batch, and one that is killed while it holds some."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from extractor.store import Store

WORKER = Path(__file__).with_name("store_batch_worker.py")
WORKERS, RUNS, HELD = 4, 200, 20


@contextmanager
def spawned(*args: str) -> Iterator[subprocess.Popen[str]]:
    """The worker, which is dead at the end whatever happens."""
    command = [sys.executable, "-W", "error", str(WORKER), *args]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: subprocess.Popen[str], /) -> str:
    """The next line of a process."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_processes_make_each_run_once(database_url: str) -> None:
    """Four workers make two hundred runs; those that a killed one held are made when its leases are over."""
    Store(database_url).close()
    with ExitStack() as stack:
        names = [f"worker {number}" for number in range(WORKERS)]
        workers = [stack.enter_context(spawned(database_url, name, "share", str(RUNS))) for name in names]
        assert [hear(worker) for worker in workers] == ["ready"] * WORKERS
        with spawned(database_url, "victim", "hold", str(HELD)) as victim:
            assert hear(victim) == f"holds {HELD}"
        for worker in workers:  # the victim is dead, its leases are not over
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        said = [int(line) for worker in workers for line in worker.stdout or ()]
        assert [worker.wait(timeout=60) for worker in workers] == [0] * WORKERS
    assert sorted(said) == [*range(RUNS)]
    with Store(database_url) as store:
        assert (store.stats().runs, store.stats().articles, list(store.check())) == (RUNS, RUNS, [])
        assert [store.keep_runs(name, lease=1.0) for name in (*names, "victim")] == [0] * (WORKERS + 1)
