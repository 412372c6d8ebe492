"""Storing results, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

import pytest
from generated_results import extractions, summaries
from hypothesis import HealthCheck, given, settings
from sample_claims import expects, said_by
from sample_results import (
    sample_article,
    sample_extraction,
    sample_prediction,
    sample_provenance,
    sample_summary,
)
from sqlalchemy import delete, func, insert, select

from extractor import Extractor
from extractor.errors import InputError, UnavailableError
from extractor.run_keys import key_of
from extractor.schemas import Article, Extraction, Summary
from extractor.schemas.article import text_id
from extractor.store import Store, currency
from extractor.store.tables import articles, claims, metadata, rejections, runs

ON_ONE_STORE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NUMBERS = count()
Result = TypeVar("Result", Extraction, Summary)
TEXT = (
    'Mara Lind, head of the Quay Council, said on Monday that the ferry "will probably return by 2031". '
    "Tomas Berg doubts it. He argued that the harbour needs money first, not promises."
)


def count_rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store._database.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def stored_claims(store: Store, run_id: int | None = None) -> list[Any]:
    """The rows of claims, of all runs or of one, in order."""
    wanted = [] if run_id is None else [claims.c.run_id == run_id]
    with store._database.reading() as connection:
        return list(connection.execute(select(claims).where(*wanted).order_by(claims.c.id)))


def by_model(model: str, /, **more: Any) -> Extraction:
    """The sample, as another model found it."""
    return sample_extraction(provenance=sample_provenance(model=model), **more)


def unlike(result: Result) -> Result:
    """The same result of a model of its own, so that its run is a new one."""
    provenance = result.provenance.model_copy(update={"model": f"model {next(NUMBERS)}"})
    return result.model_copy(update={"provenance": provenance})


def test_a_result_is_stored_once(store: Store) -> None:
    """The second time nothing is added, and the run that is there is told."""
    first = store.add(sample_extraction(), read_from="ferry.txt")
    before = count_rows(store)
    again = store.add(sample_extraction())
    assert (first.new, again.new) == (True, False)
    assert again.run_id == first.run_id
    assert count_rows(store) == before
    assert before["claims"] == 2
    assert store.find_run(key_of(sample_extraction())) == store.runs()[0].id
    assert store.find_run("0" * 64) is None


def test_what_the_builtin_engine_finds_is_given_back(store: Store) -> None:
    """A real extraction and a real summary are read as they were."""
    with Extractor("builtin") as extractor:
        extraction, summary = extractor.extract(TEXT), extractor.summarize(TEXT)
    assert extraction.claims
    added = [store.add(extraction), store.add(summary)]
    assert store.get_extraction(extraction.article.id) == extraction
    assert store.get_summary(extraction.article.id, run_id=added[1].run_id) == summary


@ON_ONE_STORE
@given(extraction=extractions())
def test_every_extraction_is_given_back(store: Store, extraction: Extraction) -> None:
    """Whatever an extraction holds comes back from the database."""
    result = unlike(extraction)
    added = store.add(result)
    assert store.get_extraction(result.article.id, run_id=added.run_id) == result


@ON_ONE_STORE
@given(summary=summaries())
def test_every_summary_is_given_back(store: Store, summary: Summary) -> None:
    """Whatever a summary holds comes back from the database, its experts too."""
    result = unlike(summary)
    added = store.add(result)
    assert store.get_summary(result.article.id, run_id=added.run_id) == result


def test_a_text_that_appeared_elsewhere_is_one_article(store: Store) -> None:
    """A second URL is a second appearance of the same text; the run is the one that is stored."""
    first = store.add(sample_extraction())
    copied = sample_article(url="https://example.org/copy")
    again = store.add(sample_extraction(article=copied))
    assert (again.run_id, again.new, again.appearance_new) == (first.run_id, False, True)
    told = count_rows(store)
    assert (told["articles"], told["appearances"], told["runs"]) == (1, 2, 1)


def test_a_new_run_keeps_the_ids_of_claims_found_again(store: Store) -> None:
    """Claims that another model finds again have new rows, but the claim_id that they had; they alone are listed."""
    old = store.add(by_model("old"))
    new = store.add(by_model("new"))
    before, after = stored_claims(store, old.run_id), stored_claims(store, new.run_id)
    assert [row.claim_id for row in after] == [row.claim_id for row in before] == [row.id for row in before]
    assert not {row.id for row in before} & {row.id for row in after}
    assert [row.listed for row in before + after] == [False, False, True, True]


def test_a_claim_not_found_before_gets_an_id_of_its_own(store: Store) -> None:
    """What no earlier run found is a new claim, whose id is that of its row."""
    store.add(by_model("old", predictions=()))
    new = store.add(by_model("new"))
    position, prediction = stored_claims(store, new.run_id)
    assert position.claim_id < position.id
    assert prediction.claim_id == prediction.id


def forecast(start: int, end: int, statement: str = "The quay will be full", expected: str = "occurs") -> Extraction:
    """A run of its own over one text that makes a prediction of these characters of what Ana Roe says."""
    result = unlike(said_by("Ana Roe", expects("The quay will be full", quote="quay " * 20)))
    article, (found,) = result.article, result.predictions
    place = found.content[0].start
    content = (article.span(place + start, place + end),)
    changed = {"content": content, "statement": statement, "expected": expected}
    return result.model_copy(update={"predictions": (found.model_copy(update=changed),)})


def test_ids_do_not_drift_along_a_text(store: Store) -> None:
    """A claim is compared with the run that found it first, not with the latest."""
    runs = [store.add(forecast(start, start + 20)) for start in (10, 19, 28, 37)]
    ids = [stored_claims(store, run.run_id)[0].claim_id for run in runs]
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_an_outcome_is_not_handed_on_to_the_contrary(store: Store) -> None:
    """Of the same words a run makes the opposite: it is another prediction, and open; the first keeps its outcome."""
    store.add(forecast(0, 20))
    store.resolve(store.claims()[0].id, "yes")
    store.add(forecast(0, 20, "The quay will stay empty", "does_not_occur"))
    assert [claim.status for claim in store.claims()] == ["open"]
    store.add(forecast(0, 20, "The old quay will be full"))
    assert [claim.status for claim in store.claims()] == ["resolved"]


def test_claims_of_one_quotation_keep_their_outcomes_in_any_order(store: Store) -> None:
    """A run that tells them the other way round swaps nothing."""
    first = forecast(0, 20)
    (full,) = first.predictions
    dear = full.model_copy(update={"id": "c2", "statement": "Berths will be dear"})
    store.add(first.model_copy(update={"predictions": (full, dear)}))
    before = {claim.claim.statement: claim.id for claim in store.claims()}
    turned = (dear.model_copy(update={"id": "c1"}), full.model_copy(update={"id": "c2"}))
    store.add(unlike(first).model_copy(update={"predictions": turned}))
    assert {claim.claim.statement: claim.id for claim in store.claims()} == before


def test_what_a_run_takes_the_place_of_is_told(store: Store) -> None:
    """The run that was current, with its day; nothing for the first and for one that does not become current."""
    first = store.add(by_model("old"))
    second = store.add(by_model("new", article=sample_article(published=None)))
    builtin = store.add(sample_extraction(provenance=sample_provenance(engine="builtin", model=None)))
    assert (first.replaced, builtin.replaced) == (None, None)
    assert (second.replaced, second.replaced_published) == (first.run_id, sample_article().published)
    assert [run.appearance_new for run in (first, second, builtin)] == [False, True, False]


def test_claims_are_found_again_after_their_expert_was_merged(store: Store) -> None:
    """Experts are compared by where their merges end."""
    old = store.add(by_model("old"))
    roe, maas = (expert.id for expert in sorted(store.experts(), key=lambda expert: expert.name))
    store.merge(maas, roe)
    new = store.add(by_model("new"))
    ids = [[row.claim_id for row in stored_claims(store, run.run_id)] for run in (old, new)]
    assert ids[0] == ids[1]


def test_a_claim_that_was_rejected_stays_out_of_the_lists(store: Store) -> None:
    """A rejection holds for the claim, in whichever run it is found."""
    store.add(by_model("old"))
    rejected = stored_claims(store)[0].claim_id
    with store._database.writing() as connection:
        row = {"claim_id": rejected, "action": "reject", "reason": "misread", "added_at": func.now()}
        connection.execute(insert(rejections).values(row))
    new = store.add(by_model("new"))
    assert {row.claim_id: row.listed for row in stored_claims(store, new.run_id)}[rejected] is False


def test_columns_say_where_a_claim_belongs(store: Store) -> None:
    """Rows have the date of the run's appearance and the ids of holder and reporter."""
    added = store.add(sample_extraction())
    position, prediction = stored_claims(store, added.run_id)
    assert prediction.article_id == added.article_id
    assert prediction.date_published == sample_article().published
    assert prediction.expert_id == position.expert_id != prediction.reporter_id
    assert position.reporter_id is None


def test_ids_of_deleted_claims_are_never_given_out_again(store: Store) -> None:
    """An id that somebody noted does not lead to a claim of another article later."""
    added = store.add(sample_extraction())
    last = max(row.id for row in stored_claims(store))
    with store._database.writing() as connection:
        connection.execute(delete(articles).where(articles.c.id == added.article_id))
    store.add(sample_extraction("the new pier of Varnsee will be empty"))
    assert min(row.id for row in stored_claims(store)) > last


def test_a_failure_without_an_article_is_a_run(store: Store) -> None:
    """An input that could not be read is kept with what went wrong, each time that it did."""
    error = InputError("'a.pdf' holds no text; give another file")
    for _ in range(2):
        added = store.add_failure(error, task="extract", engine="builtin", read_from="a\udc80.pdf")
    assert (added.article_id, added.new) == (None, True)
    newest, oldest = store.runs(failed=True)
    assert (newest.error, newest.input, newest.article) == (str(error), "a\\udc80.pdf", None)
    assert newest.key == oldest.key
    assert store.find_run(newest.key) is None


def test_a_failure_is_kept_with_what_is_known_of_its_run(store: Store) -> None:
    """When it started, how long it took, and what it was to stand on; a moment without a time zone is in UTC."""
    known: dict[str, Any] = {
        "settings": {"chunk_size": 9, "odd": float("nan")},
        "prompts": {"extract": "ab"},
        "elapsed_seconds": 2.5,
    }
    failed = UnavailableError("no answer; try later")
    added = store.add_failure(failed, task="extract", engine="fake", started_at=datetime(2026, 5, 4, 12), **known)
    with store._database.reading() as connection:
        row = connection.execute(select(runs).where(runs.c.id == added.run_id)).one()
    assert (row.settings, row.prompts, row.elapsed_seconds) == ({"chunk_size": 9, "odd": "nan"}, {"extract": "ab"}, 2.5)
    assert row.started_at == datetime(2026, 5, 4, 12, tzinfo=UTC) < row.added_at


def test_a_failure_hides_no_finished_run(store: Store) -> None:
    """The claims of the run before stay listed, and a later run of an article that failed first is current."""
    failed, article = UnavailableError("no answer; try later"), sample_article()
    store.add_failure(failed, task="extract", engine="fake", model="fake-2", article=article)
    done = store.add(sample_extraction())
    store.add_failure(failed, task="extract", engine="fake", model="fake-2", article=article)
    assert [run.id for run in store.runs(article.id) if run.current] == [done.run_id]
    assert [row.listed for row in stored_claims(store)] == [True, True]
    assert count_rows(store)["appearances"] == 1


@pytest.mark.parametrize("bad", ["\0", "\udfff"])
def test_an_article_that_no_database_holds_is_refused(store: Store, bad: str) -> None:
    """It is told, and nothing is stored."""
    text = f"Ana Roe says so.{bad}"
    article = Article(id=text_id(text), text=text)
    with pytest.raises(InputError, match="which no database holds"):
        store.add(Extraction(article=article, provenance=sample_provenance()))
    assert not any(count_rows(store).values())


def test_rejected_items_and_messages_are_stored_whatever_they_hold(store: Store) -> None:
    """What a model wrote wrong is kept as it was; a message gets escapes for what cannot be stored."""
    rejected = sample_extraction().rejected[0].model_copy(update={"item": {"statement": "\0 and \ud83d"}})
    extraction = sample_extraction(rejected=(rejected,))
    store.add(extraction)
    assert store.get_extraction(extraction.article.id) == extraction
    store.add_failure(InputError("no \0"), task="extract", engine="builtin")
    assert store.runs(failed=True)[0].error == "no \\x00"


@pytest.mark.parametrize("number", ["c1", "c01", "x3"])
def test_local_ids_out_of_order_are_refused(store: Store, number: str) -> None:
    """Rows are put in order by the local ids, so they must be unique and ascend."""
    article = sample_article()
    prediction = sample_prediction(article, "the old quay of Varnsee will be full").model_copy(update={"id": number})
    with pytest.raises(InputError, match="number"):
        store.add(sample_extraction(predictions=(prediction,)))
    assert not any(count_rows(store).values())


def test_an_error_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a result is stored or nothing of it."""
    store.add(by_model("old"))
    before = count_rows(store)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(currency, "refresh", fail)
    with pytest.raises(KeyboardInterrupt):
        store.add(by_model("new"))
    assert count_rows(store) == before


def test_extraction_and_summary_of_an_article_are_both_current(store: Store) -> None:
    """The task decides which runs compete."""
    store.add(sample_extraction())
    store.add(sample_summary())
    assert [run.current for run in store.runs()] == [True, True]
    assert [row.listed for row in stored_claims(store)] == [True, True]
    assert count_rows(store)["cited_experts"] == 2 + len(sample_summary().experts)


def test_the_run_says_what_made_it(store: Store) -> None:
    """Versions and settings of the provenance have columns of their own."""
    made = sample_provenance(tagger_version="3", settings={"chunk_size": 9, "prompts": {"extract": "ab"}})
    added = store.add(sample_extraction(provenance=made), read_from="https://example.org/a")
    with store._database.reading() as connection:
        row = connection.execute(select(runs).where(runs.c.id == added.run_id)).one()
    assert (row.tagger_version, row.settings) == ("3", {"chunk_size": 9, "prompts": {"extract": "ab"}})
    assert (row.input, row.input_tokens) == ("https://example.org/a", 3210)
