"""From annotations that quote to gold with offsets; and the gold that ships."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from extractor import Article
from extractor.errors import InputError
from extractor.evaluation import read_gold
from extractor.evaluation.quoting import QuotedGold, gold_from_quotes
from extractor.schemas.article import text_id

GOLD = Path(__file__).resolve().parent.parent / "examples" / "gold"
TEXT = 'Ann Roe fears rain. She said, "It will rain." Later she said, "It will rain."'


def article() -> Article:
    """A text in which the same words stand twice."""
    return Article(id=text_id(TEXT), text=TEXT, title="Rain", language="en")


def written(**changed: object) -> QuotedGold:
    """One prediction of the second sentence, with what is changed."""
    expert: dict[str, object] = {"name": "Ann Roe", "kind": "person", "role": None, "affiliation": None, "aliases": []}
    prediction = {
        "expert": "Ann Roe",
        "reported_by": None,
        "source": ["She"],
        "cue": ["said"],
        "content": ['"It will rain."'],
        "near": "She said",
        "statement": "It rains.",
        "expected": "occurs",
        "band": None,
        "likelihood_words": "will",
        "condition": None,
        "horizon_words": None,
        "horizon_start": None,
        "horizon_end": None,
        "granularity": "open",
    }
    return QuotedGold.model_validate({"experts": [expert], "positions": [], "predictions": [prediction | changed]})


def test_quotations_become_offsets_where_the_annotator_pointed() -> None:
    """The same content twice: the words of `near` say which is meant."""
    first = gold_from_quotes(article(), written()).predictions[0]
    second = gold_from_quotes(article(), written(near="Later she", source=["she"])).predictions[0]
    assert (first.content[0].start, second.content[0].start) == (TEXT.index('"'), TEXT.rindex('"It'))
    assert (first.source[0].text, second.source[0].start) == ("She", TEXT.index("she said"))


def test_words_that_the_article_does_not_have_are_told_all_at_once() -> None:
    """An annotation with two slips names both."""
    with pytest.raises(InputError, match=r"'Bo Lee' is no expert.*'snow' is not in"):
        gold_from_quotes(article(), written(content=["snow"], near="", expert="Bo Lee"))


def test_words_behind_the_claim_point_at_its_sentence() -> None:
    """Whichever words of the sentence are in `near`, the claim is there."""
    text = f"{TEXT[:-1]}, Ann said."
    words = written(source=["she"], near="Ann said", content=['"It will rain.'])
    (found,) = gold_from_quotes(Article(id=text_id(text), text=text, language="en"), words).predictions
    assert found.content[0].start == text.rindex('"It')


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"content": ["it will rain"]}, "'it will rain' is not verbatim"),
        ({"likelihood_words": "Will"}, "'Will' is not verbatim"),
        ({"horizon_words": "by May"}, "horizon_words 'by May' is not in the text"),
        ({"near": "nowhere"}, "near 'nowhere' is not in the text"),
        ({"content": ["It will rain"] * 3}, "not as often"),
    ],
)
def test_what_is_not_copied_is_told(changed: dict[str, object], told: str) -> None:
    """Every quotation is the article's, character by character."""
    with pytest.raises(InputError, match=told):
        gold_from_quotes(article(), written(**changed))


def test_what_is_there_twice_is_told() -> None:
    """An expert or a claim that was copied by mistake."""
    gold = written()
    doubled = gold.model_copy(update={"experts": gold.experts * 2, "predictions": gold.predictions * 2})
    with pytest.raises(
        InputError, match=r"expert 'Ann Roe' is listed 2 times; the claim 'It rains\.' is there 2 times"
    ):
        gold_from_quotes(article(), doubled)


def test_the_guidelines_show_a_file_that_is_read() -> None:
    """Their example has every key, spelt as the reader wants it."""
    guidelines = (GOLD.parent.parent / "docs" / "annotation.md").read_text(encoding="utf-8")
    example, _, _ = guidelines[guidelines.index('    {"article"') :].partition("\n\n")
    assert len(QuotedGold.model_validate(json.loads(example)).predictions) == 1


def test_the_gold_that_ships_is_whole() -> None:
    """Twelve commentaries with 250 claims and more, of every kind that the gold is there for."""
    articles = read_gold(GOLD)
    claims = [claim for one in articles if one.record for claim in one.record.claims]
    assert len(articles) == 12
    assert len(claims) >= 250
    assert sum(claim.reporter is not None for claim in claims) >= 20
    bands = Counter(getattr(claim.labels, "band", None) for claim in claims)
    assert len(bands) == 8  # seven and none


@pytest.mark.parametrize("annotator", ["a", "b"])
def test_what_the_annotators_wrote_fits_the_articles(annotator: str) -> None:
    """Every quotation of both annotators is found in its article."""
    for one in read_gold(GOLD):
        path = GOLD / "annotators" / annotator / f"{one.name}.json"
        found = gold_from_quotes(one.article, QuotedGold.model_validate_json(path.read_text(encoding="utf-8")))
        assert len(found.claims) >= 20
