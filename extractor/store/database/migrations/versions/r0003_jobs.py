"""The service's jobs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        *(_word(name) for name in ("task", "status", "stage")),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("request", sa.JSON),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        _word("digest", 64),
        sa.Column("article_id", sa.String(64)),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id", ondelete="SET NULL")),
        sa.Column("problem", sa.JSON),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.Text),
        _moment("leased_until"),
        _moment("created_at", nullable=False),
        _moment("started_at"),
        _moment("finished_at"),
        sa.UniqueConstraint("owner", "idempotency_key"),
        sa.CheckConstraint("status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"),
        sa.CheckConstraint("task IN ('extract', 'summarize')", name="task"),
    )
    for columns in (["article_id"], ["run_id"], ["status", "created_at"]):
        op.create_index(f"ix_jobs_{'_'.join(columns)}", "jobs", columns)


def _word(name: str, length: int = 16, /) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str, /, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
