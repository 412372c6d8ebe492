"""Where output goes: results to the standard output or a file, everything else to the standard error."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TypeGuard, TypeVar

import typer

from extractor.errors import InputError, OutputError
from extractor.render import Format, ResultFormat, render
from extractor.render.grids import Sections, render_sections
from extractor.render.phrases import effort, plain, tally

from .options import FormatFlags, OutputFlags, ResultFlags

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary

Form = TypeVar("Form")

_FORMATS: dict[str, Format] = {".json": "json", ".md": "markdown"}
_RESULT_FORMATS: dict[str, ResultFormat] = {".html": "html", ".json": "json", ".md": "markdown"}
_SQLITE = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal")
"""What the files are called that SQLite keeps beside a database."""


def say(message: str, /) -> None:
    """A line on the standard error, if anybody still reads it."""
    try:
        typer.echo(f"extractor: {plain(message)}", err=True)
    except BrokenPipeError:
        _discard(sys.stderr)


def chosen_format(flags: FormatFlags, /) -> Format:
    """The format asked for; else the one that the file is called after; else a table on a terminal, JSON in a pipe.

    Raises InputError when the file is called after a format that is not known.
    """
    if flags.form:
        return flags.form
    return format_called(flags.output, _FORMATS, otherwise="json") if is_file(flags.output) else _streamed()


def result_format(flags: ResultFlags, /) -> ResultFormat:
    """The format of an extraction or a summary, chosen as `chosen_format` does. Raises InputError as it does."""
    if flags.form:
        return flags.form
    return format_called(flags.output, _RESULT_FORMATS, otherwise="json") if is_file(flags.output) else _streamed()


def _streamed() -> Literal["table", "json"]:
    return "table" if sys.stdout.isatty() else "json"


def format_called(path: Path, known: Mapping[str, Form], /, *, otherwise: Form) -> Form:
    """The format that a file is called after, by endings; ``otherwise`` for a device and a name without an ending.

    Raises InputError for another ending.
    """
    ending = path.suffix.lower()
    if ending in known:
        return known[ending]
    if not ending.strip(".") or _is_special(path):
        return otherwise
    endings = ", ".join(known)
    raise InputError(f"--output {str(path)!r}: the ending is none of {endings}; use one of them or give --format")


def check_output(flags: FormatFlags, /, *inputs: str | Path | None, database: Path | None = None) -> None:
    """Find out before any work is done whether the result can be written, and in which format.

    Raises as `check_place` and `chosen_format` do.
    """
    check_place(flags.output, *inputs, database=database)
    chosen_format(flags)


def check_place(path: Path | None, /, *inputs: str | Path | None, database: Path | None = None) -> None:
    """Find out before any work is done whether a file can be written.

    Raises InputError when it is a folder, lies in none, is one of the inputs, or belongs to the database or to another
    one of SQLite; OutputError when it must not be written.
    """
    if not is_file(path):
        return
    try:
        if path.is_dir():
            raise InputError(f"--output {str(path)!r} is a folder: name a file in it")
        if not path.parent.is_dir():
            raise InputError(f"--output {str(path)!r}: the folder {str(path.parent)!r} does not exist; make it first")
        if any(given is not None and _is_same(path, Path(given)) for given in inputs):
            raise InputError(f"--output {str(path)!r} is the input: name another file")
        if database is not None and _belongs(path, database):
            raise InputError(f"--output {str(path)!r} is the database: name another file")
        if _is_database(path):
            raise InputError(f"--output {str(path)!r} is a database: name another file")
        if not os.access(path if _is_special(path) else path.resolve().parent, os.W_OK):
            raise OutputError(f"cannot write {str(path)!r}: permission denied; choose another folder")
    except (OSError, RuntimeError) as error:  # the latter for a link that leads to itself
        told = getattr(error, "strerror", None) or error
        raise InputError(f"--output {str(path)!r}: {told}; choose another file") from error


def write(text: str, output: Path | None, /) -> None:
    """Write text as UTF-8 to a file, at once or not at all, or to the standard output. Raises OutputError."""
    data = text.encode("utf-8", "replace")
    with opened(output) if is_file(output) else standard_output() as file:
        file.write(data)


def write_result(result: Extraction | Summary, flags: ResultFlags, /, *, extraction: Extraction | None = None) -> None:
    """Write a result in the chosen format, then tell on the standard error what it holds.

    ``extraction`` is what a summary was made of, as far as the format shows it (see `render`).
    """
    form = result_format(flags)
    width, color = _look(flags.output)
    write(render(result, form, extraction=extraction, width=width, color=color), flags.output)
    if flags.quiet:
        return
    for warning in result.provenance.warnings:
        say(f"warning: {warning}")
    hint = "; --format json shows what was rejected and why" if result.rejected and form not in ("json", "html") else ""
    place = f"; written to {flags.output}" if is_file(flags.output) else ""
    say(f"{tally(result)}; {effort(result.provenance)}{place}{hint}")


def write_sections(sections: Sections, flags: FormatFlags, /) -> None:
    """Write sections of plain records in the chosen format."""
    width, color = _look(flags.output)
    write(render_sections(sections, chosen_format(flags), width=width, color=color), flags.output)


@contextmanager
def progress(message: str, flags: OutputFlags | ResultFlags, /) -> Iterator[None]:
    """As long as the block runs: show on a terminal that work is going on, and pass on what the package warns of."""
    if flags.quiet:
        yield
        return
    with noting(), _spinner(message):
        yield


@contextmanager
def noting() -> Iterator[None]:
    """As long as the block runs: say on the standard error what the package warns of."""
    log, notes = logging.getLogger("extractor"), _Notes(logging.WARNING)
    log.addHandler(notes)
    try:
        yield
    finally:
        log.removeHandler(notes)


class _Notes(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


def _spinner(message: str) -> AbstractContextManager[object]:
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console
    from rich.text import Text

    return Console(stderr=True).status(Text(plain(message)))


def _look(output: Path | None) -> tuple[int, bool]:
    """Width in columns, and whether to use color."""
    on_terminal = not is_file(output) and sys.stdout.isatty()
    return shutil.get_terminal_size((80, 24)).columns, on_terminal


def is_file(output: Path | None, /) -> TypeGuard[Path]:
    """True unless the output goes to the standard output."""
    return output is not None and output != Path("-")


def _is_special(path: Path) -> bool:
    """True for what exists and must not be replaced by a file: devices and pipes."""
    return path.exists() and not path.is_file()


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.is_file() and path.samefile(other)
    except OSError:
        return False


def _belongs(path: Path, database: Path) -> bool:
    """True when a file is that of a database of SQLite, or lies beside it for SQLite's own use."""
    files = (Path(f"{file}{end}") for file in (database, database.resolve()) for end in ("", *_BESIDE))
    return any(_is_same(path, file) or path.resolve() == file.resolve() for file in files)


def _is_database(path: Path) -> bool:
    """True when a file is any database of SQLite, or lies beside one for SQLite's own use."""
    file = str(path.resolve())
    owners = (file.removesuffix(end) for end in _BESIDE if file.endswith(end))
    return any(_begins(Path(one), _SQLITE) for one in (file, *owners))


def _begins(path: Path, beginning: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(beginning)) == beginning


@contextmanager
def opened(path: Path, /) -> Iterator[IO[bytes]]:
    """A file to write to, which appears when the block is done, or not at all; a device or a pipe is written to itself.

    No database is overwritten. Raises OutputError.
    """
    try:
        if _is_special(path):
            with path.open("wb") as file:
                yield file
            return
        if _is_database(path):
            raise OutputError(f"cannot write {str(path)!r}: it is a database; choose another file")
        with _replacing(path.resolve()) as file:
            yield file
    except OSError as error:
        raise OutputError(f"cannot write {str(path)!r}: {error.strerror or error}; choose another file") from error


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside ``path`` that takes its place; an interruption leaves neither."""
    beside = path.with_name(f".extractor-{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def standard_output() -> Iterator[IO[bytes]]:
    """The standard output, to write bytes to. A reader that has seen enough and leaves ends the block without an error.

    Raises OutputError.
    """
    try:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        raise OutputError(f"cannot write to the standard output: {error.strerror or error}") from error


def _discard(stream: IO[str]) -> None:
    """Let what is still written to a stream that nobody reads go nowhere, also what Python writes at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
