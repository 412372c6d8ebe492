"""The facade that the command line, services and user code build on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .articles import article_from_text
from .asking import Answered, ask
from .auditing import Auditor, builtin_auditor
from .background import BackgroundLoop
from .builtin import BuiltinEngine
from .checks import Facts
from .conversation import Engine
from .drafting import Desk, Record, draft_extraction, extraction_messages
from .errors import ConfigurationError, InputError, PromptError
from .likelihood import LEXICON_VERSION
from .pipeline import ChunkDraft, assemble
from .planning import Plan, is_audited, plan_extraction, plan_summary
from .review import review_draft
from .schemas import Article, Extraction, Provenance, Summary
from .segmentation import chunks
from .summarizing import Length, build_summary, draft_summary, summary_messages
from .templates import Templates

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable
    from pydantic import BaseModel

    from .schemas.stored import Task
    from .settings import Settings

M = TypeVar("M", bound="BaseModel")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent: the messages of every opening call, and an estimate of their tokens.

    What follows depends on the answers: questions about what failed and, where ``audited``, about what was left out.
    """

    requests: tuple[tuple[BaseMessage, ...], ...]
    estimated_tokens: int
    audited: bool = False


class Extractor:
    """Extracts and summarizes articles, with a model or with the built-in engine.

    Takes the model by name ("builtin", "openai:NAME", "ollama:NAME", "PROVIDER:NAME") and any other setting by its
    name (``base_url``, ``api_key``, ``attempts``, ``chunk_size``, ...); what is not given comes from ``EXTRACTOR_*``
    variables, ``.env`` and defaults. Raises ConfigurationError when a setting is not acceptable and PromptError when a
    template is not.
    Without ``eager`` the model is looked at with the first call only: `preview` needs no key.

    A model's draft is audited unless the setting ``audit`` is off: what ``auditor`` takes for an attribution and the
    draft does not cover is asked about once more. It takes an article and gives `Detected` attributions, None when it
    does not read the language; by default those of the built-in engine.

    The synchronous and asynchronous methods do the same. All calls run on one background event loop, so both may be
    used from any thread and any loop. Close it, or use it as a context manager, when done.
    """

    def __init__(
        self,
        model: str | None = None,
        /,
        *,
        settings: Settings | None = None,
        engine: Engine | None = None,
        auditor: Auditor | None = None,
        eager: bool = True,
        **given: Any,
    ) -> None:
        from .settings import load_settings

        if settings is not None and (given or model is not None):
            raise ConfigurationError("give either settings=... or single settings, not both")
        self.settings = settings or load_settings(model=model, **given)
        self.templates = Templates(self.settings.prompts)
        self._loop = BackgroundLoop()
        self._slots = asyncio.Semaphore(self.settings.concurrency)
        self._given_engine = engine
        self._auditor = auditor or builtin_auditor
        if eager and not self.is_builtin:
            self._engine  # noqa: B018 - a wrong model or a missing key is told now, not at the first article

    @property
    def is_builtin(self) -> bool:
        """True when no model is used and nothing leaves the machine."""
        return self._given_engine is None and self.settings.model == "builtin"

    @property
    def made_by(self) -> tuple[str, str | None]:
        """The names of the engine and of its model, as results tell them."""
        return (BuiltinEngine.name, None) if self.is_builtin else (self._engine.name, self._engine.model)

    def run_key(
        self,
        article: str | Article,
        /,
        *,
        task: Task = "extract",
        length: Length = "medium",
        extraction: Extraction | None = None,
    ) -> str:
        """The key that the result of a run will have; runs with the same key need not be made again.

        ``length`` and ``extraction`` as for `summarize`. Raises as the run would before its first call.
        """
        article = _same_article(self._article(article), extraction)
        return self.plan(article, task=task, length=length, extraction=extraction).key(article)

    def plan(
        self,
        article: Article,
        /,
        *,
        task: Task = "extract",
        length: Length = "medium",
        extraction: Extraction | None = None,
    ) -> Plan:
        """What a run stands on, known before it. Raises as the run would before its first call."""
        if task == "extract":
            return self._plan_extraction(article)
        return self._plan_summary(article, extraction, length)

    def extract(self, article: str | Article, /) -> Extraction:
        """Experts, positions and predictions of an article (or of a text).

        Raises InputError for a blank text, and with a model the errors of the branches ConfigurationError,
        UnavailableError and AnswerError.
        """
        if self.is_builtin:
            return self._extract_builtin(self._article(article))
        return self._loop.run(self._extract(self._article(article)))

    async def aextract(self, article: str | Article, /) -> Extraction:
        """The asynchronous twin of `extract`."""
        if self.is_builtin:
            return await asyncio.to_thread(self._extract_builtin, self._article(article))
        return await self._loop.arun(self._extract(self._article(article)))

    def summarize(
        self, article: str | Article, /, *, extraction: Extraction | None = None, length: Length = "medium"
    ) -> Summary:
        """A summary whose every sentence is tied to the text; a given extraction of the same article is used.

        Raises as `extract` does, and UngroundedError when nothing of the model's summary could be tied to the article.
        """
        article = _same_article(self._article(article), extraction)
        if self.is_builtin:
            return self._summarize_builtin(article, extraction, length)
        return self._loop.run(self._summarize(article, extraction, length))

    async def asummarize(
        self, article: str | Article, /, *, extraction: Extraction | None = None, length: Length = "medium"
    ) -> Summary:
        """The asynchronous twin of `summarize`."""
        article = _same_article(self._article(article), extraction)
        if self.is_builtin:
            return await asyncio.to_thread(self._summarize_builtin, article, extraction, length)
        return await self._loop.arun(self._summarize(article, extraction, length))

    def run(self, article: str | Article, /, *, schema: type[M], prompt: str | Path) -> Answered[M]:
        """Ask a question of your own, with the same checks and retries.

        ``schema`` is a Pydantic model; its fields of type `Quote` must be copied from the article and get spans.
        ``prompt`` is a file with the question, or the question itself. Needs a model. Raises as `extract` does, and
        UngroundedError when a quotation that cannot be left out is not in the article.
        """
        return self._loop.run(self._run(self._article(article), schema, prompt))

    async def arun(self, article: str | Article, /, *, schema: type[M], prompt: str | Path) -> Answered[M]:
        """The asynchronous twin of `run`."""
        return await self._loop.arun(self._run(self._article(article), schema, prompt))

    def as_runnable(self) -> Runnable[str | Article, Extraction]:
        """`extract` as a LangChain Runnable: text or article in, extraction out."""
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(self.extract, afunc=self.aextract, name="extract")

    def preview(
        self, article: str | Article, /, *, length: Length | None = None, extraction: Extraction | None = None
    ) -> Preview:
        """What `extract` (or, with a length, `summarize`) would send first; nothing is sent."""
        article = _same_article(self._article(article), extraction)
        if self.is_builtin:
            return Preview((), 0)
        found = []
        for chunk in chunks(article.text, size=self.settings.chunk_size):
            if length is None:
                found.append(tuple(extraction_messages(self.templates, article, chunk)))
            else:
                found.append(tuple(summary_messages(self.templates, article, chunk, extraction, length)))
        tokens = sum(estimate_tokens(messages) for messages in found)
        return Preview(tuple(found), tokens, audited=length is None and is_audited(article, self._effective_auditor))

    def close(self) -> None:
        """Give back connections and the background loop. The extractor may be used again afterwards."""
        engine = self.__dict__.pop("_engine", None)
        if engine is not None and engine is not self._given_engine:
            self._loop.run(engine.aclose())
        self._loop.close()
        self._slots = asyncio.Semaphore(self.settings.concurrency)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _article(self, article: str | Article) -> Article:
        if isinstance(article, Article):
            return article
        if not isinstance(article, str):
            raise InputError(f"an article is a text or an Article, not a {type(article).__name__}; give its text")
        return article_from_text(article, max_chars=self.settings.max_chars)

    @cached_property
    def _engine(self) -> Engine:
        if self._given_engine is not None:
            return self._given_engine
        from .llm import ChatEngine

        return ChatEngine(self.settings)

    @property
    def _effective_auditor(self) -> Auditor | None:
        return self._auditor if self.settings.audit else None

    @property
    def _desk(self) -> Desk:
        return Desk(
            self._engine,
            self.templates,
            self.settings.attempts,
            self.settings.chunk_size,
            self._slots,
            self._effective_auditor,
        )

    def _plan_extraction(self, article: Article) -> Plan:
        engine, model = self.made_by
        size = self.settings.chunk_size
        return plan_extraction(
            article, self.templates, engine=engine, model=model, chunk_size=size, auditor=self._effective_auditor
        )

    def _plan_summary(self, article: Article, extraction: Extraction | None, length: Length) -> Plan:
        engine, model = self.made_by
        size = self.settings.chunk_size
        return plan_summary(
            article, self.templates, engine=engine, model=model, chunk_size=size, length=length, extraction=extraction
        )

    async def _extract(self, article: Article) -> Extraction:
        job, facts = _Job(self._plan_extraction(article)), Facts.of(article)
        drafts, record = await draft_extraction(self._desk, facts)
        return self._extraction(article, drafts, record, job, facts)

    def _extract_builtin(self, article: Article) -> Extraction:
        job, facts = _Job(self._plan_extraction(article)), Facts.of(article)
        found = BuiltinEngine().draft(article)
        reviewed = review_draft(found.draft, found.positions, found.predictions, facts)
        record = Record(rejected=list(reviewed.rejected), warnings=list(found.warnings))
        return self._extraction(article, [ChunkDraft(0, reviewed.experts, reviewed.claims)], record, job, facts)

    def _extraction(
        self, article: Article, drafts: Sequence[ChunkDraft], record: Record, job: _Job, facts: Facts
    ) -> Extraction:
        found = assemble(article, drafts)
        record.rejected += found.rejected
        record.warnings += found.warnings
        return Extraction(
            article=article,
            experts=found.experts,
            positions=found.positions,
            predictions=found.predictions,
            rejected=tuple(record.rejected),
            provenance=self._provenance(record, job, facts, merged=found.merged),
        )

    async def _summarize(self, article: Article, extraction: Extraction | None, length: Length) -> Summary:
        job, facts = _Job(self._plan_summary(article, extraction, length)), Facts.of(article)
        review, record = await draft_summary(self._desk, facts, extraction, length)
        parts, warnings = build_summary(article, review, extraction)
        record.warnings += warnings
        provenance = self._provenance(record, job, facts)
        return Summary(article=article, **parts, rejected=tuple(record.rejected), provenance=provenance)

    def _summarize_builtin(self, article: Article, extraction: Extraction | None, length: Length) -> Summary:
        from .builtin.summary import summarize as builtin_summary

        job = _Job(self._plan_summary(article, extraction, length))
        given = extraction or self._extract_builtin(article)
        parts = builtin_summary(article, given, length=length)
        return Summary(
            article=article,
            experts=given.experts,
            headline=parts.headline,
            abstract=parts.abstract,
            by_expert=parts.by_expert,
            agreements=parts.agreements,
            disagreements=parts.disagreements,
            provenance=self._provenance(Record(warnings=list(given.provenance.warnings)), job, None),
        )

    async def _run(self, article: Article, schema: type[M], prompt: str | Path) -> Answered[M]:
        if self.is_builtin:
            raise ConfigurationError(
                "the built-in engine answers no questions of your own; name a model: model='openai:...'"
            )
        job, facts = _Job(None), Facts.of(article)
        value, spans, record = await ask(self._desk, facts, schema, _question(prompt))
        return Answered(value, spans, tuple(record.rejected), self._provenance(record, job, facts))

    def _provenance(self, record: Record, job: _Job, facts: Facts | None, *, merged: int = 0) -> Provenance:
        engine, model = self.made_by
        return Provenance(
            engine=engine,
            model=model,
            prompts=self.templates.fingerprints(sorted(record.prompts)),
            lexicon_version=LEXICON_VERSION,
            tagger_version=job.plan and job.plan.tagger_version,
            settings=job.plan.settings if job.plan else {},
            attempts=record.attempts,
            calls=record.calls,
            usage=record.usage,
            merged=merged,
            repaired=record.repaired,
            audit=record.audit,
            names_unchecked=facts is not None and not facts.names.checkable,
            warnings=tuple(dict.fromkeys(record.warnings)),
            started_at=job.started_at,
            elapsed_seconds=job.elapsed,
        )


class _Job:
    """What a job stands on (None: a question of the user's own), when it started, and how long it has taken."""

    def __init__(self, plan: Plan | None, /) -> None:
        self.plan = plan
        self.started_at = datetime.now(UTC)
        self._start = time.perf_counter()

    @property
    def elapsed(self) -> float:
        return round(time.perf_counter() - self._start, 3)


def estimate_tokens(messages: Sequence[BaseMessage], /) -> int:
    """A rough number of tokens: a quarter of the UTF-8 bytes, which fits English best."""
    return sum(len(str(message.content).encode("utf-8", "surrogatepass")) for message in messages) // 4


def _same_article(article: Article, extraction: Extraction | None) -> Article:
    """The extraction's article when the text is the same; ConfigurationError when it is another one."""
    if extraction is None:
        return article
    if extraction.article.id != article.id:
        raise ConfigurationError("the extraction is of another article; extract this one, or leave the extraction out")
    return extraction.article


def _question(prompt: str | Path) -> str:
    """The question itself: the content of a file, or the given words."""
    if not isinstance(prompt, Path):
        return prompt
    try:
        return prompt.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"cannot read the prompt {str(prompt)!r}: {error}") from error
