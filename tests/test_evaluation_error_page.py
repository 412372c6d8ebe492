"""The page with gold beside prediction: one file, whose figures, rows and marks tell what the Markdown tells too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from browser import PHONE, Browsing, fits, serious
from cli_run import run
from gold_files import MAAS, OFFICE, PILOT, ROE, TEXT, as_result, gold_data, write_gold, write_polnear

from extractor.evaluation import GoldArticle, Named, System, evaluate, read_gold
from extractor.evaluation.error_files import error_file
from extractor.evaluation.systems import Found, of_extraction
from extractor.schemas import Extraction

HOSTILE = "<img src=x onerror=hacked=1><script>hacked=1</script>"


def page_of(gold: list[GoldArticle], found: dict[str, Found]) -> str:
    """The page of a system under the name 'ours'."""
    return error_file(evaluate("gold", gold, Named("ours", System(found)), resamples=0), gold, found)


def four_kinds(folder: Path) -> str:
    """The page of a PolNeAR article with one attribution of each kind."""
    (gold,) = read_gold(write_polnear(folder, "a_b", TEXT, x=[ROE, MAAS, OFFICE]))
    annotated = gold.annotations["x"]
    pilot = read_gold(write_polnear(folder / "more", "a_b", TEXT, x=[PILOT]))[0].annotations["x"]
    wrong = replace(annotated[1], source=annotated[0].source)
    return page_of([gold], {"a_b": Found((annotated[0], wrong, *pilot))})


def wrong_labels(folder: Path, name: str = "quay", change: Callable[[dict[str, Any]], None] | None = None) -> str:
    """The page of an article with claims: two with wrong labels, one missed."""
    (gold,) = read_gold(write_gold(folder, name))
    data = as_result(gold_data())
    data["positions"][0].update(stance="favor", kind="value", expert_id="e2")
    data["predictions"][0].update(expected="uncertain", likelihood={"band": None}, reported_by="e1", horizon={})
    del data["positions"][1]
    if change:
        change(data)
    return page_of([gold], {name: of_extraction(Extraction.model_validate(data), gold)})


def texts(html: str) -> str:
    """What a reader sees, roughly: no tags, one space for white space."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.partition("<main")[2])).split())


def test_rows_tell_what_became_of_each_attribution(tmp_path: Path) -> None:
    """In the order of the text, each with its verdict in a word."""
    html = four_kinds(tmp_path)
    assert re.findall(r'<li [^>]*data-kind="([^"]*)"', html) == ["found", "false alarm", "wrong source", "missed"]
    assert "Attributions against x 1 found, 1 wrong source, 1 missed, 1 false alarm" in texts(html)


def test_gold_stands_beside_prediction(tmp_path: Path) -> None:
    """Both sides are shown where they differ, one where they agree."""
    rows = [texts("<main" + row) for row in four_kinds(tmp_path).split("<li class")[1:]]
    assert "Both Ana Roe said the quay is full" in rows[-4]
    assert "Gold nothing System" in rows[-3]
    assert "Gold Piet Maas expects" in rows[-2] and "System Ana Roe said" in rows[-2]
    assert "the port office , Roe is wrong . System nothing" in rows[-1]


def test_wrong_labels_stand_beside_right_ones(tmp_path: Path) -> None:
    """What the system said, then what the gold says."""
    told = texts(wrong_labels(tmp_path))
    for line in (
        "expert Piet Maas , gold: Ana Roe",
        "stance favor , gold: against , toward the quay",
        "reported by Ana Roe , gold: none",
        "band none , gold: likely",
        "horizon – to – , gold: 2026-03-17 to 2031-12-31",
        "Claims and their labels 2 wrong label, 1 missed",
    ):
        assert line in told


def test_figures_stand_on_top(tmp_path: Path) -> None:
    """Those of the report, as the command prints them."""
    html = wrong_labels(tmp_path)
    assert "attribution + source 50.0 33.3 40.0" in texts(html)
    assert html.index("attribution + source") < html.index("<article")


def test_claims_without_attribution_are_told(tmp_path: Path) -> None:
    """What folding leaves out is shown apart."""

    def strip(data: dict[str, Any]) -> None:
        data["positions"][0].update(source=[], cue=[])

    told = texts(wrong_labels(tmp_path, "quay", strip))
    assert "Claims that are no attribution 1 claim" in told


def test_each_article_has_an_anchor(tmp_path: Path) -> None:
    """Made of its name, and different where names differ in punctuation only."""
    gold = [*read_gold(write_gold(tmp_path / "one", "a b")), *read_gold(write_gold(tmp_path / "two", "a-b"))]
    html = page_of(gold, {"a b": Found(()), "a-b": Found(())})
    assert re.findall(r'<article [^>]*id="([^"]*)"', html) == ["article-a-b", "article-a-b.2"]
    assert html.count('href="#article-a-b.2"') == 2


def test_an_article_without_result_is_left_out(tmp_path: Path) -> None:
    """As in the Markdown."""
    gold = [*read_gold(write_gold(tmp_path / "one", "a")), *read_gold(write_gold(tmp_path / "two", "b"))]
    assert re.findall(r'<article [^>]*id="([^"]*)"', page_of(gold, {"a": Found(())})) == ["article-a"]


@pytest.mark.parametrize("name", ["errors.html", "errors.HTM", "html"])
def test_the_command_writes_the_page_as_the_file_is_called(tmp_path: Path, name: str) -> None:
    """A name with .html gives the page; 'html' alone is the page too, under a name that a browser opens."""
    done = run("evaluate", str(write_gold(tmp_path / "gold", "quay")), "--errors", name, "--bootstrap", "0")
    assert done.exit_code == 0, done.stderr
    written = Path("errors.html" if name == "html" else name).read_text(encoding="utf-8")
    assert written.startswith("<!doctype html>") and "Gold beside prediction" in written
    assert not Path("html").exists()


def test_the_page_is_seen_in_a_browser(browse: Browsing, tmp_path: Path) -> None:
    """From disk: kinds filter rows and their places in the text, and nothing is asked of a network."""
    path = tmp_path / "errors.html"
    path.write_text(four_kinds(tmp_path), encoding="utf-8")
    page = browse(path)
    rows = page.locator("li[data-kind]")
    assert [rows.nth(number).is_visible() for number in range(4)] == [True] * 4
    page.get_by_role("checkbox", name="found").uncheck()
    assert [rows.nth(number).is_visible() for number in range(4)] == [False, True, True, True]
    assert page.locator(".reference:visible").count() == 3
    assert page.locator("#kinds-count").inner_text() == "3 of 4 rows"
    page.get_by_label("Words in the rows").fill("tolls 2031")
    assert page.locator("li[data-kind]:visible").count() == 1


def test_marks_are_exactly_the_contents(browse: Browsing, tmp_path: Path) -> None:
    """The whole text is there, underlined where the gold has a content, shaded where the system marked one."""
    path = tmp_path / "errors.html"
    path.write_text(four_kinds(tmp_path), encoding="utf-8")
    page = browse(path)
    assert page.locator("div.compared-text .gold").all_inner_texts() == [ROE[2][0], MAAS[2][0], OFFICE[2][0]]
    assert page.locator("div.compared-text .predicted").all_inner_texts() == [ROE[2][0], PILOT[2][0], MAAS[2][0]]
    page.evaluate("document.querySelectorAll('.reference').forEach((one) => one.remove())")
    assert page.locator("div.compared-text").evaluate("(one) => one.textContent") == TEXT


def test_rows_and_places_lead_to_each_other(browse: Browsing, tmp_path: Path) -> None:
    """By links, so that it works without script too."""
    path = tmp_path / "errors.html"
    path.write_text(four_kinds(tmp_path), encoding="utf-8")
    page = browse(path, java_script_enabled=False)
    page.get_by_role("link", name="4: missed").click()
    assert page.url.endswith("#article-a_b.a1.4")
    page.locator(".to-text").nth(3).click()
    assert page.url.endswith("#article-a_b.a1.4.t")


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": PHONE}])
def test_everybody_can_read_it(browse: Browsing, tmp_path: Path, look: dict[str, Any]) -> None:
    """No serious finding of axe-core, in light and dark and on a phone, where nothing is cut off."""
    path = tmp_path / "errors.html"
    path.write_text(wrong_labels(tmp_path), encoding="utf-8")
    page = browse(path, **look)
    assert serious(page) == []
    assert fits(page)


def test_hostile_words_are_only_shown(browse: Browsing, tmp_path: Path) -> None:
    """Names of articles and experts, statements and targets: nothing runs, and all of it can be read."""

    def spoil(data: dict[str, Any]) -> None:
        data["experts"][1]["name"] = f"Piet Maas{HOSTILE}"
        data["positions"][0].update(statement=HOSTILE, target=HOSTILE)

    path = tmp_path / "errors.html"
    path.write_text(wrong_labels(tmp_path, "<b>&\u2028", spoil), encoding="utf-8")
    page = browse(path)
    assert page.evaluate("window.hacked") is None
    assert HOSTILE in page.locator("main").inner_text()
    assert page.locator("main img, main b").count() == 0
