"""names.py: names of statements looked up in their article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.names import NameIndex, name_index
from extractor.names.capitals import words

ENGLISH = """Senator Maria Silva of the Liberal Party told reporters in Lisbon that the European Central Bank will
probably cut rates. Her rival, Tomás Oliveira, said the bank had waited too long. "The bank is asleep," Mr. Oliveira
said. Economists at the International Monetary Fund (IMF) expect inflation of 2 percent. Portugal's government
disagreed, and Kate O'Neill-Hansen, the finance minister, called the forecast a joke. Boris Novak and Lyndon Johnson
were at the park. The U.S. and Dutch officials, who wanted it, declined to comment to us."""
KNOWN = [
    "Oliveira believes that the European Central Bank waited too long",
    "Tomas Oliveira doubts it",
    "Ms. Silva and Mr. Oliveira disagree on rates",
    "President Silva, Prime Minister Oliveira and Dr. Johnson agree",
    "The IMF expects Portuguese inflation",
    "The ECB will cut rates",
    "The United States and America agree",
    "Portugal's economy grows",
    "The Netherlands agree",
    "Finance minister O’Neill-Hansen rejects the forecast",
    "Inflation will fall",
    "Growth will slow",
    "Analysts will protest",
    "Monetary easing is near",
    "Borrowing Silva's idea is wrong",
    "Higher prices, however, are likely",
    "It falls in May, on Monday",
    "SILVA DOUBTS BANK",
    "Rate Cut Likely, Says Silva",
    "The International Monetary Fund and the European Central Bank wait",
    "On Jan. 5 and in Jan 2026 it falls",
    "Former Liberal senator Silva expects a cut",
    "Silva (Liberal Party) met I. Johnson",
    "The Silva-Oliveira talks",
    "",
]
UNKNOWN = [
    ("Boris Johnson will win", ["Boris Johnson"]),
    ("They met Boris Johnson", ["Boris Johnson"]),
    ("Angela Merkel doubts it", ["Angela Merkel"]),
    ("Silva met Angela Merkel, Merkel's husband and Silva", ["Angela Merkel", "Merkel"]),
    ("Johnstone will resign", ["Johnstone"]),
    ("Merkel’s plan fails", ["Merkel"]),
    ("Merkel, who left, and Sanders says no", ["Merkel", "Sanders"]),
    ("Spain will grow", ["Spain"]),
    ("The Silva-Merkel talks", ["Silva-Merkel"]),
    ("John Silva doubts it", ["John Silva"]),
    ("Dr. John Watson and Sen. Watson doubt it", ["John Watson", "Watson"]),
    ("According to Ursula von der Leyen it falls", ["Ursula von der Leyen"]),
    ("The Parker plan", ["Parker"]),
    ("NATO expands and the FBI waits", ["NATO", "FBI"]),
    ("Rate Cut Likely, Says Boris Merkel", ["Boris Merkel"]),
    ("Rate Cut Likely, Says John Silva", ["John Silva"]),
    ("ANGELA MERKEL DOUBTS BANK", ["ANGELA MERKEL"]),
    ("The WHO warns that America's IT fails", ["WHO", "IT"]),
    ("The United States Boris Merkel visits", ["United States Boris Merkel"]),
    ("Jan Oliveira doubts it", ["Jan Oliveira"]),
    ("Boris Silva and Maria Novak", ["Boris Silva", "Maria Novak"]),
]
OTHERS = {
    "ru": (
        "Александр Дугин считает, что министр Орлов забудет о Карелии. По мнению Дугина, Россия должна продолжать."
        " Андрей Белов, профессор из Твери, ожидает, что США займутся Китаем.",
        ["По словам Александра Дугина, Орлов забудет Карелию", "Российские власти правы", "Прогноз не сбудется"],
        [
            ("Борис Джонсон победит", "Борис Джонсон"),
            ("Дугин встретил Путина", "Путина"),
            ("Андрей Дугин прав", "Андрей Дугин"),
        ],
    ),
    "de": (
        "Der Ökonom Hans Berger erwartet, dass die Europäische Zentralbank die Zinsen senkt. Bundeskanzler Müller"
        " widersprach. Die Inflation sei noch hoch, sagte Berger am Montag in Frankfurt.",
        [
            "Berger erwartet sinkende Zinsen",
            "Hohe Inflation belastet die Wirtschaft",
            "Kanzler Müller sieht Wachstum im März",
        ],
        [
            ("Boris Johnson senkt die Zinsen", "Boris Johnson"),
            ("Bundeskanzler Scholz widerspricht", "Scholz"),
            ("Laut Christine Lagarde sinken sie", "Christine Lagarde"),
            ("Hans Müller zweifelt", "Hans Müller"),
        ],
    ),
    "fr": (
        "L’économiste Claire Dubois estime que l'Iran signera l’accord. Le président Macron doute."
        " Jean d'Ormesson approuve.",
        ["L’Iran signera, selon l’économiste", "D'Ormesson approuve", "Les Iraniens doutent"],
        [
            ("Selon Marine Le Pen, non", "Marine Le Pen"),
            ("Jean Dubois approuve", "Jean Dubois"),
            ("Merkel doit agir", "Merkel"),
        ],
    ),
    "es": (
        "La economista Lucía Fernández cree que España crecerá. El presidente Gómez debe actuar.",
        ["Según Fernandez, la economía española crecerá", "Crecimiento lento"],
        [
            ("Pedro Sánchez actuará", "Pedro Sánchez"),
            ("Según Sánchez, no", "Sánchez"),
            ("Lucía Gómez cree", "Lucía Gómez"),
        ],
    ),
    "pl": (
        "Ekonomistka Anna Kowalska uważa, że Polska wygra. Według Kowalskiej rząd Donalda Tuska czeka.",
        ["Zdaniem Anny Kowalskiej rząd Tuska czeka", "Polski rząd czeka"],
        [("Boris Johnson wygra", "Boris Johnson"), ("Zdaniem Kaczyńskiego nie", "Kaczyńskiego")],
    ),
}
STATEMENTS = [(language, text, statement) for language, (text, fine, _) in OTHERS.items() for statement in fine]
INVENTIONS = [(language, text, *wrong) for language, (text, _, invented) in OTHERS.items() for wrong in invented]


def index(text: str = ENGLISH, language: str | None = "en") -> NameIndex:
    """The index of a text."""
    return NameIndex(text, language=language)


@pytest.mark.parametrize("statement", KNOWN)
def test_names_of_the_article_and_common_words_are_known(statement: str) -> None:
    """Titles, other endings, acronyms, accents, headlines and words that open a sentence raise no alarm."""
    assert index().unknown_names(statement) == []


@pytest.mark.parametrize(("statement", "names"), UNKNOWN)
def test_names_that_the_article_does_not_have_are_found(statement: str, names: list[str]) -> None:
    """Invented people, places and organizations are returned verbatim, without titles, wherever they stand."""
    assert index().unknown_names(statement) == names


@pytest.mark.parametrize(("language", "text", "statement"), STATEMENTS)
def test_inflected_and_translated_forms_are_known(language: str, text: str, statement: str) -> None:
    """In other languages a shared stem of four letters is enough, and German nouns are no names."""
    assert index(text, language).unknown_names(statement) == []


@pytest.mark.parametrize(("language", "text", "statement", "name"), INVENTIONS)
def test_inventions_are_found_in_other_languages(language: str, text: str, statement: str, name: str) -> None:
    """A person whom the article does not name, or names otherwise, is found."""
    assert index(text, language).unknown_names(statement) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "习近平会见普京。",
        "قال بوتين إن الاتفاق قريب",
        "プーチン大統領は述べた",
        "पुतिन ने कहा",
        "פוטין אמר",
        "푸틴 대통령은 말했다",
        "პუტინმა თქვა",
    ],
)
def test_scripts_without_letter_case_are_not_checkable(text: str) -> None:
    """Where capitals do not tell names, the index says so and finds nothing."""
    assert not index(text, None).checkable
    assert index(text, None).unknown_names("Boris Johnson wins") == []


def test_a_pronoun_is_no_country() -> None:
    """The pronoun "us" does not prove the US, nor America, and "U.S." proves both."""
    assert index("They told us so.").unknown_names("In the US and in America") == ["US", "America"]
    assert index("They told the U.S. so.").unknown_names("In the US, in America and in the United States") == []


def test_an_acronym_proves_its_long_form() -> None:
    """The words that an acronym of the article stands for are known, and no others beside them."""
    own = index("The IMF warned us.")
    assert own.unknown_names("The International Monetary Fund warned") == []
    assert own.knows("International Monetary Fund")
    assert own.unknown_names("They told Boris Merkel") == ["Boris Merkel"]


def test_latin_and_cyrillic_texts_are_checkable() -> None:
    """Scripts with letter case can be checked, also with some foreign words in them."""
    assert index().checkable
    assert index("Президент сказал 你好", "ru").checkable


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Maria Silva",
            "silva",
            "Sen. Silva",
            "Tomas Oliveira",
            "O’Neill-Hansen",
            "International Monetary Fund",
            "IMF",
        ),
        *("Economists", "Dutch officials", "Portuguese government", "the European Central Bank", "Kate Hansen"),
    ],
)
def test_a_name_of_the_article_is_known(name: str) -> None:
    """An expert's name is known verbatim, without accents or titles, or with other endings."""
    assert index().knows(name)


@pytest.mark.parametrize(
    "name", ["Boris Johnson", "Maria Oliveira", "Angela", "Silvas Oliveira", "Western diplomats", "Sil", "", " ", "..."]
)
def test_a_name_that_the_article_does_not_have_is_not_known(name: str) -> None:
    """A name that nobody has there is unknown, and so are parts of words and names put together from two."""
    assert not index().knows(name)


@pytest.mark.parametrize(
    ("language", "text", "name", "known"),
    [
        ("ru", "По словам Александра Дугина, это так.", "Александр Дугин", True),
        ("ru", "По словам Александра Дугина, это так.", "Иван Дугин", False),
        ("zh", "习近平会见普京。", "普京", True),
        ("zh", "习近平会见普京。", "拜登", False),
        ("ar", "وقال فلاديمير بوتين ذلك", "فلاديمير بوتين", True),
        ("ar", "وقال فلاديمير بوتين ذلك", "جو بايدن", False),
        ("hi", "नरेंद्र मोदी ने कहा", "नरेंद्र मोदी", True),
    ],
)
def test_names_are_looked_up_in_every_script(language: str, text: str, name: str, known: bool) -> None:
    """Case endings are allowed for, and scripts without letter case are searched verbatim."""
    assert index(text, language).knows(name) is known


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*KNOWN, *(text for text, _ in UNKNOWN)]), max_size=5), st.sampled_from(["en", None]))
def test_a_text_knows_its_own_names(parts: list[str], language: str | None) -> None:
    """No sentence has a name that the text it comes from lacks."""
    own = index(". ".join(parts), language)
    assert [own.unknown_names(part) for part in parts] == [[]] * len(parts)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["en", "de", "ru", "fr", None]))
def test_any_text_can_be_read(text: str, statement: str, language: str | None) -> None:
    """Whatever the texts, the names found are pieces of the statement."""
    assert all(name in statement for name in index(text, language).unknown_names(statement))


def test_an_index_is_shared_while_somebody_holds_it() -> None:
    """Who asks for the names of a text that are held gets the same index, also for the text without its title."""
    whole = name_index(ENGLISH, "Why Anna Berg Waits", language="en")
    assert name_index(ENGLISH, "Why Anna Berg Waits", language="en") is whole
    alone = name_index(ENGLISH, language="en")
    assert ("anna", "berg") in whole.full_names
    assert ("anna", "berg") not in alone.full_names
    assert name_index(ENGLISH, language="en") is alone


@given(st.text(alphabet="aB. ’'é5-U\n中", max_size=30), st.text(alphabet="aB. ’'é5-U\n中", max_size=30))
def test_words_go_on_where_the_known_ones_end(first: str, second: str) -> None:
    """The words of a text are the same when those of its beginning are given."""
    whole = f"{first} \n{second}"
    assert words(whole, known=words(first)) == words(whole)


def test_a_long_tail_without_letters_is_one_gap() -> None:
    """What stands behind the last word is looked at once, however long it is."""
    assert [word.text for word in words("Anna " + "5 " * 200_000)] == ["Anna"]
