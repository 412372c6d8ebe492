"""Results as rows of tables, and rows as results; nothing is lost in between.

A span is stored as its offsets, and its words are cut from the article's text again. What a database cannot hold (NUL
characters, halves of surrogate pairs) is refused in every text, so that what is stored is what was given.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from extractor.errors import StoreError
from extractor.run_keys import digest, task_of
from extractor.schemas import (
    Article,
    Audit,
    Cited,
    Expert,
    ExpertLine,
    Extraction,
    Horizon,
    Likelihood,
    Position,
    Prediction,
    Provenance,
    Rejected,
    Span,
    Stated,
    Summary,
    Usage,
    Verifiability,
)
from extractor.schemas.stored import ClaimKind

from .database.limits import held, plain

Row = dict[str, Any]
JOINT = " [...] "
"""Stands between the parts of a content (or source, or cue) that is split in the article."""
_PARTS = ("abstract", "agreements", "disagreements")


def quote(parts: Sequence[Span], /) -> str:
    """The words of spans, joined by `JOINT`."""
    return parts[0].text if len(parts) == 1 else JOINT.join([part.text for part in parts])


# Writing


def write_article(article: Article, /, *, added_at: datetime) -> Row:
    """The row of ``articles``; InputError when a database cannot hold the text."""
    return held({"id": article.id, "text": article.text, "added_at": added_at}, f"article {article.id[:12]}")


def write_appearance(article: Article, /, *, added_at: datetime) -> Row:
    """The row of ``appearances``, without id. Equal appearances of a text have equal digests."""
    told = {
        "article_id": article.id,
        "url": article.url,
        "headline": article.title,
        "author": article.author,
        "date_published": article.published,
        "in_language": article.language,
        "inferred": list(article.inferred),
    }
    held(told, f"article {article.id[:12]}")
    plain = {**told, "date_published": article.published and article.published.isoformat()}
    return {**told, "digest": digest(plain), "added_at": added_at}


def write_run(result: Extraction | Summary, /, *, key: str, added_at: datetime) -> Row:
    """The row of ``runs`` for a finished run that is not current, without id, appearance and input.

    A starting time without a time zone is taken for UTC.
    """
    made = result.provenance
    started_at = made.started_at if made.started_at.tzinfo else made.started_at.replace(tzinfo=UTC)
    row = {
        "key": key,
        "task": task_of(result),
        "status": "done",
        "article_id": result.article.id,
        **made.model_dump(exclude={"usage", "audit", "settings", "warnings", "started_at"}),
        "settings": plain(made.settings),
        "input_tokens": made.usage.input_tokens,
        "output_tokens": made.usage.output_tokens,
        "audit": made.audit and made.audit.model_dump(),
        "warnings": list(made.warnings),
        "started_at": started_at,
        "chosen": False,
        "is_current": False,
        "added_at": added_at,
    }
    return held(row, "the run")


def write_expert(expert: Expert, /) -> Row:
    """The row of ``cited_experts``, without run_id and expert_id."""
    row = {
        "local_id": expert.id,
        "name": expert.name,
        "kind": expert.kind,
        "job_title": expert.role,
        "affiliation": expert.affiliation,
        "alternate_names": list(expert.aliases),
        "mentions": _offsets(expert.mentions),
    }
    for alias in expert.aliases:
        held({"alias": alias}, f"expert {expert.id}")
    return held(row, f"expert {expert.id}")


def kind_of(claim: Position | Prediction, /) -> ClaimKind:
    """Position or prediction, in the store's words."""
    return "prediction" if isinstance(claim, Prediction) else "position"


def write_claim(claim: Position | Prediction, /) -> Row:
    """The row of ``claims`` with what the result says; ids in the store, run, listing and date are the writer's.

    Positions and predictions have the same keys.
    """
    spans = {"source": claim.source, "cue": claim.cue, "content": claim.content}
    own = _predicted(claim, spans) if isinstance(claim, Prediction) else _positioned(claim)
    row = {
        "local_id": claim.id,
        "kind": kind_of(claim),
        "local_expert": claim.expert_id,
        "local_reporter": claim.reported_by,
        "statement": claim.statement,
        "topic": claim.topic,
        "quote": quote(claim.content),
        "quote_type": claim.quote_type,
        "source": quote(claim.source) or None,
        "cue": quote(claim.cue) or None,
        **_NO_CLAIM,
        **own,
        "spans": {role: _offsets(parts) for role, parts in spans.items() if parts},
    }
    return held(row, f"claim {claim.id}")


_NO_CLAIM: Row = dict.fromkeys(
    (
        *("target", "stance", "position_kind", "expected", "likelihood_words", "likelihood_negated", "band"),
        *("likelihood_low", "likelihood_high", "stated_low", "stated_high", "condition", "horizon_words"),
        *("horizon_start", "horizon_end", "granularity", "basis", "verifiability", "missing"),
    )
)


def _positioned(claim: Position) -> Row:
    return {"target": claim.target, "stance": claim.stance, "position_kind": claim.kind}


def _predicted(claim: Prediction, spans: dict[str, tuple[Span, ...]]) -> Row:
    """What only predictions have; their spans are added to ``spans``."""
    likelihood, horizon = claim.likelihood, claim.horizon
    stated = likelihood.stated
    single = {
        "likelihood": likelihood.words,
        "stated": stated and stated.span,
        "condition": claim.condition,
        "horizon": horizon.words,
    }
    spans.update((role, (span,)) for role, span in single.items() if span)
    return {
        "expected": claim.expected,
        "likelihood_words": likelihood.words and likelihood.words.text,
        "likelihood_negated": likelihood.negated,
        "band": likelihood.band,
        "likelihood_low": likelihood.low,
        "likelihood_high": likelihood.high,
        "stated_low": stated and stated.low,
        "stated_high": stated and stated.high,
        "condition": claim.condition and claim.condition.text,
        "horizon_words": horizon.words and horizon.words.text,
        "horizon_start": horizon.start,
        "horizon_end": horizon.end,
        "granularity": horizon.granularity,
        "basis": horizon.basis,
        "verifiability": claim.verifiability.level,
        "missing": list(claim.verifiability.missing),
    }


def write_rejected(rejected: Rejected, /) -> Row:
    """The row of ``rejected_items``, without run_id."""
    violations = [violation.model_dump() for violation in rejected.violations]
    return {"kind": rejected.kind, "item": plain(rejected.item), "violations": violations}


def write_summary(summary: Summary, /) -> Row:
    """The row of ``summaries``, without run_id. In ``parts`` a sentence's evidence is a list of ``[start, end]``."""
    row = {
        "headline": summary.headline.text,
        "abstract": " ".join(sentence.text for sentence in summary.abstract),
        "parts": {
            "headline": _write_cited(summary.headline),
            **{name: [_write_cited(sentence) for sentence in getattr(summary, name)] for name in _PARTS},
            "by_expert": [{**_write_cited(line), "expert_id": line.expert_id} for line in summary.by_expert],
        },
    }
    return held(row, "the summary")


def _write_cited(sentence: Cited) -> Row:
    return {"text": sentence.text, "evidence": _offsets(sentence.evidence)}


def in_order(extraction: Extraction, /) -> list[Position | Prediction]:
    """The claims in the order of the article, positions and predictions each in the order that they have."""
    return list(heapq.merge(extraction.positions, extraction.predictions, key=lambda claim: int(claim.id[1:])))


def _offsets(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


# Reading


def read_article(text: str, appearance: Mapping[str, Any], /) -> Article:
    """The article as one of its appearances (a row of ``appearances``) tells it; StoreError when it is damaged."""
    with _sound(f"article {appearance['article_id']}"):
        return Article(
            id=appearance["article_id"],
            title=appearance["headline"],
            url=appearance["url"],
            author=appearance["author"],
            published=appearance["date_published"],
            language=appearance["in_language"],
            inferred=tuple(appearance["inferred"]),
            text=text,
        )


def read_provenance(run: Mapping[str, Any], /) -> Provenance:
    """The provenance from a row of ``runs``; StoreError when it is damaged."""
    same = [name for name in Provenance.model_fields if name not in ("usage", "audit")]
    with _sound(f"run {run['id']}"):
        return Provenance(
            **{name: run[name] for name in same},
            usage=Usage(input_tokens=run["input_tokens"], output_tokens=run["output_tokens"]),
            audit=run["audit"] and Audit(**run["audit"]),
        )


def read_expert(row: Mapping[str, Any], text: str, /) -> Expert:
    """The expert of a row of ``cited_experts``; StoreError when it is damaged."""
    with _sound(f"expert {row['local_id']} of run {row['run_id']}"):
        return Expert(
            id=row["local_id"],
            name=row["name"],
            kind=row["kind"],
            role=row["job_title"],
            affiliation=row["affiliation"],
            aliases=tuple(row["alternate_names"]),
            mentions=read_spans(row["mentions"], text),
        )


def read_claim(row: Mapping[str, Any], text: str, /) -> Position | Prediction:
    """The claim of a row of ``claims``, with the ids of its run; StoreError when it is damaged."""
    with _sound(f"claim {row['id']}"):
        spans = {role: read_spans(parts, text) for role, parts in row["spans"].items()}
        shared = {
            "id": row["local_id"],
            "expert_id": row["local_expert"],
            "reported_by": row["local_reporter"],
            **{role: spans.get(role, ()) for role in ("source", "cue", "content")},
            **{name: row[name] for name in ("quote_type", "statement", "topic")},
        }
        if row["kind"] == "position":
            return Position(**shared, target=row["target"], stance=row["stance"], kind=row["position_kind"])
        return Prediction(**shared, **_read_predicted(row, {role: parts[0] for role, parts in spans.items()}))


def _read_predicted(row: Mapping[str, Any], spans: Mapping[str, Span]) -> Row:
    """What only predictions have."""
    stated = spans.get("stated")
    return {
        "expected": row["expected"],
        "likelihood": Likelihood(
            words=spans.get("likelihood"),
            negated=row["likelihood_negated"],
            band=row["band"],
            low=row["likelihood_low"],
            high=row["likelihood_high"],
            stated=stated and Stated(low=row["stated_low"], high=row["stated_high"], span=stated),
        ),
        "condition": spans.get("condition"),
        "horizon": Horizon(
            words=spans.get("horizon"),
            start=row["horizon_start"],
            end=row["horizon_end"],
            granularity=row["granularity"],
            basis=row["basis"],
        ),
        "verifiability": Verifiability(level=row["verifiability"], missing=tuple(row["missing"])),
    }


def read_spans(pairs: Sequence[Sequence[int]], text: str, /) -> tuple[Span, ...]:
    """Spans from stored offsets; ValueError when they lie outside the text."""
    return tuple(Span(start=start, end=end, text=text[start:end]) for start, end in pairs)


def read_rejected(row: Mapping[str, Any], /) -> Rejected:
    """The rejected item of a row of ``rejected_items``; StoreError when it is damaged."""
    with _sound(f"rejected item {row['id']}"):
        return Rejected(kind=row["kind"], item=row["item"], violations=row["violations"])


def read_extraction(
    article: Article,
    run: Mapping[str, Any],
    /,
    *,
    experts: Sequence[Mapping[str, Any]],
    claims: Sequence[Mapping[str, Any]],
    rejected: Sequence[Mapping[str, Any]],
) -> Extraction:
    """The extraction of a run from its rows, ``rejected`` in the order of their ids; StoreError when damaged."""
    with _sound(f"run {run['id']}"):
        found = [read_claim(row, article.text) for row in sorted(claims, key=_number)]
        return Extraction(
            article=article,
            experts=_read_experts(experts, article),
            positions=tuple(claim for claim in found if isinstance(claim, Position)),
            predictions=tuple(claim for claim in found if isinstance(claim, Prediction)),
            rejected=tuple(map(read_rejected, rejected)),
            provenance=read_provenance(run),
        )


def read_summary(
    article: Article,
    run: Mapping[str, Any],
    summary: Mapping[str, Any],
    /,
    *,
    experts: Sequence[Mapping[str, Any]],
    rejected: Sequence[Mapping[str, Any]],
) -> Summary:
    """The summary of a run from its rows, ``rejected`` in the order of their ids; StoreError when damaged."""
    with _sound(f"run {run['id']}"):
        parts = summary["parts"]
        return Summary(
            article=article,
            experts=_read_experts(experts, article),
            headline=_read_cited(parts["headline"], article.text),
            by_expert=tuple(
                ExpertLine(**dict(_read_cited(line, article.text)), expert_id=line["expert_id"])
                for line in parts["by_expert"]
            ),
            **{name: tuple(_read_cited(sentence, article.text) for sentence in parts[name]) for name in _PARTS},
            rejected=tuple(map(read_rejected, rejected)),
            provenance=read_provenance(run),
        )


def _read_experts(rows: Sequence[Mapping[str, Any]], article: Article) -> tuple[Expert, ...]:
    return tuple(read_expert(row, article.text) for row in sorted(rows, key=_number))


def _read_cited(part: Mapping[str, Any], text: str) -> Cited:
    return Cited(text=part["text"], evidence=read_spans(part["evidence"], text))


def _number(row: Mapping[str, Any]) -> int:
    return int(row["local_id"][1:])


@contextmanager
def _sound(what: str) -> Iterator[None]:
    """Tell that something stored is damaged: changed by something else than this package."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        told = " ".join(str(error).split())[:200]
        raise StoreError(f"{what} is damaged in the database ({told}); 'extractor db check' tells more") from error
