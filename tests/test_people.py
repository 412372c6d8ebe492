"""people.py: one expert per holder."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.people import Group, group_experts
from extractor.schemas import Article
from extractor.schemas.article import text_id
from extractor.schemas.claims import ExpertKind
from extractor.schemas.drafts import DraftExpert


def person(name: str, *aliases: str, role: str | None = None, affiliation: str | None = None) -> DraftExpert:
    """A draft of a person."""
    return DraftExpert(name=name, kind="person", role=role, affiliation=affiliation, aliases=list(aliases))


def other(name: str, *aliases: str, kind: ExpertKind = "organization") -> DraftExpert:
    """A draft of an organization, a group, a document or the author."""
    return DraftExpert(name=name, kind=kind, role=None, affiliation=None, aliases=list(aliases))


def grouped(text: str, *chunks: list[DraftExpert], language: str = "en", author: str | None = None) -> list[Group]:
    """The groups of drafts, one list for each chunk."""
    return keyed(text, *chunks, language=language, author=author)[0]


def keyed(
    text: str, *chunks: list[DraftExpert], language: str = "en", author: str | None = None
) -> tuple[list[Group], dict[tuple[int, str], int]]:
    """The groups and the keys of the drafts."""
    article = Article(id=text_id(text), text=text, language=language, author=author)
    return group_experts([(n, draft) for n, drafts in enumerate(chunks) for draft in drafts], article)


def texts(group: Group) -> list[str]:
    """What the mentions of a group say."""
    return [span.text for span in group.mentions]


ONE_PERSON = [
    ("en", "John Smith spoke. J. Smith left.", "John Smith", "J. Smith"),
    ("en", "John Smith spoke. Smith left.", "John Smith", "Smith"),
    ("en", "Sen. John Smith spoke. Mr. Smith’s plan failed.", "Sen. John Smith", "Smith's"),
    ("en", "Dr. Ann Lee spoke. Prof. Lee left.", "Ann Lee", "Prof. Lee"),
    ("en", "John F. Kennedy spoke. John Kennedy left.", "John F. Kennedy", "John Kennedy"),
    ("en", "John Fitz Kennedy spoke. J. F. Kennedy left.", "John Fitz Kennedy", "J. F. Kennedy"),
    ("en", "Ann Smith-Jones spoke. Smith-Jones left.", "Ann Smith-Jones", "Smith-Jones"),
    ("en", "Ursula von der Leyen spoke. Later von der Leyen left.", "Ursula von der Leyen", "von der Leyen"),
    ("en", "Ursula von der Leyen spoke. Leyen left.", "Ursula von der Leyen", "Leyen"),
    ("en", "Mohammed bin Salman spoke. Then bin Salman left.", "Mohammed bin Salman", "bin Salman"),
    ("en", "Ben Marlow spoke. Then Marlow left.", "Ben Marlow", "Marlow"),
    ("en", "Bashar al-Assad spoke. Assad left.", "Bashar al-Assad", "Assad"),
    ("en", "Sean O’Brien spoke. O'Brien left.", "Sean O’Brien", "O'Brien"),
    ("en", "Xi Jinping spoke. Xi left.", "Xi Jinping", "Xi"),
    ("en", "Sam Beck Jr. spoke. Beck left.", "Sam Beck Jr.", "Sam Beck"),
    ("en", "Pope Francis prayed. Francis left.", "Pope Francis", "Francis"),
    ("en", "José Núñez spoke. Nunez left.", "José Núñez", "Nunez"),
    ("en", "Hillary Clinton spoke. Hillary left.", "Hillary Clinton", "Hillary"),
    ("es", "Gabriel García Márquez habló. García Márquez salió.", "Gabriel García Márquez", "García Márquez"),
    ("es", "Pedro Sánchez Pérez habló. Sánchez salió.", "Pedro Sánchez Pérez", "Sánchez"),
    ("de", "Prof. Dr. Hans Müller sprach. Herr Müller ging.", "Prof. Dr. Hans Müller", "Herr Müller"),
    ("fr", "M. Jean Dupont parla. Mme Silva écouta. Dupont sortit.", "Jean Dupont", "Dupont"),
    ("ru", "Александр Дугин сказал. По словам Дугина, это так.", "Александр Дугин", "Дугина"),
    ("ru", "С Александром Дугиным спорят. Дугин прав.", "Александр Дугин", "Дугин"),
    ("zh", "习近平主席说。习近平会见普京。", "习近平主席", "习近平"),
    ("zh", "弗拉基米尔·普京说。普京走了。", "弗拉基米尔·普京", "普京"),
    ("ar", "قال فلاديمير بوتين ذلك. بوتين غادر.", "فلاديمير بوتين", "بوتين"),
]
TWO_PEOPLE = [
    ("en", "John Smith spoke. Jane Smith left.", "John Smith", "Jane Smith"),
    ("en", "John Smith spoke. K. Smith left.", "John Smith", "K. Smith"),
    ("en", "George W. Bush spoke. George H. W. Bush left.", "George W. Bush", "George H. W. Bush"),
    ("en", "Ann Smith-Jones spoke. Jones left.", "Ann Smith-Jones", "Jones"),
    ("en", "Mohammed bin Salman spoke. King Salman left.", "Mohammed bin Salman", "King Salman"),
    ("en", "John Smith spoke. Jane Smith waved. Smith left.", "John Smith", "Smith"),
    ("en", "Donald Trump spoke. Donald Trump Jr. left.", "Donald Trump", "Donald Trump Jr."),
    ("en", "Sam Beck Jr. spoke. Sam Beck III left.", "Sam Beck Jr.", "Sam Beck III"),
    ("en", "Bill Clinton spoke. William Clinton left.", "Bill Clinton", "William Clinton"),
    ("ru", "Сергей Иванов сказал. Анна Иванова спорит.", "Сергей Иванов", "Анна Иванова"),
    ("ru", "Сергей Иванов сказал. Анна Иванова спорит. Иванова права.", "Сергей Иванов", "Иванова"),
    ("ru", "Сергей Иванов сказал. Иван спорит.", "Сергей Иванов", "Иван"),
    ("zh", "习近平说。习走了。", "习近平", "习"),
]


@pytest.mark.parametrize(("language", "text", "full", "short"), ONE_PERSON)
def test_names_of_one_person_make_one_group(language: str, text: str, full: str, short: str) -> None:
    """Titles, initials, particles, hyphens, cases and scripts do not make two people of one, in either order."""
    for names in ((full, short), (short, full)):
        groups, keys = keyed(text, *([person(name)] for name in names), language=language)
        assert len(groups) == 1
        assert keys == {(0, names[0]): 0, (1, names[1]): 0}


@pytest.mark.parametrize(("language", "text", "first", "second"), TWO_PEOPLE)
def test_different_people_stay_apart(language: str, text: str, first: str, second: str) -> None:
    """A shared surname is not enough: given names, generations or the article's other people keep them apart."""
    assert len(grouped(text, [person(first)], [person(second)], language=language)) == 2


@pytest.mark.parametrize(("language", "text", "full", "short"), ONE_PERSON)
def test_names_and_mentions_are_verbatim(language: str, text: str, full: str, short: str) -> None:
    """Name, aliases and mentions stand in the article, and each mention is the name or an alias or a case of it."""
    [group] = grouped(text, [person(full)], [person(short)], language=language)
    assert group.name in text
    assert group.name not in group.aliases
    assert all(alias in text for alias in group.aliases)
    assert group.mentions
    assert all(text[span.start : span.end] == span.text for span in group.mentions)


def test_the_fullest_form_is_the_name() -> None:
    """The name is the fullest form, without title; the shorter ones are aliases, in the order of the article."""
    text = "Smith spoke. Sen. John Smith left. J. Smith came."
    [group] = grouped(text, [person("Smith")], [person("J. Smith")], [person("Sen. John Smith")])
    assert (group.name, group.aliases) == ("John Smith", ("Smith", "J. Smith"))
    assert texts(group) == ["Smith", "John Smith", "J. Smith"]


def test_the_nominative_is_the_name_and_a_pope_keeps_his_title() -> None:
    """Of the cases of a name the nominative is told; a title stays where only a given name is left."""
    text = "С Александром Дугиным спорят. Александр Дугин прав. Папа Франциск тоже."
    drafts = person("Александром Дугиным"), person("Александр Дугин"), person("Папа Франциск")
    groups = grouped(text, list(drafts), language="ru")
    assert [group.name for group in groups] == ["Александр Дугин", "Папа Франциск"]


def test_a_surname_goes_to_the_elder() -> None:
    """The bare surname of father and son is the father's."""
    text = "Donald Trump spoke. Donald Trump Jr. left. Trump argued."
    _, keys = keyed(text, [person("Donald Trump"), person("Donald Trump Jr.")], [person("Trump")])
    assert keys[1, "Trump"] == keys[0, "Donald Trump"] != keys[0, "Donald Trump Jr."]


def test_one_draft_may_tell_father_and_son_apart() -> None:
    """Two full names that differ in "Jr." and stand in one chunk's draft are two people."""
    drafts = [person("Sam Beck Jr."), person("Sam Beck")]
    assert len(grouped("Sam Beck Jr. spoke.", drafts)) == 2
    assert len(grouped("Sam Beck Jr. spoke.", *([draft] for draft in drafts))) == 1


def test_an_alias_gives_a_fuller_name() -> None:
    """A full name that was drafted as an alias becomes the name."""
    [group] = grouped("Alexander Dugin spoke. Dugin left.", [person("Dugin", "Alexander Dugin")])
    assert (group.name, group.aliases) == ("Alexander Dugin", ("Dugin",))


def test_an_ambiguous_surname_follows_an_alias() -> None:
    """Of two Smiths the one whose draft has the surname as an alias gets it."""
    text = "John Smith spoke. Jane Smith left. Smith argued."
    groups, keys = keyed(text, [person("John Smith", "Smith"), person("Jane Smith")], [person("Smith")])
    assert [(group.name, texts(group)) for group in groups] == [
        ("John Smith", ["John Smith", "Smith"]),
        ("Jane Smith", ["Jane Smith"]),
    ]
    assert keys[1, "Smith"] == 0


def test_an_alias_that_two_claim_is_nobodys() -> None:
    """A surname that both drafts have as an alias is dropped, and its mentions belong to neither."""
    text = "John Smith spoke. Jane Smith left. Smith argued."
    groups = grouped(text, [person("John Smith", "Smith"), person("Jane Smith", "Smith")])
    assert [(group.aliases, texts(group)) for group in groups] == [((), ["John Smith"]), ((), ["Jane Smith"])]


@pytest.mark.parametrize("alias", ["Jill Biden", "Joe Biden"])
def test_a_wrong_alias_joins_nobody(alias: str) -> None:
    """People with different given names stay apart, even when an alias says that they are one."""
    text = f"Joseph Biden spoke. {alias} left."
    groups = grouped(text, [person("Joseph Biden", alias)], [person(alias)])
    assert [group.name for group in groups] == ["Joseph Biden", alias]
    assert [texts(group) for group in groups] == [["Joseph Biden"], [alias]]


def test_a_nickname_joins_by_alias() -> None:
    """A nickname that one draft has as a name and another as an alias is the same person."""
    text = "Benjamin Netanyahu spoke. Bibi left."
    [group] = grouped(text, [person("Benjamin Netanyahu", "Bibi")], [person("Bibi")])
    assert (group.name, group.aliases) == ("Benjamin Netanyahu", ("Bibi",))


@pytest.mark.parametrize("alias", ["he", "the president", "President", "The senator", "his", "she"])
def test_pronouns_and_descriptions_are_no_aliases(alias: str) -> None:
    """A pronoun, a title or a common noun is neither an alias nor a mention."""
    text = f"Ann Lee spoke. Then {alias} left, and {alias} came."
    [group] = grouped(text, [person("Ann Lee", alias)])
    assert (group.aliases, texts(group)) == ((), ["Ann Lee"])


def test_two_presidents_are_not_joined_by_their_title() -> None:
    """The alias "the president" of two drafts does not make them one."""
    text = "Ann Lee, the president, met Bo Kim, the president."
    assert len(grouped(text, [person("Ann Lee", "the president")], [person("Bo Kim", "the president")])) == 2


def test_a_surname_is_found_without_being_drafted() -> None:
    """The article's bare surname is an alias and a mention; a name inside another word or person is not."""
    text = "Andrey Belovsky spoke. Belovsky added more. Belovskyan, Belovskys and Ivan Belovsky's brother."
    [group] = grouped("Andrey Belovsky spoke. Belovsky added. Belovskys left.", [person("Andrey Belovsky")])
    assert (group.aliases, texts(group)) == (("Belovsky",), ["Andrey Belovsky", "Belovsky"])
    assert grouped(text, [person("Andrey Belovsky")])[0].aliases == ()


def test_a_namesake_is_not_mentioned() -> None:
    """The surname behind somebody else's given name is no mention."""
    text = "Hillary Clinton spoke. Bill Clinton left. Clinton argued."
    [group] = grouped(text, [person("Hillary Clinton", "Clinton")])
    assert [(span.text, span.start) for span in group.mentions] == [("Hillary Clinton", 0), ("Clinton", 42)]


def test_the_longest_form_wins() -> None:
    """A short alias inside a longer form of anybody is not counted again."""
    text = "The New York Times wrote. New York waited."
    groups = grouped(text, [other("New York Times"), other("New York")])
    assert [(group.name, texts(group)) for group in groups] == [
        ("New York Times", ["New York Times"]),
        ("New York", ["New York"]),
    ]


def test_russian_cases_are_mentions() -> None:
    """A name is found in all its cases."""
    text = "Александр Дугин сказал. Дугину верят, с Дугиным спорят, Дугинский музей закрыт."
    [group] = grouped(text, [person("Александр Дугин", "Дугин")], language="ru")
    assert texts(group) == ["Александр Дугин", "Дугину", "Дугиным"]


def test_a_name_in_another_case_is_told_as_the_article_has_it() -> None:
    """A nominative that the article never uses gives way to the form that it does use."""
    [group] = grouped("По словам Александра Дугина, это так.", [person("Александр Дугин")], language="ru")
    assert (group.name, texts(group)) == ("Александра Дугина", ["Александра Дугина"])


@pytest.mark.parametrize(("draft", "name"), [("Tomas Oliveira", "Tomás Oliveira"), ("ANN LEE", "Ann Lee")])
def test_accents_and_letter_case_follow_the_article(draft: str, name: str) -> None:
    """A name that was copied without accents or in capitals is told as the article has it."""
    assert grouped("Tomás Oliveira spoke. Ann Lee left.", [person(draft)])[0].name == name


ORGANIZATIONS = [
    ("The International Monetary Fund (IMF) warned. IMF staff left.", "International Monetary Fund", "IMF"),
    ("The IMF (International Monetary Fund) warned.", "International Monetary Fund", "IMF"),
    ("The Kremlin warned. Later the Kremlin denied it.", "The Kremlin", "the Kremlin"),
    ("Acme Inc. warned. Acme left.", "Acme Inc.", "Acme"),
    ("The U.N. warned. UN staff left.", "U.N.", "UN"),
]


@pytest.mark.parametrize(("text", "first", "second"), ORGANIZATIONS)
def test_organizations_are_one_by_words_or_acronym(text: str, first: str, second: str) -> None:
    """Articles, legal forms, dots and an acronym that the article explains do not make two of one."""
    [group] = grouped(text, [other(first)], [other(second)])
    assert group.name in text


def test_an_unexplained_acronym_needs_an_alias() -> None:
    """Without brackets in the article only an alias joins an acronym and its long form."""
    text = "The International Monetary Fund warned. IMF staff left."
    assert len(grouped(text, [other("International Monetary Fund")], [other("IMF")])) == 2
    [group] = grouped(text, [other("International Monetary Fund", "IMF", "the fund")], [other("IMF")])
    assert (group.name, group.aliases, len(group.mentions)) == ("International Monetary Fund", ("IMF",), 2)


def test_a_shared_alias_does_not_join_organizations() -> None:
    """Two organizations that are both called "Fund" stay two, and the alias is dropped."""
    groups = grouped(
        "The World Fund and the Rescue Fund met.", [other("World Fund", "Fund"), other("Rescue Fund", "Fund")]
    )
    assert [(group.name, group.aliases) for group in groups] == [("World Fund", ()), ("Rescue Fund", ())]


def test_groups_are_one_by_their_phrase() -> None:
    """A group is known by its noun phrase; common nouns and pronouns are no aliases."""
    text = "Russian analysts agree. The Russian analysts left; the analysts, they said, slept. Western diplomats doubt."
    again = other("The Russian analysts", "the analysts", "they", kind="group")
    drafts = [other("Russian analysts", kind="group")], [again]
    groups = grouped(text, *drafts, [other("Western diplomats", kind="group")])
    assert [(group.name, texts(group)) for group in groups] == [
        ("Russian analysts", ["Russian analysts", "Russian analysts"]),
        ("Western diplomats", ["Western diplomats"]),
    ]


def test_unnamed_people_are_one_by_their_phrase() -> None:
    """Somebody unnamed is known by the noun phrase that the article uses."""
    text = "A senior official warned. The senior official left. A junior official stayed."
    drafts = [person("A senior official")], [person("The senior official", "he")], [person("A junior official")]
    assert len(grouped(text, *drafts)) == 2


def test_a_person_and_an_organization_are_never_one() -> None:
    """The same name under two kinds stays two experts; organizations, groups and documents may change kind."""
    text = "Washington warned. George Washington left. Congress voted."
    groups = grouped(text, [other("Washington")], [person("Washington", "George Washington")])
    assert sorted(group.kind for group in groups) == ["organization", "person"]
    assert len(grouped(text, [other("Congress")], [other("Congress", kind="group")])) == 1


def test_all_drafts_of_the_author_are_one() -> None:
    """The author has the name of the metadata, whatever the drafts call him, a person of that name included."""
    text = "By Maria Silva. I think so. Silva again."
    drafts = [other("author", kind="author")], [other("Maria Silva", kind="author")], [person("Maria Silva")]
    groups, keys = keyed(text, *drafts, author="Maria Silva")
    assert [(group.name, group.kind, texts(group)) for group in groups] == [
        ("Maria Silva", "author", ["Maria Silva", "Silva"])
    ]
    assert keys == {(0, "author"): 0, (1, "Maria Silva"): 0, (2, "Maria Silva"): 0}


def test_an_author_without_a_name_is_called_author() -> None:
    """Without metadata the name is "author", and the word in the text is no mention."""
    [group] = grouped("I think that every author may err.", [other("the author", kind="author")])
    assert (group.name, group.aliases, group.mentions) == ("author", (), ())


def test_role_and_affiliation_are_the_longest_that_were_told() -> None:
    """Drafts of several chunks complete each other; the first of equals stays."""
    drafts = (
        [person("Ann Lee", role="economist")],
        [person("Ann Lee", role="chief economist", affiliation="Acme")],
        [person("Ann Lee", role="chief scientist", affiliation="Lark")],
    )
    [group] = grouped("Ann Lee spoke.", *drafts)
    assert (group.role, group.affiliation) == ("chief economist", "Acme")


def test_keys_follow_the_first_mention() -> None:
    """Groups are numbered as the article mentions them, those without a mention last."""
    text = "Bo Kim met Ann Lee."
    groups, keys = keyed(text, [other("author", kind="author"), person("Ann Lee")], [person("Bo Kim")])
    assert [(group.key, group.name) for group in groups] == [(0, "Bo Kim"), (1, "Ann Lee"), (2, "author")]
    assert keys == {(0, "author"): 2, (0, "Ann Lee"): 1, (1, "Bo Kim"): 0}


def test_the_order_of_the_drafts_does_not_matter() -> None:
    """Any order of the drafts gives the same people."""
    text = "John Smith spoke. Jane Smith left. J. P. Smith came. Smith argued. Ann Lee agreed; Lee left. A. Lee came."
    drafts = [person(name) for name in ("John Smith", "Jane Smith", "J. P. Smith", "Smith", "A. Lee", "Ann Lee", "Lee")]
    expected = [(group.name, group.aliases, group.mentions) for group in grouped(text, *([d] for d in drafts))]
    for order in itertools.islice(itertools.permutations(drafts), 0, 5040, 180):
        assert [(g.name, g.aliases, g.mentions) for g in grouped(text, *([d] for d in order))] == expected


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.text(max_size=15), st.sampled_from(["John Smith", "J. Smith", "Smith", "Dr.", "al-Assad", "习近平"])
            ),
            st.sampled_from(["person", "organization", "group", "author"]),
            st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["Smith", "he", "Дугина"])), max_size=2),
        ),
        max_size=6,
    ),
    st.text(max_size=30),
)
def test_any_drafts_are_grouped(drafts: list[tuple[str, ExpertKind, list[str]]], noise: str) -> None:
    """Whatever the names, every draft gets the key of a group, and mentions are exact, ascending and disjoint."""
    text = f"John Smith said. {noise} Smith, {' '.join(name for name, _, _ in drafts)}."
    groups, keys = keyed(text, [other(name, *aliases, kind=kind) for name, kind, aliases in drafts])
    assert {key for _, key in keys} == {name for name, _, _ in drafts}
    assert [group.key for group in groups] == list(range(len(groups)))
    spans = sorted((span.start, span.end, span.text) for group in groups for span in group.mentions)
    assert all(text[start:end] == said for start, end, said in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_no_drafts_give_no_groups() -> None:
    """Without drafts there is nobody."""
    assert keyed("Ann Lee spoke.") == ([], {})


def test_every_draft_has_a_key() -> None:
    """Every chunk and name has the key of a group, also for blank and unusual names."""
    people = [person(name) for name in ("Ann Lee", "", "…", "President")]
    drafts = [*people, other(""), other("a"), other("x", kind="author")]
    groups, keys = keyed("Ann Lee spoke.", drafts, drafts)
    assert set(keys) == {(chunk, draft.name) for chunk in (0, 1) for draft in drafts}
    assert set(keys.values()) <= {group.key for group in groups}


def test_a_common_noun_is_no_surname() -> None:
    """The last word of a description is not taken for a name: other officials stand in the article too."""
    (group,) = grouped("A senior European official spoke. Another official left.", [person("senior European official")])
    assert (group.aliases, texts(group)) == ((), ["senior European official"])


def test_a_name_is_mentioned_across_a_line_break_and_with_other_hyphens_and_apostrophes() -> None:
    """What stands in the article may break a name, and may write its marks in another form."""
    text = "Anne-Marie O’Neill waits. Anne‑Marie\nO'Neill left; Anne-Marie O'Neills did not."
    (group,) = grouped(text, [person("Anne-Marie O’Neill")])
    assert [span.text for span in group.mentions][:2] == ["Anne-Marie O’Neill", "Anne‑Marie\nO'Neill"]
