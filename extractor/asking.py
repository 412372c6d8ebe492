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
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo

from .checks import Facts, check_evidence, shape_violations
from .conversation import Conversation
from .drafting import Desk
from .drafting_record import Record
from .errors import ConfigurationError, UngroundedError, WrongShapeError
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
            value = self.schema.model_validate_json(json.dumps(answer))
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

    Raises the engine's errors, ConfigurationError for a schema whose quotations could not be found, and UngroundedError
    when a quotation that cannot be left out is not in the article.
    """
    check_schema(schema)
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


def check_schema(schema: type[BaseModel], /) -> None:
    """Raise ConfigurationError when a quotation stands where it cannot be found, or the answer would be no object."""
    if issubclass(schema, RootModel):
        raise ConfigurationError(f"{schema.__name__} has no fields of its own; give a model that holds it in a field")
    _holds_quotes(schema, schema.__name__, frozenset())


def iter_quotes(annotation: Any, value: Any, path: Path = (), /) -> Iterator[tuple[Path, str]]:
    """Path and text of every field of ``value`` that ``annotation`` marks as a quotation; paths as in the JSON."""
    marks = [part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, QuoteMark)]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if marks and isinstance(value, str):
        yield path, value
    elif origin is Annotated:
        yield from iter_quotes(arguments[0], value, path)
    elif origin in (Union, UnionType):
        yield from dict(pair for kind in arguments for pair in iter_quotes(kind, value, path)).items()
    else:
        for kind, part, step in _parts(origin, arguments, value):
            yield from iter_quotes(kind, part, (*path, step))


def _parts(origin: Any, arguments: tuple[Any, ...], value: Any) -> Iterator[tuple[Any, Any, str | int]]:
    """What a value consists of: the annotation, the value and the step of the path of each part."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield _annotation(info), getattr(value, name), _key(name, info)
    elif isinstance(value, list | tuple) and arguments:
        fixed = origin is tuple and arguments[-1] is not Ellipsis
        kinds = arguments if fixed else [arguments[0]] * len(value)
        yield from zip(kinds, value, range(len(value)), strict=False)
    elif isinstance(value, dict) and len(arguments) == 2:
        yield from ((arguments[1], part, str(key)) for key, part in value.items())


def _annotation(info: FieldInfo) -> Any:
    marks = [mark for mark in info.metadata if isinstance(mark, QuoteMark)]
    return Annotated[info.annotation, marks[0]] if marks else info.annotation


def _key(name: str, info: FieldInfo) -> str:
    """The field's key in JSON."""
    return info.validation_alias if isinstance(info.validation_alias, str) else info.alias or name


def _holds_quotes(annotation: Any, where: str, seen: frozenset[Any]) -> bool:
    """True when a quotation stands somewhere in an annotation; ConfigurationError when it could not be found there."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if any(isinstance(mark, QuoteMark) for mark in getattr(annotation, "__metadata__", ())):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items() if annotation not in seen else ()
        held = [_holds_quotes(_annotation(info), f"{where}.{name}", seen | {annotation}) for name, info in fields]
        return any(held)
    hints = get_type_hints(annotation, include_extras=True) if hasattr(annotation, "__total__") else {}
    held = [_holds_quotes(part, where, seen) for part in (*arguments, *hints.values())]
    if any(held) and origin not in (list, tuple, dict, Annotated, Union, UnionType):
        raise ConfigurationError(
            f"{where}: a Quote may stand in models, lists, tuples and dictionaries, not in {annotation}"
        )
    return any(held)


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
        return schema.model_validate_json(json.dumps(content)), rejected[::-1]
    except ValidationError as error:
        message = "without what is not in the article the answer no longer fits the schema"
        raise UngroundedError(f"{message}: {rejected[-1].violations[0].message}") from error
