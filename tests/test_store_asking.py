"""Search: the same meaning on both databases, safe for any input."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_claims import DAY, Said, expects, holds, said_by

from extractor.errors import InputError
from extractor.schemas.stored import Hit
from extractor.store import Filters, Store
from extractor.store.search import asking, fts5
from extractor.store.search.asking import Found
from extractor.store.search.query_words import LONGEST, MOST, Term, read_terms

LATER = date(2026, 4, 1)
WALL = holds("The harbour wall has to be raised", target="raising the wall")
FERRY = expects("The ferry returns to Varnsee", by=date(2026, 5, 1))
CAFE = holds("The Café by the harbour has to close", "against", target="the café", quote="shut it, who needs it")


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with what Mira Oake (1: WALL, 2: FERRY) and, later, Jon Pell (3: CAFE) say."""
    store.add(said_by("Mira Oake", WALL, FERRY))
    store.add(said_by("Jon Pell", CAFE, published=LATER))
    return store


def ids(found: Found) -> list[int]:
    """The ids of the claims that were found, best first."""
    return [hit.found.id for hit in found.hits]


def search(store: Store, words: str) -> list[int]:
    """The ids of the claims with these words, in order of the ids."""
    return sorted(ids(store.search(words)))


def told(hit: Hit) -> str:
    """The snippet with brackets around what was looked for."""
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in hit.snippet)


def test_words(filled: Store) -> None:
    """All words have to occur, as words or phrases; stems, case and accents make no difference."""
    expected = {
        "harbour": [1, 3],
        "wall HARBOUR": [1],
        "wall ferry": [],
        "returned": [2],  # stems
        "cafe": [3],
        "CAFÉ": [3],
        "who needs": [3],  # no stop words, and the quotation too
        "affairs": [1, 2, 3],  # the topic
        "raising": [1],
        '"harbour wall"': [1],
        '"wall harbour"': [],
        "“harbour wall”": [1],
        '"wall harbour': [1],  # not closed: words
        '"close shut"': [],  # no phrase from one column into the next
        "harb*": [1, 3],
        "harb": [],
        "har* fer*": [],
        "the café... (harbour)?": [3],
    }
    assert {words: search(filled, words) for words in expected} == expected


def test_operators_are_words(filled: Store) -> None:
    """What a database takes for operators is a word like others, or separates words."""
    expected = {
        "AND": [],
        "harbour NOT wall": [],
        "wall OR ferry": [],
        "harbour NEAR wall": [],
        "statement:harbour": [],
        "{statement} : harbour": [],
        "harbour & !wall": [1],
        "harbour <-> wall | ferry": [],
        "-harbour": [1, 3],
        "^harbour": [1, 3],
        "harbour:*": [1, 3],
        "harbour's": [],
    }
    assert {words: search(filled, words) for words in expected} == expected


def test_no_words(filled: Store) -> None:
    """What holds no word that is stored finds nothing."""
    nothing = ["", "  ", "?!", "🦆", "\0", '"', '""', "*", "^", "()", "' OR 1=1 --", "\ud800", "\u0301", "\ue000"]
    assert [words for words in nothing if filled.search(words) != Found(())] == []


def test_too_many_words(filled: Store) -> None:
    """A search has a largest number of words, and says so."""
    with pytest.raises(InputError, match="100,000 words; look for 64"):
        filled.search("a " * 100_000)
    assert filled.search(" ".join(f"w{number}" for number in range(MOST))) == Found(())


def test_too_long_a_word(filled: Store) -> None:
    """A word has a largest length, and the error says so."""
    with pytest.raises(InputError, match="word of 100,000 characters"):
        filled.search("a" * 100_000)
    assert filled.search("a" * LONGEST) == Found(())


def test_too_short_a_prefix(filled: Store) -> None:
    """A prefix that nearly every word has is refused, but not in a script where one character is a word."""
    with pytest.raises(InputError, match="'fe\\*' begins too many words"):
        filled.search("fe*")
    assert filled.search("港*") == Found(())


@given(words=st.text(max_size=40) | st.text(alphabet="ab*\"'^:()-{}+\\&|!<> \0😀é́", max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_any_text(filled: Store, words: str) -> None:
    """Any text is a search: at worst it is told why not."""
    try:
        assert len(filled.search(words).hits) <= 3
    except InputError as error:
        assert "begins too many words" in str(error)


def test_statement_counts_most(store: Store) -> None:
    """A word of the statement weighs more than one of the quotation, and that more than one of the topic."""
    plain = "Somebody has to look after the quay"
    store.add(said_by("Mira Oake", *(holds(f"{plain} number {number}") for number in range(5))))
    store.add(said_by("Jon Pell", holds(plain, topic="lighthouse", quote="That and that and that is to be done")))
    store.add(said_by("Ann Birk", holds(plain, quote="The lighthouse and that is to be done")))
    store.add(said_by("Tom Rell", holds("Somebody has to paint the lighthouse", quote="That and that is to be done")))
    found = store.search("lighthouse")
    assert [hit.found.expert.name for hit in found.hits] == ["Tom Rell", "Ann Birk", "Jon Pell"]
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_ties_by_date(store: Store) -> None:
    """Of equal ranks the newest article comes first, undated ones last; pages follow each other."""
    for published in (DAY, LATER, None, date(2026, 3, 15)):
        store.add(said_by("Mira Oake", holds("The mill turns again"), published=published))
    assert ids(store.search("mill")) == [2, 4, 1, 3]
    assert [ids(store.search("mill", limit=1, offset=offset)) for offset in range(5)] == [[2], [4], [1], [3], []]
    for limit in (0, -1):
        assert store.search("mill", limit=limit) == Found(())
    assert ids(store.search("mill", limit=10**30, offset=-1)) == [2, 4, 1, 3]


@pytest.mark.parametrize(("few_words", "few_rows"), [(5_000, 200_000), (0, 200_000), (0, 0)])
def test_filters(filled: Store, few_words: int, few_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words and filters together, whichever of them lets less through."""
    monkeypatch.setattr(fts5, "FEW_WORDS", few_words)
    monkeypatch.setattr(fts5, "FEW_ROWS", few_rows)
    expected = [
        (Filters(expert="Mira Oake"), [1]),
        (Filters(expert=2, kind="position"), [3]),
        (Filters(expert=1, stance="against"), []),
        (Filters(kind="prediction"), []),
        (Filters(stance="against"), [3]),
        (Filters(since=LATER), [3]),
        (Filters(until=DAY), [1]),
        (Filters(since=DAY, until=LATER, stance="favor"), [1]),
    ]
    assert [sorted(ids(filled.search("harbour", filters=filters))) for filters, _ in expected] == [
        found for _, found in expected
    ]


def test_filters_without_words(filled: Store) -> None:
    """Filters alone give the newest claims first, with the statement to read; but words that are none find nothing."""
    found = filled.search(filters=Filters(since=DAY))
    assert ids(found) == [3, 2, 1]
    assert [told(hit) for hit in found.hits][2] == WALL.statement
    assert filled.search("?", filters=Filters(since=DAY)) == Found(())


def test_unknown_expert(filled: Store) -> None:
    """A filter by somebody who is not stored is an error, with words or without."""
    for words in ("", "harbour"):
        with pytest.raises(InputError, match="Nobody Here"):
            filled.search(words, filters=Filters(expert="Nobody Here"))


def test_article_filter(filled: Store) -> None:
    """The beginning of an article's id tells the article."""
    article = filled.search("ferry").hits[0].found.article.id
    assert ids(filled.search("harbour", filters=Filters(article=article[:8]))) == [1]


def test_bound(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many those are ranked that were stored last, and the answer says how many."""
    assert filled.search("affairs").bounded is None
    monkeypatch.setattr(asking, "BOUND", 2)
    found = filled.search("affairs")
    assert (sorted(ids(found)), found.bounded) == ([2, 3], 2)
    assert filled.search("harbour").bounded is None


def test_snippet(filled: Store) -> None:
    """A snippet shows what was found, where it was found."""
    expected = {
        "raise harbour": "The [harbour] wall has to be [raised]",
        '"has to be"': "The harbour wall [has to be] raised",
        "ferr*": "The [ferry] returns to Varnsee",
        "CAFE": "The [Café] by the harbour has to close",
        "who": "shut it, [who] needs it",
    }
    assert {words: told(filled.search(words).hits[0]) for words in expected} == expected


def test_long_snippet(store: Store) -> None:
    """Of a long quotation the part around the first hit is shown."""
    quote = "so it goes " * 40 + "until the heron lands, " + "so it goes " * 40
    store.add(said_by("Mira Oake", holds("The heron comes", quote=f"{quote}and the heron leaves")))
    shown = told(store.search("heron").hits[0])
    assert shown.startswith("…") and shown.endswith("…")
    assert "[heron] lands" in shown
    assert len(shown) < 300


def test_rejected_and_replaced(filled: Store) -> None:
    """Neither a rejected claim is found nor one of a run that is not the current one any more."""
    filled.reject(3, reason="he never said so")
    assert search(filled, "harbour") == [1]
    renewed = said_by("Mira Oake", WALL, FERRY, hours=1)
    position = renewed.positions[0].model_copy(update={"statement": "The dyke has to be raised"})
    filled.add(renewed.model_copy(update={"positions": (position,)}))
    assert search(filled, "harbour wall") == [1]  # in the quotation still
    assert told(filled.search("dyke").hits[0]) == "The [dyke] has to be raised"
    filled.restore(3)
    assert search(filled, "harbour") == [1, 3]


def test_deleted(filled: Store) -> None:
    """Nothing of a deleted article is found."""
    filled.delete(filled.search("ferry").hits[0].found.article.id)
    assert search(filled, "harbour") == [3]
    assert search(filled, "ferry") == []


def test_other_scripts(store: Store) -> None:
    """Words of other scripts are found as they are written, letter case aside."""
    said: list[Said] = [holds("Мост закроют весной"), holds("桥 将 关闭"), holds("पुल बंद होगा"), holds("الجسر يغلق")]
    store.add(said_by("Mira Oake", *said))
    assert [search(store, words) for words in ("мост", "关闭", "पुल", "الجسر")] == [[1], [2], [3], [4]]


def test_words_with_figures(store: Store) -> None:
    """Words that hold figures are stemmed like others; figures of other scripts are found as they are."""
    store.add(
        said_by("Mira Oake", holds("In the 1990s they bought F35s"), holds("Arrears of ١٩٥٠"), holds("1960 it was"))
    )
    expected = {"1990": [1], "F35": [1], "f35s": [1], "１９９０s": [1], "١٩٥٠": [2], "١٩٦٠": [3]}
    assert {words: search(store, words) for words in expected} == expected


def test_spellings(store: Store) -> None:
    """What is typed with ligatures, full-width characters or accents finds the plain text too."""
    plain = ["finance in 2027", "CO2", "Δραχμη", "елка", "café"]
    typed = ["ﬁnance ２０２７", "CO²", "Δραχμή", "ёлка", unicodedata.normalize("NFD", "café")]
    store.add(said_by("Mira Oake", *(holds(text) for text in plain)))
    assert [search(store, words) for words in typed] == [[1], [2], [3], [4], [5]]
    assert [search(store, words) for words in plain] == [[1], [2], [3], [4], [5]]


def test_accents_as_they_are_typed(store: Store) -> None:
    """A word is found in the spelling in which the text has it, composed or decomposed."""
    said = ["δραχμή", unicodedata.normalize("NFD", "ёлка й"), "ﬁnance"]
    store.add(said_by("Mira Oake", *(holds(text) for text in said)))
    assert [search(store, words) for words in said] == [[1], [2], [3]]
    assert search(store, unicodedata.normalize("NFD", "δραχμή")) == [1]
    assert search(store, "ёлка") == [2]


def test_no_phrase_across_topic_and_target(store: Store) -> None:
    """A phrase does not begin in the topic and end in the target."""
    store.add(
        said_by("Mira Oake", holds("Well", topic="the rate", target="cut them"), holds("So", target="a rate cut"))
    )
    assert search(store, '"rate cut"') == [2]
    assert len(store.disagreements('"rate cut"').favor) == 1


@pytest.mark.parametrize(
    ("prefix", "word"),
    [
        ("inflatio*", "inflation"),
        ("inflation*", "inflation"),
        ("INFLATI*", "inflation"),
        ("governmen*", "government"),
        ("nationaliz*", "nationalization"),
        ("runn*", "running"),
        ("hopefull*", "hopefully"),
        ("polici*", "policies"),
    ],
)
def test_prefixes_longer_than_the_stem(store: Store, prefix: str, word: str) -> None:
    """A prefix finds a word of whose stem the index has less, and marks it."""
    store.add(said_by("Mira Oake", holds(f"There is {word} here"), holds("There is inflammation, a regime, a race")))
    assert search(store, prefix) == [1]
    assert told(store.search(prefix).hits[0]) == f"There is [{word}] here"


def test_inside_of_words(store: Store) -> None:
    """In scripts without spaces a term is found inside of a stretch, alone and with others, and marked."""
    said: list[Said] = [
        holds("央行认为利率上升 on Monday"),
        expects("利率下降"),
        holds("ดอกเบี้ยจะขึ้น"),
        holds("金利は上がる。GDP増加"),
    ]
    store.add(said_by("Mira Oake", *said))
    expected = {
        "利率": [1, 2],
        "利率*": [1, 2],
        '"利率上升"': [1],
        "利率 monday": [1],
        "利率 tuesday": [],
        "ดอกเบี้ย": [3],
    }
    expected |= {"上がる": [4], "gdp増": [4], "利率 金利": [], "率利": []}
    assert {words: search(store, words) for words in expected} == expected
    assert told(store.search("利率 mondays").hits[0]) == "央行认为[利率]上升 on [Monday]"
    assert search(store, "利率") == [1, 2] and ids(store.search("利率", filters=Filters(kind="prediction"))) == [2]


def test_read_terms() -> None:
    """Words, phrases and prefixes; the same one twice counts once."""
    terms = read_terms('one "two  three" four* one "" "five*"')
    assert terms == (Term(("one",)), Term(("two", "three")), Term(("four",), prefix=True), Term(("five",)))
