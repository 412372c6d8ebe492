"""What a client of `throughput.py` has to do and what it tells; in two environments, so standard library only."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

WARM = 32
"""Articles that are asked about before the clock starts."""
ARTICLE = "ARTICLE-STANDS-HERE"
"""What the text of an article replaces in `Job.messages`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Ask about the articles 0 to ``number - 1``, ``flight`` at once; ``messages`` are those of our prompt."""

    system: str
    url: str
    number: int
    flight: int
    messages: list[dict[str, str]]
    schema: dict[str, Any]

    def asked(self, text: str, /) -> list[dict[str, str]]:
        """The messages about a text."""
        return [{**message, "content": message["content"].replace(ARTICLE, text)} for message in self.messages]


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall and processor seconds of this process for the articles, the claims found in them, and peak memory in MB."""

    articles: int
    seconds: float
    cpu: float
    claims: int
    memory: float


class Clock:
    """Wall and processor time since it was made; that of child processes too, which have ended in the end."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds() + _cpu_of_children()

    def measured(self, articles: int, claims: int, /, *, more_memory: float = 0.0) -> Measured:
        """What was measured; children had ``more_memory`` (MB)."""
        seconds, cpu = time.perf_counter() - self._wall, _cpu_seconds() - self._cpu
        return Measured(articles, seconds, cpu, claims, peak_memory() + more_memory)


def _cpu_seconds() -> float:
    """What this process took so far, and children of its that have ended."""
    return sum(os.times()[:4])


def _cpu_of_children() -> float:
    """What children that run took so far (Linux; elsewhere 0)."""
    lists = Path("/proc/self/task").glob("*/children")
    ticks = 0
    for child in " ".join(one.read_text(encoding="ascii") for one in lists).split():
        fields = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_memory() -> float:
    """The largest resident memory of this process so far, in MB (Linux; elsewhere 0).

    ru_maxrss of getrusage will not do: it counts what the process was before its program was loaded, a copy of another.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


async def ask_all(work: Callable[[int], Awaitable[int]], job: Job, /) -> Measured:
    """Do ``work`` for each number, which gives the claims it found; warms up first."""
    await _fly(work, range(min(WARM, job.number)), job.flight)
    clock = Clock()
    claims = await _fly(work, range(job.number), job.flight)
    return clock.measured(job.number, claims)


async def _fly(work: Callable[[int], Awaitable[int]], numbers: Iterable[int], flight: int, /) -> int:
    left = iter(numbers)

    async def go_on() -> int:
        return sum([await work(number) for number in left])

    return sum(await asyncio.gather(*(go_on() for _ in range(flight))))


def tell(measured: Measured, /) -> None:
    """Print what was measured, for the process that started this one."""
    print(json.dumps(asdict(measured)))
