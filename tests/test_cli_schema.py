"""extractor schema: the published JSON Schema of the results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_run import run
from pydantic import BaseModel
from sample_results import sample_extraction, sample_summary

from extractor.schemas import Extraction, Summary

RESULTS: dict[str, Any] = {"extraction": (Extraction, sample_extraction), "summary": (Summary, sample_summary)}


@pytest.mark.parametrize("name", RESULTS)
def test_the_schema_is_that_of_the_result(name: str) -> None:
    """It names its draft, refuses other fields, and describes every field that a result has."""
    schema = json.loads(run("schema", name).stdout)
    _, sample = RESULTS[name]
    result = json.loads(sample().model_dump_json())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"]) == set(result)


@pytest.mark.parametrize("name", RESULTS)
def test_every_field_of_a_result_is_in_the_schema(name: str) -> None:
    """All that is nested in a result is described as well."""
    schema = json.loads(run("schema", name).stdout)
    model, _ = RESULTS[name]
    described = {title: set(found["properties"]) for title, found in schema["$defs"].items()}
    assert described["Span"] == {"start", "end", "text"}
    assert all(described[nested.__name__] == set(nested.model_fields) for nested in nested_models(model))


def test_a_schema_can_be_written_to_a_file() -> None:
    """--output writes the same as is printed."""
    assert run("schema", "summary", "--output", "s.json").stdout == ""
    assert Path("s.json").read_text(encoding="utf-8") == run("schema", "summary").stdout


def nested_models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The models that fields of a model hold directly."""
    found: list[type[BaseModel]] = []
    for info in model.model_fields.values():
        parts: tuple[Any, ...] = (info.annotation, *getattr(info.annotation, "__args__", ()))
        found += [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
    return found
