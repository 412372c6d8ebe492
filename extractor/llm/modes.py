"""How a model is made to answer with JSON: what is sent for it, and how the answer is read back.

From strict to loose, each tried when a server does not accept the one before:

- ``json_schema``: ``response_format`` with the JSON schema, strict: https://platform.openai.com/docs/guides/structured-outputs
- ``tool_calling``: one tool whose parameters are the schema, its call forced; the answer is the call's arguments
- ``json_object``: JSON mode, with the schema in the last message
- ``prompt``: nothing but the schema in the last message
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from extractor.schemas import Usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel

Mode = Literal["json_schema", "tool_calling", "json_object", "prompt"]
MODES: tuple[Mode, ...] = ("json_schema", "tool_calling", "json_object", "prompt")

_INSTRUCTION = "Answer with one JSON object and nothing else, no code fence. It fits this JSON schema:"


@lru_cache(maxsize=64)
def strict_schema(schema: type[BaseModel], /) -> dict[str, Any]:
    """The JSON schema of ``schema`` as strict mode takes it, always the same for the same model.

    Every field is required, none has a default, objects are closed, no ``$ref`` has siblings, titles are left out. The
    result is kept and shared: do not change it.
    """
    whole = schema.model_json_schema()
    strict = _strict(whole, whole.get("$defs", {}))
    assert isinstance(strict, dict)
    return strict


def request(mode: Mode, schema: type[BaseModel], /) -> dict[str, Any]:
    """The parameters of a chat completion that ask for ``schema`` in this mode."""
    if mode == "json_schema":
        wanted = {"name": schema_name(schema), "strict": True, "schema": strict_schema(schema)}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    if mode == "tool_calling":
        parameters = strict_schema(schema)
        function = {"name": schema_name(schema), "description": "Gives the answer.", "parameters": parameters}
        choice = {"type": "function", "function": {"name": schema_name(schema)}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if mode == "json_object" else {}


def told(mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> list[BaseMessage]:
    """The messages for this mode: in the two loosest the last one, a user's, says the schema too."""
    from langchain_core.messages import HumanMessage

    if mode in ("json_schema", "tool_calling"):
        return list(messages)
    words = f"{_INSTRUCTION}\n{json.dumps(strict_schema(schema), ensure_ascii=False)}"
    *earlier, last = messages
    if isinstance(last, HumanMessage):
        return [*earlier, HumanMessage(f"{last.text}\n\n{words}")]
    return [*messages, HumanMessage(words)]


def answer_text(message: AIMessage, /) -> str:
    """The JSON text of an answer: the arguments of its tool call, or else its text, unchanged.

    Several different calls stand one after the other, which is no JSON: none of them is dropped in silence.
    """
    calls = [json.dumps(call["args"], ensure_ascii=False) for call in message.tool_calls]
    calls += [str(call["args"] or "") for call in message.invalid_tool_calls]
    return "\n".join(dict.fromkeys(calls)) if calls else str(message.text)


def is_prose(text: str, /) -> bool:
    """True for an answer that is plainly no attempt at JSON: the server has ignored what was asked."""
    return bool(text.strip()) and not text.lstrip().startswith(("{", "[", "```", "<"))


def refusal(message: AIMessage, /) -> str | None:
    """The words with which the model refused, None when it did not."""
    words = message.additional_kwargs.get("refusal")
    if not words and isinstance(message.content, list):
        blocks = [block for block in message.content if isinstance(block, dict)]
        words = next((block.get("refusal") for block in blocks if block.get("type") == "refusal"), None)
    return str(words) if words else None


def ending(message: AIMessage, /) -> Literal["complete", "truncated", "filtered", "refused"]:
    """Why the answer ended, told alike for all providers."""
    data = message.response_metadata
    details = data.get("incomplete_details") or {}
    reasons = (data.get("finish_reason"), data.get("stop_reason"), data.get("done_reason"), details.get("reason"))
    reason = next((str(reason).lower() for reason in reasons if reason), "")
    if reason in ("length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"):
        return "truncated"
    if reason in (
        "content_filter",
        "content_filtered",
        "safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
    ):
        return "filtered"
    return "refused" if reason == "refusal" else "complete"


def usage(message: AIMessage, /) -> Usage:
    """The tokens that the provider counted; zero where it does not tell."""
    counted = message.usage_metadata
    if counted is None:
        return Usage()
    return Usage(input_tokens=counted["input_tokens"], output_tokens=counted["output_tokens"])


def schema_name(schema: type[BaseModel], /) -> str:
    """The model's name as OpenAI takes it: at most 64 letters, digits, ``_`` or ``-``."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", schema.__name__)[:64]


def _strict(node: Any, definitions: dict[str, Any], /) -> Any:
    if isinstance(node, list):
        return [_strict(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and len(node) > 1:
        rest = {name: value for name, value in node.items() if name != "$ref"}
        return _strict({**definitions[str(node["$ref"]).rpartition("/")[2]], **rest}, definitions)
    kept = {name: value for name, value in node.items() if name not in ("title", "default", "discriminator")}
    result = {name: _strict_part(name, value, definitions) for name, value in kept.items()}
    if "oneOf" in result:
        result["anyOf"] = result.pop("oneOf")
    if "properties" in result:
        result["required"] = list(result["properties"])
        result["additionalProperties"] = False
    return result


def _strict_part(name: str, value: Any, definitions: dict[str, Any], /) -> Any:
    """A value inside a schema; the keys of ``properties`` and ``$defs`` are names of the user's, not of JSON schema."""
    if name in ("properties", "$defs"):
        return {key: _strict(part, definitions) for key, part in value.items()}
    return value if name in ("enum", "const", "examples", "required") else _strict(value, definitions)
