"""Drafting with a model: the conversations that an extraction or a summary of an article takes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from .checks import Facts
from .conversation import Conversation, Engine, Outcome
from .errors import AnswerError, NotJSONError, TruncatedError, WrongShapeError
from .pipeline import ChunkDraft
from .review import (
    Review,
    accepted_names,
    apply_repair,
    close_review,
    open_review,
    tell_problems,
)
from .schemas import Article, Rejected, Usage, Violation
from .schemas.drafts import DraftExtraction, DraftRepair
from .segmentation import Chunk, chunks, split
from .templates import Templates, about, fence

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

T = TypeVar("T")
SPLITS = 4  # times that a text is halved when answers are cut off: into sixteen parts at most
_BEFORE = 600  # characters of text before a chunk that are shown so that pronouns can be resolved


@dataclass(slots=True)
class Record:
    """What drafting took: for the provenance."""

    prompts: set[str] = field(default_factory=set)
    attempts: int = 0
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    repaired: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome[Any], /) -> None:
        """Count a conversation."""
        self.prompts |= outcome.prompts
        self.attempts = max(self.attempts, outcome.attempts)
        self.calls += outcome.calls
        self.usage += outcome.usage
        self.repaired += outcome.repaired
        self.rejected += outcome.rejected


@dataclass(frozen=True, slots=True)
class Desk:
    """Where drafting happens: the engine, its prompts and its limits."""

    engine: Engine
    templates: Templates
    attempts: int
    chunk_size: int
    slots: asyncio.Semaphore


class ExtractTask:
    """The extraction of one chunk, as a task of the validation loop."""

    schema = DraftExtraction
    repair_schema = DraftRepair
    repair_prompt = "repair"

    def __init__(self, facts: Facts, chunk: Chunk, /) -> None:
        self._facts = facts
        self._chunk = chunk

    def open(self, answer: dict[str, Any], /) -> Review:
        """The review of the first answer."""
        return open_review(answer, self._facts, start=self._chunk.start, end=self._chunk.end)

    def repair(self, state: Review, answer: dict[str, Any], /) -> Review:
        """The review with mended items."""
        return apply_repair(state, answer, self._facts)

    def problems(self, state: Review, /) -> dict[str, str] | None:
        """The failing items, told."""
        if not state.failing:
            return None
        return {"problems": tell_problems(state.failing), "experts": ", ".join(accepted_names(state)) or "none"}


def extraction_messages(templates: Templates, article: Article, chunk: Chunk, /) -> list[BaseMessage]:
    """The messages that open the extraction of a chunk."""
    return templates["extract"].render(
        fence=fence(article),
        about=about(article),
        before=article.text[max(0, chunk.start - _BEFORE) : chunk.start],
        article=article.text[chunk.start : chunk.end],
    )


async def draft_extraction(desk: Desk, facts: Facts, /) -> tuple[list[ChunkDraft], Record]:
    """The reviewed drafts of all chunks of an article, drafted concurrently.

    A chunk without a usable answer is rejected as kind "answer" as long as another one has a usable answer. Raises the
    engine's errors otherwise, and TruncatedError when a chunk that cannot be split was cut off.
    """
    record = Record()
    parts = chunks(facts.article.text, size=desk.chunk_size)
    found = await gather(_draft_chunk(desk, facts, chunk, record) for chunk in parts)
    outcomes = [outcome for group in found for outcome in group]
    failed = [outcome for outcome in outcomes if isinstance(outcome, AnswerError)]
    reviews = [outcome for outcome in outcomes if isinstance(outcome, Review)]
    if failed and not reviews:
        raise failed[0]
    for error in failed:
        if not isinstance(error, NotJSONError | WrongShapeError):  # an answer that was read is in rejected already
            violation = Violation(rule="no_answer", field="", message=str(error))
            record.rejected.append(Rejected(kind="answer", item={}, violations=(violation,)))
        record.warnings.append(f"a part of the article has no usable answer: {error}")
    drafts = []
    for number, review in enumerate(reviews):
        closed = close_review(review)
        record.rejected += closed.rejected
        record.repaired += closed.repaired
        drafts.append(ChunkDraft(number, closed.experts, closed.claims))
    return drafts, record


async def _draft_chunk(
    desk: Desk, facts: Facts, chunk: Chunk, record: Record, splits: int = SPLITS
) -> list[Review | AnswerError]:
    """The reviews of a chunk: one, or those of its halves when the answer was cut off."""
    record.prompts.add("extract")
    opening = extraction_messages(desk.templates, facts.article, chunk)
    conversation = Conversation(desk.engine, desk.templates, ExtractTask(facts, chunk), opening)
    try:
        async with desk.slots:
            outcome = await conversation.hold(attempts=desk.attempts)
    except TruncatedError as error:
        record.add(conversation.outcome)
        halves = split(chunk, facts.article.text) if splits else None
        if halves is None:
            message = f"{error}; the text from {chunk.start} to {chunk.end} cannot be split further"
            return [TruncatedError(f"{message}; use a model with a larger output limit")]
        found = await gather(_draft_chunk(desk, facts, half, record, splits - 1) for half in halves)
        return [outcome for group in found for outcome in group]
    except AnswerError as error:
        record.add(conversation.outcome)
        return [error]
    record.add(outcome)
    return [outcome.state]


async def gather(work: Iterable[Coroutine[Any, Any, T]], /) -> list[T]:
    """The results in order; when one fails the others are cancelled and its error is raised."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
