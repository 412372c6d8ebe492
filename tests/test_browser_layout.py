"""How pages are laid out in a real browser: nothing blank below them, and what paper shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browsing
from sample_reading import reading_extraction, reading_summary
from sample_results import sample_extraction
from service_server import Served

from extractor.render.html.report import render_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report with a summary on top, as a file."""
    path = tmp_path / "report.html"
    path.write_text(render_report(reading_extraction(), summary=reading_summary()), encoding="utf-8")
    return path


def test_a_page_ends_where_its_content_ends(browse: Browsing, report: Path) -> None:
    """The cards scroll in a column of their own; what is hidden from sight in them does not lengthen the page."""
    page = browse(report, viewport={"width": 1280, "height": 400})
    cards = page.locator("#experts").evaluate("(one) => [one.scrollHeight, one.clientHeight]")
    assert cards[0] > cards[1]
    end = page.locator("main").evaluate("(one) => Math.ceil(one.getBoundingClientRect().bottom + scrollY)")
    assert page.evaluate("document.documentElement.scrollHeight") <= end + 1


def test_paper_shows_what_is_folded_and_no_controls(browse: Browsing, report: Path) -> None:
    """Printed, the sentences by expert and all cards are there; filters and buttons are not."""
    page = browse(report)
    page.emulate_media(media="print")
    assert not page.locator("#filters").is_visible() and not page.locator(".site").is_visible()
    folded = page.locator(".summary details:not([open]) dd").first
    assert folded.evaluate("(one) => one.getBoundingClientRect().height") > 0
    cards = page.locator("#experts").evaluate("(one) => [one.scrollHeight, one.clientHeight]")
    assert cards[0] <= cards[1] + 1


def test_printed_pages_of_the_service_have_no_controls(browse: Browsing, served: Served) -> None:
    """The page of an expert on paper: no navigation, no search, no jumps."""
    served.store.add(sample_extraction())
    page = browse(f"{served.url}/experts/{served.store.expert('Ana Roe').id}")
    page.emulate_media(media="print")
    for control in (".site", ".site-footer", ".jump", ".find"):
        assert not page.locator(control).first.is_visible(), control
