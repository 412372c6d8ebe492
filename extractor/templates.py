"""Prompt templates: Markdown files with front matter, rendered through LangChain.

A template holds a ``<!-- user -->`` section and, where it opens a conversation, a ``<!-- system -->`` section before
it. Placeholders are written ``{name}`` (a literal brace is doubled); values go in unchanged, whatever they contain.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import PromptError
from .schemas import Article

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.prompts import ChatPromptTemplate

TASKS = ("extract", "audit", "repair", "reask", "summarize", "combine", "repair_summary", "run", "repair_run")
_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_SECTION = re.compile(r"^<!-- (system|user) -->\r?\n", re.MULTILINE)


@dataclass(frozen=True)
class Template:
    """A prompt template: what its front matter says, and its sections in order."""

    name: str
    version: int
    variables: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    text: str
    origin: str

    @property
    def fingerprint(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def _chat(self) -> ChatPromptTemplate:
        from langchain_core.prompts import ChatPromptTemplate

        return ChatPromptTemplate.from_messages(list(self.sections), template_format="f-string")

    def render(self, **values: str) -> list[BaseMessage]:
        """The messages with every placeholder replaced by its value, byte for byte.

        Raises PromptError that names a missing or an unused variable.
        """
        for name in self.variables:
            if name not in values:
                raise PromptError(f"prompt {self.name!r} ({self.origin}): no value for the variable {name!r}")
        for name in values:
            if name not in self.variables:
                raise PromptError(f"prompt {self.name!r} ({self.origin}) does not use the variable {name!r}")
        return self._chat.format_messages(**values)


class Templates:
    """The built-in templates, some of them overridden by files ``<name>.md`` of a folder.

    Raises PromptError when the folder is missing, holds none or unknown templates, or a template is malformed.
    """

    def __init__(self, folder: Path | None = None, /) -> None:
        self._overrides = _overrides(folder) if folder else {}
        self._cache: dict[str, Template] = {}
        for name in self._overrides:
            _same_variables(self[name], parse_template(_builtin_text(name), name=name, origin="built in"))

    def __getitem__(self, name: str, /) -> Template:
        """The template of this name; PromptError when there is none."""
        if name not in TASKS:
            raise PromptError(f"no prompt is called {name!r}; there are {', '.join(TASKS)}")
        if name not in self._cache:
            path = self._overrides.get(name)
            text = _read(path) if path else _builtin_text(name)
            self._cache[name] = parse_template(text, name=name, origin=str(path) if path else "built in")
        return self._cache[name]

    def fingerprints(self, names: Sequence[str], /) -> dict[str, str]:
        """Name to fingerprint of these templates."""
        return {name: self[name].fingerprint for name in names}


def parse_template(text: str, /, *, name: str, origin: str) -> Template:
    """Parse a template file; PromptError says what is wrong with it."""
    front, body = _front_matter(text, origin)
    if front.get("name") != name:
        raise PromptError(f"{origin}: the front matter says name {front.get('name')!r}, the file is {name!r}")
    version, variables = front.get("version"), front.get("variables")
    if not isinstance(version, int) or not isinstance(variables, list):
        raise PromptError(f"{origin}: the front matter needs version (a whole number) and variables (a list)")
    pieces = _SECTION.split(body)
    if len(pieces) < 3 or pieces[0].strip():
        raise PromptError(f"{origin}: after the front matter comes a line <!-- system --> or <!-- user -->")
    sections = tuple((role, part.strip("\r\n")) for role, part in zip(pieces[1::2], pieces[2::2], strict=True))
    template = Template(name, version, tuple(map(str, variables)), sections, text, origin)
    _check_variables(template)
    return template


def fence(article: Article, /) -> str:
    """The name of the tags around an article: a digest of all that is told of it, so that it cannot hold the tag."""
    digest = hashlib.sha256(f"{article.id}\0{about(article)}".encode("utf-8", "surrogatepass"))
    return f"article-{digest.hexdigest()[:16]}"


def about(article: Article, /) -> str:
    """What is known about an article, a line for each known field."""
    fields = ("title", "author", "published", "language")
    return "\n".join(f"{name}: {value}" for name in fields if (value := getattr(article, name)) is not None)


def _front_matter(text: str, origin: str) -> tuple[dict[str, object], str]:
    import yaml

    found = _FRONT.match(text)
    if not found:
        raise PromptError(f"{origin}: a template begins with front matter between two lines '---'")
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise PromptError(f"{origin}: the front matter is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(front, dict):
        raise PromptError(f"{origin}: the front matter must be 'key: value' lines")
    return front, text[found.end() :]


def _check_variables(template: Template) -> None:
    try:
        used = set(template._chat.input_variables)
    except ValueError as error:
        raise PromptError(f"{template.origin}: {error}; a literal brace is written twice: '{{{{'") from error
    declared = set(template.variables)
    for name in sorted(used - declared):
        raise PromptError(f"{template.origin}: uses the variable {name!r}, which its front matter does not declare")
    for name in sorted(declared - used):
        raise PromptError(f"{template.origin}: declares the variable {name!r} and does not use it")


def _same_variables(template: Template, builtin: Template) -> None:
    if set(template.variables) != set(builtin.variables):
        raise PromptError(f"{template.origin}: the variables must be {', '.join(builtin.variables)}")


def _overrides(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise PromptError(f"--prompts {str(folder)!r} is not a folder")
    files = {path.stem: path for path in sorted(folder.glob("*.md")) if path.stem.lower() != "readme"}
    unknown = [name for name in files if name not in TASKS]
    if unknown or not files:
        found = (
            f"{unknown[0]}.md in {str(folder)!r} is no template" if unknown else f"{str(folder)!r} holds no template"
        )
        raise PromptError(f"{found}; templates are called {', '.join(f'{task}.md' for task in TASKS)}")
    return files


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"cannot read the prompt {str(path)!r}: {error}") from error


def _builtin_text(name: str) -> str:
    return resources.files("extractor").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
