"""From a command whose parameters are groups of options to one that typer takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints


def flattened(command: Callable[..., None], /) -> Callable[..., None]:
    """The command with every parameter that is a group (a dataclass of options.py) replaced by the group's options.

    Its docstring loses the line breaks inside paragraphs, which typer would keep.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        found = _options(groups[name]) if name in groups else [parameter.replace(annotation=hints[name])]
        parameters += (option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in found)

    def flat(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    paragraphs = inspect.getdoc(command) or ""
    flat.__name__ = command.__name__
    flat.__doc__ = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs.split("\n\n"))
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    flat.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return flat


def _options(group: Any) -> list[inspect.Parameter]:
    """A parameter for each field of a group."""
    hints = get_type_hints(group, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(field.name, kind, default=field.default, annotation=hints[field.name])
        for field in fields(group)
    ]
