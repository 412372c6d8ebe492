"""How many articles a second this project takes through a model beside other clients.

    python benchmarks/throughput.py [--articles 1000] [--flight 64] [--latency 0.2] [--rounds 3] [--systems ...]
    python benchmarks/throughput.py --many            # 1,000 in flight at 5 s latency, beside the ideal rate
    python benchmarks/throughput.py --stragglers      # a twentieth of the calls ten times slower, beside AsyncOpenAI

A local server in its own process speaks OpenAI's protocol (`fast_model.py`): it answers what is right about made-up
articles of 4 KB with fifteen claims each (`rich_commentary.py`). Each client runs in a process of its own, pinned to
one core (but for ``everything``), the server to another; imports and a few warm-up calls are outside of the clock. In
each round every system has its turn; the figures are medians of the rounds. CPU is user and system time of the client.

- ``wire``: an aiohttp client that reads bytes; what server and loopback allow.
- ``raw``: AsyncOpenAI with the JSON schema as its response format; the answer is left as text.
- ``instructor``, ``langchain`` (``with_structured_output``): at their defaults, this project's draft as the model.
- ``langextract``: with 10 workers and batches of 10 (its defaults), and with as many of both as there are in flight;
  one call an article (by default it would cut 4 KB into four or more), the same claims in its own form; a fifth of the
  articles, as it takes long.
- ``extraction``: this project's prompt and call, and the parsed draft. ``everything``: read from a file of lines,
  with checks, grounding, merging, and the commit to SQLite, without audit; in as many processes as the command takes by
  default, on all cores, the server's too (CPU and memory are those of all of them). ``everything-1``: in one process.

All send the same instructions and are given the same claims. instructor, langextract and the wire run in an environment
of their own (``build/bench-peers``, made with pip from `peers.txt`). Exit code: 0 when the bars are met, else 1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from fast_model import SLOWER
from peers import peers_python
from processes import cores, environment, pin
from service import await_answer, free_port
from throughput_job import ARTICLE, Job, Measured

from extractor.articles import article_from_text
from extractor.drafting import extraction_messages
from extractor.llm.modes import request
from extractor.schemas.drafts import DraftExtraction
from extractor.segmentation import chunks
from extractor.templates import Templates

_HERE = Path(__file__).parent
OWN = ("extraction", "everything", "everything-1")
_ON_ALL_CORES = ("everything",)
PEERS = ("wire", "raw", "instructor", "langchain", "langextract", "langextract-64")
_ELSEWHERE = ("wire", "instructor", "langextract", "langextract-64")
"""Those that run in the environment of the peers."""
_FIFTH = ("langextract", "langextract-64")
"""Those that get a fifth of the articles only."""
STRAGGLERS = 0.05
MANY, MANY_LATENCY, WAVES = 1_000, 5.0, 5


@dataclass(frozen=True, slots=True)
class Bar:
    """``system`` makes at least ``times`` the articles a second of ``other``; None is the ideal rate."""

    system: str
    times: float
    other: str | None


BARS = (Bar("everything", 1.0, "instructor"), Bar("everything", 1.9, "langextract-64"), Bar("extraction", 0.8, "raw"))
BARS_OF_STRAGGLERS = (Bar("extraction", 0.9, "raw"), Bar("everything", 0.9, "raw"))
BARS_OF_MANY = (Bar("extraction", 0.9, None), Bar("everything", 0.9, None))


@dataclass(frozen=True, slots=True)
class Load:
    """What all clients have to do; ``slow`` is the share of articles that take ten times the latency (seconds)."""

    articles: int
    flight: int
    latency: float
    slow: float = 0.0

    @property
    def ideal(self) -> float:
        """Articles a second if clients and server took no time."""
        return self.flight / (self.latency * (1 + (SLOWER - 1) * self.slow))


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds: articles a second, milliseconds of processor time an article, peak memory in MB."""

    rate: float
    cpu: float
    memory: float

    @classmethod
    def of(cls, rounds: Sequence[Measured], /) -> Figures:
        """The medians of what was measured."""
        return cls(
            statistics.median(one.articles / one.seconds for one in rounds),
            statistics.median(1_000 * one.cpu / one.articles for one in rounds),
            statistics.median(one.memory for one in rounds),
        )


@contextmanager
def model(load: Load, /) -> Iterator[str]:
    """The address of the server."""
    port = free_port()
    arguments = [str(port), str(load.latency), str(load.articles), str(load.slow)]
    command = [sys.executable, str(_HERE / "fast_model.py"), *arguments]
    with subprocess.Popen(command, text=True) as process:
        try:
            pin(process, 1)
            await_answer(f"http://127.0.0.1:{port}/v1/models", process, None)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def prompt() -> list[dict[str, str]]:
    """The messages of this project's prompt, for all systems."""
    article = article_from_text(ARTICLE, language="en", published="2026-11-01")
    (chunk,) = chunks(article.text, size=20_000)
    roles = {"human": "user"}
    found = extraction_messages(Templates(None), article, chunk)
    return [{"role": roles.get(message.type, message.type), "content": message.text} for message in found]


def measure(system: str, url: str, load: Load, /) -> Measured:
    """Let a client do its work. Raises RuntimeError when it fails, or finds other claims than there are."""
    schema = request("json_schema", DraftExtraction)["response_format"]
    number = max(load.articles // 5, min(load.articles, 2 * load.flight)) if system in _FIFTH else load.articles
    job = Job(system=system, url=url, number=number, flight=load.flight, messages=prompt(), schema=schema)
    script = _HERE / ("throughput_ours.py" if system in OWN else "throughput_peers.py")
    interpreter = str(peers_python()) if system in _ELSEWHERE else sys.executable
    command = [interpreter, "-W", "ignore", str(script), json.dumps(asdict(job))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            if system not in _ON_ALL_CORES:
                pin(process, 0)
            told, _ = process.communicate()
        finally:
            process.kill()
    if process.returncode:
        raise RuntimeError(f"{system} failed")
    return Measured(**json.loads(told))


def run(systems: Sequence[str], load: Load, rounds: int, /) -> dict[str, Figures]:
    """The figures of each system: in each round all have their turn."""
    found: dict[str, list[Measured]] = {system: [] for system in systems}
    with model(load) as url:
        for number in range(rounds):
            for system in systems:
                one = measure(system, url, load)
                found[system].append(one)
                told = f"{one.articles / one.seconds:.1f} articles/s, {1_000 * one.cpu / one.articles:.2f} ms"
                print(f"  round {number + 1} of {rounds}: {system}: {told}", file=sys.stderr, flush=True)
    return {system: Figures.of(rounds) for system, rounds in found.items()}


def missed_bars(figures: dict[str, Figures], bars: Sequence[Bar], ideal: float, /) -> list[str]:
    """The bars that were missed, in words; those of systems that were left out are not looked at."""
    missed = []
    for bar in bars:
        if bar.system not in figures or (bar.other is not None and bar.other not in figures):
            continue
        other = ideal if bar.other is None else figures[bar.other].rate
        times = figures[bar.system].rate / other
        if times < bar.times:
            name = bar.other or "the ideal rate"
            missed.append(
                f"MISSED: {bar.system} has {times:.2f} times the rate of {name}, at least {bar.times:g} wanted"
            )
    return missed


def table(figures: dict[str, Figures], load: Load, /) -> str:
    """The figures; beside them how many times the rate of the others our two systems have."""
    ours = [name for name in OWN if name in figures]
    heads = "".join(f"{f'{name} is':>16}" for name in ours)
    lines = [f"{'system':<16}{'articles/s':>12}{'of ideal':>10}{'CPU ms':>9}{'peak MB':>9}{heads}"]
    for name, one in figures.items():
        ratios = "".join(f"{f'{figures[own].rate / one.rate:.2f} x':>16}" for own in ours)
        lines.append(
            f"{name:<16}{one.rate:>12.1f}{one.rate / load.ideal:>10.2f}{one.cpu:>9.2f}{one.memory:>9.0f}{ratios}"
        )
    return "\n".join(lines)


def report(title: str, systems: Sequence[str], load: Load, bars: Sequence[Bar], rounds: int, /) -> list[str]:
    """Measure and print; gives the bars that were missed."""
    pinned = "pinned to one core each" if cores() else "NOT pinned"
    told = (
        f"{load.articles:,} articles, {load.flight:,} in flight, {load.latency:g} s latency, {rounds} rounds, {pinned}"
    )
    figures = run(systems, load, rounds)
    missed = missed_bars(figures, bars, load.ideal)
    held = (
        []
        if missed
        else ["all bars met" if set(systems) >= {bar.system for bar in bars} else "no bar looked at missed"]
    )
    print(f"{title}: {told}", table(figures, load), *missed, *held, sep="\n", flush=True)
    return missed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--flight", type=int, default=64, help="calls under way at once")
    parser.add_argument("--latency", type=float, default=0.2, metavar="SECONDS")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--systems", nargs="+", choices=(*PEERS, *OWN), default=[*PEERS, *OWN])
    parser.add_argument("--many", action="store_true", help=f"{MANY:,} in flight at {MANY_LATENCY:g} s latency")
    parser.add_argument("--stragglers", action="store_true", help="a twentieth of the calls ten times slower")
    options = parser.parse_args(arguments)
    if options.many:
        load = Load(WAVES * MANY, MANY, MANY_LATENCY)
        chosen = [system for system in OWN if system in options.systems]
        missed = report("many in flight", chosen, load, BARS_OF_MANY, options.rounds)
    elif options.stragglers:
        load = Load(options.articles, options.flight, options.latency, STRAGGLERS)
        chosen = [system for system in ("raw", *OWN) if system in options.systems]
        missed = report("stragglers", chosen, load, BARS_OF_STRAGGLERS, options.rounds)
    else:
        load = Load(options.articles, options.flight, options.latency)
        missed = report("throughput", options.systems, load, BARS, options.rounds)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
