"""The command line: every command parses, calls the facade, and prints."""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from typing import Annotated

import typer

from extractor import __version__

from .flattening import flattened
from .group import Listing

_NEW_OBJECTS = 200_000
"""How many come before garbage is looked for: with Python's 700, a start looked 240 times and took 10 % longer."""


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
    cls=Listing,
    name="extractor",
    add_completion=False,  # its options make typer import pydantic, which every --help would wait for
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.callback()(flattened(extractor))


def main() -> None:
    """Entry point of the console script ``extractor``."""
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    gc.set_threshold(_NEW_OBJECTS)
    try:
        app()
    finally:
        gc.freeze()  # what is left goes with the process, without a last look for garbage
