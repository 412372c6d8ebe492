"""Which expert of the store an expert of an article is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from expert_results import cite, person
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, select

from extractor.schemas import Expert
from extractor.store import Store
from extractor.store.database.opening import open_database
from extractor.store.experts.identity import resolve_experts
from extractor.store.experts.linking import merge
from extractor.store.experts.matching import Known, choose
from extractor.store.experts.naming import LONGEST, acronym, agreeing, conflict, normalize, tells_apart
from extractor.store.tables import expert_names, experts

NOBODY = (None, None)
SENATOR = ("senator", "Reed Party")
SCHOLAR = ("professor", "Varn College")


def _names(store: Store) -> list[str]:
    return sorted(expert.name for expert in store.experts())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Roe", "ANA  ROE"),
        ("Ana Roe", "Prof. Dr. Ana Roe, 51"),
        ("Ana Röe", "Ana Roe"),
        ("Pat O'Roe", "Pat O’Roe"),
        ("Jo-Ann Maas", "Jo\u2011Ann Maas"),
        ("J. D. Roe", "J.D. Roe"),
        ("Ａｎａ Roe", "Ana\u00a0Roe"),
        ("Ana Roe", "Ana Roe, PhD"),
    ],
)
def test_spellings_of_a_name_are_the_same_normalized(one: str, other: str) -> None:
    """Case, width, diacritics, dots, kinds of dashes and apostrophes, titles and degrees do not count."""
    assert normalize(one, "person") == normalize(other, "person")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Roe", "Anna Roe"),
        ("Ana Roe", "Ana M. Roe"),
        ("Jan Roe Jr.", "Jan Roe"),
        ("Dr. Roe", "Roe"),
        ("Jan van Maas", "Jan Maas"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    """Middle names, generations and particles count, and a surname behind a title is no bare surname."""
    assert normalize(one, "person") != normalize(other, "person")


def test_titles_are_words_of_organizations() -> None:
    """What is a title of a person belongs to the name of an organization."""
    assert normalize("General Cranes, Inc.", "organization") == "general cranes inc"
    assert normalize("Maas & Roe", "organization") == normalize("Maas and Roe", "organization")


@given(st.text(), st.sampled_from(["person", "organization", "group", "author"]))
def test_any_text_has_a_normal_form_that_a_database_holds(name: str, kind: str) -> None:
    """It is not empty unless the text is blank, short, without NUL, and the same when normalized once more."""
    normal = normalize(name, kind)
    assert bool(normal) == bool(name.replace("\0", " ").strip())
    assert len(normal) <= LONGEST + 65 and "\0" not in normal
    normal.encode()


def test_long_names_keep_their_difference() -> None:
    """Names that begin alike and differ behind the limit do not become one."""
    start = "Commission of " + "very " * 100
    assert normalize(start + "small ports", "group") != normalize(start + "large ports", "group")


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("Ana Roe", "person", True),
        ("Ana Roe", "author", True),
        ("J. D. Roe", "person", True),
        ("Минна Роева", "person", True),
        ("Roe", "person", False),
        ("A. Roe", "person", False),
        ("Dr. Roe", "person", False),
        ("Pope Leo", "person", False),
        ("a senior official", "person", False),
        ("White House Official", "person", False),
        ("The Editorial Board", "author", False),
        ("author", "author", False),
        ("林小山", "person", False),
        ("Harbour Watch", "organization", True),
        ("Varnport", "organization", True),
        ("the Foreign Ministry", "organization", False),
        ("police", "organization", False),
        ("Varnsee analysts", "group", False),
        ("Harbour Report", "document", False),
    ],
)
def test_only_full_proper_names_tell_experts_apart(name: str, kind: str, told: bool) -> None:
    """A name leads across articles when it is a person's full name or an organization's proper name."""
    assert tells_apart(name, kind) is told


@pytest.mark.parametrize(
    ("one", "other", "differing"),
    [
        (SENATOR, SCHOLAR, "role"),
        (SENATOR, ("former senator", "Varn College"), ""),
        (SENATOR, ("president", "Reed Party"), ""),
        (SENATOR, ("president", None), "role"),
        (("senator", None), ("spokeswoman", "Varn College"), "role"),
        (("spokeswoman", "Nokia"), (None, "Volvo"), "affiliation"),
        (SENATOR, NOBODY, ""),
        (("senator", None), (None, "Varn College"), ""),
        (("banker", "IHW"), ("economist", "International Harbour Watch"), ""),
        (("senior fellow", None), ("senior engineer", None), "role"),
        (("deputy head", None), ("deputy head", None), ""),
        (("chief executive", None), ("the CEO", None), ""),
        (("spokesman", None), ("spokeswoman", None), ""),
        (("the PM", None), ("prime minister", None), ""),
        (("chief", "Goldman Sachs"), ("head", "Gold Fields"), "role"),
    ],
)
def test_what_both_tell_and_nothing_agrees_in_is_a_conflict(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None], differing: str
) -> None:
    """Of roles or of affiliations; a word in common, an acronym or another word for the office is agreement."""
    assert conflict(one, other) == differing == conflict(other, one)


def test_an_acronym_has_the_initials_of_the_words_that_count() -> None:
    """Articles and prepositions do not; a single word has no acronym."""
    assert acronym("the International Union of Harbours") == "iuh"
    assert acronym("Varnport") == ""
    assert agreeing(("", "IUH"), ("", "International Union of Harbours")) == 1


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (("senator", None), 1),  # agrees with one
        (NOBODY, 3),  # the one of whom as little is told
        (("senator", "Varn College"), None),  # agrees with two
        (("professor", "College of Varn"), 2),
        (("baker", None), None),  # agrees with nobody
    ],
)
def test_among_namesakes_only_a_clear_one_is_chosen(said: tuple[str | None, str | None], found: int | None) -> None:
    """The only one that agrees in role or affiliation, else nobody."""
    namesakes = enumerate((SENATOR, SCHOLAR, NOBODY), 1)
    known = {number: [Known(number, number, "person", "name", described)] for number, described in namesakes}
    assert choose(said, known) == found


def test_of_several_that_agree_the_same_or_the_one_that_agrees_in_both_is_chosen() -> None:
    """Else it is not clear."""
    described = [SENATOR, ("senator", None), ("senator", "Reed Inn")]
    known = {number: [Known(number, number, "person", "name", one)] for number, one in enumerate(described, 1)}
    assert choose(("senator", None), known) == 2
    assert choose(("senator", "Reed Inn"), known) == 3
    assert choose(("old senator", "Varn Mill"), known) is None
    assert choose(("old senator", "Varn Party"), {key: known[key] for key in (1, 2)}) == 1


def test_of_those_of_whom_nothing_is_told_the_last_is_chosen_that_nobody_took_apart() -> None:
    """So that further articles make no more of them."""
    known = {number: [Known(number, number, "person", "name")] for number in (1, 2, 3)}
    assert choose(NOBODY, known) == 3
    assert choose(NOBODY, known, apart={3}) == 2
    assert choose(NOBODY, known, apart={1, 2, 3}) is None


def test_merged_namesakes_are_one_choice() -> None:
    """The one of them that agrees stands for all, without role and affiliation the first."""
    known = {1: [Known(1, 1, "person", "name", SENATOR), Known(2, 1, "person", "name", SCHOLAR)]}
    assert choose(("professor", None), known) == 2
    assert choose(NOBODY, known) == 1
    assert choose(("baker", None), known) is None


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        (person("Ana Roe"), person("Dr. Ana Roe"), 1),
        (person("Ana Roe", kind="author"), person("Ana Roe"), 1),
        (person("Harbour Watch", kind="organization"), person("Harbour Watch", kind="organization"), 1),
        (person("Harbour Watch", kind="organization"), person("Harbour Watch"), 2),
        (person("Ana Roe", role="senator", affiliation="Reed"), person("Ana Roe", role="cook", affiliation="Inn"), 2),
        (person("Ana Roe", role="senator", affiliation="Reed"), person("Ana Roe", role="cook"), 2),
        (person("Ana Roe", role="senator", affiliation="Reed"), person("Ana Roe", role="former senator"), 1),
        (person("Roe"), person("Roe"), 2),
        (person("Ana Roe", aliases=("Roe",)), person("Roe"), 2),
        (person("Ana Roe", aliases=("Anna Maria Roe",)), person("Anna Maria Roe"), 2),
        (person("Anna Maria Roe"), person("Ana Roe", aliases=("Anna Maria Roe",)), 2),
        (person("Ana Roe", role="an economist"), person("Ana Roe", role="a footballer"), 2),
        (person("Ana Roe", role="an economist"), person("Ana Roe", affiliation="Varn Inn"), 2),
        (person("Ana Roe", role="pilot", affiliation="Nokia"), person("Ana Roe", affiliation="Volvo"), 2),
        (person("Ana Roe", role="a footballer"), person("Ana Roe"), 1),
        (person("Ana Roe"), person("Ana Roe", role="a footballer"), 1),
        (person("International Reed Watch", kind="organization", aliases=("IRW",)), person("IRW"), 2),
        (person("engineers", kind="group"), person("engineers", kind="group"), 2),
        (person("Reed Report", kind="document"), person("Reed Report", kind="document"), 2),
        (person("author", kind="author"), person("author", kind="author"), 2),
    ],
)
def test_across_articles_identity_is_conservative(store: Store, one: Expert, other: Expert, number: int) -> None:
    """Full names and organizations are found again; surnames, groups, documents and unnamed authors are not."""
    store.add(cite("the quay", one))
    store.add(cite("the dam", other))
    assert len(store.experts()) == number


def test_within_an_article_the_same_name_is_the_same_expert(store: Store) -> None:
    """In every run over it, whatever kind of name it is."""
    cited = (person("Roe"), person("engineers", kind="group"), person("author", kind="author"))
    store.add(cite("the quay", *cited))
    store.add(cite("the quay", *cited, model="fake-2"))
    assert _names(store) == ["Roe", "author", "engineers"]


def test_nothing_is_overwritten_but_gaps_are_filled(store: Store) -> None:
    """A role or affiliation that the store lacks is taken from a later article; others stay."""
    store.add(cite("the quay", person("Ana Roe", role="engineer")))
    store.add(cite("the dam", person("Ana Roe", role="chief engineer", affiliation="Harbour Watch")))
    store.add(cite("the lock", person("Ana Roe", role="engineer", affiliation="Reed Institute")))
    found = store.expert("Ana Roe")
    assert (found.role, found.affiliation, found.articles) == ("engineer", "Harbour Watch", 3)


def test_names_of_articles_become_aliases(store: Store) -> None:
    """Each name once, the first one the expert's name; a name of another spelling adds nothing."""
    store.add(cite("the quay", person("Ana Roe", aliases=("Roe",))))
    store.add(cite("the dam", person("ANA ROE", aliases=("Roe", "Roe of Varnsee"))))
    found = store.expert("Ana Roe")
    assert (found.name, found.aliases) == ("Ana Roe", ("Roe", "Roe of Varnsee"))


def test_a_recorded_alias_leads_to_its_expert(store: Store) -> None:
    """Also a single word, from then on and for the same kind of expert only."""
    store.add(cite("the quay", person("Ana Roe")))
    store.add_alias("Ana Roe", "Roe")
    store.add(cite("the dam", person("Roe"), person("Piet Maas")))
    store.add(cite("the lock", person("Roe", kind="organization")))
    assert store.expert("Ana Roe").articles == 2
    assert len(store.experts()) == 3


def test_an_expert_that_was_merged_is_found_as_part_of_the_whole(store: Store) -> None:
    """Its own row gets the claims, so that the merge can be taken back; the whole shows them."""
    store.add(cite("the quay", person("Ana Roe")))
    store.add(cite("the dam", person("Anna Rowe")))
    whole = store.merge("Ana Roe", "Anna Rowe")
    store.add(cite("the lock", person("Anna Rowe")))
    assert store.expert(whole.id).articles == 3
    stays, goes = store.split(whole.merged[0])
    assert (stays.articles, goes.articles) == (1, 2)


def test_namesakes_do_not_multiply(store: Store) -> None:
    """Once two namesakes are known, articles that tell nothing share one unclear expert, not one each."""
    store.add(cite("the quay", person("Ana Roe", role="senator", affiliation="Reed Party")))
    store.add(cite("the dam", person("Ana Roe", role="cook", affiliation="Varn Inn")))
    for subject in ("the lock", "the pier", "the mole"):
        store.add(cite(subject, person("Ana Roe")))
    assert sorted(expert.articles for expert in store.experts()) == [1, 1, 3]


def test_no_article_makes_one_of_two_namesakes(store: Store) -> None:
    """An economist, a footballer and one of whom nothing is told are three; later articles find each again."""
    told = (person("John Smith", role="economist"), person("John Smith", role="footballer"), person("John Smith"))
    for turn in range(2):
        for place, one in enumerate(told):
            store.add(cite(f"quay {turn} {place}", one))
    assert sorted((one.role or "", one.articles) for one in store.experts()) == [
        ("", 2), ("economist", 2), ("footballer", 2),
    ]  # fmt: skip


def test_one_that_was_taken_apart_gets_no_further_unclear_article(store: Store) -> None:
    """A person said that it is a namesake: articles that tell nothing share another one."""
    results = [cite(f"quay {place}", person("Ana Roe")) for place in range(4)]
    store.add_all(results[:2])
    store.split(1, articles=[results[1].article.id])
    store.add_all(results[2:])
    assert sorted(expert.articles for expert in store.experts()) == [1, 1, 2]


def test_ids_go_in_the_order_of_the_article(store: Store) -> None:
    """New experts get ascending ids by first mention."""
    store.add(cite("the quay", person("Zoe Roe"), person("Ana Maas"), person("Mia Lund")))
    assert [expert.name for expert in sorted(store.experts(), key=lambda one: one.id)] == [
        "Zoe Roe",
        "Ana Maas",
        "Mia Lund",
    ]


def test_resolving_takes_few_statements(database_url: str) -> None:
    """Their number does not grow with the number of experts."""
    database = open_database(database_url, create=True)
    cited = [Expert(id=f"e{number}", name=f"Ana Roe{'x' * number}", kind="person") for number in range(1, 40)]
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with database.writing() as connection:
        first = resolve_experts(connection, "0" * 64, cited)
        new = len([one for one in asked if not one.startswith(("BEGIN", "PRAGMA"))])
        again = resolve_experts(connection, "1" * 64, cited)
    database.close()
    assert first == again and len(set(first.values())) == len(cited)
    assert new <= 5 and len(asked) <= 9


def test_names_are_looked_up_by_their_index(sqlite_path: Any) -> None:
    """Looking for the names of an article scans no table."""
    with Store(sqlite_path):
        engine = create_engine(f"sqlite:///{sqlite_path}")
    told = (
        "EXPLAIN QUERY PLAN SELECT * FROM experts JOIN expert_names ON expert_id = experts.id"
        " WHERE normalized IN ('ana roe', 'piet maas') OR (normalized IN ('roe') AND origin = 'recorded')"
    )
    with engine.connect() as connection:
        plan = " ".join(str(row[3]) for row in connection.exec_driver_sql(told))
    engine.dispose()
    assert "ix_expert_names_normalized" in plan and "SCAN" not in plan


def test_two_writers_add_a_new_person_once(database_url: str) -> None:
    """Both wait for each other, so that the second one finds what the first one added."""
    with Store(database_url) as store:
        for turn in range(5):
            name = f"Ana Roe{'abcde'[turn]}"
            start = Barrier(2)

            def add(subject: str, name: str = name, start: Barrier = start) -> None:
                start.wait()
                store.add(cite(subject, person(name), person("Piet Maas")))

            with ThreadPoolExecutor(2) as pool:
                list(pool.map(add, (f"the quay {turn}", f"the dam {turn}")))
        assert len(store.experts()) == 6


def test_batches_in_opposite_orders_are_both_stored(database_url: str) -> None:
    """All locks of a batch are taken before its first result is stored, so that no two wait for each other."""
    people = [person(name) for name in ("Ana Roe", "Piet Maas", "Mia Lund", "Zoe Berg")]
    batch = [cite(f"quay {place}", people[place % 4], people[(place + 1) % 4]) for place in range(12)]
    with Store(database_url) as store:
        for turn in range(5):
            start = Barrier(2)
            subjects = [one.model_copy(update={"provenance": _provenance(one, f"fake-{turn}")}) for one in batch]

            def add(results: list[Any], start: Barrier = start) -> int:
                start.wait()
                return sum(added.new for added in store.add_all(iter(results)))

            with ThreadPoolExecutor(2) as pool:
                assert sum(pool.map(add, (subjects, subjects[::-1]))) == len(batch)
        assert sorted(expert.articles for expert in store.experts()) == [6] * 4


def _provenance(result: Any, model: str) -> Any:
    return result.provenance.model_copy(update={"model": model})


def test_adding_does_not_wait_for_rows_that_a_merge_holds(postgresql_url: str) -> None:
    """Gaps of theirs stay for the next article, so that a merge and an article never wait for each other."""
    with Store(postgresql_url) as store, ThreadPoolExecutor(1) as pool:
        store.add(cite("the quay", person("Ana Roe"), person("Piet Maas")))
        told = person("Ana Roe", role="pilot"), person("Piet Maas", role="cook")
        with store._database.writing() as connection:
            merge(connection, 1, 2)
            pool.submit(store.add, cite("the dam", *told)).result(timeout=20)
        store.add(cite("the lock", *told))
        with store._database.reading() as connection:
            assert connection.scalars(select(experts.c.job_title).order_by(experts.c.id)).all() == ["pilot", "cook"]


def test_what_is_written_has_the_normalized_name(store: Store) -> None:
    """``expert_names`` holds each name as the article has it, and normalized."""
    store.add(cite("the quay", person("Dr. Ana Roe", aliases=("ROE",))))
    with store._database.reading() as connection:
        rows = connection.execute(select(expert_names.c.name, expert_names.c.normalized, expert_names.c.origin)).all()
        assert connection.scalars(select(experts.c.name)).all() == ["Dr. Ana Roe"]
    assert sorted(tuple(row) for row in rows) == [("Dr. Ana Roe", "ana roe", "name"), ("ROE", "roe", "alias")]
