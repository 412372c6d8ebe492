"""Results as rows and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from generated_results import extractions, summaries
from hypothesis import given
from sample_results import sample_article, sample_extraction, sample_provenance, sample_summary
from sqlalchemy import JSON

from extractor import Extractor
from extractor.errors import InputError, StoreError
from extractor.schemas import Extraction, Rejected, Summary, Violation
from extractor.schemas.article import text_id
from extractor.store import rows
from extractor.store.tables import appearances, cited_experts, claims, rejected_items, runs
from extractor.store.tables import summaries as summary_table

NOW = datetime(2026, 5, 4, tzinfo=UTC)
TEXTS = (
    'Mara Lind, head of the Quay Council, said on Monday that the ferry "will probably return by 2031". '
    "Tomas Berg doubts it. He argued that the harbour needs money first, not promises.",
    "“The bridge will not open before 2030 🚢,” said Oleg Vetrov, an engineer in Évian. “It’s 70 percent likely.”",
)


def through_json(table: Any, row: rows.Row) -> rows.Row:
    """A row as it comes back from a database: what is JSON has been text."""
    return {
        name: json.loads(json.dumps(value)) if isinstance(table.c[name].type, JSON) else value
        for name, value in row.items()
    }


def there_and_back(result: Extraction | Summary) -> Extraction | Summary:
    """A result written to rows and read from them."""
    article = rows.read_article(
        rows.write_article(result.article, added_at=NOW)["text"],
        through_json(appearances, rows.write_appearance(result.article, added_at=NOW)),
    )
    run = {"id": 1, **through_json(runs, rows.write_run(result, key="k", added_at=NOW))}
    more = {
        "experts": [
            {"run_id": 1, **through_json(cited_experts, rows.write_expert(expert))} for expert in result.experts
        ],
        "rejected": [{"id": 1, **through_json(rejected_items, rows.write_rejected(one))} for one in result.rejected],
    }
    if isinstance(result, Summary):
        written = through_json(summary_table, rows.write_summary(result))
        return rows.read_summary(article, run, written, **more)
    found = [{"id": 1, **through_json(claims, rows.write_claim(claim))} for claim in rows.in_order(result)]
    return rows.read_extraction(article, run, claims=found, **more)


@given(extractions())
def test_no_extraction_loses_anything_in_rows(extraction: Extraction) -> None:
    """What is read from the rows of an extraction equals it."""
    assert there_and_back(extraction) == extraction


@given(summaries())
def test_no_summary_loses_anything_in_rows(summary: Summary) -> None:
    """What is read from the rows of a summary equals it."""
    assert there_and_back(summary) == summary


@pytest.mark.parametrize("text", TEXTS)
def test_what_the_builtin_engine_finds_comes_back(text: str) -> None:
    """Real extractions and summaries, with claims in them, survive the rows."""
    with Extractor("builtin") as extractor:
        extraction = extractor.extract(text)
        summary = extractor.summarize(text)
    assert extraction.claims
    assert there_and_back(extraction) == extraction
    assert there_and_back(summary) == summary


@given(extractions())
def test_all_claim_rows_have_the_columns_of_the_table(extraction: Extraction) -> None:
    """Positions and predictions can be inserted together: every row names the same columns, all of the table."""
    of_store = {"id", "claim_id", "run_id", "article_id", "expert_id", "reporter_id", "listed", "date_published"}
    for claim in rows.in_order(extraction):
        assert rows.write_claim(claim).keys() | of_store == {column.name for column in claims.c}


def test_the_words_stand_beside_the_offsets() -> None:
    """Readable columns hold the words of the spans; the spans are offsets, and empty roles are left out."""
    extraction = sample_extraction()
    row = rows.write_claim(extraction.predictions[0])
    assert row["quote"] == "the old quay of Varnsee will be full"
    assert row["likelihood_words"] == "likely"
    assert row["condition"] == "if it rains"
    assert row["source"] is None
    assert "source" not in row["spans"]
    [[start, end]] = row["spans"]["condition"]
    assert extraction.article.text[start:end] == "if it rains"


def test_split_contents_are_joined_with_a_mark() -> None:
    """The parts of a content are joined by `JOINT`, so that a reader sees that something stands between them."""
    article = sample_article()
    assert rows.quote([article.span(0, 3), article.span(8, 12)]) == "Ana [...] says"


@pytest.mark.parametrize("bad", ["\0", "\ud83d"])
def test_texts_that_no_database_holds_are_refused(bad: str) -> None:
    """A NUL or half of a surrogate pair in an article is told, not stored otherwise."""
    text = f"Ana Roe{bad}"
    article = sample_article().model_copy(update={"text": text, "id": text_id(text)})
    with pytest.raises(InputError, match=r"^the text of article \w+ has .* at 7, which no database holds; take it out"):
        rows.write_article(article, added_at=NOW)


def test_words_of_a_model_that_no_database_holds_are_refused() -> None:
    """The message names the claim and the field."""
    position = sample_extraction().positions[0].model_copy(update={"statement": "so\0"})
    with pytest.raises(InputError, match="the statement of claim c1 has a NUL character at 2"):
        rows.write_claim(position)


def test_rejected_items_keep_what_a_text_column_could_not_hold() -> None:
    """A rejected item is kept whatever a model wrote; numbers that JSON lacks become words."""
    item = {"a": "\0\ud800", "b": [float("nan"), float("inf")], "c": ("x",), "d": date(2026, 1, 2)}
    fault = Violation(rule="r", field="", message="m")
    row = through_json(rejected_items, rows.write_rejected(Rejected(kind="answer", item=item, violations=(fault,))))
    assert row["item"] == {"a": "\0\ud800", "b": ["nan", "inf"], "c": ["x"], "d": "2026-01-02"}


def test_a_time_without_a_zone_is_utc() -> None:
    """The time zone of the machine decides nothing."""
    naive = datetime(2026, 5, 4, 12, 30)
    extraction = sample_extraction(provenance=sample_provenance(started_at=naive))
    assert rows.write_run(extraction, key="k", added_at=NOW)["started_at"] == naive.replace(tzinfo=UTC)


def test_equal_appearances_have_equal_digests() -> None:
    """An appearance is told by everything that is known of it."""
    first, again, other = (
        rows.write_appearance(sample_article(title=title), added_at=NOW)["digest"] for title in ("A", "A", "B")
    )
    assert first == again
    assert first != other


def test_damaged_rows_are_told_in_one_line() -> None:
    """Offsets that leave the text are an error of the store, which names the claim."""
    extraction = sample_extraction()
    row = {"id": 7, **rows.write_claim(extraction.positions[0])}
    row["spans"] = {"content": [[5, 5000]]}
    with pytest.raises(StoreError, match=r"^claim 7 is damaged in the database \(.*'extractor db check'") as caught:
        rows.read_claim(row, extraction.article.text)
    assert "\n" not in str(caught.value)


def test_summaries_have_an_abstract_to_read() -> None:
    """The readable columns hold the words of the headline and of the abstract's sentences."""
    summary = sample_summary()
    row = rows.write_summary(summary)
    assert row["headline"] == summary.headline.text
    assert row["abstract"] == " ".join(sentence.text for sentence in summary.abstract)
