"""extractor claims, show, reject, delete, runs: what is listed, and what is taken out."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_run import COMMAND, run
from stored_articles import ask, claim_id, extractions, fill, read, refused

from extractor.schemas.stored import Context, StoredClaim, StoredRun


@pytest.fixture
def db(sqlite_path: Path) -> str:
    """The three articles."""
    return fill(str(sqlite_path))


def test_claims_are_listed_newest_first(db: str) -> None:
    """Of both kinds; options narrow the list."""
    claims = [StoredClaim.model_validate(one) for one in ask(db, "claims", "list")]
    days = [claim.article.published for claim in claims]
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]
    assert {claim.kind for claim in claims} == {"position", "prediction"}
    against = ask(db, "claims", "list", "--kind", "position", "--stance", "against")
    assert [one["expert"]["name"] for one in against] == ["Oda Brekke"]


def test_a_list_has_pages(db: str) -> None:
    """--limit and --offset cut it."""
    whole = ask(db, "claims", "list")
    assert ask(db, "claims", "list", "--limit", "2") == whole[:2]
    assert ask(db, "claims", "list", "--limit", "2", "--offset", "2") == whole[2:4]


def test_an_article_is_told_by_the_beginning_of_its_id(db: str) -> None:
    """Six characters will do, fewer will not."""
    article = extractions()[1].article.id
    assert {one["article"]["id"] for one in ask(db, "claims", "list", "--article", article[:6])} == {article}
    assert "6" in refused(db, "claims", "list", "--article", article[:5])
    assert "no article" in refused(db, "claims", "list", "--article", "abcdef012345")


def test_a_claim_is_shown_in_its_context(db: str) -> None:
    """The evidence is marked in the text, which is put together again."""
    number = claim_id(db, "quay")
    context = Context.model_validate(ask(db, "show", number))
    assert "".join(piece.text for piece in context.pieces) in extractions()[2].article.text
    assert context.claim.quote in [piece.text for piece in context.pieces if piece.hit]
    assert "**Ministers**" in read(db, "show", number)


@pytest.mark.parametrize("number", ["999", "0", "-1", "2147483648", "x", "1.5"])
@pytest.mark.parametrize("command", [["show"], ["reject", "--reason", "x"], ["predictions", "resolve"]], ids=" ".join)
def test_an_unknown_id_is_told(db: str, command: list[str], number: str) -> None:
    """In one line, with exit code 2."""
    outcome = ["yes"] if "resolve" in command else []
    told = refused(db, *command, "--", number, *outcome)
    if number != "999":
        assert f"'{number}' is no id: ids are whole numbers, as 'extractor claims list' shows them" in told


def test_a_rejected_claim_leaves_the_lists_and_comes_back(db: str) -> None:
    """It is shown with the reason; --undo takes the rejection back."""
    number = claim_id(db, "quay")
    assert "is rejected" in read(db, "reject", number, "--reason", "hearsay", "--by", "Ola")
    assert int(number) not in [one["id"] for one in ask(db, "claims", "list")]
    assert int(number) not in [one["found"]["id"] for one in ask(db, "search", "quay")]
    assert "Rejected: hearsay" in read(db, "show", number)
    assert "listed again" in read(db, "reject", number, "--undo")
    assert int(number) in [one["id"] for one in ask(db, "claims", "list")]


def test_rejected_claims_are_listed(db: str) -> None:
    """Only they, with when, by whom and why."""
    number = claim_id(db, "quay")
    assert "No rejected claim" in read(db, "claims", "list", "--rejected")
    read(db, "reject", number, "--reason", "hearsay", "--by", "Ola")
    assert [one["id"] for one in ask(db, "claims", "list", "--rejected")] == [int(number)]
    assert "hearsay (20" in read(db, "claims", "list", "--rejected")
    assert "UTC by Ola)" in read(db, "show", number)


def test_articles_are_listed_and_shown(db: str) -> None:
    """By words of title, author and address, without their texts."""
    article = extractions()[1].article.id
    assert len(ask(db, "articles", "list")) == 3
    (found,) = ask(db, "articles", "list", "2025-04-10", "comment")
    assert found["id"] == article and ask(db, "articles", "show", article[:8]) == found
    told = read(db, "articles", "show", article[:8])
    assert "https://example.org/2025-04-10" in told and "(current)" in told and "1 position" in told
    assert "No article is stored that fits." in read(db, "articles", "list", "nowhere")
    assert "no article" in refused(db, "articles", "show", "abcdef012345")


def test_a_rejection_needs_a_reason(db: str) -> None:
    """Claims are about named people, and so are corrections."""
    assert "--reason" in refused(db, "reject", claim_id(db, "quay"))
    assert "not rejected" in refused(db, "reject", claim_id(db, "quay"), "--undo")


def test_deleting_needs_consent(db: str) -> None:
    """Without a terminal only --yes gives it; what was deleted is told."""
    article = extractions()[0].article.id
    what = f"article 'Comment 2025-02-10' of 2025-02-10 ({article[:12]}: 1 run, 2 claims, 0 outcomes)"
    assert f"deleting {what} cannot be undone: give --yes" in refused(db, "delete", article[:8])
    assert len(ask(db, "runs", "list")) == 3
    assert read(db, "delete", article[:8], "--yes") == f"Deleted: {what}"
    assert "no article" in refused(db, "delete", article, "--yes")
    assert len(ask(db, "runs", "list")) == 2


def test_what_is_deleted_is_looked_for_first(db: str) -> None:
    """An id that is none, or too short, is told before any consent."""
    assert "first 6 or more" in refused(db, "delete", extractions()[0].article.id[:4])
    assert "no article" in refused(db, "delete", "abcdef0123")


@pytest.mark.parametrize(("answer", "left"), [("y\n", 2), ("YES\n", 2), ("n\n", 3), ("\n", 3), ("", 3)])
def test_a_terminal_is_asked(db: str, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    """Anything but yes leaves all as it is; rejected claims and outcomes are counted too."""
    number = claim_id(db, "fall before")
    ask(db, "predictions", "resolve", number, "no")
    ask(db, "reject", number, "--reason", "hearsay")
    monkeypatch.setattr(sys.modules["extractor.cli.delete"], "sys", _Terminal())
    done = run("delete", extractions()[1].article.id, "--db", db, input=answer)
    assert done.exit_code == (0 if left == 2 else 1)
    assert "of 2025-04-10" in done.stderr and "2 claims, 1 outcome)" in done.stderr
    assert "Nothing brings it back" in done.stderr
    assert len(ask(db, "runs", "list")) == left


def test_an_interrupted_question_deletes_nothing(db: str) -> None:
    """Ctrl-C at the question ends with 130, as everywhere."""
    main, side = pty.openpty()
    given: Any = {"stdin": side, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, "delete", extractions()[1].article.id, "--db", db], **given) as process:
        assert process.stderr is not None
        told = b""
        while not told.endswith(b"[y/N]: ") and (more := process.stderr.read(1)):
            told += more
        process.send_signal(signal.SIGINT)
        assert b"interrupted" in process.stderr.read()
    os.close(main)
    os.close(side)
    assert (process.returncode, len(ask(db, "runs", "list"))) == (130, 3)


class _Terminal:
    """The module sys, with a standard input that is a terminal."""

    class stdin:  # noqa: N801
        @staticmethod
        def isatty() -> bool:
            return True

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def test_runs_are_listed_and_chosen(db: str) -> None:
    """The current one is marked; a choice is told, and taken back."""
    article = extractions()[0].article.id
    (found,) = (StoredRun.model_validate(one) for one in ask(db, "runs", "list", article[:6]))
    assert (found.current, found.chosen, found.status) == (True, False, "done")
    assert ask(db, "runs", "choose", str(found.id))["chosen"] is True
    assert "because it was chosen" in read(db, "runs", "choose", str(found.id))
    assert "by the rule" in read(db, "runs", "choose", str(found.id), "--undo")
    assert ask(db, "runs", "list", "--failed") == []
    assert "was not chosen" in refused(db, "runs", "choose", str(found.id), "--undo")
    assert "no run" in refused(db, "runs", "choose", "99")


def test_a_failed_run_is_listed_with_its_reason(db: str) -> None:
    """Also one over a file that could not be read."""
    Path("blank.txt").touch()
    assert run("extract", "blank.txt", "--db", db).exit_code == 2
    assert "blank.txt" in read(db, "runs", "list", "--failed")
    assert len(ask(db, "runs", "list", "--done")) == 3
