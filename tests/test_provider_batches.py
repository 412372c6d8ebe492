"""A provider's batches from end to end: submit, status, collect, and the follow-up batches, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from batch_cases import EMPTY, text, write_rows
from cli_run import run
from fake_batches import completed, fake_batches, refused
from fake_server import completion, fake_server
from provider_cases import (
    MODEL,
    collect,
    collect_once,
    holds,
    nothing,
    rows_of,
    said,
    status,
    statuses,
    submit,
)

from extractor.store import Store


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Five articles."""
    return write_rows(tmp_path / "rows.jsonl", 5)


def answered(body: dict[str, Any], /) -> dict[str, Any]:
    """A model that finds a position in each article."""
    number = int(said(body).rsplit(" floods by 2031", 1)[0].rsplit("quay ", 1)[1])
    return completed(holds(number))


def test_submitted_articles_are_stored_when_collected(database_url: str, rows: Path) -> None:
    """Each article once, in parts that are no larger than they may be; the files at the provider go."""
    with fake_batches(answered) as server:
        code, report = submit(server, database_url, rows, *MODEL, "--part-requests", "2")
        assert (code, report["written"], report["sent"], report["runs"]) == (0, 5, 3, {"waiting": 5})
        code, report = collect(server, database_url)
    assert (code, report["done"], report["claims"], report["runs"]) == (0, 5, 5, {"done": 5})
    assert (statuses(database_url), set(server.paid.values())) == (["done"] * 5, {1})
    assert (server.files, len(server.batches)) == ({}, 3)


def test_results_are_those_of_online_calls(tmp_path: Path, rows: Path) -> None:
    """The bodies of the requests too, byte for byte; only when and how long differ."""
    with fake_server(lambda request: completion(answered(request.body)["choices"][0]["message"]["content"])) as online:
        asked = ["--model", "fake", "--base-url", online.url, "--no-audit", "--db", "online.db"]
        assert run("batch", "run", str(rows), *asked).exit_code == 0
    with fake_batches(answered) as server:
        submit(server, "later.db", rows, *MODEL)
        collect(server, "later.db")
    assert sorted(map(json.dumps, server.asked)) == sorted(map(json.dumps, online.bodies))
    assert kept("later.db") == kept("online.db")


def kept(db: str) -> list[Any]:
    """The extractions of a database without what the run took."""
    made = {"provenance": {"started_at", "elapsed_seconds", "usage"}}
    with Store(db) as store:
        ids = sorted(one.id for one in store.articles())
        found = [store.get_extraction(one) for one in ids]
    return [one and one.model_dump(mode="json", exclude=made) for one in found]


def test_questions_about_invalid_answers_are_a_follow_up_batch(sqlite_path: Path, rows: Path) -> None:
    """What fails the checks is asked again in the same conversation, which the run accounts for."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        return answered(body) if len(body["messages"]) > 2 else completed("no JSON at all {")

    with fake_batches(answer) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], report["sent"], len(server.asked)) == (0, 5, 1, 10)
    with Store(sqlite_path) as store:
        extraction = store.get_extraction(store.articles()[0].id)
    assert extraction is not None
    made = extraction.provenance
    assert (made.calls, made.cached, made.attempts, made.usage.input_tokens) == (2, 0, 2, 2000)


def test_the_audit_is_a_follow_up_batch(sqlite_path: Path, rows: Path) -> None:
    """What a draft left out is asked about when the draft is there."""
    with fake_batches(lambda body: completed(EMPTY)) as server:
        submit(server, sqlite_path, rows, "--model", "fake", "--limit", "1")
        code, report = collect(server, sqlite_path)
    schemas = [body["response_format"]["json_schema"]["name"] for body in server.asked]
    assert (code, report["done"], schemas) == (
        0,
        1,
        ["DraftExtraction", "DraftAudit", "DraftAudit", "DraftAudit"][: len(schemas)],
    )
    assert len(schemas) > 1


def test_all_chunks_are_asked_about_in_one_batch(sqlite_path: Path, tmp_path: Path) -> None:
    """A long article takes as many requests as chunks, and no more batches than a short one."""
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(text(number) for number in range(40)), encoding="utf-8")
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, long, *MODEL, "--chunk-size", "400")
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.batches)) == (0, 1, 1)
    assert len(server.asked) > 5


def test_all_that_follows_is_asked_in_one_batch(sqlite_path: Path, tmp_path: Path) -> None:
    """Also when many parts of many articles ask again: none of them waits for a later batch."""
    rows = [{"text": f"{n}.\n\n" + "\n\n".join(text(number) for number in range(20))} for n in range(6)]
    table = tmp_path / "long.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with fake_batches(lambda body: completed(EMPTY if len(body["messages"]) > 2 else "{")) as server:
        submit(server, sqlite_path, table, *MODEL, "--chunk-size", "400")
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.batches)) == (0, 6, 2)
    assert len(server.asked) == 2 * len([body for body in server.asked if len(body["messages"]) == 2]) > 40


def test_an_answer_that_was_cut_off_splits_its_chunk(sqlite_path: Path, tmp_path: Path) -> None:
    """As online: the halves are asked about, in the next batch."""
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(text(number) for number in range(60)), encoding="utf-8")

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        whole = "quay 0 " in said(body) and "quay 59 " in said(body)
        return completed('{"experts": [', finish_reason="length") if whole else completed(EMPTY)

    with fake_batches(answer) as server:
        submit(server, sqlite_path, long, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.batches), len(server.asked)) == (0, 1, 2, 3)


def test_a_refusal_is_a_failed_run_that_may_be_submitted_again(sqlite_path: Path, rows: Path) -> None:
    """The others are stored; submitting again asks again about that one only."""
    refusing = [True]

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        refuses = refusing[0] and "quay 3 " in said(body)
        return completed(None, refusal="I would rather not") if refuses else completed(EMPTY)

    with fake_batches(answer) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
        assert (code, report["done"], report["failed"]) == (3, 4, 1)
        assert report["examples"][0]["kind"] == "RefusalError"
        refusing[0] = False
        _, report = submit(server, sqlite_path, rows, *MODEL)
        assert (report["written"], report["skipped"]) == (1, 4)
        assert collect(server, sqlite_path)[0] == 0
    assert statuses(sqlite_path) == ["done"] * 5 + ["failed"]


def test_a_way_of_asking_that_is_not_taken_is_replaced(sqlite_path: Path, rows: Path) -> None:
    """As online: a server without JSON schemas is asked with a tool, and then that way."""

    def answer(body: dict[str, Any]) -> Any:
        if "response_format" in body:
            return refused(400, "response_format json_schema is not supported by this model")
        call = {"id": "1", "type": "function", "function": {"name": "DraftExtraction", "arguments": EMPTY}}
        return completed(None, finish_reason="tool_calls", tool_calls=[call])

    with fake_batches(answer) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.batches), len(server.asked)) == (0, 5, 2, 10)


def test_summaries_wait_too(sqlite_path: Path, rows: Path) -> None:
    """The task and its length go with the run."""
    told = {"sentence": "Ana Roe says that quay 1 floods by 2031.", "content": ["quay 1 floods by 2031"]}
    with fake_batches(lambda body: completed(json.dumps({"unlike": told}))) as server:
        code, report = submit(
            server, sqlite_path, rows, *MODEL, "--task", "summarize", "--length", "short", "--limit", "1"
        )
        assert (code, report["written"], report["parts"][0]["task"]) == (0, 1, "summarize")
        code, report = collect(server, sqlite_path)
    assert (code, report["failed"], len(server.asked)) == (3, 1, 3)
    assert rows_of(sqlite_path, "batch_runs")[0]["state"] == "failed"


def test_what_was_submitted_is_not_submitted_again(sqlite_path: Path, rows: Path) -> None:
    """Nor counted against the limit, nor what is done."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL, "--limit", "2")
        _, second = submit(server, sqlite_path, rows, *MODEL, "--limit", "2")
        _, third = submit(server, sqlite_path, rows, *MODEL)
        collect(server, sqlite_path)
        _, last = submit(server, sqlite_path, rows, *MODEL)
    assert (second["written"], third["written"], third["already"]) == (2, 1, 4)
    assert (last["written"], last["skipped"], last["sent"]) == (0, 5, 0)
    assert (set(server.paid.values()), len(server.paid)) == ({1}, 5)


def test_kept_answers_need_no_batch(sqlite_path: Path, rows: Path) -> None:
    """What was answered before is stored at once when the same questions are submitted again."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        collect(server, sqlite_path)
        with Store(sqlite_path) as store, store._database.writing() as connection:
            connection.exec_driver_sql("UPDATE runs SET key = 'of another plan ' || id")
        _, report = submit(server, sqlite_path, rows, *MODEL)
    assert (report["done"], report["written"], len(server.asked)) == (5, 0, 5)


def test_status_tells_what_waits_and_what_it_cost(sqlite_path: Path, rows: Path, tmp_path: Path) -> None:
    """At the price of batches; the provider is asked unless it is not to be."""
    prices = tmp_path / "prices.toml"
    prices.write_text('["fake"]\ninput = 2.0\noutput = 10.0\nbatch = 0.5\n', encoding="utf-8")
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        calls = len(server.calls)
        _, quiet = status(server, sqlite_path, "--offline")
        assert (quiet["requests"], len(server.calls)) == ({"sent": 5}, calls)
        assert status(server, sqlite_path)[1]["parts"][0]["status"] == "in_progress"
        collect(server, sqlite_path)
        _, report = status(server, sqlite_path, "--prices", str(prices))
        shown = run("batch", "status", "--db", str(sqlite_path), "--offline", "--format", "table").stdout
    assert (report["input_tokens"], report["output_tokens"]) == (5000, 500)
    assert report["cost"] == pytest.approx(0.5 * (5000 * 2 + 500 * 10) / 1e6)
    assert {"completed,", "collected"} <= set(shown.split())


def test_collecting_again_changes_nothing(sqlite_path: Path, rows: Path) -> None:
    """A second 'collect' calls nobody."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        collect(server, sqlite_path)
        calls = len(server.calls)
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], report["collected"], len(server.calls)) == (0, 0, 0, calls)
    assert statuses(sqlite_path) == ["done"] * 5


def test_files_are_kept_on_demand(sqlite_path: Path, rows: Path) -> None:
    """And deleted by a later 'collect' without the demand."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        collect(server, sqlite_path, "--keep-files")
        assert len(server.files) == 2
        collect(server, sqlite_path)
        assert server.files == {}


def test_a_batch_that_goes_on_is_left(sqlite_path: Path, rows: Path) -> None:
    """Without --wait 'collect' looks once; exit 0, as nothing is wrong."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect_once(server, sqlite_path)
    assert (code, report["collected"], report["runs"], report["parts"][0]["status"]) == (
        0,
        0,
        {"waiting": 5},
        "in_progress",
    )


def test_a_dry_run_sends_and_writes_nothing(sqlite_path: Path, rows: Path) -> None:
    """It tells how many articles and calls there would be."""
    with fake_batches(nothing) as server:
        code, report = submit(server, sqlite_path, rows, *MODEL, "--dry-run")
    assert (code, report["to_do"], report["requests"], server.calls) == (0, 5, 5, [])
    assert not sqlite_path.exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--model", "builtin"], "no chat model"),
        (["--model", "anthropic:x"], "no batch API"),
        (["--model", "fake", "--base-url", "http://127.0.0.1:9/v1"], "name it with --db"),
    ],
)
def test_what_has_no_batches_is_told(args: list[str], said: str, rows: Path) -> None:
    """Exit 2 before anything is begun."""
    db = [] if "name it" in said else ["--db", "claims.db"]
    result = run("batch", "submit", str(rows), *args, *db)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_no_key_goes_where_a_database_leads(sqlite_path: Path, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is that of the settings, and must be the one that the batch was submitted to."""
    with fake_batches(nothing) as server, fake_batches(nothing) as other:
        submit(server, sqlite_path, rows, *MODEL)
        calls = len(server.calls)
        monkeypatch.setenv("EXTRACTOR_API_KEY", "sk-quite-secret")
        code, report = collect(other, sqlite_path)
    assert (code, "was submitted to" in report["said"], other.calls, len(server.calls)) == (2, True, [], calls)


def test_deleting_an_article_forgets_its_requests(sqlite_path: Path, rows: Path) -> None:
    """What the provider still answers about it is dropped, and its files go when they are collected."""
    with fake_batches(nothing) as server:
        run("batch", "run", str(rows), "--db", str(sqlite_path))
        submit(server, sqlite_path, rows, *MODEL, "--limit", "2")
        with Store(sqlite_path) as store:
            gone = store.delete(rows_of(sqlite_path, "batch_runs")[0]["article_id"])
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], server.files) == (0, 1, {})
    assert gone not in {row["article_id"] for row in rows_of(sqlite_path, "batch_runs")}
    assert gone not in {row["article_id"] for row in rows_of(sqlite_path, "replies")}


def test_nothing_of_an_article_stays_in_the_outbox(sqlite_path: Path, rows: Path) -> None:
    """When its run is over neither text nor requests nor answers are kept there."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        collect(server, sqlite_path)
    assert {row["article"] for row in rows_of(sqlite_path, "batch_runs")} == {None}
    assert rows_of(sqlite_path, "batch_requests") == []


def test_changed_prompts_ask_anew(sqlite_path: Path, rows: Path, tmp_path: Path) -> None:
    """A run whose prompts changed meanwhile goes on under the key that it has now, and is stored once."""
    folder = tmp_path / "mine"
    folder.mkdir()
    template = run("prompts", "show", "extract").stdout
    (folder / "extract.md").write_text(template, encoding="utf-8")
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL, "--prompts", str(folder), "--limit", "1")
        (folder / "extract.md").write_text(template.replace("You read news", "You read much news", 1), encoding="utf-8")
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.asked), statuses(sqlite_path)) == (0, 1, 2, ["done"])
    assert report["runs"] == {"done": 1}
