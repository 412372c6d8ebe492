"""extractor experts: who there is, and who are one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stored_articles import ask, extractions, fill, read, refused

from extractor.schemas.stored import ExpertChange, MergeCandidate, StoredExpert


@pytest.fixture
def db(sqlite_path: Path) -> str:
    """The three articles."""
    return fill(str(sqlite_path))


def named(db: str, name: str) -> dict[str, Any]:
    """The expert with this name."""
    return next(one for one in ask(db, "experts", "list") if one["name"] == name)


def test_experts_are_listed_by_their_claims(db: str) -> None:
    """The same full name with the same office is one expert of two articles."""
    experts = [StoredExpert.model_validate(one) for one in ask(db, "experts", "list")]
    assert (experts[0].name, experts[0].articles) == ("Mara Lind", 2)
    assert [one["name"] for one in ask(db, "experts", "list", "brekke")] == ["Oda Brekke"]
    assert "No expert of such a name is stored." in read(db, "experts", "list", "herring")


def test_an_expert_is_told_by_name_or_id(db: str) -> None:
    """Both show the same."""
    shown = ask(db, "experts", "show", "Oda Brekke")
    assert shown == ask(db, "experts", "show", str(shown["id"]))
    assert "Oda Brekke, a harbour pilot (person, id " in read(db, "experts", "show", "oda brekke")


def test_a_merge_is_made_and_taken_back(db: str) -> None:
    """The claims of both are of one expert, until they are split again."""
    first, other = (str(named(db, name)["id"]) for name in ("Mara Lind", "Lind"))
    assert ask(db, "experts", "merge", first, other, "--reason", "the bank says so")["merged"] == [int(other)]
    assert len(ask(db, "timeline", first)["claims"]) == 4
    split = ask(db, "experts", "split", other)
    assert (split["stays"]["id"], split["split_off"]["id"]) == (int(first), int(other))
    assert len(ask(db, "timeline", first)["claims"]) == 3


def test_an_expert_is_split_by_articles(db: str) -> None:
    """What was said in one article is a namesake's."""
    article = extractions()[1].article.id[:8]
    told = read(db, "experts", "split", "Mara Lind", "--article", article, "--reason", "a namesake")
    assert told.startswith("These are two experts now: Mara Lind")
    assert len([one for one in ask(db, "experts", "list") if one["name"] == "Mara Lind"]) == 2
    assert "several" in refused(db, "experts", "show", "Mara Lind") or "id" in refused(db, "timeline", "Mara Lind")


def test_a_recorded_name_leads_to_the_expert(db: str) -> None:
    """It stands among the other names."""
    assert "Mara L." in ask(db, "experts", "alias", "Mara Lind", "Mara L.")["aliases"]
    assert ask(db, "experts", "show", "Mara L.")["name"] == "Mara Lind"
    assert "Mara L." not in ask(db, "experts", "alias", "Mara Lind", "Mara L.", "--undo")["aliases"]


def test_candidates_have_reasons(db: str) -> None:
    """Nothing is merged for them."""
    (candidate,) = (MergeCandidate.model_validate(one) for one in ask(db, "experts", "candidates"))
    assert {candidate.first.name, candidate.second.name} == {"Mara Lind", "Lind"}
    assert candidate.reasons
    assert "Nothing is merged unless you say so" in read(db, "experts", "candidates")
    assert len(ask(db, "experts", "list")) == 4


def test_the_log_tells_what_was_changed(db: str) -> None:
    """Newest first, of all experts or of one, which also shows it."""
    first, other = (str(named(db, name)["id"]) for name in ("Mara Lind", "Lind"))
    ask(db, "experts", "merge", first, other, "--reason", "the bank says so")
    ask(db, "experts", "alias", "Oda Brekke", "The Pilot")
    changes = [ExpertChange.model_validate(one) for one in ask(db, "experts", "log")]
    assert [(one.action, one.name, one.reason) for one in changes] == [
        ("alias", "The Pilot", None), ("merge", None, "the bank says so"),
    ]  # fmt: skip
    assert ask(db, "experts", "log", other) == [changes[1].model_dump(mode="json")]
    assert ask(db, "experts", "show", first)["changes"] == ask(db, "experts", "log", first)
    assert f"Lind (id {other}) became part of Mara Lind (id {first}): the bank" in read(db, "experts", "show", first)
    assert "“The Pilot” was recorded for Oda Brekke" in read(db, "experts", "log")


def test_what_was_typed_is_repeated(db: str) -> None:
    """A number in full, or its beginning when it is long; two ids of one expert make a plain sentence."""
    assert "there is no expert 99999999999999;" in refused(db, "experts", "show", "9" * 14)
    assert f"there is no expert {'9' * 40}…;" in refused(db, "experts", "show", "9" * 60)
    assert "both are one expert already: 1 (Mara Lind, " in refused(db, "experts", "merge", "1", "1")


@pytest.mark.parametrize(
    "given",
    [
        ["show", "nobody"],
        ["show", "99999999999999999999"],
        ["show", ""],
        ["merge", "Mara Lind", "nobody"],
        ["merge", "Mara Lind", "Mara Lind"],
        ["split", "Mara Lind"],
        ["split", "Mara Lind", "--article", "abcdef"],
        ["alias", "Mara Lind", ""],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_told(db: str, given: list[str]) -> None:
    """In one line, and nothing is changed."""
    before = ask(db, "experts", "list")
    assert refused(db, "experts", *given)
    assert ask(db, "experts", "list") == before
