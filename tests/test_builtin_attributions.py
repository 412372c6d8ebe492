"""Attributions by rules: which words are source, cue and content in sentences of our own."""

from __future__ import annotations

import pytest

from extractor.builtin.lexicon import lexicon, read_lexicon
from extractor.builtin.nodes import parse
from extractor.builtin.reading import read
from extractor.quotations import quotations

Told = tuple[str, str, list[str]]


def told(text: str) -> list[Told]:
    """Source, cue and content parts of each attribution of a text."""
    return [
        (
            text[slice(*one.source)] if one.source else "",
            text[slice(*one.cue)],
            [text[slice(*part)] for part in one.parts],
        )
        for one in read(parse(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roe argues that the dam leaks.", ("Roe", "argues", ["that the dam leaks"])),
        ("Many engineers doubt the figures.", ("Many engineers", "doubt", ["the figures"])),
        ("The dam leaks, Roe said.", ("Roe", "said", ["The dam leaks"])),
        ("The dam leaks badly, said Ann Roe, a geologist.", ("Ann Roe, a geologist", "said", ["The dam leaks badly"])),
        ("“It leaks,” she said, “and badly.”", ("she", "said", ["“It leaks,”", "“and badly.”"])),
        ("“It leaks,” said Ann Roe, the mayor.", ("Ann Roe, the mayor", "said", ["“It leaks,”"])),
        ("Roe told the council that it leaks.", ("Roe", "told", ["that it leaks"])),
        ("Roe urged the council to act.", ("Roe", "urged", ["to act"])),
        ("According to the survey, the dam leaks.", ("the survey", "According to", ["the dam leaks"])),
        ("The dam leaks, according to a survey.", ("a survey", "according to", ["The dam leaks"])),
        ("In Roe's opinion, the dam is safe.", ("Roe", "In Roe's opinion", ["the dam is safe"])),
        ("As Roe put it, the dam is a sieve.", ("Roe", "put it", ["the dam is a sieve"])),
        ("The plan was rejected by Roe.", ("Roe", "rejected", ["The plan"])),
        ("Roe is confident that the dam holds.", ("Roe", "is confident", ["that the dam holds"])),
        ("His belief that the dam holds is old.", ("His", "belief", ["that the dam holds is old"])),
        ("Roe has long called for a new dam.", ("Roe", "called for", ["a new dam"])),
        ("Ann Roe: “The dam leaks and nobody cares.”", ("Ann Roe", ":", ["“The dam leaks and nobody cares.”"])),
        ("Forty percent of voters want a new dam.", ("Forty percent of voters", "want", ["a new dam"])),
        ("The two dams, Roe said, are unsafe.", ("Roe", "said", ["The two dams", "are unsafe"])),
    ],
)
def test_one_attribution(text: str, expected: Told) -> None:
    """Each pattern of attribution is found with its source, cue and content."""
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The United States of old had many states.",
        "The report of the survey was long.",
        "The claims lay on the table.",
        "A ship called Hope sank.",
        "The dam was built in May.",
    ],
)
def test_nouns_and_names_are_no_cues(text: str) -> None:
    """Words that look like cues but are nouns or names here make no attribution."""
    assert told(text) == []


def test_a_clause_around_its_attribution_has_two_parts() -> None:
    """', he believes,' splits its clause; the clause coordinated before it is an attribution of its own."""
    text = "Ann Roe intends to sue the port and there is, she believes, a good chance that the port will lose."
    assert told(text) == [
        ("Ann Roe", "intends", ["to sue the port"]),
        ("she", "believes", ["there is", "a good chance that the port will lose"]),
    ]


def test_a_relative_clause_is_not_cut_into_a_source() -> None:
    """'Everyone who has seen it' is the source as a whole, and its verb form opens none."""
    assert told("Everyone who has crossed it will say that the bridge sways.") == [
        ("Everyone who has crossed it", "say", ["that the bridge sways"])
    ]


def test_a_relative_verb_does_not_take_the_main_clause() -> None:
    """The clause of 'who advises the port' ends at the comma; what follows is the main verb's."""
    found = told("Ann Roe, a lawyer who advises the port, thinks the bridge sways.")
    assert [(cue, content) for _, cue, content in found] == [("thinks", ["the bridge sways"])]


def test_a_noun_phrase_before_to_is_no_addressee() -> None:
    """'promised a bridge to the island' has its object as content."""
    ((_, _, content),) = told("Roe promised a bridge to the island.")
    assert content == ["a bridge to the island"]


def test_coordinated_verbs_share_their_subject() -> None:
    """'praised A and criticized B' is two attributions of one holder."""
    found = told("Ann Roe praised the dam and criticized the road.")
    assert [(source, content) for source, _, content in found] == [
        ("Ann Roe", ["the dam"]),
        ("Ann Roe", ["the road"]),
    ]


def test_a_participle_has_the_holder_of_the_sentence() -> None:
    """', adding that' is a further attribution of the same holder and ends the content before it."""
    found = told("Roe said the dam leaks, adding that repairs have begun.")
    assert found == [("Roe", "said", ["the dam leaks"]), ("Roe", "adding", ["that repairs have begun"])]


def test_an_attribution_inside_another_is_left_to_the_outer_one() -> None:
    """What a quotation or a reported clause attributes in turn is no attribution of its own."""
    assert len(told("Roe said he thinks that critics say the dam leaks.")) == 1
    assert len(told("“Maas said it leaks,” Roe said.")) == 1


def test_the_clause_before_the_main_one_ends_at_its_comma() -> None:
    """'While A supports it, B opposes it' is two attributions."""
    found = told("While Roe supports the dam, Maas opposes the road.")
    assert [content for *_, content in found] == [["the dam"], ["the road"]]


def test_a_relative_clause_does_not_hide_its_noun() -> None:
    """'Roe, who wants A, said B' gives both, and the subject of the second is Roe."""
    found = told("Ann Roe, who wants a new dam, said the old one leaks.")
    assert [(source.split(",")[0], content) for source, _, content in found] == [
        ("who", ["a new dam"]),
        ("Ann Roe", ["the old one leaks"]),
    ]


def test_free_quotations_join_the_attribution_before() -> None:
    """A quotation of its own goes on with the speaker before, in the paragraph or as a paragraph of its own."""
    text = "“It leaks,” Roe said. “It always did.”\n“We knew it all along.”\nThe road is closed."
    ((_, _, content),) = told(text)
    assert content == ["“It leaks,”", "“It always did.”", "“We knew it all along.”"]


def test_a_quotation_before_its_speaker_waits_for_him() -> None:
    """A quotation that opens a paragraph belongs to the next attribution in it."""
    ((_, _, content),) = told("“It always leaked badly.” “Nobody listened to us,” Roe said.")
    assert content == ["“It always leaked badly.”", "“Nobody listened to us,”"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "yes, of course" and left.', ['"yes, of course"']),
        ("“One.” Then “two.”", ["“One.”", "“two.”"]),
        ("''Yes,'' she said. It's the dogs' food.", ["''Yes,''"]),
        ("“An open one\nends with its line.", ["“An open one"]),
        ("Elle dit : « Oui. »", ["« Oui. »"]),
        ("He called it a ‘bad plan’ of Roe’s.", ["‘bad plan’"]),
        ("5\" nails and 6' planks.", []),
    ],
)
def test_quotation_marks(text: str, expected: list[str]) -> None:
    """Quotations are found by marks of all forms and end with their line."""
    assert [text[start:end] for start, end in quotations(text)] == expected


def test_the_lexicon_knows_every_form() -> None:
    """Verbs are found by their inflected forms, regular and irregular."""
    known = lexicon().verbs
    for form, lemma in [
        ("says", "say"),
        ("said", "say"),
        ("denies", "deny"),
        ("argued", "argue"),
        ("planning", "plan"),
    ]:
        assert lemma in {reading.entry.lemma for reading in known[form]}


def test_the_lexicon_is_read_by_section() -> None:
    """A section gives the sense, '+' a particle, '=' irregular forms, '#' a comment."""
    found = read_lexicon("[warn]\nwarn s c +of # a comment\n[say]\nspeak +about = spoke spoken\n[noun]\nhope that\n")
    assert found.verbs["warned"][0].entry.sense == "warn"
    assert found.verbs["spoken"][0].entry.particles == {"about"}
    assert set(found.nouns) == {"hope", "hopes"}


def test_a_colon_that_only_the_tagger_takes_for_a_cue_is_a_label() -> None:
    """It is no verb, so that nothing is told as 'WHITLOCK : ...'."""
    (found,) = read(parse("WHITLOCK: He's dreaming."))
    assert (found.rule, found.entry) == ("label", None)
