"""Other questions than ours: a user's own schema and prompt, with the same loop.

A field is marked as a quotation with `Quote`: its text has to be in the article, and its span is found. ::

    class Figure(BaseModel):
        what: str
        quote: Quote
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .checks import Facts, check_evidence, shape_violations
from .conversation import Conversation
from .drafting import Desk, Record
from .errors import UngroundedError, WrongShapeError
from .grounding import Miss
from .schemas import Provenance, Rejected, Span, Violation
from .templates import about, fence

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class QuoteMark:
    """Marks a text field whose value is copied from the article."""


Quote = Annotated[str, QuoteMark()]


@dataclass(frozen=True, slots=True)
class Answered(Generic[M]):
    """The answer to a user's own question.

    ``spans`` maps the path of each quotation ("claims[2].quote") to its place in the article; ``rejected`` holds the
    list elements that were left out because a quotation in them is not in the article.
    """

    value: M
    spans: dict[str, Span]
    rejected: tuple[Rejected, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class _State:
    value: dict[str, Any]
    spans: dict[Path, Span]
    violations: dict[Path, tuple[Violation, ...]]


class RunTask(Generic[M]):
    """A user's question as a task of the validation loop: a failing answer is asked for again as a whole."""

    repair_prompt = "repair_run"

    def __init__(self, schema: type[M], facts: Facts, /) -> None:
        self.schema: type[BaseModel] = schema
        self.repair_schema: type[BaseModel] = schema
        self._facts = facts

    def open(self, answer: dict[str, Any], /) -> _State:
        """The state after an answer; WrongShapeError when it does not fit the schema."""
        try:
            value = self.schema.model_validate(answer)
        except ValidationError as error:
            told = "; ".join(f"{v.field}: {v.message}" for v in shape_violations(error))
            raise WrongShapeError(f"it does not fit the schema: {told}") from error
        spans: dict[Path, Span] = {}
        violations: dict[Path, tuple[Violation, ...]] = {}
        for path, quote in iter_quotes(self.schema, value):
            found = self._facts.grounder.find(quote)
            if isinstance(found, Miss):
                violations[path] = tuple(
                    v.model_copy(update={"field": tell_path(path)}) for v in check_evidence([quote], [found])
                )
            else:
                spans[path] = found
        return _State(answer, spans, violations)

    def repair(self, state: _State, answer: dict[str, Any], /) -> _State:
        """The state after a further answer."""
        return self.open(answer)

    def problems(self, state: _State, /) -> dict[str, str] | None:
        """The quotations that are not in the article, told."""
        found = [violation for violations in state.violations.values() for violation in violations]
        return {"problems": "\n".join(f"- {v.field} ({v.rule}): {v.message}" for v in found)} if found else None


async def ask(desk: Desk, facts: Facts, schema: type[M], task: str, /) -> tuple[M, dict[str, Span], Record]:
    """Ask ``task`` about the whole article; gives the value, the spans of its quotations, and what it took.

    Raises the engine's errors, and UngroundedError when a quotation that cannot be left out is not in the article.
    """
    opening = desk.templates["run"].render(
        fence=fence(facts.article), about=about(facts.article), article=facts.article.text, task=task
    )
    async with desk.slots:
        outcome = await Conversation(desk.engine, desk.templates, RunTask(schema, facts), opening).hold(
            attempts=desk.attempts
        )
    record = Record(prompts={"run"})
    record.add(outcome)
    value, rejected = _without_failing(schema, outcome.state)
    record.rejected += rejected
    spans = {tell_path(path): facts.grounder.find(quote) for path, quote in iter_quotes(schema, value)}
    return value, {path: span for path, span in spans.items() if isinstance(span, Span)}, record


def iter_quotes(annotation: Any, value: Any, path: Path = (), /) -> Iterator[tuple[Path, str]]:
    """Path and text of every field of ``value`` that ``annotation`` marks as a quotation."""
    marks = [part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, QuoteMark)]
    if marks and isinstance(value, str):
        yield path, value
    elif get_origin(annotation) is Annotated:
        yield from iter_quotes(get_args(annotation)[0], value, path)
    else:
        for kind, part, step in _parts(annotation, value):
            yield from iter_quotes(kind, part, (*path, *step))


def _parts(annotation: Any, value: Any) -> Iterator[tuple[Any, Any, Path]]:
    """What a value consists of: the annotation, the value and the step of the path of each part."""
    arguments = get_args(annotation)
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            marks = [mark for mark in info.metadata if isinstance(mark, QuoteMark)]
            kind: Any = Annotated[info.annotation, marks[0]] if marks else info.annotation
            yield kind, getattr(value, name), (name,)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from ((kind, part, (number,)) for kind in arguments[:1])
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from ((kind, part, (key,)) for kind in arguments[1:])
    elif isinstance(value, str):  # of an optional field
        yield from ((kind, value, ()) for kind in arguments if get_origin(kind) is Annotated)


def tell_path(path: Path, /) -> str:
    """A path as people write it: ``claims[2].quote``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _without_failing(schema: type[M], state: _State) -> tuple[M, list[Rejected]]:
    """The value without the list elements that hold a failing quotation."""
    content = json.loads(json.dumps(state.value))
    rejected = []
    doomed: dict[Path, list[Violation]] = {}
    for path, violations in state.violations.items():
        index = next((i for i in reversed(range(len(path))) if isinstance(path[i], int)), None)
        if index is None:
            raise UngroundedError(f"{violations[0].field}: {violations[0].message}")
        doomed.setdefault(path[: index + 1], []).extend(violations)
    for path in sorted(doomed, key=lambda p: [(isinstance(part, str), part) for part in p], reverse=True):
        parent = content
        for part in path[:-1]:
            parent = parent[part]
        lost = parent.pop(path[-1])
        item = lost if isinstance(lost, dict) else {"value": lost}
        rejected.append(Rejected(kind="answer", item=item, violations=tuple(doomed[path])))
    try:
        return schema.model_validate(content), rejected[::-1]
    except ValidationError as error:
        message = "without what is not in the article the answer no longer fits the schema"
        raise UngroundedError(f"{message}: {rejected[-1].violations[0].message}") from error
