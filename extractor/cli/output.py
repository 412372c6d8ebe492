"""Where output goes: results to the standard output or a file, everything else to the standard error."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import typer

from extractor.errors import InputError, OutputError
from extractor.render import Format, render
from extractor.render.grids import Sections, render_sections
from extractor.render.phrases import effort, plain, tally

from .options import FormatFlags, OutputFlags

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary

_FORMATS: dict[str, Format] = {".json": "json", ".md": "markdown"}


def say(message: str, /) -> None:
    """A line on the standard error."""
    typer.echo(f"extractor: {plain(message)}", err=True)


def chosen_format(flags: FormatFlags, /) -> Format:
    """The format asked for; else the one that the file is called after; else a table on a terminal, JSON in a pipe."""
    if flags.form:
        return flags.form
    if _is_file(flags.output):
        return _FORMATS.get(flags.output.suffix.lower(), "json")
    return "table" if sys.stdout.isatty() else "json"


def check_output(flags: FormatFlags, /, *inputs: str | Path | None) -> None:
    """Find out before any work is done whether the result can be written.

    Raises InputError when the output is a folder, lies in none, or is one of the inputs; OutputError when it must not
    be written.
    """
    path = flags.output
    if not _is_file(path):
        return
    try:
        if path.is_dir():
            raise InputError(f"--output {str(path)!r} is a folder: name a file in it")
        if not path.parent.is_dir():
            raise InputError(f"--output {str(path)!r}: the folder {str(path.parent)!r} does not exist; make it first")
        if any(given is not None and _is_same(path, Path(given)) for given in inputs):
            raise InputError(f"--output {str(path)!r} is the input: name another file")
        if not os.access(path if _is_special(path) else path.resolve().parent, os.W_OK):
            raise OutputError(f"cannot write {str(path)!r}: permission denied; choose another folder")
    except OSError as error:
        raise InputError(f"--output {str(path)!r}: {error.strerror or error}; choose another file") from error


def write(text: str, output: Path | None, /) -> None:
    """Write text as UTF-8 to a file, at once or not at all, or to the standard output. Raises OutputError."""
    data = text.encode("utf-8", "replace")
    if _is_file(output):
        _write_file(output, data)
    else:
        _write_stdout(data)


def write_result(result: Extraction | Summary, flags: OutputFlags, /) -> None:
    """Write a result in the chosen format, then tell on the standard error what it holds."""
    form, width, color = _look(flags)
    write(render(result, form, width=width, color=color), flags.output)
    if flags.quiet:
        return
    for warning in result.provenance.warnings:
        say(f"warning: {warning}")
    hint = "; --format json shows what was rejected and why" if result.rejected and form != "json" else ""
    place = f"; written to {flags.output}" if _is_file(flags.output) else ""
    say(f"{tally(result)}; {effort(result.provenance)}{place}{hint}")


def write_sections(sections: Sections, flags: FormatFlags, /) -> None:
    """Write sections of plain records in the chosen format."""
    form, width, color = _look(flags)
    write(render_sections(sections, form, width=width, color=color), flags.output)


@contextmanager
def progress(message: str, flags: OutputFlags, /) -> Iterator[None]:
    """As long as the block runs: show on a terminal that work is going on, and pass on what the package warns of."""
    if flags.quiet:
        yield
        return
    log, notes = logging.getLogger("extractor"), _Notes(logging.WARNING)
    log.addHandler(notes)
    try:
        with _spinner(message):
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


def _look(flags: FormatFlags) -> tuple[Format, int, bool]:
    """Format, width in columns, and whether to use color."""
    on_terminal = not _is_file(flags.output) and sys.stdout.isatty()
    return chosen_format(flags), shutil.get_terminal_size((80, 24)).columns, on_terminal


def _is_file(output: Path | None) -> TypeGuard[Path]:
    return output is not None and output != Path("-")


def _is_special(path: Path) -> bool:
    """True for what exists and must not be replaced by a file: devices and pipes."""
    return path.exists() and not path.is_file()


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.is_file() and path.samefile(other)
    except OSError:
        return False


def _write_file(path: Path, data: bytes) -> None:
    try:
        if _is_special(path):
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        raise OutputError(f"cannot write {str(path)!r}: {error.strerror or error}; choose another file") from error


def _replace(path: Path, data: bytes) -> None:
    """Write a new file beside ``path`` and let it take its place; an interruption leaves neither."""
    beside = path.with_name(f".extractor-{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _write_stdout(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has seen enough
        raise typer.Exit(1) from None
    except OSError as error:
        raise OutputError(f"cannot write to the standard output: {error.strerror or error}") from error
