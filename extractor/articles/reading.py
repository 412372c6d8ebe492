"""Reading an article: from a path, standard input or a URL, or from a text at hand."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, BinaryIO, get_args
from urllib.parse import urlsplit

from extractor.errors import InputError
from extractor.schemas import Article
from extractor.schemas.article import Inferrable, text_id

from .decoding import shown
from .formats import Reading, kind_of, read, read_text
from .language import detect
from .preamble import as_date

MAX_CHARS = 2_000_000
"""Characters of a text by default."""
_BYTES_PER_CHARACTER = 10
_MIN_BYTES = 1_000_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def read_article(
    source: str | Path,
    /,
    *,
    published: date | str | None = None,
    title: str | None = None,
    author: str | None = None,
    url: str | None = None,
    language: str | None = None,
    stdin: BinaryIO | None = None,
    max_chars: int = MAX_CHARS,
    allow_private: bool = False,
    timeout: float = 30.0,
) -> Article:
    """Read plain text, Markdown, HTML or PDF from a path, from standard input (``-``) or from an http(s) URL.

    What is given overrides what the document says, an empty string says that there is none; what was inferred is
    listed in ``Article.inferred``. ``published`` is a date or ``YYYY-MM-DD``, ``language`` an ISO 639-1 code, and
    ``url`` for a URL is where its redirects end. Text and Markdown are kept unchanged but for a leading BOM; of HTML
    and PDF the running text is taken. ``stdin`` stands in for the standard input. A text of more than ``max_chars``
    characters is refused, and so is a document of more than ten times as many bytes (but at least a megabyte), before
    it is read to its end. ``allow_private`` lets URLs lead to addresses that are not public; ``timeout`` is the time
    for fetching in seconds.

    Raises InputError, with a message of one line that says what to do, when no article can be read.
    """
    given = _given(title=title, url=url, author=author, published=published, language=language)
    limit = _most_bytes(max_chars)
    if isinstance(source, str) and _SCHEME.match(source.strip()):
        reading, fetched = _read_url(source.strip(), max_chars, limit, allow_private, timeout)
        given.setdefault("url", fetched)
        return _article(reading.text, given, _found(reading), name=shown(source), max_chars=max_chars)
    name = "standard input" if source == "-" else shown(source)
    data = _capped(stdin or _standard_input(), limit, name) if source == "-" else _read_file(source, limit, name)
    reading = read(data, kind_of(data, suffix=Path(source).suffix), name=name, max_chars=max_chars)
    return _article(reading.text, given, _found(reading), name=name, max_chars=max_chars)


def article_from_bytes(
    data: bytes,
    /,
    *,
    name: str,
    published: date | str | None = None,
    title: str | None = None,
    author: str | None = None,
    url: str | None = None,
    language: str | None = None,
    max_chars: int = MAX_CHARS,
) -> Article:
    """Read plain text, Markdown, HTML or PDF that is at hand as bytes; everything else is as with `read_article`.

    ``name`` is that of the file: it stands in messages, and its ending counts where the content does not tell the
    format. Raises InputError as `read_article` does.
    """
    given = _given(title=title, url=url, author=author, published=published, language=language)
    limit = _most_bytes(max_chars)
    if len(data) > limit:
        raise _too_large(shown(name), limit)
    reading = read(data, kind_of(data, suffix=PurePath(name).suffix), name=shown(name), max_chars=max_chars)
    return _article(reading.text, given, _found(reading), name=shown(name), max_chars=max_chars)


def article_from_text(
    text: str,
    /,
    *,
    title: str | None = None,
    author: str | None = None,
    url: str | None = None,
    published: date | str | None = None,
    language: str | None = None,
    max_chars: int = MAX_CHARS,
    infer: bool = False,
) -> Article:
    """An article of ``text`` as it is, but for a leading BOM; only its language is inferred.

    With ``infer`` its front matter, headline, byline and date line count too, as they do in a file.

    Raises InputError when the text is blank, has more than ``max_chars`` characters, or has characters that cannot be
    stored (NUL, halves of surrogate pairs), or when something given is malformed.
    """
    given = _given(title=title, url=url, author=author, published=published, language=language)
    text = text.removeprefix("\ufeff")
    found = _found(read_text(text)) if infer else {}
    return _article(text, given, found, name="the text", max_chars=max_chars)


def _article(text: str, given: Mapping[str, Any], found: Mapping[str, Any], /, *, name: str, max_chars: int) -> Article:
    _check(text, name, max_chars)
    values = {**found, "language": found.get("language") or detect(text), **given}
    inferred = tuple(field for field in get_args(Inferrable) if field not in given and values.get(field) is not None)
    return Article(id=text_id(text), text=text, inferred=inferred, **values)


def _check(text: str, name: str, max_chars: int, /) -> None:
    if not any(map(str.isalnum, text)):
        raise InputError(f"{name} is empty: it has no words; give the text of an article")
    if len(text) > max_chars:
        raise InputError(
            f"{name} has {len(text):,} characters, more than the {max_chars:,} allowed;"
            " shorten it or raise EXTRACTOR_MAX_CHARS"
        )
    if "\0" in text:
        raise InputError(f"{name} has NUL characters; take them out")
    if (surrogate := re.search(r"[\ud800-\udfff]", text)) is not None:
        raise InputError(f"{name} has half of a surrogate pair at character {surrogate.start()}; decode it properly")


def _given(**values: object) -> dict[str, Any]:
    """What the caller gave, checked; an empty string becomes None, which stands."""
    given: dict[str, Any] = {}
    for field, value in values.items():
        if isinstance(value, str):
            value = value.strip()
        if value is not None:
            given[field] = _checked(field, value) if value != "" else None
    return given


def _checked(field: str, value: object, /) -> object:
    if field == "published":
        day = as_date(value)
        if day is None:
            raise InputError(f"published {shown(value)} is not a date; write it as YYYY-MM-DD")
        return day
    if field == "language":
        code = str(value).lower().replace("_", "-").partition("-")[0]
        if not re.fullmatch(r"[a-z]{2}", code):
            raise InputError(f"language {shown(value)} is not an ISO 639-1 code; write it as 'en' or 'ru'")
        return code
    if field == "url" and not _is_web_address(str(value)):
        raise InputError(f"url {shown(value)} is not an http or https URL; write it in full")
    return value


def _is_web_address(url: str, /) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", url)


def _found(reading: Reading, /) -> dict[str, Any]:
    """What the document says about itself, as far as it is well-formed."""
    language = (reading.language or "").lower().partition("-")[0]
    return {
        "title": reading.title,
        "author": reading.author,
        "published": reading.published,
        "url": reading.url if reading.url and _is_web_address(reading.url) else None,
        "language": language if re.fullmatch(r"[a-z]{2}", language) else None,
    }


def _read_url(url: str, max_chars: int, limit: int, allow_private: bool, timeout: float, /) -> tuple[Reading, str]:
    """The reading of a page, and its address after redirects."""
    from .fetching import any_address, fetch, is_public

    page = fetch(url, limit=limit, timeout=timeout, permits=any_address if allow_private else is_public)
    kind = kind_of(page.data, suffix=PurePosixPath(urlsplit(page.url).path).suffix, stated=page.kind)
    reading = read(page.data, kind, name=shown(url), max_chars=max_chars, charset=page.charset, url=page.url)
    return reading, page.url


def _read_file(source: str | Path, limit: int, name: str, /) -> bytes:
    if source == "":
        raise InputError("the path '' is empty; give a path, a URL, or - for standard input")
    try:
        path = Path(source)
        if path.is_dir():
            raise InputError(f"{name} is a folder; give the path of a file")
        with path.open("rb") as file:
            return _capped(file, limit, name)
    except FileNotFoundError as error:
        web = "; for a web page write https:// in front" if re.match(r"www\.|[\w.-]+\.\w+/", str(source)) else ""
        raise InputError(f"{name} does not exist; check the path{web}") from error
    except PermissionError as error:
        raise InputError(f"{name} may not be read; check its permissions") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name} cannot be read ({reason}); give the path of a file") from error


def _standard_input() -> BinaryIO:
    stream: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("there is no standard input to read bytes from; give a path or a URL")
    return stream


def _capped(stream: BinaryIO, limit: int, name: str, /) -> bytes:
    """All bytes of ``stream``, but no more than ``limit``."""
    data = bytearray()
    while chunk := stream.read(min(1 << 20, limit + 1 - len(data))):
        data += chunk
        if len(data) > limit:
            raise _too_large(name, limit)
    return bytes(data)


def _most_bytes(max_chars: int, /) -> int:
    return max(_BYTES_PER_CHARACTER * max_chars, _MIN_BYTES)


def _too_large(name: str, limit: int, /) -> InputError:
    return InputError(f"{name} is larger than {limit:,} bytes; give its text or raise EXTRACTOR_MAX_CHARS")
