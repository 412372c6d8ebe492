"""Signing in with a key."""

from __future__ import annotations

import time

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st
from service_server import KEY, Serve, Served

from extractor.service.sessions import COOKIE, check_session, find_key, open_session, owner_of, safe_next

OTHER = "another-key-0123456789"


def sign_in(served: Served, key: str = KEY, wanted: str = "/experts") -> tuple[int, str | None, str]:
    """Status, place and cookie that the form answers with."""
    answer = served.client.post("/login", data={"key": key, "next": wanted})
    served.client.cookies.clear()
    return answer.status_code, answer.headers.get("location"), answer.headers.get("set-cookie", "")


def test_a_key_opens_a_session(serve: Serve) -> None:
    """The form leads on, with a cookie that scripts and other websites do not get."""
    status, place, cookie = sign_in(serve(api_keys=KEY))
    assert (status, place) == (303, "/experts")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", "max-age=604800"} <= attributes
    assert "secure" not in attributes and KEY not in cookie


def test_a_session_opens_pages_and_the_api(serve: Serve) -> None:
    """What the pages' scripts ask for is asked with the cookie."""
    served = serve(api_keys=KEY)
    served.client.post("/login", data={"key": KEY})
    assert served.client.get("/v1/models").status_code == 200
    assert served.client.get("/", headers={"Accept": "text/html"}).status_code == 200


def test_a_wrong_key_opens_nothing(serve: Serve) -> None:
    """The form is shown again, and no cookie is given."""
    status, _, cookie = sign_in(serve(api_keys=KEY), "a-key-that-is-not-one")
    assert (status, cookie) == (401, "")


def test_signing_in_is_limited(serve: Serve) -> None:
    """Ten attempts in a minute from one address."""
    served = serve(api_keys=KEY)
    assert [sign_in(served, "wrong")[0] for _ in range(11)] == [401] * 10 + [429]


def test_signing_out_ends_the_session(serve: Serve) -> None:
    """The browser forgets its cookie."""
    served = serve(api_keys=KEY)
    served.client.post("/login", data={"key": KEY})
    assert served.client.post("/logout").status_code == 303
    assert served.client.get("/v1/models").status_code == 401


def test_behind_https_the_cookie_stays_there(serve: Serve) -> None:
    """A trusted proxy says that the browser speaks https."""
    served = serve(api_keys=KEY, trusted_proxies="127.0.0.1")
    answer = served.client.post("/login", data={"key": KEY}, headers={"X-Forwarded-Proto": "https"})
    assert "; secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "é", '{"a":1}', "." * 3000])
def test_a_forged_cookie_is_none(cookie: str) -> None:
    """Whatever it is made of."""
    assert check_session(cookie, [KEY]) is None


def test_a_session_is_bound_to_its_key(serve: Serve) -> None:
    """It ends when its key is taken out of the configuration, and only then."""
    cookie = open_session(serve(api_keys=f"{OTHER},{KEY}").service, KEY)
    assert cookie is not None
    assert check_session(cookie, [KEY]) == KEY == check_session(cookie, [OTHER, KEY])
    assert check_session(cookie, [OTHER]) is None
    begin, end = cookie[:-9], cookie[-8:]  # of its last character two bits say nothing
    assert check_session(begin + ("A" if cookie[-9] != "A" else "B") + end, [KEY]) is None


def test_a_session_ends_after_a_week(serve: Serve) -> None:
    """Seven days after signing in."""
    cookie = open_session(serve(api_keys=KEY).service, KEY) or ""
    with time_machine.travel(time.time() + 7 * 86_400 - 60):
        assert check_session(cookie, [KEY]) == KEY
    with time_machine.travel(time.time() + 7 * 86_400 + 60):
        assert check_session(cookie, [KEY]) is None


def test_a_wrong_key_beside_a_session_is_refused(serve: Serve) -> None:
    """What is sent on purpose counts."""
    served = serve(api_keys=KEY)
    served.client.post("/login", data={"key": KEY})
    assert COOKIE in served.client.cookies
    assert served.client.get("/v1/models", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_keys_are_found_whole() -> None:
    """Neither a part of one nor more than one."""
    keys = (KEY, OTHER)
    assert [find_key(key.encode(), keys) for key in keys] == [KEY, OTHER]
    assert [find_key(given, keys) for given in (b"", KEY[:-1].encode(), KEY.encode() + b" ", b"\xff")] == [None] * 4


def test_owners_tell_keys_apart_and_nothing_of_them() -> None:
    """A short digest."""
    assert owner_of(KEY) != owner_of(OTHER)
    assert len(owner_of(KEY)) == 16 and owner_of(KEY) not in KEY


@pytest.mark.parametrize("path", ["/", "/articles/ab?q=1&x=%2F", "/experts/3#claims", "/söder"])
def test_paths_of_ours_are_safe(path: str) -> None:
    """With a query, too."""
    assert safe_next(path) == path


@given(st.text(max_size=30))
@example("//evil.example")
@example("/\\evil.example")
@example("https://evil.example")
@example("javascript:alert(1)")
@example("/a\nSet-Cookie: x")
@example("/\t/evil.example")
@example("")
def test_signing_in_leads_nowhere_else(path: str) -> None:
    """Whatever `next` says, it is a path of this service."""
    safe = safe_next(path)
    assert safe.startswith("/") and not safe.startswith(("//", "/\\"))
    assert "\\" not in safe and not any(character <= " " or character == "\x7f" for character in safe)
