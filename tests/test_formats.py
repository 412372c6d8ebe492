"""Readers of text, HTML and PDF: what becomes the article, what is known about it, and what is refused."""

from __future__ import annotations

import logging
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from extractor.articles import formats
from extractor.articles.formats import Kind, Reading, kind_of, read
from extractor.errors import InputError

PARAGRAPH = (
    "<p>The harbour authority will close its northern quay next spring, according to Mara Lind, who runs the port."
    " She expects that most of the freight moves to the rail terminal.</p>"
)
PUBLISHED = '<meta property="article:published_time" content="2024-03-04T10:00:00Z">'
MODIFIED = '<meta property="article:modified_time" content="2025-06-07T10:00:00Z">'


def page(head: str = "", body: str = PARAGRAPH) -> str:
    """A page of an article."""
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    return f"<!doctype html><html><head>{head}</head><body>{menu}<article>{body}</article></body></html>"


def pdf(*pages: str, info: str = "") -> bytes:
    """A PDF of ``pages`` of text, written by hand; ``info`` is its dictionary of metadata."""
    contents = [" T* ".join(f"({line}) Tj" for line in text.splitlines()) for text in pages]
    streams = [f"BT /F1 11 Tf 14 TL 72 770 Td {content} ET" for content in contents]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding {info} >>",
    ]
    for index, stream in enumerate(streams):
        fonts = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        bodies.append(f"<< /Type /Page /Parent 2 0 R {fonts} /Contents {5 + 2 * index} 0 R >>")
        bodies.append(f"<< /Length {len(stream)} >> stream\n{stream}\nendstream")
    data, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(bodies) + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{len(data)}\n%%EOF"
    return f"{data}xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("cp1252")


def reading(data: bytes | str, kind: Kind, **options: Any) -> Reading:
    """What ``read`` makes of ``data``."""
    raw = data.encode() if isinstance(data, str) else data
    return read(raw, kind, name="'a'", **{"max_chars": 10_000, **options})


def refusal(data: bytes | str, kind: Kind) -> str:
    """The one line with which ``data`` are refused."""
    with pytest.raises(InputError) as caught:
        reading(data, kind)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (b"Words.", "", "text"),
        (b"Words.", ".md", "text"),
        (b"<p>Words.</p>", ".html", "html"),
        (b"<p>Words.</p>", ".HTM", "html"),
        (b"<p>Words.</p>", ".txt", "text"),
        (b"\xef\xbb\xbf \n<!-- a - b --><!DOCTYPE HTML><title>", ".txt", "html"),
        (b'<?xml version="1.0"?><html>', "", "html"),
        (b"<header>", "", "text"),
        (b"%PDF-1.7\n", "", "pdf"),
        (b"Of %PDF-1.7", "", "text"),
        (b"Words.", ".pdf", "pdf"),
    ],
)
def test_kinds_are_told_by_content_then_by_suffix(data: bytes, suffix: str, kind: Kind) -> None:
    """A PDF header or the start of a page counts more than the suffix; tags in a text do not make it a page."""
    assert kind_of(data, suffix=suffix) == kind


def test_what_the_server_states_counts_more_than_the_suffix() -> None:
    """The declared type decides where the content does not."""
    assert kind_of(b"<p>Words.</p>", suffix=".txt", stated="html") == "html"
    assert kind_of(b"<html>", suffix=".txt", stated="text") == "html"


def test_a_text_is_kept_with_its_front_matter() -> None:
    """Front matter is understood and stays in the text."""
    text = "---\ntitle: The quay\nauthor: [Jo Doe, Ann Li]\ndate: 2024-03-04\nlang: en\n---\n# Other\n\nText.  \r\n"
    expected = Reading(text, "The quay", "Jo Doe, Ann Li", date(2024, 3, 4), None, "en")
    assert reading(text, "text") == expected


def test_a_text_without_signs_is_text_only() -> None:
    """Nothing is inferred from running text, and a dateline with a place is not made more of."""
    text = "OSLO, March 4 (Agency) - The quay closes, said Mara Lind in 2024.\n"
    assert reading(text, "text") == Reading(text)


def test_a_text_names_its_author_in_a_byline() -> None:
    """A byline on a line of its own is understood and stays in the text."""
    text = "The Quay Closes\n\nBy Jo Doe\n\nThe quay closes, said Mara Lind, who has seen it open for thirty years.\n"
    assert reading(text, "text") == Reading(text, "The Quay Closes", "Jo Doe")


def test_a_page_gives_text_and_metadata() -> None:
    """Running text without the menu, title, author, date of publication and address are taken from a page."""
    head = f'<title>Quay to close</title><meta name="author" content="Jo Doe">{MODIFIED}{PUBLISHED}'
    found = reading(page(head + '<link rel="canonical" href="https://example.test/quay">'), "html")
    assert found.text.startswith("The harbour authority will close")
    assert "Home" not in found.text
    assert (found.title, found.author, found.published) == ("Quay to close", "Jo Doe", date(2024, 3, 4))
    assert found.url == "https://example.test/quay"


@pytest.mark.parametrize(
    "html",
    [
        page(),
        page(MODIFIED),
        page('<meta itemprop="dateModified" content="2025-06-07">'),
        page('<script type="application/ld+json">{"@type": "Article", "dateModified": "2025-06-07"}</script>'),
        page(body=f"{PARAGRAPH}<p>On 4 March 2019 the port opened.</p><footer>Copyright 2020</footer>"),
    ],
)
def test_a_page_without_a_date_of_publication_has_none(html: str) -> None:
    """Dates of modification, of copyright and in the text are not taken for the date of publication."""
    assert reading(html, "html").published is None


def test_the_address_may_have_the_date() -> None:
    """A date in the address of a page counts."""
    assert reading(page(), "html", url="https://example.test/2024/03/04/quay").published == date(2024, 3, 4)


def test_the_charset_of_a_page_is_honoured() -> None:
    """The charset that a page declares decodes it, unless the server declares another one."""
    html = page('<meta charset="windows-1251">', PARAGRAPH.replace("Mara Lind", "Мара Линд")).encode("cp1251")
    assert "Мара Линд" in reading(html, "html").text
    greek = page('<meta charset="utf-8">', PARAGRAPH.replace("Mara Lind", "Μαρία")).encode("cp1253")
    assert "Μαρία" in reading(greek, "html", charset="windows-1253").text


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<html><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav></body></html>",
        "<html><body><p>You need to enable JavaScript to run this app.</p></body></html>",
        "<html><body><form><label>User name</label><input><button>Sign in</button></form></body></html>",
        "<html><body>" + "<div>" * 20_000 + "<p>" + "word " * 200,
        "<html><body><ul>" + "<li><a href='/a'>A link to one of our many pages</a></li>" * 9 + "</ul></body></html>",
    ],
)
def test_a_page_without_an_article_is_refused(html: str) -> None:
    """Menus, forms, empty and broken pages hold no article."""
    assert "holds no article" in refusal(html, "html")


def test_a_page_of_very_many_elements_is_refused() -> None:
    """A page on which extraction would take minutes is refused at once."""
    assert "more than 100,000 HTML elements" in refusal(page(body="<b>a</b>" * 100_001), "html")


def test_a_feed_is_refused() -> None:
    """XML that is no page is refused."""
    assert "is XML" in refusal('<?xml version="1.0"?><rss><channel/></rss>', "text")


def test_a_pdf_gives_paragraphs() -> None:
    """The lines of a PDF are joined, its headline is its title, and the date of the file is not one of publication."""
    lines = (
        "The quay closes\nThe harbour authority will close its northern quay next spring, accord-\ning to Mara Lind."
    )
    data = pdf(lines, info="/Title (Microsoft Word - quay7.doc) /Author (jdoe) /CreationDate (D:20240304100000Z)")
    text = "The quay closes\n\nThe harbour authority will close its northern quay next spring, according to Mara Lind."
    assert reading(data, "pdf") == Reading(text, title="The quay closes")


def test_the_metadata_of_a_pdf_count_if_the_text_has_them() -> None:
    """Title and author from the metadata are taken when they stand in the text as well."""
    data = pdf(
        "A talk by Jo Doe on quays. It was long, as all of his talks are.", info="/Author (Jo Doe) /Title (quays)"
    )
    assert (reading(data, "pdf").title, reading(data, "pdf").author) == ("quays", "Jo Doe")


def test_a_long_pdf_is_not_read_to_its_end() -> None:
    """Reading stops once there is clearly more text than allowed."""
    data = pdf(*["word " * 20] * 50)
    assert 200 < len(reading(data, "pdf", max_chars=200).text) < 1000


def encrypted(password: str, /) -> bytes:
    """An encrypted PDF that opens with ``password``."""
    from pypdf import PdfWriter

    writer, out = PdfWriter(clone_from=BytesIO(pdf("Nothing lasts."))), BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (encrypted("secret"), "is an encrypted PDF"),
        (pdf("a line")[:300], "is a damaged PDF"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 9, "is a damaged PDF"),
        (pdf("a line").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), "is a damaged PDF"),
        (pdf(""), "is a PDF without text"),
        (b"Words.", "is no PDF"),
    ],
    ids=["encrypted", "cut", "noise", "circular", "empty", "no PDF"],
)
def test_each_trouble_of_a_pdf_has_its_message(data: bytes, said: str) -> None:
    """Encrypted, damaged, scanned and false PDFs are refused, each in its own words."""
    assert said in refusal(data, "pdf")


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    """Encryption with an empty password keeps nobody from reading."""
    assert reading(encrypted(""), "pdf").text == "Nothing lasts."


def test_libraries_keep_off_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a library would log about bad input does not reach stderr beside our own message."""
    monkeypatch.setattr(logging.root, "handlers", [])
    refusal(pdf("a line")[:300], "pdf")
    refusal("<html></html>", "html")
    assert capsys.readouterr().err == ""


def test_a_pdf_whose_pages_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file can name the same page a hundred thousand times."""
    monkeypatch.setattr(formats, "MAX_SECONDS", -1.0)
    with pytest.raises(InputError, match="to read; give its text"):
        reading(pdf("Words."), "pdf")


def test_an_element_with_very_many_attributes_is_refused() -> None:
    """The time for them grows with their square."""
    page = "<!doctype html><html><body><p " + " ".join(f"a{number}" for number in range(11_000)) + ">Words.</p>"
    with pytest.raises(InputError, match="too many attributes"):
        reading(page.encode(), "html")
