"""Readers of the formats: from text, HTML or PDF to the text of the article and what the document says about itself."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Literal

from extractor.errors import InputError

from .decoding import decode
from .preamble import as_date, byline, date_line, front_matter, headline
from .reflow import reflow

Kind = Literal["text", "html", "pdf"]

MIN_ARTICLE_BYTES = 100
"""A page with less text in UTF-8, such as a login form, holds no article."""
MAX_ELEMENTS = 100_000
"""More than any article has; the time for finding it in a page grows with their square (100,000 links: some 20 s)."""

MAX_ATTRIBUTES = 10_000
"""Attributes of one element, or as many elements with fewer as take the same time: it grows with the square, too."""
MAX_SECONDS = 60.0
"""Seconds that the pages of a PDF may take: a small file can name the same dear page a hundred thousand times."""

_SUFFIXES: dict[str, Kind] = {".htm": "html", ".html": "html", ".xhtml": "html", ".pdf": "pdf"}
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I,
)
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.:-]+)", re.I
)
_MODIFIED = re.compile(
    r"<meta[^<>]{0,200}?(?:name|property|itemprop)\s*=\s*[\"'][^\"'>]{0,40}(?:modif|updat)[^>]{0,200}>"
    r"|(?<=\"dateModified\":)\s*\"[^\"]{0,60}\"",
    re.I,
)
_ELEMENT = re.compile(r"<[a-zA-Z]")
_TAG = re.compile(r"<[a-zA-Z][^<>]*")
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]」』]*\s*$", re.M)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of an article, and what its document says about it."""

    text: str
    title: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    language: str | None = None


def kind_of(data: bytes, /, *, suffix: str = "", stated: Kind | None = None) -> Kind:
    """What ``data`` is: by its content where that is plain, else as ``stated`` by the server, else by file ``suffix``.

    A page saved as ``page.txt`` is read as the page that it is; a text that merely has tags in it stays text.
    """
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if _HTML.match(data[:10_000]):
        return "html"
    return stated or _SUFFIXES.get(suffix.lower(), "text")


def read(
    data: bytes, kind: Kind, /, *, name: str, max_chars: int, charset: str | None = None, url: str | None = None
) -> Reading:
    """Read ``data`` as ``kind``; ``name`` stands for it in messages, ``charset`` is what the server says of ``url``.

    Raises InputError when the data cannot be decoded, are damaged, or hold no article.
    """
    if kind == "pdf":
        return read_pdf(data, name=name, max_chars=max_chars)
    if kind == "html":
        declared = _CHARSET.search(data[:4096])
        charset = charset or ((declared[1] or declared[2]).decode() if declared else None)
        return read_html(decode(data, name=name, charset=charset, lenient=True), name=name, url=url)
    text = decode(data, name=name, charset=charset)
    if text.startswith("<?xml"):
        raise InputError(f"{name} is XML, such as a news feed; give the page, or the text, of one article")
    return read_text(text)


def read_text(text: str, /) -> Reading:
    """Plain text or Markdown: the text unchanged, and what its front matter, heading, byline and date line say."""
    meta, body = front_matter(text)
    authors = meta.get("author", meta.get("authors"))
    return Reading(
        text,
        title=_string(meta.get("title")) or headline(body),
        author=", ".join(filter(None, map(_string, _as_list(authors)))) or byline(body),
        published=as_date(meta.get("published", meta.get("date"))) or date_line(body),
        url=_string(meta.get("url")),
        language=_string(meta.get("language", meta.get("lang"))),
    )


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def read_html(html: str, /, *, name: str, url: str | None = None) -> Reading:
    """The article of a web page as trafilatura finds it. A date of modification is not taken for one of publication.

    ``name`` stands for the page in messages; ``url``, if known, may have the date in it.

    Raises InputError when the page has no article, more than ``MAX_ELEMENTS`` elements, or many attributes.
    """
    if sum(1 for _ in _ELEMENT.finditer(html)) > MAX_ELEMENTS:
        raise InputError(f"{name} has more than {MAX_ELEMENTS:,} HTML elements; give the text of the article instead")
    if sum(len(tag[0].split()) ** 2 for tag in _TAG.finditer(html)) > MAX_ATTRIBUTES**2:
        raise InputError(f"{name} has elements with too many attributes; give the text of the article instead")
    _silence("trafilatura", "htmldate", "courlan")
    from trafilatura import bare_extraction

    try:
        page = bare_extraction(
            _MODIFIED.sub(lambda match: "" if match[0].startswith("<") else '""', html),
            url=url,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception as error:
        raise InputError(f"{name} cannot be read as HTML ({_line(error)}); give its text instead") from error
    text = "" if page is None or isinstance(page, dict) else page.text or ""
    if page is None or isinstance(page, dict) or not _is_article(text):
        raise InputError(f"{name} holds no article: the page has no running text; give the text itself instead")
    return Reading(text, page.title or None, page.author or None, as_date(page.date), page.url or None)


def read_pdf(data: bytes, /, *, name: str, max_chars: int) -> Reading:
    """The text of a PDF in paragraphs (see ``reflow``). Its title and author count when they stand in the text too.

    Reading stops soon after ``max_chars`` characters. Raises InputError when the PDF is encrypted, damaged or has no
    text.
    """
    if b"%PDF-" not in data[:1024]:
        raise InputError(f"{name} is no PDF, although it is called one; check the file")
    pages, said = _pdf_pages(data, name, max_chars)
    text = reflow(pages)
    if not any(map(str.isalnum, text)):
        raise InputError(f"{name} is a PDF without text, perhaps scanned; run text recognition (OCR) on it first")
    flat = " ".join(text.split())
    title, author = (value if value and value in flat else None for value in said)
    return Reading(text, title or headline(text), author or byline(text), date_line(text))


def _pdf_pages(data: bytes, name: str, max_chars: int, /) -> tuple[list[str], tuple[str, str]]:
    """The text of each page, and title and author as the PDF's metadata have them."""
    _silence("pypdf")
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    pages: list[str] = []
    length, deadline = 0, time.monotonic() + MAX_SECONDS
    try:
        reader = PdfReader(BytesIO(data))
        for page in reader.pages:
            if time.monotonic() > deadline:
                raise InputError(f"{name} takes more than {MAX_SECONDS:g} s to read; give its text instead")
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > 2 * max_chars:
                break
        meta = reader.metadata
        return pages, (str(meta.title or "").strip(), str(meta.author or "").strip()) if meta else ("", "")
    except InputError:
        raise
    except FileNotDecryptedError as error:
        raise InputError(f"{name} is an encrypted PDF; save a copy without a password") from error
    except Exception as error:
        raise InputError(f"{name} is a damaged PDF ({_line(error)}); save it again, or give its text") from error


def _is_article(text: str, /) -> bool:
    return len(text.encode("utf-8", "replace")) >= MIN_ARTICLE_BYTES and bool(_SENTENCE_END.search(text))


def _silence(*names: str) -> None:
    """Keep a library's complaints off stderr unless the application has set up logging: the error says it all."""
    for name in names:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _line(error: Exception, /) -> str:
    """What ``error`` says, on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _string(value: object, /) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None
