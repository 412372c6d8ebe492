"""From bytes to text: which bytes are text at all, and in which encoding."""

from __future__ import annotations

import codecs
import re

from extractor.errors import InputError

from .language import detect

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"RIFF", "a RIFF file (image, sound or video)"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"\x1aE\xdf\xa3", "a Matroska video"),
    (b"PK\x03\x04", "a ZIP archive, or an office document or e-book, which are such archives"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "an ELF program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"wOF", "a font"),
)
# What a page names is often a subset of what it uses: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "tis-620": "cp874",
}  # fmt: skip
_TEXT_CODEC = re.compile(
    r"utf-(8|16|32)(-[bl]e)?|cp\d+|iso8859-\d+|koi8-[rtu]|gb18030|big5hkscs|euc_\w+|iso2022_\w+|hz|mac-\w+"
)
# Encodings that cannot be mistaken for UTF-8 although ASCII characters are all they use.
_SEVEN_BIT = re.compile(r"utf-(16|32)|iso2022|hz")
_USUAL = {
    "cp1252": ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "ca"),
    "cp1254": ("tr",),
    "cp1251": ("ru", "uk", "be", "bg", "sr", "mk"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")


def shown(value: object, /) -> str:
    """``value`` as it stands in a message: its repr, on one line, at most 200 characters."""
    whole = repr(value) if isinstance(value, str) else repr(str(value))
    return whole if len(whole) <= 200 else f"{whole[:196]}...{whole[0]}"


def signature(data: bytes, /) -> str | None:
    """What ``data`` is by its first bytes when it is no text ("a PNG image"); None when nothing says so.

    A signature of letters only, with which a headline could begin as well, counts together with a NUL byte.
    """
    nul = b"\0" in data[:4096]
    for magic, what in _SIGNATURES:
        if data.startswith(magic) and (nul or not magic.isalnum()):
            return what
    if data[4:8] == b"ftyp":
        return "an MP4 video or HEIF image"
    return "a Windows program" if nul and data.startswith(b"MZ") else None


def decode(data: bytes, /, *, name: str, charset: str | None = None, lenient: bool = False) -> str:
    """The text of ``data``: by its BOM, as UTF-8, by ``charset``, or else by what charset-normalizer finds.

    A leading BOM is taken off; nothing else changes. ``name`` stands for the input in messages, ``charset`` is what
    the server or the page declares, and ``lenient`` (for pages) puts U+FFFD for single bad bytes instead of raising.

    Raises InputError when the data are binary or fit no encoding.
    """
    if what := signature(data):
        raise _binary(name, f"looks like {what}")
    text = _decode(data, name, _codec(charset), lenient)
    if "\0" in text:
        raise _binary(name, "has NUL characters")
    if len(_CONTROL.findall(text[:100_000])) > max(2, min(len(text), 100_000) // 200):
        raise _binary(name, "is full of control characters")
    return text


def _binary(name: str, why: str, /) -> InputError:
    return InputError(f"{name} is not text: it {why}; give plain text, Markdown, HTML or PDF")


def _decode(data: bytes, name: str, declared: str | None, lenient: bool, /) -> str:
    bom = next((codec for mark, codec in _BOMS if data.startswith(mark)), None)
    if bom:
        return _strict(data, bom, name)
    if declared and _SEVEN_BIT.match(declared):
        return _strict(data, declared, name)
    for codec in ("utf-8", declared):
        if codec:
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                continue
    if _nearly_utf8(data):
        return data.decode("utf-8", "replace") if lenient else _strict(data, "utf-8", name)
    if found := _guess(data):
        return found
    if declared and lenient:
        return data.decode(declared, "replace")
    if b"\0" in data:
        raise _binary(name, "has NUL bytes")
    raise InputError(f"{name} cannot be decoded: it is in no known encoding; save it as UTF-8")


def _strict(data: bytes, codec: str, name: str, /) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        official = codec.removesuffix("-sig").upper()
        message = f"{name} cannot be decoded: byte {error.start} is not valid {official}; save it again as UTF-8"
        raise InputError(message) from error


def _codec(charset: str | None, /) -> str | None:
    """The Python codec for a declared charset; None for an unknown one and for codecs that are no text encodings."""
    try:
        found = codecs.lookup((charset or "").strip(" \"'")).name
    except (LookupError, ValueError):
        return None
    codec = _WIDER.get(found, found)
    return codec if _TEXT_CODEC.fullmatch(codec) else None


def _nearly_utf8(data: bytes, /) -> bool:
    """True for UTF-8 with a few bad bytes, which any other reading would turn into garbage."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - bad > 5 * bad


def _guess(data: bytes, /) -> str | None:
    """The text in the encoding that charset-normalizer finds most likely, else None.

    Some languages have one usual encoding, which it mistakes for its neighbours (cp1252 for cp1250, cp1251 for
    mac-cyrillic): that one is taken when the text then still is in that language.
    """
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        return None
    text = data.decode(best.encoding, "replace")
    language = detect(text)
    for codec, languages in _USUAL.items():
        if language in languages:
            usual = data.decode(codec, "replace")
            return usual if "\ufffd" not in usual and detect(usual) == language else text
    return text
