"""The errors of a system as a Markdown page that a person can read beside the article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractor.render.markdown import escape
from extractor.render.phrases import count
from extractor.segmentation import sentences

from .attributions import Attribution, Stretch
from .marking import marked
from .outcomes import ArticleOutcomes, ClaimOutcome, Fault, Outcome, article_outcomes, kind_of
from .reading import GoldArticle
from .records import Claim
from .systems import Found

_LEGEND = (
    "Each attribution stands in its sentence, with its **source**, its _cue_ and its \\[content\\]. What is found or"
    " missed is shown as it is in the gold, and below it what the system marked where that differs; a false alarm is"
    " shown as the system marked it."
)


def error_page(articles: Iterable[GoldArticle], found: Mapping[str, Found], /) -> str:
    """What was found, missed and wrong, article by article, as Markdown that ends with a newline."""
    blocks = ["# Errors", _LEGEND]
    for gold in articles:
        if gold.name in found:
            blocks += _article(article_outcomes(gold, found[gold.name]))
    return "\n\n".join(blocks) + "\n"


def _article(told: ArticleOutcomes, /) -> Iterator[str]:
    gold = told.gold
    yield f"## {escape(gold.name)}"
    if gold.article.title:
        yield escape(gold.article.title)
    bounds = sentences(gold.article.text)
    for annotator, outcomes in told.attributions:
        yield from _attributions(told, annotator, outcomes, bounds)
    if told.left_out:
        yield f"### {count(len(told.left_out), 'claim')} left out: no attribution"
        yield "\n".join(f"- {_shown(claim, gold, bounds)}" for claim in told.left_out)
    if told.claims is not None:
        yield from _claims(told.claims, gold, bounds)


def _attributions(
    told: ArticleOutcomes, annotator: str, outcomes: Sequence[Outcome], bounds: Sequence[Stretch], /
) -> Iterator[str]:
    """The attributions against those of one annotator, in the order of the text."""
    number = Counter(one.kind for one in outcomes)
    parts = (
        f"{number['found']} found",
        f"{number['wrong source']} with the wrong source",
        f"{number['missed']} missed",
        count(number["false alarm"], "false alarm"),
    )
    yield f"### Attributions against {escape(annotator)}: {', '.join(parts)}"
    statements = {claim.id: claim.statement for claim in told.found.record.claims} if told.found.record else {}
    text = told.gold.article.text
    yield "\n".join(_line(one, statements, text, bounds) for one in outcomes) or "None on either side."


def _line(one: Outcome, statements: Mapping[str, str], text: str, bounds: Sequence[Stretch], /) -> str:
    ours, theirs = (side and marked(side, text, bounds) for side in (one.predicted, one.gold))
    verdict = "found:" if one.kind == "found" else f"**{one.kind}:**"
    marked_as = f"\n  - marked: {ours}" if ours and theirs and ours != theirs else ""
    return f"- {verdict} {theirs or ours}{marked_as}{_told(one.predicted, statements)}"


def _told(one: Attribution | None, statements: Mapping[str, str], /) -> str:
    """The statements of the claims that an attribution was made of."""
    claims = [claim for claim in (one.claims if one else ()) if claim in statements]
    return "".join(f"\n  - claim {escape(claim)}: {escape(statements[claim])}" for claim in claims)


def _shown(claim: Claim, gold: GoldArticle, bounds: Sequence[Stretch], /) -> str:
    one = Attribution(claim.source, claim.cue, claim.content)
    return f"{kind_of(claim)} of {escape(claim.holder.name)}: {marked(one, gold.article.text, bounds)}"


def _claims(outcomes: Sequence[ClaimOutcome], gold: GoldArticle, bounds: Sequence[Stretch], /) -> Iterator[str]:
    """Labels that are wrong, claims that were missed and false alarms."""
    number = Counter(one.kind for one in outcomes)
    told = f"{number['right'] + number['wrong label']} matched, {number['wrong label']} of them with a wrong label"
    yield f"### Claims: {told}, {number['missed']} missed, {count(number['false alarm'], 'false alarm')}"
    lines = (_claim(one, gold, bounds) for one in outcomes if one.kind != "right")
    yield "\n".join(lines) or "No error."


def _claim(one: ClaimOutcome, gold: GoldArticle, bounds: Sequence[Stretch], /) -> str:
    lines = [f"- **{one.kind}:** {_shown(one.claim, gold, bounds)}", *map(_fault, one.faults)]
    if one.kind == "false alarm":
        lines.append(escape(one.claim.statement))
    return "\n  - ".join(lines)


def _fault(fault: Fault, /) -> str:
    toward = f", toward {escape(fault.toward)}" if fault.toward else ""
    return f"{fault.name}: {escape(fault.predicted)}, gold: {escape(fault.gold)}{toward}"
