"""extractor prompts list, extractor prompts show"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .flattening import flattened
from .group import Commands
from .options import FormatFlags
from .output import check_output, write, write_sections

if TYPE_CHECKING:
    from extractor.templates import Templates

prompts = typer.Typer(name="prompts", cls=Commands)

Folder = Annotated[
    Path | None,
    typer.Option(
        "--prompts", metavar="DIR", help="Folder whose templates replace the built-in ones; also EXTRACTOR_PROMPTS."
    ),
]


def _prompts() -> None:
    """List the prompt templates, or show one.

    Example: extractor prompts show extract > my-prompts/extract.md

    Prints on the standard output. A folder with changed copies takes effect through --prompts DIR.
    """


def list_prompts(out: FormatFlags, folder: Folder = None) -> None:
    """List the prompt templates: name, version, fingerprint, variables, and where each comes from.

    Example: extractor prompts list --prompts my-prompts

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.templates import TASKS

    check_output(out)
    templates = _templates(folder)
    told = [
        {
            "name": template.name,
            "version": template.version,
            "fingerprint": template.fingerprint,
            "variables": list(template.variables),
            "origin": template.origin,
        }
        for template in map(templates.__getitem__, TASKS)
    ]
    write_sections({"prompts": told}, out)


def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of a template, as 'extractor prompts list' has it.")
    ],
    folder: Folder = None,
) -> None:
    """Print a prompt template as its file is.

    Example: extractor prompts show extract > my-prompts/extract.md

    Prints the file, front matter included, on the standard output.
    """
    write(_templates(folder)[name].text, None)


prompts.callback()(flattened(_prompts))
prompts.command("list")(flattened(list_prompts))
prompts.command("show")(flattened(show))


def _templates(folder: Path | None) -> Templates:
    from extractor.settings import load_settings
    from extractor.templates import Templates

    return Templates(load_settings(prompts=folder).prompts)
