"""Quotation marks: where they pair up, and what they make of a claim."""

from __future__ import annotations

import pytest

from extractor.quotations import quotations, quote_type
from extractor.schemas import Span


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “yes” and “no”.", ["“yes”", "“no”"]),
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ("Он сказал: «да» и ушёл.", ["«да»"]),
        ("Er sagte „ja“ und ging.", ["„ja“"]),
        ("他说「好」。", ["「好」"]),
        ("“One.\n“Two,” he said.", ["“One.", "“Two,”"]),
        ("Nobody said anything.", []),
        ('A 6" pipe and nothing more.', []),
    ],
)
def test_marks_pair_up(text: str, found: list[str]) -> None:
    """Quotations of several languages and over paragraphs are found, marks included."""
    assert [text[start:end] for start, end in quotations(text)] == found


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (["“We are full,”"], "direct"),
        (["We are full"], "direct"),
        (["the port is “too small”"], "mixed"),
        (["“We are full,”", "the port is “too small”"], "mixed"),
        (["he left"], "indirect"),
    ],
)
def test_the_quote_type_is_computed_from_the_marks(content: list[str], kind: str) -> None:
    """Direct when every word is quoted, indirect when none is, else mixed."""
    text = "“We are full,” she said, and that the port is “too small” before he left."
    spans = [Span(start=text.index(part), end=text.index(part) + len(part), text=part) for part in content]
    assert quote_type(spans, quotations(text)) == kind
