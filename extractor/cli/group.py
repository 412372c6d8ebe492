"""The group of commands: where errors become one line and an exit code."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from extractor.errors import ExtractorError

from .output import say


class Commands(TyperGroup):
    """Commands of which an error or an interruption is one line on the standard error and an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line; raises SystemExit with the exit code."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except ExtractorError as error:
            say(str(error))
            code = error.exit_code
        except typer.TyperException as error:
            say(_usage(error))
            code = error.exit_code
        sys.exit(code)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an interruption ends with exit code 130, as shells have it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(130) from None

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help. Its default is False, as typer imports pydantic (0.1 s) to look at a None."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option


def _usage(error: typer.TyperException) -> str:
    """What is wrong with a command line, and where help is."""
    context = getattr(error, "ctx", None)
    hint = f" (see {context.command_path} --help)" if context else ""
    return error.format_message().replace("Value error, ", "").rstrip(".") + hint
