"""The command line: every command parses, calls the facade, and prints."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Annotated

import typer

from extractor import __version__

from .articles import articles
from .claims import claims, reject, show
from .db import db
from .delete import delete
from .disagreements import disagreements
from .doctor import doctor
from .evaluate import evaluate
from .experts import experts
from .export import export
from .extract import extract
from .group import Commands
from .import_ import import_
from .options import flattened
from .predictions import predictions
from .prompts import prompts
from .runs import runs
from .schema import schema
from .score import score
from .search import search
from .serve import serve
from .store_options import ASKING, KEEPING
from .summarize import summarize
from .timeline import timeline


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"extractor {__version__}")
        raise typer.Exit


def extractor(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Experts, positions, predictions and summaries from news commentary, each tied to the characters that prove it.

    Example: extractor extract article.txt

    Without --model nothing leaves this machine. Results go to the standard output, notes and errors to the standard
    error. Exit codes: 0 done, also when the reader of a pipe has seen enough; 1 something outside failed; 2 input,
    usage or configuration; 3 done, with rejected items under --strict; 130 interrupted.
    """


app = typer.Typer(
    cls=Commands,
    name="extractor",
    add_completion=False,  # its options make typer import pydantic, which every --help would wait for
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.callback()(flattened(extractor))
app.command()(flattened(extract))
app.command()(flattened(summarize))
app.command()(flattened(schema))
app.command()(flattened(doctor))
app.command()(flattened(evaluate))
app.command()(flattened(serve))
app.add_typer(prompts)
for asking in (search, show, timeline, disagreements, score):
    app.command(rich_help_panel=ASKING)(flattened(asking))
app.add_typer(claims, rich_help_panel=ASKING)
app.add_typer(predictions, rich_help_panel=ASKING)
app.add_typer(experts, rich_help_panel=ASKING)
app.add_typer(articles, rich_help_panel=ASKING)
app.add_typer(runs, rich_help_panel=KEEPING)
for keeping in (reject, delete, export):
    app.command(rich_help_panel=KEEPING)(flattened(keeping))
app.command("import", rich_help_panel=KEEPING)(flattened(import_))
app.add_typer(db, rich_help_panel=KEEPING)


def main() -> None:
    """Entry point of the console script ``extractor``."""
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    app()
