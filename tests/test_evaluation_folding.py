"""Folding: claims as the outermost attributions, one for each cue."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gold_files import places

from extractor.evaluation.folding import folded
from extractor.evaluation.records import Claim, Holder, PositionLabels, Record

ROE = Holder("Ana Roe", "person", ("Roe",))
MAAS = Holder("Piet Maas", "person")
DAHL = Holder("Lena Dahl", "person")
AUTHOR = Holder("author", "author")
LABELS = PositionLabels("neutral", "the port", "fact")


def claim(
    text: str,
    holder: Holder,
    source: str,
    cue: str,
    *content: str,
    by: Holder | None = None,
) -> Claim:
    """A claim whose spans are words of a text, each at its first place."""
    named, cued, told = (tuple(places(text, [part for part in parts if part])) for parts in ([source], [cue], content))
    return Claim(f"c{told[0][0]}", holder, by, named, cued, told, content[0], LABELS)


def told(text: str, *claims: Claim) -> list[tuple[str, str, str]]:
    """Source, cue and content of what claims come to, as words."""
    holders = tuple({claim.holder for claim in claims})
    record = Record(holders, tuple(sorted(claims, key=lambda claim: claim.content)))
    return [tuple(_words(text, part) for part in (one.source, one.cue, one.content)) for one in folded(record, text)]  # type: ignore[misc]


def _words(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    return " | ".join(text[start:end] for start, end in stretches)


def test_a_plain_claim_is_an_attribution() -> None:
    """Source, cue and content stay."""
    text = "Ana Roe said the quay is full."
    assert told(text, claim(text, ROE, "Ana Roe", "said", "the quay is full")) == [
        ("Ana Roe", "said", "the quay is full")
    ]


def test_the_author_counts_only_where_words_attribute() -> None:
    """'I believe' is an attribution, a forecast of the narration is none."""
    text = "Tolls will rise. I believe the quay is full."
    found = told(text, claim(text, AUTHOR, "", "", "Tolls will rise"), claim(text, AUTHOR, "I", "believe", "the quay"))
    assert found == [("I", "believe", "the quay")]


def test_a_reported_claim_is_the_reporters() -> None:
    """Its content begins with the inner source; the source is the nearest mention before it."""
    text = "Maas came late. Ana Roe says that Piet Maas believes tolls will rise."
    inner = claim(text, MAAS, "Piet Maas", "believes", "tolls will rise", by=ROE)
    assert told(text, inner) == [("Ana Roe", "", "Piet Maas believes tolls will rise")]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Roe was clear. She says Maas believes tolls will rise.", "She"),
        ("Maas believes tolls will rise, Roe says.", "Roe"),
        ("Roe was clear. Maas believes tolls will rise.", "Roe"),
        ("Nobody was there. Maas believes tolls will rise.", ""),
        ("“Well,” Roe says, “he knows that Maas believes tolls will rise.”", "Roe"),
        ("ROE: “Well, Maas believes tolls will rise.", "ROE"),
        ("“ROE: Well, Maas believes tolls will rise.", "ROE"),
    ],
)
def test_where_the_reporter_is_named(text: str, source: str) -> None:
    """Before the inner claim, behind it, or earlier in the paragraph; not by a pronoun inside of a quotation."""
    assert told(text, claim(text, MAAS, "Maas", "believes", "tolls will rise", by=ROE))[0][0] == source


def test_the_author_as_a_reporter_is_none() -> None:
    """He passes on everything: the attribution is that of the holder."""
    text = "Piet Maas believes tolls will rise."
    inner = claim(text, MAAS, "Piet Maas", "believes", "tolls will rise", by=AUTHOR)
    assert told(text, inner) == [("Piet Maas", "believes", "tolls will rise")]


def test_what_a_reporter_passes_on_in_a_sentence_is_one() -> None:
    """Two inner claims, and what he says there himself, are one attribution with his own source and cue."""
    text = "Ana Roe says the quay is full, that Maas wants tolls and that Dahl fears strikes."
    found = told(
        text,
        claim(text, ROE, "Ana Roe", "says", "the quay is full"),
        claim(text, MAAS, "Maas", "wants", "tolls", by=ROE),
        claim(text, DAHL, "Dahl", "fears", "strikes", by=ROE),
    )
    assert found == [("Ana Roe", "says", "the quay is full | Maas wants tolls | Dahl fears strikes")]


def test_a_reporter_who_speaks_on_is_one() -> None:
    """A quotation that goes on and passes on another's view belongs to what was said before."""
    text = "“We are full,” Ana Roe said. “Maas wants tolls.”\n\n“Dahl fears strikes.”\n\nDahl came."
    found = told(
        text,
        claim(text, ROE, "Ana Roe", "said", "“We are full,”"),
        claim(text, MAAS, "Maas", "wants", "tolls", by=ROE),
        claim(text, DAHL, "Dahl", "fears", "strikes", by=ROE),
    )
    assert found == [("Ana Roe", "said", "“We are full,” | Maas wants tolls | Dahl fears strikes")]


def test_a_reporter_who_is_named_again_says_something_new() -> None:
    """The second sentence has its own source, and no other person's words are joined."""
    text = "Ana Roe said the quay is full. Roe says Maas wants tolls."
    found = told(
        text,
        claim(text, ROE, "Ana Roe", "said", "the quay is full"),
        claim(text, MAAS, "Maas", "wants", "tolls", by=ROE),
    )
    assert [source for source, _, _ in found] == ["Ana Roe", "Roe"]


def test_a_quotation_goes_on() -> None:
    """Without source and cue it joins the attribution before it, in the paragraph and in the next one."""
    text = "“We are full,” Ana Roe said. “There is no room.”\n\n“None at all.”"
    quoted = [claim(text, ROE, "", "", part) for part in ("“There is no room.”", "“None at all.”")]
    first = claim(text, ROE, "Ana Roe", "said", "“We are full,”")
    assert told(text, first, *quoted) == [("Ana Roe", "said", "“We are full,” | “There is no room.” | “None at all.”")]


def test_a_quotation_that_does_not_go_on_stays_by_itself() -> None:
    """Another holder's words stand between, or whole paragraphs."""
    text = "“We are full,” Ana Roe said.\n\nThe port is old.\n\n“None at all.”"
    first = claim(text, ROE, "Ana Roe", "said", "“We are full,”")
    assert told(text, first, claim(text, ROE, "", "", "“None at all.”"))[1] == ("", "", "“None at all.”")
    text = "“We are full,” Ana Roe said. “So what.”"
    other = claim(text, MAAS, "", "", "“So what.”")
    assert len(told(text, claim(text, ROE, "Ana Roe", "said", "“We are full,”"), other)) == 2


def test_what_nothing_attributes_is_no_attribution() -> None:
    """A claim without source, cue and quotation marks is left out."""
    text = "Ana Roe said the quay is full. Tolls will rise."
    first = claim(text, ROE, "Ana Roe", "said", "the quay is full")
    assert len(told(text, first, claim(text, ROE, "", "", "Tolls will rise"))) == 1


def test_one_cue_is_one_attribution() -> None:
    """Claims of one cue are united, also when it is recorded for two holders."""
    text = "Ana Roe and Piet Maas expect tolls to rise and ships to leave."
    found = told(
        text,
        claim(text, ROE, "Ana Roe", "expect", "tolls to rise"),
        claim(text, MAAS, "Piet Maas", "expect", "ships to leave"),
    )
    assert found == [("Ana Roe | Piet Maas", "expect", "tolls to rise | ships to leave")]


def test_what_stands_inside_the_content_of_another_is_left_out() -> None:
    """Only the outermost attribution counts, however its inner ones are recorded."""
    text = "Ana Roe said the quay that Piet Maas calls a scandal is full. Liu disagrees with her."
    outer = claim(text, ROE, "Ana Roe", "said", "the quay that Piet Maas calls a scandal is full")
    inner = claim(text, MAAS, "Piet Maas", "calls", "a scandal")
    after = claim(text, MAAS, "Liu", "disagrees with", "her")
    assert [source for source, _, _ in told(text, outer, inner, after)] == ["Ana Roe", "Liu"]


def test_a_holder_of_odd_names_breaks_nothing() -> None:
    """Names are taken as they are written, blank ones as none."""
    text = "(Roe) says Maas wants tolls."
    reporter = Holder(" ", "person", ("(Roe)", ""))
    assert told(text, claim(text, MAAS, "Maas", "wants", "tolls", by=reporter)) == [("(Roe)", "", "Maas wants tolls")]
