"""What a plain text or Markdown file says about itself: front matter, a heading, a byline, a date on its own line.

A wrong title or date is worse than none, so a line counts only when it can hardly be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
_RUSSIAN_MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_RUSSIAN_DATE_LINE = re.compile(
    rf"(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(_RUSSIAN_MONTHS)})[а-я]{{0,6}}\s+(?P<year>\d{{4}})(?:\s+(?:года|г\.?))?",
    re.I,
)
_BYLINE = re.compile(r"[Bb][Yy]:?[ \t]+([^\W\d_][\w.'’-]*(?:[ \t]+[^\W\d_][\w.'’-]*){1,4})")
_NAME_PARTICLES = frozenset(
    ["von", "van", "de", "der", "den", "del", "di", "da", "la", "le", "bin", "ibn", "al", "el", "ter", "ten", "y"]
)
_NO_TITLE = re.compile(
    r"[^\w\s¿¡«“‘\"'(]|\d+[.)]\s|(?:by|from|to|date|subject|published)\b|.*(?:https?://|www\.|\S@\S)", re.I
)
_BETWEEN = re.compile(r"\s*(?:,|[|·•]|\s[–—-])\s+")
"""What stands between a name and a date on one line."""
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
        if any(isinstance(token, (yaml.AliasToken, yaml.TagToken)) for token in yaml.scan(block[1])):
            return {}, text  # no article's needs them, and a few lines of aliases unfold into gigabytes
        loaded = yaml.safe_load(block[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, text
    if not isinstance(loaded, Mapping):
        return {}, text
    return {str(key).lower(): value for key, value in loaded.items()}, text[block.end() :]


def headline(text: str, /) -> str | None:
    """The title that ``text`` begins with, else None.

    That is a Markdown heading, or a short first line without the marks of a running sentence before a blank line,
    before a line as long as a paragraph (so the first line of a text with hard line breaks is none), or before a byline
    or date line, or a name and then a date line.
    """
    lines = [line.strip() for line in text.lstrip()[:10_000].splitlines()[:_LINES]]
    if not lines:
        return None
    first, rest = lines[0], [line for line in lines[1:] if line]
    following = lines[1] if len(lines) > 1 else ""
    if re.match(r"#\s", first):
        return first[1:].rstrip("# \t").strip().strip("*_ ") or None
    if re.fullmatch(r"={3,}", following):
        return first
    apart = not following or len(following) > max(_PARAGRAPH_LENGTH, 1.5 * len(first)) or _signed(lines[1:3])
    longer = sum(map(len, rest)) > 2 * len(first)
    return first if apart and longer and _titular(first) else None


def _signed(lines: Sequence[str], /) -> bool:
    """Whether the first line tells the author or the day, or is a name without "by" before one that tells the day."""
    first = lines[0].strip("*_ ")
    if _named(first) or _dated(first):
        return True
    return len(lines) > 1 and len(first.split()) <= 4 and _titular(first) and _dated(lines[1].strip("*_ ")) is not None


def _titular(line: str, /) -> bool:
    letters = [character for character in line if character.isalpha()]
    return (
        len(letters) > 1
        and len(line) <= _TITLE_LENGTH
        and not letters[0].islower()
        and not _NO_TITLE.match(line)
        and not _INNER_END.search(line)
        and not _dated(line)
    )


def byline(text: str, /) -> str | None:
    """The author that ``text`` names on a line near its start, one person's name only.

    The line holds nothing else ("By Jane Doe"), or a date as well ("By Jane Doe, 4 March 2024"). None when there is no
    such line, more than one, or words in it that are no name.
    """
    lines = [line.strip().strip("*_ ") for line in text.lstrip()[:10_000].splitlines() if line.strip()][:4]
    names = [name for line in lines if (name := _named(line))]
    if len(names) != 1:
        return None
    words = names[0].split()
    named = all(word[0].isupper() or word in _NAME_PARTICLES for word in words) and words[0][0].isupper()
    return names[0] if named and words[-1][0].isupper() else None


def date_line(text: str, /) -> date | None:
    """The date that stands on a line of its own near the start of ``text`` ("4 March 2024", "Published: 2024-03-04").

    It may follow the author's name. None when there is none, more than one, or one in figures that may be read in two
    ways.
    """
    lines = [" ".join(line.split()).strip("*_ ") for line in text.lstrip()[:10_000].splitlines() if line.strip()][:8]
    found = {day for line in lines if (day := _dated(line))}
    return found.pop() if len(found) == 1 else None


def _named(line: str, /) -> str | None:
    """The name of a byline, which a date may follow."""
    if match := _BYLINE.fullmatch(line):
        return match[1]
    words, *rest = _BETWEEN.split(line, maxsplit=1)
    match = _BYLINE.fullmatch(words)
    return match[1] if match and rest and _dated(rest[0]) else None


def _dated(line: str, /) -> date | None:
    """The day that a line tells: a line of nothing else, or of a byline before it."""
    if match := _DATE_LINE.fullmatch(line):
        return _day(match)
    if match := _RUSSIAN_DATE_LINE.fullmatch(line):
        return _of(match["year"], _RUSSIAN_MONTHS.index(match["month"].lower()), match["day"])
    words, *rest = _BETWEEN.split(line, maxsplit=1)
    return _dated(rest[0]) if rest and _BYLINE.fullmatch(words) else None


def _day(match: re.Match[str], /) -> date | None:
    if match["iso"]:
        return as_date(match["iso"])
    month = (match["month"] or match["month2"])[:3].lower()
    return _of(match["year"] or match["year2"], _MONTHS.index(month), match["day"] or match["day2"])


def _of(year: str, month: int, day: str, /) -> date | None:
    """The day; ``month`` counts from 0."""
    try:
        return date(int(year), month + 1, int(day))
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
