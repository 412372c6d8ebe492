"""Kept answers as rows: read, written, counted, and forgotten when they were not used for long."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from extractor.caching import StoredReply
from extractor.schemas import Usage
from extractor.store.tables import replies

log = logging.getLogger(__name__)

LEVEL: Final = 1
"""Of compression: answers are JSON, which the fastest level already makes a quarter of."""
UNWRITTEN: Final = timedelta(days=1)
"""After so long a further use of an answer is written."""
SOME: Final = 500
"""Keys that a statement takes."""
_COLUMNS: Final = [
    replies.c[name]
    for name in ("key", "engine", "model", "article_id", "input_tokens", "output_tokens", "used_at", "text")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStats:
    """How many answers are kept. ``bytes`` are those of their texts as they are kept, tokens what they once took."""

    replies: int
    bytes: int
    input_tokens: int
    output_tokens: int
    first_use: datetime | None
    """When the one that was unused for longest was used last, to the day."""
    last_use: datetime | None


def read(connection: Connection, keys: Sequence[str], /) -> tuple[dict[str, StoredReply], set[str]]:
    """The answers that are kept under these keys, and those keys whose use is to be written.

    One that cannot be read is as if it were not kept; the log tells it.
    """
    now = datetime.now(UTC)
    found, used = {}, set()
    for start in range(0, len(keys), SOME):
        for row in connection.execute(select(*_COLUMNS).where(replies.c.key.in_(keys[start : start + SOME]))):
            if (reply := _read(row)) is not None:
                found[row.key] = reply
                if now - row.used_at > UNWRITTEN:
                    used.add(row.key)
    return found, used


def unpack(packed: bytes, /) -> str:
    """The text of an answer; raises ValueError when it is damaged."""
    try:
        return zlib.decompress(packed).decode("utf-8", "surrogatepass")
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _read(row: Row[Any]) -> StoredReply | None:
    try:
        return StoredReply(
            text=unpack(row.text),
            usage=Usage(input_tokens=row.input_tokens, output_tokens=row.output_tokens),
            engine=row.engine,
            model=row.model,
            article_id=row.article_id,
        )
    except (ValueError, TypeError) as error:
        log.warning("the kept answer %s is damaged (%s): it is asked for again", row.key[:12], error)
        return None


def write(connection: Connection, kept: Mapping[str, StoredReply | None], /) -> int:
    """Keep answers, and forget those that are None, in the order of their keys, so that no two writers wait for each
    other; bytes written.
    """
    gone = sorted(key for key, reply in kept.items() if reply is None)
    for start in range(0, len(gone), SOME):
        held = select(replies.c.key).where(replies.c.key.in_(gone[start : start + SOME])).order_by(replies.c.key)
        chosen = connection.scalars(held.with_for_update()).all()
        connection.execute(delete(replies).where(replies.c.key.in_(chosen)))
    now = datetime.now(UTC)
    written = [_row(key, reply, now) for key, reply in sorted(kept.items()) if reply is not None]
    if written:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        put = insert(replies)
        names = [column.name for column in replies.c if column.name not in ("key", "created_at")]
        newer = {name: put.excluded[name] for name in names}
        connection.execute(put.on_conflict_do_update(index_elements=[replies.c.key], set_=newer), written)
    return sum(row["size"] for row in written)


def _row(key: str, reply: StoredReply, now: datetime) -> dict[str, Any]:
    packed = zlib.compress(reply.text.encode("utf-8", "surrogatepass"), LEVEL)
    return {
        "key": key,
        "engine": reply.engine,
        "model": reply.model,
        "article_id": reply.article_id,
        "input_tokens": reply.usage.input_tokens,
        "output_tokens": reply.usage.output_tokens,
        "size": len(packed),
        "created_at": now,
        "used_at": now,
        "text": packed,
    }


def touch(connection: Connection, keys: Collection[str], /) -> None:
    """Write that answers are used now; those that others write at this moment are passed over."""
    chosen = sorted(keys)
    for start in range(0, len(chosen), SOME):
        free = select(replies.c.key).where(replies.c.key.in_(chosen[start : start + SOME]))
        ours = replies.c.key.in_(free.with_for_update(skip_locked=True))
        connection.execute(update(replies).where(ours).values(used_at=datetime.now(UTC)))


def total(connection: Connection, /) -> int:
    """Bytes of all answers."""
    return connection.scalar(select(func.coalesce(func.sum(replies.c.size), 0))) or 0


def trim(connection: Connection, least: int, /) -> int:
    """Forget the answers that were unused for longest, of so many bytes at least; the bytes."""
    freed, chosen = 0, []
    oldest = select(replies.c.key, replies.c.size).order_by(replies.c.used_at, replies.c.key)
    for key, size in connection.execute(oldest.with_for_update(skip_locked=True).limit(SOME)):
        chosen.append(key)
        freed += size
        if freed >= least:
            break
    connection.execute(delete(replies).where(replies.c.key.in_(chosen)))
    return freed


def stats(connection: Connection, /) -> ReplyStats:
    """How many answers are kept."""
    sums = (func.coalesce(func.sum(replies.c[name]), 0) for name in ("size", "input_tokens", "output_tokens"))
    bounds = (func.min(replies.c.used_at), func.max(replies.c.used_at))
    number, size, given, made, first, last = connection.execute(select(func.count(), *sums, *bounds)).one()
    return ReplyStats(
        replies=number, bytes=size, input_tokens=given, output_tokens=made, first_use=first, last_use=last
    )


def clear(connection: Connection, older_than: timedelta | None, /) -> int:
    """Forget the answers that were not used for so long, or all; how many."""
    chosen = delete(replies)
    if older_than is not None:
        chosen = chosen.where(replies.c.used_at < datetime.now(UTC) - older_than)
    return connection.execute(chosen).rowcount
