"""A worker as the process that runs the batch has it: the process, and what it has been given."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from extractor.batch.inputs import Item
from extractor.batch.order import Order
from extractor.errors import UnavailableError
from extractor.llm.pacing import Permit

from .messages import LENGTH, packed


class Shard:
    """A worker and what it works at. Belongs to one event loop."""

    def __init__(self, process: asyncio.subprocess.Process, room: int, /) -> None:
        self._process = process
        self._room = room
        self.open: dict[int, Item] = {}
        """Items that are not settled."""
        self.permits: dict[int, Permit] = {}
        """Of its calls under way."""
        self.lines: set[asyncio.Task[None]] = set()
        """Of its calls that wait for their turn."""
        self.in_flight = self.aside = 0
        self.is_over = False
        """True when it has ended in good order."""

    @property
    def has_room(self) -> bool:
        """True when it can do with another item; what others work at takes no room."""
        return not self.is_over and len(self.open) < self._room + self.aside

    def give(self, message: object, /) -> None:
        """Send a message; one that has died is found out where it is listened to."""
        assert self._process.stdin
        with suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(packed(message))

    async def messages(self) -> AsyncIterator[Any]:
        """What it says, until it ends."""
        assert self._process.stdout
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int.from_bytes(await self._process.stdout.readexactly(LENGTH))
                yield pickle.loads(await self._process.stdout.readexactly(length))  # noqa: S301 - our own process

    async def status(self) -> str:
        """How it ended, in words."""
        code = await self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit status {code}"

    async def end(self) -> None:
        """Kill it, where it still runs."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


async def begin(order: Order, /) -> Shard:
    """A new worker with its order. Raises UnavailableError when there can be none."""
    command = (sys.executable, "-P", "-m", "extractor.batch.shards.worker")
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            process_group=0,  # Ctrl-C is for the process that runs the batch
        )
    except OSError as error:
        raise UnavailableError(
            f"a process of the batch cannot be started ({error}): see what memory and processes are left, or give fewer"
            " with --processes"
        ) from error
    shard = Shard(process, order.options.workers + order.options.reading_ahead)
    shard.give(order)
    return shard
