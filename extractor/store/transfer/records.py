"""The records of an export: one JSON object on a line each, in this order.

A ``store`` record; for each article the ``expert`` records that were not told yet, the ``article``, its ``run``,
``resolution`` and ``rejection`` records; then the other ``expert`` records, the ``run`` records without an article, the
``change`` records, and an ``end``. Runs, experts and claims come with the ids that they have in the database, so that a
copy can keep them; a claim of another record is told by the key of its run and its local id, an appearance by its place
in the article.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter

from extractor.schemas import Extraction, Provenance, Summary
from extractor.schemas.article import Article, Frozen, Inferrable
from extractor.schemas.claims import ExpertKind
from extractor.schemas.provenance import SCHEMA_VERSION
from extractor.schemas.stored import Outcome, Task

FORMAT: Final = 1
Id = Annotated[int, Field(ge=1, le=1_000_000_000)]
"""Of a run, an expert or a claim in the database that was exported."""
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LastIds(Frozen):
    """The last ids that a database gave out, also to what was deleted since."""

    runs: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    experts: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    claims: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0


class StoreRecord(Frozen):
    """What is exported, and in which form."""

    type: Literal["store"] = "store"
    format: int = FORMAT
    schema_version: str = SCHEMA_VERSION
    revision: str = Field(description="Of the database that was exported.")
    text: bool = Field(description="False: without the words of articles; cannot be imported.")
    note: str | None = Field(default=None, description="What is left out, in words.")
    last: LastIds = LastIds()


class Name(Frozen):
    """A name that leads to an expert."""

    name: str
    origin: Literal["name", "alias", "recorded"]


class ExpertRecord(Frozen):
    """An expert of the store."""

    type: Literal["expert"] = "expert"
    id: Id
    name: str
    kind: ExpertKind
    role: str | None = None
    affiliation: str | None = None
    names: tuple[Name, ...] = ()
    merged_into: Id | None = Field(default=None, description="Id of an expert that was told before.")
    added_at: datetime


class Appearance(Frozen):
    """What one publication says of an article."""

    title: str | None = None
    url: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    inferred: tuple[Inferrable, ...] = ()
    added_at: datetime

    def article(self, article_id: str, text: str, /) -> Article:
        """The article as this publication has it. Raises ValueError when the id is not that of the text."""
        return Article(id=article_id, text=text, **self.model_dump(exclude={"added_at"}))


class ArticleRecord(Frozen):
    """An article and where it appeared."""

    type: Literal["article"] = "article"
    id: Key
    added_at: datetime
    appearances: Annotated[tuple[Appearance, ...], Field(min_length=1)]
    text: str


class ClaimName(Frozen):
    """A claim, told by the key of its run and its id there."""

    run: Key
    claim: str


class RunRecord(Frozen):
    """A run: a finished one with its result, a failed one with its provenance and the error."""

    type: Literal["run"] = "run"
    id: Id
    key: Key
    task: Task
    status: Literal["done", "failed"]
    article: Key | None = None
    appearance: Annotated[int, Field(ge=0)] | None = Field(default=None, description="Which of the article, from 0.")
    input: str | None = None
    chosen: bool = False
    added_at: datetime
    error: str | None = None
    error_type: str | None = None
    provenance: Provenance | None = Field(default=None, description="Of a failed run.")
    experts: dict[str, Id] = Field(default={}, description="Local id to id of the expert.")
    claims: dict[str, Id] = Field(default={}, description="Local id to id of the row.")
    same: dict[str, ClaimName] = Field(default={}, description="Local id to the first of the claims that are this one.")
    result: Extraction | Summary | None = None


class ResolutionRecord(Frozen):
    """How a prediction turned out, told by a claim of a run."""

    type: Literal["resolution"] = "resolution"
    run: Key
    claim: str
    outcome: Outcome
    note: str | None = None
    evidence_url: str | None = None
    resolver: str | None = None
    resolved_at: datetime


class RejectionRecord(Frozen):
    """That somebody rejected or restored a claim."""

    type: Literal["rejection"] = "rejection"
    run: Key
    claim: str
    action: Literal["reject", "restore"]
    reason: str | None = None
    rejected_by: str | None = None
    added_at: datetime


class ChangeRecord(Frozen):
    """What somebody changed about which experts are one."""

    type: Literal["change"] = "change"
    action: Annotated[str, Field(min_length=1, max_length=16)]
    expert: Id
    other: Id | None = None
    detail: dict[str, Any] = Field(default={})
    reason: str | None = None
    added_at: datetime


class EndRecord(Frozen):
    """The end: what stands before it is whole."""

    type: Literal["end"] = "end"
    records: int = Field(ge=1, description="How many stand before this one.")


Record = (
    StoreRecord
    | ExpertRecord
    | ArticleRecord
    | RunRecord
    | ResolutionRecord
    | RejectionRecord
    | ChangeRecord
    | EndRecord
)
RECORD: Final[TypeAdapter[Record]] = TypeAdapter(Annotated[Record, Field(discriminator="type")])
