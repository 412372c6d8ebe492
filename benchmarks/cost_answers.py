"""The recorded answers of `cost.py`: results about the gold articles, as the drafts from which they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich_commentary import as_langextract, commentary

from extractor import Article, Extraction, Summary
from extractor.articles import article_from_text
from extractor.schemas import Claim, Expert, Position, Prediction, Span

_RESULTS = Path(__file__).parent.parent / "examples" / "gold" / "results"
SHORT = 1_000
"""Characters that a short text has at least; it ends with a paragraph."""
_TOGETHER = 4
_WRONG = "nobody in the article said anything of this kind"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A text and the results about its parts; of a short text only what stands in it counts."""

    article: Article
    extractions: tuple[Extraction, ...]
    summaries: tuple[Summary, ...]


def medium_ones() -> list[Recorded]:
    """The gold articles."""
    extractions = [Extraction.model_validate_json(line) for line in _lines("model.jsonl")]
    summaries = {
        one.article.id: one for one in (Summary.model_validate_json(line) for line in _lines("summaries.jsonl"))
    }
    return [Recorded(one.article, (one,), (summaries[one.article.id],)) for one in extractions]


def short_ones() -> list[Recorded]:
    """The beginnings of the gold articles."""
    return [Recorded(_article(_beginning(one.article.text)), one.extractions, one.summaries) for one in medium_ones()]


def long_ones() -> list[Recorded]:
    """Gold articles, several in one text."""
    found = medium_ones()
    groups = [found[start : start + _TOGETHER] for start in range(0, len(found), _TOGETHER)]
    return [_joined(group) for group in groups if len(group) == _TOGETHER]


def draft_of(recorded: Recorded, /) -> dict[str, list[dict[str, Any]]]:
    """The extraction as the model writes it."""
    found: dict[str, list[dict[str, Any]]] = {"experts": [], "positions": [], "predictions": []}
    for extraction in recorded.extractions:
        claims = [claim for claim in extraction.claims if _stands(_spans(claim), recorded)]
        names = {expert.id: expert.name for expert in extraction.experts}
        used = {name for claim in claims for name in (claim.expert_id, claim.reported_by)}
        found["experts"] += [_expert(one) for one in extraction.experts if one.id in used]
        found["positions"] += [_position(one, names) for one in claims if isinstance(one, Position)]
        found["predictions"] += [_prediction(one, names) for one in claims if isinstance(one, Prediction)]
    return found


def broken(recorded: Recorded, /) -> dict[str, list[dict[str, Any]]]:
    """The same with one quotation that is not in the text."""
    draft = draft_of(recorded)
    first = draft["positions"][0]
    return {**draft, "positions": [{**first, "content": [_WRONG]}, *draft["positions"][1:]]}


def mended(recorded: Recorded, /) -> dict[str, list[dict[str, Any]]]:
    """The answer to the question about that quotation."""
    first = {**draft_of(recorded)["positions"][0], "item": "positions[0]"}
    return {"experts": [], "positions": [first], "predictions": [], "withdrawn": []}


def summary_of(recorded: Recorded, /) -> dict[str, Any]:
    """The summary as the model writes it; of several, headline and abstract of the first, and all that experts hold."""
    first = recorded.summaries[0]
    sentences = {"abstract": first.abstract, "agreements": first.agreements, "disagreements": first.disagreements}
    told = {
        name: [_sentence(one.text, one.evidence) for one in found if _stands(one.evidence, recorded)]
        for name, found in sentences.items()
    }
    lines = []
    for summary in recorded.summaries:
        experts = {expert.id: expert for expert in summary.experts}
        for line in summary.by_expert:
            if _stands(line.evidence, recorded):
                known = {name: value for name, value in _expert(experts[line.expert_id]).items() if name != "aliases"}
                lines.append({"expert": known.pop("name"), **known, **_sentence(line.text, line.evidence)})
    return {"headline": _sentence(first.headline.text, first.headline.evidence), "by_expert": lines, **told}


def example() -> dict[str, Any]:
    """A short text with one extraction of each class, as an example for langextract."""
    told = commentary(0)
    text = told.text.partition("\n\n")[2].partition("\n\n")[0]
    return {"text": text, **as_langextract({name: found[:1] for name, found in told.answer.items()}, text)}


def _lines(name: str, /) -> Sequence[str]:
    return (_RESULTS / name).read_text(encoding="utf-8").splitlines()


def _article(text: str, /) -> Article:
    return article_from_text(text, published="2026-01-15", language="en")


def _beginning(text: str, /) -> str:
    end = text.find("\n", SHORT)
    return text if end < 0 else text[:end]


def _joined(parts: Sequence[Recorded], /) -> Recorded:
    return Recorded(
        _article("\n\n".join(one.article.text for one in parts)),
        tuple(extraction for one in parts for extraction in one.extractions),
        tuple(summary for one in parts for summary in one.summaries),
    )


def _stands(spans: Iterable[Span], recorded: Recorded, /) -> bool:
    """True when all spans are in the text."""
    return all(span.text in recorded.article.text for span in spans)


def _spans(claim: Claim, /) -> list[Span]:
    return [*claim.content, *claim.cue, *claim.source]


def _texts(spans: Iterable[Span], /) -> list[str]:
    return [span.text for span in spans]


def _sentence(text: str, evidence: Iterable[Span], /) -> dict[str, Any]:
    return {"text": text, "evidence": _texts(evidence)}


def _expert(expert: Expert, /) -> dict[str, Any]:
    return expert.model_dump(mode="json", include={"name", "kind", "role", "affiliation", "aliases"})


def _claim(claim: Claim, names: dict[str, str], /) -> dict[str, Any]:
    return {
        "content": _texts(claim.content),
        "cue": _texts(claim.cue),
        "source": _texts(claim.source),
        "expert": names[claim.expert_id],
        "reported_by": claim.reported_by and names[claim.reported_by],
        "statement": claim.statement,
        "topic": claim.topic,
    }


def _position(claim: Position, names: dict[str, str], /) -> dict[str, Any]:
    return {**_claim(claim, names), "target": claim.target, "stance": claim.stance, "kind": claim.kind}


def _prediction(claim: Prediction, names: dict[str, str], /) -> dict[str, Any]:
    likelihood, horizon = claim.likelihood, claim.horizon
    return {
        **_claim(claim, names),
        "likelihood_words": likelihood.words and likelihood.words.text,
        "negated": likelihood.negated,
        "condition": claim.condition and claim.condition.text,
        "horizon_words": horizon.words and horizon.words.text,
        "missing": [one for one in claim.verifiability.missing if one != "date"],
    }
