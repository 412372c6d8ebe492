"""Cutting a text into segments: nothing is lost, nothing overlaps, and marks are counted where they hold."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.render.html.segments import Mark, Role, cut

ROLES: tuple[Role, ...] = get_args(Role)
TEXT = "The ferry will stop, says the mayor."


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """A text and marks within it."""
    text = draw(st.text(min_size=1, max_size=60))
    starts = st.integers(0, len(text) - 1)
    roles = st.sampled_from(ROLES)
    drawn = draw(st.lists(st.tuples(starts, st.integers(1, len(text)), roles), max_size=12))
    return text, [Mark(start, min(start + length, len(text)), role) for start, length, role in drawn]


@given(marked())
def test_segments_are_the_text(case: tuple[str, list[Mark]]) -> None:
    """Put together they are the text, each at its own offsets, and none is empty."""
    text, marks = case
    segments = cut(text, marks)
    assert "".join(segment.text for segment in segments) == text
    assert all(text[segment.start : segment.end] == segment.text != "" for segment in segments)
    assert all(one.end == other.start for one, other in pairwise(segments))


@given(marked())
def test_a_segment_counts_what_covers_it(case: tuple[str, list[Mark]]) -> None:
    """Depth and roles are those of the marks that hold each of its characters."""
    text, marks = case
    for segment in cut(text, marks):
        for place in range(segment.start, segment.end):
            here = [mark for mark in marks if mark.start <= place < mark.end]
            assert segment.depth == len(here)
            assert segment.roles == tuple(sorted({mark.role for mark in here}))
            assert segment.contents == sum(mark.role in ("position", "prediction") for mark in here)


@given(marked())
def test_a_mark_begins_and_ends_where_a_segment_does(case: tuple[str, list[Mark]]) -> None:
    """So that a span is told by whole segments."""
    text, marks = case
    segments = cut(text, marks)
    starts, ends = {segment.start for segment in segments}, {segment.end for segment in segments}
    assert all(mark.start in starts and mark.end in ends for mark in marks)


def test_overlaps_are_cut_apart() -> None:
    """Two marks that overlap make three segments with marks, the middle one with both."""
    segments = cut(TEXT, [Mark(4, 14, "position"), Mark(10, 19, "prediction")])
    assert [(one.text, one.contents) for one in segments] == [
        ("The ", 0), ("ferry ", 1), ("will", 2), (" stop", 1), (", says the mayor.", 0)
    ]  # fmt: skip
    assert segments[2].roles == ("position", "prediction")


def test_a_text_without_marks_is_one_segment() -> None:
    """And an empty one is none."""
    assert [segment.text for segment in cut(TEXT, [])] == [TEXT]
    assert cut("", []) == ()


@pytest.mark.parametrize("mark", [Mark(3, 3, "cue"), Mark(-1, 2, "cue"), Mark(30, 99, "cue")])
def test_a_mark_outside_of_the_text_is_refused(mark: Mark) -> None:
    """It would be drawn in a wrong place, or nowhere."""
    with pytest.raises(ValueError, match="not within a text of 36 characters"):
        cut(TEXT, [mark])


def test_many_overlapping_marks_stay_small() -> None:
    """10,000 marks over the same place make no more than two segments each, and none lists the others."""
    size = 10_000
    text = "x" * (2 * size - 1)
    segments = cut(text, [Mark(place, size + place, "position") for place in range(size)])
    assert len(segments) <= 2 * size + 1
    assert max(segment.contents for segment in segments) == size
    assert all(segment.roles == ("position",) for segment in segments)
