"""One job of an extractor: what it stands on, when it began, and the result that is made of its drafts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .builtin import BuiltinEngine
from .checks import Facts
from .drafting_record import Record
from .likelihood import LEXICON_VERSION
from .pipeline import ChunkDraft, assemble
from .review import review_draft
from .schemas import Article, Extraction, Provenance, Summary

if TYPE_CHECKING:
    from .planning import Plan
    from .summarizing import Length
    from .templates import Templates


@dataclass(frozen=True, slots=True)
class Job:
    """What a job stands on (``plan`` is None for a question of the user's own), who does it, and since when."""

    plan: Plan | None
    made_by: tuple[str, str | None]
    templates: Templates
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    since: float = field(default_factory=time.perf_counter)

    def provenance(self, record: Record, facts: Facts | None, /, *, merged: int = 0) -> Provenance:
        """How the result came about; the job ends with it."""
        engine, model = self.made_by
        return Provenance(
            engine=engine,
            model=model,
            prompts=self.templates.fingerprints(sorted(record.prompts)),
            lexicon_version=LEXICON_VERSION,
            tagger_version=self.plan and self.plan.tagger_version,
            settings=self.plan.settings if self.plan else {},
            attempts=record.attempts,
            calls=record.calls,
            cached=record.cached,
            usage=record.usage,
            merged=merged,
            repaired=record.repaired,
            audit=record.audit,
            names_unchecked=facts is not None and not facts.names.checkable,
            warnings=tuple(dict.fromkeys(record.warnings)),
            started_at=self.started_at,
            elapsed_seconds=round(time.perf_counter() - self.since, 3),
        )

    def extraction(self, article: Article, drafts: Sequence[ChunkDraft], record: Record, facts: Facts, /) -> Extraction:
        """The extraction that the reviewed drafts of an article's chunks make."""
        found = assemble(article, drafts)
        record.rejected += found.rejected
        record.warnings += found.warnings
        return Extraction(
            article=article,
            experts=found.experts,
            positions=found.positions,
            predictions=found.predictions,
            rejected=tuple(record.rejected),
            provenance=self.provenance(record, facts, merged=found.merged),
        )

    def extract_builtin(self, article: Article, /) -> Extraction:
        """The extraction of the built-in engine."""
        facts = Facts.of(article)
        found = BuiltinEngine().draft(article)
        reviewed = review_draft(found.draft, found.positions, found.predictions, facts)
        record = Record(rejected=list(reviewed.rejected), warnings=list(found.warnings))
        return self.extraction(article, [ChunkDraft(0, reviewed.experts, reviewed.claims)], record, facts)

    def summarize_builtin(self, article: Article, extraction: Extraction, length: Length, /) -> Summary:
        """The summary of the built-in engine, of the extraction."""
        from .builtin.summary import summarize as builtin_summary

        parts = builtin_summary(article, extraction, length=length)
        return Summary(
            article=article,
            experts=extraction.experts,
            headline=parts.headline,
            abstract=parts.abstract,
            by_expert=parts.by_expert,
            agreements=parts.agreements,
            disagreements=parts.disagreements,
            provenance=self.provenance(Record(warnings=list(extraction.provenance.warnings)), None),
        )
