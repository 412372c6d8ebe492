"""What the pages decide before anything is shown: pages of lists, words, topics and months."""

from __future__ import annotations

from datetime import date

import pytest
from sample_stored import sample_ref, stored_position, stored_prediction

from extractor.errors import InputError
from extractor.schemas.stored import Timeline
from extractor.service.pages.paging import page_number, paged
from extractor.service.pages.timelines import periods, topics
from extractor.service.pages.wording import listing, told, until


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, 1), ("", 1), ("3", 3), ("0", 1), ("-1", 1), ("²", 1), ("1e3", 1), ("9" * 30, 1), ("99999", 10_000)],
)
def test_page_numbers_make_sense(text: str | None, number: int) -> None:
    """What is no number of a page is the first one."""
    assert page_number(text) == number


def test_a_page_knows_its_neighbours() -> None:
    """One row more than is shown tells whether there is a page after it; the first page has no number."""
    rows = [*range(7)]
    middle = paged(
        lambda limit, offset: rows[offset : offset + limit], "/x", {"q": "a b", "kind": ""}, number=2, size=3
    )
    assert [*middle.rows] == [3, 4, 5]
    assert (middle.before, middle.after) == ("/x?q=a+b", "/x?q=a+b&page=3")
    last = paged(lambda limit, offset: rows[offset : offset + limit], "/x", {}, number=3, size=3)
    assert ([*last.rows], last.before, last.after) == ([6], "/x?page=2", None)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (date(2026, 5, 10), "today"),
        (date(2026, 5, 11), "in 1 day"),
        (date(2026, 3, 20), "51 days ago"),
        (date(2026, 12, 10), "in 7 months"),
        (date(2023, 1, 1), "3 years ago"),
    ],
)
def test_distances_are_told_in_words(end: date, words: str) -> None:
    """Days, then months, then years."""
    assert until(end, date(2026, 5, 10)) == words


def test_advice_about_the_command_line_stays_there() -> None:
    """A page tells what is wrong, not which command to type."""
    assert told(InputError("no claim 7 is stored; 'extractor claims list' shows them")) == "no claim 7 is stored"
    assert told(InputError("the note is blank; write something")) == "the note is blank; write something"


def test_topics_differ_by_more_than_case() -> None:
    """Positions on a topic stand together however it is written; predictions are no positions."""
    first, second = stored_position("Tolls", id=1), stored_position("tolls", id=2)
    found = topics([first, second, stored_prediction("tolls"), stored_position("ferries", id=4)])
    assert [(topic.name, [claim.id for claim in topic.claims], topic.against) for topic in found] == [
        ("tolls", [2, 1], 2),
        ("ferries", [4], 1),
    ]


def test_undated_claims_come_last() -> None:
    """Months run backwards."""
    days = (date(2025, 1, 5), date(2026, 1, 5), None)
    claims = tuple(stored_position(id=n, article=sample_ref(published=day)) for n, day in enumerate(days))
    found = periods(Timeline(expert=claims[0].expert, claims=claims))
    assert [period.name for period in found] == ["January 2026", "January 2025", "Undated"]


def test_lists_read_as_sentences() -> None:
    """The last one is joined by a word."""
    assert [listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
