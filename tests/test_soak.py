"""The soak: a batch survives faults and kills, and what is lost is noticed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from benchmark_modules import benchmark_module


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that sets the log against the database."""
    return benchmark_module("soak_account", monkeypatch)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the model that fails."""
    return benchmark_module("faulty_model", monkeypatch)


def test_a_small_soak(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """300 articles, a fifth of the calls faulty, two kills: nothing is missing, doubled, lost or asked too often."""
    soak = benchmark_module("soak", monkeypatch)
    sizes = ["--articles", "300", "--kills", "2", "--flight", "16", "--timeout", "8", "--seconds", "240"]
    assert soak.main(sizes) == 0, capsys.readouterr().out
    told = capsys.readouterr().out
    assert "300 articles" in told and "wrong: 0" in told and "2 kills" in told


def test_faults_follow_from_the_seed(faulty: Any) -> None:
    """The same call meets with the same fault each time; about a fifth do, and every kind is among them."""
    faults = faulty.Faults()
    found = [faulty.fault_of(faults, article, 1) for article in range(2_000)]
    assert found == [faulty.fault_of(faults, article, 1) for article in range(2_000)]
    assert 300 < len([fault for fault in found if fault]) < 500
    assert {fault for fault in found if fault} == set(faulty.KINDS)


def test_every_right_answer_has_a_mark_of_its_own(faulty: Any) -> None:
    """The mark stands in all claims of an answer, and no two calls have the same."""
    marks = [faulty.mark_of(article, number) for article in range(300) for number in (1, 2, 3)]
    assert len(set(marks)) == 900 and all(mark.isalpha() for mark in marks)
    answer = json.loads(faulty.marked_answer(7, marks[0]))
    assert all(marks[0] in claim["topic"] for claim in [*answer["positions"], *answer["predictions"]])


def test_a_sound_soak(accounts: Any, faulty: Any) -> None:
    """One call for each article and one for each fault is the minimum: nothing is extra and nothing wrong."""
    calls = [_call(faulty, 0, mark="marka"), _call(faulty, 1, fault="reset"), _call(faulty, 1, number=2, mark="markb")]
    found = accounts.account(["a", "b"], calls, [], _stored(accounts, "ab", marks={"marka", "markb"}), 8)
    assert (found.done, found.calls, found.extra, found.lost, found.wrong) == (2, 3, 0, 0, [])


def test_a_missing_and_a_doubled_article_are_noticed(accounts: Any, faulty: Any) -> None:
    """Each article has to be there once."""
    stored = accounts.Stored(done=Counter(a=2), claims=Counter(a=30), marks=frozenset({"marka"}))
    found = accounts.account(["a", "b"], [_call(faulty, 0, mark="marka")], [], stored, 8)
    assert "article 0 is stored 2 times" in found.wrong and "article 1 is missing" in found.wrong


def test_a_lost_answer_is_noticed(accounts: Any, faulty: Any) -> None:
    """A right answer that is nowhere is wrong, unless a process was killed when it was on its way."""
    calls = [_call(faulty, 0, mark="marka", at=10.0), _call(faulty, 0, number=2, mark="markb", at=20.0)]
    stored = _stored(accounts, "a", marks={"markb"})
    wrong = accounts.account(["a"], calls, [], stored, 8).wrong
    assert "the answer to call 1 about article 0 is lost, and nothing was killed then" in wrong
    assert accounts.account(["a"], calls, [11.0], stored, 8).wrong == []


def test_calls_beyond_the_minimum_are_noticed(accounts: Any, faulty: Any) -> None:
    """A call that nothing made necessary counts, and more than 2 % of them are wrong."""
    calls = [_call(faulty, 0, number=number, mark=f"mark{letter}") for number, letter in enumerate("abc", 1)]
    found = accounts.account(["a"], calls, [], _stored(accounts, "a", marks={"marka", "markb", "markc"}), 8)
    assert found.extra == 2 and "2 calls beyond the minimum, 0 allowed" in found.wrong


def test_the_log_is_read_back(faulty: Any, tmp_path: Path) -> None:
    """What the server writes into its log is what is read from it."""
    log = tmp_path / "calls.jsonl"
    with log.open("w", encoding="utf-8") as file:
        model = faulty.FaultyModel(faulty.Faults(share=0.0), file)
        connection = model.connection()
        said = model.answer(b'{"content": "The toll, for the 1,017th time"}', connection)
        model.note_end(connection, True)
    (call,) = faulty.read_log(log)
    assert (call.article, call.number, call.fault, call.delivered) == (1017, 1, "", True)
    assert call.mark.encode() in said.raw


def _call(faulty: Any, article: int, *, number: int = 1, fault: str = "", mark: str = "", at: float = 1.0) -> Any:
    times = {"began": at - 0.1, "ended": at}
    return faulty.Call(article=article, number=number, fault=fault, mark=mark, delivered=True, in_flight=0, **times)


def _stored(accounts: Any, texts: str, *, marks: set[str]) -> Any:
    claims = Counter(dict.fromkeys(texts, 15))
    return accounts.Stored(done=Counter(texts), claims=claims, marks=frozenset(marks))
