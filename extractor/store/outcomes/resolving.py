"""How predictions turned out: records that are added, never changed; the latest one counts.

A person says so, with the evidence; nothing here judges anything by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, get_args
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert

from extractor.errors import InputError
from extractor.schemas.stored import Outcome, Resolution, StoredClaim
from extractor.store.database.limits import held
from extractor.store.experts.identity import lock_articles
from extractor.store.reading import find_claim
from extractor.store.tables import resolutions

LONGEST: Final = 10_000
"""Characters of a note, a reason, an address or a name at most."""


def resolve(
    connection: Connection,
    claim_id: int,
    outcome: Outcome,
    /,
    *,
    note: str | None = None,
    evidence_url: str | None = None,
    resolver: str | None = None,
) -> Resolution:
    """Record how a prediction turned out, also one that its article's current run does not have; see `Store.resolve`.

    ``yes``: the event in its statement happened. Raises InputError for an unknown id, a position, an unknown outcome,
    what is blank, and an address that is none of the web.
    """
    if outcome not in get_args(Outcome):
        raise InputError(f"{outcome!r} is no outcome; give one of {', '.join(get_args(Outcome))}")
    told = {
        "note": _told(note, "note"),
        "evidence_url": _address(_told(evidence_url, "evidence URL")),
        "resolver": _told(resolver, "resolver"),
    }
    if hold_claim(connection, claim_id).kind != "prediction":
        raise InputError(
            f"claim {claim_id} is a position, and only predictions turn out;"
            " 'extractor predictions open' lists predictions with their ids"
        )
    row = {"claim_id": claim_id, "outcome": outcome, **told, "resolved_at": datetime.now(UTC)}
    added = connection.execute(insert(resolutions).values(row)).inserted_primary_key
    assert added is not None
    return Resolution(id=added[0], **row)


def hold_claim(connection: Connection, claim_id: int, /) -> StoredClaim:
    """The claim, whose article nobody deletes or adds runs to until the transaction ends. Raises InputError."""
    lock_articles(connection, [find_claim(connection, claim_id).article.id])
    return find_claim(connection, claim_id)  # once more: somebody may have deleted it before the lock was ours


def clean(text: str | None, what: str, /) -> str | None:
    """What a person wrote, without white space around it; None when nothing is left.

    Raises InputError when it is longer than `LONGEST` characters or no database can hold it.
    """
    bare = (text or "").strip()
    if len(bare) > LONGEST:
        raise InputError(f"the {what} has {len(bare):,} characters; shorten it to {LONGEST:,}")
    held({what: bare}, "the record")
    return bare or None


def _told(text: str | None, what: str) -> str | None:
    """The text, clean; InputError when it was given and says nothing."""
    bare = clean(text, what)
    if text is not None and bare is None:
        raise InputError(f"the {what} is blank; write something, or leave it out")
    return bare


def _address(url: str | None) -> str | None:
    """The URL; InputError unless it is one of the web."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        right = False
    if not right:
        raise InputError(f"{url!r} is no address of a web page; give one that begins with https:// or http://")
    return url
