"""The runner: nothing lost, nothing repeated, and no article stops another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from batch_cases import QUICK, MemorySink, ScriptedHands, items, make, raising, run, runs_of, text, until

from extractor import Extractor
from extractor.batch import BatchOptions, FileSink, Item, Postponed, StoreSink, run_batch
from extractor.errors import (
    ConfigurationError,
    ExtractorError,
    InputError,
    RefusalError,
)
from extractor.schemas import Article, Extraction
from extractor.store import Ending, Store


async def test_every_article_is_done_once(store: Store) -> None:
    """All articles are stored, and a second run makes none of them again."""
    hands = ScriptedHands()
    first = await run(items(40), hands, StoreSink(store))
    second = await run(items(40), hands, StoreSink(store))
    assert (first.done, first.skipped, second.done, second.skipped) == (40, 0, 0, 40)
    assert (first.ended, first.exit_code, second.exit_code) == ("done", 0, 0)
    assert sorted(hands.asked) == list(range(40))
    assert set(runs_of(store).values()) == {1}


async def test_a_failing_article_is_a_failed_run_and_tried_again(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever an article raises, the others are done; the next run tries it again."""
    broken = await run(items(6), ScriptedHands(raising(RefusalError("no"), 2)), StoreSink(store))
    odd = await run(items(6), ScriptedHands(raising(ZeroDivisionError("quay 2"), 2)), StoreSink(store))
    well = await run(items(6), ScriptedHands(), StoreSink(store))
    assert [(one.done, one.failed, one.exit_code) for one in (broken, odd, well)] == [(5, 1, 3), (0, 1, 3), (1, 0, 0)]
    assert broken.kinds == {"RefusalError": 1}
    assert (broken.examples[0].place, broken.examples[0].message) == ("row 2", "no")
    assert "unexpected ZeroDivisionError at row 2" in caplog.text
    assert "quay 2" not in caplog.text
    assert (runs_of(store, "failed").total(), runs_of(store).total()) == (2, 6)


async def test_an_item_that_cannot_be_read_is_a_failed_run(store: Store, tmp_path: Path) -> None:
    """A row with an error, a missing file and a blank text fail, each with a run that says where it was read."""
    bad = [
        Item(place="row 7", error=InputError("the row has no text")),
        Item(place="gone", source=str(tmp_path / "gone.txt")),
        Item(place="blank", text=" "),
    ]
    report = await run([*bad, *items(2)], ScriptedHands(), StoreSink(store))
    assert (report.done, report.failed, report.exit_code) == (2, 3, 3)
    assert {one.input for one in store.runs(failed=True)} == {"row 7", "gone", "blank"}


async def test_a_result_that_cannot_be_stored_is_a_failed_run(store: Store) -> None:
    """A database that refuses one result keeps the others of its group, and the failure."""

    class Refusing(StoreSink):
        def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
            kept = super().finish([one for one in endings if not self._refused(one)])
            found = iter(kept)
            return [InputError("it cannot be held") if self._refused(one) else next(found) for one in endings]

        def _refused(self, ending: Ending) -> bool:
            return isinstance(ending.result, Extraction) and "quay 3 " in ending.result.article.text

    report = await run(items(6), ScriptedHands(), Refusing(store))
    assert (report.done, report.failed, report.kinds) == (5, 1, {"InputError": 1})
    assert [one.error for one in store.runs(failed=True)] == ["it cannot be held"]


async def test_an_unexpected_error_of_the_sink_concerns_one_result() -> None:
    """A result on which keeping breaks is tried alone and fails; the others of its group are kept."""

    def breaking(endings: Sequence[Ending]) -> None:
        if any(isinstance(one.result, Extraction) and "quay 1 " in one.result.article.text for one in endings):
            raise KeyError("quay")

    sink = MemorySink(breaking)
    report = await run(items(5), ScriptedHands(), sink)
    assert (report.done, report.failed, len(sink.kept)) == (4, 1, 5)


async def test_no_slow_article_holds_up_the_others() -> None:
    """While one call takes its time all others are made and kept."""
    others, sink = asyncio.Event(), MemorySink()

    async def does(number: int) -> None:
        if number == 0:
            await others.wait()

    runner = make(items(300), ScriptedHands(does), sink)
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(60):
        await until(lambda: len(sink.kept) == 299)
    others.set()
    assert (await running).done == 300


async def test_as_many_are_worked_at_as_there_are_workers() -> None:
    """All workers are busy, and no more articles are under way than there are workers."""
    hands = ScriptedHands(lambda _: asyncio.sleep(0.01))
    await run(items(60), hands, MemorySink(), options=replace(QUICK, workers=7))
    assert hands.most == 7


async def test_little_is_read_ahead() -> None:
    """Items are taken as they are needed: an endless input is no trouble."""
    taken = 0

    def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield Item(place=f"row {taken}", text=text(taken), language="en")

    options = replace(QUICK, limit=10, ahead=8)
    report = await run(endless(), ScriptedHands(), MemorySink(), options=options)
    assert (report.done, report.ended) == (10, "limit")
    assert taken <= 10 + 8 + 4


async def test_results_are_kept_in_groups() -> None:
    """Results that come at the same time are kept together, in groups that are bounded."""
    sink = MemorySink()
    await run(items(200), ScriptedHands(), sink, options=BatchOptions(workers=50, group=16, pause=0.05))
    assert sum(sink.groups) == 200
    assert max(sink.groups) == 16


async def test_the_limit_counts_what_is_worked_at(store: Store) -> None:
    """Articles that are done do not count: each run takes up the next ones."""
    options = replace(QUICK, limit=4)
    reports = [await run(items(10), ScriptedHands(), StoreSink(store), options=options) for _ in range(3)]
    assert [(one.done, one.ended) for one in reports] == [(4, "limit"), (4, "limit"), (2, "done")]
    assert not [one for one in reports if one.exit_code]


async def test_what_is_older_is_left_out() -> None:
    """Articles before the day are counted and left out, those without a date stay."""
    dated = [replace(item, published=date(2026, 1, number + 1)) for number, item in enumerate(items(4))]
    options = replace(QUICK, since=date(2026, 1, 3))
    report = await run([*dated, *items(6)[5:]], ScriptedHands(), MemorySink(), options=options)
    assert (report.left_out, report.done) == (2, 3)


async def test_an_article_that_comes_twice_is_made_once(store: Store) -> None:
    """The second time its place of publication is kept, and nothing is asked."""
    other = replace(items(1)[0], place="elsewhere", url="https://example.org/again")
    hands = ScriptedHands()
    report = await run([*items(1), other], hands, StoreSink(store))
    assert (report.done, report.skipped, hands.asked) == (1, 1, [0])
    [stored] = store.articles()
    assert "https://example.org/again" in {seen.url for seen in store.article(stored.id).appearances}


async def test_what_others_hold_is_looked_at_again() -> None:
    """A run that another process works at is put aside, and skipped when that one did it, or made when it is free."""
    sink, hands = MemorySink(), ScriptedHands()
    planner_keys = {Extractor().run_key(article_of(number)): number for number in (0, 1)}
    sink.held = set(planner_keys)
    runner = make(items(5), hands, sink)
    running = asyncio.create_task(runner.run())
    await until(lambda: len(sink.kept) == 3 and runner.counts.aside == 2)
    done, free = sorted(planner_keys, key=planner_keys.__getitem__)
    sink.kept[done] = next(iter(sink.kept.values()))
    sink.held = set()
    report = await running
    assert (report.done, report.skipped, sorted(hands.asked)) == (4, 1, [1, 2, 3, 4])
    assert free in sink.kept


def article_of(number: int) -> Article:
    """The article of a number, as a batch reads it."""
    from extractor.articles import article_from_text

    return article_from_text(text(number), language="en")


async def test_a_call_that_was_cancelled_elsewhere_is_a_failure() -> None:
    """Something inside of a call that is cancelled takes no worker along."""
    report = await run(items(9), ScriptedHands(raising(asyncio.CancelledError(), 3)), MemorySink())
    assert (report.ended, report.done, report.failed) == ("done", 8, 1)


async def test_articles_may_be_left_for_later() -> None:
    """What hands postpone is neither done nor failed, and free for another run."""
    sink = MemorySink()
    report = await run(items(6), ScriptedHands(raising(Postponed(), 1, 2)), sink)
    assert (report.postponed, report.done, report.failed, sink.claimed) == (2, 4, 0, set())


async def test_summaries_stand_on_stored_extractions(store: Store) -> None:
    """A summary takes the extraction of the same article and engine where there is one, and says so in its key."""
    await run(items(1), ScriptedHands(), StoreSink(store))
    asked: list[Extraction | None] = []

    class Hands(ScriptedHands):
        async def summarize(self, article: Article, /, **tuning: Any) -> Any:
            asked.append(tuning["extraction"])
            return await super().summarize(article, **tuning)

    options = replace(QUICK, task="summarize", length="short")
    report = await run(items(2), Hands(), StoreSink(store), options=options)
    again = await run(items(2), Hands(), StoreSink(store), options=options)
    assert (report.done, again.skipped) == (2, 2)
    assert sorted(one is None for one in asked) == [False, True]


def test_run_batch_needs_no_event_loop(tmp_path: Path) -> None:
    """The function takes inputs as people give them, and writes to whatever sink it is given."""
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.txt").write_text(text(number), encoding="utf-8")
    sink = FileSink(tmp_path / "results.jsonl")
    with Extractor() as extractor:
        report = run_batch([str(tmp_path / "in")], extractor, sink)
    sink.close()
    assert (report.done, report.place) == (3, str(tmp_path / "results.jsonl"))
    assert len((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 3


async def test_leases_are_renewed_while_articles_are_worked_at(store: Store) -> None:
    """A call that takes longer than a lease keeps it."""
    held: list[int] = []

    class Counting(StoreSink):
        def keep(self) -> None:
            super().keep()
            held.append(1)

    async def does(_: int) -> None:
        await until(lambda: len(held) > 2)

    report = await run(items(1), ScriptedHands(does), Counting(store, lease=1.0))
    assert report.done == 1


@pytest.mark.parametrize("name", ["workers", "limit", "ahead", "group"])
def test_numbers_of_a_batch_are_at_least_one(name: str) -> None:
    """Zero workers would wait for ever."""
    none: dict[str, Any] = {name: 0}
    with pytest.raises(ConfigurationError, match=name):
        BatchOptions(**none)


def test_the_log_names_what_failed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each failure is a line of the log."""
    sink = FileSink(tmp_path / "results.jsonl")
    with caplog.at_level(logging.ERROR, "extractor"), Extractor() as extractor:
        run_batch([Item(place="row 7", error=InputError("no text"))], extractor, sink)
    sink.close()
    assert "failed: row 7: no text" in caplog.text
