"""Results as text for people and programs: JSON, Markdown, tables for a terminal, a page of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary

Format = Literal["json", "markdown", "table"]
ResultFormat = Literal["json", "markdown", "table", "html"]
"""The formats of an extraction or a summary."""


def render(
    result: Extraction | Summary,
    form: ResultFormat,
    /,
    *,
    extraction: Extraction | None = None,
    width: int = 80,
    color: bool = False,
) -> str:
    """A result as text that ends with a newline.

    ``extraction`` is what a summary was made of: a page of HTML shows it below the summary, other formats leave it out.
    ``width`` (columns) and ``color`` (ANSI escapes) count for tables only. Raises InputError when the extraction is of
    another article.
    """
    if form == "json":
        return result.model_dump_json(indent=2) + "\n"
    if form == "markdown":
        from .markdown import markdown

        return markdown(result)
    if form == "html":
        from extractor.schemas import Summary

        from .html.report import render_report

        if extraction is not None and isinstance(result, Summary):
            return render_report(extraction, summary=result)
        return render_report(result)
    from .table import table

    return table(result, width=width, color=color)
