"""Summaries by a model: the conversations, and the summary that comes of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from .checks import Facts
from .conversation import Conversation
from .drafting import SPLITS, Desk, gather
from .drafting_record import Record
from .errors import TruncatedError, UngroundedError
from .pipeline import resolve_experts
from .review import tell_problems
from .schemas import Article, Cited, Expert, ExpertLine, Extraction
from .schemas.drafts import DraftExpertLine, DraftSummary, DraftSummaryRepair
from .segmentation import Chunk, chunks, split
from .summary_review import (
    SummaryReview,
    as_expert,
    open_summary,
    repair_summary,
)
from .templates import Templates, about, fence

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Length = Literal["short", "medium", "long"]
SENTENCES: dict[Length, str] = {"short": "one or two", "medium": "three to five", "long": "six to ten"}


class SummaryTask:
    """A summary as a task of the validation loop."""

    schema = DraftSummary
    repair_schema = DraftSummaryRepair
    repair_prompt = "repair_summary"

    def __init__(self, facts: Facts, known: Sequence[str] | None, /) -> None:
        self._facts = facts
        self._known = known

    def open(self, answer: dict[str, Any], /) -> SummaryReview:
        """The review of the first answer."""
        return open_summary(answer, self._facts, self._known)

    def repair(self, state: SummaryReview, answer: dict[str, Any], /) -> SummaryReview:
        """The review with mended sentences."""
        return repair_summary(state, answer, self._facts, self._known)

    def problems(self, state: SummaryReview, /) -> dict[str, str] | None:
        """The failing sentences, told."""
        return {"problems": tell_problems(state.failing)} if state.failing else None


def summary_messages(
    templates: Templates, article: Article, chunk: Chunk, extraction: Extraction | None, length: Length, /
) -> list[BaseMessage]:
    """The messages that open the summary of a chunk."""
    return templates["summarize"].render(
        fence=fence(article),
        about=about(article),
        article=article.text[chunk.start : chunk.end],
        known=_known(extraction),
        sentences=SENTENCES[length],
    )


async def draft_summary(
    desk: Desk, facts: Facts, extraction: Extraction | None, length: Length, /
) -> tuple[SummaryReview, Record]:
    """The reviewed summary of an article: one conversation, or for a long article one for each part and one to combine.

    Raises the engine's errors.
    """
    record = Record()
    parts = chunks(facts.article.text, size=desk.chunk_size)
    groups = await gather(_draft_part(desk, facts, chunk, extraction, length, record) for chunk in parts)
    reviews = [review for group in groups for review in group]
    if len(reviews) > 1:
        for review in reviews:
            record.rejected += review.given_up
            record.repaired += review.repaired
        reviews = [await _combine(desk, facts, reviews, extraction, length, record)]
    record.rejected += reviews[0].given_up
    record.repaired += reviews[0].repaired
    return reviews[0], record


def build_summary(
    article: Article, review: SummaryReview, extraction: Extraction | None, /
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parts of a `Summary` that the accepted sentences make up, and warnings.

    Raises UngroundedError when no sentence is left to stand as the headline.
    """
    lines = [s for s in review.accepted if isinstance(s.draft, DraftExpertLine)]
    experts, ids = _experts(
        article, [as_expert(s.draft) for s in lines if isinstance(s.draft, DraftExpertLine)], extraction
    )
    headlines = [s.cited for s in review.accepted if s.section == "headline"]
    abstract = [s.cited for s in review.accepted if s.section == "abstract"]
    if not headlines and not abstract:
        raise UngroundedError("no sentence of the summary could be tied to the article; try another model")
    warnings = () if headlines else ("the headline failed the checks: the first sentence of the abstract stands in",)
    by_expert = [
        ExpertLine(expert_id=ids[s.draft.expert], text=s.cited.text, evidence=s.evidence)
        for s in lines
        if isinstance(s.draft, DraftExpertLine)
    ]
    parts: dict[str, Any] = {
        "experts": experts,
        "headline": (headlines or abstract)[0],
        "abstract": tuple(abstract),
        "by_expert": tuple(by_expert),
        "agreements": _cited(review, "agreements"),
        "disagreements": _cited(review, "disagreements"),
    }
    return parts, warnings


def _cited(review: SummaryReview, section: str) -> tuple[Cited, ...]:
    return tuple(sentence.cited for sentence in review.accepted if sentence.section == section)


def _experts(
    article: Article, drafts: Sequence[Any], extraction: Extraction | None
) -> tuple[tuple[Expert, ...], dict[str, str]]:
    if extraction is None:
        return resolve_experts(article, drafts)
    return extraction.experts, {expert.name: expert.id for expert in extraction.experts}


async def _draft_part(
    desk: Desk,
    facts: Facts,
    chunk: Chunk,
    extraction: Extraction | None,
    length: Length,
    record: Record,
    splits: int = SPLITS,
) -> list[SummaryReview]:
    """The reviews of a chunk: one, or those of its halves when the answer was cut off."""
    opening = summary_messages(desk.templates, facts.article, chunk, extraction, length)
    record.prompts.add("summarize")
    try:
        review = await _hold(desk, facts, opening, extraction, record)
    except TruncatedError as error:
        halves = split(chunk, facts.article.text) if splits else None
        if halves is None:
            raise TruncatedError(f"{error}; use a model with a larger output limit, or a shorter length") from error
        groups = await gather(_draft_part(desk, facts, half, extraction, length, record, splits - 1) for half in halves)
        return [review for group in groups for review in group]
    return [review]


async def _combine(
    desk: Desk,
    facts: Facts,
    reviews: Sequence[SummaryReview],
    extraction: Extraction | None,
    length: Length,
    record: Record,
) -> SummaryReview:
    opening = desk.templates["combine"].render(
        fence=fence(facts.article),
        about=about(facts.article),
        parts="\n\n".join(f"Part {number}:\n{_tell(review)}" for number, review in enumerate(reviews, 1)),
        known=_known(extraction),
        sentences=SENTENCES[length],
    )
    record.prompts.add("combine")
    return await _hold(desk, facts, opening, extraction, record)


async def _hold(
    desk: Desk, facts: Facts, opening: Sequence[BaseMessage], extraction: Extraction | None, record: Record
) -> SummaryReview:
    known = None if extraction is None else [expert.name for expert in extraction.experts]
    conversation = Conversation(desk.engine, desk.templates, SummaryTask(facts, known), opening)
    try:
        async with desk.slots:
            return (await conversation.hold(attempts=desk.attempts)).state
    finally:
        record.add(conversation.outcome)


def _tell(review: SummaryReview) -> str:
    """The accepted sentences of a part with their evidence, a JSON object a line."""
    return "\n".join(
        json.dumps({"section": s.section, **s.draft.model_dump()}, ensure_ascii=False)
        for s in review.accepted
        if s.draft is not None
    )


def _known(extraction: Extraction | None) -> str:
    """The experts and claims of a given extraction, for the prompt."""
    if extraction is None or not extraction.claims:
        return ""
    names = {expert.id: expert.name for expert in extraction.experts}
    claims = "\n".join(f"- {names[claim.expert_id]}: {claim.statement}" for claim in extraction.claims)
    return f"by_expert has one line for each of these holders, under the name given here; their claims are:\n{claims}"
