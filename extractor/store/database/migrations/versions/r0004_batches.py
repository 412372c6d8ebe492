"""Batches: who works at a run, answers of models, requests that a provider answers later, and calls that were saved."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_INDEXED = {
    "leases": (["holder"],),
    "replies": (["article_id"], ["used_at", "size"]),
    "batch_parts": (["plan_key"], ["status"]),
    "batch_runs": (["article_id"], ["state", "plan_key", "run_key"]),
    "batch_requests": (["run_key"], ["reply_key"], ["part_id"], ["state"]),
}


def upgrade() -> None:
    """Make the tables, and what finds a failed run by its key."""
    op.add_column("runs", sa.Column("cached", sa.Integer, nullable=False, server_default=sa.text("0")))
    failed = sa.text("status = 'failed'")
    op.create_index("ix_runs_key_failed", "runs", ["key", "added_at"], sqlite_where=failed, postgresql_where=failed)
    if op.get_bind().dialect.name == "sqlite":
        _pause_index()
    op.drop_index("ix_claims_run_id", "claims")  # the constraint over run_id and local_id does the same
    op.create_table("leases", _key("key"), _text("holder", nullable=False), _moment("until", nullable=False))
    _make_replies()
    _make_parts()
    _make_runs()
    _make_requests()
    for table, indexes in _INDEXED.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _pause_index() -> None:
    """Let who adds many claims put them into the search index all at once: a trigger closes it for each of them."""
    columns = ("statement", "quote", "topic", "target", "expert_id")
    op.execute("CREATE TABLE claims_fts_paused (paused INTEGER NOT NULL)")
    op.execute("DROP TRIGGER claims_fts_insert")
    op.execute(
        "CREATE TRIGGER claims_fts_insert AFTER INSERT ON claims "
        "WHEN new.listed AND NOT EXISTS (SELECT 1 FROM claims_fts_paused) "
        f"BEGIN INSERT INTO claims_fts (rowid, {', '.join(columns)}) "
        f"VALUES (new.id, {', '.join(f'new.{column}' for column in columns)}); END"
    )


def _make_replies() -> None:
    op.create_table(
        "replies",
        _key("key"),
        _text("engine", nullable=False),
        _text("model"),
        sa.Column("article_id", sa.String(64)),
        *(_number(name) for name in ("input_tokens", "output_tokens", "size")),
        *(_moment(name, nullable=False) for name in ("created_at", "used_at")),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )


def _make_parts() -> None:
    op.create_table(
        "batch_parts",
        _key("id", 32),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        *(_text(name) for name in ("provider_id", "input_file_id", "output_file_id", "error_file_id")),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        _text("error"),
        _moment("created_at", nullable=False),
        _moment("collected_at"),
    )


def _make_runs() -> None:
    op.create_table(
        "batch_runs",
        _key("run_key"),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("article_id", sa.String(64)),
        _text("read_from"),
        sa.Column("task", sa.String(16), nullable=False),
        sa.Column("article", sa.JSON),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _text("error"),
        _text("error_type"),
        _moment("added_at", nullable=False),
        sa.CheckConstraint("task IN ('extract', 'summarize')", name="task"),
    )


def _make_requests() -> None:
    op.create_table(
        "batch_requests",
        _key("custom_id"),
        sa.Column("run_key", sa.String(64), sa.ForeignKey("batch_runs.run_key", ondelete="CASCADE"), nullable=False),
        sa.Column("reply_key", sa.String(64), nullable=False),
        sa.Column("part_id", sa.String(32), sa.ForeignKey("batch_parts.id", ondelete="SET NULL")),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *(_number(name) for name in ("attempts", "size")),
        _moment("added_at", nullable=False),
        *(sa.Column(name, sa.LargeBinary) for name in ("body", "answer")),
    )


def _key(name: str, length: int = 64, /) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _text(name: str, /, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, /) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False)


def _moment(name: str, /, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
