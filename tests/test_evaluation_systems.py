"""What is evaluated: results from files, and runs of an engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fake_engine import FakeEngine, extraction
from gold_files import MAAS, PILOT, ROE, TEXT, as_result, gold_data, write_gold, write_polnear
from langchain_core.messages import BaseMessage

from extractor import Extractor
from extractor.errors import InputError, RefusalError
from extractor.evaluation import GoldArticle, read_gold, read_results, run
from extractor.evaluation.systems import attribution_lines
from extractor.schemas import Extraction

LIST = {"article": "quay", "attributions": [{"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 29]]}]}


@pytest.fixture
def gold(tmp_path: Path) -> list[GoldArticle]:
    """Gold of one article."""
    return read_gold(write_gold(tmp_path / "gold", "quay"))


def written(path: Path, *values: Any) -> Path:
    """A file with a JSON value a line."""
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


def test_a_result_belongs_to_the_article_with_its_text(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """A file with one JSON value, whatever it is called, gives claims and attributions."""
    found = read_results(written(tmp_path / "any.json", as_result(gold_data())), gold).found["quay"]
    assert found.extraction and found.record == gold[0].record
    assert found.attributions == gold[0].annotations["gold"]


def test_a_folder_is_read_with_all_its_files(tmp_path: Path) -> None:
    """JSON and JSONL side by side, each value an article; results of other texts are counted."""
    other, third = f"{TEXT}\n", f"{TEXT}\n\n"
    gold = [*read_gold(write_gold(tmp_path / "a", "a")), *read_gold(write_gold(tmp_path / "b", "b", None, other))]
    folder = tmp_path / "results"
    folder.mkdir()
    written(folder / "1.json", as_result(gold_data()))
    written(folder / "2.jsonl", as_result(gold_data(other), other), as_result(gold_data(third), third))
    system = read_results(folder, gold)
    assert (sorted(system.found), system.strangers) == (["a", "b"], 1)


def test_what_an_annotator_wrote_can_be_evaluated(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """A gold file is a result like any other."""
    found = read_results(written(tmp_path / "a.json", gold_data(predictions=[])), gold).found["quay"]
    assert found.record and [claim.id for claim in found.record.claims] == ["c1", "c3"]


def test_gold_in_quotations_goes_by_the_name_of_its_file(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """What another annotator wrote beside no text: his files have the names of the articles."""
    nothing: dict[str, list[object]] = {"experts": [], "positions": [], "predictions": []}
    for name in ("quay", "other"):
        written(tmp_path / f"{name}.json", nothing)
    system = read_results(tmp_path, gold)
    assert (list(system.found), system.strangers) == (["quay"], 1)
    assert system.found["quay"].record and not system.found["quay"].record.claims


def test_gold_as_a_result_must_fit_the_text(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """As it must as gold."""
    data = gold_data()
    data["positions"][0]["cue"][0]["text"] = "sxid"
    with pytest.raises(InputError, match=r"x\.json: claim 'c1'.*'said' in the text, not 'sxid'"):
        read_results(written(tmp_path / "x.json", data), gold)


def test_results_that_differ_in_their_labels_only(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """They are two different results of one article, of which nobody can say which is meant; the same twice is one."""
    one, other = as_result(gold_data()), as_result(gold_data())
    other["predictions"][0]["expected"] = "uncertain"
    assert list(read_results(written(tmp_path / "x.jsonl", one, one), gold).found) == ["quay"]
    with pytest.raises(InputError, match="line 2: other results of article 'quay'"):
        read_results(written(tmp_path / "x.jsonl", one, other), gold)


def test_one_text_under_two_names_takes_two_results(tmp_path: Path) -> None:
    """Gold may hold an article twice: results go to one after the other, and another, different one is too many."""
    write_gold(tmp_path / "gold", "a")
    gold = read_gold(write_gold(tmp_path / "gold", "b"))
    result = as_result(gold_data())
    assert list(read_results(written(tmp_path / "x.jsonl", result, result), gold).found) == ["a", "b"]
    assert list(read_results(written(tmp_path / "x.jsonl", result, result), gold[:1]).found) == ["a"]
    with pytest.raises(InputError, match="other results of article 'a'"):
        read_results(written(tmp_path / "x.jsonl", result, {**result, "positions": []}), gold[:1])


def test_lists_of_attributions_go_by_name(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """They have no claims; roles may be missing, and the suffix of the file may be there."""
    row = {"article": "quay.txt", "attributions": [{"content": [[13, 29]]}]}
    found = read_results(written(tmp_path / "x.jsonl", row), gold).found["quay"]
    assert found.record is None
    assert (found.attributions[0].source, found.attributions[0].content) == ((), ((13, 29),))


def test_offsets_of_lists_are_those_of_the_file(tmp_path: Path) -> None:
    """A byte-order mark in front of the text counts in lists, read and written."""
    (gold,) = read_gold(write_polnear(tmp_path, "quay", f"\ufeff{TEXT}", x=[ROE]))
    row = {"article": "quay", "attributions": [{"source": [[1, 8]], "cue": [[9, 13]], "content": [[14, 30]]}]}
    found = read_results(written(tmp_path / "x.jsonl", row), [gold]).found
    assert found["quay"].attributions[0].source == gold.annotations["x"][0].source
    assert json.loads(attribution_lines([gold], found)) == row


def test_a_result_of_the_text_with_its_mark(tmp_path: Path) -> None:
    """Who keeps the byte-order mark in the text has offsets that count it."""
    (gold,) = read_gold(write_polnear(tmp_path, "quay", f"\ufeff{TEXT}", x=[ROE]))
    marked = f"\ufeff{TEXT}"
    found = read_results(written(tmp_path / "x.json", as_result(gold_data(marked), marked)), [gold]).found["quay"]
    assert found.attributions[0].source == gold.annotations["x"][0].source


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([LIST, {**LIST, "attributions": []}], "other results of article 'quay'"),
        ([{**LIST, "article": "other"}], "no result for any article"),
        ([{"article": "quay", "attributions": [{"content": [[13, 999]]}]}], r"\[13, 999\] is no \[start, end\]"),
        ([{"article": "quay", "attributions": [{"source": [[0, 7]]}]}], "has no content"),
        ([{"article": "quay", "attributions": [7]}], "not an object"),
        ([{"article": "quay", "attributions": None}], "not a list"),
        ([{"article": "quay", "attributions": [{"content": 7}]}], "content: 7 is not a list"),
        ([LIST, 7], "line 2 is neither"),
        ([{"headline": {}}], "is a summary"),
        ([{"experts": [], "positions": 7}], "no result for any article"),
        ([{**gold_data(), "schema_version": "1"}], "article.text"),
    ],
)
def test_faulty_results_are_told(tmp_path: Path, gold: list[GoldArticle], values: Sequence[Any], told: str) -> None:
    """The message says where, and what is wrong."""
    with pytest.raises(InputError, match=told):
        read_results(written(tmp_path / "x.jsonl", *values), gold)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "empty, which is not"), ("{\n{", "line 1 is not"), (f"{json.dumps(LIST)}\n{{", "line 2 is not")],
)
def test_what_is_no_json_is_told(tmp_path: Path, gold: list[GoldArticle], text: str, told: str) -> None:
    """A whole file, or the line that is at fault."""
    (tmp_path / "x.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"{told} JSON"):
        read_results(tmp_path / "x.jsonl", gold)


def test_a_folder_without_results_is_told(tmp_path: Path, gold: list[GoldArticle]) -> None:
    """It is not taken for a system that finds nothing."""
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match=r"holds no \.json"):
        read_results(tmp_path / "none", gold)


def test_a_run_keeps_every_result(tmp_path: Path) -> None:
    """The built-in engine reads each article of the gold; what it found is kept and scored."""
    gold = read_gold(write_polnear(tmp_path, "quay", TEXT, x=[ROE, PILOT, MAAS]))
    kept: list[Extraction] = []
    with Extractor() as extractor:
        system = run(extractor, gold, kept.append)
    assert [one.article for one in kept] == [gold[0].article]
    assert system.found["quay"].extraction == kept[0]
    assert not system.failed


def test_one_article_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    """The failure is told by name; with no result at all the error is raised."""
    folder = write_polnear(tmp_path, "bad", "Nobody spoke of the quay.", x=[])
    gold = read_gold(write_polnear(folder, "good", TEXT, x=[ROE]))

    def answer(messages: Sequence[BaseMessage]) -> Any:
        return RefusalError("no") if "Nobody spoke" in str(messages) else extraction()

    with Extractor(engine=FakeEngine(answer, answer, answer), attempts=1, audit=False) as extractor:
        system = run(extractor, gold, lambda _: None)
        assert (list(system.found), str(system.failed["bad"])) == (["good"], "no")
        with pytest.raises(RefusalError):
            run(extractor, gold[:1], lambda _: None)
