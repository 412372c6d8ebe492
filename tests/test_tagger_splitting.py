"""Sentences of English text by rule: where they end, and that nothing is lost."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.builtin.splitting import split


def told(text: str) -> list[str]:
    """The sentences as text."""
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It leaks.", "Nobody minds."],
        ["Mr. Roe asked Sen. Maas of the U.S. Senate.", "She agreed."],
        ["J. R. Roe lives in the U.S.", "The dam is near."],
        ["“It leaks.”", "“Badly?”", "She left…", "“No!”"],
        ["It cost $3.5 million in Jan. 2020.", "1,200 people came."],
        ["大坝漏水。", "没有人在意。"],
    ],
)
def test_sentences_are_found(sentences: list[str]) -> None:
    """Full stops of abbreviations, initials and figures end no sentence; marks before an opening word do."""
    text = ("" if "。" in sentences[0] else " ").join(sentences)
    assert told(text) == sentences


def test_lines_end_sentences() -> None:
    """A line break ends a sentence without a mark, and blank lines are none."""
    assert told("A headline\n\nThe dam leaks") == ["A headline", "The dam leaks"]


def test_what_never_ends_is_cut() -> None:
    """A text without marks is cut at blanks into pieces that can be read in time."""
    pieces = told("leaks " * 5_000)
    assert len(pieces) > 1
    assert all(piece.startswith("leaks") and piece.endswith("leaks") for piece in pieces)


@given(st.text(max_size=200))
def test_only_whitespace_lies_outside(text: str) -> None:
    """The sentences ascend, do not overlap and hold every character that is no whitespace."""
    spans = split(text)
    assert spans == sorted(spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    assert "".join("".join(told(text)).split()) == "".join(text.split())
