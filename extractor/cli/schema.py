"""extractor schema"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from .output import check_place, write


def schema(
    name: Annotated[Literal["extraction", "summary"], typer.Argument(metavar="RESULT", help="extraction or summary.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to FILE instead of the standard output."),
    ] = None,
) -> None:
    """Print the JSON Schema of a result.

    Example: extractor schema extraction > extraction.schema.json

    Prints the schema (draft 2020-12) of what extract or summarize writes as JSON, on the standard output.
    """
    from extractor.schemas import Extraction, Summary

    check_place(output)
    model = Extraction if name == "extraction" else Summary
    published = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(mode="serialization"),
    }
    write(json.dumps(published, ensure_ascii=False, indent=2) + "\n", output)
