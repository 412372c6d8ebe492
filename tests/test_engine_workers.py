"""The built-in engine in processes: the same results, on any loop; what is not wanted ends; what dies is told."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from engine_processes import LONG, engine_processes, is_running, until

from extractor import engine_workers, errors
from extractor.articles import article_from_text
from extractor.core import Extractor
from extractor.engine_workers import EngineWorkers, WorkerError, usable_cores
from extractor.errors import ConfigurationError, ExtractorError, UnavailableError
from extractor.schemas import Article, Extraction, Summary
from extractor.settings import load_settings

TEXT = (
    "Ida Falk, who runs the harbour office, said the new quay would open before June 2027. "
    "“The old quay will flood again,” said Tom Berg, an engineer. He warned that repairs are too slow."
)
OTHER = "“Rents will fall by a tenth this year,” said Nora Vik, an economist. She called the new rule a mistake."
PARENT = """
import asyncio, sys
from extractor.articles import article_from_text
from extractor.engine_workers import EngineWorkers
from extractor.settings import load_settings
asyncio.run(EngineWorkers(load_settings(), 1).extract(article_from_text(sys.stdin.read(), max_chars=10**7)))
"""


@pytest.fixture
async def workers() -> AsyncIterator[EngineWorkers]:
    """One process for the engine, which is gone afterwards."""
    made = EngineWorkers(load_settings(), 1)
    yield made
    await made.aclose()
    assert not engine_processes()


def _article(text: str = TEXT, /) -> Article:
    return article_from_text(text, max_chars=10_000_000)


def _told(result: Extraction | Summary, /) -> dict[str, Any]:
    """A result without its times."""
    return result.model_dump(exclude={"provenance": {"started_at", "elapsed_seconds"}})


async def test_the_results_are_those_of_an_extractor(workers: EngineWorkers) -> None:
    """An extraction, and summaries with and without it, by one process that is kept."""
    with Extractor() as extractor:
        here = extractor.extract(_article())
        assert here.positions and _told(await workers.extract(_article())) == _told(here)
        process = engine_processes()
        for given in (None, here):
            summary = await workers.summarize(_article(), extraction=given, length="short")
            assert _told(summary) == _told(extractor.summarize(_article(), extraction=given, length="short"))
    assert len(process) == 1 and engine_processes() == process


async def test_calls_share_the_processes() -> None:
    """Each call gets its own answer, and there are no more processes than were asked for."""
    workers = EngineWorkers(load_settings(), 2)
    articles = [_article(f"{text} It was told {number} times.") for number in range(4) for text in (TEXT, OTHER)]
    found = await asyncio.gather(*map(workers.extract, articles))
    assert [one.article for one in found] == articles and len(engine_processes()) == 2
    await workers.aclose()
    assert not engine_processes()


def test_any_event_loop_may_call() -> None:
    """The same workers serve one loop after the other, also after they were closed."""
    workers = EngineWorkers(load_settings(), 1)

    async def both() -> None:
        assert (await asyncio.gather(*(workers.extract(_article(text)) for text in (TEXT, OTHER))))[1].positions

    asyncio.run(both())
    process = engine_processes()
    asyncio.run(both())
    assert engine_processes() == process
    asyncio.run(workers.aclose())
    asyncio.run(both())
    asyncio.run(workers.aclose())


async def test_cancelling_ends_the_work(workers: EngineWorkers) -> None:
    """The process of a cancelled call is killed, and the next call is served by another."""
    call = asyncio.create_task(workers.extract(_article(LONG)))
    process = await asyncio.to_thread(until, engine_processes)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.to_thread(until, lambda: not engine_processes() & process)
    assert (await workers.extract(_article())).positions


async def test_closing_cancels_what_is_under_way() -> None:
    """Nobody waits for work that will not be done."""
    workers = EngineWorkers(load_settings(), 1)
    calls = [asyncio.create_task(workers.extract(_article(text))) for text in (LONG, TEXT)]
    await asyncio.to_thread(until, engine_processes)
    await workers.aclose()
    assert all(isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*calls, return_exceptions=True))


async def test_a_process_that_dies_once_costs_nothing(workers: EngineWorkers) -> None:
    """Whether it was working or idle, another one does the work."""
    call = asyncio.create_task(workers.extract(_article()))
    for process in await asyncio.to_thread(until, engine_processes):
        os.kill(process, signal.SIGKILL)
    assert (await call).positions
    for process in engine_processes():
        os.kill(process, signal.SIGKILL)
    assert (await workers.extract(_article(OTHER))).article == _article(OTHER)


async def test_a_process_that_dies_again_is_told(workers: EngineWorkers) -> None:
    """It may be the article for which there is not enough memory; the error says how it ended."""
    call, killed = asyncio.create_task(workers.extract(_article(LONG))), set[int]()
    while not call.done():
        for process in engine_processes() - killed:
            os.kill(process, signal.SIGKILL)
            killed.add(process)
        await asyncio.sleep(0.02)
    with pytest.raises(UnavailableError, match=r"died 2 times .* \(signal 9\): give it more memory"):
        await call
    assert len(killed) == 2


async def test_a_process_that_cannot_be_started_is_told(
    workers: EngineWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault of the article."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(UnavailableError, match="cannot be started"):
        await workers.extract(_article())


async def test_errors_come_back_as_themselves(workers: EngineWorkers) -> None:
    """With the places at which they arose as their cause, and the process goes on."""
    other = await workers.extract(_article(OTHER))
    process = engine_processes()
    with pytest.raises(ConfigurationError, match="of another article") as caught:
        await workers.summarize(_article(), extraction=other)
    assert isinstance(caught.value.__cause__, WorkerError) and "core.py" in str(caught.value.__cause__)
    assert (await workers.extract(_article())).article == _article() and engine_processes() == process


@pytest.mark.parametrize(
    "kind", [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ExtractorError)]
)
def test_errors_pass_from_one_process_to_another(kind: type[ExtractorError]) -> None:
    """Each keeps its type and its message."""
    passed = pickle.loads(pickle.dumps(kind("no 'x': give one")))
    assert type(passed) is kind and str(passed) == "no 'x': give one"


def test_an_error_that_cannot_be_passed_is_told() -> None:
    """A fault that no pickle can hold comes as its name and message."""

    class LocalError(Exception):
        pass

    sent = engine_workers._sendable(LocalError("no"))
    assert type(sent) is RuntimeError and str(sent) == "LocalError: no"


def test_want_of_memory_ends_the_process() -> None:
    """It is no error of the article's that could be sent: another process may have enough."""

    def extract(_: Article) -> Extraction:
        raise MemoryError

    with pytest.raises(MemoryError):
        engine_workers._work(cast("Extractor", SimpleNamespace(extract=extract)), pickle.dumps(("extract", TEXT, {})))


async def test_signals_of_the_group_do_not_reach_the_work(workers: EngineWorkers) -> None:
    """Ctrl-C and a service's stop are for the parent, which may give the work time to end."""
    await workers.extract(_article())
    (process,) = engine_processes()
    assert os.getpgid(process) != os.getpgid(0)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(process, number)
    for text in (TEXT, OTHER, TEXT):
        assert (await workers.extract(_article(text))).article == _article(text)
    assert engine_processes() == {process}


def test_a_process_ends_with_its_parent() -> None:
    """Also in the middle of a long article, when the parent is killed."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE)
    with parent:
        assert parent.stdin
        parent.stdin.write(LONG.encode())
        parent.stdin.close()
        (process,) = until(lambda: engine_processes(parent.pid))
        parent.kill()
    until(lambda: not is_running(process))


async def test_a_process_that_is_not_needed_ends(workers: EngineWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it was idle for long, or has read a long text, of which memory stays taken."""
    monkeypatch.setattr(engine_workers, "IDLE_SECONDS", 0.05)
    await workers.extract(_article())
    await asyncio.to_thread(until, lambda: not engine_processes())
    monkeypatch.undo()
    monkeypatch.setattr(engine_workers, "LONG_TEXT", 10)
    await workers.extract(_article())
    assert not engine_processes()


def test_without_a_process_there_is_no_work() -> None:
    """That is a mistake of configuration; there is at least one core."""
    with pytest.raises(ConfigurationError, match="in 0 processes"):
        EngineWorkers(load_settings(), 0)
    assert usable_cores() >= 1
