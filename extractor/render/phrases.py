"""What reports say in words: one line each, free of anything that a terminal would obey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.schemas import (
        Article,
        Claim,
        Expert,
        Extraction,
        Horizon,
        Likelihood,
        Provenance,
        Rejected,
        Span,
        Summary,
        Verifiability,
    )

NOTHING = "–"
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # strings: window title, links
    r"|\x1b[ -/]*[0-~]"  # two characters: reset, character sets
)
# Other control characters, lone surrogates, and what overrides the direction of text that follows. The marks that
# right-to-left and joined scripts need (U+200C to U+200F) stay.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def plain(text: str, /) -> str:
    """``text`` in one line, without escape sequences and control characters; every run of white space is one space."""
    return " ".join(_CONTROLS.sub("", _ESCAPES.sub("", text)).split())


def quotation(spans: Sequence[Span], /) -> str:
    """The words of an article, parts joined by an ellipsis."""
    return " … ".join(plain(span.text) for span in spans)


def count(number: int, noun: str, /) -> str:
    """'1 expert', '2 experts'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def facts(article: Article, /) -> list[str]:
    """What is known of an article besides title and address."""
    published = article.published.isoformat() if article.published else None
    told = [plain(value) for value in (article.author, published, article.language) if value]
    inferred = ", ".join(article.inferred)
    return [*told, *([f"inferred: {inferred}"] if inferred else [])]


def office(expert: Expert, /) -> str:
    """Role and affiliation, or nothing."""
    return ", ".join(plain(part) for part in (expert.role, expert.affiliation) if part)


def holders(result: Extraction | Summary, /) -> dict[str, str]:
    """Expert id to name."""
    return {expert.id: plain(expert.name) for expert in result.experts}


def holder(claim: Claim, names: dict[str, str], /) -> str:
    """Who holds a claim, and through whom it is reported."""
    name = names[claim.expert_id]
    return f"{name} (reported by {names[claim.reported_by]})" if claim.reported_by else name


def how_likely(likelihood: Likelihood, /) -> str:
    """The words, what they are about when negated, and the probability that they stand for."""
    words = f"“{plain(likelihood.words.text)}”" if likelihood.words else ""
    if words and likelihood.negated:
        words += " (that not)"
    scale = []
    if likelihood.stated:
        scale.append(f"stated {percent(likelihood.stated.low, likelihood.stated.high)}")
    if likelihood.band:
        scale.append(likelihood.band.replace("_", " "))
        if not likelihood.stated and likelihood.low is not None and likelihood.high is not None:
            scale.append(percent(likelihood.low, likelihood.high))
    return ": ".join(part for part in (words, ", ".join(scale)) if part) or NOTHING


def percent(low: float, high: float, /) -> str:
    """'70%' or '55–80%'."""
    return f"{low:g}%" if low == high else f"{low:g}–{high:g}%"


def by_when(horizon: Horizon, /) -> str:
    """The words and the dates that they stand for."""
    words = f"“{plain(horizon.words.text)}”" if horizon.words else ""
    start, end = horizon.start, horizon.end
    if start and end:
        dates = f"{start}" if start == end else f"{start} to {end}"
    else:
        dates = f"until {end}" if end else f"from {start}" if start else ""
    return ": ".join(part for part in (words, dates) if part) or NOTHING


def checkable(verifiability: Verifiability, /) -> str:
    """The level and what is missing."""
    missing = ", ".join(verifiability.missing)
    return f"{verifiability.level}: no {missing}" if missing else verifiability.level


def rejected_item(rejected: Rejected, /) -> str:
    """What was rejected, told by the field that tells most."""
    for name in ("statement", "text", "name"):
        if rejected.item.get(name):
            return plain(str(rejected.item[name]))
    return plain(str(rejected.item)) if rejected.item else NOTHING


def faults(rejected: Rejected, /) -> str:
    """Why it was rejected."""
    told = (f"{v.field}: {v.message}" if v.field else v.message for v in rejected.violations)
    return plain("; ".join(told))


def tally(result: Extraction | Summary, /) -> str:
    """What a result holds, in numbers."""
    from extractor.schemas import Extraction

    parts = [count(len(result.experts), "expert")]
    if isinstance(result, Extraction):
        parts += [count(len(result.positions), "position"), count(len(result.predictions), "prediction")]
    else:
        lines = (result.abstract, result.by_expert, result.agreements, result.disagreements)
        parts.append(count(1 + sum(map(len, lines)), "sentence"))
    if result.rejected:
        parts.append(f"{len(result.rejected):,} rejected")
    return ", ".join(parts)


def effort(provenance: Provenance, /) -> str:
    """How long a result took and, with a model, at what cost."""
    took = f"{provenance.elapsed_seconds:.1f} s"
    if not provenance.calls:
        return took
    usage = provenance.usage
    return f"{took}; {count(provenance.calls, 'call')}, tokens: {usage.input_tokens:,} in, {usage.output_tokens:,} out"


def origin(provenance: Provenance, /) -> str:
    """Everything about how a result came about, in a sentence."""
    engine = provenance.engine if provenance.model is None else f"{provenance.engine}:{provenance.model}"
    parts = [f"Made by {plain(engine)} on {provenance.started_at:%Y-%m-%d %H:%M} UTC in {effort(provenance)}"]
    if provenance.calls:
        parts.append(f"{count(provenance.attempts, 'attempt')} at most, {provenance.repaired:,} repaired")
    parts.append(f"{provenance.merged:,} merged")
    if audit := provenance.audit:
        parts.append(f"audit: {audit.asked:,} asked, {audit.recorded:,} recorded, {audit.dismissed:,} dismissed")
    if provenance.names_unchecked:
        parts.append("names unchecked")
    parts += [f"prompt {plain(name)} {mark}" for name, mark in provenance.prompts.items()]
    parts.append(f"schema {provenance.schema_version}, lexicon {plain(provenance.lexicon_version)}")
    return "; ".join(parts) + "."
