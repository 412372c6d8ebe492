"""Terms in scripts without spaces between words, which are looked for inside of the texts: the index has no words of
them. It takes a look at each claim that passes the other terms and the filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Select, func, literal, or_, select

from extractor.schemas.stored import Piece
from extractor.store.tables import claims

from .query_words import FIELDS, Term
from .snippets import highlighted, hits_of

Pieces = Sequence[Piece]


def parted(terms: Iterable[Term], /) -> tuple[list[Term], list[Term]]:
    """The terms that the index answers, and those that are looked for inside of the texts."""
    known = list(terms)
    return [term for term in known if not term.spaceless], [term for term in known if term.spaceless]


def holding(terms: Iterable[Term], fields: Sequence[str], /) -> list[ColumnElement[bool]]:
    """The conditions that each of these terms stands somewhere in one of these columns, also inside of words."""
    return [
        or_(*(claims.c[field].icontains(text, autoescape=True) for field in fields for text in term.inside))
        for term in terms
    ]


def candidates(conditions: Sequence[ColumnElement[bool]], /, *, bound: int | None) -> Select[Any]:
    """The rows (``id``) of listed claims that fulfil this, all with the same ``score``; those stored last."""
    found = select(claims.c.id, literal(0.0, Float).label("score")).where(claims.c.listed, *conditions)
    return found.order_by(claims.c.id.desc()).limit(bound)


def texts(connection: Connection, rows: Sequence[int], /) -> dict[int, list[Pieces]]:
    """Statement, quotation, topic and target of rows, without hits."""
    columns = [func.coalesce(claims.c[name], "") for name in FIELDS]
    found = connection.execute(select(claims.c.id, *columns).where(claims.c.id.in_(rows)))
    return {row: [[Piece(text=text, hit=False)] for text in values] for row, *values in found}


def mark(pieces: Pieces, terms: Iterable[Term], /) -> Pieces:
    """The pieces of a text in which these terms too are hits, in any letter case."""
    patterns = [re.escape(text) for term in terms for text in term.inside]
    if not patterns:
        return pieces
    whole = "".join(piece.text for piece in pieces)
    found = re.finditer("|".join(patterns), whole, re.IGNORECASE)
    return highlighted(whole, [*hits_of(pieces), *(match.span() for match in found)])
