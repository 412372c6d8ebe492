"""The built-in engine in processes, so that all cores serve and work that nobody wants any more can be ended.

A worker is this module run by an interpreter of its own. It reads requests from its standard input and writes answers
to its standard output, one for each, as pickles after their length. It ends at once when its parent does, however that
ends, as its standard input then does; signals of a terminal or of a service's group do not reach its work.

`anyio.to_process` is not used: a worker of it that gets SIGINT while idle answers each further call with what the call
before had asked for; and it runs the parent's main module again, which fails for ``python -m extractor``.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, cast

from .background import BackgroundLoop
from .core import Extractor
from .errors import ConfigurationError, UnavailableError

if TYPE_CHECKING:
    from .schemas import Article, Extraction, Summary
    from .settings import Settings
    from .summarizing import Length

IDLE_SECONDS = 300.0
"""How long a worker that has nothing to do is kept."""
LONG_TEXT = 200_000
"""Characters from which on a worker ends after its article: what it took of memory for it would stay taken."""
_TIMES = 2
"""How often an article is tried when its worker dies."""
_LENGTH = 8
"""Bytes in which the length of what follows is told."""


class WorkerError(Exception):
    """The ``__cause__`` of an error that arose in a worker: the places in the code where it did, without a message."""


class EngineWorkers:
    """The built-in engine in up to ``processes`` processes, which begin when they are needed and are kept.

    ``settings`` are those of an `Extractor`; a model that they name is not used. May be used from any event loop.
    Cancelling a call ends the process that works at it. Raises ConfigurationError without a process.
    """

    def __init__(self, settings: Settings, processes: int, /) -> None:
        if processes < 1:
            raise ConfigurationError(f"the built-in engine cannot work in {processes} processes: give one or more")
        self._settings = pickle.dumps(settings.model_copy(update={"model": "builtin", "api_key": None, "db": None}))
        self._loop = BackgroundLoop()
        self._processes = processes
        self._room = asyncio.Semaphore(processes)
        self._idle: list[_Worker] = []
        self._calls: set[asyncio.Task[Any]] = set()

    async def extract(self, article: Article, /) -> Extraction:
        """As `Extractor.extract`, with its errors; UnavailableError when the process dies, and a second one too."""
        return cast("Extraction", await self._loop.arun(self._call("extract", article, {})))

    async def summarize(
        self, article: Article, /, *, extraction: Extraction | None = None, length: Length = "medium"
    ) -> Summary:
        """As `Extractor.summarize`. Raises as `extract` does."""
        tuning = {"extraction": extraction, "length": length}
        return cast("Summary", await self._loop.arun(self._call("summarize", article, tuning)))

    async def aclose(self) -> None:
        """End the processes; calls under way are cancelled. A further call starts anew."""
        await self._loop.arun(self._end())
        await asyncio.to_thread(self._loop.close)
        self._room = asyncio.Semaphore(self._processes)

    async def _call(self, task: str, article: Article, tuning: dict[str, Any]) -> Any:
        call = asyncio.current_task()
        assert call
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return await self._ask(task, article, tuning)

    async def _ask(self, task: str, article: Article, tuning: dict[str, Any]) -> Any:
        request = pickle.dumps((task, article, tuning))
        async with self._room:
            answer = await self._answer(request, article)
        found, error, places = pickle.loads(answer)  # noqa: S301 - of our own process
        if error is not None:
            raise error from WorkerError(places)
        return found

    async def _answer(self, request: bytes, article: Article) -> bytes:
        """The answer of a worker, of another one when the first dies."""
        status: int | None = None
        for _ in range(_TIMES):
            worker = self._take() or await _begin(self._settings)
            try:
                answer = await worker.ask(request)
            except (asyncio.IncompleteReadError, ConnectionError):
                status = await worker.status()  # Popen.kill would take it away from asyncio
            except BaseException:
                await worker.end()
                raise
            else:
                await self._keep(worker, article)
                return answer
        raise UnavailableError(
            f"the process of the built-in engine died {_TIMES} times at the article {article.id!r} ({_told(status)}): "
            "give it more memory, or less work at once (EXTRACTOR_ENGINE_PROCESSES)"
        )

    def _take(self) -> _Worker | None:
        """The idle worker that worked last, so that those which are not needed end."""
        while self._idle:
            worker = self._idle.pop()
            worker.dismissal.cancel()
            if worker.is_alive:
                return worker
        return None

    async def _keep(self, worker: _Worker, article: Article) -> None:
        if len(article.text) > LONG_TEXT:
            await worker.end()
            return
        worker.dismissal = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._dismiss, worker)
        self._idle.append(worker)

    def _dismiss(self, worker: _Worker) -> None:
        self._idle.remove(worker)
        worker.dismiss()

    async def _end(self) -> None:
        """End what is under way, and wait for processes that are being ended: the loop has to see them off."""
        for call in self._calls:
            if not call.cancelling():
                call.cancel()
        if self._calls:
            await asyncio.wait(self._calls)
        while (worker := self._take()) is not None:
            await worker.end()


class _Worker:
    """A process that works at one article at a time."""

    def __init__(self, process: asyncio.subprocess.Process, /) -> None:
        self._process = process
        self.dismissal: asyncio.TimerHandle
        """What ends it when it has been idle for long."""

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def tell(self, message: bytes, /) -> None:
        """Send a message. Raises ConnectionError when the process is dead."""
        assert self._process.stdin
        self._process.stdin.writelines((len(message).to_bytes(_LENGTH), message))
        await self._process.stdin.drain()

    async def ask(self, request: bytes, /) -> bytes:
        """The answer to a request. Raises IncompleteReadError and ConnectionError when the process dies."""
        await self.tell(request)
        assert self._process.stdout
        length = int.from_bytes(await self._process.stdout.readexactly(_LENGTH))
        return await self._process.stdout.readexactly(length)

    def dismiss(self) -> None:
        """Let it end by itself."""
        assert self._process.stdin
        self._process.stdin.close()

    async def status(self) -> int:
        """The exit status of one that has died."""
        return await self._process.wait()

    async def end(self) -> None:
        """Kill it."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


async def _begin(settings: bytes, /) -> _Worker:
    """A new worker. Raises UnavailableError when there can be none."""
    command = (sys.executable, "-P", "-m", "extractor.engine_workers")
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,  # Ctrl-C is for the parent
        )
    except OSError as error:
        raise UnavailableError(
            f"a process for the built-in engine cannot be started ({error}): see what memory and processes are left"
        ) from error
    worker = _Worker(process)
    with suppress(ConnectionError):  # it died: the first request finds out
        await worker.tell(settings)
    return worker


def usable_cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _told(status: int | None, /) -> str:
    if status is not None and status < 0:
        return f"signal {-status}"
    return f"exit status {status}"


def serve() -> None:
    """What a worker does: answer requests until its standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # systemd stops all processes of a service, this one's work too
        signal.signal(number, signal.SIG_IGN)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    asked: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, asked), daemon=True).start()
    extractor = Extractor(settings=pickle.loads(asked.get()))  # noqa: S301 - of the parent
    while True:
        answer = _work(extractor, asked.get())
        answers.writelines((len(answer).to_bytes(_LENGTH), answer))
        answers.flush()


def _listen(requests: IO[bytes], asked: SimpleQueue[bytes], /) -> None:
    """Pass requests on; end the process, whatever it does, when the parent ends or lets it go."""
    try:
        while len(length := requests.read(_LENGTH)) == _LENGTH:
            asked.put(requests.read(int.from_bytes(length)))
    finally:
        os._exit(0)


def _work(extractor: Extractor, request: bytes, /) -> bytes:
    """The result or the error, with its places, of one request."""
    try:
        task, article, tuning = pickle.loads(request)  # noqa: S301 - of the parent
        do = extractor.extract if task == "extract" else extractor.summarize
        return pickle.dumps((do(article, **tuning), None, ""))
    except MemoryError:  # another process may have enough
        raise
    except Exception as error:
        return pickle.dumps((None, _sendable(error), "".join(traceback.format_tb(error.__traceback__))))


def _sendable(error: Exception, /) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    serve()
