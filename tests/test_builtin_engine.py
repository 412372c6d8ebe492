"""The built-in engine on an article of our own: who, what, how likely, and that nothing makes it raise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.builtin import BuiltinDraft, BuiltinEngine
from extractor.checks import Facts
from extractor.review import review_draft
from extractor.schemas import Article
from extractor.schemas.article import text_id
from extractor.schemas.drafts import DraftExpert, DraftPosition, DraftPrediction

ARTICLE = "\n".join(
    [
        "Will the Varnsee canal survive the new tolls?",
        "VARNSEE - Most Lowland shippers have long argued that the tolls of the canal are unfair. Some in the port"
        " worry that higher tolls might drive the grain trade away.",
        "Marta Velkova, a transport economist and professor at the University of Arnholt, believes that traffic is"
        ' unlikely to recover before 2031. "The locks are too small," she said. "Nobody will rebuild them for free."'
        " In her view, even if the council were to halve the tolls, the barges would probably stay away.",
        "Jonas Reiter, director of the Harbour League's river programme, says the canal is a monument to vanity. He"
        " warned that the council would almost certainly not repay its debts unless the Upland banks help. During the"
        " campaign, Mayor Ilse Brandt promised to freeze the tolls, but Reiter views such promises sceptically.",
        'Velkova rejected the plan of the mayor. "I will vote against it," she told the Arnholt Courier.',
        "Given the state of the locks, it is unlikely that the canal would carry more freight by 2030.",
        "",
    ]
)


def article(text: str = ARTICLE, language: str | None = "en", author: str | None = None) -> Article:
    """The text as an article."""
    return Article(id=text_id(text), text=text, language=language, author=author)


def draft(text: str = ARTICLE, language: str | None = "en", author: str | None = None) -> BuiltinDraft:
    """What the engine makes of a text."""
    return BuiltinEngine().draft(article(text, language, author))


def expert(found: BuiltinDraft, name: str) -> DraftExpert:
    """The expert of that name."""
    return next(one for one in found.draft.experts if one.name == name)


def prediction(found: BuiltinDraft, words: str) -> DraftPrediction:
    """The prediction whose content has these words."""
    return next(one for one in found.draft.predictions if words in " ".join(one.content))


def position(found: BuiltinDraft, words: str) -> DraftPosition:
    """The position whose content has these words."""
    return next(one for one in found.draft.positions if words in " ".join(one.content))


def test_persons_have_their_full_name_role_and_affiliation() -> None:
    """A person is named in full, with the apposition or the title as the role and the surname as an alias."""
    found = draft()
    velkova = expert(found, "Marta Velkova")
    assert (velkova.kind, velkova.aliases) == ("person", ["Velkova"])
    assert velkova.role == "a transport economist and professor at the University of Arnholt"
    assert velkova.affiliation == "the University of Arnholt"
    assert expert(found, "Jonas Reiter").role == "director of the Harbour League's river programme"
    assert expert(found, "Ilse Brandt").role == "Mayor"


def test_groups_are_experts() -> None:
    """Unnamed holders are groups under the words of the article."""
    found = draft()
    assert expert(found, "Most Lowland shippers").kind == "group"
    assert expert(found, "Some in the port").kind == "group"


def test_unlikely_makes_an_affirmative_prediction() -> None:
    """'is unlikely to recover' is the event that it recovers, with the words that say how likely and by when."""
    made = prediction(draft(), "recover")
    assert made.expert == "Marta Velkova"
    assert made.statement == "Traffic will recover before 2031."
    assert (made.likelihood_words, made.negated, made.horizon_words) == ("unlikely", False, "before 2031")


def test_a_negated_likelihood_is_told_affirmatively() -> None:
    """'would almost certainly not repay' is the event that it repays, negated, with its condition apart."""
    made = prediction(draft(), "repay")
    assert made.statement == "The council will repay its debts."
    assert made.negated
    assert made.likelihood_words is not None and "almost certainly" in made.likelihood_words
    assert made.condition == "unless the Upland banks help"


def test_in_her_view_is_resolved_to_the_person_before() -> None:
    """'In her view' attributes, and the pronoun is the person whom the text spoke of."""
    made = prediction(draft(), "stay away")
    assert (made.expert, made.source, made.cue) == ("Marta Velkova", ["her"], ["In her view"])
    assert made.likelihood_words is not None and "probably" in made.likelihood_words


def test_the_author_forecasts_only_in_so_many_words() -> None:
    """A sentence of the narration with 'unlikely' is the author's prediction, with neither source nor cue."""
    made = prediction(draft(author="Nils Oram"), "more freight")
    assert (made.expert, made.source, made.cue) == ("Nils Oram", [], [])
    assert made.statement.endswith("the canal will carry more freight by 2030.")
    assert expert(draft(), "author").kind == "author"


def test_a_quotation_goes_on_in_the_next_sentence() -> None:
    """Quoted sentences after 'she said' belong to the same claim, in parts around source and cue."""
    made = position(draft(), "rebuild")
    assert made.content == ['"The locks are too small,"', '"Nobody will rebuild them for free."']
    assert (made.expert, made.source, made.cue) == ("Marta Velkova", ["she"], ["said"])


def test_kinds_and_stances_follow_the_words() -> None:
    """A promise is an intention, a rejection is against its object, a harsh judgement is a value."""
    found = draft()
    freeze = position(found, "freeze the tolls")
    assert (freeze.kind, freeze.statement) == ("intention", "Ilse Brandt promised to freeze the tolls.")
    plan = position(found, "the plan of the mayor")
    assert (plan.kind, plan.stance, plan.target) == ("value", "against", "the plan of the mayor")
    tolls = position(found, "unfair")
    assert (tolls.kind, tolls.stance, tolls.target) == ("value", "against", "the tolls of the canal")


def test_an_i_in_a_quotation_becomes_the_name() -> None:
    """'I will vote against it' is told of the speaker by name, as an intention and no prediction."""
    made = position(draft(), "vote against it")
    assert (made.kind, made.statement) == ("intention", "Marta Velkova will vote against it.")


def test_a_claim_that_is_passed_on_is_the_inner_holders() -> None:
    """In 'A says that B believes ...' the claim is B's and A reports it."""
    found = draft("Ann Roe says that Piet Maas believes the dam is safe.")
    (made,) = found.draft.positions
    assert (made.expert, made.reported_by, made.source, made.cue) == (
        "Piet Maas",
        "Ann Roe",
        ["Piet Maas"],
        ["believes"],
    )
    assert made.statement == "The dam is safe."


def test_the_draft_passes_every_check() -> None:
    """Nothing of the draft is rejected by the checks that a model's draft must pass."""
    found = draft()
    reviewed = review_draft(found.draft, found.positions, found.predictions, Facts.of(article()))
    assert reviewed.rejected == ()
    assert len(reviewed.claims) == len(found.draft.positions) + len(found.draft.predictions)


def test_spans_are_exact_and_parallel_to_the_drafts() -> None:
    """Every quotation of the draft is the text of its span, in the same order."""
    found = draft()
    drafts: list[DraftPosition | DraftPrediction] = [*found.draft.positions, *found.draft.predictions]
    for made, spans in zip(drafts, (*found.positions, *found.predictions), strict=True):
        for quotes, parts in ((made.source, spans.source), (made.cue, spans.cue), (made.content, spans.content)):
            assert quotes == [ARTICLE[part.start : part.end] for part in parts]


def test_another_language_keeps_to_quotations_and_says_so() -> None:
    """Of a Russian article only the quotations are recorded, and a warning tells it."""
    found = draft("Сергей Лавин заявил: «Мы будем строить канал вместе с соседями». Он уехал.", language="ru")
    (made,) = found.draft.positions
    assert (made.expert, made.content) == ("Сергей Лавин", ["«Мы будем строить канал вместе с соседями»"])
    assert "direct quotations only" in found.warnings[0]


def test_chinese_speakers_stand_before_the_verb_of_saying() -> None:
    """A script without capitals: the speaker is what stands before 'said', a pronoun the one before."""
    found = draft(
        "李明说：“我们将继续扩建这条运河，并且加强合作。”他强调：“这对整个地区都非常重要，不能停下。”", language="zh"
    )
    assert [made.expert for made in found.draft.positions] == ["李明", "李明"]
    assert [made.statement[-1] for made in found.draft.positions] == ["。", "。"]


@pytest.mark.parametrize("language", ["en", "ru", "zh", "xx", None])
@pytest.mark.parametrize(
    "text", [" ", ".", "word", "\n\n", '"', '"Yes." "No."', "said", "According to", "“open", "(" * 500, '"' * 501]
)
def test_rubbish_makes_an_empty_draft(text: str, language: str | None) -> None:
    """Texts without a sentence give no claims and no error."""
    found = draft(text, language)
    assert not found.draft.positions
    assert not found.draft.predictions


PIECES = [
    "Ann Roe",
    "she",
    "said",
    "that",
    ",",
    ".",
    '"',
    "“",
    "”",
    "who",
    "will",
    "unlikely to",
    "go",
    "\n",
    "(",
    "'s",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join), st.sampled_from(["en", "de", "zh"]))
@settings(max_examples=100, deadline=None)
def test_no_order_of_words_breaks_it(text: str, language: str) -> None:
    """Whatever the words, spans ascend without overlap, contents are not empty and quotations are verbatim."""
    found = draft(text or " ", language)
    for spans in (*found.positions, *found.predictions):
        assert spans.content
        for parts in (spans.source, spans.cue, spans.content):
            assert all(one.end <= other.start for one, other in pairwise(parts))
            assert all(text[part.start : part.end] == part.text for part in parts)
