"""The benchmarks of speed, memory and cost still run, and their made-up model is right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from benchmark_modules import benchmark_module
from fake_engine import FakeEngine

from extractor import Extractor


@pytest.fixture
def commentary(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The generator of articles with answers."""
    return benchmark_module("rich_commentary", monkeypatch)


@pytest.fixture
def throughput(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The benchmark of speed."""
    return benchmark_module("throughput", monkeypatch)


def test_articles_of_4_kb_with_fifteen_claims(commentary: Any) -> None:
    """Each number has a text of its own, the same each time, and fifteen claims about five experts."""
    found = [commentary.commentary(number) for number in range(100)]
    assert len({one.text for one in found}) == 100 and found[7] == commentary.commentary(7)
    assert all(3_500 < len(one.text) < 4_500 and len(one.answer["experts"]) == 5 for one in found)
    assert all(len(one.answer["positions"]) + len(one.answer["predictions"]) == 15 for one in found)


def test_the_answers_pass_all_checks(commentary: Any) -> None:
    """Nothing of what the model says is rejected, merged or asked for again."""
    numbers = range(25)
    engine = FakeEngine(*[commentary.draft_text(number) for number in numbers])
    with Extractor(engine=engine, audit=False) as extractor:
        for number in numbers:
            found = extractor.extract(commentary.commentary(number).text)
            assert (len(found.claims), found.rejected, found.provenance.merged) == (15, (), 0)


def test_the_same_claims_for_langextract(commentary: Any) -> None:
    """Its form holds the same claims, each with one stretch of the text."""
    text = commentary.commentary(3).text
    found = json.loads(commentary.langextract_text(3))["extractions"]
    assert len(found) == 20
    assert all(next(iter(one.values())) in text for one in found)


def test_the_number_is_found_in_a_request(commentary: Any) -> None:
    """The server finds out what a request is about without parsing it."""
    text = commentary.commentary(12_345).text
    assert commentary.number_in(json.dumps({"content": text}).encode()) == 12_345
    assert commentary.number_in(b'{"content": "nothing of ours"}') is None


def test_missed_bars_are_told(throughput: Any) -> None:
    """A bar that is missed is named with both systems; one whose systems were not measured is not looked at."""
    rates = {"everything": 80.0, "instructor": 90.0, "raw": 200.0, "extraction": 170.0}
    figures = {name: throughput.Figures(rate, 1.0, 50.0) for name, rate in rates.items()}
    (missed,) = throughput.missed_bars(figures, throughput.BARS, 320.0)
    assert missed.startswith("MISSED: everything has 0.89 times the rate of instructor")
    assert len(throughput.missed_bars(figures, throughput.BARS_OF_MANY, 160.0)) == 1


def test_a_small_run_of_our_own_systems(throughput: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Server and clients in real processes: every client finds all claims, or it would fail."""
    sizes = ["--articles", "12", "--flight", "4", "--latency", "0.01", "--rounds", "1"]
    throughput.main([*sizes, "--systems", "raw", "extraction", "everything"])
    told = capsys.readouterr().out
    assert told.startswith("throughput: 12 articles, 4 in flight")
    assert all(f"\n{name} " in told for name in ("raw", "extraction", "everything"))


def test_memory_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Two batches in processes of their own, and how much more the larger one takes."""
    assert benchmark_module("memory", monkeypatch).main(["--few", "10", "--many", "20", "--flight", "4"]) == 0
    assert "20 articles: peak" in (told := capsys.readouterr().out) and "at most 60 wanted" in told


def test_cost_asks_what_a_run_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turns of a conversation begin as the one before, and the recorded answers pass the checks."""
    cost, answers = (benchmark_module(name, monkeypatch) for name in ("cost", "cost_answers"))
    calls = cost.listen(answers.medium_ones()[0])
    extract, repair = calls["DraftExtraction"], calls["DraftRepair"]
    assert cost.shared(extract, repair) == len(extract.text)
    assert extract.answer > 20 * repair.answer > 0
    assert cost.shared_schema(extract, extract) == len(extract.schema) + len(extract.text)


def test_short_texts_have_only_their_own_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands further below in the gold article is left out of the short one."""
    answers = benchmark_module("cost_answers", monkeypatch)
    for one in answers.short_ones()[:3]:
        draft = answers.draft_of(one)
        assert draft["positions"] and len(one.article.text) < 2_500
        assert all(part in one.article.text for claim in draft["positions"] for part in claim["content"])
