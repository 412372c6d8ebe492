"""Statements and predictions: how contents are worded, and which of them are about the future."""

from __future__ import annotations

import pytest

from extractor.builtin import BuiltinEngine
from extractor.builtin.forecasts import affirm, future_at, is_plan, lacks
from extractor.schemas import Article
from extractor.schemas.article import text_id
from extractor.schemas.drafts import DraftPosition, DraftPrediction


def only_claim(text: str) -> DraftPosition | DraftPrediction:
    """The last claim of a text."""
    found = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en")).draft
    claims: list[DraftPosition | DraftPrediction] = [*found.positions, *found.predictions]
    return claims[-1]


@pytest.mark.parametrize(
    ("clause", "event", "negated"),
    [
        ("the dam is unlikely to hold", "the dam will hold", False),
        ("the dam will probably not hold", "the dam will hold", True),
        ("the dam won't hold", "the dam will hold", True),
        ("the dam likely won’t hold", "the dam will hold", True),
        ("the dam would almost certainly hold", "the dam will hold", False),
        ("the dam may not hold", "the dam will hold", True),
        ("the dam isn't going to hold", "the dam will hold", True),
        ("it is unlikely that the dam would hold", "the dam will hold", False),
        ("if it rains, the dam will break", "the dam will break", False),
        ("the dam will break unless it is mended", "the dam will break", False),
        ("even if it rains, the dam could hold", "even if it rains, the dam will hold", False),
        ("while it may rain, the dam is bound to hold", "while it may rain, the dam will hold", False),
        ("the dam will not hold and never did", "the dam will not hold and never did", False),
        ("a dam of hope", "a dam of hope", False),
    ],
)
def test_events_are_told_affirmatively(clause: str, event: str, negated: bool) -> None:
    """Likelihood words, "not" and the condition leave the clause; where no safe rule applies it stays."""
    told = affirm(clause)
    assert (told.text, told.negated) == (event, negated)


@pytest.mark.parametrize(
    "clause",
    [
        "the dam leaks",
        "the dam should be mended",
        "the dam would have broken",
        "the dam might have broken",
        "they asked what will be done",
        "she would like to go",
        "nobody knows if it will rain",
    ],
)
def test_what_is_not_about_the_future(clause: str) -> None:
    """Facts, duties, counterfactuals, questions and conditions are no forecasts."""
    assert future_at(clause) is None


@pytest.mark.parametrize(("clause", "plan"), [("he will go", True), ("we won't go", True), ("he might go", False)])
def test_plans_are_the_holders_own(clause: str, plan: bool) -> None:
    """What the holder says he will do is a plan; what he might do is none."""
    assert is_plan(clause) is plan


def test_what_an_event_lacks() -> None:
    """Without a figure the threshold is missing, with a vague subject the entity."""
    assert lacks("It will grow.") == ["threshold", "entity"]
    assert lacks("Traffic will grow by 3 percent.") == []


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Ann Roe says that she was ill.", "Ann Roe was ill."),
        ("Ann Roe says her dam leaks.", "Ann Roe’s dam leaks."),
        ("The farmers say they're poor and tired.", "The farmers are poor and tired."),
        ("“I don't trust the dam,” Ann Roe said.", "Ann Roe doesn’t trust the dam."),
        ("“I'm afraid of the dam,” Ann Roe said.", "Ann Roe is afraid of the dam."),
        ("“I believe the dam leaks,” Ann Roe said.", "Ann Roe believes the dam leaks."),
        ("“We love our dam,” Ann Roe said.", "Ann Roe says: We love our dam."),
        ("“He is a fool,” Ann Roe said.", "Ann Roe says: He is a fool."),
        ("“The old dam leaks. It always did.” said Ann Roe.", "The old dam leaks."),
        ("Ann Roe criticized the old dam.", "Ann Roe criticized the old dam."),
        ("Ann Roe has urged the council to mend the dam.", "Ann Roe has urged the council to mend the dam."),
        ("Ann Roe spoke at length, praising the old dam.", "Ann Roe praises the old dam."),
        ("The old dam was praised by many farmers.", "Many farmers praise the old dam."),
        ("Ann Roe did not mention the dam.", "Ann Roe did not mention the dam."),
        ("The campaign is over. Its report criticized the dam.", "The report criticized the dam."),
    ],
)
def test_statements(text: str, statement: str) -> None:
    """Statements stand alone: the holder's name for pronouns, the whole sentence where the content is a phrase."""
    assert only_claim(text).statement == statement


@pytest.mark.parametrize(
    ("text", "kind", "stance", "target"),
    [
        ("Ann Roe said the council should mend the dam.", "policy", "favor", "the council should mend the dam"),
        ("Ann Roe said the council must not sell the dam.", "policy", "against", "the council must sell the dam"),
        ("Ann Roe vowed to mend the dam.", "intention", "favor", "mend the dam"),
        ("Ann Roe vowed not to sell the dam.", "intention", "against", "sell the dam"),
        ("Ann Roe wants the council to mend the dam.", "policy", "favor", "council"),
        ("Ann Roe praised the council for its courage.", "value", "favor", "the council"),
        ("Ann Roe did not support the council.", "value", "against", "the council"),
        ("Ann Roe is sceptical of the plan.", "fact", "against", "the plan"),
        ("Ann Roe said the plan is a disaster.", "value", "against", "the plan"),
        ("Ann Roe said the plan is not fair.", "value", "against", "the plan"),
        ("Ann Roe said the dam leaks.", "fact", "neutral", "dam"),
    ],
)
def test_positions(text: str, kind: str, stance: str, target: str) -> None:
    """Kind, stance and target follow from the cue and from words of judgement."""
    made = only_claim(text)
    assert isinstance(made, DraftPosition)
    assert (made.kind, made.stance) == (kind, stance)
    assert target in made.target


@pytest.mark.parametrize(
    ("text", "words", "condition", "horizon"),
    [
        ("Ann Roe says the dam will break by 2030.", "will", None, "by 2030"),
        ("Ann Roe thinks the dam is likely to break if it rains.", "likely", "if it rains", None),
        ("Ann Roe expects the dam to break next year.", None, None, "next year"),
    ],
)
def test_predictions(text: str, words: str | None, condition: str | None, horizon: str | None) -> None:
    """The words of likelihood, the condition and the horizon are looked up in the content."""
    made = only_claim(text)
    assert isinstance(made, DraftPrediction)
    assert (made.likelihood_words, made.condition, made.horizon_words) == (words, condition, horizon)


@pytest.mark.parametrize(
    "text",
    ["Ann Roe said she will leave town.", "Ann Roe plans to leave town.", "Ann Roe said it would have broken."],
)
def test_own_plans_and_counterfactuals_are_positions(text: str) -> None:
    """What the holder decides, and what would have been, is no prediction."""
    assert isinstance(only_claim(text), DraftPosition)


def test_topics_prefer_words_that_the_article_repeats() -> None:
    """A topic is two to four words of the content."""
    made = only_claim("The river dam leaks. Ann Roe said that old people fear the river dam.")
    assert made.topic == "river dam"


def test_nobody_as_the_subject_is_a_negation() -> None:
    """ "No minister would sign" tells the event affirmatively, and that it does not happen."""
    claim = only_claim("Ann Roe said that no Dutch minister would sign such a bill before 2031.")
    assert isinstance(claim, DraftPrediction)
    assert (claim.statement, claim.negated) == ("Any Dutch minister will sign such a bill before 2031.", True)


def test_what_only_stands_in_capitals_is_no_cue() -> None:
    """Words of a headline that no lexicon knows attribute nothing."""
    text = "Why I Changed My Mind About the Tram\n\nThe tram opens in May."
    assert not BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en")).draft.positions
