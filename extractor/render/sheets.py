"""Answers of the store as text: JSON, CSV, Markdown, tables for a terminal.

Text from articles and people reaches a terminal as plain characters, Markdown as text without markup, and a spreadsheet
as text that it does not compute.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .markdown import escape, link
from .phrases import NOTHING, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from extractor.schemas.stored import Piece

AnswerFormat = Literal["table", "json", "csv", "markdown"]

Cell = str | Sequence["Piece"]
"""A text, or pieces of it of which some are marked."""
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: a heading, a fact or a note."""

    text: Cell
    style: Literal["plain", "bold", "dim"] = "plain"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; each column has a heading and its share of the width (None: by content).

    ``empty`` is said when there are no rows.
    """

    title: str
    columns: Sequence[tuple[str, int | None]]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in each of its forms: a value of JSON's types, what people read, and the columns and rows of CSV."""

    value: Any
    parts: Sequence[Line | Sheet]
    columns: Sequence[str]
    rows: Sequence[Row]


def render_answer(answer: Answer, form: AnswerFormat, /, *, width: int = 80, color: bool = False) -> str:
    """An answer as text that ends with a newline.

    ``width`` (columns) and ``color`` (ANSI escapes) count for tables only.
    """
    if form == "json":
        return as_json(answer.value)
    if form == "csv":
        return as_csv(answer.columns, answer.rows)
    if form == "markdown":
        return "\n\n".join(_markdown(answer.parts)) + "\n"
    from .table import as_text

    return as_text(_drawn(answer.parts, color), width=width, color=color)


def as_json(value: object, /, *, indent: int | None = 2) -> str:
    """JSON in which every character that a terminal would obey is escaped; reading it gives the same value."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


_UNSAFE = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def as_csv(columns: Sequence[str], rows: Sequence[Row], /) -> str:
    """A line of column names and a line for each row; what a spreadsheet would compute begins with an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(row.get(column)) for column in columns] for row in rows)
    return file.getvalue()


def _csv_cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else value
    text = plain(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, in full width too."""


def _drawn(parts: Sequence[Line | Sheet], color: bool) -> Iterator[RenderableType]:
    for number, part in enumerate(parts):
        if isinstance(part, Line):
            yield _text(part.text, color, "" if part.style == "plain" else part.style)
        elif part.rows:
            yield from ([""] if number and isinstance(parts[number - 1], Line) else [])
            yield _grid(part, color)
        elif part.empty:
            yield _text(part.empty, color)


def _grid(sheet: Sheet, color: bool) -> RenderableType:
    from rich.table import Table

    from .table import grid

    drawn = grid(plain(sheet.title), sheet.columns, ())
    assert isinstance(drawn, Table)
    for row in sheet.rows:
        drawn.add_row(*(_text(cell, color) for cell in row))
    return drawn


def _text(cell: Cell, color: bool, style: str = "") -> Text:
    """The text for a terminal; marked pieces are bold, without color between asterisks."""
    from rich.text import Text

    if isinstance(cell, str):
        return Text(plain(cell), style=style, overflow="fold")
    if not color:
        marked = (f"**{text}**" if hit else text for text, hit in in_one_line(cell))
        return Text("".join(marked), overflow="fold")
    styled = ((text, "bold" if hit else "") for text, hit in in_one_line(cell))
    return Text.assemble(*styled, style=style, overflow="fold")


def in_one_line(pieces: Sequence[Piece], /) -> Iterator[tuple[str, bool]]:
    """The pieces as plain text: every run of white space is one space, also where pieces meet; none at either end."""
    gap, begun = False, False
    for piece in pieces:
        text = plain(piece.text)
        gap = gap or piece.text[:1].isspace()
        if text:
            yield from [(" ", False)] if gap and begun else []
            yield text, piece.hit
            gap, begun = piece.text[-1:].isspace(), True


def _markdown(parts: Sequence[Line | Sheet]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Line):
            text = _markdown_cell(part.text)
            yield from [f"**{text}**" if part.style == "bold" else text] if text else []
        elif part.rows:
            yield f"## {escape(part.title)}\n\n{_markdown_grid(part)}"
        elif part.empty:
            yield escape(part.empty)


def _markdown_grid(sheet: Sheet) -> str:
    lines = [[escape(heading) for heading, _ in sheet.columns], ["---"] * len(sheet.columns)]
    lines += [[_markdown_cell(cell) or NOTHING for cell in row] for row in sheet.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _markdown_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return link(cell) if _ADDRESS.fullmatch(cell) else escape(cell)
    marked = (f"**{escape(text)}**" if hit else escape(text) or text for text, hit in in_one_line(cell))
    return "".join(marked)


_ADDRESS = re.compile(r"(?i)https?://[^\s/]\S*")
