"""Running the command line in tests: in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner, Result

from extractor.cli import app

TEXT = (
    "Ana Roe, a harbour pilot, says that the port of Varnsee is likely to close by the end of 2031. "
    "“We are full,” said Piet Maas. He argued that Varnsee should build a second quay.\n"
)
COMMAND = (sys.executable, "-m", "extractor")


def run(*args: str, **more: Any) -> Result:
    """The outcome of a command line in this process; neither stream is a terminal."""
    return CliRunner().invoke(app, args, **more)


def spawn(*args: str, env: dict[str, str] | None = None, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """The outcome of a command line as a process of its own; output is bytes."""
    given = {"capture_output": True, "stdin": subprocess.DEVNULL, "env": {**os.environ, **(env or {})}, **more}
    if "input" in given:
        del given["stdin"]
    return subprocess.run([*COMMAND, *args], timeout=60, check=False, **given)


def command_lines() -> Iterator[list[str]]:
    """The words that name each command and group of the app, the app itself first."""
    return _walk(get_command(app), [])


def _walk(command: Any, words: list[str]) -> Iterator[list[str]]:
    yield words
    for name, child in getattr(command, "commands", {}).items():
        yield from _walk(child, [*words, name])
