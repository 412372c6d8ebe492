"""Reading an article from a path, standard input or a text: what is kept, what is inferred, what is refused."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.articles import article_from_bytes, article_from_text, read_article
from extractor.errors import InputError

TEXT = (
    "The quay closes\r\n\r\nPublished on 4 March 2024\r\n\r\nIt will not last, said Mara Lind.  \r\n"
    "Others think\u00a0that the rail terminal will be ready by the end of the year, as it was planned from the start.\n"
)


def article_file(data: bytes | str = TEXT, name: str = "a.txt") -> str:
    """The path of a file with ``data``, in the test's own folder."""
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def refusal(source: str | Path, /, **options: Any) -> str:
    """The one line with which ``source`` is refused."""
    with pytest.raises(InputError) as caught:
        read_article(source, **options)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    return str(caught.value)


def test_a_text_is_stored_unchanged() -> None:
    """Line ends, trailing and no-break spaces are kept; only a leading BOM goes; the id is the SHA-256 of the text."""
    article = read_article(article_file("\ufeff" + TEXT))
    assert article.text == TEXT
    assert article.id == hashlib.sha256(TEXT.encode()).hexdigest()


def test_what_is_inferred_is_listed() -> None:
    """Title, date and language are inferred from a text, and said to be; nothing else is made up."""
    article = read_article(article_file())
    assert (article.title, article.published, article.language) == ("The quay closes", date(2024, 3, 4), "en")
    assert (article.author, article.url) == (None, None)
    assert article.inferred == ("title", "published", "language")


def test_what_is_given_overrides_what_was_inferred() -> None:
    """Given values stand, and are not listed as inferred."""
    article = read_article(
        article_file(),
        title="Quay",
        author="Jo Doe",
        published="2024-03-05",
        url="https://example.test/a",
        language="en-GB",
    )
    assert (article.title, article.author, article.published) == ("Quay", "Jo Doe", date(2024, 3, 5))
    assert (article.url, article.language, article.inferred) == ("https://example.test/a", "en", ())


def test_an_empty_string_says_that_there_is_none() -> None:
    """A wrong guess is taken away by giving an empty string."""
    article = read_article(article_file(), title="", published="", language=" ")
    assert (article.title, article.published, article.language, article.inferred) == (None, None, None, ())


@pytest.mark.parametrize(
    "published", [date(2024, 3, 5), datetime(2024, 3, 5, 23, 0), "2024-03-05", "2024-03-05T23:00:00Z"]
)
def test_forms_of_a_date(published: date | str) -> None:
    """A date, a datetime, or either in ISO 8601 will do."""
    assert article_from_text("Words.", published=published).published == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("published", "2024-02-30"),
        ("published", "5 March 2024"),
        ("published", "20240305"),
        ("language", "english"),
        ("language", "e1"),
        ("url", "example.test/a"),
        ("url", "javascript:alert(1)"),
        ("url", "https://exa mple.test/"),
        ("url", "http://[::1"),
    ],
)
def test_malformed_values_are_refused(field: str, value: str) -> None:
    """A value that cannot be stored is refused by field and value, before anything is read."""
    assert f"{field} {value!r} is not" in refusal("missing.txt", **{field: value})


def test_standard_input() -> None:
    """A dash reads the given stream, or else the standard input; its format is told by content."""
    assert read_article("-", stdin=io.BytesIO(TEXT.encode())).text == TEXT
    html = b"<!doctype html><body><p>" + b"It will not last, said Mara Lind, who runs the port. " * 3
    assert read_article("-", stdin=io.BytesIO(html)).text.startswith("It will not last")
    assert refusal("-", stdin=io.BytesIO(b"\n")).startswith("standard input is empty")


def test_the_process_has_a_standard_input_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a stream the bytes of sys.stdin are read; where there are none the message says so."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"It was late.")))
    assert read_article("-").text == "It was late."
    monkeypatch.setattr(sys, "stdin", None)
    assert "no standard input" in refusal("-")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t\xc2\xa0\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"... --- !!!", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"words\0words", "NUL"),
        ("Слово и дело, дело и слово.".encode() + b"\xff", "not valid UTF-8"),
        (b"%PDF-1.4\n", "damaged PDF"),
        (b"<html><body></body></html>", "holds no article"),
    ],
)
def test_files_that_hold_no_article(data: bytes, said: str) -> None:
    """Each kind of bad file gets one line that names the file and what is wrong."""
    message = refusal(article_file(data))
    assert message.startswith("'a.txt' ")
    assert said in message


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("missing.txt", "'missing.txt' does not exist"),
        ("www.example.test/a", "write https:// in front"),
        (".", "'.' is a folder"),
        ("", "is empty"),
        ("a\0b", r"'a\x00b' cannot be read"),
        ("word " * 2000, "cannot be read"),
        ("file:///etc/passwd", "not an http or https URL"),
        ("ftp://example.test/a", "not an http or https URL"),
        ("http://", "names no host"),
    ],
)
def test_sources_that_cannot_be_read(source: str, said: str) -> None:
    """Missing files, folders, impossible paths and other schemes are refused in one line."""
    assert said in refusal(source)


def test_a_path_object_is_a_path() -> None:
    """A Path is never taken for a URL or for standard input."""
    assert read_article(Path(article_file())).text == TEXT
    assert "does not exist" in refusal(Path("-"))


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission is one clear line."""

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert refusal("a.txt") == "'a.txt' may not be read; check its permissions"


def test_the_limit_is_in_characters() -> None:
    """A text of exactly the limit is read, one of a character more is not."""
    path = article_file("й" * 50)
    assert len(read_article(path, max_chars=50).text) == 50
    assert "has 50 characters, more than the 49 allowed" in refusal(path, max_chars=49)


def test_an_endless_stream_is_not_read_to_its_end() -> None:
    """Reading stops at the limit of bytes, so that a stream without end is refused."""
    with Path("/dev/zero").open("rb") as endless:
        assert "is larger than 1,000,000 bytes" in refusal("-", stdin=endless, max_chars=1000)


def test_a_named_pipe_can_be_read() -> None:
    """What is no regular file but gives bytes, such as the pipe of a process substitution, is read."""
    reader, writer = os.pipe()
    os.write(writer, TEXT.encode())
    os.close(writer)
    assert read_article(f"/dev/fd/{reader}").text == TEXT
    os.close(reader)


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(
        lambda text: any(map(str.isalnum, text))
    )
)
def test_a_text_at_hand_is_unchanged(text: str) -> None:
    """Any text is stored as it is but for a leading BOM, and only its language is inferred."""
    article = article_from_text(text)
    assert article.text == text.removeprefix("\ufeff")
    assert set(article.inferred) <= {"language"}


def test_one_byte_order_mark_goes() -> None:
    """Of a text at hand, too, a leading BOM is taken off, but only one."""
    assert article_from_text("\ufeff\ufeffWords.").text == "\ufeffWords."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n", "the text is empty"),
        ("a\0b", "has NUL characters"),
        ("half \ud83d of one", "half of a surrogate pair at character 5"),
        ("a" * 101, "has 101 characters"),
    ],
)
def test_texts_that_cannot_be_stored(text: str, said: str) -> None:
    """Blank and too long texts, NUL and lone surrogates are refused."""
    with pytest.raises(InputError, match=said):
        article_from_text(text, max_chars=100)


def test_bytes_are_read_as_a_file_of_that_name_is(tmp_path: Path) -> None:
    """The same bytes make the same article, from a file and at hand."""
    path = tmp_path / "quays.md"
    path.write_bytes("# Old quays\n\nBy Ana Roe\n\nThe old quay is closed.".encode("utf-16"))
    article = article_from_bytes(path.read_bytes(), name=path.name, published="2026-03-17")
    assert article == read_article(path, published="2026-03-17")
    assert (article.title, article.author) == ("Old quays", "Ana Roe")


def test_too_many_bytes_are_refused() -> None:
    """More than ten for each character that a text may have, and more than a megabyte."""
    with pytest.raises(InputError, match=r"'big.txt' is larger than 1,000,000 bytes"):
        article_from_bytes(b"a" * 1_000_001, name="big.txt", max_chars=100)


def test_a_text_is_read_like_a_file_where_that_is_wanted(tmp_path: Path) -> None:
    """With ``infer`` it tells the same as a file of plain text with the same words."""
    text = "Old quays\n\nBy Ana Roe\n\n4 March 2024\n\nThe old quay is closed."
    path = tmp_path / "quays.txt"
    path.write_text(text, encoding="utf-8")
    assert article_from_text(text, infer=True) == read_article(path)
    assert article_from_text(text).inferred == ("language",)
