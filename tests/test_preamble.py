"""Titles and dates of plain texts: taken when they can be nothing else, and else left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from extractor.articles.preamble import as_date, byline, date_line, front_matter, headline

BODY = "The harbour authority will close its northern quay, Mara Lind said. " * 4


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The **quay** closes #\nText.", "The **quay** closes"),
        ("# **The quay closes**\n\nText.", "The quay closes"),
        ("The quay closes\n===============\nText.", "The quay closes"),
        (f"\n\nThe quay closes\n\n{BODY}", "The quay closes"),
        (f"The quay closes\r\n\r\n{BODY}", "The quay closes"),
        (f"Will the quay close?\n{BODY}", "Will the quay close?"),
        (f"“We close the quay”\n\n{BODY}", "“We close the quay”"),
        (f"央行维持利率不变\n\n{BODY}", "央行维持利率不变"),
        (f"The quay closes\nBy Jane Doe\n4 March 2024\n\n{BODY}", "The quay closes"),
        (f"The quay closes\nMarch 4, 2024\n{BODY}", "The quay closes"),
        (f"Причал закрывается\nПавел Зарецкий\n12 мая 2026 года\n\n{BODY}", "Причал закрывается"),
    ],
)
def test_headings_are_titles(text: str, title: str) -> None:
    """Markdown headings, and short lines set apart from a longer text, are titles."""
    assert headline(text) == title


@pytest.mark.parametrize(
    "first",
    [
        BODY.strip(),
        "The quay closes.",
        "The quay closes. So what?",
        "She said: “The quay closes.”",
        "Dear readers,",
        "in the harbour town",
        "By Jo Doe",
        "Subject: the quay",
        "Published 4 March 2024",
        "4 March 2024",
        "- The quay closes",
        "1. The quay closes",
        "https://example.test/a",
        "jo@example.test",
        "***",
        "A " + "very " * 40 + "long line",
    ],
)
def test_what_is_no_title(first: str) -> None:
    """Sentences, bylines, datelines, list items, addresses and long lines are no titles."""
    assert headline(f"{first}\n\n{BODY}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The quay closes",
        "The quay closes\n\nShort.",
        "The quay closes\nBy Jane Doe\n4 March 2024\n",
        "The bank kept its rate on\n4 March 2024 and\nMara Lind said that it would not last, as\nmany had thought.\n",
        "The bank kept its rate on\nThursday, and Mara\nLind said that it would not last, as\nmany had thought.\n",
    ],
)
def test_a_title_needs_a_text_below(text: str) -> None:
    """A line with little or nothing after it, or the first of a text with hard line breaks, is no title."""
    assert headline(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "2024-03-04",
        "4 March 2024",
        "March 4, 2024",
        "Mar. 4th, 2024",
        "Monday, 4 March 2024",
        "Published: 2024-03-04",
        "First published on Monday, March 4, 2024",
        "Date: 4 March 2024",
        "POSTED MARCH 4, 2024",
        "*By Jane Doe, 4 March 2024*",
        "By Jane Doe | March 4, 2024",
        "4 марта 2024 г.",
    ],
)
def test_a_date_on_its_own_line(line: str) -> None:
    """A full date that is alone on a line near the start is the date of publication."""
    assert date_line(f"The quay closes\n\n{line}\n\n{BODY}") == date(2024, 3, 4)


@pytest.mark.parametrize(
    "head",
    [
        "On 4 March 2024 the quay closed.",
        "03/04/2024",
        "March 2024",
        "March 4",
        "31 February 2024",
        "2024-13-45",
        "Updated: 4 March 2024",
        "4 March 2024\n5 March 2024",
        "OSLO, March 4 (Agency)",
        "a\n" * 9 + "4 March 2024",
    ],
)
def test_what_is_no_date_of_publication(head: str) -> None:
    """Dates in sentences, ambiguous, incomplete, impossible, contradictory, of updates or far below are none."""
    assert date_line(f"{head}\n\n{BODY}") is None


def test_front_matter_is_read() -> None:
    """YAML between dashes at the very start is read, keys in lower case, and the rest is the body."""
    meta, body = front_matter("---\r\nTitle: The quay\r\ndate: 2024-03-04\r\n---\r\nText.")
    assert meta == {"title": "The quay", "date": date(2024, 3, 4)}
    assert body == "Text."


@pytest.mark.parametrize(
    "text",
    [
        "Text.",
        "---\nText only.\n",
        "---\n- a\n---\nText.",
        "---\na: [\n---\nText.",
        "---\ndate: 2024-13-45\n---\nText.",
        "---\n!!python/object:os.system {}\n---\n",
        "---\na: !!bool x\n---\n",
        "---\na: !!int ''\n---\n",
        "---\na: !!timestamp x\n---\n",
        "---\n" + "[" * 3000 + "\n---\n",
    ],
)
def test_what_is_no_front_matter(text: str) -> None:
    """Rules, broken YAML and YAML of another shape belong to the text."""
    assert front_matter(text) == ({}, text)


def test_dates_are_read_strictly() -> None:
    """Dates, datetimes and ISO 8601 are dates; other forms and impossible days are not."""
    good = [date(2024, 3, 4), datetime(2024, 3, 4, 23, 59, tzinfo=UTC), "2024-03-04", " 2024-03-04T10:00:00Z "]
    assert {as_date(value) for value in good} == {date(2024, 3, 4)}
    bad = ["2024-02-30", "20240304", "2024-W10-1", "4 March 2024", "2024-03-041", "today", "", 20240304, None]
    assert {as_date(value) for value in bad} == {None}


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Title\n\nBy Jane Doe\n\nText.", "Jane Doe"),
        ("# Title\n\n*By Ursula von der Heide*\n\nText.", "Ursula von der Heide"),
        ("# Title\n\n*By Jane Doe, 4 March 2024*\n\nText.", "Jane Doe"),
        ("Title\n\nBy Jane Doe, the Tarn Courier\n\nText.", None),
        ("BY JEAN-LUC O’NEIL\nText.", "JEAN-LUC O’NEIL"),
        ("Title\n\nBy Jane Doe and Piet Maas\n\nText.", None),
        ("By Accident of birth\n\nText.", None),
        ("Title\n\nBy Monday 3 ships had left.", None),
        ("By Jane\n\nText.", None),
        ("By Jane Doe\nBy Piet Maas\nText.", None),
        ("One.\nTwo.\nThree.\nFour.\nBy Jane Doe\n", None),
    ],
)
def test_a_byline_names_the_author(text: str, author: str | None) -> None:
    """A line of its own near the start that can hardly be anything else than one person's name."""
    assert byline(text) == author


def test_aliases_do_not_unfold() -> None:
    """A few lines of YAML that name each other would be gigabytes; no front matter of an article has them."""
    lines = [
        "a: &a {x: 1}",
        *(f"{two}: &{two} {{<<: [{'*' + one}{', *' + one}]}}" for one, two in pairwise("abcdefghij")),
    ]
    text = "---\n" + "\n".join(lines) + "\n---\nText."
    assert front_matter(text) == ({}, text)


def test_a_long_line_of_signs_is_read_at_once() -> None:
    """Headings and dates are looked for in a time that does not grow with the square of a line."""
    assert headline("# Quay" + " #" * 4_000 + "\n\n" + BODY) == "Quay"
    assert headline("#" + " #" * 4_000 + "\n\n" + BODY) is None
    assert date_line("date" + " " * 4_000 + "4 March" + " " * 4_000 + "2024\n\n" + BODY) == date(2024, 3, 4)
