"""Full-text search on PostgreSQL, with its text search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    ColumnElement,
    Connection,
    Select,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from extractor.schemas.stored import Piece
from extractor.store.filters import Filters
from extractor.store.tables import SEARCH, claims

from .conditions import indexed
from .query_words import FIELDS, Term, words_at
from .snippets import highlighted

WEIGHTS = (0.25, 0.25, 0.5, 1.0)
"""Of words with the labels D, C, B and A."""
_LABELS = {"statement": "A", "quote": "B", "topic": "C", "target": "D"}
_BY_LENGTH = 1  # a rank is divided by 1 + the logarithm of the number of words

_search: ColumnElement[Any] = literal_column(f"claims.{SEARCH}")
_configuration: ColumnElement[Any] = literal_column("'extractor_english'::regconfig")

Lexemes = Mapping[str, frozenset[str]]


def candidates(
    connection: Connection,
    terms: Sequence[Term],
    filters: Filters,
    /,
    *,
    others: Sequence[ColumnElement[bool]],
    fields: Sequence[str],
    bound: int | None,
) -> Select[Any]:
    """The rows (``id``) of listed claims that match, with their ``score``: at most ``bound``, those stored last."""
    # A plan for any words would not do: some are in a few claims, some in most.
    connection.execute(
        select(func.set_config("plan_cache_mode", "force_custom_plan", True), func.set_config("jit", "off", True))
    )
    query = _query(terms, fields)
    score = func.ts_rank(cast(literal(list(WEIGHTS), ARRAY(REAL)), ARRAY(REAL)), _search, query, _BY_LENGTH)
    matches = _search.op("@@", is_comparison=True)(query)
    wanted = [matches, *indexed(connection, filters), *others]
    found = select(claims.c.id, score.label("score")).where(claims.c.listed, *wanted)
    # The planner takes a phrase to be as frequent as its words together and would go through all claims for it by their
    # ids; it cannot when they are added to.
    newest = claims.c.id + 0 if any(len(term.words) > 1 for term in terms) else claims.c.id
    return found.order_by(newest.desc()).limit(bound)


def _query(terms: Sequence[Term], fields: Sequence[str]) -> ColumnElement[Any]:
    """Folded, words hold letters, digits and spaces only, so that none can close its quotation mark."""
    labels = sorted({_LABELS[field] for field in fields})
    text: ColumnElement[str] = literal_column("''", Text)
    for place, term in enumerate(terms):
        text = text + literal(" & (" if place else "(", Text) + _operand(term, labels) + literal(")", Text)
    return func.to_tsquery(_configuration, text)


def _operand(term: Term, labels: Sequence[str]) -> ColumnElement[str]:
    """A term in the syntax of ``to_tsquery``. A phrase may not begin in one column and end in another."""
    every = len(labels) == len(_LABELS)
    choices = labels if len(term.words) > 1 else ["" if every else "".join(labels)]
    words = [(term.text, f"*{choice}" if term.prefix else choice) for choice in choices]
    words += [(word, choice) for choice in choices for word in term.longer]
    first, *more = (_quoted(text, option) for text, option in words)
    for other in more:
        first = first + literal(" | ", Text) + other
    return first


def _quoted(text: str, option: str) -> ColumnElement[str]:
    folded = func.extractor_fold(literal(text, Text))
    return literal("' ", Text) + folded + literal(f"'{option and ':' + option}", Text)


def highlight(
    connection: Connection, terms: Sequence[Term], rows: Sequence[int], /
) -> dict[int, list[Sequence[Piece]]]:
    """Statement, quotation, topic and target of rows, in pieces with the hits."""
    columns = [claims.c[name] for name in FIELDS]
    found = connection.execute(select(claims.c.id, *columns).where(claims.c.id.in_(rows))).all()
    texts = {row: [text or "" for text in values] for row, *values in found}
    words = {text[start:end] for values in texts.values() for text in values for start, end in words_at(text)}
    lexemes = _read_lexemes(connection, {*words, *(word for term in terms for word in (*term.words, *term.longer))})
    return {row: [highlighted(text, hits(text, terms, lexemes)) for text in values] for row, values in texts.items()}


def _read_lexemes(connection: Connection, words: set[str]) -> dict[str, frozenset[str]]:
    """What the index makes of words; folding is left out where it changes nothing, since it takes most of the time."""
    given = bindparam("words", sorted(words), ARRAY(Text))
    word = func.unnest(cast(given, ARRAY(Text))).column_valued("word")
    plain = cast(word, String).regexp_match("^[A-Za-z0-9]+$")
    folded = case((plain, func.lower(cast(word, String))), else_=func.extractor_fold(cast(word, String)))
    vector = func.to_tsvector(_configuration, folded)
    lexemes = func.tsvector_to_array(vector, type_=ARRAY(Text))
    return {one: frozenset(found) for one, found in connection.execute(select(word, lexemes))}


def hits(text: str, terms: Sequence[Term], lexemes: Lexemes, /) -> list[tuple[int, int]]:
    """Where the terms are in a text: (start, end), end exclusive."""
    places = words_at(text)
    known = [lexemes[text[start:end]] for start, end in places]
    found = []
    for term in terms:
        wanted = [lexemes[word] for word in term.words]
        longer = frozenset(lexeme for word in term.longer for lexeme in lexemes[word])
        for first in range(len(places) - len(wanted) + 1):
            here = known[first : first + len(wanted)]
            if all(_same(*pair, prefix=term.prefix) for pair in zip(here, wanted, strict=True)) or here[0] & longer:
                found.append((places[first][0], places[first + len(wanted) - 1][1]))
    return found


def _same(here: frozenset[str], wanted: frozenset[str], *, prefix: bool) -> bool:
    if prefix:
        return any(lexeme.startswith(start) for lexeme in here for start in wanted)
    return bool(here & wanted)
