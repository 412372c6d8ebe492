"""Finding a stored article by its id or the beginning of it."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from extractor.errors import InputError

from .tables import articles

LEAST = 6
"""Characters of an id that are enough to look for an article."""


def find_article(connection: Connection, prefix: str, /) -> str:
    """The id of the article whose id begins so; raises InputError when there is none or several."""
    start = prefix.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST},64}}", start):
        raise InputError(
            f"{prefix!r} is no article id; give the SHA-256 of the article's text or the first {LEAST} or more"
            " hexadecimal digits of it, as 'extractor search --format json' shows them"
        )
    within = articles.c.id.between(start, start.ljust(64, "f"))
    found = connection.scalars(select(articles.c.id).where(within).order_by(articles.c.id).limit(3)).all()
    if not found:
        raise InputError(f"no article {prefix!r} is stored; 'extractor search --format json' shows the ids of articles")
    if len(found) > 1:
        shown = " and ".join(repr(one[: len(start) + 6]) for one in found[:2])
        raise InputError(f"several articles begin with {prefix!r}, among them {shown}; give more digits of the id")
    return str(found[0])
