"""The groups of commands: where errors become one line and an exit code, and where commands are imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from copy import copy
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from extractor.errors import ExtractorError

from .listing import COMMANDS, Listed


class Commands(TyperGroup):
    """Commands of which an error or an interruption is one line on the standard error and an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line; raises SystemExit with the exit code."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except ExtractorError as error:
            _say(str(error))
            code = error.exit_code
        except typer.TyperException as error:
            _say(_usage(error))
            code = error.exit_code
        sys.exit(code)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an interruption ends with exit code 130, as shells have it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say("interrupted")
            raise typer.Exit(130) from None

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help. Its default is False, as typer imports pydantic (0.1 s) to look at a None."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option


class Listing(Commands):
    """The commands of the command line. Each is imported when it is asked for; help needs none of them."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands: Any = _Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, in the order of the list."""
        return list(self.commands)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with what the list tells of each command."""
        shown = copy(self)
        shown.commands = {name: _as_listed(name, listed) for name, listed in COMMANDS.items()}
        TyperGroup.format_help(shown, ctx, formatter)


class _Commands(Mapping[str, Any]):
    """The listed commands by name, imported when they are looked up."""

    def __getitem__(self, name: str) -> Any:
        return _load(COMMANDS[name], name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@cache
def _load(listed: Listed, name: str, /) -> Any:
    """The command or the group of commands that stands at a place."""
    from .flattening import flattened

    module, _, attribute = listed.place.partition(":")
    found = getattr(import_module(f".{module}", __package__), attribute)
    around: Any = typer.Typer(add_completion=False)
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
        return get_command(around).commands[name]  # type: ignore[attr-defined]
    around.command(name)(flattened(found))
    return get_command(around)


def _as_listed(name: str, listed: Listed, /) -> TyperCommand:
    return TyperCommand(name, help=listed.told, rich_help_panel=listed.panel)


def _say(message: str, /) -> None:
    from .output import say

    say(message)


def _usage(error: typer.TyperException) -> str:
    """What is wrong with a command line, and where help is."""
    context = getattr(error, "ctx", None)
    hint = f" (see {context.command_path} --help)" if context else ""
    return error.format_message().replace("Value error, ", "").rstrip(".") + hint
