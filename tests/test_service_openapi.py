"""The OpenAPI document, and the page that tells it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from service_server import KEY, Serve, Served

from extractor.service.app import create_app
from extractor.service.documentation.kinds import Kind, kind_of, rules_of
from extractor.service.documentation.requests import example_of
from extractor.service.openapi import document, refusals
from extractor.service.problems import KINDS, MEDIA_TYPE, TYPE
from extractor.service_settings import ServiceSettings
from extractor.settings import load_settings


def make(folder: Path, /, **service: Any) -> FastAPI:
    """An app that nobody serves."""
    return create_app(load_settings(db=str(folder / "claims.db")), ServiceSettings(**service))


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """The document of a service without keys."""
    return document(make(tmp_path))


def operations(told: dict[str, Any], /) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation."""
    for path, item in told["paths"].items():
        yield from ((path, method, operation) for method, operation in item.items())


def parts(value: Any, /) -> Iterator[dict[str, Any]]:
    """All objects inside of a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from parts(part)


def test_every_route_is_told(tmp_path: Path) -> None:
    """The document has every operation of the API and nothing else."""
    app = make(tmp_path)
    served = {
        (one.path_format, method)
        for one in iter_route_contexts(app.routes)
        for method in getattr(one, "methods", None) or ()
        if method != "HEAD" and (one.path_format or "").startswith(("/v1/", "/healthz", "/readyz", "/metrics"))
    }
    assert {(path, method.upper()) for path, method, _ in operations(document(app))} == served


def test_every_operation_is_described(told: dict[str, Any]) -> None:
    """Each has a name of its own, a summary, a description, one known tag, and words for each answer."""
    tags = {tag["name"] for tag in told["tags"]}
    names = [operation["operationId"] for _, _, operation in operations(told)]
    assert len(names) == len(set(names)) and all(re.fullmatch("[a-z_]+", name) for name in names)
    for path, _, operation in operations(told):
        assert operation["summary"] and operation["description"], path
        assert len(operation["tags"]) == 1 and operation["tags"][0] in tags
        assert all(answer["description"] for answer in operation["responses"].values()), path
        assert all(one["description"] and "anyOf" not in one["schema"] for one in operation.get("parameters", ()))


def test_every_refusal_is_a_problem(told: dict[str, Any]) -> None:
    """Answers from 400 on are problem documents of kinds that the service has, with examples."""
    for path, method, operation in operations(told):
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            (media, content), *others = answer["content"].items()
            assert (media, others) == (MEDIA_TYPE, []), (path, method, status)
            assert content["schema"] == {"$ref": "#/components/schemas/ProblemDocument"}
            assert content["examples"]
            for name, example in content["examples"].items():
                assert example["value"]["type"] == TYPE + name
                assert KINDS[name].status == example["value"]["status"] == int(status)


def test_what_may_go_wrong_anywhere(told: dict[str, Any]) -> None:
    """What stands before the routes may refuse any operation of the API, and those that change something more often."""
    for path, method, operation in operations(told):
        statuses = set(operation["responses"])
        if path.startswith("/v1/"):
            assert statuses >= {"401", "421", "429", "500", "503"}, path
        assert ("403" in statuses) == (method in ("post", "delete")), path
        assert ("requestBody" not in operation) or statuses >= {"400", "413", "415", "422"}, path
        assert ("parameters" not in operation) or statuses & {"404", "422"}, path


def test_references_lead_somewhere(told: dict[str, Any]) -> None:
    """Every reference names a form, every form is used, and every link names an operation with its parameters."""
    used = {part["$ref"] for part in parts(told) if isinstance(part.get("$ref"), str)}
    assert used == {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    known = {one["operationId"]: {p["name"] for p in one.get("parameters", ())} for _, _, one in operations(told)}
    links = [link for _, _, one in operations(told) for answer in one["responses"].values()
             for link in answer.get("links", {}).values()]  # fmt: skip
    assert len(links) > 15
    assert all(set(link["parameters"]) <= known[link["operationId"]] for link in links)


def test_keys_are_told_where_they_are_needed(tmp_path: Path) -> None:
    """Without keys nothing asks for one; with keys all but health does, by header or session."""
    schemes = {"bearer", "cookie"}
    for keys in (None, KEY):
        told = document(make(tmp_path, api_keys=keys))
        assert set(told["components"]["securitySchemes"]) == schemes
        for path, _, operation in operations(told):
            needed = keys is not None and path not in ("/healthz", "/readyz")
            assert operation.get("security", []) == ([{"bearer": []}, {"cookie": []}] if needed else []), path


def test_models_are_told(tmp_path: Path) -> None:
    """A body names one of the models that this service offers, not those of another one in the same process."""
    for models in ("builtin", "builtin, openai:small"):
        told = document(make(tmp_path, models=models))
        content = told["paths"]["/v1/summaries"]["post"]["requestBody"]["content"]
        for body in content.values():
            field = body["schema"]["properties"]["model"]
            said = next(one for one in (field, *field.get("anyOf", ())) if "enum" in one)
            assert said["enum"] == models.split(", ")


def test_refusals() -> None:
    """Problems of one status share an answer, which tells them all."""
    found = refusals("not-found", "invalid", "unreadable")
    assert list(found) == [404, 422]
    assert found[422]["description"] == f"{KINDS['invalid'].title}. {KINDS['unreadable'].title}"
    assert list(found[422]["content"][MEDIA_TYPE]["examples"]) == ["invalid", "unreadable"]


def test_real_problems_fit(served: Served) -> None:
    """What is answered has the fields that the document tells, and names the place of each fault."""
    form = served.client.get("/openapi.json").json()["components"]["schemas"]["ProblemDocument"]
    answers = [
        served.client.get("/v1/claims?limit=x"),
        served.client.get("/v1/nowhere"),
        served.client.put("/v1/claims"),
        served.client.post("/v1/predictions/1/resolutions", content=b"{", headers={"Content-Type": "application/json"}),
        served.client.post("/v1/predictions/1/resolutions", content=b"outcome=yes"),
    ]
    assert [answer.status_code for answer in answers] == [422, 404, 405, 400, 415]
    for answer in answers:
        assert set(form["required"]) <= set(answer.json()) <= set(form["properties"])
    fault = form["properties"]["errors"]["items"]["properties"]
    assert all(set(one) <= set(fault) for one in answers[0].json()["errors"])
    assert answers[2].headers["Allow"] == "GET, HEAD"


def test_documentation(served: Served) -> None:
    """A page tells every operation and form, with anchors that its links lead to, and loads nothing from elsewhere."""
    answer = served.client.get("/docs")
    assert answer.status_code == 200 and served.client.head("/docs").status_code == 200
    told = served.client.get("/openapi.json").json()
    anchors = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(anchors) == len(set(anchors))
    assert {operation["operationId"] for _, _, operation in operations(told)} <= set(anchors)
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= set(anchors)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) and "style=" not in answer.text
    assert f"curl &#39;{served.url}/v1/claims?limit=20" in answer.text


def test_documentation_escapes(serve: Serve) -> None:
    """The name of a model is text on the page, whatever it holds."""
    served = serve(models="builtin,openai:<script>alert(1)</script>")
    text = served.client.get("/docs").text
    assert "openai:&lt;script&gt;" in text and "<script>alert" not in text


def test_examples_of_requests(told: dict[str, Any]) -> None:
    """An example is one command, quoted for a shell, with the values of the document in its address and body."""
    paths = told["paths"]
    shown = example_of("get", "https://example.org/v1/claims", paths["/v1/claims"]["get"])
    assert shlex.split(shown) == ["curl", "https://example.org/v1/claims?limit=20&q=%22interest+rates%22+harbo%2A"]
    path = "/v1/predictions/{prediction}/resolutions"
    words = shlex.split(example_of("post", path, paths[path]["post"] | {"security": []}))
    assert words[:5] == ["curl", "-H", "Authorization: Bearer KEY", "-H", "Content-Type: application/json"]
    assert json.loads(words[6])["outcome"] == "yes" and words[7] == "/v1/predictions/12/resolutions"


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "format": "date"}, Kind("date")),
        ({"$ref": "#/components/schemas/Span"}, Kind("", ("Span",))),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Span"}}, Kind("list of", ("Span",))),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, Kind("integer or null")),
        ({"type": "array", "items": {"type": "string"}}, Kind("list of string")),
        ({"const": "1", "type": "string"}, Kind("1")),
        ({}, Kind("any value")),
    ],
    ids=str,
)
def test_kinds(schema: dict[str, Any], kind: Kind) -> None:
    """What a value is, in words."""
    assert kind_of(schema) == kind


def test_rules() -> None:
    """Bounds, choices, the default and an example of a value are told once each."""
    schema = {"type": "integer", "minimum": 1, "maximum": 2000, "default": 50, "examples": [20, 30]}
    assert rules_of(schema) == ("at least 1", "at most 2,000", "by default 50", "for example 20")
    assert rules_of({"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}], "default": None}) == ("one of a, b",)
