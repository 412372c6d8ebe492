"""Alive, ready, and what was counted."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import fake_engine
import httpx2
import pytest
from service_server import KEY, Serve, Served

from extractor.core import Extractor
from extractor.service.app import begin_to_stop

TEXT = "The harbour of Varnsee will close within two years, said Piet Maas, its pilot."


def numbers(served: Served, **headers: str) -> dict[str, float]:
    """What /metrics tells, by the name and labels of each line."""
    lines = served.client.get("/metrics", headers=headers).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def faults(answer: httpx2.Response) -> dict[str, str]:
    """What is not well, by the name of the check."""
    assert answer.status_code == 503 and answer.json()["type"].endswith(":not-ready")
    return {fault["check"]: fault["detail"] for fault in answer.json()["errors"]}


def test_a_service_is_alive_and_ready(client: httpx2.Client) -> None:
    """With a database and the built-in engine."""
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_database_of_another_schema_is_not_ready(served: Served, tmp_path: Path) -> None:
    """Another version of the program has upgraded it meanwhile."""
    with sqlite3.connect(served.store.place) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in faults(served.client.get("/readyz"))["database"]
    assert served.client.get("/healthz").status_code == 200


def test_a_database_that_is_gone_is_not_ready(served: Served) -> None:
    """Its tables, at least."""
    with sqlite3.connect(served.store.place) as connection:
        connection.execute("DROP TABLE alembic_version")
    assert set(faults(served.client.get("/readyz"))) == {"database"}


def test_a_model_without_its_key_is_not_ready(serve: Serve) -> None:
    """The configuration is looked at without a call, of every model that may be chosen."""
    served = serve(models="builtin, openai:some-model")
    assert "EXTRACTOR_API_KEY" in faults(served.client.get("/readyz"))["configuration"]
    keyed = serve(models="builtin, openai:some-model", settings={"api_key": "sk-nobody"})
    assert keyed.client.get("/readyz").status_code == 200


def test_what_is_wrong_is_told_with_a_key_only(serve: Serve) -> None:
    """Health checks bring none; they learn which check fails, and no more."""
    served = serve(models="openai:some-model", api_keys=KEY)
    hidden, shown = (served.client.get("/readyz", headers=sent) for sent in ({}, {"Authorization": f"Bearer {KEY}"}))
    assert set(faults(hidden)) == set(faults(shown)) == {"configuration"}
    assert "EXTRACTOR" not in hidden.text and "EXTRACTOR_API_KEY" in shown.text


def test_a_service_that_stops_is_not_ready(served: Served) -> None:
    """So that no more requests are sent to it."""
    served.service.readiness.stopping = True
    assert set(faults(served.client.get("/readyz"))) == {"running"}
    assert callable(begin_to_stop)


def test_requests_are_counted_by_route(served: Served) -> None:
    """Under the route's template, never under what a client made up."""
    for path in ("/v1/jobs/1", "/v1/jobs/2?x=1", "/v1/evil-name", "/healthz"):
        served.client.get(path)
    served.client.request("EVIL", "/v1/models")
    found = numbers(served)
    assert found['extractor_requests_total{method="GET",route="/v1/jobs/{job_id}",status="404"}'] == 2
    assert found['extractor_requests_total{method="GET",route="unknown",status="404"}'] == 1
    assert found['extractor_requests_total{method="other",route="/v1/models",status="405"}'] == 1
    assert found['extractor_request_seconds_count{method="GET",route="/healthz"}'] == 1
    assert not [name for name in found if "evil" in name.lower()]


def test_jobs_models_and_tokens_are_counted(serve: Serve) -> None:
    """Of a job whose model needed a second attempt, and had an item rejected."""
    position = fake_engine.position("e1", "the port sinks into the sea")
    answer = fake_engine.extraction([fake_engine.expert("Piet Maas")], [position])
    engine = fake_engine.FakeEngine(*[answer] * 3)
    served = serve(engine=engine, settings={"model": "openai:fake", "audit": False, "api_key": "sk-nobody"})
    assert served.client.post("/v1/extractions", json={"text": TEXT}).status_code == 200
    found = numbers(served)
    assert found['extractor_jobs_over_total{outcome="done",task="extract"}'] == 1
    assert found['extractor_jobs{status="done"}'] == 1 and found['extractor_jobs{status="queued"}'] == 0
    assert found['extractor_job_seconds_count{task="extract"}'] == 1
    calls = len(engine.asked)
    assert found['extractor_model_calls_total{model="fake-1"}'] == calls > 1
    assert found['extractor_tokens_total{direction="input",model="fake-1"}'] == 10 * calls
    assert found['extractor_retries_total{model="fake-1"}'] == calls - 1
    assert found['extractor_rejected_items_total{kind="position"}'] == 1


def test_metrics_need_a_key(serve: Serve) -> None:
    """They tell how much is going on."""
    served = serve(api_keys=KEY)
    assert served.client.get("/metrics").status_code == 401
    assert numbers(served, Authorization=f"Bearer {KEY}")['extractor_jobs{status="queued"}'] == 0


def test_apps_count_apart(serve: Serve) -> None:
    """No counter is shared by two apps of one process."""
    one, other = serve(), serve()
    one.client.get("/healthz")
    name = 'extractor_requests_total{method="GET",route="/healthz",status="200"}'
    assert numbers(one)[name] == 1 and name not in numbers(other)


def test_readiness_calls_no_model(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would cost something every few seconds."""
    called: list[Any] = []
    monkeypatch.setattr(Extractor, "aextract", lambda *given: called.append(given))
    engine = fake_engine.FakeEngine()
    assert serve(engine=engine).client.get("/readyz").status_code == 200
    assert not called and not engine.asked


def test_without_its_database_the_rest_is_counted(served: Served) -> None:
    """What is counted is looked at most when something is wrong."""
    with sqlite3.connect(served.store.place) as connection:
        connection.execute("DROP TABLE jobs")
    found = numbers(served)
    assert not [name for name in found if name.startswith("extractor_jobs{")]
    assert numbers(served)['extractor_requests_total{method="GET",route="/metrics",status="200"}'] == 1
