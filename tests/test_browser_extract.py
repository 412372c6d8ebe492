"""Handing in an article in a real browser: paste it, watch the progress, read what was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browsing, serious
from fake_engine import expert, extraction, position
from playwright.sync_api import Page, expect
from service_jobs import UNAUDITED, GatedEngine
from service_server import Serve, Served

from extractor.errors import UnavailableError

PASTED = (
    "The ferry question\n\n"
    "“The ferry will be full by 2031,” said Ana Roe, the harbour master. 🚢 Piet Maas, an engineer, doubts it. "
    "He argues that the town should buy a second ferry.\n\n"
    "  Ida Falk of the café\u0301 “Zur Möwe” warned that tolls are too high.\tNobody listens.\n"
)


def paste(page: Page, text: str, /) -> None:
    """Hand a text in."""
    page.get_by_label("Text of the article").fill(text)
    page.get_by_role("button", name="Extract").click()


def test_a_pasted_text_becomes_an_article_with_highlights(browse: Browsing, served: Served) -> None:
    """Every segment shows exactly the characters of its offsets in the stored article, every claim's quote is lit."""
    page = browse(served.url)
    paste(page, PASTED)
    page.wait_for_url("**/articles/*")
    found = served.store.get_extraction(page.url.rsplit("/", 1)[-1])
    assert found is not None and found.claims
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == found.article.text
    for segment in page.locator("#article-text mark").all():
        start, end = (int(segment.get_attribute(f"data-{name}") or "") for name in ("start", "end"))
        assert segment.text_content() == found.article.text[start:end]
    for claim in found.claims:
        page.locator(f"#experts [data-claim={claim.id}] .claim-statement").click()
        lit = page.eval_on_selector_all("#article-text mark.on", "all => all.map((one) => one.textContent).join('')")
        assert lit == "".join(span.text for span in sorted(claim.content, key=lambda span: span.start))


def test_progress_is_watched_until_it_is_done(browse: Browsing, serve: Serve) -> None:
    """The stage that the server tells is marked; at the end the article comes by itself."""
    words = "the town should buy a second ferry"
    engine = GatedEngine(extraction([expert("Piet Maas")], [position("Piet Maas", words)]))
    page = browse(serve(engine=engine, settings=UNAUDITED).url)
    paste(page, PASTED)
    page.wait_for_url("**/jobs/*")
    step = page.locator('.steps [aria-current="step"]')
    expect(step).to_have_attribute("data-stage", "extracting")
    assert page.locator("progress").get_attribute("aria-label") and serious(page) == []
    engine.gate.set()
    page.wait_for_url("**/articles/*")
    expect(page.locator("#article-text mark.position")).to_have_text(words)


def test_progress_is_asked_for_where_events_do_not_come(browse: Browsing, serve: Serve) -> None:
    """As behind a proxy that holds them back."""
    engine = GatedEngine(extraction([expert("Piet Maas")], [position("Piet Maas", "a second ferry")]))
    page = browse()
    page.route("**/events", lambda route: route.abort())
    browse.tolerated.append("ERR_FAILED")
    page.goto(serve(engine=engine, settings=UNAUDITED).url)
    paste(page, PASTED)
    expect(page.locator('.steps [aria-current="step"]')).to_have_attribute("data-stage", "extracting")
    engine.gate.set()
    page.wait_for_url("**/articles/*")


def test_two_tabs_hand_in_two_articles(browse: Browsing, served: Served) -> None:
    """Neither is mistaken for the other."""
    pages = [browse(served.url), browse(served.url)]
    for number, page in enumerate(pages):
        paste(page, f"Ana Roe said that quay {number} is full.")
    for number, page in enumerate(pages):
        page.wait_for_url("**/articles/*")
        expect(page.locator("#article-text")).to_contain_text(f"quay {number} is full")


def test_a_job_can_be_cancelled(browse: Browsing, serve: Serve) -> None:
    """The page says that nothing was stored, and leads back to the text that was pasted."""
    engine = GatedEngine(extraction())
    served = serve(engine=engine, settings=UNAUDITED)
    page = browse(served.url)
    paste(page, PASTED)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    assert not served.store.articles()
    page.get_by_role("link", name="Start again").click()
    expect(page.get_by_label("Text of the article")).to_have_value(PASTED)


def test_a_failure_says_why_and_keeps_the_text(browse: Browsing, serve: Serve) -> None:
    """The problem in words; 'Try again' has the text still."""
    engine = GatedEngine(UnavailableError("the provider is away; try later"))
    engine.gate.set()
    page = browse(serve(engine=engine, settings=UNAUDITED).url)
    paste(page, PASTED)
    expect(page.get_by_role("heading", name="It did not work")).to_be_visible()
    assert "The provider is away" in page.get_by_role("alert").inner_text()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_label("Text of the article")).to_have_value(PASTED)


@pytest.mark.parametrize(
    ("text", "url", "told"),
    [("", "", "Paste a text, or give an address or a file"), ("a text", "https://example.org/", "not several")],
)
def test_a_wrong_form_is_told_at_once(browse: Browsing, served: Served, text: str, url: str, told: str) -> None:
    """Nothing is sent."""
    page = browse(served.url)
    page.get_by_label("or its web address").fill(url)
    paste(page, text)
    expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible()
    assert sum(served.store.count_jobs().values()) == 0


def test_a_refusal_of_the_server_is_told_on_the_form(browse: Browsing, serve: Serve) -> None:
    """Such as that of a text that is too long; the button works again."""
    browse.tolerated.append("status of 4")
    page = browse(serve(settings={"max_chars": 50}).url)
    paste(page, PASTED)
    expect(page.get_by_role("alert").filter(has_text="This did not work")).to_be_visible()
    expect(page.get_by_role("button", name="Extract")).to_be_enabled()


def test_a_chosen_file_becomes_an_article(browse: Browsing, served: Served, tmp_path: Path) -> None:
    """HTML is read as an article."""
    file = tmp_path / "ferry.html"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PASTED.split("\n\n"))
    file.write_text(f"<html><head><title>Ferry</title></head><body><article>{body}</article></body></html>", "utf-8")
    page = browse(served.url)
    page.get_by_label("or a file").set_input_files(file)
    page.get_by_role("button", name="Extract").click()
    page.wait_for_url("**/articles/*")
    assert "The ferry will be full by 2031" in page.locator("#article-text").inner_text()


def test_a_file_can_be_dropped(browse: Browsing, served: Served) -> None:
    """Anywhere on the form."""
    page = browse(served.url)
    drop = """(form, text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "ferry.txt", { type: "text/plain" }));
      form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.locator("#extract").evaluate(drop, PASTED)
    assert page.get_by_label("or a file").evaluate("(one) => one.files[0].name") == "ferry.txt"
    page.get_by_role("button", name="Extract").click()
    page.wait_for_url("**/articles/*")
    assert "a second ferry" in page.locator("#article-text").inner_text()


def test_it_works_without_script(browse: Browsing, served: Served) -> None:
    """The form posts, the page of the job looks again by itself, and the article comes."""
    page = browse(served.url, java_script_enabled=False)
    paste(page, PASTED)
    page.wait_for_url("**/articles/*", timeout=30_000)
    assert "a second ferry" in page.locator("#article-text").inner_text()


def test_an_article_is_summarized(browse: Browsing, served: Served) -> None:
    """By its button; the summary then stands on top."""
    page = browse(served.url)
    paste(page, PASTED)
    page.get_by_role("button", name="Summarize").click()
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    assert page.url.startswith(f"{served.url}/articles/")
