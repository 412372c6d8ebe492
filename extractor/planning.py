"""What a run stands on, known before it: engine, model, templates and settings, and the key that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .auditor import Auditor, builtin_auditor
from .builtin import BuiltinEngine, tagger_version
from .builtin.engine import reads
from .likelihood import LEXICON_VERSION
from .run_keys import PROMPTS, key_of, run_key
from .schemas import Article, Extraction
from .schemas.provenance import SCHEMA_VERSION
from .templates import Templates

if TYPE_CHECKING:
    from .schemas.stored import Task

TEMPLATES: dict[Task, tuple[str, ...]] = {
    "extract": ("extract", "reask", "repair"),
    "summarize": ("summarize", "combine", "reask", "repair_summary"),
}
"""The templates that a task may use with a model; an audited extraction may use ``audit`` too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides the outcome of a run besides text and date of its article, as the result's provenance tells it."""

    task: Task
    engine: str
    model: str | None
    tagger_version: str | None
    settings: dict[str, Any]

    def key(self, article: Article, /) -> str:
        """The key of the run over ``article``."""
        return run_key(
            task=self.task,
            article_id=article.id,
            published=article.published,
            engine=self.engine,
            model=self.model,
            prompts=self.settings[PROMPTS],
            schema_version=SCHEMA_VERSION,
            lexicon_version=LEXICON_VERSION,
            tagger_version=self.tagger_version,
            settings=self.settings,
        )


def plan_extraction(
    article: Article,
    templates: Templates,
    /,
    *,
    engine: str,
    model: str | None,
    chunk_size: int,
    auditor: Auditor | None,
) -> Plan:
    """The plan of an extraction. ``auditor`` is None where drafts are not audited."""
    drafted = engine == BuiltinEngine.name
    audited = not drafted and is_audited(article, auditor)
    tagged = (drafted and reads(article.language)) or (audited and auditor is builtin_auditor)
    names = () if drafted else (*TEMPLATES["extract"], *(("audit",) if audited else ()))
    settings = _settings(article, templates.fingerprints(names), chunk_size=chunk_size, audit=audited)
    return Plan("extract", engine, model, tagger_version() if tagged else None, settings)


def plan_summary(
    article: Article,
    templates: Templates,
    /,
    *,
    engine: str,
    model: str | None,
    chunk_size: int,
    length: str,
    extraction: Extraction | None,
) -> Plan:
    """The plan of a summary; ``extraction`` is the one that is given, if any."""
    drafted = engine == BuiltinEngine.name
    tagged = drafted and extraction is None and reads(article.language)
    prompts = templates.fingerprints(() if drafted else TEMPLATES["summarize"])
    settings = _settings(article, prompts, chunk_size=chunk_size, audit=False)
    settings |= {"length": length, "extraction": None if extraction is None else key_of(extraction)}
    return Plan("summarize", engine, model, tagger_version() if tagged else None, settings)


def is_audited(article: Article, auditor: Auditor | None, /) -> bool:
    """True when attributions of the article are looked for; the built-in auditor reads English only."""
    return auditor is not None and (auditor is not builtin_auditor or reads(article.language))


def _settings(article: Article, prompts: dict[str, str], /, *, chunk_size: int, audit: bool) -> dict[str, Any]:
    """The settings of any task. The language counts: it may be given, and it decides what is read and looked up."""
    return {"chunk_size": chunk_size, "audit": audit, "language": article.language, PROMPTS: prompts}
