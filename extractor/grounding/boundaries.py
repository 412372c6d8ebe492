"""Where a quotation may begin and end in a text: not inside a word, a figure, or a character as a reader sees it."""

from __future__ import annotations

import unicodedata

import regex

from .normalization import NUMERALS, is_invisible, is_spaceless

_grapheme = regex.compile(r"\X")
_arabic_proclitic = regex.compile(r"(?<![\w\u200c])(?:[وف]?[بلكس]|[وف])?(?:ال)?\Z")
_joining = regex.compile(
    "[\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97c\uac00-\ud7fb]"
)  # letters that may join the one before
_POINTS = ".,٫٬"
_APOSTROPHES = "'’ʼ"
_MARKS = _POINTS + _APOSTROPHES
_LOOK_BACK = 64  # characters; longer than any emoji sequence in use


def is_edge(text: str, position: int, /) -> bool:
    """True when neither a word nor a figure nor a character runs across ``position`` (0 to ``len(text)``).

    "can" has no edge before "'t", "3" none before ".5", "e" none before a combining accent. In scripts without spaces
    every character is a word.
    """
    if not 0 < position < len(text):
        return True
    before, after = text[position - 1], text[position]
    marked = before in _POINTS or after in _MARKS
    if before.isascii() and after.isascii():
        if before.isalnum() and after.isalnum():
            return False
    else:
        if not _whole_characters(text, position):
            return False
        before, after = _visible(text, position)
        if _is_wordlike(before) and _is_wordlike(after):
            return _splits_spaceless(before, after)
    return not (marked and (_splits_figure(text, position) or _splits_contraction(text, position)))


def has_proclitic(text: str, position: int, /) -> bool:
    """True when only Arabic particles written as one with the next word ("and", "so", "by", "the") stand before it."""
    return bool(_arabic_proclitic.search(text, max(0, position - 8), position))


def trim(text: str, start: int, end: int, /) -> tuple[int, int]:
    """The stretch ``start`` to ``end`` without white space and invisible characters at its ends."""
    while start < end and (text[start].isspace() or is_invisible(text[start])):
        start += 1
    while start < end and (text[end - 1].isspace() or (is_invisible(text[end - 1]) and is_edge(text, end))):
        end -= 1
    return start, end


def _visible(text: str, position: int) -> tuple[str, str]:
    """The visible characters before and after a position; a blank where there is none."""
    left, right = position - 1, position
    while left >= 0 and is_invisible(text[left]):
        left -= 1
    while right < len(text) and is_invisible(text[right]):
        right += 1
    return (text[left] if left >= 0 else " "), (text[right] if right < len(text) else " ")


def _is_wordlike(char: str) -> bool:
    return char.isalnum() or (not char.isascii() and unicodedata.category(char)[0] == "M")


def _splits_spaceless(before: str, after: str) -> bool:
    """True between two characters of which one belongs to a script without spaces, unless both write a number."""
    if before in NUMERALS and after in NUMERALS:
        return False
    return is_spaceless(before) or is_spaceless(after)


def _splits_figure(text: str, position: int) -> bool:
    """True before and after the point of "3.5" and the comma of "1,200"."""
    for point in (position - 1, position):
        if (
            0 < point < len(text) - 1
            and text[point] in _POINTS
            and text[point - 1].isdigit()
            and text[point + 1].isdigit()
        ):
            return True
    return False


def _splits_contraction(text: str, position: int) -> bool:
    """True before the "'t" of "can't", which turns the meaning round."""
    if text[position] not in _APOSTROPHES or text[position - 1] not in "nN":
        return False
    return text[position + 1 : position + 2] in ("t", "T") and not text[position + 2 : position + 3].isalnum()


def _whole_characters(text: str, position: int) -> bool:
    """True when no character as a reader sees it (a grapheme cluster) spans the position."""
    before, after = text[position - 1], text[position]
    simple = unicodedata.category(before)[0] in "LNPZ" and unicodedata.category(after)[0] in "LNPZ"
    if simple and not _joining.match(after):
        return True
    start = max(0, position - _LOOK_BACK)
    stop = min(len(text), position + 8)
    return any(match.start() == position for match in _grapheme.finditer(text, start, stop))
