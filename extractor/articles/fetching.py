"""Fetching an article from the web without becoming a way into the network that this machine stands in.

Each hop of a redirect is resolved once, every address is checked, and the connection goes to an address that was
checked, so that a name cannot be bound to another one in between. Behind a proxy (``HTTP_PROXY``, ``HTTPS_PROXY``,
``NO_PROXY``) it is the proxy that resolves and connects: a name that resolves here is checked all the same, but
nothing can be pinned.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from extractor.errors import ClosedAddressError, InputError

from .decoding import shown
from .formats import Kind

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse
    from urllib3.connection import HTTPConnection
    from urllib3.util import Url

MAX_REDIRECTS = 5

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""From a host name and a port to IP addresses; raises OSError when the name has none."""
Permits = Callable[[Address], bool]
"""Whether an address may be connected to."""

_KINDS: dict[str, Kind | None] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "text",
    "text/x-markdown": "text",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/octet-stream": None,
    "binary/octet-stream": None,
    "": None,
}
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; commentary-extractor)",
    "Accept": "text/html,application/xhtml+xml,text/markdown,text/plain,application/pdf;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
}
_HINTS = {
    401: "it asks for a login, so save the page and give the file",
    403: "it refuses programs, so save the page and give the file",
    429: "it limits requests, so try again later",
}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Not public, whatever `is_global` of this Python version says: local NAT64, 6to4 relays, IPv6 site-local, CGNAT.
_CLOSED = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "192.88.99.0/24", "fec0::/10", "100.64.0.0/10")))


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body as the server sent it, decompressed, with its address after redirects and its declared type."""

    data: bytes
    url: str
    kind: Kind | None
    charset: str | None


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request: where to, what messages call it, and the terms that hold for all hops.

    ``timeout`` is in seconds, ``deadline`` a time of the monotonic clock.
    """

    target: Url
    name: str
    timeout: float
    deadline: float
    permits: Permits
    resolve: Resolve

    @property
    def remaining(self) -> float:
        return max(self.deadline - time.monotonic(), 0.001)


def is_public(address: Address, /) -> bool:
    """True for an address on the public internet; an IPv4 address inside of an IPv6 one is judged itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    closed = address.is_multicast or address.is_reserved or any(address in network for network in _CLOSED)
    return address.is_global and not closed


def any_address(_: Address, /) -> bool:
    """Permits every address: for those who fetch from their own network."""
    return True


def system_addresses(host: str, port: int, /) -> list[str]:
    """The IP addresses of ``host`` as the operating system resolves it. Raises OSError when there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"no host can be called {host!r}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def fetch(
    url: str,
    /,
    *,
    limit: int,
    timeout: float = 30.0,
    permits: Permits = is_public,
    resolve: Resolve = system_addresses,
) -> Fetched:
    """GET ``url`` over http or https: at most ``limit`` bytes after decompression, within ``timeout`` seconds in all.

    ``permits`` says which addresses may be connected to, ``resolve`` finds the addresses of a host. At most
    ``MAX_REDIRECTS`` redirects are followed, each checked like the first URL.

    Raises InputError with what went wrong: not an http(s) URL, credentials in it, an address that is not permitted, no
    connection, a status that is no success, a type that holds no article, too many bytes, too slow.
    """
    from urllib3.exceptions import HTTPError

    hop = _Hop(_target(url, shown(url)), shown(url), timeout, time.monotonic() + timeout, permits, resolve)
    for _ in range(MAX_REDIRECTS + 1):
        try:
            with _response(hop) as response:
                location = response.get_redirect_location()
                if not location:
                    return _fetched(response, hop, limit)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise _failure(error, hop) from error
        name = f"{shown(url)} redirects to {shown(location)}, which"
        hop = _Hop(_target(_joined(hop.target, location), name), name, timeout, hop.deadline, permits, resolve)
    raise InputError(f"{shown(url)} redirects more than {MAX_REDIRECTS} times; give the address where it should end")


def _target(url: str, name: str, /) -> Url:
    """``url`` taken apart, without its fragment; there is one parser, so that what is checked is what is fetched."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        target = parse_url(url.strip())
    except LocationParseError as error:
        raise InputError(f"{name} is not a valid URL; check how it is written") from error
    if target.scheme not in ("http", "https"):
        raise InputError(f"{name} is not an http or https URL; give one, or the path of a file")
    if target.auth is not None:
        masked = shown(target._replace(auth="***").url)
        raise InputError(f"URL {masked} has a user name or password in it; give it without")
    if not target.host:
        raise InputError(f"{name} names no host; check how it is written")
    return target._replace(fragment=None)


def _joined(target: Url, location: str, /) -> str:
    try:
        return urljoin(target.url, location)
    except ValueError:
        return location


@contextmanager
def _response(hop: _Hop, /) -> Iterator[BaseHTTPResponse]:
    """The answer to a GET, its body unread; everything is closed afterwards."""
    proxy = _proxy(hop.target)
    addresses = _addresses(hop, required=proxy is None)
    if proxy is not None:
        with _proxied(hop, proxy) as response:
            yield response
        return
    connection = _connect(hop, addresses)
    timer = threading.Timer(hop.remaining, _hang_up, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        headers = {"Host": hop.target.netloc or "", **_HEADERS}
        connection.request("GET", hop.target.request_uri, headers=headers, preload_content=False)
        with closing(connection.getresponse()) as response:
            yield response
    finally:
        timer.cancel()
        connection.close()


def _hang_up(sock: socket.socket, /) -> None:
    """End a connection whose time is up: the timeout of a socket alone starts anew with each byte."""
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _addresses(hop: _Hop, /, *, required: bool) -> list[Address]:
    """The addresses of the host, all of them permitted; none when they are not ``required`` and cannot be found."""
    host = (hop.target.host or "").strip("[]")
    try:
        found = hop.resolve(host, _port(hop.target))
    except OSError as error:
        if not required:
            return []
        raise InputError(f"{hop.name} cannot be fetched: host {shown(host)} has no address; check it") from error
    addresses = [ipaddress.ip_address(address) for address in found]
    for address in addresses:
        if not hop.permits(address):
            raise ClosedAddressError(
                f"{hop.name} is at {address}, which is not on the public internet;"
                " set EXTRACTOR_ALLOW_PRIVATE_URLS=true if you trust this address"
            )
    return addresses


def _connect(hop: _Hop, addresses: Sequence[Address], /) -> HTTPConnection:
    """A connection to the first of ``addresses`` that takes one; the host name serves for the certificate only."""
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.exceptions import HTTPError

    failure: Exception = OSError("it has no address")
    for index, address in enumerate(addresses):
        timeout = hop.remaining / (len(addresses) - index)
        if hop.target.scheme == "https":
            host = (hop.target.host or "").strip("[]")
            connection: HTTPConnection = HTTPSConnection(
                str(address),
                _port(hop.target),
                timeout=timeout,
                ssl_context=_certificates(),
                server_hostname=host,
            )
        else:
            connection = HTTPConnection(str(address), _port(hop.target), timeout=timeout)
        try:
            connection.connect()
        except (HTTPError, OSError, ValueError) as error:
            connection.close()
            failure = error
        else:
            connection.timeout = hop.remaining
            return connection
    raise failure


def _proxy(target: Url, /) -> Url | None:
    """The proxy that the environment names for ``target``, if any."""
    from urllib.request import getproxies, proxy_bypass

    from urllib3.util import parse_url

    proxies = getproxies()
    proxy = proxies.get(target.scheme or "") or proxies.get("all")
    return None if not proxy or proxy_bypass(target.netloc or "") else parse_url(proxy)


@contextmanager
def _proxied(hop: _Hop, proxy: Url, /) -> Iterator[BaseHTTPResponse]:
    from urllib3 import ProxyManager
    from urllib3.util import make_headers

    credentials = make_headers(proxy_basic_auth=unquote(proxy.auth)) if proxy.auth else None
    manager = ProxyManager(
        proxy._replace(auth=None).url,
        proxy_headers=credentials,
        ssl_context=_certificates(),
        timeout=hop.remaining,
        retries=False,
    )
    try:
        answer = manager.request("GET", hop.target.url, headers=_HEADERS, redirect=False, preload_content=False)
        with closing(answer) as response:
            yield response
    finally:
        manager.clear()


def _certificates() -> ssl.SSLContext:
    """Trusts what the system trusts, and Mozilla's list for systems that have none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _fetched(response: BaseHTTPResponse, hop: _Hop, limit: int, /) -> Fetched:
    """Read the body of a success whose type can hold an article, and stop at ``limit`` bytes."""
    status = response.status
    if not 200 <= status < 300:
        phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "unknown"
        hint = _HINTS.get(status, "try again later" if status >= 500 else "check the address")
        raise InputError(f"{hop.name} answers with status {status} ({phrase}); {hint}")
    stated = response.headers.get("content-type", "")
    media = stated.partition(";")[0].strip().lower()
    if media not in _KINDS:
        raise InputError(f"{hop.name} is of type {shown(media)}; give a page of HTML, text, Markdown or PDF")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", stated, re.I)
    return Fetched(_body(response, hop, limit), hop.target.url, _KINDS[media], charset[1] if charset else None)


def _body(response: BaseHTTPResponse, hop: _Hop, limit: int, /) -> bytes:
    data, chunk = bytearray(), b"first"
    while chunk:
        chunk = response.read1(65536, decode_content=True)
        if time.monotonic() > hop.deadline:
            raise TimeoutError
        data += chunk
        if len(data) > limit:
            raise InputError(f"{hop.name} is larger than {limit:,} bytes; raise EXTRACTOR_MAX_CHARS or give its text")
    return bytes(data)


def _failure(error: Exception, hop: _Hop, /) -> InputError:
    """What ``error`` means for whoever gave the URL."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

    cause = error.__cause__ or error
    # NewConnectionError, a refused connection, is a ConnectTimeoutError to urllib3.
    slow = isinstance(error, (TimeoutError, ReadTimeoutError, ConnectTimeoutError))
    if time.monotonic() > hop.deadline or (slow and not isinstance(error, NewConnectionError)):
        return InputError(f"{hop.name} gives no complete answer within {hop.timeout:g} s; try again, or save the page")
    if isinstance(error, ssl.SSLCertVerificationError):
        return InputError(f"{hop.name} has no valid certificate ({error.verify_message}); check the address")
    reason = getattr(cause, "strerror", None) or " ".join(str(cause).split()) or type(cause).__name__
    return InputError(f"{hop.name} cannot be fetched ({reason[:200]}); check the address and the connection")


def _port(target: Url, /) -> int:
    return target.port or (443 if target.scheme == "https" else 80)
