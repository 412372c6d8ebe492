"""What tests of a provider's batches share: rows, answers, and the commands in this process or one of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from batch_cases import EMPTY
from cli_run import COMMAND, run
from fake_batches import FakeBatches, completed
from fake_engine import expert, extraction, position
from sqlalchemy import select

from extractor.store import Store
from extractor.store.tables import metadata

MODEL = ("--model", "fake", "--no-audit")
QUICK = ("--wait", "--interval", "0.02")


def said(body: dict[str, Any], /) -> str:
    """All that the messages of a request say."""
    return json.dumps(body["messages"])


def holds(number: int, /) -> str:
    """The answer of a model to article `number` of `batch_cases.text`: Ana Roe holds something."""
    held = position("Ana Roe", f"quay {number} floods by 2031", cue=["says"], source=["Ana Roe"])
    return json.dumps(extraction([expert("Ana Roe")], [held]))


def nothing(body: dict[str, Any], /) -> dict[str, Any]:
    """A model that finds nothing."""
    return completed(EMPTY)


def submit(server: FakeBatches, db: Path | str, *args: str | Path) -> tuple[int, dict[str, Any]]:
    """The exit code and report of 'submit'."""
    return _told("submit", *map(str, args), "--base-url", server.url, "--db", str(db))


def collect(server: FakeBatches, db: Path | str, *args: str) -> tuple[int, dict[str, Any]]:
    """The exit code and report of 'collect', which stays until all is done."""
    return _told("collect", *QUICK, *args, "--base-url", server.url, "--db", str(db))


def collect_once(server: FakeBatches, db: Path | str, *args: str) -> tuple[int, dict[str, Any]]:
    """The same of one that does not wait."""
    return _told("collect", *args, "--base-url", server.url, "--db", str(db))


def status(server: FakeBatches, db: Path | str, *args: str) -> tuple[int, dict[str, Any]]:
    """The exit code and report of 'status'."""
    return _told("status", *args, "--base-url", server.url, "--db", str(db))


def _told(*args: str) -> tuple[int, dict[str, Any]]:
    result = run("batch", *args, "--format", "json")
    if not result.stdout.startswith("{"):
        return result.exit_code, {"said": result.stderr}
    return result.exit_code, {**json.loads(result.stdout), "said": result.stderr}


@contextmanager
def process(*args: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command as a process of its own."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with subprocess.Popen([*COMMAND, "batch", *args], env=dict(os.environ), **pipes) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def statuses(db: Path | str, /) -> list[str]:
    """The states of all stored runs."""
    with Store(db) as store:
        return sorted(one.status for one in store.runs(limit=10_000))


def rows_of(db: Path | str, table: str, /) -> list[dict[str, Any]]:
    """The rows of a table."""
    with Store(db) as store, store._database.reading() as connection:
        return [dict(row) for row in connection.execute(select(metadata.tables[table])).mappings()]
