"""Who asks: the keys of the service, and sessions of people who signed in with one.

A session is a signed cookie. What signs it is made from the key, so that it ends when the key is taken out of the
configuration, and nothing has to be stored.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from itsdangerous import BadData, URLSafeTimedSerializer

if TYPE_CHECKING:
    from starlette.responses import Response

    from .state import Service

COOKIE: Final = "extractor_session"
LOCAL: Final = "local"
"""The owner of what is asked without keys."""
_SECONDS: Final = 7 * 24 * 3600
_OWNER_LENGTH: Final = 16
_LOCAL_PATH: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def owner_of(key: str, /) -> str:
    """A short digest of a key, by which logs and jobs name who asked."""
    return hashlib.sha256(b"owner " + key.encode()).hexdigest()[:_OWNER_LENGTH]


def find_key(given: bytes, keys: Sequence[str], /) -> str | None:
    """The one of the keys that was given; takes the same time whether and where it is found."""
    digest = hashlib.sha256(given).digest()
    found = None
    for key in keys:
        if hmac.compare_digest(hashlib.sha256(key.encode()).digest(), digest):
            found = key
    return found


def open_session(service: Service, key: str, /) -> str | None:
    """The cookie for one who gives a key; None when it is none of the service's."""
    found = find_key(key.encode("utf-8", "surrogatepass"), service.service.keys)
    return None if found is None else _serializer(found).dumps(owner_of(found))


def check_session(cookie: str, keys: Sequence[str], /) -> str | None:
    """The key that a session was opened with; None when it is forged, older than 7 days, or its key is gone."""
    for key in keys:
        try:
            _serializer(key).loads(cookie, max_age=_SECONDS)
        except BadData:
            continue
        return key
    return None


def set_session(response: Response, cookie: str, /, *, secure: bool) -> None:
    """Have the browser keep a session; ``secure``: send it over https only."""
    response.set_cookie(COOKIE, cookie, max_age=_SECONDS, secure=secure, httponly=True, samesite="strict")


def end_session(response: Response, /) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def safe_next(path: str, /) -> str:
    """Where to go after signing in: ``path`` when it is a path of this service, else the first page."""
    return path if _LOCAL_PATH.fullmatch(path) else "/"


def _serializer(key: str, /) -> URLSafeTimedSerializer:
    secret = hmac.digest(key.encode(), b"extractor session", "sha256")
    return URLSafeTimedSerializer(secret, salt="session", signer_kwargs={"digest_method": hashlib.sha256})
