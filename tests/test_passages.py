"""Which detected attributions are asked about: what covers one, and how a passage is cut and shown."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractor.builtin.detection import Detected
from extractor.grounding import ClaimSpans
from extractor.passages import passages, tell_passages, uncovered
from extractor.schemas import Span

TEXT = (
    "Ana Roe says that the port is full. Her critics doubt that the quay will ever pay for itself.\n\n"
    "Piet Maas walked past the cranes. According to the harbour office, no ship was turned away in spring.\n"
)


def detected(source: str, cue: str, content: str, confidence: float = 0.9) -> Detected:
    """An attribution by its words."""

    def spans(words: str) -> tuple[Span, ...]:
        start = TEXT.index(words)
        return (Span(start=start, end=start + len(words), text=words),) if words else ()

    return Detected(spans(source), spans(cue), spans(content), confidence)


DOUBT = detected("Her critics", "doubt", "the quay will ever pay for itself")
TURNED = detected("the harbour office", "According to", "no ship was turned away in spring")


def spans_of(item: Detected) -> ClaimSpans:
    """The spans of a claim that says what was detected."""
    return ClaimSpans(item.source, item.cue, item.content, None, None, None)


@pytest.mark.parametrize(
    ("claims", "left"),
    [
        ([], 1),
        ([detected("", "", "the quay will ever pay for itself")], 0),
        ([detected("", "", "the quay will ever")], 0),
        ([detected("", "", "the quay")], 1),
        ([detected("", "", "the quay"), detected("", "", "pay for")], 1),
        ([detected("", "", "the quay"), detected("", "", "pay for itself")], 0),
        ([detected("", "doubt", "the port is full")], 0),
        ([detected("", "says", "the port is full")], 1),
        ([detected("", "", TEXT.strip().partition("\n")[0])], 0),
    ],
)
def test_a_claim_covers_by_content_or_cue(claims: Sequence[Detected], left: int) -> None:
    """Half of the words of one claim, three fifths of the words in all claims, or a shared cue."""
    assert len(uncovered([DOUBT], [spans_of(item) for item in claims])) == left


def test_doubtful_detections_are_not_asked_about() -> None:
    """Below the confidence that is asked for nothing counts."""
    doubtful = detected("Her critics", "doubt", "the quay will ever pay for itself", 0.4)
    assert uncovered([doubtful], ()) == []
    assert uncovered([doubtful], (), confidence=0.3) == [doubtful]


def test_passages_are_whole_sentences_by_order() -> None:
    """Numbered by content; a passage reaches from the first to the last sentence of its words."""
    found = passages([TURNED, DOUBT], TEXT, start=0, end=len(TEXT))
    assert [passage.number for passage in found] == [1, 2]
    assert TEXT[found[0].start : found[0].end] == "Her critics doubt that the quay will ever pay for itself."
    assert passages([TURNED], TEXT, start=0, end=50) == ()


def test_a_passage_over_two_sentences_shows_both() -> None:
    """A quotation that goes on after its cue is shown whole."""
    text = "“It is full,” said Bo. “Go home.” He left.\n"
    found = Detected((), (Span(start=14, end=18, text="said"),), (Span(start=0, end=13, text=text[:13]),), 0.9)
    longer = Detected((), found.cue, (*found.content, Span(start=23, end=33, text=text[23:33])), 0.9)
    ((first,), (both,)) = (passages([item], text, start=0, end=len(text)) for item in (found, longer))
    assert text[first.start : first.end] == "“It is full,” said Bo."
    assert text[both.start : both.end] == "“It is full,” said Bo. “Go home.”"
    assert "“It is full,” [...] “Go home.”" in tell_passages([both], text)


def test_many_claims_cover_as_few_do() -> None:
    """Each attribution is weighed against the claims that share words with it, whatever else was claimed."""
    others = [spans_of(detected("", "", words)) for words in ("Ana Roe", "the port is full", "past the cranes")] * 50
    assert uncovered([DOUBT, TURNED], others) == [DOUBT, TURNED]
    assert uncovered([DOUBT, TURNED], [*others, spans_of(TURNED)]) == [DOUBT]


def test_a_passage_of_a_chunk_has_the_offsets_of_the_article() -> None:
    """Only the chunk is cut into sentences; what of an attribution lies before or behind it is not shown."""
    start, end = TEXT.index("According"), TEXT.index(" in spring")
    walked = detected("Her critics", "walked", "no ship was turned away in spring")
    for item in (TURNED, walked):
        (found,) = passages([item], TEXT, start=start, end=end)
        assert TEXT[found.start : found.end] == "According to the harbour office, no ship was turned away"
        assert found.holds(item.content) and not found.holds(DOUBT.content)


def test_no_attribution_makes_no_passage() -> None:
    """Nothing detected, nothing asked."""
    assert passages([], TEXT, start=0, end=len(TEXT)) == ()
    assert tell_passages((), TEXT) == ""
