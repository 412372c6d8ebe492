"""Holders: who a name, a noun phrase or a pronoun of the article stands for."""

from __future__ import annotations

import pytest

from extractor.builtin import BuiltinEngine
from extractor.schemas import Article
from extractor.schemas.article import text_id
from extractor.schemas.drafts import DraftExpert, DraftPosition, DraftPrediction


def holders(text: str) -> list[str]:
    """The holder of each claim of a text, in order."""
    found = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en"))
    drafts: list[DraftPosition | DraftPrediction] = [*found.draft.positions, *found.draft.predictions]
    claims = zip(drafts, (*found.positions, *found.predictions), strict=True)
    return [draft.expert for draft, _ in sorted(claims, key=lambda pair: pair[1].content[0].start)]


def only_expert(text: str) -> DraftExpert:
    """The one expert of a text."""
    (found,) = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en")).draft.experts
    return found


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Ann Roe", "person"),
        ("Senator Ann Roe", "person"),
        ("a senior official", "person"),
        ("the Varnsee Port Authority", "organization"),
        ("the ministry", "organization"),
        ("NATO", "organization"),
        ("the US", "organization"),
        ("critics", "group"),
        ("some", "group"),
        ("several Lowland farmers", "group"),
        ("the report", "document"),
        ("recent surveys", "document"),
    ],
)
def test_kinds(source: str, kind: str) -> None:
    """The kind of a holder follows from the words that name it."""
    assert only_expert(f"On Monday {source} said that the dam leaks.").kind == kind


@pytest.mark.parametrize(
    ("text", "name", "role", "affiliation"),
    [
        ("Ann Roe, a geologist at Leeds, said it leaks.", "Ann Roe", "a geologist at Leeds", None),
        ("Finance Minister Ann Roe said it leaks.", "Ann Roe", "Finance Minister", None),
        ("Mr. Piet Maas said it leaks.", "Piet Maas", None, None),
        ("Ann Roe, director of the Dam Institute, said so again.", "Ann Roe", None, "the Dam Institute"),
        ("“It leaks,” said his lawyer, Ann Roe.", "Ann Roe", "his lawyer", None),
    ],
)
def test_names_and_roles(text: str, name: str, role: str | None, affiliation: str | None) -> None:
    """Titles and appositions are roles and no part of the name."""
    found = only_expert(text)
    assert found.name == name
    assert role is None or found.role == role
    assert affiliation is None or found.affiliation == affiliation


def test_a_surname_is_the_person_named_in_full() -> None:
    """A surname, with or without a title, is the person whom the article names in full, later or before."""
    text = "Roe said it leaks. The dam was built by Ann Roe in her youth. Ms. Roe added that it creaks."
    assert holders(text) == ["Ann Roe", "Ann Roe"]


def test_two_persons_with_one_surname_stay_two() -> None:
    """First names keep namesakes apart."""
    assert holders("Ann Roe said it leaks. Ben Roe said it holds.") == ["Ann Roe", "Ben Roe"]


def test_he_and_she_are_kept_apart() -> None:
    """A pronoun goes to the last person whom titles and other pronouns call so."""
    text = "Mr. Piet Maas said it leaks. Mrs. Ann Roe said it holds. He said she was wrong. She said he was rude."
    assert holders(text) == ["Piet Maas", "Ann Roe", "Piet Maas", "Ann Roe"]


def test_a_pronoun_is_the_holder_of_the_sentence_before() -> None:
    """The holder before goes ahead of the person whom his claim is about."""
    assert holders("Ann Roe said Piet Maas lied. She added that the dam leaks.") == ["Ann Roe", "Ann Roe"]


def test_who_is_the_noun_before_it() -> None:
    """A relative pronoun as a source is resolved to its antecedent."""
    assert holders("The mayor met Ann Roe, who wants a new dam.") == ["Ann Roe"]


def test_i_outside_quotations_is_the_author() -> None:
    """The first person of the narration is the author."""
    assert holders("I believe the dam will hold.") == ["author"]


def test_the_senator_is_the_person_with_that_title() -> None:
    """A definite noun repeats the only person with that role."""
    assert holders("Sen. Ann Roe said it leaks. The senator added that it creaks.") == ["Ann Roe", "Ann Roe"]


@pytest.mark.parametrize(
    ("second", "same"),
    [("The study adds", True), ("The survey adds", False), ("The study by the port adds", False)],
)
def test_a_definite_document_is_the_one_before(second: str, same: bool) -> None:
    """'The study' is the only study before it; another noun, or one with a complement of its own, is not."""
    found = holders(f"A study of the river institute says the dam leaks. {second} that it creaks.")
    assert (len(set(found)) == 1) is same


def test_of_two_documents_neither_is_the_one() -> None:
    """A definite noun phrase that fits two holders is a holder of its own."""
    text = "A study of the port says it leaks. A study of the town says it holds. The study adds that it creaks."
    assert len(set(holders(text))) == 3


def test_they_is_the_group_that_opens_the_sentence() -> None:
    """A plural pronoun later in the sentence is its subject, not the organization before."""
    text = "The council said it leaks. Several engineers are blunt: there is, they say, a risk that it breaks."
    assert holders(text)[-1] == "Several engineers"


def test_a_pronoun_without_anybody_makes_no_claim() -> None:
    """What nobody can be found for is left out."""
    assert holders("She said it leaks.") == []


def test_nobody_says_of_himself_what_he_says_of_another() -> None:
    """The person whom the content names is not the speaker behind the pronoun."""
    text = "Piet Maas said that the quay is done. Ann Roe laughed. Roe is wrong, he says.\n"
    assert holders(text)[-1] == "Piet Maas"


def test_somebody_elses_author_is_not_the_articles() -> None:
    """ "Its author" is a person of the report; the author of the article speaks as "I"."""
    text = 'A report came out. "That is a bomb," writes its author, Ann Roe. I think the quay will close.\n'
    found = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en", author="Jo Doe"))
    drafts: list[DraftPosition | DraftPrediction] = [*found.draft.positions, *found.draft.predictions]
    assert [draft.expert == "Jo Doe" for draft in drafts] == [False, True]


def test_a_bare_noun_may_open_what_is_thought() -> None:
    """ "Thinks inflation is likely to fall" is the speaker's forecast, not the author's."""
    assert holders("Karl Brand, an economist at Roe Capital, thinks inflation is likely to fall in May.\n") == [
        "Karl Brand"
    ]


def test_a_participle_that_opens_a_sentence_is_nobody() -> None:
    """'Asked whether ..., he said': the pronoun is the person named before."""
    text = "Ann Roe runs the port. Asked whether the cable would break, she said that the sea is calm."
    found = BuiltinEngine().draft(Article(id=text_id(text), text=text, language="en")).draft
    assert [position.expert for position in found.positions] == ["Ann Roe"]
