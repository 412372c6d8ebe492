"""extractor doctor"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .options import OutputFlags, SettingFlags, StoreFlags
from .output import check_output, progress, write_sections


def doctor(
    chosen: SettingFlags,
    database: StoreFlags,
    out: OutputFlags,
    call: Annotated[bool, typer.Option("--call/--no-call", help="Make one tiny call to the model.")] = True,
) -> None:
    """Check the configuration: settings and where each comes from, surroundings, and one tiny call to the model.

    Example: extractor doctor --model openai:NAME --no-call

    Prints settings, environment and checks on the standard output, as tables on a terminal and as JSON in a pipe; no
    key is shown. Exits with 0 when every check is well, with 2 when the configuration has to change, with 1 when the
    provider fails.
    """
    from extractor.diagnosis import diagnose

    check_output(out)
    settings = chosen.load(db=database.db)
    with progress(f"asking {settings.model}" if call else "checking", out):
        diagnosis = diagnose(settings, call=call)
    write_sections({name: list(found) for name, found in asdict(diagnosis).items()}, out)
    raise typer.Exit(diagnosis.exit_code)
