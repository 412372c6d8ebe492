"""Calling what blocks from an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(threads: Executor, function: Callable[..., T], /, *given: Any, **named: Any) -> T:
    """The result of a function that blocks, called in one of these threads."""
    return await asyncio.get_running_loop().run_in_executor(threads, partial(function, *given, **named))
