"""Plain records as JSON, Markdown or tables: settings, checks, lists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from . import Format

Sections = Mapping[str, Sequence[Mapping[str, Any]]]


def render_sections(sections: Sections, form: Format, /, *, width: int = 80, color: bool = False) -> str:
    """Sections of records that have the same keys within a section, as text that ends with a newline."""
    if form == "json":
        return json.dumps(sections, ensure_ascii=False, indent=2) + "\n"
    filled = {title: records for title, records in sections.items() if records}
    if form == "markdown":
        from .markdown import escape, markdown_table

        blocks = (f"## {escape(title)}\n\n{markdown_table(*_cells(records))}\n" for title, records in filled.items())
        return "\n".join(blocks)
    from .table import as_text, grid

    tables = []
    for title, records in filled.items():
        columns, rows = _cells(records)
        tables.append(grid(title, [(column, None) for column in columns], rows))
    return as_text(tables, width=width, color=color)


def _cells(records: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    return list(records[0]), [[_cell(value) for value in record.values()] for record in records]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
