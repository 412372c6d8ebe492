"""Thousands of articles through a model that fails in every way, while the batch is killed and started again.

    python benchmarks/soak.py [--articles 5000] [--kills 5] [--flight 64] [--seed N] [--keep FOLDER]

A local server in its own process (`faulty_model.py`) meets a fifth of the calls with a fault. `extractor batch` reads
the articles from a file of lines into an SQLite database; the process is killed (-9) at random and started again; the
last one runs to its end. Then the server's log is set against the database (`soak_account.py`): every article is in
exactly one final state, every right answer that was given out is stored, in a result or in the reply cache, or was on
its way when a process was killed, and calls beyond the minimum are few.

The faults, and after how many calls a process is killed, follow from the seed. With ``--keep`` the log, the database
and what the batch printed stay in a folder. Exit code: 0 when all is as it must be, else 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from faulty_model import Faults, read_log
from processes import environment
from rich_commentary import SEED, commentary, write_articles
from service import await_answer, free_port
from soak_account import Account, account, read_database

from extractor.batch.options import workers_for

_HERE = Path(__file__).parent
LEASE = 4.0
"""Seconds after which the articles of a killed process are taken up again."""
FINISHED = (0, 3)
"""Exit codes of a batch that ran to its end: all done, or some failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """What is done: so many articles, killed so many times, ``flight`` calls at once, ended after ``seconds``."""

    articles: int
    kills: int
    flight: int
    seed: int
    seconds: float
    faults: Faults

    @property
    def marks(self) -> list[int]:
        """After how many calls a process is killed: at random over the first nine tenths of the articles."""
        rng = random.Random(f"kills {self.seed}")
        return sorted(rng.randrange(self.articles // 20, self.articles * 9 // 10) for _ in range(self.kills))


class Batch:
    """`extractor batch` over the articles in ``folder``, in one process after another."""

    def __init__(self, folder: Path, url: str, soak: Soak, /) -> None:
        self.database = folder / "claims.db"
        self._input = folder / "articles.jsonl"
        self._told = folder / "batch.txt"
        self._folder = folder
        self._variables = {
            "EXTRACTOR_MODEL": "openai:faulty",
            "EXTRACTOR_BASE_URL": url,
            "EXTRACTOR_API_KEY": "none",
            "EXTRACTOR_AUDIT": "false",
            "EXTRACTOR_CONCURRENCY": str(soak.flight),
            "EXTRACTOR_TIMEOUT": str(soak.faults.timeout),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Begin, or go on after a kill."""
        command = [sys.executable, "-m", "extractor", "batch", str(self._input), "--db", str(self.database)]
        command += ["--lease", str(LEASE)]
        with self._told.open("ab") as told:
            self.process = subprocess.Popen(
                command,
                stdout=told,
                stderr=told,
                env=environment() | self._variables,
                cwd=self._folder,
                start_new_session=True,
            )
        return self.process

    def kill(self) -> float | None:
        """End the process and all that it started at once; gives the time, None when it had ended already."""
        if self.process is None or self.process.poll() is not None:
            return None
        when = time.time()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return when

    def told(self) -> str:
        """The end of what it printed."""
        return self._told.read_text(encoding="utf-8", errors="replace")[-3_000:]


@contextmanager
def faulty_model(folder: Path, faults: Faults, /) -> Iterator[tuple[str, Path]]:
    """The address of the server, and its log."""
    port, log = free_port(), folder / "calls.jsonl"
    command = [sys.executable, str(_HERE / "faulty_model.py"), str(port), str(log), json.dumps(asdict(faults))]
    with subprocess.Popen(command) as process:
        try:
            await_answer(f"http://127.0.0.1:{port}/v1/models", process, None)
            yield f"http://127.0.0.1:{port}/v1", log
        finally:
            process.kill()


def run(soak: Soak, folder: Path, /) -> Account:
    """Do it all in an empty folder. Raises RuntimeError when the batch ends as it should not."""
    write_articles(folder / "articles.jsonl", soak.articles)
    texts = [commentary(number).text for number in range(soak.articles)]
    end = time.monotonic() + soak.seconds
    with faulty_model(folder, soak.faults) as (url, log):
        batch = Batch(folder, url, soak)
        try:
            kills = kill_at(soak.marks, batch, log, end)
            code = wait(batch.start(), end)
        finally:
            batch.kill()
        time.sleep(2 * soak.faults.latency)
    if code not in FINISHED:
        raise RuntimeError(f"the batch ended with exit code {code}\n{batch.told()}")
    return account(texts, read_log(log), kills, read_database(batch.database), workers_for(soak.flight))


def kill_at(marks: Sequence[int], batch: Batch, log: Path, end: float, /) -> list[float]:
    """Kill the batch whenever so many calls were answered; gives the times. It is not running afterwards."""
    kills = []
    for mark in marks:
        process = batch.start()
        while count_calls(log) < mark and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        when = batch.kill()
        if when is None:
            raise RuntimeError(f"the batch ended by itself after {count_calls(log)} calls\n{batch.told()}")
        kills.append(when)
        print(f"killed after {count_calls(log):,} calls", file=sys.stderr, flush=True)
    return kills


def count_calls(log: Path, /) -> int:
    """The calls that are over."""
    return log.read_bytes().count(b"\n") if log.exists() else 0


def wait(process: subprocess.Popen[bytes], end: float, /) -> int:
    """The exit code of a process. Raises RuntimeError when it is still running at ``end`` (monotonic clock)."""
    try:
        return process.wait(timeout=max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise RuntimeError("the batch did not come to an end") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it, print the account, and say by the exit code whether all is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--flight", type=int, default=64, help="calls under way at once")
    parser.add_argument("--faults", type=float, default=0.2, metavar="SHARE", help="share of the calls that fail")
    parser.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="seconds that a call may take")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--seconds", type=float, default=3_600.0, help="after which it is given up")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty folder for what is written")
    options = parser.parse_args(arguments)
    faults = Faults(share=options.faults, seed=options.seed, timeout=options.timeout)
    soak = Soak(
        articles=options.articles,
        kills=options.kills,
        flight=options.flight,
        seed=options.seed,
        seconds=options.seconds,
        faults=faults,
    )
    began = time.monotonic()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        found = run(soak, options.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            found = run(soak, Path(folder))
    print(f"{found}\n{time.monotonic() - began:,.0f} seconds, {soak.kills} kills, seed {soak.seed}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
