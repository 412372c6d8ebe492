"""Who may ask, from where: the host that is asked for, the website that asks, the key; and headers that bind browsers.

Every middleware here is a plain ASGI class: it answers a refusal itself and passes all else on untouched.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response

from .limiting import Limiter, address_of, network_of
from .pages.errors import wants_page
from .problems import MEDIA_TYPE, problem
from .refusals import answer_problem, refuse
from .sessions import COOKIE, LOCAL, check_session, find_key, owner_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE: Final = ("GET", "HEAD", "OPTIONS", "TRACE")
_OPEN: Final = ("/healthz", "/readyz", "/login", "/static")
"""Paths that need no key."""
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE: Final = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class SecurityHeaders:
    """Middleware: headers that keep browsers from running, framing and sniffing what they should not.

    Makes the nonce of a page, ``scope["state"]["nonce"]``: only scripts that bear it run. ``locked``: keys are set, and
    nothing that one opened stays in a browser, where it could be seen after signing out.
    """

    def __init__(self, app: ASGIApp, /, *, locked: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, "Cache-Control": "no-store" if locked else "private, no-cache"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                headers["Content-Security-Policy"] = _PAGE.format(nonce=nonce) if is_page else _NOTHING
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, add)


class HostCheck:
    """Middleware: only hosts that are ours are answered for, so that no name of a website can lead to a local server.

    ``hosts``: names (``*.example.org``: all below it). The address at which a connection came in is one of ours too.
    """

    def __init__(self, app: ASGIApp, /, *, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = tuple(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through that asks for a host of ours."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("host")
        host = host_of(given[0]) if len(given) == 1 else None
        if host is not None and (is_among(host, self._hosts) or _is_same_address(host, scope.get("server"))):
            await self._app(scope, receive, send)
            return
        told = problem("misdirected", "this host is not served here; EXTRACTOR_ALLOWED_HOSTS names those that are")
        await Response(told.model_dump_json(exclude_none=True, exclude={"errors"}), told.status, media_type=MEDIA_TYPE)(
            scope, receive, send
        )


class OriginCheck:
    """Middleware: what changes something is taken from programs and from our own pages, not from other websites."""

    def __init__(self, app: ASGIApp, /) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through unless another website made it."""
        if scope["type"] != "http" or scope["method"] in _SAFE or is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        detail = (
            "this request was made by a page of another website: send it from the service's own page or a program"
            " (a proxy in front of the service has to pass on Host)"
        )
        await refuse(scope, receive, send, "cross-origin", detail)


class Authentication:
    """Middleware: where keys are set, all but signing in and health needs one, or a session that one opened.

    ``scope["state"]["owner"]`` is then a digest of the key; "local" without keys; None where no key was needed.
    """

    def __init__(self, app: ASGIApp, /, *, keys: Sequence[str], limiter: Limiter) -> None:
        self._app = app
        self._keys = tuple(keys)
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through that comes with a key."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        owner = self._owner(Headers(scope=scope)) if self._keys else LOCAL
        scope.setdefault("state", {})["owner"] = owner
        if owner is not None or (scope["type"] == "http" and _is_open(scope["path"])):
            await self._app(scope, receive, send)
            return
        await self._refuse(Request(scope))(scope, receive, send)

    def _owner(self, headers: Headers) -> str | None:
        given = headers.get("authorization")
        if given is not None:
            scheme, _, key = given.partition(" ")
            found = find_key(key.strip().encode("latin-1"), self._keys) if scheme.lower() == "bearer" else None
        else:
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
            found = check_session(cookie, self._keys) if cookie else None
        return None if found is None else owner_of(found)

    def _refuse(self, request: Request) -> Response:
        tried = "authorization" in request.headers
        if tried and not (verdict := self._limiter.try_key(network_of(address_of(request.scope)))).allowed:
            detail = f"too many wrong keys came from this address: wait {verdict.wait} s"
            return answer_problem(request, problem("rate-limited", detail), verdict.headers)
        if not tried and wants_page(request):
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            wanted = asked if request.method in _SAFE else "/"
            return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)
        challenge = 'Bearer realm="extractor"' + (', error="invalid_token"' if tried else "")
        detail = "this key is not one of the service's" if tried else "send a key as 'Authorization: Bearer KEY'"
        return answer_problem(request, problem("unauthorized", detail), {"WWW-Authenticate": challenge})


def host_of(header: str, /) -> str | None:
    """The host of a ``Host`` header, without the port and in lower case; None when it is none."""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == header and "@" not in header else None


def is_among(host: str, hosts: Sequence[str], /) -> bool:
    """True when a host is one of the names, or below one that begins with ``*.``."""
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in hosts)


def is_own(headers: Mapping[str, str], /) -> bool:
    """True when a request was made by a program or by a page of the host that it asks.

    Browsers tell who made it with Sec-Fetch-Site and Origin (https://web.dev/articles/fetch-metadata). The origin is
    "null" for forms of pages that send no referrer.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return False
    if origin is None or (origin == "null" and site == "same-origin"):
        return True
    return _place(origin) is not None and _place(origin) == _place(f"{origin.partition('://')[0]}://{headers['host']}")


def _place(origin: str, /) -> tuple[str, int] | None:
    """Host and port of an origin; the scheme is left to proxies, behind which ours may be another."""
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


def _is_same_address(host: str, server: tuple[str, int | None] | None, /) -> bool:
    try:
        return server is not None and _address(host) == _address(server[0])
    except ValueError:
        return False


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; one of IPv4 also where it comes in at a socket of IPv6. Raises ValueError."""
    found = ipaddress.ip_address(text)
    return getattr(found, "ipv4_mapped", None) or found


def _is_open(path: str, /) -> bool:
    return any(path == begin or path.startswith(f"{begin}/") for begin in _OPEN)


def allowed_hosts(listening: str, named: Sequence[str], /) -> tuple[str, ...]:
    """The hosts that are answered for: this machine's own names, the address that is listened at, the named ones."""
    own = () if listening in ("0.0.0.0", "::") else (listening,)  # noqa: S104 - these two are no address of a host
    return tuple(dict.fromkeys(("localhost", "127.0.0.1", "::1", *own, *named)))
