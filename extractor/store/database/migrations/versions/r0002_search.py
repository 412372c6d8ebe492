"""The full-text index over statement, quote, topic and target of listed claims.

On SQLite the id of the expert is in it as well, as one more word: who and what are then looked up together.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = ("statement", "quote", "topic", "target", "expert_id")
_NAMES = ", ".join(_COLUMNS)
_LONGEST = 50_000  # characters of one column that PostgreSQL indexes: a tsvector holds less than a megabyte

_ZEROS = """
    660 6F0 7C0 966 9E6 A66 AE6 B66 BE6 C66 CE6 D66 DE6 E50 ED0 F20 1040 1090 17E0 1810 1946 19D0 1A80 1A90 1B50
    1BB0 1C40 1C50 A620 A8D0 A900 A9D0 A9F0 AA50 ABF0 104A0 10D30 11066 110F0 11136 111D0 112F0 11450 114D0 11650
    116C0 11730 118E0 11950 11C50 11D50 11DA0 16A60 16AC0 16B50 1E140 1E2F0 1E950
"""  # the zero of each script that has figures of its own and no compatibility form; the other nine follow it


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
        "asciiword, asciihword, hword_asciipart, word, hword, hword_part, numword, numhword, hword_numpart "
        "WITH extractor_stem",
        _fold(),
        f"ALTER TABLE claims ADD COLUMN search tsvector GENERATED ALWAYS AS ({_vector()}) STORED",
        "CREATE INDEX ix_claims_search ON claims USING gin (search) WHERE listed",
    ):
        op.get_bind().exec_driver_sql(statement)  # as it stands: its colons are no parameters


def _fold() -> str:
    """Lower case, no accents, figures from 0 to 9, and nothing but letters, figures and spaces.

    The collation says which characters are letters; that of the database may know ASCII only.
    """
    known = op.get_bind().scalars(
        sa.text("SELECT collname FROM pg_collation WHERE collname IN ('pg_c_utf8', 'und-x-icu', 'C.utf8')")
    )
    names = sorted(known, reverse=True)  # und-x-icu, pg_c_utf8, C.utf8
    collation = f' COLLATE "{names[0]}"' if names else ""
    bare = rf"regexp_replace(normalize({_figures()}, NFKD), '[\u0300-\u036f]+', '', 'g'){collation}"
    return (
        "CREATE FUNCTION extractor_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
        f"RETURN regexp_replace(lower({bare}), '[^[:alnum:]]+', ' ', 'g')"
    )


def _figures() -> str:
    """The text with figures from 0 to 9; looked at first, since hardly any text has others."""
    zeros = [int(zero, 16) for zero in _ZEROS.split()]
    ranges = "".join(f"{chr(zero)}-{chr(zero + 9)}" for zero in zeros)
    others = "".join(chr(zero + value) for zero in zeros for value in range(10))
    return f"CASE WHEN $1 ~ '[{ranges}]' THEN translate($1, '{others}', '{'0123456789' * len(zeros)}') ELSE $1 END"


def _vector() -> str:
    weights = {"statement": "A", "quote": "B", "topic": "C", "target": "D"}
    words = "to_tsvector('extractor_english', extractor_fold(left(coalesce({}, ''), {})))"
    return " || ".join(f"setweight({words.format(name, _LONGEST)}, '{weight}')" for name, weight in weights.items())
