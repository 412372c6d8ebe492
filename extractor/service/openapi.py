"""The OpenAPI document: what FastAPI tells of the routes, with the problems and keys that it does not know of."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from .openapi_links import add_links
from .problems import KINDS, MEDIA_TYPE, TYPE
from .sessions import COOKIE
from .state import Service

_METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")
_EVERYWHERE: Final = ("misdirected", "rate-limited", "internal", "store", "timeout")
"""Problems of any operation."""
_OPEN: Final = ("/healthz", "/readyz")
"""What needs no key."""
_UNSAFE: Final = ("cross-origin",)
"""Problems of operations that change something."""
_WITH_BODY: Final = ("bad-request", "too-large", "unsupported-media-type")
"""Problems of operations that take a body."""
_WAITS: Final = {"description": "Seconds after which to try again.", "schema": {"type": "string"}}
_HEADERS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"description": "How to send a key.", "schema": {"type": "string"}}},
    429: {"Retry-After": _WAITS},
    503: {"Retry-After": _WAITS},
}
_DESCRIPTION: Final = """\
Who holds what in an article, where it stands in the text, and how sure they are; and what is stored of it.

Lists come in pages: `next` is the cursor of the next one, and the `Link` header leads to it. Whatever goes wrong is
told as a problem document (RFC 9457), whose `type` tells the kind of problem to programs.
"""
_TAGS: Final = {
    "Extractions": "Who holds what in an article.",
    "Summaries": "An article in short, each sentence with its evidence.",
    "Jobs": "Work that takes longer than a request waits.",
    "Models": "Which models may be chosen.",
    "Articles": "What was read.",
    "Experts": "Who was cited.",
    "Claims": "Positions and predictions.",
    "Predictions": "Which are open, and how they turned out.",
    "Operations": "How the service is.",
}
_FAULT: Final = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string", "description": "What is wrong."},
        "pointer": {"type": "string", "description": "Where in the body: a JSON pointer (RFC 6901) after '#'."},
        "parameter": {"type": "string", "description": "In which parameter."},
        "in": {"type": "string", "description": "Where the parameter stands: path, query, header or cookie."},
    },
}
_PROBLEM: Final = {
    "title": "ProblemDocument",
    "description": "Why a request failed, as RFC 9457 writes it.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Names the kind of problem."},
        "title": {"type": "string", "description": "What the kind of problem is called."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The status of the answer."},
        "detail": {"type": "string", "description": "What is wrong this time, and what to do."},
        "instance": {"type": "string", "format": "uri-reference", "description": "Names this answer; logs have it."},
        "errors": {"type": "array", "items": _FAULT, "description": "Of a request: what is wrong in which place."},
    },
}


def refusals(*names: str) -> dict[int | str, dict[str, Any]]:
    """What `responses` of a route says of these problems (names of `KINDS`), by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for name in names:
        kind = KINDS[name]
        said = found.setdefault(
            kind.status, {"description": "", "content": {MEDIA_TYPE: {**_REFERENCE, "examples": {}}}}
        )
        said["description"] = f"{said['description']}. {kind.title}".removeprefix(". ")
        example = {"type": TYPE + name, "title": kind.title, "status": kind.status}
        said["content"][MEDIA_TYPE]["examples"][name] = {"summary": kind.title, "value": example}
    return found


_NONE: Final[dict[str, Any]] = {"examples": {}}
_REFERENCE: Final = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}


def document(app: FastAPI, /) -> dict[str, Any]:
    """The OpenAPI document of the app, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _complete(app)
    return app.openapi_schema


def _complete(app: FastAPI) -> dict[str, Any]:
    told = copy.deepcopy(_told(app))  # it holds what routes of other apps hold too
    shared: Service = app.state.service
    keyed = shared.service.api_keys is not None
    for path, method, operation in _operations(told):
        _add_refusals(path, method, operation)
        add_links(operation)
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _stated(parameter["schema"])
        for content in operation.get("requestBody", {}).get("content", {}).values():
            _offer(content["schema"], shared.models)
        if keyed and path not in _OPEN:
            operation["security"] = [{"bearer": []}, {"cookie": []}]
    components = told.setdefault("components", {})
    components.setdefault("schemas", {})["ProblemDocument"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["securitySchemes"] = _schemes()
    return told


def _told(app: FastAPI) -> dict[str, Any]:
    """What FastAPI tells."""
    tags = [{"name": name, "description": description} for name, description in _TAGS.items()]
    return get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes, tags=tags)


def _operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in told["paths"].items():
        yield from ((path, method, item[method]) for method in _METHODS if method in item)


def _add_refusals(path: str, method: str, operation: dict[str, Any]) -> None:
    """Tell the problems that the route tells of, and after them those that any operation like it may have."""
    answers = operation["responses"]
    contents = [answer.get("content", {}) for answer in answers.values()]
    told = [name for content in contents for name in content.get(MEDIA_TYPE, _NONE)["examples"]]
    names = [*told, *_EVERYWHERE, *(() if path in _OPEN else ("unauthorized",))]
    names += ("invalid",) if "422" in answers else ()
    names += _WITH_BODY if "requestBody" in operation else ()
    names += _UNSAFE if method not in ("get", "head", "options") else ()
    for status, answer in refusals(*dict.fromkeys(names)).items():
        known = answers.get(str(status), {})
        answers[str(status)] = answer | {"headers": _HEADERS.get(status, {}) | known.get("headers", {})}
    operation["responses"] = dict(sorted(answers.items()))


def _stated(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter without null: one that is not given is left out."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **choices[0]}


def _offer(body: dict[str, Any], models: Sequence[str]) -> None:
    """Tell which models the field ``model`` of a body may name."""
    field = body.get("properties", {}).get("model", {})
    for choice in (field, *field.get("anyOf", ())):
        if choice.get("type") == "string":
            choice.pop("maxLength", None)
            choice["enum"] = list(models)


def _schemes() -> dict[str, Any]:
    cookie = "A session of the page, which its login form opens with a key."
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "One of the keys of the service."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": cookie},
    }
