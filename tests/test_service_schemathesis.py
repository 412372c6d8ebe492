"""The service does what its OpenAPI document says: all checks of schemathesis, against a real server.

What it sends as valid is made so where no schema can say what is: cursors belong to a query, words to a search, days to
each other, a key to one request, and files are of a kind that can be read.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from rich_store import fill
from service_server import KEY, Serve, Served

from extractor import article_from_text
from extractor.errors import InputError
from extractor.service import making
from extractor.store import Filters
from extractor.store.search.query_words import read_terms

if TYPE_CHECKING:
    from schemathesis import BaseSchema, Case, HookContext

SAID = "Ida Falk, who runs the harbour office, said the new quay would open before June 2027."
PHASES = ("examples", "coverage", "fuzzing", "stateful")


def test_document_and_service_agree(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is sent, valid or not, is answered as the document says, one request or several in turn."""
    monkeypatch.setattr(making, "read_article", lambda *_, **__: article_from_text(SAID))
    served = serve(rate="100000/minute", wait=0)
    fill(served.store)
    statuses, failures = run(served, PHASES)
    assert failures == []
    assert {200, 201, 202, 400, 404, 405, 415, 422} <= set(statuses) and max(statuses) < 500


def test_keys_are_needed(serve: Serve) -> None:
    """With keys nothing is told to who sends none, or a wrong one."""
    served = serve(rate="100000/minute", api_keys=KEY)
    fill(served.store)
    statuses, failures = run(served, ("examples", "coverage"), only="^/(v1/(models|experts|articles)|metrics)")
    assert failures == []
    assert {200, 401, 404, 405, 422} <= set(statuses) and max(statuses) < 500


def run(served: Served, phases: tuple[str, ...], /, *, only: str | None = None) -> tuple[Counter[int], list[str]]:
    """How often each status was answered, and what any check found wrong."""
    from schemathesis.engine import events, from_schema

    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for event in from_schema(load(served, phases, only)).execute():
        if isinstance(event, events.ScenarioFinished):
            answers = [one.response for one in event.recorder.interactions.values()]
            statuses.update(answer.status_code for answer in answers if answer is not None)
            checks = [check for one in event.recorder.checks.values() for check in one]
            failures += [f"{event.label}: {one.failure_info}" for one in checks if one.failure_info is not None]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(repr(event))
    return statuses, failures


def load(served: Served, phases: tuple[str, ...], only: str | None) -> BaseSchema:
    """The document as the server gives it, with a bounded number of examples."""
    import schemathesis

    headers = {"Authorization": f"Bearer {KEY}"} if served.service.service.keys else {}
    told: dict[str, Any] = {
        "continue-on-failure": True,
        "headers": headers,
        "generation": {"max-examples": 6, "deterministic": True, "no-shrink": True, "database": "none"},
        "phases": {name: {"enabled": name in phases} for name in PHASES},
    }
    # The document has links; guessing more of them by names takes the ids of a result for those of the store.
    told["phases"]["stateful"]["inference"] = {"algorithms": ["location-headers"]}
    config = schemathesis.Config.from_dict(told)
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json", config=config, headers=headers)
    mend = Mending(served)

    @schema.hook
    def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
        if case.meta is not None and case.meta.generation.mode.is_positive:
            mend(case)
        return case

    return schema.include(path_regex=only) if only else schema


class Mending:
    """Makes a case that fits the schema one that the service takes; half of the ids lead to something."""

    def __init__(self, served: Served, /) -> None:
        claim = served.store.claims(Filters(kind="prediction"))[0]
        known = {"prediction": claim.id, "claim": claim.id, "expert": claim.expert.id, "article": claim.article.id}
        self._known: dict[str, Any] = known
        self._calls = 0

    def __call__(self, case: Case[Any], /) -> None:
        """Change the case."""
        self._calls += 1
        if self._calls % 2:
            known = {name: value for name, value in self._known.items() if name in (case.path_parameters or {})}
            case.path_parameters.update(known)
        if "idempotency-key" in (case.headers or {}):
            case.headers["idempotency-key"] = uuid.uuid4().hex
        if isinstance(case.body, dict) and "file" in case.body:
            body: dict[str, Any] = case.body
            body["file"] = SAID.encode()
        query: dict[str, Any] = case.query if isinstance(case.query, dict) else {}
        for name in [name for name in query if not _fits(query, name)]:
            del query[name]


def _fits(query: Mapping[str, Any], name: str) -> bool:
    if name in ("q", "about"):
        try:
            read_terms(str(query[name]))
        except InputError:
            return False
    if name == "until" and "since" in query:
        return str(query["since"]) <= str(query["until"])
    return name != "cursor"
