"""Several processes at one store, and processes that are killed while they write."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from store_writer import CLAIMS, EXPERTS, PEOPLE, made

from extractor.store import Store
from extractor.store.database.opening import open_database
from extractor.store.tables import appearances, articles, cited_experts, claims, experts, rejected_items, runs

WRITER = Path(__file__).with_name("store_writer.py")
KILLS = {"sqlite": 50, "postgresql": 10}
EARLY = 5
"""So many kills come while the store is opened, or made."""
LONGEST = 0.02
"""Seconds after which a process is killed at the latest: time for some articles."""
PROCESSES, SHARED, OWN = 4, 12, 13
"""Processes that write at once, the articles that all of them store, and those that only one does."""
WHOLE = {articles.name: 1, appearances.name: 1, runs.name: 1, rejected_items.name: 1}
WHOLE |= {claims.name: CLAIMS, cited_experts.name: EXPERTS}


@contextmanager
def spawned(*args: str) -> Iterator[subprocess.Popen[str]]:
    """The writer, which is dead at the end whatever happens."""
    command = [sys.executable, "-W", "error", str(WRITER), *args]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def say(process: subprocess.Popen[str], line: str, /) -> None:
    """Write a line to a process."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str], /) -> list[str]:
    """The words of the next line of a process."""
    assert process.stdout is not None
    return process.stdout.readline().split()


def kill_one(process: subprocess.Popen[str], first: int, /, *, early: bool, after: float) -> None:
    """Let a child write from an article on, and kill it so many seconds after it is ready."""
    say(process, f"{first} {'early' if early else 'late'}")
    ready, pid = hear(process)
    time.sleep(after)
    os.kill(int(pid), signal.SIGKILL)
    assert (ready, hear(process)) == ("ready", ["ended", str(-signal.SIGKILL)])


def parts(connection: Connection, /) -> dict[str, dict[str, int]]:
    """How many rows of each table belong to each article."""
    by_run = {rejected_items: runs, cited_experts: runs}
    found: dict[str, dict[str, int]] = {}
    for table in (articles, appearances, runs, claims, rejected_items, cited_experts):
        owner = articles.c.id if table is articles else by_run.get(table, table).c.article_id
        rows = table.join(runs, runs.c.id == table.c.run_id) if table in by_run else table
        for article, number in connection.execute(select(owner, func.count()).select_from(rows).group_by(owner)):
            found.setdefault(article, {})[table.name] = number
    return found


def idle_experts(connection: Connection, /) -> int:
    """How many experts no run cites: left over from an article that is not there."""
    cited = select(cited_experts.c.expert_id)
    return connection.scalar(select(func.count()).where(experts.c.id.not_in(cited))) or 0


def indexed(connection: Connection, /) -> int:
    """How many claims the search index of SQLite holds."""
    return int(connection.scalar(text("SELECT count(*) FROM claims_fts_docsize")) or 0)


def look(url: str, /) -> int:
    """The number of articles of a sound store; each is there with all that belongs to it."""
    with Store(url) as store:
        assert list(store.check()) == []
    database = open_database(url)
    with database.reading() as connection:
        found = parts(connection)
        assert all(rows == WHOLE for rows in found.values())
        assert set(found) == {made(number).article.id for number in range(len(found))}
        assert idle_experts(connection) == 0
        assert database.path is None or indexed(connection) == CLAIMS * len(found)
    database.close()
    return len(found)


def test_a_kill_leaves_all_of_an_article_or_nothing(database_url: str) -> None:
    """Whenever a writer is killed, the store opens, is sound, and goes on with the next article."""
    chance = random.Random(20261122)
    kills, stored = KILLS[database_url.partition(":")[0]], 0
    with spawned(database_url, "victims") as process:
        for kill in range(kills):
            early = kill < EARLY
            kill_one(process, stored, early=early, after=chance.uniform(0, LONGEST))
            before, stored = stored, look(database_url)
            assert stored >= before + (not early)


def test_processes_write_at_once(database_url: str) -> None:
    """Four processes store the same articles, the same people and articles of their own: nothing is there twice."""
    own = [range(SHARED + n * OWN, SHARED + (n + 1) * OWN) for n in range(PROCESSES)]
    with ExitStack() as stack:
        together = [
            stack.enter_context(spawned(database_url, "together", str(seed), *map(str, [*range(SHARED), *numbers])))
            for seed, numbers in enumerate(own)
        ]
        assert [hear(process) for process in together] == [["ready"]] * PROCESSES
        for process in together:
            say(process, "go")
        assert [process.wait(timeout=60) for process in together] == [0] * PROCESSES
    assert look(database_url) == SHARED + PROCESSES * OWN
    with Store(database_url) as store:
        assert sorted(expert.name for expert in store.experts()) == sorted(PEOPLE)
