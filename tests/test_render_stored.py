"""Answers of the store in every form: what they tell, and that no name or text can write to a terminal or a sheet."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len
from sample_results import SAID
from sample_stored import (
    WHEN,
    sample_candidate,
    sample_change,
    sample_context,
    sample_disagreement,
    sample_hit,
    sample_record,
    sample_ref,
    sample_timeline,
    stored_expert,
    stored_position,
    stored_prediction,
    stored_resolution,
    stored_run,
)

from extractor.render.flat import resolution_row, run_row
from extractor.render.sheets import Answer, Line, as_csv, in_one_line, render_answer
from extractor.render.stored import (
    claim_answer,
    claims_answer,
    context_answer,
    disagreement_answer,
    hits_answer,
    predictions_answer,
    rejected_answer,
    resolution_answer,
    timeline_answer,
    where,
)
from extractor.render.stored_articles import article_answer, articles_answer
from extractor.render.stored_experts import (
    candidates_answer,
    changes_answer,
    expert_answer,
    experts_answer,
    known_answer,
    run_answer,
    runs_answer,
    split_answer,
)
from extractor.render.track_records import ranking_answer, record_answer
from extractor.render.upkeep import facts_answer, problems_answer, told_answer
from extractor.schemas.stored import (
    Context,
    Disagreement,
    Hit,
    Piece,
    Rejection,
    StoredArticle,
    StoredClaim,
    Timeline,
    TrackRecord,
)


def _rejection(said: str) -> Rejection:
    return Rejection(reason=said, rejected_by=said, rejected_at=WHEN)


def _stored_article(said: str) -> StoredArticle:
    appearances = (sample_ref(said, title=said, url=said, author=said), sample_ref(said, title=None))
    return StoredArticle(id="0" * 64, appearances=appearances, runs=(4, 3), current=(4,), positions=2, added_at=WHEN)


ANSWERS: dict[str, Callable[[str], Answer]] = {
    "claims": lambda said: claims_answer([stored_position(said), stored_prediction(said)]),
    "claim": lambda said: claim_answer(stored_position(said), said),
    "predictions": lambda said: predictions_answer([stored_prediction(said)], empty=""),
    "hits": lambda said: hits_answer([sample_hit(said)], empty=""),
    "context": lambda said: context_answer(sample_context(said)),
    "resolution": lambda said: resolution_answer(stored_resolution(said), stored_prediction(said)),
    "timeline": lambda said: timeline_answer(sample_timeline(said)),
    "disagreement": lambda said: disagreement_answer(sample_disagreement(said)),
    "experts": lambda said: experts_answer([stored_expert(said, name=said)]),
    "expert": lambda said: expert_answer(stored_expert(said, name=said)),
    "split": lambda said: split_answer(stored_expert(said), stored_expert(said, id=9)),
    "candidates": lambda said: candidates_answer([sample_candidate(said)]),
    "known": lambda said: known_answer(stored_expert(said), [sample_change(said)]),
    "changes": lambda said: changes_answer([sample_change(said), sample_change(said, action="alias", name=said)]),
    "runs": lambda said: runs_answer([stored_run(said), stored_run(said, status="failed", error=said)]),
    "rejected": lambda said: rejected_answer([stored_position(said, rejection=_rejection(said))]),
    "articles": lambda said: articles_answer([_stored_article(said)]),
    "article": lambda said: article_answer(_stored_article(said)),
    "run": lambda said: run_answer(stored_run(said), said),
    "record": lambda said: record_answer(sample_record(said)),
    "ranking": lambda said: ranking_answer(sample_record(said, expert=None), [sample_record(said)], least=10),
    "facts": lambda said: facts_answer({"place": said, "claims": 3}, said),
    "told": lambda said: told_answer({"deleted": said}, said),
    "problems": lambda said: problems_answer([("claim 3", said)], well=""),
}
RISKY = "\x1b[31m\x1b]0;window\x07\x9b2Jred\x1b\x07\r\b\u202e[bold]:smile:"


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_no_control_character_reaches_the_terminal(name: str, form: str) -> None:
    """In no form does a name, a text or a note write escape sequences."""
    text = render_answer(ANSWERS[name](RISKY), form, width=120)  # type: ignore[arg-type]
    kinds = {unicodedata.category(character) for character in text.replace("\n", "")}
    assert kinds.isdisjoint({"Cc", "Cs"})
    assert "\u202e" not in text
    assert "window" not in text or form == "json"


@pytest.mark.parametrize("name", ANSWERS)
def test_json_gives_back_what_was_asked(name: str) -> None:
    """JSON is read back as it was, whatever it escapes."""
    answer = ANSWERS[name](RISKY)
    assert json.loads(render_answer(answer, "json")) == answer.value


@pytest.mark.parametrize("name", ANSWERS)
def test_csv_has_the_columns_in_every_line(name: str) -> None:
    """Each row has a cell for each column, and a column of the answer is filled from its row."""
    answer = ANSWERS[name](SAID)
    header, *rows = csv.reader(io.StringIO(render_answer(answer, "csv")))
    assert header == list(answer.columns)
    assert len(rows) == len(answer.rows) >= 1
    assert {len(row) for row in rows} == {len(header)}
    assert all(set(row) <= set(answer.columns) for row in answer.rows)


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\x07=1", "＝1"])
def test_no_cell_is_a_formula(begin: str) -> None:
    """What a spreadsheet would compute begins with an apostrophe; numbers stay numbers."""
    _, row = csv.reader(io.StringIO(as_csv(("text", "number"), [{"text": begin, "number": -1.5}])))
    assert row[0].startswith("'")
    assert row[1] == "-1.5"


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("width", [80, 60])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    """Long words and wide characters are folded."""
    for said in ("unbreakable" * 20, "港口的旧码头将会满员" * 8):
        text = render_answer(ANSWERS[name](said), "table", width=width)
        assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("name", ANSWERS)
def test_markdown_shows_text_as_it_is(name: str) -> None:
    """Markup, links, images and HTML in a text become none."""
    said = "**a** <b>x</b> ![i](http://a) [l](http://b) | `c`"
    html = MarkdownIt("commonmark").enable("table").render(render_answer(ANSWERS[name](said), "markdown"))
    assert "<b>" not in html and "<img" not in html and "<a " not in html and "<code>" not in html
    assert "<strong>a</strong>" not in html


def test_hits_are_marked_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bold on a terminal and in Markdown, between asterisks in a file."""
    monkeypatch.setenv("TERM", "xterm")
    answer = hits_answer([sample_hit("x")], empty="")
    assert "\x1b[1mquay\x1b[0m" in render_answer(answer, "table", width=160, color=True)
    assert "x the old **quay** is full" in render_answer(answer, "table", width=160)
    assert "x the old **quay** is full" in render_answer(answer, "markdown")


def test_pieces_meet_as_they_stand_in_the_text() -> None:
    """Runs of white space become one space, also across pieces, and none is made up."""
    pieces = [("  in\n", False), ("the ", True), (" ", False), ("har", True), ("bour", False), ("\n", False)]
    told = list(in_one_line([Piece(text=text, hit=hit) for text, hit in pieces]))
    assert "".join(text for text, _ in told) == "in the harbour"
    assert [text for text, hit in told if hit] == ["the", "har"]


def test_a_search_tells_who_what_when_and_where() -> None:
    """Id, expert, stance, date and article stand in the table."""
    text = " ".join(render_answer(hits_answer([sample_hit("x")], empty=""), "table", width=200).split())
    for told in ("11", "Ana Roe", "against → x", "2026-03-17 · x · "):
        assert told in text


def test_json_of_lists_is_a_list_of_the_schemas() -> None:
    """Programs read the models back."""
    found = json.loads(render_answer(hits_answer([sample_hit()], empty=""), "json"))
    assert [Hit.model_validate(one) for one in found] == [sample_hit()]
    listed = json.loads(render_answer(claims_answer([stored_prediction()]), "json"))
    assert [StoredClaim.model_validate(one) for one in listed] == [stored_prediction()]
    assert Context.model_validate(context_answer(sample_context()).value) == sample_context()
    assert Timeline.model_validate(timeline_answer(sample_timeline()).value) == sample_timeline()
    assert Disagreement.model_validate(disagreement_answer(sample_disagreement()).value) == sample_disagreement()
    assert TrackRecord.model_validate(record_answer(sample_record()).value[0]) == sample_record()


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_nothing_found_is_a_sentence(form: str) -> None:
    """People read that there is nothing, programs an empty list, spreadsheets the names of the columns."""
    answer = claims_answer([], empty="No claim fits.")
    assert render_answer(answer, form) == "No claim fits.\n"  # type: ignore[arg-type]
    assert render_answer(answer, "json") == "[]\n"
    assert render_answer(answer, "csv").startswith("id,kind,expert_id,expert,")


def test_predictions_tell_how_likely_by_when_and_how_it_turned_out() -> None:
    """Words and scale, words and dates, and the outcome or the status."""
    settled = stored_prediction(id=13, status="resolved", resolution=stored_resolution("x", outcome="annulled"))
    text = render_answer(predictions_answer([stored_prediction(), settled], empty=""), "table", width=240)
    for told in ("“likely”: likely, 55–80%", "until 2031-12-31", "open", "annulled", "Piet Maas"):
        assert told in text


def test_a_claim_is_shown_in_its_context() -> None:
    """The evidence stands marked in the text around it, with the outcome and what proves it."""
    text = render_answer(context_answer(sample_context("it closes")), "table", width=200)
    for told in (
        "Before. **it closes** After.",
        "status: resolved, yes",
        "condition: if it rains",
        "How it turned out",
    ):
        assert told in text
    row = context_answer(sample_context("it closes")).rows[0]
    assert (row["before"], row["evidence"], row["after"]) == ("Before. ", "it closes", " After.")


def test_a_rejected_claim_says_why() -> None:
    """The reason stands with it."""
    record = Rejection(reason="somebody else's words", rejected_by="Ola", rejected_at=WHEN)
    claim = stored_position(rejected=True, rejection=record)
    context = Context(claim=claim, pieces=(Piece(text="x", hit=True),), reason=record.reason)
    told = "somebody else's words (2026-11-22 09:30 UTC by Ola)"
    assert f"Rejected: {told}" in render_answer(context_answer(context), "table")
    assert told in render_answer(rejected_answer([claim]), "markdown")


def test_an_article_is_told_in_short() -> None:
    """The title is cut between words, and the id is as long as is needed."""
    article = sample_ref(title="The harbour council argues about a second quay again")
    told = where(article)
    assert told == f"2026-03-17 · The harbour council argues about a… · {article.id[:8]}"


def test_markdown_links_addresses() -> None:
    """An address that stands alone is a link, and nothing in it is escaped for it."""
    context = sample_context("it", resolutions=(stored_resolution("it"), stored_resolution("it", id=2, outcome="no")))
    text = render_answer(context_answer(context), "markdown")
    assert "| <https://example.org/it> |" in text
    assert "| 2026-11-22 09:30 | yes |" in text and "| 2026-11-22 09:30 | no (latest) |" in text


def test_csv_has_times_as_json_has_them() -> None:
    """In UTC, with a Z."""
    assert resolution_row(stored_resolution())["resolved_at"] == "2026-11-22T09:30:00Z"
    assert run_row(stored_run())["started_at"] == stored_run().model_dump(mode="json")["started_at"]


def test_a_reversal_is_possible_and_never_asserted() -> None:
    """Both quotations stand side by side, with their dates, and the reader is asked."""
    text = render_answer(timeline_answer(sample_timeline("no quay")), "table", width=200)
    assert "1 possible reversal: compare the words; only a reader can tell." in text
    assert "2025-01-02, claim 7, against: “no quay”" in text and "2026-03-17, claim 11, against: “no quay”" in text
    lines = [line for line in text.splitlines() if "eversal" in line]
    assert all("possible" in line.lower() or "Reversal?" in line for line in lines)


def test_a_disagreement_is_told_by_side_and_expert() -> None:
    """Claims of one expert stand together; an empty side is left out."""
    answer = disagreement_answer(sample_disagreement())
    text = render_answer(answer, "markdown")
    assert "## Oppose" in text and "## Favour" not in text
    assert [row["id"] for row in answer.rows] == [11, 14, 13]


def test_an_expert_is_told_with_names_and_merges() -> None:
    """Office, other names, what was merged and how much there is."""
    text = render_answer(expert_answer(stored_expert("pilot")), "table", width=160)
    for told in (
        "Ana Roe, pilot, pilot (person, id 1)",
        "3 positions and 1 prediction in 2 articles",
        "also: pilot",
        ": 9",
    ):
        assert told in text


def test_a_failed_run_tells_why() -> None:
    """Also one over an input that could not be read, which has no article."""
    failed = stored_run(status="failed", error="not found", article=None, input="gone.txt", current=False)
    text = render_answer(runs_answer([failed, stored_run("fake")]), "table", width=160)
    assert "gone.txt" in text and "extract failed: not found" in text
    assert "3 positions, 1 prediction, 2 rejected" in text and "current" in text


def test_a_track_record_tells_scale_number_and_interval() -> None:
    """The Brier score says that it goes from 0 to 1, and how many probabilities are midpoints of bands."""
    text = " ".join(render_answer(record_answer(sample_record()), "table", width=240).split())
    for told in (
        "73% (45% to 91%), 8 of 11",
        "Brier score (0 to 1): 0.123 (0.050 to 0.200), n = 10, 4 imputed from band midpoint",
        "2 repetitions in other articles not counted",
        "1 ambiguous or annulled not counted",
        "likely (55–80%) 10 67.5% 80.0% 50.0% to 100.0% 4 of 10",
    ):
        assert told in text


def test_who_has_too_few_predictions_is_not_ranked() -> None:
    """The ranking holds the ranked; the others stand apart, with the reason."""
    few = sample_record(expert=stored_expert("x", id=4, name="Oda Brekke"), ranked=False, brier_interval=None)
    text = render_answer(
        ranking_answer(sample_record(expert=None), [sample_record(), few], least=10), "table", width=200
    )
    assert text.index("All experts together") < text.index("Ranking") < text.index("Ana Roe")
    assert text.index("Not ranked: fewer than 10 scored predictions") < text.index("Oda Brekke")


def test_without_outcomes_there_is_no_record() -> None:
    """A sentence says how to record one."""
    empty = TrackRecord(resolved=0, leaning=0, hits=0, scored=0)
    assert "extractor predictions resolve" in render_answer(ranking_answer(empty, [], least=10), "table")


def test_a_line_stands_before_a_table_with_a_gap() -> None:
    """Paragraphs and tables do not run into each other."""
    answer = facts_answer({"a": 1}, "Facts")
    both = Answer(None, [Line("Told:"), *answer.parts], (), ())
    assert render_answer(both, "table").startswith("Told:\n\nFacts\n")
