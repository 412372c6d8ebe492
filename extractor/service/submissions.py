"""What clients send to have an article read: as JSON, or as a form with a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Annotated, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from extractor.schemas.article import Frozen
from extractor.schemas.jobs import SummaryLength
from extractor.schemas.stored import Task

from .days import Day
from .problems import ProblemError

JSON = "application/json"
FORM = "multipart/form-data"
_MOST_FIELDS = 20
_MOST_FAULTS = 50
_BYTES_PER_CHARACTER = 4
_ONE_LINE = r"[^\x00-\x1f\x7f]*"
_ADDRESS = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@\\\x00-\x20\x7f]+([/?#][^\s\x00-\x20\x7f]*)?"
_CODE = r"[A-Za-z]{2}"


def _matching(pattern: str, advice: str, /) -> Callable[[str], str]:
    """Checks that a text matches; the advice is for who wrote another one."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(advice)
        return text

    return check


Line = Annotated[
    str,
    AfterValidator(_matching(_ONE_LINE, "write it on one line, without control characters")),
    Field(json_schema_extra={"pattern": f"^{_ONE_LINE}$"}),
]
Address = Annotated[
    str,
    AfterValidator(_matching(_ADDRESS, "give an http or https address, without user name and password")),
    Field(json_schema_extra={"pattern": f"^{_ADDRESS}$"}),
]
Code = Annotated[
    str,
    AfterValidator(_matching(_CODE, "give an ISO 639-1 code, such as 'en'")),
    Field(json_schema_extra={"pattern": f"^{_CODE}$"}),
]


class Submission(Frozen):
    """An article to be read, by exactly one of its text, its address and an uploaded file, and what is known of it."""

    model_config = ConfigDict(strict=True)

    text: str | None = Field(
        default=None, min_length=1, description="The article itself; its headline, byline and date line are read too."
    )
    url: Address | None = Field(default=None, max_length=2_000, description="Where the article is to be fetched.")
    model: str | None = Field(
        default=None, max_length=200, description="One of the models that GET /v1/models lists; else the default one."
    )
    published: Day | None = Field(
        default=None, description="Day of publication, from which the horizons of predictions are computed."
    )
    title: Line | None = Field(default=None, max_length=1_000, description="Headline.")
    author: Line | None = Field(default=None, max_length=1_000, description="Who wrote it.")
    language: Code | None = Field(default=None, description="ISO 639-1 code; else detected.")


class SummarySubmission(Submission):
    """An article to be summarized."""

    length: SummaryLength = Field(default="medium", description="How long the summary is to be.")


SUBMISSIONS: dict[Task, type[Submission]] = {"extract": Submission, "summarize": SummarySubmission}


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its name as the client says it, and its bytes."""

    name: str
    data: bytes

    @property
    def shown(self) -> str:
        """Its name without folders (of any system) and control characters."""
        name = PureWindowsPath(self.name).name
        return "".join(character for character in name if character.isprintable())[-200:] or "the uploaded file"


async def read_body(request: Request, task: Task, /, *, max_chars: int) -> tuple[Submission, Upload | None]:
    """What the body of a request asks for. Raises ProblemError and RequestValidationError, HTTPException."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        return read_json(await request.body(), task), None
    if kind != FORM:
        told = f"the content type is {kind!r}" if kind else "no content type is given"
        headers = {"Accept-Post": f"{JSON}, {FORM}"}
        raise ProblemError("unsupported-media-type", f"{told}: send {JSON} or {FORM}", headers=headers)
    size = _BYTES_PER_CHARACTER * max_chars + 1
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=size) as form:
        fields: dict[str, str] = {}
        upload: Upload | None = None
        for name, value in form.multi_items():
            if name in fields or (name == "file") != isinstance(value, UploadFile):
                raise _stray(name)
            if isinstance(value, UploadFile):
                upload = Upload(value.filename or "", await value.read())
            else:
                fields[name] = value
    return read_fields(fields, task), upload


def read_json(body: bytes, task: Task, /) -> Submission:
    """What a JSON body asks for. Raises ProblemError when it is no JSON, and RequestValidationError."""
    try:
        return SUBMISSIONS[task].model_validate_json(body)
    except ValidationError as error:
        raise _refused(error) from None  # its message repeats what was sent


def read_fields(fields: Mapping[str, str], task: Task, /) -> Submission:
    """What the fields of a form ask for; blank ones count as left out. Raises RequestValidationError."""
    try:
        return SUBMISSIONS[task].model_validate_strings({name: text for name, text in fields.items() if text.strip()})
    except ValidationError as error:
        raise _refused(error) from None


def describe_body(task: Task, /) -> dict[str, Any]:
    """The body of a submitting request, as OpenAPI tells it."""
    json = _schema(task)
    form = _schema(task)
    form["properties"] |= {
        "file": {
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
            "description": "A file of plain text, Markdown, HTML or PDF.",
        }
    }
    form["properties"] = {name: _plain(field) for name, field in form["properties"].items()}
    json["oneOf"] = [_only(name, ("text", "url")) for name in ("text", "url")]
    form["oneOf"] = [_lone(name, ("text", "url", "file")) for name in ("text", "url", "file")]
    content = {JSON: {"schema": json, "examples": _EXAMPLES}, FORM: {"schema": form}}
    return {"requestBody": {"required": True, "content": content}}


_EXAMPLES = {
    "text": {
        "summary": "A text",
        "value": {
            "text": "Ida Falk, who runs the harbour office, said the new quay would open before June 2027.",
            "published": "2026-03-17",
            "title": "A new quay",
        },
    },
    "url": {"summary": "An address", "value": {"url": "https://example.org/a-new-quay", "author": "Tom Berg"}},
}


def _schema(task: Task) -> dict[str, Any]:
    schema = SUBMISSIONS[task].model_json_schema()
    schema["properties"]["text"]["anyOf"][0]["pattern"] = r"^[^\x00]*[A-Za-z0-9\u00C0-\uFFFF][^\x00]*$"
    return schema


def _only(name: str, names: tuple[str, ...]) -> dict[str, Any]:
    """That one of these is given; null says that it is not."""
    others = {other: {"type": "null"} for other in names if other != name}
    return {"required": [name], "properties": {name: {"type": "string"}, **others}}


def _lone(name: str, names: tuple[str, ...]) -> dict[str, Any]:
    """That one of these is given and the others are not, in a form."""
    return {"required": [name], "properties": {other: False for other in names if other != name}}


def _plain(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """A field of a form, which knows no null."""
    choices = [one for one in field.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) != 1:
        return field
    return {**{name: value for name, value in field.items() if name not in ("anyOf", "default")}, **choices[0]}


def _refused(error: ValidationError) -> RequestValidationError | ProblemError:
    """The same as the framework tells it, without what was sent."""
    if error.error_count() > _MOST_FAULTS:  # telling each of a million takes half a minute
        return ProblemError("invalid", f"{error.error_count():,} things are wrong with the body: /docs describes it")
    found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return ProblemError("bad-request", f"the body is no JSON: {found[0]['ctx']['error']}")
    return RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found])


def _stray(name: str) -> RequestValidationError:
    message = "Send a file, once" if name == "file" else "Send text, once; a file is called 'file'"
    return RequestValidationError([{"type": "form", "loc": ("body", name[:100]), "msg": message}])
