"""A result as tables for a terminal.

Text from articles reaches the terminal as plain characters: no markup, no escape sequences.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from .phrases import (
    by_when,
    count,
    facts,
    faults,
    holder,
    holders,
    how_likely,
    office,
    plain,
    rejected_item,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from extractor.schemas import Cited, Expert, Extraction, Position, Prediction, Rejected, Summary


def table(result: Extraction | Summary, /, *, width: int = 80, color: bool = False) -> str:
    """The tables of an extraction, or the text of a summary, at most ``width`` columns wide."""
    from extractor.schemas import Summary

    body = _summary(result) if isinstance(result, Summary) else _extraction(result)
    return as_text([*_head(result), *body, *_rejected(result.rejected)], width=width, color=color)


def as_text(parts: Iterable[RenderableType], /, *, width: int, color: bool) -> str:
    """What rich makes of the parts; without color no escape sequence and no space at the end of a line."""
    from rich.console import Console

    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=color, color_system="standard" if color else None, legacy_windows=False
    )
    for part in parts:
        console.print(part, markup=False, emoji=False, highlight=False)
    text = file.getvalue()
    return text if color else "".join(f"{line.rstrip(' ')}\n" for line in text.split("\n")[:-1])


def grid(title: str, columns: Sequence[tuple[str, int | None]], rows: Iterable[Sequence[str]], /) -> RenderableType:
    """A table of plain strings; each column has a heading and its share of the width (None: by content)."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, expand=True, pad_edge=False
    )
    for heading, share in columns:
        drawn.add_column(heading, ratio=share, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(plain(cell)) for cell in row))
    return drawn


def _line(*parts: tuple[str, str]) -> RenderableType:
    """Texts, each with its style, in one paragraph."""
    from rich.text import Text

    return Text.assemble(*((plain(text), style) if text.strip() else text for text, style in parts), overflow="fold")


def _head(result: Extraction | Summary) -> Iterator[RenderableType]:
    article = result.article
    yield _line((article.title or "Untitled article", "bold"))
    told = [*facts(article), *([article.url] if article.url else [])]
    if told:
        yield _line((" · ".join(told), "dim"))
    yield ""


def _extraction(result: Extraction) -> Iterator[RenderableType]:
    names = holders(result)
    if not result.experts:
        yield "No expert, position or prediction was found."
        return
    yield _experts(result.experts, result)
    if result.positions:
        yield _positions(result.positions, names)
    if result.predictions:
        yield _predictions(result.predictions, names)


def _experts(experts: Sequence[Expert], result: Extraction) -> RenderableType:
    columns = (("Name", 5), ("Kind", None), ("Role, affiliation", 7), ("Claims", 2))
    claims = [claim.expert_id for claim in result.claims]
    rows = ((expert.name, expert.kind, office(expert), str(claims.count(expert.id))) for expert in experts)
    return grid("Experts", columns, rows)


def _positions(positions: Sequence[Position], names: dict[str, str]) -> RenderableType:
    columns = (("Expert", 4), ("Stance → target", 5), ("Statement", 9))
    rows = ((holder(p, names), f"{p.stance} → {p.target}", p.statement) for p in positions)
    return grid("Positions", columns, rows)


def _predictions(predictions: Sequence[Prediction], names: dict[str, str]) -> RenderableType:
    columns = (("Expert", 4), ("Statement", 6), ("Likelihood", 4), ("By when", 4), ("Expected", 3))
    rows = (
        (
            holder(p, names),
            p.statement,
            how_likely(p.likelihood),
            by_when(p.horizon),
            p.expected.replace("_", " "),
        )
        for p in predictions
    )
    return grid("Predictions", columns, rows)


def _summary(result: Summary) -> Iterator[RenderableType]:
    names = holders(result)
    yield _line((result.headline.text, "bold"), *_evidence(result.headline))
    yield ""
    for cited in result.abstract:
        yield _line((cited.text, ""), *_evidence(cited))
    if result.by_expert:
        yield from ("", _line(("By expert", "bold")))
    for line in result.by_expert:
        name = names[line.expert_id]
        told = [] if plain(line.text).startswith(name) else [(f"{name}:", "bold"), (" ", "")]
        yield _line(*told, (line.text, ""), *_evidence(line))
    for title, section in (("Agreements", result.agreements), ("Disagreements", result.disagreements)):
        if section:
            yield from ("", _line((title, "bold")))
            yield from (_line((cited.text, ""), *_evidence(cited)) for cited in section)


def _evidence(cited: Cited) -> list[tuple[str, str]]:
    """How many passages prove a sentence."""
    return [(" ", ""), (f"({count(len(cited.evidence), 'passage')})", "dim")]


def _rejected(rejected: Sequence[Rejected]) -> Iterator[RenderableType]:
    if rejected:
        rows = ((item.kind, rejected_item(item), faults(item)) for item in rejected)
        yield grid("Rejected", (("Kind", None), ("What", 6), ("Why", 8)), rows)
