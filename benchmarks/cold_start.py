"""What a command costs before and besides its work: whole processes, in turn, and what their imports take.

    python benchmarks/cold_start.py [--times 9] [--json]

Medians of wall and CPU seconds of `extractor --help` and of an extraction of 4 KB with the built-in engine, printed and
stored, beside an empty Python. Below them the packages whose modules take longest to import (`-X importtime`, own time
of all their modules, least of three processes).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich_commentary import PUBLISHED, commentary

BARS = {"extractor --help": 0.2, "extractor extract": 0.5}
"""Seconds of wall time that are allowed."""
_CHARACTERS = 4_000
_SHOWN = 15
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Start:
    """A command line and what a process of it takes, in seconds: medians, and the least."""

    name: str
    wall: float
    cpu: float
    least_wall: float
    bar: float | None


@dataclass(frozen=True, slots=True)
class Imported:
    """A package, the milliseconds that its modules take to import, and how many they are."""

    package: str
    milliseconds: float
    modules: int


def commands(folder: Path, /) -> dict[str, list[str]]:
    """The command lines by name, over an article that is written to ``folder``."""
    article = folder / "article.txt"
    article.write_text(commentary(1).text[:_CHARACTERS], encoding="utf-8")
    extract = ["-m", "extractor", "extract", str(article), "--published", str(PUBLISHED)]
    return {
        "python -c pass": ["-c", "pass"],
        "extractor --help": ["-m", "extractor", "--help"],
        "extractor extract": extract,
        "extractor extract --db": [*extract, "--db", str(folder / "claims.db")],
    }


def measure(lines: dict[str, list[str]], times: int, /) -> list[Start]:
    """Each command ``times`` times, in turn, after a round that does not count: it compiles and makes the database."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in lines}
    for turn in range(times + 1):
        for name, line in lines.items():
            if name.endswith("--db"):
                Path(line[-1]).unlink(missing_ok=True)
            spent = _run(line)
            if turn:
                taken[name].append(spent)
    return [
        Start(name, median(w for w, _ in found), median(c for _, c in found), min(found)[0], BARS.get(name))
        for name, found in taken.items()
    ]


def imports(line: list[str], /) -> list[Imported]:
    """What a command imports, by package, the most expensive first."""
    least: dict[str, int] = {}
    for _ in range(3):
        done = subprocess.run([sys.executable, "-X", "importtime", *line], capture_output=True, text=True, check=True)
        for micro, module in _IMPORT.findall(done.stderr):
            least[module] = min(int(micro), least.get(module, int(micro)))
    spent, modules = Counter[str](), Counter[str]()
    for module, micro in least.items():
        package = module.partition(".")[0]
        spent[package] += micro
        modules[package] += 1
    return [Imported(package, micro / 1000, modules[package]) for package, micro in spent.most_common(_SHOWN)]


def _run(line: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a process."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *line], capture_output=True, check=True)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=9, help="processes of each command")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as where they are installed
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("PYTHONPYCACHEPREFIX", folder)
        lines = commands(Path(folder))
        starts = measure(lines, options.times)
        imported = {name: imports(lines[name]) for name in BARS}
    if options.json:
        told = {name: [asdict(package) for package in packages] for name, packages in imported.items()}
        print(json.dumps({"starts": [asdict(start) for start in starts], "imports": told}, indent=2))
    else:
        _tell(starts, imported)


def _tell(starts: list[Start], imported: dict[str, list[Imported]]) -> None:
    print(f"{'seconds':24}{'wall':>8}{'cpu':>8}{'least':>8}{'bar':>8}")
    for start in starts:
        bar = "" if start.bar is None else f"{start.bar:8.2f}"
        print(f"{start.name:24}{start.wall:8.3f}{start.cpu:8.3f}{start.least_wall:8.3f}{bar}")
    for name, packages in imported.items():
        print(f"\nimports of {name}, milliseconds (modules)")
        for package in packages:
            print(f"  {package.package:24}{package.milliseconds:8.1f} ({package.modules})")


if __name__ == "__main__":
    main()
