"""Who may ask the service, from where, and what browsers are told."""

from __future__ import annotations

import socket
from collections.abc import Mapping

import httpx2
import pytest
from service_server import KEY, Serve, Served

from extractor.service.security import _is_same_address, allowed_hosts, host_of, is_among, is_own

OTHER = "another-key-0123456789"
EVIL = {"Origin": "https://evil.example"}


def ask(served: Served, path: str, /, method: str = "GET", **headers: str) -> httpx2.Response:
    """An answer to a request with headers; underscores in names stand for hyphens."""
    return served.client.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def bearer(key: str) -> dict[str, str]:
    """The header that sends a key."""
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "[", "a@localhost"]
)
def test_a_name_that_is_not_ours_is_refused(served: Served, host: str) -> None:
    """A website cannot let its own name lead to a local server."""
    answer = ask(served, "/healthz", Host=host)
    assert answer.status_code == 421
    assert answer.json()["type"].endswith(":misdirected")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8700"])
def test_names_of_this_machine_are_served(served: Served, host: str) -> None:
    """Any port will do: the server may stand behind another one."""
    assert ask(served, "/healthz", Host=host).status_code == 200


def test_named_hosts_are_served(serve: Serve) -> None:
    """EXTRACTOR_ALLOWED_HOSTS adds names, and with a star all below one."""
    served = serve(allowed_hosts="extractor.example.org, *.example.net")
    hosts = ("extractor.example.org", "a.example.net", "example.net", "example.org")
    assert [ask(served, "/healthz", Host=host).status_code for host in hosts] == [200, 200, 421, 421]


def test_two_host_headers_are_refused(served: Served) -> None:
    """What one of them allows, the other could forbid."""
    place = served.url.removeprefix("http://")
    with socket.create_connection(tuple(place.split(":"))) as connection:  # type: ignore[arg-type]
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        assert b" 400 " in connection.recv(64)


@pytest.mark.parametrize(
    ("header", "host"), [("A.example:80", "a.example"), ("[::1]:1", "::1"), ("a/b", None), ("a:x", None), ("", None)]
)
def test_hosts_are_read(header: str, host: str | None) -> None:
    """Without the port and in lower case; nonsense is none."""
    assert host_of(header) == host


def test_the_hosts_that_are_answered_for() -> None:
    """This machine's names, the address that is listened at, and those that are named."""
    hosts = allowed_hosts("192.0.2.7", ["a.example"])
    assert all(is_among(host, hosts) for host in ("localhost", "127.0.0.1", "::1", "192.0.2.7", "a.example"))
    assert not is_among("0.0.0.0", hosts) and "0.0.0.0" not in allowed_hosts("0.0.0.0", [])


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"origin": "http://localhost:8700"}, True),
        ({"origin": "https://localhost:8700"}, True),
        ({"origin": "http://localhost:8701"}, False),
        ({"origin": "http://localhost"}, False),
        ({"origin": "null"}, False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "http://localhost:x"}, False),
    ],
)
def test_other_websites_are_told_by_their_headers(headers: Mapping[str, str], own: bool) -> None:
    """A browser says who made a request; a program says nothing."""
    assert is_own({"host": "localhost:8700", **headers}) is own


def test_a_default_port_is_the_same_place() -> None:
    """Browsers leave the default port out of both headers."""
    assert is_own({"host": "a.example", "origin": "https://a.example"})
    assert is_own({"host": "a.example:443", "origin": "https://a.example"})
    assert not is_own({"host": "a.example:80", "origin": "https://a.example"})


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "FOO"])
def test_another_website_cannot_change_anything(served: Served, method: str) -> None:
    """Whatever the method that could change something, before anything else is looked at."""
    answer = served.client.request(method, "/v1/extractions", headers=EVIL)
    assert answer.status_code == 403 and answer.json()["type"].endswith(":cross-origin")


def test_another_website_cannot_read_anything(served: Served) -> None:
    """It may ask, but no header lets its scripts see the answer, or embed it."""
    answer = served.client.get("/v1/models", headers=EVIL)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_without_keys_none_is_needed(served: Served) -> None:
    """A server of this machine for this machine."""
    assert ask(served, "/v1/models").status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/v1/articles", "/metrics", "/openapi.json", "/v1/nothing"])
def test_with_keys_one_is_needed(serve: Serve, path: str) -> None:
    """Also to learn what there is."""
    answer = ask(serve(api_keys=KEY), path)
    assert answer.status_code == 401 and answer.json()["type"].endswith(":unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer realm="extractor"'


def test_each_key_opens(serve: Serve) -> None:
    """Every key counts, however the scheme is written."""
    served = serve(api_keys=f"{KEY}, {OTHER}")
    given = (f"Bearer {KEY}", f"bearer {OTHER}", f"BEARER   {KEY}")
    assert [ask(served, "/v1/models", Authorization=text).status_code for text in given] == [200, 200, 200]


@pytest.mark.parametrize(
    "given", ["Bearer wrong", "Bearer", "", f"Basic {KEY}", KEY, f"Bearer {KEY}x", f"Bearer {KEY}, {OTHER}"]
)
def test_a_wrong_key_is_refused(serve: Serve, given: str) -> None:
    """Whatever is sent in its place."""
    answer = ask(serve(api_keys=f"{KEY},{OTHER}"), "/v1/models", Authorization=given)
    assert answer.status_code == 401 and "invalid_token" in answer.headers["www-authenticate"]
    assert KEY not in answer.text


def test_a_key_of_other_characters_is_refused(serve: Serve) -> None:
    """Bytes beyond ASCII break nothing."""
    answer = serve(api_keys=KEY).client.get("/v1/models", headers={b"Authorization": b"Bearer k\xe4se\xff"})
    assert answer.status_code == 401


def test_many_wrong_keys_are_slowed_down(serve: Serve) -> None:
    """After ten in a minute the address has to wait, but not those who know a key."""
    served = serve(api_keys=KEY)
    found = [ask(served, "/v1/models", Authorization="Bearer wrong").status_code for _ in range(12)]
    assert found == [401] * 10 + [429] * 2
    assert served.client.get("/v1/models", headers=bearer(KEY)).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", "/static/style.css"])
def test_what_needs_no_key(serve: Serve, path: str) -> None:
    """Health, and what shows the form for signing in."""
    assert ask(serve(api_keys=KEY), path, Accept="text/html").status_code == 200


@pytest.mark.parametrize("path", ["/loginx", "/healthz/../v1/models", "/staticx", "/static/../v1/models", "//healthz"])
def test_what_looks_like_it_needs_one(serve: Serve, path: str) -> None:
    """A path that only begins like an open one is closed."""
    served = serve(api_keys=KEY)
    place = served.url.removeprefix("http://")
    with socket.create_connection(tuple(place.split(":"))) as connection:  # type: ignore[arg-type]
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        assert connection.recv(32).split()[1] in (b"401", b"404")


def test_a_page_leads_to_the_form(serve: Serve) -> None:
    """A browser without a session is sent to sign in, and back afterwards."""
    served = serve(api_keys=KEY)
    answer = ask(served, "/experts?q=roe", Accept="text/html")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fexperts%3Fq%3Droe")
    assert ask(served, "/extract", "POST", Accept="text/html").headers["location"] == "/login?next=%2F"
    assert ask(served, "/v1/models", Accept="text/html").status_code == 401


@pytest.mark.parametrize("path", ["/", "/v1/models", "/nothing", "/static/style.css", "/v1/jobs/0"])
def test_every_answer_binds_browsers(served: Served, path: str) -> None:
    """Pages, documents, errors and files alike."""
    headers = ask(served, path, Accept="text/html").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers or "uvicorn" not in headers["server"]


def test_a_page_runs_only_its_own_scripts(served: Served) -> None:
    """The policy names a nonce that is new each time, and the page's scripts bear it."""
    policies = [ask(served, "/", Accept="text/html") for _ in range(2)]
    nonces = [answer.headers["content-security-policy"].split("'nonce-")[1].split("'")[0] for answer in policies]
    assert nonces[0] != nonces[1] and len(nonces[0]) >= 20
    assert all(f'nonce="{nonce}"' in answer.text for nonce, answer in zip(nonces, policies, strict=True))
    assert "unsafe" not in policies[0].headers["content-security-policy"]


def test_nothing_that_a_key_opened_stays_in_a_browser(serve: Serve) -> None:
    """With keys nothing but style sheets is kept: who goes back after signing out sees nothing."""
    served = serve(api_keys=KEY)
    paths = ("/", "/articles", "/v1/articles", "/openapi.json", "/login")
    assert {ask(served, path, **bearer(KEY)).headers["cache-control"] for path in paths} == {"no-store"}
    assert "no-store" not in ask(served, "/static/style.css").headers["cache-control"]


def test_an_address_of_ipv4_is_ours_at_a_socket_of_ipv6() -> None:
    """A socket for both tells the address at which a connection came in as one of IPv6."""
    assert _is_same_address("192.0.2.1", ("::ffff:192.0.2.1", 80))
    assert not _is_same_address("192.0.2.2", ("::ffff:192.0.2.1", 80))
