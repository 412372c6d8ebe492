"""Attitudes: what is doubted, denied, hoped or feared is not told as what its holder expects."""

from __future__ import annotations

import pytest

from extractor.builtin import BuiltinEngine
from extractor.likelihood import read_likelihood
from extractor.schemas import Article
from extractor.schemas.article import text_id
from extractor.schemas.drafts import DraftPosition, DraftPrediction


def claims(text: str) -> list[DraftPosition | DraftPrediction]:
    """The claims of a text, positions first."""
    found = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en")).draft
    return [*found.positions, *found.predictions]


def expected(text: str) -> str:
    """The outcome that the only prediction of a text expects."""
    found = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en"))
    (draft,), (spans,) = found.draft.predictions, found.predictions
    return read_likelihood(spans.likelihood, negated=draft.negated, language="en")[1]


@pytest.mark.parametrize(
    ("text", "words", "outcome"),
    [
        ("Many farmers doubt the canal will ever carry grain.", "doubt", "does_not_occur"),
        ("Ann Roe doubts that the canal will carry grain.", "doubts", "does_not_occur"),
        ("Ann Roe doubted the canal would carry grain.", "doubted", "does_not_occur"),
        ("Ann Roe is skeptical that the canal will carry grain.", "is skeptical", "uncertain"),
        ("“I doubt the canal will carry grain,” Ann Roe said.", "I doubt", "does_not_occur"),
        ("Ann Roe does not doubt that the canal will carry grain.", "will", "occurs"),
    ],
)
def test_doubt_is_the_words_of_likelihood(text: str, words: str, outcome: str) -> None:
    """What is doubted is told affirmatively and does not come out as occurring; doubt that is denied is none."""
    (made,) = claims(text)
    assert isinstance(made, DraftPrediction)
    assert (made.statement, made.likelihood_words, made.negated) == ("The canal will carry grain.", words, False)
    assert expected(text) == outcome


@pytest.mark.parametrize(
    "text",
    [
        "Ann Roe does not expect that the canal will carry grain.",
        "Ann Roe doesn't expect the canal to carry grain.",
        "Ann Roe does not think the canal will carry grain.",
        "Ann Roe denies that the canal will carry grain.",
        "Ann Roe ruled out that the canal would ever carry grain.",
        "“I don't believe the canal will carry grain,” Ann Roe said.",
        "Ann Roe said that she does not believe that the canal will carry grain.",
    ],
)
def test_a_denied_event_is_negated(text: str) -> None:
    """A negated cue, a denial and an opening 'I don't believe' turn the event round."""
    (made,) = claims(text)
    assert isinstance(made, DraftPrediction)
    assert (made.statement, made.negated) == ("The canal will carry grain.", True)
    assert expected(text) == "does_not_occur"


@pytest.mark.parametrize(
    "text",
    [
        "Ann Roe does not think that the canal will not open.",
        "Ann Roe denies that the canal is unlikely to open.",
        "Ann Roe is not sure that the canal will open.",
        "Nobody expects that the canal will open.",
        "Ann Roe disputes the claim that the canal will open.",
        "Ann Roe is not convinced that the canal will open.",
        "Ann Roe ruled out a new canal.",
    ],
)
def test_what_cannot_be_turned_round_is_a_position_against(text: str) -> None:
    """Two negatives, lost certainty and 'nobody' make a position with the cue in its statement and no prediction."""
    (made,) = claims(text)
    assert isinstance(made, DraftPosition)
    assert (made.kind, made.stance, made.statement) == ("fact", "against", text)


def test_what_was_not_said_is_neutral() -> None:
    """That somebody did not say something is no claim about it."""
    (made,) = claims("Ann Roe did not say that the canal will open.")
    assert isinstance(made, DraftPosition)
    assert (made.stance, made.statement) == ("neutral", "Ann Roe did not say that the canal will open.")


@pytest.mark.parametrize(
    ("text", "stance", "target"),
    [
        ("Ann Roe hopes that the canal will open in May.", "favor", "the canal will open in May"),
        ("Ann Roe wishes the canal would open in May.", "favor", "the canal would open in May"),
        ("Ann Roe fears that the canal will close.", "against", "the canal will close"),
        ("Some farmers worry the canal could close.", "against", "the canal could close"),
    ],
)
def test_hopes_and_fears_are_values(text: str, stance: str, target: str) -> None:
    """A hope is a position in favor of what is hoped, a fear one against what is feared, told with its cue."""
    (made,) = claims(text)
    assert isinstance(made, DraftPosition)
    assert (made.kind, made.stance, made.statement, made.target) == ("value", stance, text, target)


def test_a_fear_that_says_how_likely_is_a_prediction() -> None:
    """With words of likelihood that have a band a fear is a prediction."""
    (made,) = claims("Ann Roe fears that the canal is likely to close.")
    assert isinstance(made, DraftPrediction)
    assert (made.statement, made.likelihood_words) == ("The canal will close.", "likely")


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Engineers urge that the lock be rebuilt soon.", "The lock should be rebuilt soon."),
        ("Engineers recommend that the port not sell its cranes.", "The port should not sell its cranes."),
        ("The unions demand that Maas step down.", "Maas should step down."),
        ("The unions insist that the port has no cranes.", "The port has no cranes."),
        ("The unions demand that the port should pay.", "The port should pay."),
    ],
)
def test_a_demand_in_the_subjunctive_says_should(text: str, statement: str) -> None:
    """After a demanding cue a plain verb gets 'should'; finite verbs stay."""
    (made,) = claims(text)
    assert made.statement == statement


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("A study by the port warns that they could double if the lock breaks.", None),
        (
            "According to a study by the port, repairs have cost a fortune."
            " The study warns that they might double if the lock breaks.",
            "Repairs will double.",
        ),
        ("Ann Roe warned that the quay could sink if the lock breaks.", "The quay will sink."),
    ],
)
def test_a_warning_of_a_consequence_is_a_prediction(text: str, statement: str | None) -> None:
    """'could' with a condition is a prediction, whoever 'they' are; the subject of the claim before stands for it."""
    made = claims(text)[-1]
    assert isinstance(made, DraftPrediction)
    assert made.condition == "if the lock breaks"
    assert statement is None or made.statement == statement


def test_an_organizations_plan_is_no_prediction() -> None:
    """'The port says it will' is the intention of the port, told by its name."""
    (made,) = claims("The port authority says it will buy three cranes.")
    assert isinstance(made, DraftPosition)
    assert (made.kind, made.statement) == ("intention", "The port authority will buy three cranes.")


def test_only_the_clause_about_the_future_is_the_event() -> None:
    """A clause about the present beside the forecast is no part of the event."""
    (made,) = claims("“The crane is fine, but the lock will not last,” Ann Roe said.")
    assert isinstance(made, DraftPrediction)
    assert (made.statement, made.negated) == ("The lock will last.", True)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Ann Roe vowed to sell the last two cranes within six years.", "sell the last two cranes within six years"),
        ("Ann Roe said the cost of the lock has risen to three million euros.", "the cost of the lock"),
        ("Ann Roe wants all ships from the east to be searched.", "all ships from the east"),
        ("Ann Roe announced it again.", "Ann Roe announced it again"),
    ],
)
def test_targets(text: str, target: str) -> None:
    """The subject or the object of the content is the target, else the statement's own clause."""
    (made,) = claims(text)
    assert isinstance(made, DraftPosition)
    assert made.target == target
