"""extractor evaluate: flags, files, exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cli_run import run
from fake_engine import extraction
from fake_server import Answer, Request, completion, error, fake_server
from gold_files import MAAS, PILOT, ROE, TEXT, as_result, gold_data, write_gold, write_polnear

KEY = {"EXTRACTOR_API_KEY": "sk-test"}
WIDE = {"COLUMNS": "120"}


def told(*args: str, code: int = 0, **more: Any) -> dict[str, Any]:
    """The JSON that evaluate prints."""
    done = run("evaluate", *args, **more)
    assert done.exit_code == code, done.output
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def lead(report: dict[str, Any]) -> dict[str, Any]:
    """The figure to lead with."""
    (found,) = [figure for figure in report["figures"] if figure["name"] == "attribution_source"]
    return dict(found)


def result_file(tmp_path: Path) -> str:
    """A result that is the gold."""
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps(as_result(gold_data())) + "\n", encoding="utf-8")
    return str(path)


def test_the_builtin_engine_on_a_polnear_folder(tmp_path: Path) -> None:
    """Without --model and --results it runs the engine that needs nothing."""
    folder = write_polnear(tmp_path / "gold", "a", TEXT, x=[ROE, PILOT, MAAS])
    report = told(str(folder), "--bootstrap", "50")
    assert report["system"]["engines"] == ["builtin"]
    assert lead(report)["right"] >= 2
    assert (report["articles"], report["resamples"]) == (["a"], 50)


def test_finished_results_on_gold_of_our_own(tmp_path: Path) -> None:
    """No engine is run; all claims are right."""
    gold = write_gold(tmp_path / "gold", "quay")
    report = told(str(gold), "--results", result_file(tmp_path))
    assert report["system"]["engines"] == ["fake:fake-1"]
    assert {figure["name"]: figure["right"] for figure in report["figures"]}["claim"] == 3


def test_a_run_can_be_kept_and_scored_again(tmp_path: Path) -> None:
    """The same figures come of what --save and --save-attributions wrote."""
    gold = str(write_polnear(tmp_path / "gold", "a", f"\ufeff{TEXT}", x=[ROE, PILOT, MAAS]))
    first = told(gold, "--save", "run.jsonl", "--save-attributions", "found.jsonl")
    for kept in ("run.jsonl", "found.jsonl"):
        assert lead(told(gold, "--results", kept)) == lead(first)


def test_systems_are_compared(tmp_path: Path) -> None:
    """With results in a file, or with the built-in engine."""
    gold = str(write_gold(tmp_path / "gold", "quay"))
    results = result_file(tmp_path)
    same = told(gold, "--results", results, "--against", results)
    assert {found["difference"] for found in same["differences"] if found["value"] is not None} == {0.0}
    assert told(gold, "--results", results, "--against", "builtin")["against"]["engines"] == ["builtin"]


def test_articles_can_be_chosen(tmp_path: Path) -> None:
    """By a list, at random, and from a place of the random order on."""
    for name in "abcdef":
        write_gold(tmp_path / "gold", name, None, TEXT + "\n" * "abcdef".index(name))
    gold = str(tmp_path / "gold")
    (tmp_path / "list").write_text("b\nd\n", encoding="utf-8")
    assert told(gold, "--articles", "list")["articles"] == ["b", "d"]
    four = told(gold, "--sample", "4", "--seed", "7")["articles"]
    rest = told(gold, "--sample", "4", "--seed", "7", "--skip", "3")["articles"]
    assert (len(four), len(rest)) == (4, 1)
    assert set(rest) < set(four)


def test_errors_and_figures_for_people(tmp_path: Path) -> None:
    """A table on the standard output, a page of errors in its file."""
    gold = str(write_gold(tmp_path / "gold", "quay"))
    done = run("evaluate", gold, "--results", result_file(tmp_path), "--errors", "errors.md", "-f", "table", env=WIDE)
    assert done.exit_code == 0
    assert "attribution + source" in done.stdout and "likelihood band" in done.stdout
    assert "### Attributions against gold: 3 found" in Path("errors.md").read_text(encoding="utf-8")


def test_a_report_goes_to_a_file(tmp_path: Path) -> None:
    """In the format that it is called after, with each article when asked."""
    gold = str(write_gold(tmp_path / "gold", "quay"))
    done = run("evaluate", gold, "--results", result_file(tmp_path), "--per-article", "--output", "report.md")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "## articles" in Path("report.md").read_text(encoding="utf-8")


def test_articles_without_a_result_are_told(tmp_path: Path) -> None:
    """They do not count, and nobody has to guess it."""
    write_gold(tmp_path / "gold", "other", None, TEXT + "\n")
    gold = str(write_gold(tmp_path / "gold", "quay"))
    done = run("evaluate", gold, "--results", result_file(tmp_path))
    assert done.stderr == "extractor: warning: 1 of 2 articles have no result and are not counted\n"
    assert run("evaluate", gold, "--results", result_file(tmp_path), "--quiet").stderr == ""


def test_dates_without_a_day_to_count_from_are_told(tmp_path: Path) -> None:
    """An engine cannot find the dates of horizons then, which is no fault of it."""
    head = {"article": {**gold_data()["article"], "published": None}}
    gold = str(write_gold(tmp_path / "gold", "quay", gold_data(**head)))
    assert "warning: the gold of 'quay' has horizons with dates, but no date of publ" in run("evaluate", gold).stderr
    assert run("evaluate", gold, "--quiet").stderr == ""


def test_an_article_that_fails_is_told_and_the_rest_is_done(tmp_path: Path) -> None:
    """Exit code 1, with the figures of the others; what was paid for is kept."""
    write_polnear(tmp_path / "gold", "bad", "Nobody spoke of the quay.", x=[])
    gold = str(write_polnear(tmp_path / "gold", "good", TEXT, x=[ROE]))

    def answer(request: Request) -> Answer:
        refused = "Nobody spoke" in json.dumps(request.body)
        return error(400, "not this one") if refused else completion(json.dumps(extraction()))

    with fake_server(answer) as server:
        model = ("--model", "fake", "--base-url", server.url, "--retry-seconds", "0", "--save", "kept.jsonl")
        done = run("evaluate", gold, *model, env=KEY)
    assert done.exit_code == 1, done.output
    assert "extractor: article 'bad' failed: " in done.stderr
    assert json.loads(done.stdout)["articles"] == ["good"]
    assert len(Path("kept.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["none"], "'none' is no gold"),
        (["gold", "--results", "none"], "cannot read 'none'"),
        (["gold", "--results", "results.jsonl", "--model", "openai:x"], "either --results or --model"),
        (["gold", "--results", "results.jsonl", "--save", "x"], "--save keeps the results of a run"),
        (["gold", "--errors", "none/x.md"], "--errors 'none/x.md': the folder 'none' does not exist"),
        (["gold", "--results", "results.jsonl", "--errors", "results.jsonl"], "--errors 'results.jsonl' is the input"),
        (["gold", "--errors", "x.md", "--output", "x.md"], "'x.md' is written by another flag too"),
        (["gold", "--save", "-"], "--save -: only --output goes to the standard output"),
        (["gold", "--articles", "list", "--errors", "list"], "--errors 'list' is the input"),
        (["gold", "--sample", "9"], "--sample 9 of 1 articles"),
        (["gold", "--articles", "none"], "cannot read 'none'"),
        (["gold", "--sample", "0"], "greater than or equal to 1"),
        (["gold", "--model", "openai:x"], "key"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, args: list[str], message: str) -> None:
    """Exit code 2, and what to do."""
    write_gold(tmp_path / "gold", "quay")
    result_file(tmp_path)
    (tmp_path / "list").write_text("quay\n", encoding="utf-8")
    done = run("evaluate", *args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """It is found out before an engine runs."""
    (tmp_path / "shut").mkdir(mode=0o500)
    done = run("evaluate", str(write_gold(tmp_path / "gold", "quay")), "--save", "shut/x.jsonl")
    assert (done.exit_code, done.stderr.count("--save")) == (1, 1)
