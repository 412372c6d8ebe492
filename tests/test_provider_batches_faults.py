"""A provider's batches that fail in every documented way: nothing is lost, and nothing is paid twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_cases import EMPTY, write_rows
from fake_batches import Ending, FakeBatches, completed, fake_batches, refused
from provider_cases import MODEL, collect, collect_once, nothing, rows_of, said, statuses, submit


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off takes no time."""

    async def at_once(seconds: float) -> None:
        return None

    monkeypatch.setattr("extractor.retry.pause", at_once)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Four articles."""
    return write_rows(tmp_path / "rows.jsonl", 4)


def all_done(server: FakeBatches, db: Path | str, rows: Path, *args: str) -> dict[str, Any]:
    """Submit and collect: all articles are done, each was paid for once, and no file is left; the report."""
    code, _ = submit(server, db, rows, *MODEL, *args)
    assert code == 0
    code, report = collect(server, db, *args)
    assert (code, report["runs"], statuses(db)) == (0, {"done": 4}, ["done"] * 4)
    assert (server.files, set(server.paid.values()), len(server.paid)) == ({}, {1}, 4)
    return report


CALLS = [
    ("POST", "/files"),
    ("POST", "/batches"),
    ("GET", "/batches/[^/]+"),
    ("GET", "/files/[^/]+/content"),
    ("DELETE", "/files/[^/]+"),
]


@pytest.mark.parametrize("status", [429, 500, 503, None])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_calls_that_fail_are_repeated(
    method: str, path: str, status: int | None, sqlite_path: Path, rows: Path
) -> None:
    """Each call, with 429, 500, 503, or a connection that is cut in the middle of it."""
    with fake_batches(nothing) as server:
        server.fail(method, path, status, times=2)
        all_done(server, sqlite_path, rows)
        assert len(server.batches) == 1


@pytest.mark.parametrize("status", [500, None])
@pytest.mark.parametrize(("method", "path"), CALLS[:2])
def test_what_was_made_is_found_when_its_answer_is_lost(
    method: str, path: str, status: int | None, sqlite_path: Path, rows: Path
) -> None:
    """A file or batch that the provider made although the call failed is not made again; lists have several pages."""
    with fake_batches(nothing) as server:
        for number in range(3):
            server.add_file(f"another {number}.jsonl", b"", "batch")
        others = list(server.files)
        server.fail(method, path, status, after=True)
        submit(server, sqlite_path, rows, *MODEL)
        assert (len(server.batches), len(server.files), server.count(method, path)) == (1, 4, 1)
        assert collect(server, sqlite_path)[0] == 0
    assert (list(server.files), set(server.paid.values())) == (others, {1})


def test_an_account_without_quota_ends_it_and_is_gone_on_from(sqlite_path: Path, rows: Path) -> None:
    """Exit 1; what was written down and uploaded stays, and is sent by the next 'submit' or 'collect'."""
    with fake_batches(nothing) as server:
        server.fail("POST", "/batches", 429, code="insufficient_quota")
        code, report = submit(server, sqlite_path, rows, *MODEL)
        assert (code, "quota" in report["said"], len(server.files)) == (1, True, 1)
        assert collect(server, sqlite_path)[0] == 0
        assert (server.count("POST", "/files"), len(server.batches), statuses(sqlite_path)) == (1, 1, ["done"] * 4)


@pytest.mark.parametrize("outcome", [refused(429, "slow down"), refused(500, "oops"), refused(503, "busy"), None])
def test_requests_that_were_not_looked_at_are_sent_again(outcome: Any, sqlite_path: Path, rows: Path) -> None:
    """429 and 5xx in a line, and lines that are missing; the others are not asked again."""
    seen: Counter[str] = Counter()

    def answer(body: dict[str, Any]) -> Any:
        seen[said(body)] += 1
        return outcome if "quay 2 " in said(body) and seen[said(body)] == 1 else completed(EMPTY)

    with fake_batches(answer) as server:
        report = all_done(server, sqlite_path, rows)
    assert (sorted(seen.values()), len(report["parts"])) == ([1, 1, 1, 2], 2)


def test_errors_that_stay_fail_the_article(sqlite_path: Path, rows: Path) -> None:
    """After so many sendings it is a failed run with the error of an online call; submitting tries again."""
    with fake_batches(lambda body: refused(500, "oops") if "quay 2 " in said(body) else completed(EMPTY)) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path, "--sendings", "2")
        assert (code, report["done"], report["failed"], report["examples"][0]["kind"]) == (3, 3, 1, "ServerError")
        assert len(server.asked) == 5
        assert submit(server, sqlite_path, rows, *MODEL)[1]["written"] == 1


def test_rejected_requests_fail_at_once(sqlite_path: Path, rows: Path) -> None:
    """All of them, also more than would end an online batch, and no other batch is made."""
    with fake_batches(lambda body: refused(400, "temperature is not supported")) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["failed"], len(server.batches)) == (3, 4, 1)
    assert report["examples"][0]["kind"] == "RequestRejectedError"


def test_many_rejected_requests_are_many_failed_runs(sqlite_path: Path, tmp_path: Path) -> None:
    """More in a row than end an online batch."""
    rows = write_rows(tmp_path / "many.jsonl", 30)
    with fake_batches(lambda body: refused(401, "no")) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["failed"], report["runs"]) == (3, 30, {"failed": 30})


def test_what_a_batch_left_when_it_expired_is_sent_again(database_url: str, rows: Path) -> None:
    """Its output is kept, the rest goes into another batch."""
    with fake_batches(nothing) as server:
        server.ends = [Ending("expired", answered=2)]
        report = all_done(server, database_url, rows)
    assert [part["status"] for part in report["parts"]] == ["expired", "completed"]
    assert [part["counts"]["answered"] for part in report["parts"]] == [2, 2]


def test_a_cancelled_batch_is_not_paid_for_again(sqlite_path: Path, rows: Path) -> None:
    """Somebody cancelled it: what was answered counts, the rest are failed runs, until they are submitted again."""
    with fake_batches(nothing) as server:
        server.ends = [Ending("cancelled", answered=3)]
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
        assert (code, report["done"], report["failed"], len(server.batches)) == (3, 3, 1, 1)
        assert "cancelled" in report["examples"][0]["message"]
        assert submit(server, sqlite_path, rows, *MODEL)[1]["written"] == 1
        assert collect(server, sqlite_path)[0] == 0


def test_a_line_that_fails_the_validation_fails_its_article(sqlite_path: Path, rows: Path) -> None:
    """The others of its part are sent again without it."""
    with fake_batches(nothing) as server:
        server.ends = [Ending(errors=[{"code": "invalid_request", "message": "line is bad", "line": 2}])]
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], report["failed"], len(server.asked)) == (3, 3, 1, 3)
    assert "line is bad" in report["examples"][0]["message"]


def test_a_batch_that_is_refused_as_a_whole_is_bounded(sqlite_path: Path, rows: Path) -> None:
    """So often, then the articles have failed with what the provider said."""
    with fake_batches(nothing) as server:
        told = {"code": "model_not_found", "message": "The model 'fake' does not exist", "line": None}
        server.ends = [Ending(errors=[told])] * 3
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["failed"], len(server.batches), server.paid) == (3, 4, 3, Counter())
    assert report["examples"][0]["kind"] == "UnknownModelError"


def test_parts_become_smaller_when_too_many_tokens_wait(sqlite_path: Path, rows: Path) -> None:
    """Half as large and one at a time, then larger again."""
    with fake_batches(nothing) as server:
        told = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached", "line": None}
        server.ends = [Ending(errors=[told]), Ending(errors=[told])]
        report = all_done(server, sqlite_path, rows)
    assert [part["counts"]["requests"] for part in report["parts"]] == [4, 2, 1, 2, 1]


MANGLED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "out of order": lambda lines: lines[::-1],
    "doubled": lambda lines: [*lines, *lines],
    "rubbish": lambda lines: [b"<html>", lines[0][:40], b"[1, 2]", b'{"custom_id": 7}', b"", b"\xff\xfe", *lines],
    "strangers": lambda lines: [lines[0].replace(b'"custom_id": "', b'"custom_id": "x'), *lines],
    "line separators": lambda lines: [line.replace(b'"fake"', '"fa\u2028ke"'.encode()) for line in lines],
}


@pytest.mark.parametrize("how", MANGLED)
def test_lines_may_come_in_any_form(how: str, sqlite_path: Path, rows: Path) -> None:
    """In any order, twice, among rubbish, with those of others."""
    with fake_batches(nothing) as server:
        server.mangle = MANGLED[how]
        report = all_done(server, sqlite_path, rows)
    assert (report["input_tokens"], len(server.batches)) == (4000, 1)


def test_a_file_that_is_cut_is_read_again(sqlite_path: Path, rows: Path) -> None:
    """What it told before the cut is kept once."""
    with fake_batches(nothing) as server:
        server.cut_content = 2
        report = all_done(server, sqlite_path, rows)
    assert (report["input_tokens"], len(server.batches)) == (4000, 1)


def test_answers_without_a_choice_are_asked_again(sqlite_path: Path, rows: Path) -> None:
    """They were paid for, which the account tells."""
    seen: list[str] = []

    def answer(body: dict[str, Any]) -> Any:
        seen.append(said(body))
        return {**completed(EMPTY), "choices": []} if len(seen) == 1 else completed(EMPTY)

    with fake_batches(answer) as server:
        submit(server, sqlite_path, rows, *MODEL)
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(seen), report["input_tokens"]) == (0, 4, 5, 5000)


def test_an_output_that_is_gone_is_asked_again(sqlite_path: Path, rows: Path) -> None:
    """Somebody deleted the file: there is no other way to its answers."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        batch = next(iter(server.batches))
        for _ in range(3):
            server.look(batch)
        del server.files[server.batches[batch]["output_file_id"]]
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.batches), "is gone" in report["said"]) == (0, 4, 2, True)


def test_a_batch_that_is_gone_is_sent_again(sqlite_path: Path, rows: Path) -> None:
    """The provider does not know it any more."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        server.batches.clear()
        code, report = collect(server, sqlite_path)
    assert (code, report["done"], len(server.batches)) == (0, 4, 1)


def test_an_uploaded_file_that_is_gone_is_uploaded_again(sqlite_path: Path, rows: Path) -> None:
    """Between upload and batch somebody deleted it."""
    with fake_batches(nothing) as server:
        server.fail("POST", "/batches", 402)
        assert submit(server, sqlite_path, rows, *MODEL)[0] == 1
        server.files.clear()
        server.fail("POST", "/batches", 404)
        all_done(server, sqlite_path, rows)
        assert server.count("POST", "/files") == 2


def test_a_server_without_batches_is_told(sqlite_path: Path, rows: Path) -> None:
    """Exit 2; the articles wait, and nothing has failed."""
    with fake_batches(nothing) as server:
        server.fail("POST", "/files", 404, times=9)
        code, report = submit(server, sqlite_path, rows, *MODEL)
    assert (code, "base URL" in report["said"]) == (2, True)
    assert {row["state"] for row in rows_of(sqlite_path, "batch_runs")} == {"waiting"}


def test_a_refused_key_is_told_without_it(sqlite_path: Path, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, and neither message nor database holds the key."""
    monkeypatch.setenv("EXTRACTOR_API_KEY", "sk-quite-secret")
    with fake_batches(nothing) as server:
        server.fail("POST", "/files", 401)
        code, report = submit(server, sqlite_path, rows, *MODEL)
    assert (code, "refused the API key" in report["said"]) == (2, True)
    assert "sk-quite-secret" not in json.dumps(report)
    assert b"sk-quite-secret" not in sqlite_path.read_bytes()


def test_files_that_cannot_be_deleted_are_left_for_the_next_time(sqlite_path: Path, rows: Path) -> None:
    """The articles are done all the same."""
    with fake_batches(nothing) as server:
        submit(server, sqlite_path, rows, *MODEL)
        server.fail("DELETE", "/files/[^/]+", 403, times=1)
        code, report = collect(server, sqlite_path)
        assert (code, report["done"], len(server.files)) == (0, 4, 2)
        assert collect_once(server, sqlite_path)[0] == 0
        assert server.files == {}
