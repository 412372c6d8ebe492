"""The options of 'extractor batch' besides those of every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from extractor.errors import InputError

from .options import TUNING
from .store_options import day_option, legible

if TYPE_CHECKING:
    from extractor.batch import BatchOptions, Reading
    from extractor.llm.metering import Budget
    from extractor.settings import Settings

INPUT = "What is read"
CLUSTER = "A Ray cluster"


def _input(*names: str, told: str, **more: Any) -> Any:
    return typer.Option(*names, help=told, rich_help_panel=INPUT, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFlags:
    """What is read, and how tables are."""

    urls: Annotated[
        list[Path] | None, _input(told="Read articles from the web addresses in FILE, one a line.", metavar="FILE")
    ] = None
    text_column: Annotated[
        str | None,
        _input(told="Column of tables and JSON Lines with the text (text, content, body, article).", callback=legible),
    ] = None
    column: Annotated[
        list[str] | None,
        _input(
            told="Column of another field, as published=date: of title, url, author, published, language; as field= for"
            " none.",
            metavar="FIELD=NAME",
            callback=legible,
        ),
    ] = None
    since: Annotated[
        date | None, day_option("Leave out what was published before; what has no date stays.", panel=INPUT)
    ] = None
    limit: Annotated[
        int | None,
        _input(told="Work at so many articles at most; those that are done do not count.", min=1, metavar="N"),
    ] = None

    def read(self, settings: Settings, results: Path | None, /) -> Reading:
        """How inputs are taken, without the files of results. Raises InputError."""
        from extractor.batch import Reading
        from extractor.batch.sinks import errors_path

        pairs = [given.partition("=") for given in self.column or ()]
        for name, sign, _ in pairs:
            if not sign:
                raise InputError(f"--column {name!r}: write it as FIELD=NAME, such as published=date")
        return Reading(
            text_column=self.text_column,
            columns={name.strip(): column.strip() for name, _, column in pairs},
            url_files=tuple(map(str, self.urls or ())),
            since=self.since,
            leave_out=() if results is None else (results, errors_path(results)),
            max_chars=settings.max_chars,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFlags:
    """What is made of the articles, at what expense."""

    task: Annotated[Literal["extract", "summarize"], typer.Option(help="What to make of each article.")] = "extract"
    length: Annotated[Literal["short", "medium", "long"], typer.Option(help="How many sentences a summary has.")] = (
        "medium"
    )
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write results to FILE (JSON Lines) in place of a database, failures beside it.",
        ),
    ] = None
    form: Annotated[
        Literal["json", "table", "markdown"] | None,
        typer.Option(
            "--format",
            "-f",
            help="Of the summary: by default a table on a terminal, JSON in a pipe.",
            show_default=False,
        ),
    ] = None
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, notes and warnings.")] = False
    max_cost: Annotated[
        float | None, typer.Option(min=0, metavar="USD", help="End before the calls of this batch cost more.")
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="End before the calls take more tokens, input and output together."),
    ] = None
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Processes that share the work (built-in engine: one for each core; a model: one for each 25 calls"
            " under way, at most one for each core).",
            rich_help_panel=TUNING,
        ),
    ] = None
    runner: Annotated[
        Literal["local", "ray"],
        typer.Option(help="Where it runs: in this process, or in actors of a Ray cluster.", rich_help_panel=CLUSTER),
    ] = "local"
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="HOST:PORT of the cluster's head, or auto; without it a cluster is started on this machine.",
            callback=legible,
            rich_help_panel=CLUSTER,
        ),
    ] = None
    actors: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Actors that share the work (one for each node).", rich_help_panel=CLUSTER
        ),
    ] = None
    lease: Annotated[
        float,
        typer.Option(
            min=1,
            metavar="SECONDS",
            help="After so long others take over what a dead process worked at.",
            rich_help_panel=TUNING,
        ),
    ] = 60.0

    @property
    def budget(self) -> Budget:
        """What the calls may take."""
        from extractor.llm.metering import Budget

        return Budget(max_cost=self.max_cost, max_tokens=self.max_tokens)

    def read(self, taken: InputFlags, settings: Settings, workers: int, /) -> BatchOptions:
        """How the batch is run."""
        from extractor.batch import BatchOptions

        return BatchOptions(
            task=self.task,
            length=self.length,
            limit=taken.limit,
            since=taken.since,
            workers=workers,
            patience=settings.retry_seconds,
        )
