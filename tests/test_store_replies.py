"""Answers that the store keeps."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from store_writer import made

from extractor.caching import StoredReply
from extractor.errors import StoreError
from extractor.run_keys import key_of
from extractor.schemas import Usage
from extractor.store import Store
from extractor.store.replies import keeping
from extractor.store.replies.cache import StoredReplies
from extractor.store.tables import batch_requests, batch_runs, replies

KEYS = [f"{number:064x}" for number in range(600)]
REPLY = StoredReply(text='{"experts": []}', usage=Usage(input_tokens=7, output_tokens=5), engine="fake", model="f")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def kept(store: Store) -> StoredReplies:
    """The kept answers of a store."""
    return store.replies()


def get(cache: StoredReplies, *keys: str) -> list[StoredReply | None]:
    """What is kept under these keys, asked for at once."""

    async def ask() -> list[StoredReply | None]:
        return list(await asyncio.gather(*(cache.get(key) for key in keys)))

    return asyncio.run(ask())


def change(store: Store, **values: Any) -> None:
    """Update all kept answers."""
    with store._database.writing() as connection:
        connection.execute(update(replies).values(**values))


def used(store: Store) -> dict[str, datetime]:
    """When each answer was used."""
    with store._database.reading() as connection:
        return dict(connection.execute(select(replies.c.key, replies.c.used_at)).all())


def test_an_answer_is_found_at_once_and_later(store: Store, kept: StoredReplies) -> None:
    """Before it is written, after that, and by another process."""
    odd = StoredReply(text="“é\ud800\0", usage=Usage(), engine="fake", article_id="a" * 64)
    kept.put(KEYS[0], REPLY)
    kept.put(KEYS[1], odd)
    assert get(kept, *KEYS[:3]) == [REPLY, odd, None]
    kept.flush()
    assert get(kept, *KEYS[:3]) == [REPLY, odd, None]
    assert get(store.replies(), *KEYS[:3]) == [REPLY, odd, None]


def test_closing_writes_what_waits(database_url: str) -> None:
    """The store does it too; nothing is kept afterwards."""
    with Store(database_url) as store:
        cache = store.replies()
        cache.put(KEYS[0], REPLY)
    cache.put(KEYS[1], REPLY)
    assert get(cache, KEYS[0]) == [None]
    with Store(database_url) as store:
        assert get(store.replies(), *KEYS[:2]) == [REPLY, None]


def test_many_are_asked_for_and_kept_together(store: Store, kept: StoredReplies) -> None:
    """More than a statement takes; a key that is put again has the newer answer."""
    newer = StoredReply(text="{}", usage=Usage(output_tokens=1), engine="fake")
    for key in KEYS:
        kept.put(key, REPLY)
    kept.flush()
    kept.put(KEYS[0], newer)
    kept.flush()
    assert get(kept, *KEYS) == [newer, *[REPLY] * (len(KEYS) - 1)]
    assert store.reply_stats().replies == len(KEYS)


def test_dropped_answers_are_forgotten(store: Store, kept: StoredReplies) -> None:
    """Whether they are written already or not; one that is put again is kept."""
    kept.put(KEYS[0], REPLY)
    kept.flush()
    kept.put(KEYS[1], REPLY)
    kept.drop(KEYS[:3])
    assert get(kept, *KEYS[:2]) == [None, None]
    kept.put(KEYS[1], REPLY)
    kept.flush()
    assert get(store.replies(), *KEYS[:2]) == [None, REPLY]


def test_a_damaged_answer_is_none(store: Store, kept: StoredReplies, caplog: pytest.LogCaptureFixture) -> None:
    """The log and `check` tell it; the answer that is asked for then takes its place."""
    kept.put(KEYS[0], REPLY)
    kept.flush()
    change(store, text=b"no zlib")
    assert get(kept, KEYS[0]) == [None]
    assert f"the kept answer {KEYS[0][:12]} is damaged" in caplog.text
    assert [problem.place for problem in store.check()] == [f"kept answer {KEYS[0]}"]
    kept.put(KEYS[0], REPLY)
    kept.flush()
    assert get(store.replies(), KEYS[0]) == [REPLY]


def test_a_use_is_written_once_a_day(store: Store, kept: StoredReplies) -> None:
    """So that what is found is hardly ever a write."""
    for key in KEYS[:2]:
        kept.put(key, REPLY)
    kept.flush()
    before = used(store)
    get(kept, *KEYS[:2])
    change(store, used_at=LONG_AGO)
    get(kept, KEYS[0])
    kept.close()
    after = used(store)
    assert after[KEYS[0]] > before[KEYS[0]] and after[KEYS[1]] == LONG_AGO


def test_a_limit_lets_those_unused_for_longest_go(store: Store) -> None:
    """As many as are too many, with some room."""
    big = [StoredReply(text=os.urandom(50_000).hex(), usage=Usage(), engine="fake") for _ in range(20)]
    first = store.replies()
    for key, reply in zip(KEYS, big[:16], strict=False):
        first.put(key, reply)
    first.close()
    with store._database.writing() as connection:
        for place, key in enumerate(KEYS[:16]):
            moment = LONG_AGO + timedelta(days=(place + 8) % 16)
            connection.execute(update(replies).where(replies.c.key == key).values(used_at=moment))
    second = store.replies(limit_mb=1)
    for key, reply in zip(KEYS[16:], big[16:], strict=False):
        second.put(key, reply)
    second.close()
    left = sorted(used(store))
    assert store.reply_stats().bytes < 1_000_000
    assert 12 <= len(left) <= 18 and set(left) >= {*KEYS[16:20]} and not set(left) & set(KEYS[8:10])


def test_a_database_that_fails_is_told_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Work goes on without the cache."""

    def fail(*_: object) -> None:
        raise StoreError("the disk is full: make room")

    monkeypatch.setattr(keeping, "write", fail)
    monkeypatch.setattr(keeping, "read", fail)
    cache = store.replies()
    with caplog.at_level(logging.WARNING):
        for key in KEYS[:3]:
            cache.put(key, REPLY)
            cache.flush()
            assert get(cache, key) == [None]
    assert [record.getMessage().rpartition(": the disk")[0] for record in caplog.records] == [
        "answers of models are neither kept nor found again"
    ]


def test_statistics_tell_what_was_spared(store: Store, kept: StoredReplies) -> None:
    """Number, bytes, tokens, and the uses."""
    nothing = store.reply_stats()
    assert (nothing.replies, nothing.bytes, nothing.first_use) == (0, 0, None)
    for key in KEYS[:3]:
        kept.put(key, REPLY)
    kept.flush()
    found = store.reply_stats()
    assert (found.replies, found.input_tokens, found.output_tokens) == (3, 21, 15)
    assert 0 < found.bytes < 300 and found.first_use == min(used(store).values())


def test_clearing_forgets_those_unused_for_some_time(store: Store, kept: StoredReplies) -> None:
    """Or all."""
    kept.put(KEYS[0], REPLY)
    kept.flush()
    change(store, used_at=LONG_AGO)
    kept.put(KEYS[1], REPLY)
    kept.flush()
    assert store.clear_replies(timedelta(days=1)) == 1
    assert get(kept, *KEYS[:2]) == [None, REPLY]
    assert (store.clear_replies(), store.reply_stats().replies) == (1, 0)


@pytest.fixture
def quoting(store: Store) -> Iterator[str]:
    """A stored article that kept answers and waiting requests quote."""
    store.add(made(1))
    article_id = made(1).article.id
    cache = store.replies()
    cache.put(KEYS[0], StoredReply(text="zyxwv", usage=Usage(), engine="fake", article_id=article_id))
    cache.put(KEYS[1], REPLY)
    cache.close()
    state = {"state": "waiting", "added_at": LONG_AGO}
    about = {"plan_key": KEYS[2], "task": "extract", "plan": {}, **state}
    asked = {"reply_key": KEYS[0], "mode": "json_schema", "attempts": 0, "size": 9, **state}
    with store._database.writing() as connection:
        run = {"run_key": key_of(made(1)), "article_id": article_id, "article": {"text": "zyxwv"}, **about}
        connection.execute(insert(batch_runs), run)
        request = {"custom_id": "1", "run_key": key_of(made(1)), "body": b"zyxwv", **asked}
        connection.execute(insert(batch_requests), request)
    yield article_id


def test_deleting_an_article_forgets_what_quotes_it(store: Store, quoting: str) -> None:
    """Answers and waiting requests; those of other articles stay."""
    store.delete(quoting)
    assert get(store.replies(), *KEYS[:2]) == [None, REPLY]
    with store._database.reading() as connection:
        assert connection.execute(select(batch_runs)).all() == connection.execute(select(batch_requests)).all() == []


def test_deleted_answers_are_gone_from_the_files(sqlite_path: Path) -> None:
    """Compressed as they are, not a byte of them stays."""
    text = os.urandom(3_000).hex()
    packed = keeping._row(KEYS[0], StoredReply(text=text, usage=Usage(), engine="fake"), LONG_AGO)["text"]
    with Store(sqlite_path) as store:
        store.add(made(1))
        cache = store.replies()
        cache.put(KEYS[0], StoredReply(text=text, usage=Usage(), engine="fake", article_id=made(1).article.id))
        cache.close()
        pieces = [packed[start : start + 16] for start in range(32, len(packed) - 16, 500)]
        held = b"".join(path.read_bytes() for path in sqlite_path.parent.glob("claims.db*"))
        assert [piece for piece in pieces if piece in held]
        store.delete(made(1).article.id)
        left = b"".join(path.read_bytes() for path in sqlite_path.parent.glob("claims.db*"))
    assert not [piece for piece in pieces if piece in left]
