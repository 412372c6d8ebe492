"""The further pages in a real browser: predictions, search, signing in, looks and sizes."""

from __future__ import annotations

from datetime import date

import pytest
from browser import PHONE, Browsing, fits, serious
from playwright.sync_api import Page, expect
from rich_store import fill
from sample_claims import expects, holds, said_by
from sample_reading import reading_extraction, reading_summary
from service_server import KEY, Serve, Served

OVER = date(2026, 6, 1)
DUE = "The mill will be sold."


@pytest.fixture
def filled(served: Served) -> Served:
    """A server with everything that pages show."""
    fill(served.store)
    served.store.add(reading_extraction())
    served.store.add(reading_summary())
    served.store.add(said_by("Mara Lind", expects(DUE, by=OVER), holds("Mills are too dear.", "against")))
    served.store.add(said_by("Mara Lind", holds("Mills are cheap.", "favor"), published=date(2026, 5, 1)))
    return served


def addresses(served: Served, /) -> list[str]:
    """Every kind of page, with something on it."""
    article = reading_extraction().article.id
    experts = [one.id for name in ("Ana Roe", "Mara Lind") for one in served.store.experts(name)]
    due = served.store.due()[0].id
    lists = ["/", "/articles", "/experts", "/predictions?state=due", "/predictions?state=open"]
    more = ["/predictions?state=resolved", "/search?q=quay", "/search", "/docs", "/nowhere"]
    single = [f"/articles/{article}", f"/predictions/{due}", *(f"/experts/{expert}" for expert in experts)]
    return [*lists, *more, *single]


def test_a_due_prediction_is_resolved(browse: Browsing, filled: Served) -> None:
    """From the list, with note and evidence; it leaves the list and counts in the track record."""
    page = browse(f"{filled.url}/predictions")
    card = page.locator("li.card").filter(has_text=DUE)
    card.get_by_text("How did it turn out?").click()
    card.get_by_role("radio").first.check()
    card.get_by_label("Note").fill("Sold in May.")
    card.get_by_label("Evidence").fill("https://example.org/sold")
    card.get_by_label("Who says so").fill("Desk")
    card.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("status").filter(has_text="Recorded.")).to_be_visible()
    assert DUE not in [one.claim.statement for one in filled.store.due()]
    page.get_by_role("link", name="See it").click()
    evidence = page.get_by_role("link", name="https://example.org/sold")
    assert evidence.get_attribute("rel") == "noopener noreferrer nofollow"


def test_a_search_leads_to_the_words(browse: Browsing, filled: Served) -> None:
    """Found words are marked; a hit leads to the claim in its article."""
    page = browse(f"{filled.url}/search")
    page.get_by_label("Words", exact=True).fill("costly dream")
    page.get_by_role("button", name="Search").click()
    hit = page.locator("li.hit")
    expect(hit).to_have_count(1)
    assert {word.lower() for word in hit.locator("mark").all_inner_texts()} >= {"costly", "dream"}
    hit.get_by_role("link", name="costly dream").click()
    expect(page.locator("#experts .chosen")).to_have_attribute("data-claim", "c2")


def test_filters_of_a_search_are_kept_in_its_address(browse: Browsing, filled: Served) -> None:
    """So that it can be sent to somebody."""
    page = browse(f"{filled.url}/search")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Stance").select_option("against")
    page.get_by_label("Expert").fill("Piet Maas")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("li.hit")).to_have_count(1)
    again = browse(page.url)
    expect(again.locator("li.hit")).to_have_count(1)
    assert again.get_by_label("Stance").input_value() == "against"


def test_signing_in_and_out(browse: Browsing, serve: Serve) -> None:
    """A page leads to the form and, with the key, back; a wrong key is told; after signing out pages are closed."""
    served = serve(api_keys=KEY)
    browse.tolerated.append("status of 401")
    page = browse(f"{served.url}/experts")
    assert "/login" in page.url
    page.get_by_label("Key").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Not signed in.")).to_be_visible()
    page.get_by_label("Key").fill(KEY)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{served.url}/experts")
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and KEY not in cookie["value"]
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{served.url}/experts")
    assert "/login" in page.url


def test_a_signed_in_browser_extracts(browse: Browsing, serve: Serve) -> None:
    """Form, progress and article work with the cookie alone."""
    page = browse(f"{serve(api_keys=KEY).url}/login")
    page.get_by_label("Key").fill(KEY)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Text of the article").fill("Ana Roe said that the quay is full. Piet Maas doubts it.")
    page.get_by_role("button", name="Extract").click()
    page.wait_for_url("**/articles/*")
    expect(page.locator("#article-text")).to_contain_text("the quay is full")


def test_the_choice_of_dark_is_kept(browse: Browsing, served: Served) -> None:
    """The button changes the colours at once, and those of the next page."""
    page = browse(served.url, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Use dark colours").click()
    dark = page.evaluate(ground)
    page.goto(f"{served.url}/articles")
    assert light != dark == page.evaluate(ground)
    page.get_by_role("button", name="Use light colours").click()
    assert page.evaluate(ground) == light


def test_dark_follows_the_system(browse: Browsing, served: Served) -> None:
    """Without a choice."""
    grounds = {
        scheme: browse(served.url, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert grounds["light"] != grounds["dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_anybody_out(browse: Browsing, filled: Served, scheme: str) -> None:
    """axe-core has no serious or critical finding on any page, with contents and details open."""
    browse.tolerated.append("status of 404")
    page = browse(color_scheme=scheme)
    found = {}
    for address in addresses(filled):
        page.goto(filled.url + address)
        page.eval_on_selector_all("details", "all => all.forEach((one) => (one.open = true))")
        found[address] = serious(page)
    assert {address: one for address, one in found.items() if one} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_empty_pages_and_forms_shut_nobody_out(browse: Browsing, serve: Serve, scheme: str) -> None:
    """Nor has it where nothing is stored, on the form to sign in, or on a page that a job fills."""
    served, locked = serve(), serve(api_keys=KEY)
    page = browse(color_scheme=scheme)
    found = {}
    for address in ("/", "/articles", "/experts", "/predictions", "/search"):
        page.goto(served.url + address)
        found[address] = serious(page)
    page.goto(f"{locked.url}/login")
    found["/login"] = serious(page)
    assert {address: one for address, one in found.items() if one} == {}


def test_a_chosen_claim_can_be_read_in_dark(browse: Browsing, filled: Served) -> None:
    """The highlights of a chosen claim and dimmed ones keep their contrast."""
    page = browse(f"{filled.url}/articles/{reading_extraction().article.id}", color_scheme="dark")
    page.keyboard.press("j")
    assert serious(page) == []
    page.get_by_label("Expert", exact=True).select_option("e2")
    assert serious(page) == []


def test_every_page_fits_a_phone(browse: Browsing, filled: Served) -> None:
    """390 pixels are wide enough, details open."""
    browse.tolerated.append("status of 404")
    page = browse(viewport=PHONE)
    wide = []
    for address in addresses(filled):
        page.goto(filled.url + address)
        page.eval_on_selector_all("details", "all => all.forEach((one) => (one.open = true))")
        wide += [] if fits(page) else [address]
    assert wide == []


def test_the_keyboard_reaches_the_contents_first(browse: Browsing, filled: Served) -> None:
    """The first stop of the tabulator skips the navigation, and shows where it is."""
    page: Page = browse(f"{filled.url}/articles")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
