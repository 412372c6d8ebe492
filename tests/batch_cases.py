"""What tests of batches share: articles, hands that are scripted, and batches as processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli_run import COMMAND
from fake_engine import extraction
from fake_server import Answer, FakeServer, Request, completion

from extractor import Extractor
from extractor.batch import BatchOptions, BatchReport, BatchRunner, Item, Planner, Sink
from extractor.errors import ExtractorError, InputError
from extractor.schemas import Article, Extraction, Summary
from extractor.store import ClaimStatus, Ending, Store, Wanted

EMPTY = json.dumps(extraction())
"""The answer of a model that finds nothing."""
QUICK = BatchOptions(workers=4, pause=0.0, patience=0.0)
_LONG = 60.0


def text(number: int, /) -> str:
    """The text of an article; no other one has the same."""
    return f"Ana Roe says that quay {number} floods by 2031. Piet Maas of pier {number} doubts it."


def items(number: int, /) -> list[Item]:
    """So many articles."""
    return [Item(place=f"row {n}", text=text(n), language="en") for n in range(number)]


def write_rows(path: Path, number: int, /) -> Path:
    """A file of JSON Lines with so many articles."""
    rows = ({"text": text(n), "language": "en"} for n in range(number))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def number_of(article: Article, /) -> int:
    """The number of an article of `text`."""
    return int(article.text.split(" floods")[0].rsplit(" ", 1)[1])


class ScriptedHands:
    """Hands that find nothing, unless ``does`` (told the number of the article) raises or waits."""

    def __init__(self, does: Callable[[int], Any] | None = None, /) -> None:
        self.asked: list[int] = []
        self.most = 0
        self._does = does
        self._now = 0
        self._extractor = Extractor()

    async def extract(self, article: Article, /) -> Extraction:
        """Do what was scripted."""
        number = number_of(article)
        self.asked.append(number)
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await asyncio.sleep(0)
            done = self._does(number) if self._does else None
            if asyncio.iscoroutine(done):
                await done
        finally:
            self._now -= 1
        return self._extractor.extract(article)

    async def summarize(self, article: Article, /, **tuning: Any) -> Summary:
        """The summary of the built-in engine."""
        return self._extractor.summarize(article, **tuning)


def raising(error: BaseException, *numbers: int) -> Any:
    """Something that raises ``error`` at these numbers (none: at all)."""

    def does(number: int) -> None:
        if not numbers or number in numbers:
            raise error

    return does


class MemorySink:
    """A sink that keeps everything in memory; ``finishing`` is told of each group before it is kept, and may raise."""

    place = "memory"
    lease: float | None = 30.0

    def __init__(self, finishing: Callable[[Sequence[Ending]], None] | None = None) -> None:
        self.kept: dict[str, Ending] = {}
        self.claimed: set[str] = set()
        self.held: set[str] = set()
        self.groups: list[int] = []
        self._finishing = finishing

    def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus]:
        """Others have what is ``held``."""
        return [self._claim(one.key) for one in wanted]

    def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """Keep them all."""
        if self._finishing:
            self._finishing(endings)
        self.groups.append(len(endings))
        self.kept |= {one.key: one for one in endings}
        self.claimed -= {one.key for one in endings}
        return [None] * len(endings)

    def keep(self) -> None:
        """Nothing runs out."""

    def release(self, keys: Collection[str] | None = None, /) -> None:
        """Give up claims."""
        self.claimed -= self.claimed if keys is None else set(keys)

    def find_done(self, keys: Collection[str], /) -> set[str]:
        """What is kept."""
        return set(self.kept) & set(keys)

    def find_extraction(self, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
        """There is none."""
        return None

    def close(self) -> None:
        """Nothing is open."""

    def _claim(self, key: str) -> ClaimStatus:
        if key in self.kept:
            return "done"
        if key in self.held | self.claimed:
            return "held"
        self.claimed.add(key)
        return "mine"


async def until(holds: Callable[[], bool], /) -> None:
    """Wait on an event loop until something holds; an error after a minute."""
    async with asyncio.timeout(_LONG):
        while not holds():  # noqa: ASYNC110 - whatever changes it knows nothing of the test
            await asyncio.sleep(0.01)


def make(what: list[Item], hands: Any, sink: Sink, /, *, options: BatchOptions = QUICK) -> BatchRunner:
    """A runner for these items."""
    planner = Planner(
        Extractor(),
        task=options.task,
        length=options.length,
        since=options.since,
        find_extraction=sink.find_extraction,
    )
    return BatchRunner(what, planner, hands, sink, options)


async def run(what: list[Item], hands: Any, sink: Sink, /, **more: Any) -> BatchReport:
    """The report of a batch over these items."""
    return await make(what, hands, sink, **more).run()


def runs_of(store: Store, status: str = "done", /) -> Counter[str]:
    """The stored runs with a status, counted by their article."""
    found = [one for one in store.runs(limit=100_000) if one.status == status]
    return Counter(one.article.id if one.article else "" for one in found)


def asked_number(request: Request, /) -> int:
    """The number of the article that a request is about."""
    said = json.dumps(request.body["messages"])
    return int(said.rsplit(" floods by 2031", 1)[0].rsplit("quay ", 1)[1])


def done_in(db: Path | str, /) -> int:
    """How many runs a database holds that are done; 0 while it is being made."""
    try:
        with Store(db, create=False) as store:
            return runs_of(store).total()
    except InputError:
        return 0


def answering(*, after: float = 0.0, failing: Callable[[int], Answer | None] = lambda _: None) -> Any:
    """A scripted answer for a fake server: nothing is found, ``after`` seconds, but what ``failing`` gives."""

    def answer(request: Request) -> Answer:
        if request.body is None:
            return completion(EMPTY)
        time.sleep(after)
        return failing(asked_number(request)) or completion(EMPTY)

    return answer


def calls_of(server: FakeServer, /) -> Counter[int]:
    """How often each article was asked about."""
    return Counter(asked_number(request) for request in list(server.requests) if request.body is not None)


def model(server: FakeServer, /) -> list[str]:
    """The options that name the model of a fake server."""
    return ["--model", "fake", "--base-url", server.url, "--no-audit"]


@contextmanager
def started(*args: str, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A batch as a process of its own; killed at the end when it still runs."""
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    with subprocess.Popen([*COMMAND, "batch", *args], env=dict(os.environ), **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[bytes], /) -> tuple[int, dict[str, Any], str]:
    """The exit code of a batch, its report and what it said."""
    out, err = process.communicate(timeout=_LONG)
    return process.returncode, json.loads(out) if out.strip().startswith(b"{") else {}, err.decode()


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes], /) -> None:
    """Wait until something holds that a process brings about; an error when it ends before, or after a minute."""
    end = time.monotonic() + _LONG
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
