"""From the printed lines of a PDF to paragraphs, so that a sentence is not cut wherever a line ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_BULLET = re.compile(r"[•●▪◦‣–—-]\s|\(?\d{1,2}[.)]\s")
_HYPHEN = re.compile(r"(\w*[^\W\d_])[-\u00ad\u2010]$")
_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
# Letters that typesetting fused, and characters that no text should hold.
_LETTERS = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\0": "", "\r": ""}
)
_FULL = 0.75


def reflow(pages: Sequence[str], /) -> str:
    """The text of ``pages``, each as printed, in paragraphs with a blank line between them.

    - Page numbers, and headers and footers that half of the pages share, are left out.
    - A line goes on in the next one when that begins in lower case or it is itself three quarters as wide as most.
    - A hyphen at the end of a line goes when the next begins in lower case, unless the word has it elsewhere as well.
    """
    lines = [line for page in _without_running(pages) for line in page]
    if not lines:
        return ""
    width = sorted(map(len, lines))[len(lines) * 4 // 5]
    compounds = set(re.findall(r"\w+-\w+", " ".join(lines)))
    pieces = lines[:1]
    for line, following in pairwise(lines):
        if _goes_on(line, following, width):
            pieces[-1:] = _joint(pieces[-1], following, compounds)
        else:
            pieces += ["\n\n", following]
    return "".join(pieces)


def _goes_on(line: str, following: str, width: int, /) -> bool:
    if _BULLET.match(following):
        return False
    return following[0].islower() or len(line) >= _FULL * width


def _joint(line: str, following: str, compounds: set[str], /) -> list[str]:
    """Both lines as pieces: without the hyphen of a divided word, without a space in Chinese and Japanese."""
    if _WIDE.match(line[-1]) and _WIDE.match(following):
        return [line, following]
    hyphen = _HYPHEN.search(line)
    if hyphen is None or not following[0].islower():
        return [line, " ", following]
    word = re.match(r"\w+", following)
    compound = f"{hyphen[1]}-{word[0] if word else ''}"
    return [line if compound in compounds else line[:-1], following]


def _without_running(pages: Sequence[str], /) -> list[list[str]]:
    """The lines of each page that are not blank, without page numbers, running headers and footers."""
    split = [[line.strip() for line in _clean(page).splitlines() if line.strip()] for page in pages]
    edges = Counter(_pattern(edge) for page in split for edge in {*page[:1], *page[-1:]})
    running = {pattern for pattern, times in edges.items() if times >= max(3, len(pages) / 2)} | {""}
    return [_trim(page, running if len(page) > 2 else {""}) for page in split]


def _trim(page: list[str], running: set[str], /) -> list[str]:
    if page and _pattern(page[0]) in running:
        page = page[1:]
    if page and _pattern(page[-1]) in running:
        page = page[:-1]
    return page


def _pattern(line: str, /) -> str:
    """What stays the same of a header from page to page: everything but figures and the dashes around a page number."""
    return re.sub(r"[\d\s]+|^[-–—]+|[-–—]+$", "", line)


def _clean(page: str, /) -> str:
    """``page`` with fused letters spelled out, and without the halves of characters that a broken font leaves."""
    spelled = page.translate(_LETTERS)
    return spelled.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
