"""The key of a run: a digest of the article and of everything that decides what comes out.

A run whose key is stored need not be made again. Digests are SHA-256 over JSON with sorted names, hexadecimal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from .schemas import Extraction, Summary

PROMPTS = "prompts"
"""Name in `Provenance.settings` of the fingerprints of all templates that the task may use."""


def run_key(
    *,
    task: Literal["extract", "summarize"],
    article_id: str | None,
    published: date | None,
    engine: str,
    model: str | None,
    prompts: dict[str, str],
    schema_version: str,
    lexicon_version: str,
    tagger_version: str | None,
    settings: Mapping[str, Any],
) -> str:
    """The key of a run. Fingerprints of prompts among ``settings`` do not count; ``prompts`` does."""
    return digest(
        {
            "task": task,
            "article": article_id,
            "published": published and published.isoformat(),
            "engine": engine,
            "model": model,
            "prompts": prompts,
            "schema": schema_version,
            "lexicon": lexicon_version,
            "tagger": tagger_version,
            "settings": {name: value for name, value in settings.items() if name != PROMPTS},
        }
    )


def key_of(result: Extraction | Summary, /) -> str:
    """The key of the run that made a result."""
    made = result.provenance
    return run_key(
        task=task_of(result),
        article_id=result.article.id,
        published=result.article.published,
        engine=made.engine,
        model=made.model,
        prompts=made.settings.get(PROMPTS, made.prompts),
        schema_version=made.schema_version,
        lexicon_version=made.lexicon_version,
        tagger_version=made.tagger_version,
        settings=made.settings,
    )


def task_of(result: Extraction | Summary, /) -> Literal["extract", "summarize"]:
    """The task whose result this is."""
    return "extract" if isinstance(result, Extraction) else "summarize"


def digest(value: object, /) -> str:
    """SHA-256 of a value of JSON's types, whatever the order of its names; hexadecimal."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()
