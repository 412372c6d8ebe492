"""extractor extract"""

from __future__ import annotations

from typing import Annotated

import typer

from .dry_run import write_preview
from .options import ArticleFlags, ResultFlags, RunFlags, SettingFlags, StoreFlags
from .output import progress
from .store_options import check_result
from .storing import storing


def extract(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="File (.txt, .md, .html, .pdf), URL, or - for the standard input.")
    ],
    about: ArticleFlags,
    chosen: SettingFlags,
    out: ResultFlags,
    run: RunFlags,
    database: StoreFlags,
) -> None:
    """Extract experts, positions and predictions from an article.

    Example: extractor extract article.txt --published 2026-03-17 --format table

    Prints the result on the standard output, as a table on a terminal and as JSON in a pipe; progress, notes, warnings
    and errors go to the standard error. With --db the result is stored too, and one that is stored is printed without
    asking the model again.
    """
    settings = chosen.load(strict=run.strict, db=database.db)
    check_result(out, source, settings=settings, dry_run=run.dry_run)
    from extractor.core import Extractor

    with (
        Extractor(settings=settings, eager=not run.dry_run) as extractor,
        storing(extractor, task="extract", read_from=source, out=out, idle=run.dry_run) as stored,
    ):
        with stored.reading(about), progress(f"reading {source}", out):
            article = about.read(source, settings)
        if run.dry_run:
            write_preview(extractor.preview(article), out)
            return
        with progress(f"extracting with {settings.model}", out):
            result = stored.make(article, lambda: extractor.extract(article))
        stored.hand_over(result)
    if settings.strict and result.rejected:
        raise typer.Exit(3)
