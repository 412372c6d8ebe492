"""Experts on their way into the store: each is found again or added. Which one it is, `matching` decides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, text

from extractor.schemas import Expert

from .naming import forms
from .register import Register, seek

_CHANGES: Final = 0x45585450
"""Classes of locks on PostgreSQL, in the order in which they are taken."""
_ARTICLES: Final = _CHANGES + 1
_NAMES: Final = _CHANGES + 2
_LOCKS: Final = 2048
"""Locks of a class, which all names share: a server holds some 6,400 locks of all transactions by default."""
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:kind, key) FROM unnest(CAST(:keys AS integer[])) AS key")


def lock(connection: Connection, article_id: str, names: Iterable[str], /) -> None:
    """Keep other writers from adding this article, or experts with one of these names, until the transaction ends.

    SQLite has one writer at a time anyway. On PostgreSQL everybody takes locks in the same order (`lock_changes`,
    `lock_articles`, `lock_names`), so that no two wait for each other.
    """
    lock_articles(connection, [article_id])
    lock_names(connection, names)


def lock_changes(connection: Connection, /) -> None:
    """Keep others from changing which experts are one, until the transaction ends."""
    _take(connection, _CHANGES, ["experts"])


def lock_articles(connection: Connection, ids: Iterable[str], /) -> None:
    """Keep others from adding these articles, until the transaction ends."""
    _take(connection, _ARTICLES, ids)


def lock_names(connection: Connection, names: Iterable[str], /) -> None:
    """Keep others from adding experts with these names, until the transaction ends."""
    _take(connection, _NAMES, (form for name in names for form in forms(name)))


def _take(connection: Connection, kind: int, what: Iterable[str]) -> None:
    """Take the locks of a class for these texts, in the order of their numbers."""
    if connection.dialect.name != "postgresql":
        return
    digests = {hashlib.sha256(one.encode("utf-8", "replace")).digest() for one in what}
    keys = sorted({int.from_bytes(digest[:4]) % _LOCKS for digest in digests})
    if keys:
        connection.execute(_LOCK, {"kind": kind, "keys": keys})


def resolve_experts(connection: Connection, article_id: str, cited: Sequence[Expert], /) -> dict[str, int]:
    """The id in the store of each expert of a result, by its local id; experts that are not found are added.

    The caller holds `lock` for the article and for all names and aliases. Nothing that is stored is overwritten; a role
    or an affiliation that the store lacks is filled in, and names that it lacks are added.
    """
    return resolve_all(connection, [(article_id, cited)], is_new=False)[0]


def resolve_all(
    connection: Connection, casts: Sequence[tuple[str, Sequence[Expert]]], /, *, is_new: bool
) -> list[dict[str, int]]:
    """What `resolve_experts` does for several articles (pairs of id and experts) one after the other.

    ``is_new``: no run of any of them is stored.
    """
    sought = [seek(cited) for _, cited in casts]
    register = Register(connection, [one for many in sought for one in many])
    pairs = zip(casts, sought, strict=True)
    found = [register.resolve(article_id, many, is_new=is_new) for (article_id, _), many in pairs]
    made = register.write()
    return [{local: made.get(number, number) for local, number in one.items()} for one in found]
