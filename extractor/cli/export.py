"""extractor export"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from extractor.errors import InputError
from extractor.render.phrases import count

from .options import OutputFlags
from .output import check_place, format_called, is_file, progress, say
from .store_options import PlaceFlags, database_file, find_place, open_store
from .streaming import write_pieces

if TYPE_CHECKING:
    from extractor.store import Store

ExportFormat = Literal["jsonl", "csv", "jsonld", "parquet"]
_SUFFIXES: dict[str, ExportFormat] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".jsonld": "jsonld", ".json": "jsonld"}
_FOLDERS = ("csv", "parquet")


def export(
    database: PlaceFlags,
    form: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="jsonl: all there is, for 'extractor import'; csv, parquet: a file of each kind; jsonld: schema.org."
            " By default as FILE is called, else jsonl.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|FOLDER",
            help="Write to FILE instead of the standard output (-); csv and parquet to FOLDER, which they need.",
        ),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text/--no-text", help="With articles and quotations, or without words of articles.")
    ] = True,
) -> None:
    """Write out the database: whole, as tables, or as linked data.

    Example: extractor export --output claims.jsonl

    Prints on the standard output; how much was written is told on the standard error. With --no-text no words of an
    article are written (statements, topics and targets only in other words than its own), and what is written cannot be
    imported.
    """
    chosen = form or _guess(output, database)
    _check(chosen, output, database)
    with open_store(database, create=False) as store, progress(f"exporting {store.place}", OutputFlags()):
        told = _write_folder(store, chosen, output, text) if chosen in _FOLDERS else _write(store, chosen, output, text)
    say(told)


def _guess(output: Path | None, database: PlaceFlags) -> ExportFormat:
    """The format that the output is called after. Raises InputError for an unknown ending, and as `_check` does."""
    if not is_file(output):
        return "jsonl"
    if output.is_dir():
        return "csv"
    _check("jsonl", output, database)  # that a file must not be written matters more than what it is called
    return format_called(output, _SUFFIXES, otherwise="jsonl")


def _check(form: ExportFormat, output: Path | None, database: PlaceFlags) -> None:
    """Find out before any work is done whether the output can be written. Raises InputError and OutputError."""
    if form not in _FOLDERS:
        check_place(output, database=database_file(find_place(database)))
    elif not is_file(output):
        raise InputError(f"{form} is a file of each kind: give --output FOLDER")
    elif output.exists() and not output.is_dir():
        raise InputError(f"--output {str(output)!r} is a file, and {form} is a file of each kind: name a folder")
    elif not output.absolute().parent.is_dir():
        raise InputError(f"--output {str(output)!r}: the folder {str(output.parent)!r} does not exist; make it first")


def _write(store: Store, form: ExportFormat, output: Path | None, text: bool) -> str:
    """Write one file; what was written, in words."""
    place = f" to {output}" if is_file(output) else ""
    if form == "jsonld":
        from extractor.render.jsonld import document

        write_pieces(document(store.tables(text=text)), output)
        return f"exported {store.place} as JSON-LD{place}"
    from extractor.render.sheets import as_json

    # All but the last record, which tells how many there are.
    lines = (as_json(record, indent=None) for record in store.export(text=text))
    return f"exported {store.place}: {count(write_pieces(lines, output) - 1, 'record')}{place}"


def _write_folder(store: Store, form: ExportFormat, output: Path | None, text: bool) -> str:
    """Write a file of each kind; what was written, in words."""
    from extractor.render import columns

    assert output is not None
    write = columns.write_csv if form == "csv" else columns.write_parquet
    files = write(store.tables(text=text), output)
    return f"exported {store.place}: {', '.join(file.name for file in files)} in {output}"
