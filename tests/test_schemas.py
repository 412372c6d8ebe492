"""The drafts are what strict mode accepts; the results are frozen and round-trip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from extractor.schemas import (
    Article,
    Cited,
    Expert,
    Extraction,
    Position,
    Provenance,
    Span,
    Summary,
    audits,
    drafts,
)
from extractor.schemas.article import text_id

DRAFTS = [
    model
    for model in {**vars(drafts), **vars(audits)}.values()
    if isinstance(model, type) and issubclass(model, drafts.Draft) and model is not drafts.Draft
]
# https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
SUPPORTED = {
    "$defs", "$ref", "additionalProperties", "anyOf", "description", "enum", "items", "properties", "required", "title",
    "type",
}  # fmt: skip
TEXT = "Ana Roe says the port will grow."


def schema_nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a JSON schema."""
    if isinstance(node, dict):
        yield node
        for name, part in node.items():
            if name in ("properties", "$defs"):
                for inner in part.values():
                    yield from schema_nodes(inner)
            elif name in ("items", "anyOf"):
                yield from schema_nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from schema_nodes(part)


def article(text: str = TEXT) -> Article:
    """An article of this text."""
    return Article(id=text_id(text), text=text)


def provenance() -> Provenance:
    """A provenance with the fields that have no default."""
    return Provenance(engine="builtin", lexicon_version="1", started_at=datetime.now(UTC), elapsed_seconds=0.1)


def extraction() -> Extraction:
    """A small sound extraction."""
    position = Position(
        id="c1",
        expert_id="e1",
        source=(article().span(0, 7),),
        cue=(article().span(8, 12),),
        content=(article().span(13, 31),),
        quote_type="indirect",
        statement="The port will grow.",
        topic="the port",
        target="the port",
        stance="neutral",
        kind="fact",
    )
    expert = Expert(id="e1", name="Ana Roe", kind="person", mentions=(article().span(0, 7),))
    return Extraction(article=article(), experts=(expert,), positions=(position,), provenance=provenance())


def test_there_are_drafts_to_walk() -> None:
    """The list of drafts that the tests below walk is not empty by accident."""
    assert {model.__name__ for model in DRAFTS} >= {
        "DraftExtraction",
        "DraftRepair",
        "DraftSummary",
        "DraftSummaryRepair",
        "DraftAudit",
    }


@pytest.mark.parametrize("model", DRAFTS)
def test_strict_mode_accepts_every_draft(model: type[BaseModel]) -> None:
    """Objects forbid more properties and require all of their own; no other keyword, no reference with siblings."""
    for node in schema_nodes(model.model_json_schema()):
        assert set(node) <= SUPPORTED
        if "$ref" in node:
            assert set(node) == {"$ref"}
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert set(node["required"]) == set(node["properties"])


@pytest.mark.parametrize("model", DRAFTS)
def test_no_draft_has_a_default(model: type[BaseModel]) -> None:
    """A model has to fill every field of a draft."""
    assert all(field.is_required() for field in model.model_fields.values())


def test_extraction_round_trips_through_json() -> None:
    """What is written as JSON is read back equal."""
    result = extraction()
    assert Extraction.model_validate_json(result.model_dump_json()) == result


def test_summary_round_trips_through_json() -> None:
    """What is written as JSON is read back equal."""
    summary = Summary(
        article=article(),
        headline=Cited(text="The port grows.", evidence=(article().span(13, 31),)),
        provenance=provenance(),
    )
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


def test_the_json_contract_has_these_fields() -> None:
    """The result has the fields of the published contract, in its order."""
    result = extraction().model_dump(mode="json")
    assert list(result) == [
        "schema_version",
        "article",
        "experts",
        "positions",
        "predictions",
        "rejected",
        "provenance",
    ]
    assert list(result["article"]) == ["id", "title", "url", "author", "published", "language", "inferred", "text"]
    assert list(result["positions"][0]) == [
        "id", "expert_id", "reported_by", "source", "cue", "content", "quote_type", "statement", "topic", "target",
        "stance", "kind",
    ]  # fmt: skip


def test_results_are_frozen() -> None:
    """A result cannot be changed, at any depth."""
    result = extraction()
    with pytest.raises(ValidationError):
        result.positions[0].content[0].start = 3  # type: ignore[misc]
    assert isinstance(result.positions, tuple)


def test_a_span_that_is_not_in_the_article_is_refused() -> None:
    """Invariant 1 holds for every extraction that exists."""
    content = extraction().model_dump(mode="json")
    content["positions"][0]["content"][0]["text"] = "the port will fall"
    with pytest.raises(ValidationError, match="not 'the port will fall' in the article"):
        Extraction.model_validate(content)


def test_a_claim_of_nobody_is_refused() -> None:
    """A claim names an expert of the result."""
    content = extraction().model_dump(mode="json")
    content["positions"][0]["expert_id"] = "e9"
    with pytest.raises(ValidationError, match="unknown expert id 'e9'"):
        Extraction.model_validate(content)


def test_a_span_has_the_length_of_its_text() -> None:
    """Offsets and text agree."""
    with pytest.raises(ValidationError, match="does not fit"):
        Span(start=0, end=3, text="four")


def test_an_article_is_addressed_by_its_text() -> None:
    """The id is the text's SHA-256, and no other."""
    with pytest.raises(ValidationError, match="SHA-256"):
        Article(id="0" * 64, text=TEXT)
