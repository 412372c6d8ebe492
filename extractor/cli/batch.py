"""extractor batch"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .batch_job import check_results, prepared, run_it, survey_it
from .batch_later import collect, status, submit
from .batch_options import BatchFlags, InputFlags
from .flattening import flattened
from .group import Commands
from .options import RunFlags, SettingFlags, StoreFlags


class _Batch(Commands):
    """'extractor batch INPUT...' is 'extractor batch run INPUT...'."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What is no command and no call for help belongs to 'run'."""
        first = args[0] if args else ""
        named = first in self.commands or first in ctx.help_option_names
        return super().parse_args(ctx, args if named else ["run", *args])


batch = typer.Typer(name="batch", cls=_Batch)


def _batch() -> None:
    """Work at many articles: files, folders, tables, lists of web addresses, or the standard input.

    Example: extractor batch articles/ --db claims.db

    'extractor batch INPUT...' is short for 'extractor batch run INPUT...', whose --help tells the options. Prints on
    the standard output what a batch came to.
    """


def run(
    taken: InputFlags,
    flags: BatchFlags,
    chosen: SettingFlags,
    run: RunFlags,
    database: StoreFlags,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders, patterns, web addresses, tables (.csv, .tsv, .jsonl, .parquet), or - for the standard"
            " input.",
        ),
    ] = None,
) -> None:
    """Extract from many articles, or summarize them, into a database or a file.

    Example: extractor batch run articles/ more.jsonl --db claims.db --model openai:gpt-5-mini --max-cost 20

    Each result is kept as soon as it is there. What is done is skipped and what failed is tried again, so that the same
    command goes on where another one ended; several may run at the same time with one database, also on several
    machines with PostgreSQL. Ctrl-C once finishes what is under way, twice stops now.

    Progress and notes go to the standard error; at the end the standard output tells what came of it. Exit codes: 0
    done; 3 some articles failed, the budget is spent, or items were rejected under --strict; 1 provider or database
    ended it; 2 input, usage or configuration; 130 interrupted.
    """
    settings = chosen.load(strict=run.strict, db=database.db)
    results = check_results(flags, database, settings)
    reading = taken.read(settings, results)
    with prepared(inputs or [], reading, flags, settings, results, dry_run=run.dry_run) as bench:
        options = flags.read(taken, settings, bench.workers)
        if run.dry_run:
            survey_it(bench, options)
            return
        report = run_it(bench, options)
    if code := report.exit_code or (3 if settings.strict and report.rejected else 0):
        raise typer.Exit(code)


batch.callback()(flattened(_batch))
batch.command("run")(flattened(run))
batch.command("submit")(flattened(submit))
batch.command("status")(flattened(status))
batch.command("collect")(flattened(collect))
