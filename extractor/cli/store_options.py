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

from .options import FormatFlags, StoreFlags
from .output import check_output, chosen_format, write

if TYPE_CHECKING:
    from extractor.store import Filters, Store

ASKING = "The claims database: asking"
KEEPING = "The claims database: runs, removing, in and out, upkeep"
LARGEST_ID = 2**31 - 1


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
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID else text


def day_option(help_text: str, /) -> Any:
    """An option that takes a day."""
    return typer.Option(metavar="DATE", parser=read_date, help=f"{help_text} YYYY-MM-DD.")


def _id(metavar: str, help_text: str, /) -> Any:
    return typer.Argument(metavar=metavar, min=1, max=LARGEST_ID, help=help_text)


Words = Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Words to look for.", callback=legible)]
Expert = Annotated[str, typer.Argument(metavar="EXPERT", help="Id or name of an expert.", callback=legible)]
Claim = Annotated[int, _id("ID", "Id of the claim, as lists show it.")]
Run = Annotated[int, _id("RUN", "Id of the run, as 'extractor runs list' shows it.")]
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

    def check(self) -> None:
        """Find out before any work is done whether the answer can be written. Raises InputError and OutputError."""
        check_output(FormatFlags(output=self.output))

    @property
    def chosen(self) -> AnswerFormat:
        """The format asked for; else the one that the file is called after; else tables on a terminal, else JSON."""
        if self.form == "csv" or (self.form is None and self.output and self.output.suffix.lower() == ".csv"):
            return "csv"
        return chosen_format(FormatFlags(form=self.form, output=self.output))

    def write(self, answer: Answer, /) -> None:
        """Print an answer. Raises OutputError."""
        on_terminal = self.output in (None, Path("-")) and sys.stdout.isatty()
        width = shutil.get_terminal_size((80, 24)).columns
        write(render_answer(answer, self.chosen, width=width, color=on_terminal), self.output)
