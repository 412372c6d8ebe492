"""What counts as right, predicted and gold."""

from __future__ import annotations

import pytest
from gold_files import MAAS, OFFICE, PILOT, ROE, TEXT, Words, places

from extractor.evaluation.attributions import Attribution
from extractor.evaluation.counts import Count, count_attributions, mean
from extractor.evaluation.words import Document

GOLD = (ROE, PILOT, MAAS, OFFICE)


def attribution(words: tuple[Words, Words, Words], text: str = TEXT) -> Attribution:
    """An attribution of words of a text."""
    source, cue, content = (tuple(places(text, part)) for part in words)
    return Attribution(source, cue, content)


def counted(predicted: list[tuple[Words, Words, Words]], gold: list[tuple[Words, Words, Words]]) -> dict[str, Count]:
    """The counts of attributions given as words."""
    return count_attributions(Document(TEXT), list(map(attribution, predicted)), list(map(attribution, gold)))


def test_what_equals_the_gold_is_right_everywhere() -> None:
    """Every figure counts all of the gold as right."""
    counts = counted(list(GOLD), list(GOLD))
    assert all(count.right == count.gold for count in counts.values())
    assert counts["attribution_source"] == Count(4, 4, 4)
    assert counts["people"] == Count(2, 2, 2)


def test_nothing_found_and_nothing_there() -> None:
    """Without predictions all is missed; without gold all is a false alarm."""
    assert counted([], [ROE])["attribution"] == Count(0, 0, 1)
    assert counted([ROE], [])["attribution"] == Count(0, 1, 0)


def test_words_of_a_role_count_once() -> None:
    """Token figures are over the union of all attributions of an article."""
    counts = counted([ROE, ROE], [ROE])
    assert counts["token.content"] == Count(4, 4, 4)
    assert counts["attribution"] == Count(1, 2, 1)


def test_strict_wants_more_of_the_content() -> None:
    """Two of five words are a match by Dice (0.57), but none by Jaccard (0.4)."""
    counts = counted([(MAAS[0], MAAS[1], ["tolls to"])], [MAAS])
    assert (counts["attribution"].right, counts["attribution_strict"].right) == (1, 0)


@pytest.mark.parametrize(
    ("predicted", "gold", "right"),
    [
        (["Ana Roe"], ["Ana Roe"], True),
        (["Roe"], ["Ana Roe"], True),
        ([], ["Ana Roe"], False),
        (["Piet Maas"], ["Ana Roe"], False),
        (["the"], ["the harbour pilot"], False),
        (["the"], ["the"], True),
        ([], [], True),
        (["Ana Roe"], [], False),
    ],
)
def test_when_a_source_is_right(predicted: Words, gold: Words, right: bool) -> None:
    """It shares a word that tells, or any where the gold has no other; none is right where the gold has none."""
    counts = counted([(predicted, [], ROE[2])], [(gold, [], ROE[2])])
    assert counts["attribution_source"].right == right


def test_a_name_elsewhere_is_right_in_the_lenient_figure_only() -> None:
    """Another place with the same name points at the same person."""
    second = TEXT.rindex("Roe")
    elsewhere = Attribution(((second, second + 3),), (), attribution(ROE).content)
    counts = count_attributions(Document(TEXT), [elsewhere], [attribution(ROE)])
    assert (counts["attribution_source"].right, counts["attribution_source_text"].right) == (0, 1)


def test_the_views_are_shares_of_some_of_the_gold() -> None:
    """People are told by their names, quotations by their marks."""
    counts = counted([ROE], list(GOLD))
    assert counts["person.recall"] == Count(1, None, 2)
    assert counts["quoted.recall"] == Count(0, None, 1)
    assert counts["unquoted.recall_source"] == Count(1, None, 3)
    assert counts["source_right_given_match"] == Count(1, None, 1)


def test_people_are_told_by_surname() -> None:
    """A surname among the predicted sources is enough for the lenient figure, a false person is a false alarm."""
    counts = counted([MAAS], [ROE])
    assert counts["people"] == Count(0, 1, 1)
    assert counted([(["Roe"], [], ["full"])], [ROE])["people.recall"] == Count(1, None, 1)


def test_gold_without_a_word_is_not_counted() -> None:
    """Content of punctuation alone can be found by nobody."""
    assert counted([], [([], [], ["“"])])["attribution"] == Count(0, 0, 0)


def test_several_annotators_are_averaged() -> None:
    """Each count is the mean, so that an article weighs once."""
    both = [counted([ROE], [ROE]), counted([ROE], [ROE, MAAS, OFFICE])]
    assert mean(both)["attribution"] == Count(1, 1, 2)
    assert mean(both)["person.recall"] == Count(1, None, 1.5)
