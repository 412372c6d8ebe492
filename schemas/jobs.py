"""Jobs of the service: what was asked for, how far it is, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from .article import Frozen
from .stored import Task

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]
Stage = Literal["queued", "reading", "extracting", "summarizing", "storing", "over"]
SummaryLength = Literal["short", "medium", "long"]


class JobRequest(Frozen):
    """What a job is to do: a text or the address of one, what is known of it, and by which model.

    ``given`` names the fields of the article that the client gave (an empty string of theirs says that there is none).
    """

    task: Task
    model: str
    text: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    inferred: tuple[str, ...] = Field(default=(), description="Of an uploaded document: which of these were inferred.")
    length: SummaryLength = "medium"
    read_from: str | None = Field(default=None, description="What was read: the URL, or the name of an uploaded file.")


class Problem(Frozen):
    """Why a request or a job failed, as RFC 9457 writes it."""

    type: str = Field(default="about:blank", description="A URI that names the kind of problem.")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str | None = None
    instance: str | None = None
    errors: tuple[dict[str, Any], ...] = Field(default=(), description="Of a body: what is wrong in which field.")


class Job(Frozen):
    """A job of the service."""

    id: str = Field(description="32 hexadecimal digits.")
    task: Task
    status: JobStatus
    stage: Stage
    model: str
    owner: str = Field(default="local", exclude=True, description="A digest of the key that asked for it.")
    article_id: str | None = None
    run_id: int | None = None
    problem: Problem | None = None
    attempts: int = Field(default=0, description="How often a server has taken it up.")
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def over(self) -> bool:
        """True when nothing will change any more."""
        return self.status in ("done", "failed", "cancelled")
