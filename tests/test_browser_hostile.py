"""Hostile articles in a real browser: on every page and in the file nothing runs, and what is left can be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import PHONE, Browsing, fits
from hostile_articles import ADDRESS, ATTACKS, SAID, crowded_extraction, hostile_extraction, hostile_summary
from playwright.sync_api import Page, expect
from service_server import Serve, Served

from extractor.render.html.report import render_report
from extractor.render.phrases import plain
from extractor.schemas import Article
from extractor.schemas.article import text_id

FOREIGN = "iframe, object, embed, base, main script, main style, main link, main meta, main img, plaintext, [onload], "
HANDLERS = "[onerror], [onfocus], [onclick], a[href^='javascript' i], [formaction], form[action*='evil']"


@pytest.fixture
def attacked(served: Served) -> Served:
    """A server whose database holds the hostile article, with its summary."""
    served.store.add(hostile_extraction())
    served.store.add(hostile_summary())
    return served


def check_harmless(page: Page, /) -> None:
    """Nothing ran, nothing became markup, and the page is still there."""
    assert page.evaluate("window.hacked") is None
    assert page.locator(FOREIGN + HANDLERS).count() == 0
    assert page.locator("h1").first.is_visible()


def test_nothing_of_an_article_runs_on_its_page(browse: Browsing, attacked: Served) -> None:
    """The text stands there as it is, and cards, keys and filters work."""
    made = hostile_extraction()
    page = browse(f"{attacked.url}/articles/{made.article.id}")
    check_harmless(page)
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == made.article.text
    assert page.locator(".claim-statement").first.text_content() == plain(SAID)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("#experts .chosen").count() == 1
    page.get_by_label("Kind", exact=True).select_option("prediction")
    assert page.locator("#experts [data-claim]:visible").count() == 1
    assert page.locator(f'a[href*="{ADDRESS[:10]}"]').count() == 0
    check_harmless(page)


def test_nothing_of_it_runs_on_any_other_page(browse: Browsing, attacked: Served) -> None:
    """Titles, names, quotations, statements and topics in lists, profiles and hits."""
    page = browse()
    experts = [f"/experts/{one.id}" for one in attacked.store.experts()]
    prediction = attacked.store.claims()[-1].id, attacked.store.claims()[0].id
    single = [f"/predictions/{claim}" for claim in prediction]
    browse.tolerated.append("status of 404")
    for address in ("/", "/articles", "/experts", "/predictions?state=open", "/search?q=quay", "/search?q=hacked"):
        page.goto(attacked.url + address)
        check_harmless(page)
    for address in experts + single:
        page.goto(attacked.url + address)
        page.eval_on_selector_all("details", "all => all.forEach((one) => (one.open = true))")
        check_harmless(page)


@pytest.mark.parametrize("path", ["/{}", "/articles/{}", "/search?q={}", "/experts?q={}", "/articles?q={}", "/jobs/{}"])
def test_nothing_of_an_address_runs(browse: Browsing, served: Served, path: str) -> None:
    """Whatever is asked for, in a path or a query, is told as text."""
    from urllib.parse import quote

    browse.tolerated.append("status of 4")
    page = browse()
    for attack in (SAID[:300], *ATTACKS[:3], ATTACKS[6]):
        page.goto(served.url + path.format(quote(attack, safe="")))
        check_harmless(page)


@pytest.mark.parametrize(
    "wanted", ["javascript:window.hacked=1", "//evil.example/", "https://evil.example/", "/\\evil"]
)
def test_signing_in_leads_nowhere_else(browse: Browsing, serve: Serve, wanted: str) -> None:
    """Whatever address a link to the form names."""
    from urllib.parse import quote

    served = serve(api_keys="a-key-of-this-test-0123456789")
    page = browse(f"{served.url}/login?next={quote(wanted, safe='')}")
    page.get_by_label("Key").fill("a-key-of-this-test-0123456789")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Text of the article")).to_be_visible()
    assert page.url == f"{served.url}/"


def test_a_pasted_attack_is_text(browse: Browsing, served: Served) -> None:
    """Through form, job and engine too."""
    page = browse(served.url)
    page.get_by_label("Text of the article").fill(f"Ana Roe said that the quay is full. {SAID}\n\nPiet Maas doubts it.")
    page.get_by_role("button", name="Extract").click()
    page.wait_for_url("**/articles/*")
    check_harmless(page)
    stored = served.store.get_extraction(page.url.rsplit("/", 1)[-1])
    assert stored is not None
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == stored.article.text


def test_nothing_runs_in_the_file(browse: Browsing, tmp_path: Path) -> None:
    """Opened from disk, where no server sends a policy."""
    path = tmp_path / "report.html"
    path.write_text(render_report(hostile_extraction(), summary=hostile_summary()), encoding="utf-8")
    page = browse(path)
    check_harmless(page)
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == hostile_extraction().article.text
    page.keyboard.press("j")
    assert page.locator("#experts .chosen").count() == 1


def test_what_no_document_holds_is_replaced_one_for_one(browse: Browsing, tmp_path: Path) -> None:
    """A NUL character becomes the sign for it, so that offsets stay."""
    made = hostile_extraction()
    text = made.article.text + "\x00 end\r\n\rx"
    path = tmp_path / "report.html"
    article = made.article.model_copy(update={"text": text, "id": text_id(text)})
    path.write_text(render_report(made.model_copy(update={"article": Article.model_validate(dict(article))})), "utf-8")
    shown = browse(path).locator("#article-text").evaluate("(one) => one.textContent")
    assert shown == text.replace("\x00", "\ufffd")


def test_directions_do_not_spill(browse: Browsing, attacked: Served) -> None:
    """Marks that turn the direction of writing stay within the text that holds them."""
    page = browse(f"{attacked.url}/articles")
    styles = "one => getComputedStyle(one).unicodeBidi"
    assert page.locator(".list-title bdi").first.evaluate(styles) == "isolate"
    page.goto(f"{attacked.url}/articles/{hostile_extraction().article.id}")
    assert page.locator("#article-text").evaluate(styles) in ("isolate", "plaintext")


def test_ten_thousand_overlapping_spans_on_a_page(browse: Browsing, served: Served) -> None:
    """A thousand claims of ten parts: the text is whole, and choosing and filtering still work."""
    made = crowded_extraction(1000, 10)
    served.store.add(made)
    page = browse(f"{served.url}/articles/{made.article.id}")
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == made.article.text
    page.keyboard.press("j")
    assert page.locator("#experts .chosen").get_attribute("data-claim") == "c1"
    lit = page.eval_on_selector_all("#article-text mark.on", "all => all.map((one) => one.textContent).join('')")
    assert len(lit) >= len(made.positions[0].content[0].text)
    page.get_by_label("Kind", exact=True).select_option("prediction")
    expect(page.locator("#filter-count")).to_have_text("1 of 1,000 claims")


def test_ten_thousand_claims_in_a_file(browse: Browsing, tmp_path: Path) -> None:
    """One span each, a thousand deep: the file opens, also on a phone, and the keys go through it."""
    made = crowded_extraction(10_000, 1)
    path = tmp_path / "report.html"
    path.write_text(render_report(made), encoding="utf-8")
    page = browse(path, viewport=PHONE)
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == made.article.text
    page.keyboard.press("k")
    assert page.locator("#experts .chosen").get_attribute("data-claim") == "c10000"
    assert fits(page)
