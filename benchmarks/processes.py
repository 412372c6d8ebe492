"""Processes that benchmarks start: what they see of the environment, and the core on which they run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent
_FOREIGN = ("EXTRACTOR_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")


def cores() -> tuple[set[int], set[int]] | None:
    """The core of the clients and that of the server; None where there is one only, or processes cannot be pinned."""
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        return None
    first, second, *_ = sorted(os.sched_getaffinity(0))
    return {first}, {second}


def pin(process: subprocess.Popen[Any], which: int, /) -> None:
    """Keep a process that has just begun to one core: 0 is the clients', 1 the server's."""
    found = cores()
    if found is not None:
        os.sched_setaffinity(process.pid, found[which])


def environment() -> dict[str, str]:
    """The variables of clients: nobody's keys and settings, and no proxy before loopback."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_FOREIGN)}
    return {**kept, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONPATH": str(_ROOT)}
