"""The report as a file: opened from disk in a real browser it does all that the page does, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import PHONE, Browsing, fits, serious
from sample_reading import TEXT, reading_extraction, reading_summary

from extractor.render.html.report import render_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The file of an extraction with its summary."""
    path = tmp_path / "report of é & 100%.html"
    path.write_text(render_report(reading_extraction(), summary=reading_summary()), encoding="utf-8")
    return path


def test_it_opens_from_disk(browse: Browsing, report: Path) -> None:
    """Every character is there, each segment shows the text of its offsets, and only the file itself is asked for."""
    page = browse()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == TEXT
    for segment in page.locator("#article-text mark").all():
        start, end = (int(segment.get_attribute(f"data-{name}") or "") for name in ("start", "end"))
        assert segment.text_content() == TEXT[start:end]


def test_cards_keys_and_filters_work(browse: Browsing, report: Path) -> None:
    """As on the page."""
    page = browse(report)
    page.keyboard.press("j")
    assert page.locator("#experts .chosen").get_attribute("data-claim") == "c1"
    page.locator("#experts [data-claim=c3] .claim-statement").click()
    lit = page.eval_on_selector_all("#article-text mark.on", "all => all.map((one) => one.textContent).join('')")
    assert lit == reading_extraction().claims[-1].content[0].text or "2031" in lit
    page.get_by_label("Stance").select_option("against")
    assert page.locator("#experts [data-claim]:visible").count() == 1


def test_the_choice_of_colours_works(browse: Browsing, report: Path) -> None:
    """In a file too."""
    page = browse(report, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Use light colours").click()
    assert page.evaluate(ground) != dark


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": PHONE}])
def test_everybody_can_read_it(browse: Browsing, report: Path, look: dict[str, Any]) -> None:
    """No serious finding of axe-core; nothing is cut off on a phone."""
    page = browse(report, **look)
    page.eval_on_selector_all("details", "all => all.forEach((one) => (one.open = true))")
    assert serious(page) == []
    assert fits(page)


def test_it_prints(browse: Browsing, report: Path) -> None:
    """On several pages of paper, with the numbers of the claims in the text."""
    page = browse(report)
    page.emulate_media(media="print")
    number = "one => getComputedStyle(one, '::after').content"
    assert page.locator("mark[data-numbers]").first.evaluate(number) not in ("none", "normal")
    assert page.pdf().count(b"/Type /Page\n") >= 2
