"""A scripted engine: answers with what is queued, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import BaseMessage
from pydantic import BaseModel

from extractor.schemas import Usage

Scripted = str | dict[str, Any] | BaseException | Callable[[Sequence[BaseMessage]], Any]


@dataclass(frozen=True, slots=True)
class FakeAnswer:
    """What the fake engine gives back."""

    text: str
    usage: Usage = field(default_factory=lambda: Usage(input_tokens=10, output_tokens=5))


class FakeEngine:
    """Answers each call with the next scripted text, object or error."""

    name = "fake"
    model = "fake-1"

    def __init__(self, *script: Scripted) -> None:
        self.script = list(script)
        self.asked: list[tuple[list[BaseMessage], type[BaseModel]]] = []

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> FakeAnswer:
        """The next scripted answer."""
        self.asked.append((list(messages), schema))
        step = self.script.pop(0)
        value = step(messages) if callable(step) else step
        if isinstance(value, BaseException):
            raise value
        return FakeAnswer(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    async def aclose(self) -> None:
        """Nothing is held."""


def expert(name: str, **more: Any) -> dict[str, Any]:
    """A draft expert as a model writes it."""
    return {"name": name, "kind": "person", "role": None, "affiliation": None, "aliases": [], **more}


def position(holder: str, content: str | list[str], **more: Any) -> dict[str, Any]:
    """A draft position as a model writes it."""
    parts = [content] if isinstance(content, str) else content
    base = {"content": parts, "cue": [], "source": [], "expert": holder, "reported_by": None}
    told = {
        "statement": parts[0].strip("“”") + ".",
        "topic": "ports",
        "target": "the port",
        "stance": "neutral",
        "kind": "fact",
    }
    return {**base, **told, **more}


def prediction(holder: str, content: str | list[str], **more: Any) -> dict[str, Any]:
    """A draft prediction as a model writes it."""
    parts = [content] if isinstance(content, str) else content
    base = {"content": parts, "cue": [], "source": [], "expert": holder, "reported_by": None}
    told = {"statement": parts[0] + ".", "topic": "ports", "likelihood_words": None, "negated": False}
    return {**base, **told, "condition": None, "horizon_words": None, "missing": [], **more}


def extraction(
    experts: Sequence[dict[str, Any]] = (),
    positions: Sequence[dict[str, Any]] = (),
    predictions: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A whole answer to the extract prompt."""
    return {"experts": list(experts), "positions": list(positions), "predictions": list(predictions)}


def repair(
    experts: Sequence[dict[str, Any]] = (),
    positions: Sequence[dict[str, Any]] = (),
    predictions: Sequence[dict[str, Any]] = (),
    withdrawn: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A whole answer to the repair prompt."""
    return {**extraction(experts, positions, predictions), "withdrawn": list(withdrawn)}
