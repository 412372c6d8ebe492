"""Signing in to the pages with a key."""

from __future__ import annotations

import pytest
from read_page import BROWSER, get
from service_server import KEY, Serve, Served

from extractor.service.sessions import COOKIE


@pytest.fixture
def locked(serve: Serve) -> Served:
    """A server that has a key."""
    return serve(api_keys=KEY)


def sign_in(served: Served, key: str, wanted: str = "/articles", /) -> tuple[int, str]:
    """Send the form; the status and where it leads."""
    answer = served.client.post("/login", data={"key": key, "next": wanted}, headers=BROWSER)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_a_page_leads_to_the_form_and_back(locked: Served) -> None:
    """Without a session a page redirects to the form, which leads to that page with the right key."""
    answer = locked.client.get("/articles?q=quay", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=%2Farticles")
    page = get(locked.client, answer.headers["location"])
    wanted = page.one("input", name="next").attributes["value"]
    assert wanted == "/articles?q=quay"
    assert sign_in(locked, KEY, wanted) == (303, wanted)
    assert get(locked.client, wanted).one("form", action="/logout")


def test_a_wrong_key_is_refused(locked: Served) -> None:
    """The form comes back with what is wrong, no session begins, and the key is not repeated."""
    status, text = sign_in(locked, "wrong-key-of-somebody", "/experts")
    assert status == 401
    assert "not one of this service" in text and 'value="/experts"' in text and "wrong-key-of" not in text
    assert COOKIE not in locked.client.cookies


def test_signing_out_ends_the_session(locked: Served) -> None:
    """After it the pages ask for a key again."""
    sign_in(locked, KEY)
    assert locked.client.get("/articles", headers=BROWSER).status_code == 200
    assert locked.client.post("/logout", headers=BROWSER).headers["location"] == "/login"
    assert locked.client.get("/articles", headers=BROWSER).status_code == 303


ELSEWHERE = ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/\t/x", "evil")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_to_this_service_only(locked: Served, wanted: str) -> None:
    """An address elsewhere is not followed."""
    assert sign_in(locked, KEY, wanted) == (303, "/")
    page = get(locked.client, "/login", params={"next": wanted})
    assert page.one("input", name="next").attributes["value"] == "/"


def test_without_keys_there_is_nothing_to_sign_in_to(served: Served) -> None:
    """The form leads on, and no page offers to sign out."""
    answer = served.client.get("/login?next=/experts", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/experts")
    assert not get(served.client, "/").all("form", action="/logout")


def test_the_form_needs_no_session_and_offers_none(locked: Served) -> None:
    """Whoever is not signed in sees no way to sign out."""
    page = get(locked.client, "/login")
    assert page.headings[0] == "Sign in" and not page.all("form", action="/logout")
    assert page.one("input", id="key").attributes["type"] == "password"
