"""An article in a real browser: highlights on exactly the quoted characters, and the ways between text and cards."""

from __future__ import annotations

import pytest
from browser import PHONE, Browsing, fits
from playwright.sync_api import Page, expect
from sample_reading import TEXT, reading_extraction, reading_summary
from service_server import Served

from extractor.schemas import Span

CLAIMS = {claim.id: claim for claim in reading_extraction().claims}
LIT = "[...document.querySelectorAll('#article-text mark.on')]"


@pytest.fixture
def address(served: Served) -> str:
    """The page of the article, which has a summary too."""
    stored = served.store.add(reading_extraction())
    served.store.add(reading_summary())
    return f"{served.url}/articles/{stored.article_id}"


def spans_of(page: Page, selector: str = "#article-text mark", /) -> list[Span]:
    """Where segments say that they stand, in Python's offsets, and the text that they show."""
    found = page.eval_on_selector_all(selector, "all => all.map(o => [o.dataset.start, o.dataset.end, o.textContent])")
    return [Span(start=int(start), end=int(end), text=text) for start, end, text in found]


def lit(page: Page, /) -> str:
    """The words that are marked as those of the chosen claim."""
    return str(page.evaluate(f"{LIT}.map((one) => one.textContent).join('|')"))


def chosen(page: Page, /) -> list[str]:
    """The ids of the chosen cards."""
    return list(page.eval_on_selector_all("#experts .chosen", "all => all.map((one) => one.dataset.claim)"))


def quoted(claim: str, /) -> str:
    """The words of a claim as they are marked: in the order of the text."""
    return "".join(span.text for span in sorted(CLAIMS[claim].content, key=lambda span: span.start))


def test_the_page_holds_every_character(browse: Browsing, address: str) -> None:
    """White space, line ends, emoji, combining marks and other scripts: the document's text is the article's."""
    page = browse(address)
    assert page.locator("#article-text").evaluate("(one) => one.textContent") == TEXT


def test_highlights_are_exactly_the_quoted_characters(browse: Browsing, address: str) -> None:
    """Each segment shows the text of its offsets, and the segments of a claim make up its content."""
    spans = spans_of(browse(address))
    assert spans and all(TEXT[span.start : span.end] == span.text for span in spans)
    for claim in CLAIMS.values():
        for part in claim.content:
            within = [span for span in spans if part.start <= span.start and span.end <= part.end]
            assert "".join(span.text for span in within) == part.text


def test_highlights_take_no_room(browse: Browsing, address: str) -> None:
    """Words stand as far from each other and from their punctuation as if nothing were marked."""
    page = browse(address)
    styles = "all => all.map((one) => { const s = getComputedStyle(one); return [s.paddingLeft, s.marginLeft]; })"
    assert {tuple(one) for one in page.eval_on_selector_all("#article-text mark", styles)} == {("0px", "0px")}


def test_a_card_leads_to_its_words(browse: Browsing, address: str) -> None:
    """A click lights the words of the claim, all of them and no others, and scrolls to them."""
    page = browse(address)
    for claim in ("c3", "c1", "c2", "c4"):
        page.locator(f"#experts [data-claim={claim}] .claim-statement").click()
        assert chosen(page) == [claim]
        assert lit(page).replace("|", "") == quoted(claim)
        expect(page.locator("#article-text mark.on").first).to_be_in_viewport()


def test_words_lead_to_their_card(browse: Browsing, address: str) -> None:
    """Where claims overlap, each further click chooses the next of them."""
    page = browse(address)
    both = page.locator("#article-text mark", has_text="a second quay must come").first
    both.click()
    first = chosen(page)
    both.click()
    assert sorted(first + chosen(page)) == ["c1", "c2"]
    expect(page.locator("#experts .chosen").first).to_be_in_viewport()


def test_keys_walk_through_the_claims(browse: Browsing, address: str) -> None:
    """j and k go through them in the order of the text, around the end; Escape lets go."""
    page = browse(address)
    seen = []
    for key in ("j", "j", "j", "k", "j", "j", "j"):
        page.keyboard.press(key)
        seen += chosen(page)
    assert seen == ["c1", "c2", "c3", "c2", "c3", "c4", "c1"]
    page.keyboard.press("Escape")
    assert chosen(page) == [] and lit(page) == ""


def test_slash_filters_by_words(browse: Browsing, address: str) -> None:
    """Typing narrows cards and highlights; letters of a filter are no commands; Escape twice shows all again."""
    page = browse(address)
    page.keyboard.press("/")
    page.keyboard.type("jackdaw")
    assert page.locator("#experts [data-claim]:visible").count() == 0
    assert page.locator("#experts .no-match").is_visible()
    page.get_by_label("Words in the claims").fill("dream")
    assert page.locator("#filter-count").inner_text() == "1 of 4 claims"
    assert page.locator("#article-text mark.prediction.dim").count() > 0
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#experts [data-claim]:visible")).to_have_count(4)


@pytest.mark.parametrize(
    ("label", "value", "left"),
    [
        ("Expert", "e2", ["c2"]),
        ("Kind", "prediction", ["c3"]),
        ("Kind", "policy", ["c1"]),
        ("Stance", "against", ["c2"]),
        ("Stance", "neutral", ["c4"]),
    ],
)
def test_filters_leave_what_fits(browse: Browsing, address: str, label: str, value: str, left: list[str]) -> None:
    """By expert, kind and stance; groups without a claim go, highlights of the others are dimmed."""
    page = browse(address)
    page.get_by_label(label, exact=True).select_option(value)
    shown = page.locator("#experts [data-claim]:visible")
    assert shown.evaluate_all("(all) => all.map((one) => one.dataset.claim)") == left
    assert page.locator("#experts [data-expert-group]:visible").count() == 1
    bright = "".join(span.text for span in spans_of(page, "#article-text mark:is(.position, .prediction):not(.dim)"))
    assert bright == quoted(left[0])
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#article-text mark.dim")).to_have_count(0)


def test_a_link_to_a_claim_chooses_it(browse: Browsing, address: str) -> None:
    """The address that a choice leaves is permanent: opened anew it shows the same claim."""
    page = browse(address)
    page.locator("#experts [data-claim=c3] .claim-statement").click()
    link = page.url
    assert link == f"{address}#claim-c3"
    again = browse(link)
    assert chosen(again) == ["c3"] and lit(again).replace("|", "") == quoted("c3")
    expect(again.locator("#article-text mark.on").first).to_be_in_viewport()


def test_sentences_of_the_summary_lead_to_their_evidence(browse: Browsing, address: str) -> None:
    """The number behind a sentence lights exactly the passage that proves it."""
    page = browse(address)
    page.locator(".summary-abstract .evidence-link").first.click()
    assert lit(page).replace("|", "") == quoted("c3")
    expect(page.locator("#article-text mark.on").first).to_be_in_viewport()


def test_a_question_mark_tells_the_keys(browse: Browsing, address: str) -> None:
    """In a dialog that a key closes."""
    page = browse(address)
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_rejected_items_stand_apart_with_their_reasons(browse: Browsing, address: str) -> None:
    """Below the article, when asked for."""
    page = browse(address)
    page.get_by_text("1 item rejected").click()
    assert page.get_by_role("cell", name="Nobody said this.").is_visible()
    assert page.get_by_role("cell", name="content: not in the article").is_visible()


def test_on_a_phone_a_claim_opens_as_a_sheet(browse: Browsing, address: str) -> None:
    """Nothing has to be scrolled for sideways; a tap on words shows the card over the text."""
    page = browse(address, viewport=PHONE, has_touch=True)
    assert fits(page)
    page.locator("#article-text mark", has_text="a second quay must come").first.tap()
    sheet = page.get_by_label("Chosen claim")
    assert "A second quay must come." in sheet.inner_text()
    sheet.get_by_role("button", name="Next here").click()
    assert "A second quay is a costly dream." in sheet.inner_text()
    sheet.get_by_role("button", name="Close").click()
    assert not sheet.is_visible() and fits(page)


def test_it_prints_without_controls(browse: Browsing, address: str) -> None:
    """Text and cards remain, filters and navigation go, and a PDF can be made."""
    page = browse(address)
    page.emulate_media(media="print")
    assert page.locator("#article-text").is_visible()
    assert page.locator("#experts [data-claim=c3]").is_visible()
    for gone in ("header.site", "#filters", "[data-theme-toggle]"):
        assert not page.locator(gone).first.is_visible()
    assert page.pdf().startswith(b"%PDF-")


def test_everything_can_be_read_without_script(browse: Browsing, address: str) -> None:
    """Text, highlights and cards are in the document, and a card's link leads to its words."""
    page = browse(address, java_script_enabled=False)
    assert page.locator("#article-text mark").count() > 5
    assert not page.locator("#filters").is_visible()
    page.locator("[data-claim=c3] a.to-text").click()
    assert page.url.endswith(f"#t{CLAIMS['c3'].content[0].start}")
