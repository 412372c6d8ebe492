"""The tables of the store, the same on SQLite and PostgreSQL.

Columns that schema.org has a name for bear it (``headline``, ``date_published``, ``in_language``, ``job_title``,
``alternate_names``). Spans are kept as offsets into ``articles.text``: a JSON object that gives for each role
(``source``, ``cue``, ``content``, ``likelihood``, ``stated``, ``condition``, ``horizon``) a list of ``[start, end]``,
end exclusive. The words themselves stand in readable columns beside it, and `check` compares the two.

Ids that users see (runs, experts, claims) are never given out again, on SQLite neither (``sqlite_autoincrement``): what
somebody noted of a deleted article does not lead to another one's claim.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time, always in UTC and with a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: D102
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: D102
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _json(name: str, /, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON(none_as_null=True), nullable=nullable)


def _added() -> Column[Any]:
    return Column("added_at", Moment, nullable=False)


articles = Table(
    "articles",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the text
    Column("text", Text, nullable=False),  # never changed: a trigger refuses it
    _added(),
)

appearances = Table(
    "appearances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Text),
    Column("headline", Text),
    Column("author", Text),
    Column("date_published", Date),
    Column("in_language", Text),
    _json("inferred"),  # names of the fields that were inferred
    Column("digest", String(64), nullable=False, unique=True),  # of the article id and the columns above
    _added(),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("task", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    Column("appearance_id", ForeignKey("appearances.id", ondelete="CASCADE"), index=True),
    Column("input", Text),
    Column("engine", Text, nullable=False),
    Column("model", Text),
    _json("prompts"),
    Column("schema_version", Text, nullable=False),
    Column("lexicon_version", Text, nullable=False),
    Column("tagger_version", Text),
    _json("settings"),
    Column("attempts", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("cached", Integer, nullable=False, server_default=text("0")),  # of the calls
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("merged", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    _json("audit", nullable=True),
    Column("names_unchecked", Boolean, nullable=False),
    _json("warnings"),
    Column("error", Text),
    Column("error_type", Text),
    Column("started_at", Moment, nullable=False),
    Column("elapsed_seconds", Float, nullable=False),
    Column("chosen", Boolean, nullable=False),
    Column("is_current", Boolean, nullable=False),
    _added(),
    CheckConstraint("status IN ('done', 'failed')", name="status"),
    CheckConstraint("task IN ('extract', 'summarize')", name="task"),
    sqlite_autoincrement=True,
)
Index(
    "uq_runs_key_done", runs.c.key, unique=True,
    sqlite_where=text("status = 'done'"), postgresql_where=text("status = 'done'"),
)  # fmt: skip
Index(
    "ix_runs_key_failed", runs.c.key, runs.c.added_at,
    sqlite_where=text("status = 'failed'"), postgresql_where=text("status = 'failed'"),
)  # fmt: skip
Index("ix_runs_started_at_id", runs.c.started_at, runs.c.id)

experts = Table(
    "experts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("job_title", Text),
    Column("affiliation", Text),
    Column("merged_into", ForeignKey("experts.id"), index=True),
    Column("root_id", ForeignKey("experts.id"), index=True),  # where the merges end; null: here
    _added(),
    sqlite_autoincrement=True,
)

expert_names = Table(
    "expert_names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("expert_id", ForeignKey("experts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("normalized", Text, nullable=False),
    Column("origin", String(16), nullable=False),  # name, alias (an article uses it), recorded (by a person)
    UniqueConstraint("expert_id", "normalized", "origin"),
)
Index("ix_expert_names_normalized_origin", expert_names.c.normalized, expert_names.c.origin)

expert_changes = Table(
    "expert_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("action", String(16), nullable=False),  # merge, unmerge, split, alias, unalias
    Column("expert_id", Integer, nullable=False),
    Column("other_id", Integer),
    _json("detail"),
    Column("reason", Text),
    _added(),
)

cited_experts = Table(
    "cited_experts",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("local_id", String(16), primary_key=True),  # e1.. as in the result
    Column("expert_id", ForeignKey("experts.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("job_title", Text),
    Column("affiliation", Text),
    _json("alternate_names"),
    _json("mentions"),  # [[start, end], ...]
)

claims = Table(
    "claims",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", Integer, nullable=False, index=True),  # id of the first row of this claim: its id for users
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),  # the unique constraint finds it
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("local_id", String(16), nullable=False),  # c1.. as in the result
    Column("kind", String(16), nullable=False),
    Column("expert_id", ForeignKey("experts.id"), nullable=False),
    Column("reporter_id", ForeignKey("experts.id"), index=True),
    Column("local_expert", String(16), nullable=False),
    Column("local_reporter", String(16)),
    Column("listed", Boolean, nullable=False),  # of the current run and not rejected: in lists, searches and scores
    Column("date_published", Date),  # of the run's appearance
    Column("statement", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("target", Text),  # positions
    Column("stance", String(16)),
    Column("position_kind", String(16)),
    Column("quote", Text, nullable=False),  # the content
    Column("quote_type", String(16), nullable=False),
    Column("source", Text),
    Column("cue", Text),
    Column("expected", String(16)),  # predictions, from here on
    Column("likelihood_words", Text),
    Column("likelihood_negated", Boolean),
    Column("band", String(24)),
    Column("likelihood_low", Float),  # percent, as are the next three
    Column("likelihood_high", Float),
    Column("stated_low", Float),
    Column("stated_high", Float),
    Column("condition", Text),
    Column("horizon_words", Text),
    Column("horizon_start", Date),
    Column("horizon_end", Date),
    Column("granularity", String(16)),
    Column("basis", String(16)),
    Column("verifiability", String(16)),
    _json("missing", nullable=True),
    _json("spans"),
    UniqueConstraint("run_id", "local_id"),
    CheckConstraint("kind IN ('position', 'prediction')", name="kind"),
    sqlite_autoincrement=True,
)
Index(  # the last three so that what an expert predicted is found without the rows
    "ix_claims_expert_listed",
    *(claims.c[name] for name in ("expert_id", "listed", "date_published", "kind", "horizon_end", "claim_id")),
)
Index("ix_claims_date_published", claims.c.date_published)
Index("ix_claims_stance", claims.c.stance, claims.c.listed, claims.c.date_published)  # null: predictions
Index("ix_claims_due", claims.c.kind, claims.c.listed, claims.c.horizon_end, claims.c.claim_id)

summaries = Table(
    "summaries",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("headline", Text, nullable=False),  # to read; `parts` has it with its evidence
    Column("abstract", Text, nullable=False),
    _json("parts"),  # headline, abstract, by_expert, agreements, disagreements, as in the result
)

rejected_items = Table(
    "rejected_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    _json("item"),
    _json("violations"),
)

resolutions = Table(
    "resolutions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", ForeignKey("claims.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("note", Text),
    Column("evidence_url", Text),
    Column("resolver", Text),
    Column("resolved_at", Moment, nullable=False),
    CheckConstraint("outcome IN ('yes', 'no', 'ambiguous', 'annulled')", name="outcome"),
)

rejections = Table(
    "rejections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", ForeignKey("claims.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("action", String(16), nullable=False),  # reject, restore
    Column("reason", Text),
    Column("rejected_by", Text),
    _added(),
    CheckConstraint("action IN ('reject', 'restore')", name="action"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),  # hexadecimal digits at random
    Column("task", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("model", Text, nullable=False),
    _json("request", nullable=True),  # null as soon as the job is over: texts are kept in articles only
    Column("owner", Text, nullable=False),
    Column("idempotency_key", String(255)),
    Column("digest", String(64), nullable=False),  # of the request, to tell one key's requests apart
    Column("article_id", String(64), index=True),  # known before the article is stored, so no foreign key
    Column("run_id", ForeignKey("runs.id", ondelete="SET NULL"), index=True),
    _json("problem", nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("leased_by", Text),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    UniqueConstraint("owner", "idempotency_key"),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"),
    CheckConstraint("task IN ('extract', 'summarize')", name="task"),
)
Index("ix_jobs_status_created_at", jobs.c.status, jobs.c.created_at)

leases = Table(
    "leases",
    metadata,
    Column("key", String(64), primary_key=True),  # of the run that somebody works at
    Column("holder", Text, nullable=False, index=True),
    Column("until", Moment, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the request
    Column("engine", Text, nullable=False),
    Column("model", Text),
    Column("article_id", String(64), index=True),  # known before the article is stored, so no foreign key
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("size", Integer, nullable=False),  # of the text as it is kept, in bytes
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),  # to the day: a use within a day of the last one is not written
    Column("text", LargeBinary, nullable=False),  # compressed by zlib; last, so that the others are read without it
)
Index("ix_replies_used_at_size", replies.c.used_at, replies.c.size)

batch_parts = Table(
    "batch_parts",
    metadata,
    Column("id", String(32), primary_key=True),  # hexadecimal digits at random
    Column("plan_key", String(64), nullable=False, index=True),
    _json("plan"),  # model and settings: one part asks one model
    Column("provider_id", Text),
    Column("input_file_id", Text),
    Column("output_file_id", Text),
    Column("error_file_id", Text),
    Column("status", String(32), nullable=False, index=True),
    _json("counts"),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Column("collected_at", Moment),
)

batch_runs = Table(
    "batch_runs",
    metadata,
    Column("run_key", String(64), primary_key=True),
    Column("plan_key", String(64), nullable=False),
    Column("article_id", String(64), index=True),  # known before the article is stored, so no foreign key
    Column("read_from", Text),
    Column("task", String(16), nullable=False),
    _json("article", nullable=True),  # null as soon as the run is over: texts are kept in articles only
    _json("plan"),
    Column("state", String(16), nullable=False),
    Column("error", Text),
    Column("error_type", Text),
    _added(),
    CheckConstraint("task IN ('extract', 'summarize')", name="task"),
)
Index("ix_batch_runs_state_plan_key_run_key", batch_runs.c.state, batch_runs.c.plan_key, batch_runs.c.run_key)

batch_requests = Table(
    "batch_requests",
    metadata,
    Column("custom_id", String(64), primary_key=True),
    Column("run_key", ForeignKey("batch_runs.run_key", ondelete="CASCADE"), nullable=False, index=True),
    Column("reply_key", String(64), nullable=False, index=True),
    Column("part_id", ForeignKey("batch_parts.id", ondelete="SET NULL"), index=True),
    Column("mode", String(16), nullable=False),  # how JSON is asked for
    Column("state", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("size", Integer, nullable=False),  # of its line in a part, in bytes
    _added(),
    Column("body", LargeBinary),  # JSON, compressed by zlib; null as soon as it was answered: it holds the article
    Column("answer", LargeBinary),  # what the provider answered, likewise, until the run is over
)

FTS = "claims_fts"
"""SQLite: the FTS5 index over statement, quote, topic, target and expert_id of listed claims."""
SEARCH = "search"
"""PostgreSQL: the tsvector column of claims, with a partial GIN index over listed ones."""
