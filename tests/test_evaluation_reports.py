"""The report: which articles count, where results come from, and what people and programs see of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from gold_files import MAAS, OFFICE, PILOT, ROE, TEXT, as_result, gold_data, write_gold, write_polnear

from extractor import __version__
from extractor.errors import InputError, RefusalError
from extractor.evaluation import GoldArticle, Named, Report, System, evaluate, read_gold
from extractor.evaluation.presenting import as_json, sections
from extractor.evaluation.systems import Found, of_extraction
from extractor.render.grids import render_sections
from extractor.schemas import Extraction


def polnear(tmp_path: Path) -> list[GoldArticle]:
    """Two articles with two attributions each."""
    write_polnear(tmp_path, "one", TEXT, x=[ROE, MAAS])
    return read_gold(write_polnear(tmp_path, "two", f"{TEXT}\n", x=[PILOT, OFFICE]))


def everything(articles: list[GoldArticle]) -> Named:
    """A system that finds all of the gold."""
    return Named("all", System({gold.name: Found(gold.annotations["x"]) for gold in articles}))


def reported(tmp_path: Path) -> Report:
    """Whole results of gold of our own, two articles, beside a system that finds nothing."""
    texts = {"pier": f"{TEXT}\n", "quay": TEXT}
    for name, text in texts.items():
        write_gold(tmp_path, name, None, text)
    articles = read_gold(tmp_path)
    results = [Extraction.model_validate(as_result(gold_data(text), text)) for text in texts.values()]
    found = {gold.name: of_extraction(result, gold) for gold, result in zip(articles, results, strict=True)}
    system = Named("run", System(found, {"bad": RefusalError("no")}, 2))
    nothing = Named("nothing", System(dict.fromkeys(texts, Found(()))))
    return evaluate("gold", articles, system, against=nothing, resamples=20, per_article=True)


def test_only_articles_with_a_result_count(tmp_path: Path) -> None:
    """The others are named; they are no misses."""
    articles = polnear(tmp_path)
    one = Named("one", System({"one": Found(articles[0].annotations["x"])}))
    report = evaluate("gold", articles, one, resamples=0)
    assert (report.articles, report.without_result) == (("one",), ("two",))
    lead = next(figure for figure in report.figures if figure.name == "attribution_source")
    assert (lead.right, lead.gold, lead.values["f1"]) == (2, 2, 1.0)


def test_two_systems_are_compared_on_what_both_have(tmp_path: Path) -> None:
    """The difference is this system's less the other's."""
    articles = polnear(tmp_path)
    other = Named("none", System({"two": Found(())}))
    report = evaluate("gold", articles, everything(articles), against=other, resamples=20)
    assert report.articles == ("two",)
    lead = next(found for found in report.differences if found.name == "attribution_source")
    assert (lead.value, lead.other, lead.difference, lead.p) == (1.0, 0.0, 1.0, None)


def test_systems_without_a_common_article_cannot_be_compared(tmp_path: Path) -> None:
    """It is said what to do."""
    articles = polnear(tmp_path)
    with pytest.raises(InputError, match="results of the same articles"):
        evaluate("gold", articles, everything(articles[:1]), against=everything(articles[1:]))


def test_the_report_tells_how_the_results_were_made(tmp_path: Path) -> None:
    """Engine, model, prompts and lexicon are those of the results."""
    report = reported(tmp_path)
    made = report.system
    assert (made.engines, made.lexicon_versions, made.strangers) == (("fake:fake-1",), ("1",), 2)
    assert (made.prompts, made.failed) == ({"extract": ("abc",)}, {"bad": "no"})
    assert report.against and report.against.engines == ()


def test_json_holds_everything(tmp_path: Path) -> None:
    """Figures with counts and intervals, differences, each article, versions."""
    told = json.loads(as_json(reported(tmp_path)))
    figures = {figure["name"]: figure for figure in told["figures"]}
    assert figures["attribution_source"]["values"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["attribution_source"]["intervals"]["f1"] == [1.0, 1.0]
    assert (figures["prediction"]["gold"], figures["band.exact"]["values"]) == (2, {"share": 1.0})
    assert told["per_article"][0]["figures"]["claim"]["f1"] == 1.0
    assert (told["version"], told["resamples"], told["seed"]) == (__version__, 20, 1)


def test_lists_of_attributions_have_no_figures_of_claims(tmp_path: Path) -> None:
    """They are not taken for a system that finds no claim."""
    (gold,) = read_gold(write_gold(tmp_path, "quay"))
    report = evaluate("gold", [gold], Named("list", System({"quay": Found(())})), resamples=0)
    assert "claim" not in {figure.name for figure in report.figures}


def test_people_see_percent_and_the_lead_first(tmp_path: Path) -> None:
    """Every section is there, in tables and in Markdown."""
    found = sections(reported(tmp_path))
    assert list(found) == ["evaluation", "figures", "shares", "against nothing", "articles"]
    assert found["figures"][0]["figure"] == "attribution + source"
    assert (found["figures"][0]["F1"], found["figures"][0]["95 %"]) == ("100.0", "100.0 to 100.0")
    assert {"what": "system: failed articles", "value": "1"} in found["evaluation"]
    for form in ("table", "markdown"):
        text = render_sections(found, form)
        assert "likelihood band" in text and "+100.0" in text


@pytest.mark.parametrize(
    ("number", "resamples", "told"),
    [(1, 0, "none"), (1, 20, "none: one article"), (2, 20, "seed 1; too narrow"), (10, 20, "95 %, 20 resamples")],
)
def test_people_are_told_what_the_intervals_are(tmp_path: Path, number: int, resamples: int, told: str) -> None:
    """How they were made, why there are none, or that they are not to be trusted."""
    (gold,) = read_gold(write_gold(tmp_path, "quay"))
    articles = [replace(gold, name=str(copy)) for copy in range(number)]
    system = System({one.name: Found(()) for one in articles})
    found = sections(evaluate("gold", articles, Named("none", system), resamples=resamples))
    (line,) = [row["value"] for row in found["evaluation"] if row["what"] == "intervals"]
    assert told in line and ("too narrow" in line) == (number == 2)


def test_what_is_not_there_has_no_section(tmp_path: Path) -> None:
    """Without a comparison and rows there is nothing to show of them."""
    articles = polnear(tmp_path)
    text = render_sections(sections(evaluate("gold", articles, everything(articles), resamples=0)), "markdown")
    assert "## figures" in text
    assert "## against" not in text and "## articles" not in text
