"""extractor predictions: what is open, what is due, and how it turned out."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_run import run
from stored_articles import ask, claim_id, fill, read, refused

from extractor.schemas.stored import Resolution


@pytest.fixture
def db(database_url: str) -> str:
    """The three articles, on each kind of database in turn."""
    return fill(database_url)


@pytest.fixture
def one(sqlite_path: Path) -> str:
    """The three articles in an SQLite file."""
    return fill(str(sqlite_path))


def test_only_predictions_are_listed(one: str) -> None:
    """With likelihood, end of the horizon and status."""
    assert {claim["kind"] for claim in ask(one, "predictions", "list")} == {"prediction"}
    assert "“70 percent chance”: stated 70%, likely until 2025-12-31 time is over" in read(one, "predictions", "list")


def test_what_is_due_depends_on_the_day(db: str) -> None:
    """Today, or --until; the earliest comes first."""
    ends = [one["claim"]["horizon"]["end"] for one in ask(db, "predictions", "due", "--until", "2026-06-01")]
    assert ends == ["2025-12-31", "2026-05-31", "2026-05-31"]
    assert len(ask(db, "predictions", "due", "--until", "2026-01-01")) == 1
    assert "No prediction is due." in read(db, "predictions", "due", "--until", "2025-01-01")


def test_an_outcome_closes_a_prediction(db: str) -> None:
    """It is no longer open or due, and is shown with what proves it."""
    number = claim_id(db, "Inflation")
    told = ("--note", "it rose", "--evidence-url", "https://example.org/index", "--resolver", "Ola")
    recorded = Resolution.model_validate(ask(db, "predictions", "resolve", number, "yes", *told))
    assert (recorded.outcome, recorded.note, recorded.resolver) == ("yes", "it rose", "Ola")
    for question in ("open", "due"):
        assert int(number) not in [one["id"] for one in ask(db, "predictions", question)]
    shown = read(db, "show", number)
    assert "status: resolved, yes" in shown and "https://example.org/index" in shown


def test_predictions_are_listed_by_status(one: str) -> None:
    """Without an outcome those whose time is over are closed."""
    number = claim_id(one, "Inflation")
    assert int(number) in [found["id"] for found in ask(one, "predictions", "list", "--status", "closed")]
    ask(one, "predictions", "resolve", number, "yes")
    assert [found["id"] for found in ask(one, "predictions", "list", "--status", "resolved")] == [int(number)]
    assert {found["status"] for found in ask(one, "predictions", "list", "--status", "closed")} <= {"closed"}


def test_the_latest_record_counts(one: str) -> None:
    """Correcting adds a record; the earlier one stays."""
    number = claim_id(one, "Inflation")
    told = read(one, "predictions", "resolve", number, "yes")
    assert f"Claim {number}, Lind: Inflation will rise by the end of 2025. Recorded: yes, " in told
    assert ask(one, "predictions", "resolve", number, "no")["claim_id"] == int(number)
    context = ask(one, "show", number)
    assert context["claim"]["resolution"]["outcome"] == "no"
    assert sorted(record["outcome"] for record in context["resolutions"]) == ["no", "yes"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["maybe"], "ambiguous"),
        (["YES"], "annulled"),
        (["yes", "--evidence-url", "example"], "https://"),
        (["yes", "--note", "x" * 20_000], "shorten"),
        (["yes", "--resolver", " "], "the resolver is blank"),
    ],
    ids=["outcome", "capitals", "address", "length", "blank"],
)
def test_what_cannot_be_recorded_is_told(one: str, given: list[str], told: str) -> None:
    """In one line that says what can."""
    assert told in refused(one, "predictions", "resolve", claim_id(one, "Inflation"), *given)


def test_what_to_know_of_an_outcome_is_noted(one: str) -> None:
    """On the standard error: an earlier outcome, and a rejection that keeps it out of the score."""
    number = claim_id(one, "Inflation")
    ask(one, "predictions", "resolve", number, "yes")
    ask(one, "reject", number, "--reason", "hearsay")
    done = run("predictions", "resolve", number, "no", "--db", one)
    first, second = done.stderr.splitlines()
    assert "earlier outcome, yes, recorded" in first
    assert f"claim {number} is rejected" in second


def test_a_position_does_not_turn_out(one: str) -> None:
    """Only predictions do."""
    assert "position" in refused(one, "predictions", "resolve", claim_id(one, "quay"), "yes")


def test_open_predictions_can_be_of_one_expert(one: str) -> None:
    """By name or by id."""
    named = ask(one, "predictions", "open", "--expert", "Mara Lind")
    number = str(named[0]["expert"]["id"])
    assert named == ask(one, "predictions", "open", "--expert", number)
    assert len(named) == 2
