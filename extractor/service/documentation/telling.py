"""The OpenAPI document as a page tells it. Pure functions; the document is our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from .kinds import Kind, kind_of, rules_of
from .requests import example_of

JSON = "application/json"
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an operation (``place`` is where it stands), or a field of a form."""

    name: str
    kind: Kind
    required: bool
    description: str
    rules: tuple[str, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that an operation takes: its media type, and its fields or the form that has them."""

    media: str
    fields: tuple[Field, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation may answer."""

    status: str
    phrase: str
    description: str
    kinds: tuple[Kind, ...]
    headers: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; ``request`` is an example of one, as a line for a shell."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]
    request: str


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An object that bodies and answers are made of."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Api:
    """All that the page tells."""

    title: str
    version: str
    description: tuple[str, ...]
    keyed: bool
    groups: tuple[Group, ...]
    forms: tuple[Form, ...]


def tell(document: Mapping[str, Any], base: str, /) -> Api:
    """The document, for a service at the address ``base`` (without a slash at its end)."""
    operations = list(_operations(document, base))
    groups = (
        Group(tag["name"], tag["description"], tuple(one for tags, one in operations if tag["name"] in tags))
        for tag in document["tags"]
    )
    forms = document["components"]["schemas"]
    return Api(
        title=document["info"]["title"],
        version=document["info"]["version"],
        description=tuple(document["info"]["description"].strip().split("\n\n")),
        keyed=any("security" in one for item in document["paths"].values() for one in item.values()),
        groups=tuple(group for group in groups if group.operations),
        forms=tuple(_form(name, forms[name]) for name in sorted(forms)),
    )


def _operations(document: Mapping[str, Any], base: str) -> Iterator[tuple[Sequence[str], Operation]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield item[method].get("tags", ()), _operation(method, path, item[method], base)


def _operation(method: str, path: str, told: Mapping[str, Any], base: str) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=tuple(_parameter(one) for one in told.get("parameters", ())),
        bodies=tuple(_body(media, body["schema"]) for media, body in content.items()),
        answers=tuple(_answer(status, answer) for status, answer in sorted(told["responses"].items())),
        request=example_of(method, f"{base}{path}", told),
    )


def _parameter(told: Mapping[str, Any]) -> Field:
    schema = told["schema"]
    return Field(
        name=told["name"],
        kind=kind_of(schema),
        required=told.get("required", False),
        description=told.get("description", ""),
        rules=rules_of(schema),
        place=told["in"],
    )


def _body(media: str, schema: Mapping[str, Any]) -> Body:
    return Body(media, _fields(schema), kind_of(schema))


def _answer(status: str, told: Mapping[str, Any]) -> Answer:
    contents = told.get("content", {}).items()
    kinds = dict.fromkeys(kind_of(said["schema"]) if "schema" in said else Kind(media) for media, said in contents)
    headers = tuple(
        Field(name, kind_of(header["schema"]), required=False, description=header.get("description", ""), rules=())
        for name, header in told.get("headers", {}).items()
    )
    return Answer(status, HTTPStatus(int(status)).phrase, told.get("description", ""), tuple(kinds), headers)


def _form(name: str, schema: Mapping[str, Any]) -> Form:
    return Form(name, schema.get("description", ""), _fields(schema))


def _fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    required = schema.get("required", ())
    return tuple(
        Field(name, kind_of(field), name in required, field.get("description", ""), rules_of(field))
        for name, field in schema.get("properties", {}).items()
    )
