"""Which run of an article is current."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_results import sample_article, sample_extraction, sample_provenance, sample_summary
from sqlalchemy import insert, select

from extractor.errors import InputError
from extractor.schemas.stored import Added
from extractor.store import Store
from extractor.store.articles import find_article
from extractor.store.currency import BUILTIN, Candidate, current
from extractor.store.tables import articles, claims

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 99),
        st.sampled_from([BUILTIN, "openai"]),
        st.sampled_from([NOON, NOON + timedelta(hours=1)]),
        st.booleans(),
    ),
    unique_by=lambda run: run.id,
)


def add(store: Store, engine: str, /, *, hours: int = 0, **more: Any) -> Added:
    """Store a run of the sample that an engine made some hours after noon."""
    made = {"engine": engine, "model": f"{engine} {hours}", "started_at": NOON + timedelta(hours=hours)}
    return store.add(sample_extraction(provenance=sample_provenance(**made), **more))


def current_runs(store: Store) -> list[int]:
    """The ids of the runs that are current."""
    return [run.id for run in store.runs() if run.current]


def listed_runs(store: Store) -> set[int]:
    """The ids of the runs whose claims are listed."""
    with store._database.reading() as connection:
        return set(connection.scalars(select(claims.c.run_id).where(claims.c.listed)))


def test_the_newest_run_of_a_model_is_current() -> None:
    """A run of the built-in engine counts only where there is none of a model."""
    model, later = Candidate(1, "openai", NOON), Candidate(2, "openai", NOON + timedelta(hours=1))
    builtin = Candidate(3, BUILTIN, NOON + timedelta(hours=2))
    assert current([later, model, builtin]) == 2
    assert current([builtin, Candidate(4, BUILTIN, NOON)]) == 3
    assert current([]) is None


def test_a_chosen_run_is_current() -> None:
    """What a person chose goes before the rule."""
    assert current([Candidate(1, BUILTIN, NOON, chosen=True), Candidate(2, "openai", NOON)]) == 1


def test_of_runs_that_started_together_the_last_stored_is_current() -> None:
    """The id decides between equal times."""
    assert current([Candidate(5, "openai", NOON), Candidate(9, "openai", NOON), Candidate(7, "openai", NOON)]) == 9


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_the_order_of_runs_decides_nothing(runs: list[Candidate], random: Any) -> None:
    """The same runs in another order have the same current one, and it is one of them."""
    best = current(runs)
    random.shuffle(runs)
    assert current(runs) == best
    assert best in {run.id for run in runs} if runs else best is None


def test_runs_take_over_from_each_other(store: Store) -> None:
    """A model's run takes over from the built-in engine's, a newer one from an older one, not the other way round."""
    builtin = add(store, BUILTIN, hours=5)
    assert current_runs(store) == [builtin.run_id]
    model = add(store, "openai", hours=3)
    assert current_runs(store) == [model.run_id]
    add(store, "openai", hours=1)
    add(store, BUILTIN, hours=9)
    assert current_runs(store) == [model.run_id]
    assert listed_runs(store) == {model.run_id}


def test_a_run_without_claims_hides_those_of_the_run_before(store: Store) -> None:
    """What the current run did not find is not listed."""
    add(store, BUILTIN)
    add(store, "openai", positions=(), predictions=(), experts=())
    assert listed_runs(store) == set()


def test_choosing_a_run_and_taking_it_back(store: Store) -> None:
    """The chosen run stays current when newer ones come, until the choice is taken back or another is made."""
    first, second = add(store, "openai", hours=1), add(store, "openai", hours=2)
    chosen = store.choose(first.run_id)
    assert (chosen.id, chosen.current, chosen.chosen) == (first.run_id, True, True)
    third = add(store, "openai", hours=3)
    assert listed_runs(store) == {first.run_id}
    store.choose(second.run_id)
    assert [run.chosen for run in store.runs()] == [False, True, False]
    left = store.choose(second.run_id, chosen=False)
    assert (left.id, left.current, left.chosen) == (third.run_id, True, False)
    assert current_runs(store) == [third.run_id]
    assert listed_runs(store) == {third.run_id}


def test_a_choice_that_nobody_made_cannot_be_taken_back(store: Store) -> None:
    """Neither while another run is the chosen one nor while none is; nothing changes."""
    first, second = add(store, "openai", hours=1), add(store, "openai", hours=2)
    store.choose(first.run_id)
    with pytest.raises(InputError, match=f"run {second.run_id} was not chosen"):
        store.choose(second.run_id, chosen=False)
    assert current_runs(store) == [first.run_id]
    assert store.choose(first.run_id, chosen=False).id == second.run_id
    with pytest.raises(InputError, match=f"run {first.run_id} was not chosen"):
        store.choose(first.run_id, chosen=False)


def test_choosing_an_extraction_leaves_the_summary_alone(store: Store) -> None:
    """Runs of another task of the article stay current."""
    first = add(store, "openai", hours=1)
    summary = store.add(sample_summary())
    add(store, "openai", hours=2)
    store.choose(first.run_id)
    assert sorted(current_runs(store)) == [first.run_id, summary.run_id]


def test_what_cannot_be_chosen(store: Store) -> None:
    """An unknown run and a failed one are told apart."""
    failed = store.add_failure(InputError("bad"), task="extract", engine=BUILTIN, article=sample_article())
    for unknown in (999, -1, 10**30):
        with pytest.raises(InputError, match=f"no run {unknown} is stored"):
            store.choose(unknown)
    with pytest.raises(InputError, match=f"run {failed.run_id} failed"):
        store.choose(failed.run_id)


def test_runs_are_listed_newest_first(store: Store) -> None:
    """With what they found and what is known of the article."""
    old, new = add(store, BUILTIN, hours=1), add(store, "openai", hours=2)
    runs = store.runs(limit=5)
    assert [run.id for run in runs] == [new.run_id, old.run_id]
    assert (runs[0].positions, runs[0].predictions, runs[0].rejected) == (1, 1, 1)
    assert runs[0].article is not None
    assert runs[0].article.title == sample_article().title
    assert runs[0].started_at == NOON + timedelta(hours=2)
    assert len(store.runs(limit=1)) == 1
    assert (store.runs(limit=-1), store.runs(limit=0), len(store.runs(limit=10**20))) == ([], [], 2)


def test_runs_of_an_article_or_a_status(store: Store) -> None:
    """The beginning of the article's id is enough."""
    done = add(store, BUILTIN)
    other = store.add(sample_extraction("the new pier of Varnsee will be empty"))
    failed = store.add_failure(InputError("bad"), task="extract", engine=BUILTIN)
    assert other.article_id is not None
    assert [run.id for run in store.runs(other.article_id[:8].upper())] == [other.run_id]
    assert [run.id for run in store.runs(failed=True)] == [failed.run_id]
    assert {run.id for run in store.runs(failed=False)} == {done.run_id, other.run_id}


@pytest.mark.parametrize("wrong", ["", "abc", "abcde", "zzzzzz", "a%_'\"\0", "0" * 65])
def test_what_is_no_article_id_is_told(store: Store, wrong: str) -> None:
    """Six or more hexadecimal digits make the beginning of an id."""
    with pytest.raises(InputError, match="is no article id"):
        store.runs(wrong)


def test_the_beginning_of_an_id_finds_one_article(store: Store) -> None:
    """None and several are told, and how to go on."""
    ids = ["abcdef0" + "0" * 57, "abcdef1" + "f" * 57]
    with store._database.writing() as connection:
        connection.execute(insert(articles), [{"id": one, "text": "x", "added_at": NOON} for one in ids])
        assert find_article(connection, "abcdef1") == ids[1]
        assert find_article(connection, f" {ids[0].upper()}") == ids[0]
        with pytest.raises(InputError, match=r"several articles begin with 'abcdef'.*give more digits"):
            find_article(connection, "abcdef")
        with pytest.raises(InputError, match="no article 'abcdef2' is stored"):
            find_article(connection, "abcdef2")
