"""Finding, listing, merging, splitting and naming experts of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from expert_results import cite, person
from sqlalchemy import Connection, delete, event, select, update

from extractor.errors import InputError
from extractor.store import Store
from extractor.store.experts.linking import find_expert, members, remove_alias
from extractor.store.tables import cited_experts, claims, expert_changes, expert_names, experts, metadata, runs

LINKED = (experts, expert_names, cited_experts, claims)


@contextmanager
def _writing(store: Store) -> Iterator[Connection]:
    with store._database.writing() as connection:
        yield connection


def _fill(store: Store, *names: str) -> list[int]:
    """One article for each name; the ids of the experts."""
    for place, name in enumerate(names):
        store.add(cite(f"quay {place}", person(name)))
    return [store.expert(name).id for name in names]


def _article(subject: str, *names: str) -> str:
    return cite(subject, *map(person, names)).article.id


def _tables(store: Store) -> list[list[tuple[Any, ...]]]:
    """All rows of the tables that changes of experts touch."""
    with store._database.reading() as connection:
        columns = [[column for column in table.c if column.name != "added_at"] for table in LINKED]
        return [sorted(tuple(map(repr, row)) for row in connection.execute(select(*some))) for some in columns]


def _changes(store: Store) -> list[Any]:
    with store._database.reading() as connection:
        return list(connection.execute(select(expert_changes).order_by(expert_changes.c.id)))


def test_an_expert_is_found_by_id_name_and_alias(store: Store) -> None:
    """Digits are an id; spelling and titles of names do not matter."""
    store.add(cite("the quay", person("Ana Roe", aliases=("Roe",)), person("Harbour Watch", kind="organization")))
    roe = store.expert("Ana Roe").id
    for known in (roe, str(roe), f" {roe} ", "ana roe", "Prof. Ana Roe", "Roe", "ROE"):
        assert store.expert(known).id == roe
    assert store.expert("harbour watch").name == "Harbour Watch"


@pytest.mark.parametrize(
    "unknown",
    [0, -1, 7, 2**70, "7", "9" * 5000, "", "  ", "\0", "\ud800", "Nobody", "%", "_", "'; --", "😀", "x" * 100_000],
)
def test_an_unknown_expert_is_an_input_error(store: Store, unknown: int | str) -> None:
    """Whatever was given, the message is one line that says what to do."""
    _fill(store, "Ana Roe")
    with pytest.raises(InputError) as caught:
        store.expert(unknown)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


def test_an_unknown_name_brings_up_those_alike(store: Store) -> None:
    """Experts that have words of the name, the most first."""
    roe, _, _ = _fill(store, "Ana Lund Roe", "Piet Roe", "Mia Maas")
    with pytest.raises(InputError, match=rf"alike: {roe} \(Ana Lund Roe, person\), .*Piet Roe.*\)$"):
        store.expert("Lund Roe")


def test_several_experts_of_a_name_are_told_with_their_ids(store: Store) -> None:
    """With role and affiliation, some of them when they are many."""
    for place in range(7):
        store.add(cite(f"quay {place}", person("Roe", role=f"pilot {place}")))
    with pytest.raises(InputError) as caught:
        store.expert("Roe")
    assert "1 (Roe, pilot 0), 2 (Roe, pilot 1)" in str(caught.value) and "and 2 more" in str(caught.value)


def test_experts_are_listed_by_how_much_they_hold(store: Store) -> None:
    """Those with the most listed claims first, with the counts of all that were merged into them."""
    _fill(store, "Ana Roe", "Anna Rowe", "Piet Maas")
    store.add(cite("the dam", person("Piet Maas")))
    store.add(cite("the lock", person("Anna Rowe"), person("Ana Roe")))
    store.merge("Ana Roe", "Anna Rowe")
    listed = [(one.name, one.positions, one.predictions, one.articles) for one in store.experts()]
    assert listed == [("Ana Roe", 4, 0, 3), ("Piet Maas", 2, 0, 2)]
    assert [one.name for one in store.experts(limit=1, offset=1)] == ["Piet Maas"]


def test_claims_that_are_not_listed_do_not_count(store: Store) -> None:
    """A second run of an article counts its claims once."""
    for model in ("fake-1", "fake-2"):
        store.add(cite("the quay", person("Ana Roe"), model=model))
    assert store.expert("Ana Roe").positions == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("roe", ["Ana Roe", "Piet Roe"]),
        ("ROE an", ["Ana Roe"]),
        ("oe", []),
        ("watch", ["Harbour Watch"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("\0", []),
        ("' OR 1=1", []),
    ],
)
def test_experts_are_listed_by_words_of_their_names(store: Store, words: str, found: list[str]) -> None:
    """All words, from their beginnings; nothing that is given is a pattern."""
    cited = (person("Ana Roe"), person("Piet Roe"), person("Harbour Watch", kind="organization"))
    store.add(cite("the quay", *cited))
    assert sorted(one.name for one in store.experts(words)) == found


def test_listing_takes_a_constant_number_of_statements(store: Store) -> None:
    """However many experts there are."""
    store.add(cite("the quay", *(person(f"Ana Roe{'x' * number}") for number in range(1, 60))))
    asked: list[str] = []
    event.listen(store._database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert len(store.experts()) == 59
    assert len([one for one in asked if one.startswith("SELECT")]) <= 5


def test_merging_makes_one_expert_of_two(store: Store) -> None:
    """Names and counts come together, claims stay as they are, and the change is logged."""
    roe, rowe = _fill(store, "Ana Roe", "Anna Rowe")
    merged = store.merge(roe, "Anna Rowe", reason=" the same bio ")
    assert merged == store.expert(rowe) == store.expert("anna rowe")
    assert (merged.id, merged.merged, merged.aliases, merged.articles) == (roe, (rowe,), ("Anna Rowe",), 2)
    (change,) = _changes(store)
    assert (change.action, change.expert_id, change.other_id) == ("merge", roe, rowe)
    assert (change.detail, change.reason) == ({"members": [rowe]}, "the same bio")


def test_merging_goes_over_several_levels(store: Store) -> None:
    """All that was merged into a part has the whole as its root, and each merge can be taken back by itself."""
    one, two, three, four = _fill(store, "Ana Roe", "Anna Rowe", "Anne Row", "An Ro")
    store.merge(three, four)
    store.merge(two, three)
    assert store.merge(one, four).merged == (two, three, four)
    stays, goes = store.split(three)
    assert (stays.id, stays.merged, goes.id, goes.merged) == (one, (two,), three, (four,))
    with _writing(store) as connection:
        assert [members(connection, root) for root in (one, three)] == [[one, two], [three, four]]
        assert [find_expert(connection, part) for part in (one, two, three, four)] == [one, one, three, three]


def test_an_expert_cannot_be_merged_into_itself(store: Store) -> None:
    """Neither by itself nor by a part of it; nothing is logged."""
    one, two = _fill(store, "Ana Roe", "Anna Rowe")
    with pytest.raises(InputError, match="one expert already"):
        store.merge(one, "Ana Roe")
    store.merge(one, two)
    with pytest.raises(InputError, match="one expert already"):
        store.merge(two, one)
    assert len(_changes(store)) == 1


def test_two_merges_at_once_make_no_circle(store: Store) -> None:
    """The second one sees the first, and is refused."""
    one, two = _fill(store, "Ana Roe", "Anna Rowe")

    def merge(pair: tuple[int, int]) -> str:
        try:
            return str(store.merge(*pair).id)
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(merge, [(one, two), (two, one)]), key=len)
    assert told[0] in (str(one), str(two)) and "one expert already" in told[1]
    assert len(store.experts()) == 1


def test_what_was_not_merged_cannot_be_taken_apart(store: Store) -> None:
    """The message says what split takes."""
    one, two = _fill(store, "Ana Roe", "Anna Rowe")
    store.merge(one, two)
    for whole in (one, 99):
        with pytest.raises(InputError):
            store.split(whole)
    with pytest.raises(InputError, match="name one that is, or the articles"):
        store.split(one)


def test_splitting_by_articles_moves_what_they_hold(store: Store) -> None:
    """The new expert has the name and role that they tell; later runs of these articles go to it as well."""
    store.add(cite("the quay", person("Ana Roe", role="engineer")))
    other = cite("the dam", person("Ana Roe", aliases=("Roe",)), person("Piet Maas"))
    store.add(other)
    whole = store.expert("Ana Roe").id
    stays, goes = store.split(whole, articles=[other.article.id[:8]])
    assert (stays.id, stays.articles, stays.role) == (whole, 1, "engineer")
    assert (goes.name, goes.articles, goes.role, goes.aliases) == ("Ana Roe", 1, None, ("Roe",))
    store.add(other.model_copy(update={"provenance": other.provenance.model_copy(update={"model": "fake-2"})}))
    assert (store.expert(goes.id).articles, store.expert(whole).articles, len(store.experts())) == (1, 1, 3)


def test_merging_brings_back_what_was_split(store: Store) -> None:
    """The expert holds again what it held."""
    _fill(store, "Ana Roe")
    store.add(cite("the dam", person("Ana Roe")))
    before = store.expert("Ana Roe")
    _, goes = store.split(before.id, articles=[_article("the dam", "Ana Roe")])
    after = store.merge(before.id, goes.id)
    assert after == before.model_copy(update={"merged": (goes.id,)})


def test_a_split_needs_articles_that_cite_the_expert_and_others_that_do(store: Store) -> None:
    """Nothing moves otherwise."""
    one, _ = _fill(store, "Ana Roe", "Piet Maas")
    before = _tables(store)
    with pytest.raises(InputError, match="does not cite expert 1: leave it out"):
        store.split(one, articles=[_article("quay 1", "Piet Maas")])
    with pytest.raises(InputError, match="so that something stays"):
        store.split(one, articles=[_article("quay 0", "Ana Roe")])
    with pytest.raises(InputError):
        store.split(one, articles=["abcdef"])
    assert _tables(store) == before and _changes(store) == []


def test_an_alias_is_recorded_once(store: Store) -> None:
    """One word will do; recording it again changes nothing, recording it for another is refused."""
    one, two = _fill(store, "Ana Roe", "Piet Maas")
    assert store.add_alias(one, "  The   Pilot ", reason="her pen name").aliases == ("The Pilot",)
    assert store.expert("the pilot").id == one
    assert store.add_alias("the pilot", "THE PILOT").aliases == ("The Pilot",)
    with pytest.raises(InputError, match="'The Pilot' is recorded for expert 1, 'Ana Roe'"):
        store.add_alias(two, "The Pilot")
    assert [(change.action, change.expert_id, change.reason) for change in _changes(store)] == [
        ("alias", one, "her pen name")
    ]


@pytest.mark.parametrize("name", ["7", " 1984 ", "７", "x" * 201])
def test_an_alias_that_is_a_number_or_too_long_is_refused(store: Store, name: str) -> None:
    """Digits are an id."""
    _fill(store, "Ana Roe")
    with pytest.raises(InputError, match=r"would be taken for the id|shorten it to 200"):
        store.add_alias("Ana Roe", name)


@pytest.mark.parametrize("reason", ["a\0b", "\ud800", "x" * 10_001])
def test_a_reason_that_no_database_holds_is_refused(store: Store, reason: str) -> None:
    """Of every change, which is not made then."""
    one, two = _fill(store, "Ana Roe", "Anna Rowe")
    before = _tables(store)
    for change in (
        lambda: store.merge(one, two, reason=reason),
        lambda: store.split(one, reason=reason),
        lambda: store.add_alias(one, "The Pilot", reason=reason),
        lambda: store.remove_alias(one, "The Pilot", reason=reason),
    ):
        with pytest.raises(InputError, match="the reason"):
            change()
    assert _tables(store) == before and _changes(store) == []


@pytest.mark.parametrize("name", ["", "  ", "\0", "a\0b", "\ud800", "\u200b", "?!"])
def test_an_alias_that_cannot_be_read_is_refused(store: Store, name: str) -> None:
    """Blank ones and those with characters that a database cannot hold."""
    _fill(store, "Ana Roe")
    with pytest.raises(InputError, match="is no name"):
        store.add_alias("Ana Roe", name)


def test_a_recorded_alias_goes_before_names_of_articles(store: Store) -> None:
    """A person said whom it means."""
    store.add(cite("the quay", person("Ana Roe", aliases=("Roe",))))
    store.add(cite("the dam", person("Piet Roe", aliases=("Roe",))))
    with pytest.raises(InputError, match="several experts"):
        store.expert("Roe")
    store.add_alias("Piet Roe", "Roe")
    assert store.expert("Roe").name == "Piet Roe"


def test_an_alias_may_have_the_spaces_and_joiners_of_any_script(store: Store) -> None:
    """Spaces of all kinds are spaces; joiners stay."""
    _fill(store, "Ana Roe")
    assert store.add_alias("Ana Roe", "The\u00a0\nPilot").aliases == ("The Pilot",)
    assert store.add_alias("Ana Roe", "می\u200cآنا").aliases == ("The Pilot", "می\u200cآنا")


def test_an_alias_can_be_taken_back(store: Store) -> None:
    """Then it leads nowhere, and another expert may have it."""
    one, two = _fill(store, "Ana Roe", "Piet Maas")
    store.add_alias(one, "The Pilot")
    with _writing(store) as connection:
        assert remove_alias(connection, one, "the pilot").aliases == ()
        with pytest.raises(InputError, match="not recorded for expert 1"):
            remove_alias(connection, one, "the pilot")
    assert store.add_alias(two, "The Pilot").id == two
    assert [change.action for change in _changes(store)] == ["alias", "unalias", "alias"]


def _take_back(connection: Connection, change: Any, /) -> None:
    """Undo a change by what the log holds of it."""
    if change.action == "merge":
        connection.execute(update(experts).where(experts.c.id == change.other_id).values(merged_into=None))
        for part in change.detail["members"]:
            root = None if part == change.other_id else change.other_id
            connection.execute(update(experts).where(experts.c.id == part).values(root_id=root))
    elif change.action == "unmerge":
        connection.execute(update(experts).where(experts.c.id == change.other_id).values(merged_into=change.expert_id))
        moved = experts.c.id.in_(change.detail["members"])
        connection.execute(update(experts).where(moved).values(root_id=change.detail["root"]))
    elif change.action == "split":
        for row, expert in change.detail["claims"]:
            connection.execute(update(claims).where(claims.c.id == row).values(expert_id=expert))
        for row, expert in change.detail["reporters"]:
            connection.execute(update(claims).where(claims.c.id == row).values(reporter_id=expert))
        for run, local, expert in change.detail["cited"]:
            same = (cited_experts.c.run_id == run) & (cited_experts.c.local_id == local)
            connection.execute(update(cited_experts).where(same).values(expert_id=expert))
        connection.execute(delete(experts).where(experts.c.id == change.other_id))
    elif change.action == "alias":
        of_it = expert_names.c.normalized == change.detail["normalized"]
        connection.execute(delete(expert_names).where(of_it, expert_names.c.origin == "recorded"))


def test_the_log_takes_every_change_back(store: Store) -> None:
    """From the last to the first, each leaves the tables as they were before it."""
    one, two, three = _fill(store, "Ana Roe", "Anna Rowe", "Anne Row")
    store.add(cite("the dam", person("Anna Rowe"), person("Piet Maas")))
    steps: Sequence[Any] = (
        lambda: store.merge(two, three),
        lambda: store.merge(one, two),
        lambda: store.split(one, articles=[_article("the dam", "Anna Rowe", "Piet Maas")]),
        lambda: store.add_alias(one, "The Pilot"),
        lambda: store.split(two),
    )
    before = []
    for step in steps:
        before.append(_tables(store))
        step()
    for change, tables in zip(reversed(_changes(store)), reversed(before), strict=True):
        assert _tables(store) != tables
        with _writing(store) as connection:
            _take_back(connection, change)
        assert _tables(store) == tables


def test_a_merge_and_its_split_leave_the_tables_as_they_were(store: Store) -> None:
    """Nothing remains but the log."""
    one, two, three = _fill(store, "Ana Roe", "Anna Rowe", "Anne Row")
    store.merge(two, three)
    before = _tables(store)
    store.merge(one, two)
    store.split(two)
    assert _tables(store) == before
    assert [change.action for change in _changes(store)] == ["merge", "merge", "unmerge"]


def test_no_table_but_those_of_experts_changes(store: Store) -> None:
    """Runs, articles and all else stay as they are."""
    one, two = _fill(store, "Ana Roe", "Anna Rowe")
    others = [table for table in metadata.sorted_tables if table not in (*LINKED, expert_changes)]
    assert runs in others

    def read() -> list[Any]:
        with store._database.reading() as connection:
            return [connection.execute(select(table)).all() for table in others]

    before = read()
    store.merge(one, two)
    store.split(two)
    assert read() == before
