"""What a plain text or Markdown file says about itself: front matter, a heading, a byline, a date on its own line.

A wrong title or date is worse than none, so a line counts only when it can hardly be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.{0,4000}?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\.?"
_DATE_LINE = re.compile(
    r"(?:(?:(?:first )?(?:published|posted)(?: on)?|date)\s*:?\s+)?(?:[a-z]{3,6}day,?\s+)?"
    rf"(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})"
    rf"|{_MONTH.replace('month', 'month2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}}))",
    re.I,
)
_BYLINE = re.compile(r"[Bb][Yy]:?[ \t]+([^\W\d_][\w.'’-]*(?:[ \t]+[^\W\d_][\w.'’-]*){1,4})")
_NAME_PARTICLES = frozenset(
    ["von", "van", "de", "der", "den", "del", "di", "da", "la", "le", "bin", "ibn", "al", "el", "ter", "ten", "y"]
)
_NO_TITLE = re.compile(
    r"[^\w\s¿¡«“‘\"'(]|\d+[.)]\s|(?:by|from|to|date|subject|published)\b|.*(?:https?://|www\.|\S@\S)", re.I
)
_INNER_END = re.compile(r"[.!?…][\"'”’»)]*\s|[.!:;,…。！；，：][\"'”’»)]*$")
_TITLE_LENGTH = 150
_PARAGRAPH_LENGTH = 120
_LINES = 40


def front_matter(text: str, /) -> tuple[dict[str, object], str]:
    """The YAML front matter that ``text`` begins with, keys in lower case (empty when there is none), and the rest."""
    block = _FRONT_MATTER.match(text)
    if block is None:
        return {}, text
    import yaml

    try:
        loaded = yaml.safe_load(block[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, text
    if not isinstance(loaded, Mapping):
        return {}, text
    return {str(key).lower(): value for key, value in loaded.items()}, text[block.end() :]


def headline(text: str, /) -> str | None:
    """The title that ``text`` begins with, else None.

    That is a Markdown heading, or a short first line without the marks of a running sentence before a blank line or
    before a line as long as a paragraph (so the first line of a text with hard line breaks is none).
    """
    lines = [line.strip() for line in text.lstrip()[:10_000].splitlines()[:_LINES]]
    if not lines:
        return None
    first, rest = lines[0], [line for line in lines[1:] if line]
    following = lines[1] if len(lines) > 1 else ""
    if heading := re.fullmatch(r"#\s+(.+?)[\s#]*", first):
        return heading[1].strip("*_ ") or None
    if re.fullmatch(r"={3,}", following):
        return first
    apart = not following or len(following) > max(_PARAGRAPH_LENGTH, 1.5 * len(first))
    longer = sum(map(len, rest)) > 2 * len(first)
    return first if apart and longer and _titular(first) else None


def _titular(line: str, /) -> bool:
    letters = [character for character in line if character.isalpha()]
    return (
        len(letters) > 1
        and len(line) <= _TITLE_LENGTH
        and not letters[0].islower()
        and not _NO_TITLE.match(line)
        and not _INNER_END.search(line)
        and not _DATE_LINE.fullmatch(line)
    )


def byline(text: str, /) -> str | None:
    """The author that ``text`` names on a line of its own near its start ("By Jane Doe"), one person's name only.

    None when there is no such line, more than one, or words in it that are no name.
    """
    lines = [line.strip().strip("*_ ") for line in text.lstrip()[:10_000].splitlines() if line.strip()][:4]
    names = [match[1] for line in lines if (match := _BYLINE.fullmatch(line))]
    if len(names) != 1:
        return None
    words = names[0].split()
    named = all(word[0].isupper() or word in _NAME_PARTICLES for word in words) and words[0][0].isupper()
    return names[0] if named and words[-1][0].isupper() else None


def date_line(text: str, /) -> date | None:
    """The date that stands on a line of its own near the start of ``text`` ("4 March 2024", "Published: 2024-03-04").

    None when there is none, more than one, or one in figures that may be read in two ways.
    """
    lines = [line.strip() for line in text.lstrip()[:10_000].splitlines() if line.strip()][:8]
    found = {day for line in lines if (match := _DATE_LINE.fullmatch(line)) and (day := _day(match))}
    return found.pop() if len(found) == 1 else None


def _day(match: re.Match[str], /) -> date | None:
    if match["iso"]:
        return as_date(match["iso"])
    month = (match["month"] or match["month2"])[:3].lower()
    year, day = match["year"] or match["year2"], match["day"] or match["day2"]
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None


def as_date(value: object, /) -> date | None:
    """A date, a datetime, or either in ISO 8601 (``YYYY-MM-DD...``) as a date; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d(?!\d)", value.strip()):
        return None
    try:
        return datetime.fromisoformat(value.strip()).date()
    except ValueError:
        return None
