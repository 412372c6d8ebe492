"""Runs that many processes share: claiming them, and storing how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from store_writer import made

from extractor.errors import InputError, ServerError, StoreError
from extractor.run_keys import key_of
from extractor.store import ClaimStatus, Ending, FailedAttempt, Store, Wanted
from extractor.store.batches import ending
from extractor.store.tables import leases

KEYS = [f"{number:064x}" for number in range(1_200)]
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def claim(store: Store, keys: Sequence[str], holder: str = "a", **more: Any) -> list[ClaimStatus]:
    """Claim keys without articles for a minute."""
    return store.claim_runs([Wanted(key=key) for key in keys], holder, lease=60.0, **more)


def done(number: int) -> Ending:
    """That the article of this number was extracted."""
    return Ending(key=key_of(made(number)), result=made(number), read_from=f"{number}.txt")


def failed(key: str, **more: Any) -> Ending:
    """That a run failed."""
    attempt = FailedAttempt(error=ServerError("the server is down"), task="extract", engine="fake", **more)
    return Ending(key=key, result=attempt, read_from="1.txt")


def test_one_holder_gets_a_run(store: Store) -> None:
    """What somebody holds is held for everybody, for its holder too."""
    assert claim(store, KEYS[:3]) == ["mine"] * 3
    assert claim(store, KEYS[2:4], "b") == ["held", "mine"]
    assert claim(store, KEYS[:4]) == ["held"] * 4


def test_a_key_that_is_wanted_twice_is_worked_at_once(store: Store) -> None:
    """The first is to be worked at; the other waits for it."""
    assert claim(store, [KEYS[0], KEYS[1], KEYS[0]]) == ["mine", "mine", "held"]


def test_any_number_is_claimed(store: Store) -> None:
    """More than a statement takes; none is nothing."""
    assert claim(store, KEYS) == ["mine"] * len(KEYS)
    assert claim(store, []) == []
    assert store.keep_runs("a", lease=60.0) == store.release_runs("a") == len(KEYS)


def test_a_lease_that_is_over_is_taken_over(store: Store) -> None:
    """By others; what is kept is not over."""
    store.claim_runs([Wanted(key=KEYS[0])], "a", lease=-1.0)
    assert store.keep_runs("a", lease=60.0) == 1
    assert claim(store, KEYS[:1], "b") == ["held"]
    store.keep_runs("a", lease=-1.0)
    assert (claim(store, KEYS[:1], "b"), store.keep_runs("a", lease=60.0)) == (["mine"], 0)


def test_released_runs_are_free(store: Store) -> None:
    """Those of the holder that are named, or all; never those of another."""
    claim(store, KEYS[:4])
    claim(store, KEYS[4:5], "b")
    assert (store.release_runs("a", KEYS[:1]), store.release_runs("a", KEYS[4:5]), store.release_runs("c")) == (1, 0, 0)
    assert store.release_runs("a") == 3
    assert claim(store, KEYS[:5], "c") == ["mine"] * 4 + ["held"]


def test_what_is_stored_is_done(store: Store) -> None:
    """Whoever claims it; finishing drops the leases."""
    endings = [done(number) for number in range(3)]
    claim(store, [one.key for one in endings])
    added = store.finish_runs(endings, "a")
    assert [not isinstance(one, Exception) and one.new for one in added] == [True] * 3
    assert claim(store, [*(one.key for one in endings), KEYS[0]], "b") == ["done"] * 3 + ["mine"]
    assert store.find_done([endings[0].key, KEYS[0]]) == {endings[0].key}
    assert [run.input for run in store.runs()] == ["2.txt", "1.txt", "0.txt"]


def test_a_further_appearance_of_what_is_done_is_stored(store: Store) -> None:
    """The article need not be read again to know that it stood elsewhere too."""
    ended = done(1)
    article = made(1).article.model_copy(update={"url": "https://news.example/1"})
    store.finish_runs([ended], "a")
    wanted = [Wanted(key=ended.key, article=one) for one in (made(1).article, article, article)]
    assert store.claim_runs(wanted, "b", lease=60.0) == ["done"] * 3
    assert [seen.url for seen in store.article(article.id).appearances] == [None, "https://news.example/1"]


def test_what_failed_is_tried_again_but_not_in_the_same_batch(store: Store) -> None:
    """It is ``failed`` for those who began before it failed."""
    claim(store, KEYS[:1])
    store.finish_runs([failed(KEYS[0], article=made(1).article)], "a")
    (run,) = store.runs(failed=True)
    assert (run.key, run.input, run.error) == (KEYS[0], "1.txt", "the server is down")
    assert claim(store, KEYS[:1], "b", since=BEFORE) == ["failed"]
    assert claim(store, KEYS[:1], "b", since=datetime.now(UTC) + timedelta(hours=1)) == ["mine"]
    store.release_runs("b")
    assert claim(store, KEYS[:1], "b") == ["mine"]


def test_an_input_that_cannot_be_read_is_a_failed_run(store: Store) -> None:
    """It has no article."""
    store.finish_runs([failed(KEYS[5])], "a")
    assert [run.article for run in store.runs(failed=True)] == [None]
    assert claim(store, KEYS[5:6], since=BEFORE) == ["failed"]


def test_a_failure_hides_no_result(store: Store) -> None:
    """What another holder finished meanwhile stays done, and nothing is added."""
    store.finish_runs([done(1)], "b")
    (added,) = store.finish_runs([failed(done(1).key, article=made(1).article)], "a")
    assert not isinstance(added, Exception) and not added.new
    assert store.runs(failed=True) == []


def test_a_result_whose_lease_was_lost_is_stored_once(store: Store) -> None:
    """It was paid for; the second one of the same run adds nothing."""
    claim(store, [done(1).key], "b")
    first, second = (store.finish_runs([done(1)], holder)[0] for holder in ("a", "b"))
    assert not isinstance(first, Exception) and not isinstance(second, Exception)
    assert (first.new, second.new, second.run_id) == (True, False, first.run_id)
    assert store.release_runs("b") == 0


def test_one_that_cannot_be_stored_does_not_keep_the_others_from_it(store: Store) -> None:
    """Its error stands in its place, and its lease stays until it is stored as failed."""
    article = made(2).article.model_copy(update={"title": "NUL \0"})
    bad = Ending(key=KEYS[7], result=made(2).model_copy(update={"article": article}))
    claim(store, [done(1).key, KEYS[7], done(3).key])
    first, error, last = store.finish_runs([done(1), bad, done(3)], "a")
    assert isinstance(error, InputError) and not isinstance(first, Exception) and not isinstance(last, Exception)
    assert claim(store, [done(1).key, KEYS[7], done(3).key], "b") == ["done", "held", "done"]
    store.finish_runs([failed(KEYS[7])], "a")
    assert claim(store, KEYS[7:8], "b", since=BEFORE) == ["failed"]


def test_a_database_that_fails_is_told_and_nothing_is_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The leases stand, so that the same may be stored later."""
    claim(store, [done(1).key, done(2).key])

    def fail(*_: object) -> None:
        raise StoreError("the disk is full: make room")

    with monkeypatch.context() as patch:
        patch.setattr(ending, "finish", fail)
        with pytest.raises(StoreError, match="disk is full"):
            store.finish_runs([done(1), done(2)], "a")
    assert claim(store, [done(1).key, done(2).key], "b") == ["held", "held"]


def test_results_of_one_article_may_come_together(store: Store) -> None:
    """The later one is the current one, and claims keep their ids."""
    later = made(1).provenance.model_copy(update={"settings": {"chunk_size": 7}, "model": "fake-2"})
    again = made(1).model_copy(update={"provenance": later})
    store.finish_runs([done(1), Ending(key=key_of(again), result=again), done(2), done(1)], "a")
    assert [(run.model, run.current) for run in store.runs(made(1).article.id)] == [("fake-2", True), ("fake-1", False)]
    assert sorted(claim.id for claim in store.claims()) == [*range(1, 17), *range(17, 33)]
    assert list(store.check()) == []


def test_time_is_that_of_the_database(database_url: str) -> None:
    """A lease of an hour is over an hour later, whoever looks."""
    with Store(database_url) as store:
        claim(store, KEYS[:1])
        with store._database.writing() as connection:
            connection.execute(update(leases).values(until=datetime.now(UTC) - timedelta(seconds=5)))
        assert claim(store, KEYS[:1], "b") == ["mine"]
