"""Jobs over HTTP: waiting for them, looking at them, cancelling them, and sending a request twice."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fake_engine import expert, extraction, position
from service_jobs import ASYNC, TEXT, UNAUDITED, GatedEngine, ended, submit, until
from service_server import KEY, Serve, Served

from extractor.errors import ServerError
from extractor.schemas import Extraction, Summary
from extractor.service.preferences import Preference, read_preference

_ANSWER = extraction(
    [expert("Ida Falk")], [position("Ida Falk", "the new quay would open before June 2027", cue=["said"])]
)


def test_a_result_that_is_ready_in_time_is_the_answer(served: Served) -> None:
    """POST answers 200 with the record's JSON, and says where it stands and which job made it."""
    answer = served.client.post("/v1/extractions", json={"text": TEXT, "published": "2026-03-17"})
    result = Extraction.model_validate_json(answer.text)
    assert answer.status_code == 200
    assert result == served.store.get_extraction(result.article.id)
    assert [one.name for one in result.experts][:1] == ["Ida Falk"]
    assert served.client.get(answer.headers["content-location"]).json() == answer.json()
    assert answer.headers["link"].endswith('>; rel="monitor"')


def test_a_summary_has_the_length_that_was_asked_for(client: httpx2.Client) -> None:
    """POST /v1/summaries answers with a summary."""
    answer = client.post("/v1/summaries", json={"text": TEXT, "length": "short"})
    assert answer.status_code == 200
    assert Summary.model_validate_json(answer.text).provenance.settings["length"] == "short"


def test_who_does_not_wait_gets_the_job(client: httpx2.Client) -> None:
    """With respond-async the answer is 202 with Location; the job there ends with the result."""
    answer = client.post("/v1/extractions", json={"text": TEXT}, headers=ASYNC)
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "respond-async")
    assert answer.headers["retry-after"].isdigit()
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    job = ended(client, answer.headers["location"])
    assert (job["status"], job["stage"], job["attempts"]) == ("done", "over", 1)
    assert Extraction.model_validate(job["result"]).article.text == TEXT


def test_a_wait_that_is_too_short_ends_with_the_job(serve: Serve) -> None:
    """After `wait` seconds the answer is 202, and the job goes on."""
    engine = GatedEngine(_ANSWER)
    client = serve(engine=engine, settings=UNAUDITED).client
    answer = client.post("/v1/extractions", json={"text": TEXT}, headers={"Prefer": "wait=1"})
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "wait=1")
    until(lambda: client.get(answer.headers["location"]).json()["stage"] == "extracting")
    engine.gate.set()
    assert ended(client, answer.headers["location"])["result"]["positions"][0]["cue"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], Preference(20)),
        (["wait=5"], Preference(5, "wait=5")),
        (["wait=100"], Preference(60, "wait=60")),
        (["respond-async"], Preference(0, "respond-async")),
        (["respond-async, wait=10"], Preference(10, "wait=10")),
        (["Respond-Async", "WAIT=3; foo"], Preference(3, "wait=3")),
        (["wait=soon"], Preference(20)),
        (["wait=-1", "handling=lenient"], Preference(20)),
        (["wait=1, wait=2"], Preference(1, "wait=1")),
        ([' wait = "7" ; foo=bar'], Preference(7, "wait=7")),
        (['wait="7', 'wait="8"', "=", ";"], Preference(20)),
    ],
)
def test_preferences_are_read_as_rfc_7240_writes_them(headers: list[str], expected: Preference) -> None:
    """The first `wait` counts up to the most that is allowed; what is written badly is ignored."""
    assert read_preference(headers, default=20, most=60) == expected


def test_a_job_that_fails_in_time_answers_with_its_problem(serve: Serve) -> None:
    """The problem document of the job is the answer, and its instance is the job."""
    client = serve(engine=GatedEngine(), settings=UNAUDITED).client
    answer = client.post("/v1/extractions", json={"url": "http://127.0.0.1:9/article"})
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert problem["type"] == "urn:commentary-extractor:problem:unreadable"
    assert "not on the public internet" in problem["detail"]
    assert client.get(problem["instance"]).json()["problem"]["detail"] == problem["detail"]


def test_a_provider_that_fails_is_a_problem_to_try_again_later(serve: Serve) -> None:
    """A job whose model does not answer fails with 503, and its run is stored as failed."""
    engine = GatedEngine(ServerError("the server is down: try later"))
    engine.gate.set()
    served = serve(engine=engine, settings=UNAUDITED)
    answer = served.client.post("/v1/extractions", json={"text": TEXT})
    assert (answer.status_code, answer.json()["title"]) == (503, "The provider of the model does not answer now")
    assert "retry-after" in answer.headers
    assert [run.status for run in served.store.runs()] == ["failed"]


@pytest.mark.parametrize("key", [None, KEY])
def test_a_model_without_its_key_is_a_fault_of_the_configuration(serve: Serve, key: str | None) -> None:
    """What to set is told to the one who runs the service for himself, not to clients of a service with keys."""
    client = serve(settings={"model": "openai:one"}, api_keys=key).client
    problem = client.post("/v1/extractions", json={"text": TEXT}, headers={"Authorization": f"Bearer {KEY}"}).json()
    assert (problem["status"], problem["type"].rpartition(":")[2]) == (500, "configuration")
    assert ("OPENAI_API_KEY" in problem["detail"]) is (key is None)


def test_a_fault_of_the_service_tells_nothing_of_its_inside(serve: Serve) -> None:
    """An unexpected error fails the job with 500 and general words, and no text of it reaches the client."""
    engine = GatedEngine(RuntimeError("secret words"))
    engine.gate.set()
    answer = serve(engine=engine, settings=UNAUDITED).client.post("/v1/extractions", json={"text": TEXT})
    assert answer.status_code == 500
    assert answer.json()["type"].endswith(":internal")
    assert "secret" not in answer.text


def test_what_is_stored_is_not_made_again(serve: Serve) -> None:
    """The same article asked for again is answered from the store; where it appeared besides is recorded."""
    engine = GatedEngine(_ANSWER)
    engine.gate.set()
    served = serve(engine=engine, settings=UNAUDITED)
    first, second = (
        served.client.post("/v1/extractions", json={"text": TEXT, "title": title}) for title in ("One", "Two")
    )
    assert first.json()["provenance"] == second.json()["provenance"]
    assert len(engine.asked) == 1
    assert len(served.store.runs()) == 1
    assert {served.store.articles(title)[0].id for title in ("One", "Two")} == {first.json()["article"]["id"]}


def test_a_queued_job_can_be_cancelled(serve: Serve) -> None:
    """A job that waits behind another is cancelled at once, and never begun."""
    engine = GatedEngine(_ANSWER)
    client = serve(engine=engine, settings=UNAUDITED, jobs_at_once=1).client
    running = submit(client)
    assert engine.begun.wait(20)
    queued = submit(client, f"{TEXT} And more.")
    assert client.delete(queued).json()["status"] == "cancelled"
    engine.gate.set()
    assert ended(client, running)["status"] == "done"
    assert (client.get(queued).json()["attempts"], len(engine.asked)) == (0, 1)


def test_a_running_job_can_be_cancelled(serve: Serve) -> None:
    """Its call is broken off, nothing is stored, and who waits for it is told."""
    engine = GatedEngine(_ANSWER)
    served = serve(engine=engine, settings=UNAUDITED)
    place = submit(served.client)
    assert engine.begun.wait(20)
    assert served.client.delete(place).json()["status"] == "cancelled"
    assert engine.cancelled.wait(20)
    assert served.client.get(place).json()["result"] is None
    assert served.store.runs() == []


def test_a_job_that_is_over_cannot_be_cancelled(client: httpx2.Client) -> None:
    """DELETE of a job that is over is a conflict."""
    place = submit(client)
    ended(client, place)
    answer = client.delete(place)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:commentary-extractor:problem:job-over")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("job_id", ["0" * 32, "nonsense", "%00"])
def test_an_unknown_job_is_not_found(client: httpx2.Client, method: str, job_id: str) -> None:
    """Whatever the id looks like."""
    assert client.request(method, f"/v1/jobs/{job_id}").status_code == 404


def test_the_same_request_twice_is_one_job(serve: Serve) -> None:
    """While the first is under way the second is a conflict that tells the job; afterwards it gets the same answer."""
    engine = GatedEngine(_ANSWER)
    client = serve(engine=engine, settings=UNAUDITED).client
    headers, body = {"Idempotency-Key": "k1", **ASYNC}, {"text": TEXT}
    first = client.post("/v1/extractions", json=body, headers=headers)
    second = client.post("/v1/extractions", json=body, headers=headers)
    assert (second.status_code, second.headers["location"]) == (409, first.headers["location"])
    engine.gate.set()
    job = ended(client, first.headers["location"])
    third = client.post("/v1/extractions", json=body, headers=headers)
    assert (third.status_code, third.json(), len(engine.asked)) == (200, job["result"], 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/extractions", {"text": f"{TEXT} More."}), ("/v1/summaries", {"text": TEXT})],
    ids=["another-text", "another-task"],
)
def test_a_key_stands_for_one_request(client: httpx2.Client, path: str, body: dict[str, Any]) -> None:
    """Another payload under a known key is refused."""
    headers = {"Idempotency-Key": "k1"}
    assert client.post("/v1/extractions", json={"text": TEXT}, headers=headers).status_code == 200
    answer = client.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:commentary-extractor:problem:key-reused")


@pytest.mark.parametrize("key", ["", "x" * 256, "with space"])
def test_a_key_that_cannot_be_one_is_refused(client: httpx2.Client, key: str) -> None:
    """Keys have 1 to 255 visible characters."""
    answer = client.post("/v1/extractions", json={"text": TEXT}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert "idempotency-key" in answer.text.lower()


def test_keys_of_different_owners_are_apart(serve: Serve) -> None:
    """What one client calls its request does not meet what another calls its own."""
    other = f"{KEY}-of-another"
    client = serve(api_keys=f"{KEY},{other}").client
    for key, text in ((KEY, TEXT), (other, f"{TEXT} More.")):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k1"}
        assert client.post("/v1/extractions", json={"text": text}, headers=headers).status_code == 200


def test_a_cancelled_job_answers_a_repeated_request_as_such(serve: Serve) -> None:
    """The answer to a request whose job was cancelled is a conflict."""
    engine = GatedEngine(_ANSWER)
    client = serve(engine=engine, settings=UNAUDITED).client
    headers = {"Idempotency-Key": "k1", **ASYNC}
    place = client.post("/v1/extractions", json={"text": TEXT}, headers=headers).headers["location"]
    client.delete(place)
    answer = client.post("/v1/extractions", json={"text": TEXT}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:commentary-extractor:problem:cancelled")


def test_a_full_queue_refuses_new_jobs(serve: Serve) -> None:
    """With as many jobs queued and running as are allowed, the answer is 429 with Retry-After."""
    engine = GatedEngine(_ANSWER, _ANSWER)
    client = serve(engine=engine, settings=UNAUDITED, jobs_at_once=1, queue=2).client
    places = [submit(client), submit(client, f"{TEXT} More.")]
    answer = client.post("/v1/extractions", json={"text": f"{TEXT} Still more."})
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:commentary-extractor:problem:queue-full")
    assert answer.headers["retry-after"].isdigit()
    engine.gate.set()
    assert {ended(client, place)["status"] for place in places} == {"done"}


def test_what_jobs_took_is_counted(serve: Serve) -> None:
    """Calls, tokens and jobs over are counted once each, and not again for what was stored."""
    engine = GatedEngine(_ANSWER)
    engine.gate.set()
    client = serve(engine=engine, settings=UNAUDITED).client
    for _ in range(2):
        assert client.post("/v1/extractions", json={"text": TEXT}).status_code == 200
    lines = until(lambda: _counted(client, 'extractor_jobs_over_total{outcome="done",task="extract"} 2.0'))
    assert any(line.startswith("extractor_model_calls_total") and line.endswith(" 1.0") for line in lines)
    assert any('direction="input"' in line and line.endswith(" 10.0") for line in lines)


def _counted(client: httpx2.Client, line: str) -> list[str]:
    lines = client.get("/metrics").text.splitlines()
    return lines if line in lines else []


@pytest.mark.parametrize("header", ["wait=" + " " * 30_000 + "x" + " " * 30_000 + '"x', '=";,' * 15_000, '"' * 60_000])
def test_a_preference_of_any_length_is_read_at_once(header: str) -> None:
    """No header keeps the event loop busy, however it is written."""
    assert read_preference([header], default=20, most=60) == Preference(20)
