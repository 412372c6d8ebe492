"""Tables for a terminal: what they tell, and that no article can write to the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from sample_results import SAID, Sample, find, sample_article, sample_extraction, sample_summary, stated

from extractor.render import render
from extractor.render.phrases import by_when, checkable, how_likely, plain
from extractor.schemas import Horizon, Likelihood, Verifiability

ARTICLE = sample_article()
LIKELY = find(ARTICLE, "likely")
RISKY = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x1b", "\x07", "\r", "\b", "\u202e", "a", "[bold]", ":smile:", " "]
    ),
    min_size=1,
).map("".join)


@pytest.mark.parametrize("sample", [sample_extraction, sample_summary])
@pytest.mark.parametrize("said", ["[bold red]x[/] [link=http://a]y[/link] :smile:", "[/]", "\\[x]", "50% [sic]"])
def test_markup_of_rich_is_shown_as_it_is(sample: Sample, said: str) -> None:
    """Square brackets and emoji names in an article are text."""
    text = render(sample(said), "table", width=400)
    assert text.count(said) >= 5
    assert "\x1b" not in text


@given(said=RISKY.filter(lambda text: plain(text) != ""))
@settings(max_examples=50, deadline=None)
def test_no_control_character_reaches_the_terminal(said: str) -> None:
    """Escape sequences go as a whole, and no control character but the end of a line is left."""
    for sample in (sample_extraction, sample_summary):
        text = render(sample(said), "table")
        assert {unicodedata.category(character) for character in text.replace("\n", "")}.isdisjoint({"Cc", "Cs"})
        assert "\u202e" not in text and "[31m" not in text and "title" not in text


@pytest.mark.parametrize("width", [80, 50])
@pytest.mark.parametrize(
    "said", [SAID * 5, "unbreakable" * 30, "港口的旧码头将会满员" * 12, "الرصيف القديم سيمتلئ قريبا " * 8]
)
def test_no_line_is_wider_than_the_terminal(said: str, width: int) -> None:
    """Long words and wide characters are folded, and none is lost."""
    for sample in (sample_extraction, sample_summary):
        text = render(sample(said.strip()), "table", width=width)
        assert max(cell_len(line) for line in text.splitlines()) <= width
        assert text.count(said[0]) >= 5 * said.count(said[0])


def test_right_to_left_text_is_unharmed() -> None:
    """Arabic and Persian text keeps its characters and their order, the joiners too."""
    said = "رئیس بندر می‌گوید: اسکله پر می‌شود"
    assert said in render(sample_extraction(said), "table", width=200)


def test_the_tables_of_an_extraction_tell_what_was_found() -> None:
    """Experts and claims, positions with stance and target, predictions with likelihood and horizon, rejected items."""
    text = render(sample_extraction(), "table", width=240)
    for told in (
        "Experts",
        f"against → {SAID}",
        "Ana Roe (reported by Piet Maas)",
        "“likely”: likely, 55–80%",
        "“by 2031”: 2026-03-17 to 2031-12-31",
        "occurs",
        "Rejected",
        f"content: not in the article: {SAID}",
    ):
        assert told in text


def test_a_summary_is_text_with_counts_of_evidence() -> None:
    """Each sentence is followed by the number of passages that prove it."""
    text = render(sample_summary(), "table")
    assert text.count("(1 passage)") == 4
    assert text.count("(2 passages)") == 1
    assert f"Ana Roe: {SAID}" in text


def test_a_name_is_not_said_twice() -> None:
    """A sentence that begins with the expert's name is not introduced by it."""
    text = render(sample_summary("Ana Roe is content"), "table")
    assert "Ana Roe is content (1 passage)" in text and "Ana Roe: " not in text


def test_color_only_where_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets bold titles, a pipe plain text."""
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1m" in render(sample_extraction(), "table", color=True)
    assert "\x1b" not in render(sample_extraction(), "table")


def test_an_empty_extraction_says_so() -> None:
    """Nothing found is told in words."""
    text = render(sample_extraction(SAID, experts=(), positions=(), predictions=(), rejected=()), "table")
    assert "No expert, position or prediction was found." in text


@pytest.mark.parametrize(
    ("likelihood", "told"),
    [
        (Likelihood(), "–"),
        (Likelihood(words=LIKELY), "“likely”"),
        (
            Likelihood(words=LIKELY, negated=True, band="unlikely", low=20, high=45),
            "“likely” (that not): unlikely, 20–45%",
        ),
        (Likelihood(band="likely", low=55, high=80, stated=stated(LIKELY, 70, 70)), "stated 70%, likely"),
        (Likelihood(words=LIKELY, stated=stated(LIKELY, 10.5, 20)), "“likely”: stated 10.5–20%"),
    ],
)
def test_how_likely_is_told_in_words_and_on_the_scale(likelihood: Likelihood, told: str) -> None:
    """The words come first, then what they stand for; a stated probability takes the place of the band's range."""
    assert how_likely(likelihood) == told


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "–"),
        ({"words": LIKELY}, "“likely”"),
        ({"start": "2026-01-02", "end": "2026-01-02"}, "2026-01-02"),
        ({"start": "2026-01-02"}, "from 2026-01-02"),
        ({"words": LIKELY, "end": "2026-01-02"}, "“likely”: until 2026-01-02"),
    ],
)
def test_by_when_is_told_in_words_and_dates(fields: dict[str, object], told: str) -> None:
    """The words come first, then the dates; one day is one date."""
    assert by_when(Horizon.model_validate(fields)) == told


def test_what_cannot_be_checked_is_named() -> None:
    """The level of verifiability comes with what is missing."""
    assert checkable(Verifiability(level="partly", missing=("date", "metric"))) == "partly: no date, metric"
    assert checkable(Verifiability(level="verifiable")) == "verifiable"
