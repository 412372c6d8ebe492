"""extractor summarize"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from extractor.errors import InputError

from .dry_run import write_preview
from .options import ArticleFlags, ResultFlags, RunFlags, SettingFlags, StoreFlags
from .output import progress
from .store_options import check_result
from .storing import storing

if TYPE_CHECKING:
    from extractor.schemas import Article, Extraction
    from extractor.settings import Settings


Source = Annotated[
    str | None,
    typer.Argument(
        metavar="SOURCE",
        help="File (.txt, .md, .html, .pdf), URL, or - for the standard input; not needed with --extraction.",
    ),
]
Stored = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Use the stored result of 'extractor extract' (JSON) instead of asking again."),
]


def summarize(
    about: ArticleFlags,
    chosen: SettingFlags,
    out: ResultFlags,
    run: RunFlags,
    database: StoreFlags,
    source: Source = None,
    length: Annotated[Literal["short", "medium", "long"], typer.Option(help="How many sentences to write.")] = "medium",
    extraction: Stored = None,
) -> None:
    """Summarize an article in sentences that are each tied to passages of it.

    Example: extractor summarize article.txt --length short --format markdown

    Prints the summary on the standard output, as text on a terminal and as JSON in a pipe; progress, notes, warnings
    and errors go to the standard error. With --db the summary is stored too, and one that is stored is printed without
    asking the model again. A page (--format html) of a summary with --extraction shows the claims below it.
    """
    read_from = _read_from(source, extraction)
    settings = chosen.load(strict=run.strict, db=database.db)
    check_result(out, source, extraction, settings=settings, dry_run=run.dry_run)
    given = _given(extraction, about)
    from extractor.core import Extractor

    with (
        Extractor(settings=settings, eager=not run.dry_run) as extractor,
        storing(extractor, task="summarize", read_from=read_from, out=out, idle=run.dry_run) as stored,
    ):
        with stored.reading(about), progress(f"reading {read_from}", out):
            article = _article(source, given, about, settings)
        if run.dry_run:
            write_preview(extractor.preview(article, length=length, extraction=given), out)
            return
        tuning: dict[str, Any] = {"extraction": given, "length": length}
        with progress(f"summarizing with {settings.model}", out):
            result = stored.make(article, lambda: extractor.summarize(article, **tuning), **tuning)
        stored.hand_over(result, extraction=given)
    if settings.strict and result.rejected:
        raise typer.Exit(3)


def _read_from(source: str | None, extraction: Path | None) -> str:
    """What the article is read from; InputError when nothing is named."""
    if source is None and extraction is None:
        raise InputError("nothing to summarize: give a file, a URL or -, or --extraction FILE")
    return str(extraction) if source is None else source


def _given(path: Path | None, about: ArticleFlags) -> Extraction | None:
    """The extraction of a file, if one is named; InputError when it cannot be used."""
    if path is None:
        return None
    if about.any_given:
        flags = "--published, --title, --author, --url and --language"
        raise InputError(f"--extraction brings its article along: leave out {flags}")
    from pydantic import ValidationError

    from extractor.schemas import Extraction

    try:
        return Extraction.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read --extraction {str(path)!r}: {error.strerror or error}") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the file"
        message = f"--extraction {str(path)!r} is no result of 'extractor extract': {where}: {fault['msg']}"
        raise InputError(message) from error


def _article(source: str | None, given: Extraction | None, about: ArticleFlags, settings: Settings) -> Article:
    """The article to summarize: that of the source, else that of the extraction."""
    if given is not None and source is None:
        return given.article
    assert source is not None
    return about.read(source, settings)
