"""Whether the memory of a batch grows with its articles.

    python benchmarks/memory.py [--few 1000] [--many 20000] [--flight 64]

`extractor batch` reads made-up articles of 4 KB with fifteen claims each (`rich_commentary.py`) from a file of lines,
asks a local model (`fast_model.py`), and stores everything in an SQLite file, once with few articles and once with
many, each in a process of its own. The peak of its resident memory is what the kernel tells at its end. Exit code: 0
when the difference is at most 60 MB, else 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import environment
from rich_commentary import write_articles
from throughput import Load, model

MOST_GROWTH = 60
"""MB that the many articles may take above the few."""
LATENCY = 0.05


@dataclass(frozen=True, slots=True)
class Peak:
    """A batch: its articles, the peak of its resident memory in MB, and its seconds."""

    articles: int
    memory: float
    seconds: float


def measure(articles: int, flight: int, url: str, folder: Path, /) -> Peak:
    """Run a batch in an empty folder. Raises RuntimeError when not all articles are done."""
    given = write_articles(folder / "articles.jsonl", articles)
    command = [sys.executable, "-m", "extractor", "batch", str(given), "--db", str(folder / "claims.db"), "--quiet"]
    variables = {
        "EXTRACTOR_MODEL": "openai:loopback",
        "EXTRACTOR_BASE_URL": url,
        "EXTRACTOR_API_KEY": "none",
        "EXTRACTOR_AUDIT": "false",
        "EXTRACTOR_CONCURRENCY": str(flight),
    }
    began = time.monotonic()
    with subprocess.Popen(command, env=environment() | variables, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the batch of {articles} articles ended with exit code {process.returncode}")
    return Peak(articles, used.ru_maxrss / 1024, time.monotonic() - began)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--flight", type=int, default=64, help="calls under way at once")
    options = parser.parse_args(arguments)
    peaks = []
    for articles in (options.few, options.many):
        load = Load(min(articles, options.few), options.flight, LATENCY)
        with model(load) as url, tempfile.TemporaryDirectory() as folder:
            peaks.append(measure(articles, options.flight, url, Path(folder)))
        one = peaks[-1]
        rate = one.articles / one.seconds
        print(f"{one.articles:>7,} articles: peak {one.memory:.0f} MB, {rate:.0f} articles/s", flush=True)
    growth = peaks[1].memory - peaks[0].memory
    met = growth <= MOST_GROWTH
    print(f"{'grows by' if met else 'MISSED: grows by'} {growth:.0f} MB, at most {MOST_GROWTH} wanted")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
