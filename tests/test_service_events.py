"""The progress of a job as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fake_engine import extraction
from service_jobs import ASYNC, TEXT, UNAUDITED, GatedEngine, ended, submit, until
from service_server import Serve

from extractor.core import Extractor as BuiltinExtractor


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and data of each event."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_each_stage_is_told_and_then_the_end(serve: Serve) -> None:
    """Events `stage` as the job goes on, then `done`; then the stream ends."""
    engine = GatedEngine(extraction())
    client = serve(engine=engine, settings=UNAUDITED).client
    place = submit(client)
    until(lambda: client.get(place).json()["stage"] == "extracting")
    with client.stream("GET", f"{place}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = _events(stream.iter_lines())
        name, job = next(events)
        assert (name, job["status"], job["stage"]) == ("stage", "running", "extracting")
        engine.gate.set()
        rest = list(events)
    assert {name for name, _ in rest[:-1]} <= {"stage"}
    assert (rest[-1][0], rest[-1][1]["stage"]) == ("done", "over")
    assert "result" not in rest[-1][1]


def test_a_job_that_is_over_has_one_event(client: httpx2.Client) -> None:
    """Who comes late learns the end at once."""
    place = submit(client)
    ended(client, place)
    told = list(_events(client.get(f"{place}/events").iter_lines()))
    assert [(name, job["status"]) for name, job in told] == [("done", "done")]


def test_a_failure_is_told_with_its_problem(client: httpx2.Client) -> None:
    """The last event of a job that failed is `failed`."""
    answer = client.post("/v1/extractions", json={"url": "http://127.0.0.1:9/"})
    told = list(_events(client.get(f"{answer.json()['instance']}/events").iter_lines()))
    assert [name for name, _ in told] == ["failed"]
    assert told[0][1]["problem"]["status"] == 422


def test_who_follows_a_job_learns_that_it_was_cancelled(serve: Serve) -> None:
    """The last event is `cancelled`."""
    client = serve(engine=GatedEngine(extraction()), settings=UNAUDITED).client
    place = submit(client)
    with client.stream("GET", f"{place}/events") as stream:
        events = _events(stream.iter_lines())
        next(events)
        client.delete(place)
        assert [name for name, _ in events][-1] == "cancelled"


def test_a_deleted_article_ends_the_stream(serve: Serve) -> None:
    """The job goes with its article, and nobody waits for it any more."""
    served = serve(engine=GatedEngine(extraction()), settings=UNAUDITED, lease=1.5)
    article = served.store.add(BuiltinExtractor().extract(TEXT)).article_id
    place = submit(served.client)
    with served.client.stream("GET", f"{place}/events") as stream:
        events = _events(stream.iter_lines())
        next(events)
        served.store.delete(article or "")
        assert all(name == "stage" for name, _ in events)
    assert served.client.get(place).status_code == 404


@pytest.mark.parametrize("job_id", ["0" * 32, "nonsense"])
def test_events_of_an_unknown_job_are_not_found(client: httpx2.Client, job_id: str) -> None:
    """The answer is a problem, not a stream."""
    answer = client.get(f"/v1/jobs/{job_id}/events")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_quiet_stream_is_kept_alive(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments are sent while nothing happens, so that nobody in between takes the connection for dead."""
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    client = serve(engine=GatedEngine(extraction()), settings=UNAUDITED).client
    place = submit(client)
    with client.stream("GET", f"{place}/events") as stream:
        assert next(line for line in stream.iter_lines() if line.startswith(":")) == ": ping"
        client.delete(place)


def test_head_of_a_stream_ends_at_once(serve: Serve) -> None:
    """What has no content does not wait for the end of the job."""
    engine = GatedEngine(extraction())
    client = serve(engine=engine, settings=UNAUDITED).client
    place = client.post("/v1/extractions", json={"text": TEXT}, headers=ASYNC).headers["location"]
    answer = client.head(f"{place}/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert client.get(place).json()["status"] in ("queued", "running")
    engine.gate.set()
