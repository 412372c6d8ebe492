"""Likelihood: words of estimative probability, their negations, figures, and the outcome that they make expected."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from likelihood_cases import (
    ENGLISH,
    EVEN,
    FIGURES,
    LIKELY,
    NO,
    NO_FIGURE,
    NOT,
    OCCURS,
    OPEN,
    RUSSIAN,
    SURE,
    UN,
    VERY,
    VERY_UN,
)

from extractor.lexicons import fold, load
from extractor.likelihood import BOUNDS, LEXICON_VERSION, complement, find_likelihood_words, read_likelihood, supports
from extractor.schemas import Likelihood, Span
from extractor.schemas.claims import Band, Expected


def read(words: str, *, negated: bool = False, language: str | None = "en") -> tuple[Likelihood, Expected]:
    """The reading of words that stand at offset 40 of some article."""
    return read_likelihood(Span(start=40, end=40 + len(words), text=words), negated=negated, language=language)


@pytest.mark.parametrize(("words", "band", "expected"), ENGLISH)
def test_english_words_have_their_band_and_outcome(words: str, band: Band | None, expected: str) -> None:
    """Each English phrase gets the band and the expected outcome of the table."""
    likelihood, outcome = read(words)
    assert (likelihood.band, outcome) == (band, expected)


@pytest.mark.parametrize(("words", "band", "expected"), RUSSIAN)
def test_russian_words_have_their_band_and_outcome(words: str, band: Band | None, expected: str) -> None:
    """Each Russian phrase gets the band and the expected outcome of the table."""
    likelihood, outcome = read(words, language="ru")
    assert (likelihood.band, outcome) == (band, expected)


@pytest.mark.parametrize(("words", "low", "high", "band", "expected"), FIGURES)
def test_a_stated_probability_sets_the_band(words: str, low: float, high: float, band: Band, expected: str) -> None:
    """A probability in figures is reported as given, and the middle of it sets the band."""
    likelihood, outcome = read(words)
    assert likelihood.stated is not None
    assert (likelihood.stated.low, likelihood.stated.high) == pytest.approx((low, high))
    assert (likelihood.band, outcome) == (band, expected)


@pytest.mark.parametrize("words", NO_FIGURE)
def test_figures_that_are_no_probability_are_left_alone(words: str) -> None:
    """A percentage or a ratio of something else never becomes a probability."""
    assert read(words)[0].stated is None


@pytest.mark.parametrize("words", [row[0] for row in FIGURES])
def test_the_span_of_a_figure_is_exact(words: str) -> None:
    """The span of a stated probability holds the very characters of the article at its offsets."""
    stated = read(words)[0].stated
    assert stated is not None
    assert stated.span.text == words[stated.span.start - 40 : stated.span.end - 40]


def test_the_span_of_a_figure_is_the_figure() -> None:
    """The span encloses number and unit without the words around them."""
    stated = read("roughly a 70 percent chance")[0].stated
    assert stated is not None
    assert (stated.span.start, stated.span.text) == (50, "70 percent")


@pytest.mark.parametrize("band", BOUNDS)
def test_bands_report_their_bounds(band: Band) -> None:
    """Low and high are the bounds of the band in percent."""
    words = {NO: "no chance", VERY_UN: "little chance", UN: "unlikely", EVEN: "even odds", LIKELY: "likely"}
    words |= {VERY: "very likely", SURE: "inevitable"}
    likelihood, _ = read(words[band])
    assert (likelihood.low, likelihood.high) == BOUNDS[band]


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        *((0, NO), (4.9, NO), (5, VERY_UN), (19.9, VERY_UN), (20, UN), (45, EVEN), (54.9, EVEN)),
        *((55, LIKELY), (79.9, LIKELY), (80, VERY), (94.9, VERY), (95, SURE), (100, SURE)),
    ],
)
def test_bands_are_half_open(percent: float, band: Band) -> None:
    """A bound belongs to the band above it, and 100 percent to the last."""
    assert read(f"a {percent} percent chance")[0].band == band


@pytest.mark.parametrize("band", BOUNDS)
def test_the_complement_is_its_own_inverse(band: Band) -> None:
    """The opposite of the opposite event has the band of the event, and bounds mirror each other."""
    assert complement(complement(band)) == band
    low, high = BOUNDS[complement(band)]
    assert (100 - high, 100 - low) == BOUNDS[band]


@pytest.mark.parametrize(
    ("words", "plain", "turned"),
    [
        ("likely", LIKELY, UN),
        ("unlikely", UN, LIKELY),
        ("almost certainly", SURE, NO),
        ("little chance", VERY_UN, VERY),
        ("even odds", EVEN, EVEN),
        ("more likely than not", LIKELY, UN),
        ("could", None, None),
    ],
)
def test_negated_turns_the_band_round(words: str, plain: Band | None, turned: Band | None) -> None:
    """Words about the event not happening give the statement the complement of their band."""
    assert read(words)[0].band == plain
    assert read(words, negated=True)[0].band == turned


def test_negated_turns_a_figure_round() -> None:
    """A 60-70 percent chance that it does not happen is a 30-40 percent chance that it does."""
    likelihood, expected = read("a 60 to 70 percent chance", negated=True)
    assert likelihood.stated is not None
    assert (likelihood.stated.low, likelihood.stated.high, likelihood.band, expected) == (30, 40, UN, NOT)


@pytest.mark.parametrize(
    "words", ["will not", "won't", "not likely", "probably not", "would never", "not a chance", "a 30% chance it won't"]
)
def test_a_negation_written_in_the_words_counts_once(words: str) -> None:
    """Marking the negation that the words already hold changes nothing."""
    once, twice = read(words), read(words, negated=True)
    assert (once[0].band, once[0].stated, once[1]) == (twice[0].band, twice[0].stated, twice[1])


@pytest.mark.parametrize(("negated", "expected"), [(False, OCCURS), (True, NOT)])
def test_no_words_read_as_plain_will(negated: bool, expected: str) -> None:
    """Without words of likelihood there is no band, and the event is expected unless it is negated."""
    likelihood, outcome = read_likelihood(None, negated=negated, language="en")
    assert outcome == expected
    assert likelihood == Likelihood(negated=negated)


@pytest.mark.parametrize(("negated", "expected"), [(False, OCCURS), (True, NOT)])
def test_negated_flips_plain_will(negated: bool, expected: str) -> None:
    """Plain will has no band, and a negation outside the words turns the outcome."""
    assert read("will", negated=negated)[1] == expected


@pytest.mark.parametrize(
    ("language", "known"), [("en", True), ("en-GB", True), ("ru", True), ("de", False), (None, False)]
)
def test_languages_with_a_lexicon(language: str | None, known: bool) -> None:
    """English and Russian are read, whatever the region; elsewhere words are kept and say nothing."""
    assert supports(language) is known
    likelihood, expected = read("likely" if language != "ru" else "вероятно", language=language)
    assert (likelihood.band, expected) == ((LIKELY, OCCURS) if known else (None, OPEN))
    assert likelihood.words is not None


def test_words_outside_the_lexicon_are_uncertain() -> None:
    """Words that the lexicon does not hold get no band."""
    likelihood, expected = read("on the cards")
    assert (likelihood.band, likelihood.low, expected) == (None, None, OPEN)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("Prices will probably not fall next year", "will probably not"),
        ("The truce is highly unlikely to hold", "highly unlikely"),
        ("There is a 70 percent chance of rain", "70 percent chance"),
        ("The ruble will, in all likelihood, recover", "in all likelihood"),
        ("The chance is 40 percent or more, she said", "chance is 40 percent or more"),
        ("They won't return to the table", "won't"),
        ("In May the bank may act", "may"),
        ("The talks could, he said, resume", "could"),
        ("Mr. Will Harper left as soon as possible in May", None),
        ("It reflects the will of the people", None),
        ("He voted against the bill", None),
    ],
)
def test_finding_the_words_in_a_clause(clause: str, words: str | None) -> None:
    """The words with a band or figure come before plain modals; names and idioms are passed over."""
    found = find_likelihood_words(clause, language="en")
    assert (found and clause[slice(*found)]) == words


def test_finding_the_words_in_russian() -> None:
    """Russian clauses are searched too, other languages are not."""
    clause = "Переговоры, скорее всего, не возобновятся"
    found = find_likelihood_words(clause, language="ru")
    assert found is not None
    assert clause[slice(*found)] == "скорее всего, не"
    assert find_likelihood_words(clause, language="fr") is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_phrase_of_the_lexicon_has_the_band_of_its_section(language: str) -> None:
    """What stands in the file under a band is read as that band."""
    data = load("likelihood", language)
    for band, templates in data["bands"].items():
        for phrase in (template for template in templates if "<" not in template):
            assert read(phrase, language=language)[0].band == band, phrase


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_phrase_stands_under_two_bands(language: str) -> None:
    """A phrase has one band, however its sets are filled in."""
    data = load("likelihood", language)
    seen: dict[str, str] = {}
    for band, templates in data["bands"].items():
        for template in templates:
            for phrase in _filled(template, data["sets"]):
                assert seen.setdefault(phrase, band) == band, phrase


def _filled(template: str, sets: dict[str, list[str]]) -> list[str]:
    match = re.search(r"<(\w+)>", template)
    if match is None:
        return [template]
    before, after = template[: match.start()], template[match.end() :]
    return [filled for word in sets[match[1]] for filled in _filled(before + word + after, sets)]


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=60), st.booleans(), st.sampled_from(["en", "ru", "xx"]))
def test_any_words_can_be_read(words: str, negated: bool, language: str) -> None:
    """Rubbish never raises, and a band always comes with its bounds."""
    likelihood, _ = read(words, negated=negated, language=language)
    assert (likelihood.low, likelihood.high) == (BOUNDS[likelihood.band] if likelihood.band else (None, None))
    find_likelihood_words(words, language=language)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([row[0] for row in [*ENGLISH, *FIGURES[:8]]]), min_size=1, max_size=3))
def test_band_and_outcome_never_contradict(parts: list[str]) -> None:
    """However phrases are combined, a band above even goes with "occurs" and one below even with "does_not_occur"."""
    likelihood, expected = read(" and ".join(parts))
    if likelihood.band is not None and likelihood.band != EVEN:
        assert expected == (OCCURS if BOUNDS[likelihood.band][0] >= 50 else NOT)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=40) | st.just("İstanbul ’likely’\u2009–\u00a0Ё"))
def test_folding_keeps_every_index(text: str) -> None:
    """Folded text is as long as the text, so that offsets found in it are offsets of the article."""
    assert len(fold(text)) == len(text)


def test_the_lexicon_has_a_version() -> None:
    """The version goes into the provenance of every result."""
    assert re.fullmatch(r"\d{4}\.\d+", LEXICON_VERSION)
