"""Fetching from a real local server: what is refused, what is followed, and what is said when it fails."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from fake_server import Answer, FakeServer, cut, fake_server, free_port, reset, slow

from extractor.articles import read_article
from extractor.articles.fetching import MAX_REDIRECTS, Address, Fetched, any_address, fetch, is_public
from extractor.errors import InputError

TEXT = Answer(body=b"Nothing lasts, she said.", content_type="text/plain; charset=utf-8")
PAGE = Answer(
    body="<html><body><p>Der Kai schließt im März, sagte Mara Lind. Sie erwartet, dass die Fracht auf die Schiene"
    " wechselt und dass niemand es merkt.</p></body></html>".encode("cp1252"),
    content_type="text/html; charset=windows-1252",
)


def redirect(location: str, /, *, status: int = 302) -> Answer:
    """A redirect to ``location``."""
    return Answer(status=status, headers={"Location": location}, content_type="text/html")


def get(server: FakeServer, /, path: str = "/a", **options: Any) -> Fetched:
    """Fetch ``path`` of ``server``, which counts as public here."""
    return fetch(f"http://127.0.0.1:{server.server_port}{path}", **{"limit": 10_000, "permits": is_here, **options})


def is_here(address: Address, /) -> bool:
    """Permits 127.0.0.1 as if it were public, and nothing else that is not."""
    return str(address) == "127.0.0.1" or is_public(address)


def refusal(server: FakeServer, /, path: str = "/a", **options: Any) -> str:
    """The one line with which ``path`` of ``server`` is refused."""
    with pytest.raises(InputError) as caught:
        get(server, path, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


CLOSED_V4 = """127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
    240.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 192.88.99.1"""
CLOSED_V6 = """:: ::1 fe80::1 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 ::ffff:10.0.0.1 ::127.0.0.1
    64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1::1 2001:0:7f00:1::1 100::1"""


@pytest.mark.parametrize("address", [*CLOSED_V4.split(), *CLOSED_V6.split()])
def test_addresses_that_are_not_public(address: str) -> None:
    """Private, loopback, link-local, multicast, reserved and shared addresses are not public, nor inside IPv6 ones."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_addresses_that_are_public(address: str) -> None:
    """Ordinary addresses are public, also behind NAT64."""
    assert is_public(ipaddress.ip_address(address))


def test_a_text_is_fetched() -> None:
    """Body, address, kind and charset come back; path and query reach the server, the fragment does not."""
    with fake_server(TEXT) as server:
        fetched = get(server, "/a?b=ü c#d")
        assert fetched == Fetched(TEXT.body, fetched.url, "text", "utf-8")
        assert [request.path for request in server.requests] == ["/a?b=%C3%BC%20c"]
        assert fetched.url.endswith("/a?b=%C3%BC%20c")


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """The name is resolved once and goes into the Host header; a second answer of the resolver is never used."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with fake_server(TEXT) as server:
        url = f"http://example.test:{server.server_port}/"
        assert fetch(url, limit=100, permits=is_here, resolve=lambda *_: next(answers)).data == TEXT.body
        assert server.requests[0].headers["host"] == f"example.test:{server.server_port}"
    assert list(answers) == [["10.0.0.1"]]


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.215.14", "10.0.0.7"], ["::ffff:10.0.0.7"]])
def test_a_name_with_a_private_address_is_refused(addresses: list[str]) -> None:
    """One address that is not public is enough to refuse a host, and the message names the address and the setting."""
    with pytest.raises(InputError, match=r"'http://example\.test/' is at .*EXTRACTOR_ALLOW_PRIVATE_URLS"):
        fetch("http://example.test/", limit=100, resolve=lambda *_: addresses)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1"])
def test_loopback_is_refused_in_any_spelling(host: str) -> None:
    """However loopback is written, nothing is sent to it."""
    with fake_server(TEXT) as server:
        with pytest.raises(InputError, match=r"not on the public internet|has no address"):
            fetch(f"http://{host}:{server.server_port}/", limit=100)
        assert not server.requests


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "//[fe80::1]/", "http://[::ffff:10.0.0.1]/"],
)
def test_a_redirect_to_a_private_address_is_refused(location: str) -> None:
    """Each hop is checked anew, and the message names both ends."""
    with fake_server(redirect(location)) as server:
        message = refusal(server)
        assert "/a' redirects to " in message
        assert "not on the public internet" in message


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://example.test/", "javascript:alert(1)", "gopher://a"])
def test_a_redirect_to_another_scheme_is_refused(location: str) -> None:
    """Redirects lead to http and https only."""
    with fake_server(redirect(location)) as server:
        assert "is not an http or https URL" in refusal(server)


def test_a_redirect_to_nothing_sensible_is_refused() -> None:
    """A redirect to a malformed address is one clear line."""
    with fake_server(redirect("http://[::1")) as server:
        assert "is not a valid URL" in refusal(server)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    """Every kind of redirect is followed, relative ones too, and the address at the end is reported."""
    with fake_server(redirect("../c?d=1", status=status), TEXT) as server:
        assert get(server, "/a/b/").url.endswith("/a/c?d=1")
        assert [request.method for request in server.requests] == ["GET", "GET"]


def test_a_loop_of_redirects_ends() -> None:
    """After MAX_REDIRECTS redirects nothing more is requested."""
    with fake_server(redirect("/a")) as server:
        assert f"redirects more than {MAX_REDIRECTS} times" in refusal(server)
        assert len(server.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.test/a", "not an http or https URL"),
        ("example.test/a", "not an http or https URL"),
        ("http://", "names no host"),
        ("http://example test/", "not a valid URL"),
        ("http://example.test:99999/", "not a valid URL"),
        ("http://example.test\n.evil/", "not a valid URL"),
        ("http://kim:secret@example.test/", "user name or password"),
    ],
)
def test_urls_that_are_refused_before_anything_is_resolved(url: str, said: str) -> None:
    """A URL of another scheme, malformed or with credentials is not resolved, and no password gets into a message."""
    with pytest.raises(InputError, match=said) as caught:
        fetch(url, limit=100, resolve=lambda *_: pytest.fail("resolved"))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 70 + ".test"])
def test_a_host_without_an_address(host: str) -> None:
    """A name that cannot be resolved, or cannot be a name, is named."""
    with pytest.raises(InputError, match="has no address"):
        fetch(f"http://{host}/", limit=100)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (304, "check the address"),
        (401, "login"),
        (403, "save the page"),
        (404, "Not Found"),
        (429, "later"),
        (503, "later"),
    ],
)
def test_a_status_that_is_no_success(status: int, said: str) -> None:
    """The message names the status and what to do."""
    with fake_server(Answer(status=status)) as server:
        message = refusal(server)
        assert f"answers with status {status} (" in message
        assert said in message


@pytest.mark.parametrize("media", ["image/png", "application/json", "text/css", "application/rss+xml", "video/mp4"])
def test_a_type_that_holds_no_article(media: str) -> None:
    """Other types than HTML, text, Markdown and PDF are refused by name."""
    with fake_server(replace(TEXT, content_type=media)) as server:
        assert f"is of type '{media}'" in refusal(server)


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        ("TEXT/HTML; Charset=UTF-8", "html"),
        ("application/pdf", "pdf"),
        ("text/markdown", "text"),
        ("application/octet-stream", None),
        ("", None),
    ],
)
def test_the_kind_that_a_server_states(media: str, kind: str | None) -> None:
    """The type is read whatever its case and parameters; an unspecific one states nothing."""
    with fake_server(replace(TEXT, content_type=media)) as server:
        assert get(server).kind == kind


def test_a_body_over_the_limit_is_refused() -> None:
    """A body is refused as soon as it is larger than the limit, and one of exactly the limit is not."""
    with fake_server(replace(TEXT, body=b"a" * 10_001), replace(TEXT, body=b"a" * 10_000)) as server:
        assert "is larger than 10,000 bytes" in refusal(server)
        assert len(get(server).data) == 10_000


def test_a_compressed_body_counts_by_what_it_unpacks_to() -> None:
    """A small body that unpacks to a huge one is refused; a modest one is unpacked."""
    bomb = replace(TEXT, body=gzip.compress(b"a" * 50_000_000), headers={"Content-Encoding": "gzip"})
    fair = replace(bomb, body=gzip.compress(TEXT.body))
    with fake_server(bomb, fair) as server:
        assert "is larger than 1,000,000 bytes" in refusal(server, limit=1_000_000)
        assert get(server).data == TEXT.body


def test_a_body_that_is_not_what_its_encoding_says() -> None:
    """A body that is no gzip although it is called so is one clear error."""
    with fake_server(replace(TEXT, headers={"Content-Encoding": "gzip"})) as server:
        assert "cannot be fetched" in refusal(server)


@pytest.mark.parametrize("answer", [reset(), cut(replace(TEXT, body=b"a" * 100), keep=40)])
def test_a_connection_that_breaks(answer: Answer) -> None:
    """A connection that ends too early is an error, not a shorter article."""
    with fake_server(answer) as server:
        assert "cannot be fetched" in refusal(server)


def test_nobody_listens() -> None:
    """A refused connection is reported as such."""
    with pytest.raises(InputError, match=r"cannot be fetched .*refused"):
        fetch(f"http://127.0.0.1:{free_port()}/", limit=100, permits=any_address)


def test_the_next_address_is_tried() -> None:
    """When the first address of a host takes no connection the second one is used."""
    with fake_server(TEXT) as server:
        url = f"http://example.test:{server.server_port}/"
        assert fetch(url, limit=100, permits=any_address, resolve=lambda *_: ["::1", "127.0.0.1"]).data == TEXT.body


def test_a_server_that_drips_is_cut_off() -> None:
    """The time counts for the whole answer, not for each byte of it."""
    with fake_server(slow(replace(TEXT, body=b"a" * 1000), pause=0.05)) as server:
        assert "no complete answer within 0.3 s" in refusal(server, timeout=0.3)


@contextmanager
def listener(talk: Callable[[socket.socket], None], /) -> Iterator[int]:
    """A port of 127.0.0.1 whose first connection is given to ``talk``, for what no HTTP server would do."""

    def accept() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join()


def test_a_server_that_drips_its_headers_is_cut_off() -> None:
    """The time counts from the first byte of the headers: the server is hung up on before it is done."""
    done: list[bool] = []

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            connection.sendall(b"X")
            time.sleep(0.02)
        done.append(True)

    with listener(drip) as port, pytest.raises(InputError, match=r"no complete answer within 0\.3 s"):
        fetch(f"http://127.0.0.1:{port}/", limit=100, permits=any_address, timeout=0.3)
    assert not done


def test_tls_goes_to_the_address_that_was_checked() -> None:
    """With https, too, the connection goes to the checked address, and the name is told for the certificate."""
    hello: list[bytes] = []
    hear = listener(lambda connection: hello.append(connection.recv(4096)))
    with hear as port, pytest.raises(InputError, match="cannot be fetched"):
        fetch(f"https://example.test:{port}/", limit=100, permits=any_address, resolve=lambda *_: ["127.0.0.1"])
    assert hello[0].startswith(b"\x16\x03")
    assert b"example.test" in hello[0]


def test_tls_is_not_given_up() -> None:
    """A server that does not speak TLS on an https URL is an error, not a reason to go on without."""
    with fake_server(TEXT) as server:
        with pytest.raises(InputError, match="cannot be fetched"):
            fetch(f"https://127.0.0.1:{server.server_port}/", limit=100, permits=any_address, timeout=5)
        assert not server.requests


def test_a_proxy_is_used_and_known_names_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is asked for the whole URL; a name that resolves to a private address here is refused before."""
    with fake_server(TEXT) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
        assert fetch("http://nowhere.invalid/a", limit=100).data == TEXT.body
        with pytest.raises(InputError, match="not on the public internet"):
            fetch("http://example.test/a", limit=100, resolve=lambda *_: ["10.0.0.1"])
        assert [request.path for request in proxy.requests] == ["http://nowhere.invalid/a"]


def test_an_article_from_a_page() -> None:
    """A page is decoded as its header says, and its URL after redirects is known, not inferred."""
    with fake_server(redirect("/kai.html"), PAGE) as server:
        article = read_article(f"http://127.0.0.1:{server.server_port}/", allow_private=True)
        assert article.text.startswith("Der Kai schließt im März")
        assert article.url == f"http://127.0.0.1:{server.server_port}/kai.html"
        assert article.inferred == ("language",)


def test_an_article_from_a_private_address_needs_permission() -> None:
    """By default an article is not read from this machine's own network."""
    with fake_server(PAGE) as server, pytest.raises(InputError, match="EXTRACTOR_ALLOW_PRIVATE_URLS"):
        read_article(f"http://127.0.0.1:{server.server_port}/")


def test_an_unspecific_type_is_told_by_content_and_suffix() -> None:
    """A page sent without a useful type is still read as a page."""
    with fake_server(replace(PAGE, content_type="application/octet-stream")) as server:
        article = read_article(f"http://127.0.0.1:{server.server_port}/a", allow_private=True)
        assert article.text.startswith("Der Kai schließt")


def test_a_given_url_stands() -> None:
    """A URL that is given is kept instead of where the article was found."""
    with fake_server(PAGE) as server:
        source = f"http://127.0.0.1:{server.server_port}/"
        assert (
            read_article(source, allow_private=True, url="https://example.test/kai").url == "https://example.test/kai"
        )
