"""What was rejected and how a result came about."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from .article import Frozen

SCHEMA_VERSION: Literal["1"] = "1"


class Violation(Frozen):
    """One broken rule, told so that the model (or a person) can mend it."""

    rule: str = Field(description="Name of the rule, snake_case.")
    field: str = Field(description="The field at fault; empty when it is the whole item.")
    message: str = Field(description="What is wrong and how to mend it.")


class Rejected(Frozen):
    """Something that a model produced and that did not pass the checks."""

    kind: Literal["expert", "position", "prediction", "summary", "answer"]
    item: dict[str, Any]
    violations: tuple[Violation, ...] = Field(min_length=1)


class Usage(Frozen):
    """Tokens, as counted by the provider."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage, /) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class Audit(Frozen):
    """What the audit of a model's draft asked, and what came of it."""

    asked: int
    recorded: int
    dismissed: int


class Provenance(Frozen):
    """Which engine made a result, with what, at what cost."""

    engine: str
    model: str | None = None
    prompts: dict[str, str] = Field(default={}, description="Name to fingerprint of each prompt template used.")
    schema_version: Literal["1"] = SCHEMA_VERSION
    lexicon_version: str
    tagger_version: str | None = Field(
        default=None, description="Version of the built-in engine's weights, where it drafted or audited."
    )
    settings: dict[str, Any] = Field(
        default={},
        description="What decides the outcome besides article, engine and model: chunk_size, audit, length of a"
        " summary, prompts (name to fingerprint of every template that the task may use).",
    )
    attempts: int = Field(default=0, description="Largest number of attempts at validation that a chunk took.")
    calls: int = Field(default=0, description="Questions that got an answer of the model.")
    cached: int = Field(
        default=0, description="Of the calls, those whose answer had been stored before, so that nothing was paid."
    )
    usage: Usage = Field(default=Usage(), description="Tokens of all answers, those of cached ones as they once were.")
    merged: int = Field(default=0, description="Duplicate items folded into others.")
    repaired: int = Field(default=0, description="Items and answers that a further attempt mended.")
    audit: Audit | None = None
    names_unchecked: bool = Field(
        default=False, description="True when names could not be told by letter case (script or language)."
    )
    warnings: tuple[str, ...] = ()
    started_at: datetime
    elapsed_seconds: float = Field(ge=0)
