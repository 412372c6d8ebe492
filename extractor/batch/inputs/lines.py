"""Files of lines: opened whether packed or not, and read line by line, however large they are."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from extractor.articles.decoding import signature
from extractor.errors import InputError

_GZIP = b"\x1f\x8b"
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
Numbered = tuple[int, str | InputError]
"""A line with its number, from 1, or why it cannot be had."""

_BESIDE_TEXT = 1_000_000
_BYTES_PER_CHARACTER = 12  # an escaped pair of surrogates in JSON


def longest_line(max_chars: int, /) -> int:
    """Bytes that a line may have which holds a text of ``max_chars`` characters and what stands beside it."""
    return _BYTES_PER_CHARACTER * max_chars + _BESIDE_TEXT


@contextmanager
def opened(path: str, /) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked when it is gzip by its first bytes, in UTF-8 when a BOM says UTF-16 or UTF-32.

    Raises InputError when it cannot be opened, or is another kind of file by its first bytes.
    """
    try:
        with Path(path).open("rb") as file, _unpacked(file) as plain:
            yield _in_utf8(plain)
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror or error}); check it") from error


def is_packed(path: str, /) -> bool:
    """True when a file is gzip by its first bytes. Raises OSError."""
    with Path(path).open("rb") as file:
        return file.read(2) == _GZIP


def lines(file: IO[bytes], longest: int, /) -> Iterator[Numbered]:
    """The lines with their numbers, from 1, with their ends; a leading BOM is taken off.

    Bytes that are no UTF-8 become lone surrogates, so that what uses them tells. Of a line of more than ``longest``
    bytes comes an error, and its rest is passed over. When the file cannot be read further, an error is the last.
    """
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(longest + 1)
            if len(line) > longest:
                _pass_over(file, line, longest)
        except (OSError, EOFError, zlib.error, UnicodeError) as error:
            told = getattr(error, "strerror", None) or error
            yield number, InputError(f"the file is damaged from here on ({told}); mend it")
            return
        if not line:
            return
        if len(line) > longest:
            yield (
                number,
                InputError(f"the line has more than {longest:,} bytes; shorten it or raise EXTRACTOR_MAX_CHARS"),
            )
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        yield number, line.decode("utf-8", "surrogateescape")


def _pass_over(file: IO[bytes], line: bytes, longest: int, /) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(longest)


@contextmanager
def _unpacked(file: io.BufferedReader, /) -> Iterator[io.BufferedReader]:
    if not file.peek(2).startswith(_GZIP):
        yield file
        return
    with gzip.open(file, "rb") as plain:
        # A buffer of its own: `GzipFile` gives a line in several reads of Python.
        yield io.BufferedReader(cast(io.RawIOBase, plain), 1 << 16)


def _in_utf8(file: io.BufferedReader, /) -> BinaryIO:
    try:
        head = file.peek(4096)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"the file cannot be unpacked ({error}); pack it again") from error
    if codec := next((codec for mark, codec in _WIDE if head.startswith(mark)), None):
        return cast(BinaryIO, _Recoded(io.TextIOWrapper(file, codec, newline="\n")))
    if what := signature(head):
        raise InputError(f"it looks like {what}; give a file of text")
    return file


class _Recoded:
    """The lines of a text in UTF-8, whatever it is encoded in; what ends a line is what ends it in UTF-8."""

    def __init__(self, text: io.TextIOWrapper, /) -> None:
        self._text = text

    def readline(self, limit: int, /) -> bytes:
        """The next line, at most so many characters of it."""
        return self._text.readline(limit).encode("utf-8", "surrogatepass")
