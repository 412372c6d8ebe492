"""extractor score: how resolved predictions turned out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from cli_run import run
from stored_articles import ask, claim_id, fill, read, refused

from extractor.schemas.stored import TrackRecord


@pytest.fixture
def db(sqlite_path: Path) -> str:
    """The three articles, in which every prediction turned out."""
    db = fill(str(sqlite_path))
    for claim in ask(db, "predictions", "list"):
        ask(db, "predictions", "resolve", str(claim["id"]), "no")
    return db


def test_without_outcomes_nothing_is_scored(sqlite_path: Path) -> None:
    """A sentence says how to record one."""
    db = fill(str(sqlite_path))
    assert "extractor predictions resolve" in read(db, "score")
    assert [TrackRecord.model_validate(one).resolved for one in ask(db, "score")] == [0]


def test_all_together_come_before_each(db: str) -> None:
    """JSON is a list; the record without an expert is that of all."""
    together, *each = (TrackRecord.model_validate(one) for one in ask(db, "score"))
    assert (together.expert, together.resolved) == (None, 3)
    assert {record.expert and record.expert.name for record in each} == {"Mara Lind", "Lind"}
    assert not any(record.ranked for record in each)


def test_an_expert_is_scored_alone(db: str) -> None:
    """One of Mara Lind's forecasts came true; both probabilities are midpoints of bands."""
    (record,) = (TrackRecord.model_validate(one) for one in ask(db, "score", "--expert", "Mara Lind"))
    assert (record.hits, record.leaning, record.imputed) == (1, 2, 2)
    assert record.brier == pytest.approx((0.325**2 + 0.675**2) / 2)
    told = read(db, "score", "--expert", "Mara Lind")
    assert "Brier score (0 to 1): 0.281" in told and "n = 2, 2 imputed from band midpoint" in told
    assert "unlikely (20–45%) 1 32.5% 0.0% – 1 of 1" in told


def test_few_predictions_make_no_rank(db: str) -> None:
    """--least says from how many on; the best is first."""
    assert "Not ranked: fewer than 10 scored predictions" in read(db, "score")
    told = read(db, "score", "--least", "1")
    assert told.index("1 Mara Lind 50%") < told.index("2 Lind 0%")


def test_a_sheet_has_a_line_for_each(db: str) -> None:
    """CSV holds the figures as numbers, then the calibration by band; all together have no rank."""
    rows = list(csv.DictReader(io.StringIO(run("score", "--db", db, "--least", "1", "--format", "csv").stdout)))
    bands = [row for row in rows if row["band"]]
    assert [(row["expert"], row["ranked"]) for row in rows[:3]] == [
        ("", "false"),
        ("Mara Lind", "true"),
        ("Lind", "true"),
    ]
    assert float(rows[2]["brier"]) == pytest.approx(0.49)
    assert bands == rows[3:]
    assert (bands[0]["expert"], bands[0]["band"], bands[0]["n"]) == ("", "unlikely", "1")
    assert [row["occurred_high"] for row in bands if row["n"] == "1"] == [""] * 4


def test_a_rejected_prediction_is_not_scored(db: str) -> None:
    """Nor is an expert without another one listed."""
    ask(db, "reject", claim_id(db, "Inflation"), "--reason", "hearsay")
    assert [one["resolved"] for one in ask(db, "score")] == [2, 2]


@pytest.mark.parametrize(
    "given",
    [["--expert", "nobody"], ["--least", "0"], ["--least", "x"], ["--least=-5"], ["--least", "9" * 30]],
    ids=" ".join,
)
def test_bad_requests_are_told(db: str, given: list[str]) -> None:
    """In one line, with exit code 2."""
    assert refused(db, "score", *given)
