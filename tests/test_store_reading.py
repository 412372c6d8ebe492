"""Lists, a claim in its context, and whole results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sample_claims import DAY, expects, holds, said_by
from sample_results import sample_extraction, sample_summary
from sqlalchemy import event

from extractor.errors import InputError
from extractor.schemas.stored import Context, Piece, StoredClaim
from extractor.store import Filters, Store
from extractor.store.reading import BATCH
from extractor.store.search.snippets import AROUND, context, highlighted, marked, snippet

TODAY = date(2026, 5, 5)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """It is noon of TODAY, so that no midnight falls between what a test and the store take for today."""
    with time_machine.travel(datetime(2026, 5, 5, 12, tzinfo=ZoneInfo("UTC"))):
        yield


def ids(claims: list[StoredClaim]) -> list[int]:
    """The ids of claims, in order."""
    return [claim.id for claim in claims]


def told(pieces: tuple[Piece, ...]) -> str:
    """The text of pieces with brackets around hits."""
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that a store executes meanwhile."""
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(store._database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store._database.engine, "before_cursor_execute", note)


def test_claim(store: Store) -> None:
    """A listed claim is as in the result, with the expert, the article and who reports it as the store has them."""
    made = sample_extraction()
    run = store.add(made)
    position, prediction = sorted(store.claims(), key=lambda claim: claim.id)
    assert (position.claim, prediction.claim) == (made.positions[0], made.predictions[0])
    assert (position.kind, position.status, prediction.kind, prediction.status) == (
        "position",
        None,
        "prediction",
        "open",
    )
    assert (position.expert.name, position.reported_by) == ("Ana Roe", None)
    assert prediction.reported_by is not None and prediction.reported_by.name == "Piet Maas"
    assert position.article.model_dump() == made.article.model_dump(exclude={"inferred", "text"})
    assert (position.run_id, position.quote, position.rejected) == (
        run.run_id,
        made.positions[0].content[0].text,
        False,
    )


def test_newest_first(store: Store) -> None:
    """Claims are listed by publication, undated articles last; pages follow each other without gap or overlap."""
    for number, day in enumerate((None, DAY, None, DAY + timedelta(days=1), DAY)):
        said = holds(f"The mill {number} turns"), holds("It rains")
        store.add(said_by("Mira Oake", *said, published=day))
    everything = ids(store.claims())
    assert everything == [8, 7, 10, 9, 4, 3, 6, 5, 2, 1]
    pages = [ids(store.claims(limit=3, offset=offset)) for offset in range(0, 15, 3)]
    assert [claim for page in pages for claim in page] == everything
    assert store.claims(limit=0) == store.claims(limit=-1) == store.claims(offset=10**30) == []
    assert ids(store.claims(limit=10**30, offset=-1)) == everything


def test_filters(store: Store) -> None:
    """Filters narrow a list down; unknown experts and articles are errors."""
    store.add(said_by("Mira Oake", holds("The mill turns", "against"), expects("The mill stops")))
    store.add(said_by("Jon Pell", holds("It rains"), published=None))
    article = store.claims(Filters(expert="Jon Pell"))[0].article.id
    expected = [
        (Filters(kind="prediction"), [2]),
        (Filters(stance="against"), [1]),
        (Filters(expert=1), [2, 1]),
        (Filters(since=DAY, until=DAY), [2, 1]),
        (Filters(until=DAY - timedelta(days=1)), []),
        (Filters(article=article[:10]), [3]),
        (Filters(article=article, kind="prediction"), []),
    ]
    assert [ids(store.claims(filters)) for filters, _ in expected] == [found for _, found in expected]
    for unknown in (Filters(expert="Nobody Here"), Filters(article="abcdef123")):
        with pytest.raises(InputError):
            store.claims(unknown)


def test_merged_experts(store: Store) -> None:
    """What a merged expert said is listed under the expert that it is part of."""
    store.add(said_by("Mira Oake", holds("The mill turns")))
    store.add(said_by("M. Oake", holds("It rains")))
    store.merge("Mira Oake", "M. Oake")
    assert {claim.expert.name for claim in store.claims(Filters(expert="Mira Oake"))} == {"Mira Oake"}
    assert ids(store.claims(Filters(expert=2))) == ids(store.claims(Filters(expert=1))) == [2, 1]


def test_statements_are_few(store: Store) -> None:
    """However many claims a list has, it takes the same number of statements."""
    for number in range(12):
        store.add(said_by(f"Mira Oake{number}", *(holds(f"The mill {number} turns {one}") for one in range(3))))
    numbers = []
    for limit in (1, 36):
        with counted(store) as statements:
            assert len(store.claims(limit=limit)) == limit
        numbers.append(len([statement for statement in statements if statement.startswith("SELECT")]))
    assert numbers[0] == numbers[1] < 8


def test_many_claims(store: Store) -> None:
    """A list longer than what is read at once is complete and in order."""
    store.add(said_by("Mira Oake", *(holds(f"The mill turns {one:03} times") for one in range(BATCH + 3))))
    assert ids(store.claims(limit=10_000)) == list(range(BATCH + 3, 0, -1))


def test_due(store: Store) -> None:
    """Due are predictions without a resolution whose horizon is over by a day, today unless told, earliest first."""
    ends = (TODAY, TOMORROW, None, YESTERDAY, YESTERDAY)
    store.add(
        said_by("Mira Oake", *(expects(f"The mill {n} stops", by=end) for n, end in enumerate(ends)), holds("It rains"))
    )
    assert ids(store.due()) == [4, 5, 1]
    assert ids(store.due(until=TOMORROW)) == [4, 5, 1, 2]
    store.resolve(4, "no")
    store.reject(5, reason="never said")
    assert ids(store.due()) == [1]
    assert ids(store.due(until=TOMORROW, limit=1, offset=1)) == [2]


def test_open(store: Store) -> None:
    """Open are all predictions without a resolution, those without a horizon last."""
    ends = (None, TOMORROW, YESTERDAY, None)
    store.add(said_by("Mira Oake", *(expects(f"The mill {n} stops", by=end) for n, end in enumerate(ends))))
    store.add(said_by("Jon Pell", expects("It rains", by=TODAY)))
    found = store.open_predictions()
    assert [(claim.id, claim.status) for claim in found] == [(3, "closed"), *((id, "open") for id in (5, 2, 1, 4))]
    assert ids(store.open_predictions(Filters(expert="Mira Oake"), limit=2, offset=1)) == [2, 1]
    store.resolve(2, "ambiguous")
    assert 2 not in ids(store.open_predictions())


def test_resolution(store: Store) -> None:
    """A claim shows its latest resolution, and all of them in its context."""
    store.add(said_by("Mira Oake", expects("The mill stops", by=TOMORROW)))
    store.resolve(1, "no", note="it turned")
    store.resolve(1, "yes", resolver="Jon Pell")
    claim = store.claims()[0]
    assert claim.status == "resolved" and claim.resolution is not None and claim.resolution.outcome == "yes"
    assert [resolution.outcome for resolution in store.show(1).resolutions] == ["no", "yes"]


def test_show(store: Store) -> None:
    """A claim is shown with its evidence in the text around it."""
    made = said_by("Mira Oake", holds("The mill turns"))
    store.add(made)
    shown = store.show(1)
    assert shown.claim == store.claims()[0]
    assert told(shown.pieces) == "Notes of 2026-03-01.\n[Mira Oake] [says]: [The mill turns]\n"
    assert "".join(piece.text for piece in shown.pieces) == made.article.text


def test_show_rejected(store: Store) -> None:
    """A rejected claim is not listed, but shown with the reason; a restored one has none."""
    store.add(said_by("Mira Oake", holds("The mill turns")))
    store.reject(1, reason="she never said so")
    assert store.claims() == []
    assert (store.show(1).claim.rejected, store.show(1).reason) == (True, "she never said so")
    store.restore(1, reason="she did")
    assert (store.show(1).claim.rejected, store.show(1).reason) == (False, None)


def test_show_latest_run(store: Store) -> None:
    """A claim is shown as the current run has it, and one that it has not as the last run that did."""
    store.add(said_by("Mira Oake", holds("The mill turns"), holds("It rains")))
    renewed = said_by("Mira Oake", holds("The mill turns"), holds("It rains"), hours=1)
    position = renewed.positions[0].model_copy(update={"statement": "The mill still turns"})
    store.add(renewed.model_copy(update={"positions": (position,)}))
    assert [(claim.id, claim.claim.statement) for claim in store.claims()] == [(1, "The mill still turns")]
    assert [store.show(claim_id).claim.claim.statement for claim_id in (1, 2)] == ["The mill still turns", "It rains"]


def test_rejected_claims_are_listed(store: Store) -> None:
    """On request, and then they only: those of current runs, with when, by whom and why."""
    store.add(said_by("Mira Oake", holds("The mill turns"), expects("It rains"), holds("The wind blows")))
    store.reject(1, reason="hearsay", rejected_by="Ola")
    store.reject(3, reason="irony")
    store.restore(3)
    (claim,) = store.claims(Filters(rejected=True))
    assert claim.rejected and claim.rejection is not None
    assert (claim.id, claim.rejection.reason, claim.rejection.rejected_by) == (1, "hearsay", "Ola")
    assert store.show(1).claim.rejection == claim.rejection
    assert ids(store.claims(Filters(rejected=True, kind="prediction"))) == []
    assert ids(store.claims(Filters(rejected=True, expert="Mira Oake"))) == [1]
    assert [hit.found.id for hit in store.search(filters=Filters(rejected=True)).hits] == [1]
    with pytest.raises(InputError, match="not searched"):
        store.search("mill", filters=Filters(rejected=True))


def test_predictions_by_status(store: Store) -> None:
    """Resolved, or without an outcome and over, or without one and not over; positions have no status."""
    ends = (TOMORROW, YESTERDAY, None, YESTERDAY)
    store.add(
        said_by("Mira Oake", *(expects(f"The mill {n} stops", by=end) for n, end in enumerate(ends)), holds("It rains"))
    )
    store.resolve(2, "yes")
    for status, found in (("open", [3, 1]), ("closed", [4]), ("resolved", [2])):
        assert ids(store.claims(Filters(status=status))) == found  # type: ignore[arg-type]
        assert ids(store.claims(Filters(status=status, expert="Mira Oake"))) == found  # type: ignore[arg-type]


def test_open_predictions_of_a_span_of_days(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether few claims were published then, or so many that all are walked by the end of their horizon."""
    store.add(said_by("Mira Oake", expects("It rains", by=TOMORROW), expects("It snows"), published=DAY))
    store.add(said_by("Jon Pell", expects("The mill stops", by=TODAY), published=DAY + timedelta(days=9)))
    for few in (20_000, 1):
        monkeypatch.setattr("extractor.store.reading.FEW", few)
        assert ids(store.open_predictions(Filters(since=DAY))) == [3, 1, 2]
        assert ids(store.open_predictions(Filters(until=DAY))) == [1, 2]


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(expert=1), "ix_claims_expert_listed"),
        (Filters(kind="position", stance="against"), "ix_claims_stance"),
        (Filters(kind="prediction"), "ix_claims_stance"),
        (Filters(since=DAY, kind="position"), "ix_claims_date_published"),
        (Filters(rejected=True), "ix_claims_claim_id"),
    ],
    ids=str,
)
def test_sqlite_takes_the_index_of_a_list(sqlite_path: Path, filters: Filters, index: str) -> None:
    """What few rows come from, or what gives their order."""
    with Store(sqlite_path) as store:
        store.add(said_by("Mira Oake", holds("The mill turns"), expects("It rains")))
        assert index in plan(store, lambda: store.claims(filters))


def test_sqlite_takes_the_index_of_open_predictions(sqlite_path: Path) -> None:
    """Of an article or an expert its own, else that of the ends of horizons."""
    with Store(sqlite_path) as store:
        store.add(said_by("Mira Oake", holds("The mill turns"), expects("It rains")))
        article = store.claims()[0].article.id
        assert "ix_claims_article_id" in plan(store, lambda: store.open_predictions(Filters(article=article)))
        assert "ix_claims_expert_listed" in plan(store, lambda: store.open_predictions(Filters(expert=1)))
        assert "COVERING INDEX ix_claims_due" in plan(store, store.due)


def plan(store: Store, ask: Callable[[], object]) -> str:
    """How SQLite goes about the first statement that lists claims."""
    given: list[tuple[str, Any]] = []
    event.listen(store._database.engine, "before_cursor_execute", lambda *note: given.append((note[2], note[3])))
    ask()
    statement, values = next(one for one in given if one[0].startswith("SELECT claims.id \nFROM claims \nWHERE"))
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return str(rows[0][-1])


def test_everywhere_that_an_article_appeared(store: Store) -> None:
    """A claim is shown with all of it, by date; articles are listed by it and found by words of it."""
    for url, day in (("https://b.example/1", DAY), ("https://a.example/1", DAY - timedelta(days=1)), (None, None)):
        made = said_by("Mira Oake", holds("The mill turns"))
        article = made.article.model_copy(update={"url": url, "published": day, "title": "Über the mill"})
        store.add(made.model_copy(update={"article": article}))
    store.add(said_by("Jon Pell", holds("It rains"), published=DAY + timedelta(days=1)))
    appearances = store.show(1).appearances
    assert [one.url for one in appearances] == ["https://a.example/1", "https://b.example/1", None]
    listed = store.articles()
    assert [one.positions for one in listed] == [1, 1] and listed[1].appearances == appearances
    assert store.articles("UBER b.example") == [listed[1]] == store.articles(limit=1, offset=1)
    assert store.article(listed[1].id[:8]) == listed[1]
    assert listed[1].current == listed[1].runs[:1] and len(listed[1].runs) == 3
    assert store.articles("nowhere") == store.articles(limit=0) == []
    with pytest.raises(InputError, match="no article"):
        store.article("abcdef12")


@pytest.mark.parametrize("claim_id", [2, 0, -1, 2**31, 10**30])
def test_unknown_claim(store: Store, claim_id: int) -> None:
    """An id that no claim has is an error that names it."""
    store.add(said_by("Mira Oake", holds("The mill turns")))
    with pytest.raises(InputError, match=f"no claim {claim_id} is stored"):
        store.show(claim_id)


def test_results_come_back(store: Store) -> None:
    """An extraction and a summary come back as they were stored, each under the article they have in common."""
    extraction, summary = sample_extraction(), sample_summary()
    article = extraction.article.id
    store.add(extraction)
    assert (store.get_extraction(article), store.get_summary(article)) == (extraction, None)
    store.add(summary)
    assert (store.get_extraction(article[:6]), store.get_summary(article[:6])) == (extraction, summary)


def test_results_by_run(store: Store) -> None:
    """The current extraction is that of the newest model; any other is had by its run."""
    older, newer = (said_by("Mira Oake", holds("The mill turns"), hours=hours) for hours in (0, 1))
    runs = [store.add(made).run_id for made in (newer, older)]
    article = older.article.id
    assert store.get_extraction(article) == newer
    assert [store.get_extraction(article, run_id=run) for run in runs] == [newer, older]
    for unknown in (3, 0, 10**30):
        with pytest.raises(InputError, match=f"run {unknown} is no extraction of article"):
            store.get_extraction(article, run_id=unknown)
    with pytest.raises(InputError, match="is no summary"):
        store.get_summary(article, run_id=runs[0])


def test_unknown_article(store: Store) -> None:
    """An article that is not stored is an error."""
    for get in (store.get_extraction, store.get_summary):
        with pytest.raises(InputError, match="no article 'abcdef12'"):
            get("abcdef12")


SENTENCE = "The heron stood in the shallow water all day. "


def test_context_is_cut_at_sentences() -> None:
    """Around the evidence stand whole sentences."""
    text = SENTENCE * 20 + "Mira Oake agrees. " + SENTENCE * 20
    start = text.index("Mira")
    before, evidence, after = context(text, [(start, start + 9)])
    assert evidence == Piece(text="Mira Oake", hit=True)
    assert before.text == SENTENCE * 6
    assert after.text == f" agrees. {SENTENCE * 6}".rstrip()


def test_context_is_cut_at_words() -> None:
    """In a sentence that does not end the cut is between words, and without spaces anywhere."""
    before, _, after = context("heron " * 200 + "X " + "heron " * 200, [(1200, 1201)])
    assert before.text.startswith("heron ") and after.text.endswith(" heron")
    assert AROUND - 6 <= len(before.text) <= AROUND and AROUND - 6 <= len(after.text) <= AROUND
    before, _, after = context("鹭" * 1_000, [(500, 501)])
    assert len(before.text) == len(after.text) == AROUND


def test_context_of_several_parts() -> None:
    """Evidence may have parts that touch, that overlap, and that are far apart."""
    text = "abcdefgh" + SENTENCE * 40 + "Xyz"
    end = len(text)
    assert told(context("abcdefgh", [(0, 2), (1, 3), (3, 4), (6, 8)])) == "[abcd]ef[gh]"
    assert told(context(text, [(end - 3, end), (0, 8)])) == (
        f"[abcdefgh]{SENTENCE * 6}".rstrip() + f" [...] {SENTENCE * 6}[Xyz]"
    )


def test_marked() -> None:
    """What a database marks becomes pieces, whatever is marked."""
    assert told(marked("a \ufdd0b\ufdd1 c \ufdd0d\ufdd1")) == "a [b] c [d]"
    assert marked("") == ()
    assert told(marked("\ufdd0b\ufdd1")) == "[b]"


def test_snippet_of_the_column_with_most_hits() -> None:
    """The column with most hits is shown, the first of several; a long one from the first hit on."""
    first, second = highlighted("one two", [(0, 3)]), highlighted("one two", [(0, 3), (4, 7)])
    assert told(snippet([first, second, second])) == "[one] [two]"
    assert snippet([]) == ()
    long = "heron " * 100
    assert told(snippet([highlighted(long, [(300, 305)])])).startswith("…heron heron")
    assert told(snippet([highlighted(long, [(0, len(long))])])).startswith("[heron heron")


def test_shown_is_read_back(store: Store) -> None:
    """What is shown survives JSON."""
    store.add(sample_extraction())
    shown = store.show(2)
    assert Context.model_validate_json(shown.model_dump_json()) == shown
