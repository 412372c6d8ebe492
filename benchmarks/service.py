"""How much the service bears on loopback: speed, errors, memory, what a kill -9 loses. Needs what `make test` needs.

    python benchmarks/service.py [--requests 10000] [--model-requests 2000] [--crash-requests 500] [--clients 200] ...

Server, clients and model are processes of their own; the database is an SQLite file in a temporary folder. The clients
post articles of about 4 KB that a generator makes up, no two alike, since a run that is stored is not made again:

1. to the built-in engine, with the memory of the server and of the engine's processes after the start, after a tenth
   of the articles and at the end;
2. to a model of two seconds latency (two calls for each article: its draft and the audit);
3. to the same model, and the server is killed when a third of the articles is done, and started again.

Exit code 1 when a request failed, a job that was accepted is not done, or an article is not stored exactly once. It
stops posting after ``--seconds``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from service_clients import Load, Report

from extractor.store import Store

_HERE = Path(__file__).parent
MODEL = "openai:slow"
_OURS = ("EXTRACTOR_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")
START_SECONDS = 60.0
LEASE = 5.0
"""Seconds after which jobs of the killed server are taken up again."""


@dataclass(frozen=True, slots=True)
class Used:
    """Resident memory in MB, of the server and of the engine's processes together, and seconds of processor time.

    The seconds are of all of them since the start; of an engine's process that has ended they are not known.
    """

    memory: float
    workers: tuple[float, ...]
    seconds: int

    @property
    def told(self) -> str:
        """The memory, of the server first."""
        if not self.workers:
            return f"{self.memory:.0f}"
        return f"{self.memory:.0f} + {len(self.workers)} * {sum(self.workers) / len(self.workers):.0f}"


class Server:
    """`extractor serve` in a process of its own, on a database in ``folder``; ``settings`` without EXTRACTOR_."""

    def __init__(self, folder: Path, /, **settings: str) -> None:
        self.db = folder / "claims.db"
        self._folder = folder
        self._log = folder / "log"
        self._port = free_port()
        self._settings = {f"EXTRACTOR_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}"

    def used(self) -> Used:
        """What its process and those of the engine use now, as Linux's ps tells it."""
        assert self._process
        own = str(self._process.pid)
        command = ["ps", "-o", "pid=,rss=,cputimes=", "-p", own, "--ppid", own]
        lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
        used = {pid: (int(kilobytes) / 1024, int(seconds)) for pid, kilobytes, seconds in map(str.split, lines)}
        workers = tuple(memory for pid, (memory, _) in used.items() if pid != own)
        return Used(used[own][0], workers, sum(seconds for _, seconds in used.values()))

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "extractor", "serve", "--db", str(self.db), "--port", str(self._port)]
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_OURS)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=kept | self._settings, cwd=self._folder, stderr=log)
        await_answer(f"{self.url}/readyz", self._process, self._log)

    def end(self, number: signal.Signals = signal.SIGTERM, /) -> None:
        """Send it a signal, and wait until it is gone."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=60)


@contextmanager
def serving(**settings: str) -> Iterator[Server]:
    """A server that runs, over an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), rate="1000000/minute", queue="100000", **settings)
        try:
            server.start()
            yield server
        finally:
            server.end()


@contextmanager
def slow_model(seconds: float, /) -> Iterator[str]:
    """The address of a model that takes so many seconds for each answer."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(_HERE / "slow_model.py"), str(port), str(seconds)])
    try:
        await_answer(f"http://127.0.0.1:{port}/v1/models", process, None)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(url: str, process: subprocess.Popen[bytes], log: Path | None, /) -> None:
    """Wait until a process that was started answers. Raises RuntimeError."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            direct.open(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer\n{log.read_text()[-2000:] if log else ''}")


@contextmanager
def clients(load: Load, /) -> Iterator[subprocess.Popen[str]]:
    """The process of the clients; it is ended with the block."""
    command = [sys.executable, str(_HERE / "service_clients.py"), json.dumps(asdict(load))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def post(load: Load, /) -> Report:
    """Let the clients do their work, and report."""
    with clients(load) as process:
        return read_report(process.stdout)


def read_report(told: IO[str] | None, /) -> Report:
    """What the clients print at their end."""
    assert told
    return Report(**json.loads(told.read()))


def describe(label: str, reports: list[Report], /) -> str:
    """Speed, latencies and errors, in two lines."""
    times = sorted(one for report in reports for one in report.times) or [0.0]
    posted, seconds = sum(report.posted for report in reports), sum(report.seconds for report in reports)
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    late = f"p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, p99 {cuts[98]:.2f}, longest {times[-1]:.2f}"
    later = sum(report.later for report in reports)
    return (
        f"{label}: {posted:,} articles in {seconds:,.0f} s, {len(times) / max(seconds, 0.001):.1f} a second\n"
        f"  seconds until the result: {late}; {later:,} came after a 202\n"
        f"  errors: {faults(reports)}"
    )


def faults(reports: list[Report], /) -> str:
    """How many errors there were, and the most frequent ones."""
    found = [(number, told) for report in reports for told, number in report.errors.items()]
    examples = "".join(f"\n    {number:,} times {told}" for number, told in sorted(found, reverse=True)[:5])
    return f"{sum(number for number, _ in found):,}{examples}"


def measure_builtin(number: int, count: int, end: float, /) -> bool:
    """The built-in engine, and the server's memory; True when there was no error."""
    tenth = number // 10
    with serving() as server:
        used, reports = [server.used()], []
        for first, part in ((0, tenth), (tenth, number - tenth)):
            reports.append(post(Load(server.url, first, part, count, "builtin", left(end))))
            used.append(server.used())
    print(describe(f"built-in engine, {count} clients", reports))
    print(consumption(used, [report.posted for report in reports]), flush=True)
    return not any(report.errors for report in reports)


def measure_model(number: int, count: int, latency: float, end: float, /) -> bool:
    """A slow model, as many jobs at once as there are clients; True when there was no error."""
    with slow_model(latency) as address, serving(**_by_model(address, count)) as server:
        used = [server.used()]
        report = post(Load(server.url, 0, number, count, MODEL, left(end)))
        used.append(server.used())
    print(describe(f"model of {latency:g} s latency, {count} clients", [report]))
    print(consumption(used, [report.posted]), flush=True)
    return not report.errors


def left(end: float, /) -> float:
    """The seconds until a point of the monotonic clock."""
    return max(0.0, end - time.monotonic())


def consumption(used: list[Used], posted: list[int], /) -> str:
    """The memory at first and after each part, and the processor time for each article of the last part."""
    sums = itertools.accumulate(posted)
    after = "".join(f", {now.told} after {total:,}" for now, total in zip(used[1:], sums, strict=True))
    each = (used[-1].seconds - used[-2].seconds) / max(posted[-1], 1)
    return f"  server + engine: {used[0].told} MB at first{after}; {1000 * each:.0f} ms of processor time an article"


def measure_crash(number: int, count: int, latency: float, end: float, /) -> bool:
    """Kill the server when a third is done, and start it again; True when nothing was lost, and there was no error."""
    with slow_model(latency) as address, serving(**_by_model(address, count), lease=str(LEASE)) as server:
        load = Load(server.url, 0, number, count, MODEL, left(end), patient=True)
        with clients(load) as process, Store(str(server.db)) as store:
            while store.count_jobs()["done"] < number // 3 and process.poll() is None:
                time.sleep(0.05)
            done = store.count_jobs()
            server.end(signal.SIGKILL)
            server.start()
            report = read_report(process.stdout)
            wrong = [*lost(store, report), *stored_wrongly(store, report.posted)]
    print(describe(f"kill -9 with {done['done']} of {number} done and {done['running']} running", [report]))
    told = "".join(f"\n    {one}" for one in wrong[:10])
    print(
        f"  accepted: {len(set(report.jobs)):,}; the server was away {report.down:,} times; wrong: {len(wrong)}{told}"
    )
    return not report.errors and not wrong


def _by_model(address: str, count: int) -> dict[str, str]:
    """The settings of a server that asks the slow model, for so many articles at once."""
    many = str(count)
    return {"model": MODEL, "base_url": address, "api_key": "none", "jobs_at_once": many, "concurrency": many}


def lost(store: Store, report: Report, /) -> Iterator[str]:
    """The accepted jobs that are not done, and those that nobody knows to be accepted and are not done either."""
    for job_id in report.jobs:
        job = store.get_job(job_id)
        if job is None or job.status != "done" or store.job_result(job) is None:
            yield f"job {job_id}: {job.status if job else 'unknown'}"
    for status, number in store.count_jobs().items():
        if status != "done" and number:
            yield f"{number} jobs are {status}"


def stored_wrongly(store: Store, posted: int, /) -> Iterator[str]:
    """What shows that not every article that was posted is stored exactly once; and what `db check` finds."""
    stats = store.stats()
    if (stats.articles, stats.runs) != (posted, posted):
        yield f"{posted} articles were posted, {stats.articles} with {stats.runs} runs are stored"
    yield from map(str, store.check())


def main(arguments: list[str], /) -> int:
    """Measure; 1 when something failed or was lost."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("requests", 10_000), ("model-requests", 2_000), ("crash-requests", 500), ("clients", 200)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--latency", type=float, default=2.0, help="seconds of the model")
    options.add_argument("--seconds", type=float, default=3_600.0, help="after so many nothing is posted any more")
    given = options.parse_args(arguments)
    end = time.monotonic() + given.seconds
    good = [
        not given.requests or measure_builtin(given.requests, given.clients, end),
        not given.model_requests or measure_model(given.model_requests, given.clients, given.latency, end),
        not given.crash_requests or measure_crash(given.crash_requests, given.clients, given.latency, end),
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
