"""From bytes to text: encodings told apart, and what is no text refused by name."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.articles.decoding import decode, shown
from extractor.errors import InputError

RUSSIAN = "Банк в четверг оставил ставку без изменений, но многие считают, что её снижение — лишь вопрос времени."
GERMAN = "Die Bank ließ den Zins unverändert, doch viele meinen, eine „Senkung“ sei für sie nur eine Frage der Zeit."
SPANISH = "El banco mantuvo el tipo, pero varios señalan que una bajada es cuestión de días: «así está el país»."
CHINESE = "央行周四维持利率不变，但多位分析人士认为，降息只是时间问题。工会警告说，工资已经落后于物价。"
ARABIC = "أبقى البنك سعر الفائدة دون تغيير يوم الخميس، لكن عددا من المحللين يرون أن خفضه مسألة وقت."
TURKISH = "Banka perşembe günü faizi değiştirmedi, ancak birçok kişi için indirim bir zaman meselesi olarak görülüyor."


def refusal(data: bytes, /, charset: str | None = None) -> str:
    """The one line with which ``data`` are refused."""
    with pytest.raises(InputError) as caught:
        decode(data, name="'a.txt'", charset=charset)
    assert str(caught.value).startswith("'a.txt' ")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN.replace("—", "-"), "koi8-r"),
        (GERMAN, "cp1252"),
        (SPANISH, "cp1252"),
        (TURKISH, "cp1254"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (ARABIC, "cp1256"),
        (ARABIC, "utf-32"),
    ],
)
def test_encodings_are_found_out(text: str, encoding: str) -> None:
    """A text without any declaration is read in the encoding that it was written in."""
    assert decode(text.encode(encoding), name="a") == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text[0] != "\ufeff"))
def test_utf8_is_kept_to_the_character(text: str) -> None:
    """Valid UTF-8 comes back as it is, with or without a BOM, which is taken off once."""
    assert decode(text.encode(), name="a") == text
    assert decode(codecs.BOM_UTF8 + text.encode(), name="a") == text


def test_line_ends_and_odd_spaces_are_kept() -> None:
    """Decoding is no cleaning: line ends, trailing and no-break spaces stay."""
    text = "a \r\nb\u00a0c\t\rd\u200b\n\n e"
    assert decode(text.encode(), name="a") == text


def test_a_declared_charset_is_believed_unless_it_is_utf8_after_all() -> None:
    """What the server declares counts, labels mean what browsers take them for, and valid UTF-8 is UTF-8."""
    assert decode(RUSSIAN[:9].encode("cp1251"), name="a", charset="windows-1251") == RUSSIAN[:9]
    assert decode("“Grüße”".encode("cp1252"), name="a", charset="ISO-8859-1") == "“Grüße”"
    assert decode("Grüße".encode(), name="a", charset="iso-8859-1") == "Grüße"
    assert decode("こんにちは".encode("iso2022_jp"), name="a", charset="iso-2022-jp") == "こんにちは"


@pytest.mark.parametrize("charset", ["rot13", "unicode_escape", "zip", "utf-7", "no such", "", "\0"])
def test_a_charset_that_is_no_text_encoding_is_ignored(charset: str) -> None:
    """Codecs that would change the text, and unknown names, do not count."""
    assert decode(b"It was \\u0041 +AGE-.", name="a", charset=charset) == "It was \\u0041 +AGE-."


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a PNG image"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"\x7fELF\x02\x01", "an ELF program"),
        (b"GIF89a\x01\0", "a GIF image"),
        (b"\0\0\0\x18ftypmp42", "an MP4 video"),
        (b"MZ\x90\0\x03", "a Windows program"),
        (b"{\\rtf1\\ansi Hello}", "an RTF document"),
        (b"words\0and more words", "NUL"),
        (b"\xff\xd9\0\x80\x81" * 40, "NUL"),
        (bytes(range(1, 9)) * 20, "control characters"),
    ],
)
def test_binary_data_are_named(data: bytes, what: str) -> None:
    """What is no text is refused, by the name of what it looks like."""
    assert what in refusal(data)


@pytest.mark.parametrize(
    "text", ["RIFF between ministers grows", "GIF89a was a format", "MZ is short for it", "ID3 tags"]
)
def test_a_text_that_begins_like_a_signature_is_text(text: str) -> None:
    """Letters alone are no signature: a headline may begin with them."""
    assert decode(text.encode(), name="a") == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (RUSSIAN.encode() + b"\xff!", f"byte {len(RUSSIAN.encode())} is not valid UTF-8"),
        (b"\xff\xfe\x00\xd8a\0", "not valid UTF-16"),
        (b"\xef\xbb\xbfab\xff", "not valid UTF-8"),
        (bytes(range(128, 256)) * 8, "no known encoding"),
    ],
)
def test_what_cannot_be_decoded_is_said(data: bytes, said: str) -> None:
    """Broken text is refused with the place, instead of being read as garbage in some other encoding."""
    assert said in refusal(data)


def test_a_page_with_a_bad_byte_is_still_read() -> None:
    """For pages a bad byte becomes U+FFFD, since their text is extracted anyway."""
    assert decode(RUSSIAN.encode() + b"\xff!", name="a", lenient=True) == RUSSIAN + "\ufffd!"


def test_values_are_shown_on_one_short_line() -> None:
    """A value in a message is quoted, escaped and cut."""
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown("x" * 5000)) == 200
