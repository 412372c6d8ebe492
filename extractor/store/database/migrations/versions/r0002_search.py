"""The full-text index over statement, quote, topic and target of listed claims."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = ("statement", "quote", "topic", "target")
_NAMES = ", ".join(_COLUMNS)
_LONGEST = 50_000  # characters of one column that PostgreSQL indexes: a tsvector holds less than a megabyte


def upgrade() -> None:
    """Make the index and fill it."""
    if op.get_bind().dialect.name == "sqlite":
        _index_sqlite()
    else:
        _index_postgresql()


def _index_sqlite() -> None:
    op.execute(
        f'CREATE VIRTUAL TABLE claims_fts USING fts5({_NAMES}, content="claims", content_rowid="id", '
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    op.execute(f"INSERT INTO claims_fts (rowid, {_NAMES}) SELECT id, {_NAMES} FROM claims WHERE listed")
    new = ", ".join(f"new.{column}" for column in _COLUMNS)
    old = ", ".join(f"old.{column}" for column in _COLUMNS)
    put = f"INSERT INTO claims_fts (rowid, {_NAMES}) VALUES (new.id, {new});"
    take = f"INSERT INTO claims_fts (claims_fts, rowid, {_NAMES}) VALUES ('delete', old.id, {old});"
    changed = f"UPDATE OF id, listed, {_NAMES} ON claims"
    for name, event, statement in (
        ("insert", "AFTER INSERT ON claims WHEN new.listed", put),
        ("delete", "AFTER DELETE ON claims WHEN old.listed", take),
        ("unlist", f"BEFORE {changed} WHEN old.listed", take),
        ("list", f"AFTER {changed} WHEN new.listed", put),
    ):
        op.execute(f"CREATE TRIGGER claims_fts_{name} {event} BEGIN {statement} END")


def _index_postgresql() -> None:
    for statement in (
        "CREATE TEXT SEARCH DICTIONARY extractor_stem (TEMPLATE = snowball, LANGUAGE = porter)",
        "CREATE TEXT SEARCH CONFIGURATION extractor_english (COPY = pg_catalog.english)",
        "ALTER TEXT SEARCH CONFIGURATION extractor_english ALTER MAPPING FOR "
        "asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH extractor_stem",
        _fold(),
        f"ALTER TABLE claims ADD COLUMN search tsvector GENERATED ALWAYS AS ({_vector()}) STORED",
        "CREATE INDEX ix_claims_search ON claims USING gin (search) WHERE listed",
    ):
        op.get_bind().exec_driver_sql(statement)  # as it stands: its colons are no parameters


def _fold() -> str:
    """Lower case, no accents, and nothing but letters, digits and spaces: so that it makes the words FTS5 makes.

    The collation says which characters are letters; that of the database may know ASCII only.
    """
    known = op.get_bind().scalars(
        sa.text("SELECT collname FROM pg_collation WHERE collname IN ('pg_c_utf8', 'und-x-icu', 'C.utf8')")
    )
    names = sorted(known, reverse=True)  # und-x-icu, pg_c_utf8, C.utf8
    collation = f' COLLATE "{names[0]}"' if names else ""
    bare = rf"regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]+', '', 'g'){collation}"
    return (
        "CREATE FUNCTION extractor_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
        f"RETURN regexp_replace(lower({bare}), '[^[:alnum:]]+', ' ', 'g')"
    )


def _vector() -> str:
    weights = {"statement": "A", "quote": "B", "topic": "C", "target": "C"}
    words = "to_tsvector('extractor_english', extractor_fold(left(coalesce({}, ''), {})))"
    return " || ".join(f"setweight({words.format(name, _LONGEST)}, '{weight}')" for name, weight in weights.items())
