"""An article with attributions, a draft that covers one of them, and answers to the audit's question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fake_engine import FakeEngine, expert, extraction, position

from extractor import Article, Extraction, Extractor
from extractor.auditor import Auditor
from extractor.builtin.detection import Detected
from extractor.schemas import Span

TEXT = (
    "Ana Roe says that the port is full. Her critics doubt that the quay will ever pay for itself.\n\n"
    "Piet Maas walked past the cranes. According to the harbour office, no ship was turned away in spring.\n"
)
FULL = position("Ana Roe", "the port is full", cue=["says"], source=["Ana Roe"], statement="The port is full.")
PAYS = position(
    "Her critics", "the quay will ever pay for itself", cue=["doubt"], statement="The quay pays for itself."
)
SHIPS = position(
    "the harbour office",
    "no ship was turned away in spring",
    cue=["According to"],
    statement="No ship was turned away in spring.",
)
CRITICS = expert("Her critics", kind="group")
OFFICE = expert("the harbour office", kind="organization")
DRAFT = extraction([expert("Ana Roe")], [FULL])


def detected(source: str, cue: str, content: str, confidence: float = 0.9, text: str = TEXT) -> Detected:
    """An attribution by its words."""

    def spans(words: str) -> tuple[Span, ...]:
        start = text.index(words)
        return (Span(start=start, end=start + len(words), text=words),) if words else ()

    return Detected(spans(source), spans(cue), spans(content), confidence)


SAID = detected("Ana Roe", "says", "the port is full")
DOUBT = detected("Her critics", "doubt", "the quay will ever pay for itself")
WALK = detected("Piet Maas", "walked", "past the cranes")
TURNED = detected("the harbour office", "According to", "no ship was turned away in spring")


def fixed(*found: Detected) -> Auditor:
    """An auditor that finds these."""
    return lambda article: found


def audit(
    experts: Sequence[dict[str, Any]] = (),
    positions: Sequence[tuple[int, dict[str, Any]]] = (),
    predictions: Sequence[tuple[int, dict[str, Any]]] = (),
    **dismissed: str,
) -> dict[str, Any]:
    """A whole answer to the audit's question; ``p2="why"`` dismisses passage 2."""
    return {
        "experts": list(experts),
        "positions": [{"passage": number, **item} for number, item in positions],
        "predictions": [{"passage": number, **item} for number, item in predictions],
        "dismissed": [{"passage": int(name[1:]), "reason": reason} for name, reason in dismissed.items()],
    }


def extract(
    engine: FakeEngine, *found: Detected, text: str | Article = TEXT, auditor: Auditor | None = None, **settings: Any
) -> Extraction:
    """The audited extraction of a text by a scripted engine."""
    with Extractor("openai:fake", engine=engine, auditor=auditor or fixed(*found), **settings) as extractor:
        return extractor.extract(text)


def counts(result: Extraction) -> tuple[int, int, int]:
    """Passages asked about, recorded and dismissed."""
    found = result.provenance.audit
    assert found is not None
    return found.asked, found.recorded, found.dismissed
