"""Results as text for people and programs: JSON, a Markdown report, tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary

Format = Literal["json", "markdown", "table"]


def render(result: Extraction | Summary, form: Format, /, *, width: int = 80, color: bool = False) -> str:
    """A result as text that ends with a newline.

    ``width`` (columns) and ``color`` (ANSI escapes) count for tables only.
    """
    if form == "json":
        return result.model_dump_json(indent=2) + "\n"
    if form == "markdown":
        from .markdown import markdown

        return markdown(result)
    from .table import table

    return table(result, width=width, color=color)
