"""Submitting and collecting in processes that are killed at every step, and in several at once."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from batch_cases import wait_until, write_rows
from fake_batches import FakeBatches, fake_batches
from provider_cases import nothing, process, rows_of, statuses

from extractor.errors import ExtractorError

LONG = 120


class Killer:
    """Kills the process that runs at the first call of each kind, before it and after it."""

    def __init__(self, server: FakeBatches, /) -> None:
        self.killed: set[tuple[str, str, bool]] = set()
        self.process: subprocess.Popen[bytes] | None = None
        server.on_call = self.see

    def see(self, method: str, path: str, done: bool) -> None:
        """A call begins, or is done and not answered yet."""
        kind = (method, re.sub(r"/(file-|batch_)\w+", "/ID", path), done)
        if self.process is not None and kind not in self.killed:
            self.killed.add(kind)
            self.process.kill()
            self.process.wait()


def until_it_ends(killer: Killer, *args: str) -> None:
    """Run a command again and again until it is not killed."""
    for _ in range(30):
        with process(*args, "--lease", "1", "--format", "json") as started:
            killer.process = started
            started.communicate(timeout=LONG)
            killer.process = None
        if started.returncode >= 0:
            assert started.returncode == 0
            return
    raise AssertionError("it was killed again and again")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_may_be_killed_at_every_call(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Every request is paid for once, every article stored once, and no file is left at the provider."""
    db = str(request.getfixturevalue("sqlite_path" if kind == "sqlite" else "postgresql_url"))
    rows = write_rows(tmp_path / "rows.jsonl", 4)
    with fake_batches(nothing) as server:
        killer = Killer(server)
        where = ["--base-url", server.url, "--db", db]
        until_it_ends(killer, "submit", str(rows), *where, "--model", "fake", "--no-audit", "--part-requests", "2")
        assert (len(server.batches), len(server.files)) == (2, 2)
        until_it_ends(killer, "collect", *where, "--wait", "--interval", "0.02")
    assert len(killer.killed) >= 10
    assert (statuses(db), set(server.paid.values()), len(server.paid)) == (["done"] * 4, {1}, 4)
    assert (server.files, len(server.batches)) == ({}, 2)


def test_a_submission_that_is_killed_while_it_writes_goes_on(tmp_path: Path, sqlite_path: Path) -> None:
    """What was written down is not written again, and all of it is sent."""
    rows = write_rows(tmp_path / "rows.jsonl", 150)
    with fake_batches(nothing) as server:
        args = ["--base-url", server.url, "--db", str(sqlite_path), "--model", "fake", "--no-audit", "--lease", "1"]
        with process("submit", str(rows), *args) as started:
            wait_until(lambda: written(sqlite_path) > 5, started)
            started.kill()
        before = written(sqlite_path)
        with process("submit", str(rows), *args, "--format", "json") as started:
            out, err = started.communicate(timeout=LONG)
        assert started.returncode == 0, err
        report = json.loads(out)
    assert (report["written"] + report["already"], report["already"] >= before, report["sent"]) == (150, True, 1)
    lines = [json.loads(line) for file in server.files.values() for line in file["content"].splitlines()]
    assert len({line["custom_id"] for line in lines}) == len(lines) == 150


def written(db: Path) -> int:
    """How many runs wait; 0 while the database is being made."""
    try:
        return len(rows_of(db, "batch_runs")) if db.exists() else 0
    except ExtractorError:
        return 0


def test_two_processes_take_turns(tmp_path: Path, sqlite_path: Path) -> None:
    """Both submit and then both collect the same: everything once."""
    rows = write_rows(tmp_path / "rows.jsonl", 20)
    with fake_batches(nothing) as server:
        where = ["--base-url", server.url, "--db", str(sqlite_path), "--format", "json"]
        submit = ["submit", str(rows), *where, "--model", "fake", "--no-audit"]
        for args in (submit, ["collect", *where, "--wait", "--interval", "0.05"]):
            with process(*args) as one, process(*args) as other:
                said = [one.communicate(timeout=LONG), other.communicate(timeout=LONG)]
            assert (one.returncode, other.returncode) == (0, 0), said
    assert (statuses(sqlite_path), set(server.paid.values()), len(server.paid)) == (["done"] * 20, {1}, 20)
