"""The processes of the built-in engine that tests start: which there are, and what keeps one busy for long."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

LONG = "\n\n".join(
    f"Minister {chr(65 + number % 26)}lma Ro{'re' * (number % 7)}n said on day {number} that the {number}th bridge "
    f"would cost {number} million crowns, and warned that the harbour might close by {2030 + number % 40}."
    for number in range(3_000)
)
"""A text that takes the engine much longer than any test waits."""


def engine_processes(parent: int | None = None, /) -> set[int]:
    """The ids of the engine's processes that ``parent`` (this process) has started."""
    command = ["ps", "-o", "pid=,stat=,args=", "--ppid", str(parent or os.getpid())]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    rows = [line.split(maxsplit=2) for line in lines if "engine_workers" in line]
    return {int(number) for number, state, _ in rows if not state.startswith("Z")}


def is_running(process: int, /) -> bool:
    """True while there is such a process; one that has ended and was not asked for its status is none."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(told.strip()) and not told.startswith("Z")


def until(condition: Callable[[], Any], /) -> Any:
    """Wait for something to become true; what it is then."""
    end = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)
    return found
