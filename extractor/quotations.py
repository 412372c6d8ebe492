"""Where a text stands in quotation marks, and how much of a claim does."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from .schemas import Span
from .schemas.claims import QuoteType

_PARAGRAPH = re.compile(r"[^\n\r]+")
_MARK = re.compile(r"''|``|’’|‘‘|[\"“”«»„「」『』]")
_PAIRS = {"“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", "``": "''", "‘‘": "’’"}
_WORD = re.compile(r"\w+")
_STRAIGHT = frozenset(['"', "''"])
_SINGLE = re.compile(r"(?<![\w’])‘[^‘\n]{2,}?[\w.,!?…]’(?!\w)")


def quotations(text: str, /) -> list[tuple[int, int]]:
    """The quotations of ``text`` as (start, end), marks included, ascending.

    A quotation ends with its line, since speech over several paragraphs opens each of them anew. A text without any
    double mark is read by its single ones (‘…’).
    """
    found = [span for line in _PARAGRAPH.finditer(text) for span in _in_line(text, line.start(), line.end())]
    return found or [match.span() for match in _SINGLE.finditer(text)]


def quote_type(content: Sequence[Span], quoted: Sequence[tuple[int, int]], /) -> QuoteType:
    """Direct when all words of the content stand in quotation marks, indirect when none do, else mixed.

    ``quoted`` is what `quotations` found in the article.
    """
    inside = outside = False
    starts = [start for start, _ in quoted]
    for span in content:
        for match in _WORD.finditer(span.text):
            offset = span.start + match.start()
            index = bisect_right(starts, offset) - 1
            covered = index >= 0 and offset < quoted[index][1]
            inside, outside = inside or covered, outside or not covered
    if inside and outside:
        return "mixed"
    return "direct" if inside else "indirect"


def _in_line(text: str, start: int, end: int, /) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    opened: int | None = None
    mark = ""
    for match in _MARK.finditer(text, start, end):
        if opened is None:
            if _opens(text, match, end):
                opened, mark = match.start(), match.group()
        elif _closes(text, match, mark, end):
            found.append((opened, match.end()))
            opened = None
    if opened is not None:
        found.append((opened, opened + len(text[opened:end].rstrip())))
    return found


def _opens(text: str, match: re.Match[str], end: int, /) -> bool:
    mark = match.group()
    if match.end() >= end or (text[match.end()].isspace() and mark != "«"):
        return False
    if mark in _PAIRS:
        return True
    before = text[match.start() - 1 : match.start()]
    return (mark in _STRAIGHT or mark == "”") and (not before or not before.isalnum())


def _closes(text: str, match: re.Match[str], opening: str, end: int, /) -> bool:
    """A mark closes by its form; a straight or a wrongly turned one where no word starts right after it."""
    mark = match.group()
    after = text[match.end() : match.end() + 1] if match.end() < end else ""
    if mark in _PAIRS.get(opening, opening):
        return opening in _PAIRS or not after.isalnum() or not text[match.start() - 1].isspace()
    return opening in "“”\"''``" and mark in "“”\"''" and not after.isalnum() and not text[match.start() - 1].isspace()
