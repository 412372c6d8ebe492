"""Drafting with a model: the conversations that an extraction or a summary of an article takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .auditing import Audited, AuditTask
from .auditor import Auditor
from .checks import Facts
from .conversation import Answer, Conversation, Engine
from .drafting_record import Record
from .errors import AnswerError, ExtractorError, NotJSONError, TruncatedError, UnavailableError, WrongShapeError
from .passages import passages, uncovered
from .pipeline import ChunkDraft
from .review import (
    Review,
    Reviewed,
    accepted_names,
    apply_repair,
    close_review,
    open_review,
    tell_problems,
)
from .schemas import Article, Audit, Rejected, Violation
from .schemas.drafts import DraftExtraction, DraftRepair
from .segmentation import Chunk, chunks, split
from .templates import Templates, about, fence

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from pydantic import BaseModel

    from .builtin.detection import Detected

log = logging.getLogger(__name__)

T = TypeVar("T")
SPLITS = 4  # times that a text is halved when answers are cut off: into sixteen parts at most
_BEFORE = 600  # characters of text before a chunk that are shown so that pronouns can be resolved


@dataclass(frozen=True, slots=True)
class Desk:
    """Where drafting happens: the engine, its prompts and its limits; without an auditor drafts are not audited."""

    engine: Engine
    templates: Templates
    attempts: int
    chunk_size: int
    slots: asyncio.Semaphore
    auditor: Auditor | None = None


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A chunk's draft when its conversation is closed, and what was said in it."""

    review: Review
    said: list[BaseMessage]


class _Heard:
    """An engine that keeps what was said last, so that a conversation can go on after it was closed."""

    def __init__(self, engine: Engine, /) -> None:
        self._engine = engine
        self.name = engine.name
        self.model = engine.model
        self.said: list[BaseMessage] = []

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Answer:
        """The engine's answer."""
        from langchain_core.messages import AIMessage

        answer = await self._engine.complete(messages, schema)
        self.said = [*messages, AIMessage(answer.text.encode("utf-8", "replace").decode())]
        return answer

    async def aclose(self) -> None:
        """Nothing of its own is held."""


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
    work: list[Coroutine[Any, Any, Any]] = [_draft_chunk(desk, facts, chunk, record) for chunk in parts]
    detected, *found = await gather([_detect(desk, facts.article, record), *work])
    outcomes = [outcome for group in found for outcome in group]
    failed = [outcome for outcome in outcomes if isinstance(outcome, AnswerError)]
    drafted = [outcome for outcome in outcomes if isinstance(outcome, _Drafted)]
    if failed and not drafted:
        raise failed[0]
    for error in failed:
        record.rejected += _no_answer(error)
        record.warnings.append(f"a part of the article has no usable answer: {error}")
    closed = [_counted(close_review(outcome.review), record) for outcome in drafted]
    audited = await _audit(desk, facts, drafted, closed, detected, record)
    pairs = enumerate(zip(closed, audited, strict=True))
    return [ChunkDraft(n, audit.experts, (*draft.claims, *audit.claims)) for n, (draft, audit) in pairs], record


async def _draft_chunk(
    desk: Desk, facts: Facts, chunk: Chunk, record: Record, splits: int = SPLITS
) -> list[_Drafted | AnswerError]:
    """The drafts of a chunk: one, or those of its halves when the answer was cut off."""
    record.prompts.add("extract")
    opening = extraction_messages(desk.templates, facts.article, chunk)
    heard = _Heard(desk.engine)
    conversation = Conversation(heard, desk.templates, ExtractTask(facts, chunk), opening)
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
    return [_Drafted(outcome.state, heard.said)]


async def _detect(desk: Desk, article: Article, record: Record) -> Sequence[Detected] | None:
    """The attributions that the auditor finds, while the model drafts; None when there is no audit.

    A failure of the auditor's, of whatever kind, is told in a warning: the draft is worth more than its audit.
    """
    if desk.auditor is None:
        return None
    try:
        return await asyncio.to_thread(desk.auditor, article)
    except Exception as error:
        record.warnings.append(f"the draft was not audited, nothing could be detected: {_told(error)}")
        return None


async def _audit(
    desk: Desk,
    facts: Facts,
    drafted: Sequence[_Drafted],
    closed: Sequence[Reviewed],
    detected: Sequence[Detected] | None,
    record: Record,
) -> list[Reviewed]:
    """The experts of each chunk and the claims that its audit adds, if any; counted in the record."""
    if detected is None:
        return [Reviewed(draft.experts) for draft in closed]
    left = uncovered(detected, [spans for chunk in closed for _, spans in chunk.claims])
    pairs = zip(drafted, closed, strict=True)
    audits = await gather(_audit_chunk(desk, facts, draft, chunk, left, record) for draft, chunk in pairs)
    unanswered = sum(audit.unanswered for audit in audits)
    record.audit = Audit(
        asked=sum(audit.counts.asked for audit in audits),
        recorded=sum(audit.counts.recorded for audit in audits),
        dismissed=sum(audit.counts.dismissed for audit in audits),
    )
    if unanswered:
        told = f"{unanswered} of the {record.audit.asked} passages that it was asked about"
        record.warnings.append(f"the model neither recorded nor dismissed {told}")
    return [_counted(audit.reviewed, record) for audit in audits]


async def _audit_chunk(
    desk: Desk, facts: Facts, drafted: _Drafted, closed: Reviewed, left: Sequence[Detected], record: Record
) -> Audited:
    """The audit of a chunk; nothing is asked when its draft covers all that was detected.

    No failure is raised but one that stops everything.
    """
    start, end = drafted.review.start, drafted.review.end
    asked = passages(left, facts.article.text, start=start, end=end)
    task = AuditTask(facts, asked, closed.experts, start=start, end=end)
    if not asked:
        return task.close(None)
    conversation = Conversation(desk.engine, desk.templates, task, [*drafted.said, *task.question(desk.templates)])
    record.prompts.add("audit")
    try:
        async with desk.slots:
            await conversation.hold(attempts=desk.attempts)
    except Exception as error:
        if isinstance(error, UnavailableError) and error.stops:
            raise  # else the run would be stored, and never be audited
        record.warnings.append(f"the audit of the draft ended early: {_told(error)}")
        record.rejected += _no_answer(error)
    record.add(conversation.outcome)
    return task.close(conversation.outcome.state)


def _no_answer(error: Exception) -> list[Rejected]:
    """The account of an answer that was refused or cut off; one that was read is in rejected already."""
    if not isinstance(error, AnswerError) or isinstance(error, NotJSONError | WrongShapeError):
        return []
    violation = Violation(rule="no_answer", field="", message=str(error))
    return [Rejected(kind="answer", item={}, violations=(violation,))]


def _told(error: Exception) -> str:
    """What a warning tells of a failure: of a foreign one its kind only, its message may hold a key or the article."""
    if isinstance(error, ExtractorError):
        return str(error)
    log.debug("the audit failed", exc_info=error)
    return f"unexpected {type(error).__name__}"


def _counted(reviewed: Reviewed, record: Record, /) -> Reviewed:
    """The same, with what was rejected and mended counted in the record."""
    record.rejected += reviewed.rejected
    record.repaired += reviewed.repaired
    return reviewed


async def gather(work: Iterable[Coroutine[Any, Any, T]], /) -> list[T]:
    """The results in order; when one fails the others are cancelled and its error is raised.

    When no further call is made, those under way end first: they are paid for.
    """
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException as error:
        if isinstance(error, UnavailableError) and error.stops:
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
