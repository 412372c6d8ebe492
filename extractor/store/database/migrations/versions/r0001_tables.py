"""Tables, views, and triggers that keep what must not change."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("resolutions", "rejections", "expert_changes")
_IMMUTABLE = "the text of an article never changes: store the new text as an article of its own"

_OPEN_PREDICTIONS = """
CREATE VIEW open_predictions AS
SELECT claims.claim_id AS id, claims.statement, roots.name AS expert, claims.expected, claims.band, claims.horizon_end,
       appearances.headline, claims.date_published, claims.quote
FROM claims
JOIN experts ON experts.id = claims.expert_id
JOIN experts AS roots ON roots.id = coalesce(experts.root_id, experts.id)
JOIN runs ON runs.id = claims.run_id
LEFT JOIN appearances ON appearances.id = runs.appearance_id
WHERE claims.listed AND claims.kind = 'prediction'
  AND NOT EXISTS (SELECT 1 FROM resolutions WHERE resolutions.claim_id = claims.claim_id)
"""

_CLAIMS_WITH_EXPERTS = """
CREATE VIEW claims_with_experts AS
SELECT claims.claim_id AS id, claims.kind, roots.name AS expert, roots.kind AS expert_kind, roots.job_title,
       roots.affiliation, claims.statement, claims.topic, claims.target, claims.stance, claims.position_kind,
       claims.expected, claims.band, claims.horizon_end, claims.quote, appearances.headline, appearances.url,
       claims.date_published, claims.article_id
FROM claims
JOIN experts ON experts.id = claims.expert_id
JOIN experts AS roots ON roots.id = coalesce(experts.root_id, experts.id)
JOIN runs ON runs.id = claims.run_id
LEFT JOIN appearances ON appearances.id = runs.appearance_id
WHERE claims.listed
"""


def upgrade() -> None:
    """Make everything."""
    for make in (_articles, _runs, _outcomes_of_runs, _experts, _cited_experts, _claims, _judgements):
        make()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()
    op.execute(_OPEN_PREDICTIONS)
    op.execute(_CLAIMS_WITH_EXPERTS)


def _key() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _optional_text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text) for name in names]


def _word(name: str, length: int = 16, /, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _json(name: str, /, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=nullable)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _refer(
    name: str, target: str, /, *, cascade: bool = True, nullable: bool = False, primary_key: bool = False
) -> sa.Column[Any]:
    key = sa.ForeignKey(target, ondelete="CASCADE" if cascade else None)
    kind = sa.String(64) if target == "articles.id" else sa.Integer()
    return sa.Column(name, kind, key, nullable=nullable, primary_key=primary_key)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _articles() -> None:
    op.create_table("articles", sa.Column("id", sa.String(64), primary_key=True), *_text("text"), _moment("added_at"))
    op.create_table(
        "appearances",
        _key(),
        _refer("article_id", "articles.id"),
        *_optional_text("url", "headline", "author"),
        sa.Column("date_published", sa.Date),
        *_optional_text("in_language"),
        _json("inferred"),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        _moment("added_at"),
    )
    _index("appearances", "article_id")


def _runs() -> None:
    op.create_table(
        "runs",
        _key(),
        _word("key", 64),
        _word("task"),
        _word("status"),
        _refer("article_id", "articles.id", nullable=True),
        _refer("appearance_id", "appearances.id", nullable=True),
        *_optional_text("input"),
        *_text("engine"),
        *_optional_text("model"),
        _json("prompts"),
        *_text("schema_version", "lexicon_version"),
        *_optional_text("tagger_version"),
        _json("settings"),
        *_numbers("attempts", "calls", "input_tokens", "output_tokens", "merged", "repaired"),
        _json("audit", nullable=True),
        sa.Column("names_unchecked", sa.Boolean, nullable=False),
        _json("warnings"),
        *_optional_text("error", "error_type"),
        _moment("started_at"),
        sa.Column("elapsed_seconds", sa.Float, nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
        _moment("added_at"),
        sa.CheckConstraint("status IN ('done', 'failed')", name="status"),
        sa.CheckConstraint("task IN ('extract', 'summarize')", name="task"),
        sqlite_autoincrement=True,
    )
    _index("runs", "article_id")
    _index("runs", "appearance_id")
    _index("runs", "started_at", "id")
    done = sa.text("status = 'done'")
    op.create_index("uq_runs_key_done", "runs", ["key"], unique=True, sqlite_where=done, postgresql_where=done)


def _outcomes_of_runs() -> None:
    op.create_table(
        "summaries", _refer("run_id", "runs.id", primary_key=True), *_text("headline", "abstract"), _json("parts")
    )
    op.create_table(
        "rejected_items", _key(), _refer("run_id", "runs.id"), _word("kind"), _json("item"), _json("violations")
    )
    _index("rejected_items", "run_id")


def _experts() -> None:
    op.create_table(
        "experts",
        _key(),
        *_text("name"),
        _word("kind"),
        *_optional_text("job_title", "affiliation"),
        _refer("merged_into", "experts.id", cascade=False, nullable=True),
        _refer("root_id", "experts.id", cascade=False, nullable=True),
        _moment("added_at"),
        sqlite_autoincrement=True,
    )
    _index("experts", "merged_into")
    _index("experts", "root_id")
    op.create_table(
        "expert_names",
        _key(),
        _refer("expert_id", "experts.id"),
        *_text("name", "normalized"),
        _word("origin"),
        sa.UniqueConstraint("expert_id", "normalized", "origin"),
    )
    _index("expert_names", "expert_id")
    _index("expert_names", "normalized", "origin")
    op.create_table(
        "expert_changes",
        _key(),
        _word("action"),
        *_numbers("expert_id"),
        sa.Column("other_id", sa.Integer),
        _json("detail"),
        *_optional_text("reason"),
        _moment("added_at"),
    )


def _cited_experts() -> None:
    op.create_table(
        "cited_experts",
        _refer("run_id", "runs.id", primary_key=True),
        sa.Column("local_id", sa.String(16), primary_key=True),
        _refer("expert_id", "experts.id", cascade=False),
        *_text("name"),
        _word("kind"),
        *_optional_text("job_title", "affiliation"),
        _json("alternate_names"),
        _json("mentions"),
    )
    _index("cited_experts", "expert_id")


def _claims() -> None:
    op.create_table(
        "claims",
        _key(),
        *_numbers("claim_id"),
        _refer("run_id", "runs.id"),
        _refer("article_id", "articles.id"),
        _word("local_id"),
        _word("kind"),
        _refer("expert_id", "experts.id", cascade=False),
        _refer("reporter_id", "experts.id", cascade=False, nullable=True),
        _word("local_expert"),
        _word("local_reporter", nullable=True),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("date_published", sa.Date),
        *_text("statement", "topic"),
        *_optional_text("target"),
        _word("stance", nullable=True),
        _word("position_kind", nullable=True),
        *_text("quote"),
        _word("quote_type"),
        *_optional_text("source", "cue"),
        *_forecast(),
        _json("spans"),
        sa.UniqueConstraint("run_id", "local_id"),
        sa.CheckConstraint("kind IN ('position', 'prediction')", name="kind"),
        sqlite_autoincrement=True,
    )
    for column in ("claim_id", "run_id", "article_id", "reporter_id", "date_published"):
        _index("claims", column)
    by_expert = ["expert_id", "listed", "date_published", "kind", "horizon_end", "claim_id"]
    op.create_index("ix_claims_expert_listed", "claims", by_expert)
    op.create_index("ix_claims_stance", "claims", ["stance", "listed", "date_published"])
    op.create_index("ix_claims_due", "claims", ["kind", "listed", "horizon_end", "claim_id"])


def _forecast() -> list[sa.Column[Any]]:
    """What only predictions have."""
    return [
        _word("expected", nullable=True),
        *_optional_text("likelihood_words"),
        sa.Column("likelihood_negated", sa.Boolean),
        _word("band", 24, nullable=True),
        *(sa.Column(name, sa.Float) for name in ("likelihood_low", "likelihood_high", "stated_low", "stated_high")),
        *_optional_text("condition", "horizon_words"),
        sa.Column("horizon_start", sa.Date),
        sa.Column("horizon_end", sa.Date),
        *(_word(name, nullable=True) for name in ("granularity", "basis", "verifiability")),
        _json("missing", nullable=True),
    ]


def _judgements() -> None:
    op.create_table(
        "resolutions",
        _key(),
        _refer("claim_id", "claims.id"),
        _word("outcome"),
        *_optional_text("note", "evidence_url", "resolver"),
        _moment("resolved_at"),
        sa.CheckConstraint("outcome IN ('yes', 'no', 'ambiguous', 'annulled')", name="outcome"),
    )
    _index("resolutions", "claim_id")
    op.create_table(
        "rejections",
        _key(),
        _refer("claim_id", "claims.id"),
        _word("action"),
        *_optional_text("reason", "rejected_by"),
        _moment("added_at"),
        sa.CheckConstraint("action IN ('reject', 'restore')", name="action"),
    )
    _index("rejections", "claim_id")


def _guard_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER articles_immutable BEFORE UPDATE OF id, text ON articles "
        "WHEN new.id IS NOT old.id OR new.text IS NOT old.text "
        f"BEGIN SELECT RAISE(ABORT, '{_IMMUTABLE}'); END"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: add a record that corrects this one'); END"
        )
    for table, told in (("articles", _IMMUTABLE), *((name, f"{name} is append-only") for name in _APPEND_ONLY)):
        op.execute(  # INSERT OR REPLACE updates without an update
            f"CREATE TRIGGER {table}_unreplaced BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = new.id) BEGIN SELECT RAISE(ABORT, '{told}'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION extractor_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$"
    )
    op.execute(
        "CREATE TRIGGER articles_immutable BEFORE UPDATE ON articles FOR EACH ROW "
        "WHEN (new.id IS DISTINCT FROM old.id OR new.text IS DISTINCT FROM old.text) "
        f"EXECUTE FUNCTION extractor_refuse('{_IMMUTABLE}')"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION "
            f"extractor_refuse('{table} is append-only: add a record that corrects this one')"
        )
