"""Exports: records of all that is stored, records without words of articles, and flat tables, on both databases."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from rich_store import LAKE, fill, opinion
from sample_results import SAID, sample_article, sample_extraction, sample_summary

from extractor.schemas import Extraction, Summary
from extractor.store import Store
from extractor.store.transfer.tabling import COLUMNS, QUOTING


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a history."""
    fill(store)
    return store


def of(records: list[dict[str, Any]], kind: str, /) -> list[dict[str, Any]]:
    """The records of a type."""
    return [record for record in records if record["type"] == kind]


def table(store: Store, name: str, /, *, text: bool = True) -> list[dict[str, Any]]:
    """The rows of one of the tables."""
    return next(list(one.rows) for one in store.tables(text=text) if one.name == name)


def test_an_empty_store_has_a_header_and_an_end(store: Store) -> None:
    """The header says what follows and in which form."""
    header, end = store.export()
    assert header["type"] == "store"
    assert (header["format"], header["schema_version"], header["text"]) == (1, "1", True)
    assert end == {"type": "end", "records": 1}


def test_records_are_json(filled: Store) -> None:
    """Nothing but types of JSON, so that reading them gives the same."""
    records = list(filled.export())
    assert json.loads(json.dumps(records, allow_nan=False)) == records
    assert records[-1] == {"type": "end", "records": len(records) - 1}


def test_a_run_holds_its_whole_result(store: Store) -> None:
    """As it was given."""
    results: list[Extraction | Summary] = [sample_extraction(), sample_summary()]
    for result in results:
        store.add(result, read_from="quay.txt")
    runs = of(list(store.export()), "run")
    assert [run["result"] for run in runs] == [result.model_dump(mode="json") for result in results]
    assert [run["input"] for run in runs] == ["quay.txt", "quay.txt"]


def test_an_article_is_told_with_all_its_appearances(filled: Store) -> None:
    """Runs say which of them they read."""
    records = list(filled.export())
    first = next(record for record in of(records, "article") if record["id"] == sample_article().id)
    assert [one["url"] for one in first["appearances"]] == [None, "https://example.org/quay"]
    runs = [run for run in of(records, "run") if run["article"] == first["id"]]
    assert [(run["task"], run["appearance"], run["chosen"]) for run in runs] == [
        ("extract", 0, True),
        ("extract", 0, False),
        ("summarize", 0, False),
        ("extract", 1, False),
    ]


def test_claims_that_come_back_name_the_first(filled: Store) -> None:
    """By the key of the run and the local id, not by an id of the database."""
    runs = [run for run in of(list(filled.export()), "run") if run["article"] == sample_article().id]
    first, second, _, third = runs
    assert first["same"] == {}
    assert second["same"] == {}  # it says the opposite
    assert third["same"] == {local: {"run": first["key"], "claim": local} for local in ("c1", "c2")}


def test_failed_runs_are_told_with_their_errors(filled: Store) -> None:
    """With an article where it could be read."""
    failed = [run for run in of(list(filled.export()), "run") if run["status"] == "failed"]
    told = [(run["article"], run["input"], run["error_type"], run["provenance"]["engine"]) for run in failed]
    assert told == [
        (sample_article(LAKE).id, None, "RefusalError", "fake"),
        (None, "x.pdf", "InputError", "builtin"),
    ]


def test_experts_are_told_before_what_cites_them(filled: Store) -> None:
    """And merged ones after what they are part of, by their ids."""
    known: set[int] = set()
    for record in filled.export():
        if record["type"] == "expert":
            assert record["merged_into"] is None or record["merged_into"] in known
            known.add(record["id"])
        elif record["type"] == "run":
            assert known.issuperset(record["experts"].values())
    assert known >= {expert.id for expert in filled.experts(limit=99)}


def test_what_people_recorded_is_told(filled: Store) -> None:
    """Outcomes, rejections, merges, splits and aliases, in their order."""
    records = list(filled.export())
    assert [record["outcome"] for record in of(records, "resolution")] == ["ambiguous", "no", "yes"]
    assert [record["action"] for record in of(records, "rejection")] == ["reject", "reject", "restore"]
    changes = of(records, "change")
    assert [record["action"] for record in changes] == ["merge", "merge", "unmerge", "alias", "split"]
    names = {record["id"]: record["name"] for record in of(records, "expert")}
    assert names[changes[0]["expert"]], names[changes[0]["other"]] == ("Mara Lind", "M. Lind")
    run = changes[-1]["detail"]["claims"][0][0]
    assert run in {record["key"] for record in of(records, "run")}


def test_without_text_no_words_of_articles_are_told(store: Store) -> None:
    """Neither texts nor quotations nor their places; statements stay where their words are not the article's."""
    store.add(opinion())
    records = list(store.export(text=False))
    told = json.dumps(records)
    assert "I would not sell it" not in told
    assert "=The mill is lost" not in told
    assert "The mill is lost" not in told
    assert "=The mill is not to be sold." in told
    assert not any(column in record for record in records[1:] for column in (*QUOTING, "result"))
    assert records[0]["text"] is False


def test_without_text_unlisted_claims_are_not_told(filled: Store) -> None:
    """Those of other runs than the current ones and rejected ones."""
    told = list(filled.export(text=False))
    ids = {record["id"] for record in told if record["type"] in ("position", "prediction")}
    assert ids == {claim.id for claim in filled.claims(limit=1000)}
    assert of(told, "rejection") == []
    assert [record["outcome"] for record in of(told, "resolution")] == ["no", "yes", "ambiguous"]


def test_tables_have_the_columns_that_they_tell(filled: Store) -> None:
    """In that order, with and without words of articles."""
    for text in (True, False):
        for one in filled.tables(text=text):
            assert set(one.columns) == {name for name in COLUMNS[one.name] if text or name not in QUOTING}
            assert all(list(row) == list(one.columns) for row in one.rows)


def test_rows_of_articles_tell_their_current_appearance(filled: Store) -> None:
    """With all addresses, the numbers of listed claims, and whether the author holds positions."""
    rows = {row["title"]: row for row in table(filled, "articles")}
    quay = rows[SAID]
    assert (quay["published"], quay["url"], quay["urls"]) == (date(2026, 3, 17), None, ["https://example.org/quay"])
    assert (quay["positions"], quay["predictions"]) == (1, 1)
    assert {title for title, row in rows.items() if row["opinion"]} == {"The mill"}
    assert rows["the canal"]["positions"] == 1


def test_rows_of_experts_are_wholes(filled: Store) -> None:
    """With the names and ids of what was merged into them."""
    rows = table(filled, "experts")
    lind = next(row for row in rows if row["merged"])
    assert (lind["name"], lind["aliases"]) == ("Mara Lind", ["M. Lind"])
    assert {row["id"] for row in rows}.isdisjoint(lind["merged"])
    assert next(row["aliases"] for row in rows if row["name"] == "Ana Roe") == ["Anna Row"]


def test_rows_of_claims_are_what_is_listed(filled: Store) -> None:
    """With the ids that users see and the experts at the end of merges."""
    rows = table(filled, "positions") + table(filled, "predictions")
    listed = filled.claims(limit=1000)
    assert {row["id"]: (row["expert_id"], row["statement"], row["quote"]) for row in rows} == {
        claim.id: (claim.expert.id, claim.claim.statement, claim.quote) for claim in listed
    }


def test_rows_of_predictions_tell_how_they_turned_out(filled: Store) -> None:
    """The latest record counts."""
    outcomes = {row["statement"]: row["outcome"] for row in table(filled, "predictions")}
    assert outcomes == {LAKE: "yes", SAID: "ambiguous"}
    latest = [(row["outcome"], row["latest"]) for row in table(filled, "resolutions")]
    assert latest == [("no", False), ("yes", True), ("ambiguous", True)]


def test_pages_join_without_loss(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows are read at a time."""
    fill(store)
    whole = [(one.name, list(one.rows)) for one in store.tables()], list(store.export())
    monkeypatch.setattr("extractor.store.transfer.tabling.PAGE", 1)
    monkeypatch.setattr("extractor.store.transfer.exporting.PAGE", 1)
    assert ([(one.name, list(one.rows)) for one in store.tables()], list(store.export())) == whole
