"""How JSON is asked for, and how an answer is read."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, Field, create_model

from extractor.llm.modes import is_prose, refusal, schema_name, strict_schema, told
from extractor.schemas.drafts import DraftExtraction, DraftRepair, DraftSummary, DraftSummaryRepair


@pytest.mark.parametrize("schema", [DraftExtraction, DraftRepair, DraftSummary, DraftSummaryRepair])
def test_draft_schemas_fit_strict_mode(schema: type[BaseModel]) -> None:
    """Every object is closed and requires all of its properties; no $ref has siblings, nothing has title or default."""

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            assert "default" not in node and not isinstance(node.get("title"), str)
            assert "$ref" not in node or set(node) == {"$ref"}
            if "properties" in node:
                assert node["additionalProperties"] is False
                assert node["required"] == list(node["properties"])
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(part)

    walk(strict_schema(schema))
    assert json.dumps(strict_schema(schema)) == json.dumps(strict_schema.__wrapped__(schema))


def test_a_users_schema_is_made_strict() -> None:
    """Defaults, titles, unions and described references of a user's own model become what strict mode takes."""

    class Leaf(BaseModel):
        title: str = "none"
        default: int | None = None

    class Tree(BaseModel):
        leaf: Annotated[Leaf, Field(description="The leaf.")]
        kind: Literal["a", "b"] = "a"

    schema = strict_schema(Tree)
    assert schema["required"] == ["leaf", "kind"]
    assert schema["properties"]["kind"] == {"enum": ["a", "b"], "type": "string"}
    leaf = schema["properties"]["leaf"]
    assert leaf["description"] == "The leaf." and leaf["required"] == ["title", "default"]
    assert leaf["properties"]["title"] == {"type": "string"} and "$ref" not in leaf


def test_a_union_of_models_is_any_of() -> None:
    """Strict mode knows anyOf only: a tagged union becomes one, without its discriminator."""

    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    class Pet(BaseModel):
        it: Annotated[Cat | Dog, Field(discriminator="kind")]

    assert set(strict_schema(Pet)["properties"]["it"]) == {"anyOf"}


def test_a_recursive_schema_keeps_its_references() -> None:
    """A model that holds itself ends."""

    class Node(BaseModel):
        children: list[Node]

    assert "$defs" in strict_schema(Node)


def test_names_fit_openai() -> None:
    """A schema's name has only the characters that OpenAI takes."""
    assert schema_name(create_model("Über[int]" + "x" * 99)).startswith("_ber_int_x")
    assert len(schema_name(create_model("x" * 99))) == 64


def test_the_schema_follows_the_last_question() -> None:
    """A last message of the user is extended; after any other a new one comes. The given messages stay as they are."""
    schema = create_model("Word", word=(str, ...))
    messages = [SystemMessage("s"), HumanMessage("q")]
    assert [message.type for message in told("prompt", messages, schema)] == ["system", "human"]
    assert [message.type for message in told("prompt", [*messages, AIMessage("a")], schema)][2:] == ["ai", "human"]
    assert messages[1].text == "q" and told("json_schema", messages, schema) == messages


@pytest.mark.parametrize(
    ("text", "expected"), [("Sure!", True), ("", False), (' {"a": 1}', False), ("```json", False), ("<think>", False)]
)
def test_prose_is_told_from_json(text: str, expected: bool) -> None:
    """Only an answer that does not even begin like JSON is prose."""
    assert is_prose(text) is expected


def test_a_refusal_among_blocks() -> None:
    """A refusal of the Responses API stands among the content."""
    blocks: list[str | dict[str, Any]] = [{"type": "text", "text": "x"}, {"type": "refusal", "refusal": "No."}]
    assert refusal(AIMessage(content=blocks)) == "No."
    assert refusal(AIMessage("fine")) is None
