"""Results that cite given experts, for tests of who is who."""

from __future__ import annotations

import hashlib
from typing import Any

from sample_results import find, sample_provenance

from extractor.schemas import Article, Expert, Extraction, Position


def person(name: str, /, **known: Any) -> Expert:
    """An expert without an id; ``known`` are its fields (role, affiliation, aliases, kind)."""
    return Expert(**{"id": "e1", "kind": "person", **known, "name": name})


def cite(subject: str, /, *cited: Expert, **provenance: Any) -> Extraction:
    """An extraction of an article about ``subject``, in which each of the experts in turn holds a position."""
    text = " ".join(f"{expert.name} says that {subject} will be built." for expert in cited)
    article = Article(id=hashlib.sha256(text.encode()).hexdigest(), text=text, title=subject)
    experts = tuple(expert.model_copy(update={"id": f"e{place}"}) for place, expert in enumerate(cited, start=1))
    return Extraction(
        article=article,
        experts=experts,
        positions=tuple(_position(article, subject, place) for place in range(len(cited))),
        provenance=sample_provenance(**provenance),
    )


def _position(article: Article, subject: str, place: int, /) -> Position:
    return Position(
        id=f"c{place + 1}",
        expert_id=f"e{place + 1}",
        source=(),
        cue=(),
        content=(find(article, f"{subject} will be built", place),),
        quote_type="indirect",
        statement=f"{subject} will be built",
        topic=subject,
        target=subject,
        stance="favor",
        kind="fact",
    )
