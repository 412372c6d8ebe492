"""What the commands of the claims database share: opening it, reading ids, names and dates, printing answers."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from extractor.render.sheets import Answer, AnswerFormat, render_answer

from .options import FormatFlags, ResultFlags, StoreFlags
from .output import check_place, chosen_format, format_called, is_file, result_format, write

if TYPE_CHECKING:
    from extractor.settings import Settings
    from extractor.store import Filters, Store

_FORMATS: dict[str, AnswerFormat] = {".json": "json", ".csv": "csv", ".md": "markdown"}
LARGEST_ID = 2**31 - 1
_ID_DIGITS = len(str(LARGEST_ID))


def open_store(flags: StoreFlags, /, *, create: bool | None = None) -> Store:
    """The database of ``--db``, else of EXTRACTOR_DB, else the file in the user's data folder.

    Made when it does not exist with ``create``, and without it only where none was named: a mistyped name is an error.
    Raises ConfigurationError, InputError and StoreError.
    """
    from extractor.store import Store

    place = find_place(flags)
    return Store(place, create=place is None if create is None else create)


def find_place(flags: StoreFlags, /) -> str | None:
    """Path or address, with its password, of the database that was named; None: the user's own.

    Raises ConfigurationError.
    """
    from extractor.settings import load_settings

    named = load_settings(db=flags.db).db
    return None if named is None else named.get_secret_value()


def database_file(place: str | None, /) -> Path | None:
    """The file of a database, None for one on a server; without ``place`` that of the user's own.

    Raises ConfigurationError.
    """
    from extractor.store.database.opening import find_address

    return find_address(place).path


def check_result(out: ResultFlags, /, *inputs: str | Path | None, settings: Settings, dry_run: bool) -> None:
    """Find out before any work is done whether a result can be written, without harm to the database and inputs.

    What ``dry_run`` prints has no format that a file could be called after. Raises InputError, OutputError, and
    ConfigurationError when the database has no valid address.
    """
    db = settings.db if out.output else None  # without a file nothing can be harmed, and nothing need be loaded
    database = database_file(db.get_secret_value()) if db else None
    check_place(out.output, *inputs, database=database)
    if not dry_run:
        result_format(out)


def read_date(text: str, /) -> date:
    """A day of the command line."""
    try:
        day = date.fromisoformat(text.strip())
        if day.isoformat() == text.strip():  # not 20260317 or a day of a week
            return day
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is no date: a day is expected as YYYY-MM-DD, such as 2026-03-17")


def legible(given: Any) -> Any:
    """A word of the command line, or several, which must be text that can be stored."""
    try:
        for text in given if isinstance(given, list | tuple) else [given or ""]:
            text.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("is not valid UTF-8") from None
    return given


def expert_named(text: str, /) -> int | str:
    """The id, or else the name, of an expert."""
    is_id = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS and int(text) <= LARGEST_ID
    return int(text) if is_id else text


def day_option(help_text: str, /, *, panel: str | None = None) -> Any:
    """An option that takes a day."""
    return typer.Option(metavar="DATE", parser=read_date, help=f"{help_text} YYYY-MM-DD.", rich_help_panel=panel)


def id_argument(metavar: str, shown_by: str, help_text: str, /) -> Any:
    """An argument that takes an id, as the command ``shown_by`` shows it."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS and 1 <= int(text) <= LARGEST_ID:
            return int(text)
        raise typer.BadParameter(f"{text!r} is no id: ids are whole numbers, as '{shown_by}' shows them")

    return typer.Argument(metavar=metavar, parser=read, help=help_text)


Words = Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Words to look for.", callback=legible)]
Expert = Annotated[str, typer.Argument(metavar="EXPERT", help="Id or name of an expert.", callback=legible)]
Claim = Annotated[int, id_argument("ID", "extractor claims list", "Id of the claim, as lists show it.")]
Run = Annotated[int, id_argument("RUN", "extractor runs list", "Id of the run, as 'extractor runs list' shows it.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="Print at most so many.")]
Offset = Annotated[int, typer.Option(min=0, max=LARGEST_ID, help="Leave out the first so many.")]
Reason = Annotated[str | None, typer.Option(help="Why, for the record.", callback=legible)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFlags(StoreFlags):
    """Which database is asked."""

    db: Annotated[
        str | None,
        typer.Option(
            "--db",
            metavar="PATH|URL",
            help="Database: a file (SQLite) or postgresql://USER@HOST/NAME. By default that of EXTRACTOR_DB, which is"
            " also the place for an address with a password, else a file in your data folder ('extractor db path').",
            show_default=False,
            callback=legible,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichFlags:
    """Which claims are asked for."""

    expert: Annotated[str | None, typer.Option(metavar="NAME|ID", help="Of this expert only.", callback=legible)] = None
    article: Annotated[
        str | None, typer.Option(metavar="ID", help="Of this article only; 6 characters will do.", callback=legible)
    ] = None
    since: Annotated[date | None, day_option("Published on this day or later.")] = None
    until: Annotated[date | None, day_option("Published on this day or earlier.")] = None

    def read(self, **more: Any) -> Filters:
        """What is asked for; ``more`` are other fields of it. Raises InputError."""
        from extractor.store import Filters

        given = {field.name: getattr(self, field.name) for field in fields(self)}
        expert = None if self.expert is None else expert_named(self.expert)
        return Filters(**{**given, "expert": expert, **more})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFlags(WhichFlags):
    """Which claims of both kinds are asked for."""

    kind: Annotated[Literal["position", "prediction"] | None, typer.Option(help="Of this kind only.")] = None
    stance: Annotated[
        Literal["favor", "against", "neutral"] | None, typer.Option(help="Positions with this stance only.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFlags:
    """How and where an answer is printed."""

    form: Annotated[
        AnswerFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="By default as FILE is called; else a table on a terminal, JSON in a pipe.",
            show_default=False,
        ),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write to FILE (.json, .csv or .md) instead of the standard output (-).",
        ),
    ] = None

    def check(self, database: StoreFlags, /, *inputs: str | Path | None) -> None:
        """Find out before any work is done whether the answer can be written, without harm to database and inputs.

        Raises InputError, OutputError, and ConfigurationError when the database has no valid address.
        """
        if is_file(self.output):
            check_place(self.output, *inputs, database=database_file(find_place(database)))
            _ = self.chosen

    @property
    def chosen(self) -> AnswerFormat:
        """The format asked for; else the one that the file is called after; else tables on a terminal, else JSON.

        Raises InputError when the file is called after a format that is not known.
        """
        if self.form is not None:
            return self.form
        if is_file(self.output):
            return format_called(self.output, _FORMATS, otherwise="json")
        return chosen_format(FormatFlags())

    def write(self, answer: Answer, /) -> None:
        """Print an answer. Raises OutputError."""
        on_terminal = not is_file(self.output) and sys.stdout.isatty()
        width = shutil.get_terminal_size((80, 24)).columns
        write(render_answer(answer, self.chosen, width=width, color=on_terminal), self.output)
