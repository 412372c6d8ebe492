"""The facade that the command line, services and user code build on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .articles import article_from_text
from .auditor import Auditor, builtin_auditor
from .builtin import BuiltinEngine
from .checks import Facts
from .errors import ConfigurationError, InputError, PromptError
from .job import Job
from .planning import Plan, is_audited, plan_extraction, plan_summary
from .schemas import Article, Extraction, Summary
from .segmentation import chunks
from .templates import Templates

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable
    from pydantic import BaseModel

    from .asking import Answered
    from .background import BackgroundLoop
    from .caching import ReplyCache
    from .conversation import Engine
    from .drafting import Desk
    from .llm import Pacer
    from .schemas.stored import Task
    from .settings import Settings
    from .summarizing import Length
    from .turns import Turns

M = TypeVar("M", bound="BaseModel")
T = TypeVar("T")


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

    With a ``cache`` (`Store.replies` gives one; it may also be set later) the model is asked for nothing that is kept.
    With a ``pace`` (`extractor.llm.make_pace` gives one) each call waits for its turn, within the provider's limits and
    a budget; a pace belongs to one extractor.

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
        cache: ReplyCache | None = None,
        pace: Pacer | None = None,
        eager: bool = True,
        **given: Any,
    ) -> None:
        from .settings import load_settings

        if settings is not None and (given or model is not None):
            raise ConfigurationError("give either settings=... or single settings, not both")
        self.settings = settings or load_settings(model=model, **given)
        self.templates = Templates(self.settings.prompts)
        self.cache = cache
        self._given_engine = engine
        self.pace = pace
        self._auditor = auditor or builtin_auditor
        self._open()
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
            return await _in_thread(self._extract_builtin, self._article(article))
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
            return await _in_thread(self._summarize_builtin, article, extraction, length)
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

    def start(self, work: Coroutine[Any, Any, T], /) -> Future[T]:
        """Begin asynchronous work on the loop where the calls run, so that those it awaits change no thread."""
        return self._loop.submit(work)

    def preview(
        self, article: str | Article, /, *, length: Length | None = None, extraction: Extraction | None = None
    ) -> Preview:
        """What `extract` (or, with a length, `summarize`) would send first; nothing is sent."""
        article = _same_article(self._article(article), extraction)
        if self.is_builtin:
            return Preview((), 0)
        from .drafting import extraction_messages
        from .summarizing import summary_messages

        found = []
        for chunk in chunks(article.text, size=self.settings.chunk_size):
            if length is None:
                found.append(tuple(extraction_messages(self.templates, article, chunk)))
            else:
                found.append(tuple(summary_messages(self.templates, article, chunk, extraction, length)))
        from .llm.metering import estimate_tokens

        tokens = sum(estimate_tokens(messages) for messages in found)
        return Preview(tuple(found), tokens, audited=length is None and is_audited(article, self._effective_auditor))

    def close(self) -> None:
        """Give back connections and the background loop. The extractor may be used again afterwards."""
        engine = self.__dict__.pop("_engine", None)
        if engine is not None and engine is not self._given_engine:
            self._loop.run(engine.aclose())
        if "_loop" in self.__dict__:
            self._loop.close()
        self.__dict__.pop("_slots", None)
        self.__dict__.pop("_turns", None)
        self._open()

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

    def _open(self) -> None:
        """Make what calls of a model share, before any thread may use it."""
        if not self.is_builtin:
            self._loop, self._slots, self._turns  # noqa: B018 - made by looking

    @cached_property
    def _loop(self) -> BackgroundLoop:
        from .background import BackgroundLoop  # asyncio, which the built-in engine does without

        return BackgroundLoop()

    @cached_property
    def _slots(self) -> asyncio.Semaphore:
        import asyncio

        return asyncio.Semaphore(self.settings.concurrency)

    @cached_property
    def _turns(self) -> Turns:
        from .turns import Turns

        return Turns()

    @cached_property
    def _engine(self) -> Engine:
        if self._given_engine is not None:
            return self._given_engine
        from .llm import ChatEngine

        return ChatEngine(self.settings, pace=self.pace)

    @property
    def _effective_auditor(self) -> Auditor | None:
        return self._auditor if self.settings.audit else None

    @contextmanager
    def _desk(self, article: Article) -> Iterator[Desk]:
        """Where the job of an article is done."""
        from .caching import cached
        from .drafting import Desk
        from .turns import TurnTaking

        by, told = self._engine, self.settings
        with cached(by, self.cache, told.base_url, told.temperature, article_id=article.id) as engine:
            taking = TurnTaking(engine, self._turns)
            yield Desk(taking, self.templates, told.attempts, told.chunk_size, self._slots, self._effective_auditor)

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
        from .drafting import draft_extraction

        await self._turns.take(first=True)
        job, facts = self._job(self._plan_extraction(article)), Facts.of(article)
        with self._desk(article) as desk:
            drafts, record = await draft_extraction(desk, facts)
        return job.extraction(article, drafts, record, facts)

    def _extract_builtin(self, article: Article) -> Extraction:
        return self._job(self._plan_extraction(article)).extract_builtin(article)

    async def _summarize(self, article: Article, extraction: Extraction | None, length: Length) -> Summary:
        from .summarizing import build_summary, draft_summary

        await self._turns.take(first=True)
        job, facts = self._job(self._plan_summary(article, extraction, length)), Facts.of(article)
        with self._desk(article) as desk:
            review, record = await draft_summary(desk, facts, extraction, length)
            parts, warnings = build_summary(article, review, extraction)
        record.warnings += warnings
        provenance = job.provenance(record, facts)
        return Summary(article=article, **parts, rejected=tuple(record.rejected), provenance=provenance)

    def _summarize_builtin(self, article: Article, extraction: Extraction | None, length: Length) -> Summary:
        job = self._job(self._plan_summary(article, extraction, length))
        return job.summarize_builtin(article, extraction or self._extract_builtin(article), length)

    async def _run(self, article: Article, schema: type[M], prompt: str | Path) -> Answered[M]:
        if self.is_builtin:
            raise ConfigurationError(
                "the built-in engine answers no questions of your own; name a model: model='openai:...'"
            )
        from .asking import Answered, ask

        job, facts = self._job(None), Facts.of(article)
        with self._desk(article) as desk:
            value, spans, record = await ask(desk, facts, schema, _question(prompt))
        return Answered(value, spans, tuple(record.rejected), job.provenance(record, facts))

    def _job(self, plan: Plan | None) -> Job:
        return Job(plan, self.made_by, self.templates)


async def _in_thread(work: Callable[..., T], /, *given: object) -> T:
    import asyncio

    return await asyncio.to_thread(work, *given)


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
