"""The errors of a system as a Markdown page that a person can read beside the article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractor.render.markdown import escape
from extractor.render.phrases import NOTHING, count
from extractor.segmentation import sentences

from .attributions import Attribution, Stretch
from .claims import Verdict, same_horizon, verdicts
from .counts import WordSets, matched_contents, same_source
from .marking import marked
from .reading import GoldArticle
from .records import Claim, PositionLabels, PredictionLabels, Record
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
            blocks += _article(gold, found[gold.name])
    return "\n\n".join(blocks) + "\n"


def _article(gold: GoldArticle, found: Found, /) -> Iterator[str]:
    yield f"## {escape(gold.name)}"
    if gold.article.title:
        yield escape(gold.article.title)
    bounds = sentences(gold.article.text)
    for annotator, attributions in sorted(gold.annotations.items()):
        yield from _attributions(gold, found, annotator, attributions, bounds)
    if found.record:
        yield from _left_out(gold, found.attributions, found.record, bounds)
    if gold.record and found.record:
        yield from _claims(gold, found.record, gold.record, bounds)


def _attributions(
    gold: GoldArticle,
    found: Found,
    annotator: str,
    attributions: Sequence[Attribution],
    bounds: Sequence[Stretch],
    /,
) -> Iterator[str]:
    """The attributions against those of one annotator, in the order of the text."""
    theirs = [one for one in attributions if gold.document.within(one.content)]
    words = [[WordSets.of(one, gold.document) for one in side] for side in (found.attributions, theirs)]
    pairs = {column: row for row, column in matched_contents(*words)}
    wrong = {c for c, r in pairs.items() if not same_source(gold.document, words[0][r], words[1][c])}
    alarms = [one for row, one in enumerate(found.attributions) if row not in set(pairs.values())]
    statements = {claim.id: claim.statement for claim in found.record.claims} if found.record else {}
    told = ", ".join(
        (
            f"{len(pairs) - len(wrong)} found",
            f"{len(wrong)} with the wrong source",
            f"{len(theirs) - len(pairs)} missed",
            count(len(alarms), "false alarm"),
        )
    )
    yield f"### Attributions against {escape(annotator)}: {told}"

    def shown(one: Attribution) -> str:
        return marked(one, gold.article.text, bounds)

    lines: list[tuple[Stretch, str]] = []
    for column, one in enumerate(theirs):
        place = one.content[0]
        if column not in pairs:
            lines.append((place, f"- **missed:** {shown(one)}"))
            continue
        ours, wanted = found.attributions[pairs[column]], shown(one)
        verdict = "**wrong source:**" if column in wrong else "found:"
        marked_as = f"\n  - marked: {told}" if (told := shown(ours)) != wanted else ""
        lines.append((place, f"- {verdict} {wanted}{marked_as}{_told(ours, statements)}"))
    lines += [(one.content[0], f"- **false alarm:** {shown(one)}{_told(one, statements)}") for one in alarms]
    yield "\n".join(line for _, line in sorted(lines)) or "None on either side."


def _told(one: Attribution, statements: Mapping[str, str], /) -> str:
    """The statements of the claims that an attribution was made of."""
    return "".join(
        f"\n  - claim {escape(claim)}: {escape(statements[claim])}" for claim in one.claims if claim in statements
    )


def _left_out(
    gold: GoldArticle, attributions: Iterable[Attribution], record: Record, bounds: Sequence[Stretch], /
) -> Iterator[str]:
    """The claims that are no attribution, as nothing attributes them."""
    told = {claim for one in attributions for claim in one.claims}
    left = [claim for claim in record.claims if claim.id not in told]
    if left:
        yield f"### {count(len(left), 'claim')} left out: no attribution"
        yield "\n".join(f"- {_shown(claim, gold, bounds)}" for claim in left)


def _shown(claim: Claim, gold: GoldArticle, bounds: Sequence[Stretch], /) -> str:
    one = Attribution(claim.source, claim.cue, claim.content)
    return f"{_kind(claim)} of {escape(claim.holder.name)}: {marked(one, gold.article.text, bounds)}"


def _claims(gold: GoldArticle, predicted: Record, settled: Record, bounds: Sequence[Stretch], /) -> Iterator[str]:
    """Labels that are wrong, claims that were missed and false alarms."""
    found = verdicts(gold.document, predicted, settled)
    wrong = [(verdict, faults) for verdict in found if (faults := list(_faults(verdict)))]
    missed = [claim for claim in settled.claims if claim not in [verdict.gold for verdict in found]]
    alarms = [claim for claim in predicted.claims if claim not in [verdict.predicted for verdict in found]]

    def shown(claim: Claim) -> str:
        return _shown(claim, gold, bounds)

    told = f"{len(found)} matched, {len(wrong)} of them with a wrong label"
    yield f"### Claims: {told}, {len(missed)} missed, {count(len(alarms), 'false alarm')}"
    lines = [
        (
            verdict.gold.content[0],
            "\n".join([f"- **wrong label:** {shown(verdict.gold)}", *(f"  - {f}" for f in faults)]),
        )
        for verdict, faults in wrong
    ]
    lines += [(claim.content[0], f"- **missed:** {shown(claim)}") for claim in missed]
    lines += [
        (claim.content[0], f"- **false alarm:** {shown(claim)}\n  - {escape(claim.statement)}") for claim in alarms
    ]
    yield "\n".join(line for _, line in sorted(lines)) or "No error."


def _kind(claim: Claim, /) -> str:
    return "prediction" if isinstance(claim.labels, PredictionLabels) else "position"


def _faults(verdict: Verdict, /) -> Iterator[str]:
    """What is wrong in a matched claim: found, then gold."""
    ours, theirs = verdict.predicted, verdict.gold
    if not verdict.same_expert:
        yield _fault("expert", ours.holder.name, theirs.holder.name)
    if not verdict.same_reporter:
        reporters = [claim.reporter.name if claim.reporter else None for claim in (ours, theirs)]
        yield _fault("reported by", *reporters)
    if _kind(ours) != _kind(theirs):
        yield _fault("list", _kind(ours), _kind(theirs))
    match ours.labels, theirs.labels:
        case PositionLabels() as found, PositionLabels() as gold:
            if found.stance != gold.stance:
                yield f"{_fault('stance', found.stance, gold.stance)}, toward {escape(gold.target)}"
            if found.kind != gold.kind:
                yield _fault("kind", found.kind, gold.kind)
        case PredictionLabels() as expected, PredictionLabels() as settled:
            if expected.expected != settled.expected:
                yield _fault("expected", expected.expected, settled.expected)
            if expected.band != settled.band:
                yield _fault("band", expected.band, settled.band)
            if not same_horizon(expected, settled):
                yield _fault("horizon", _dates(expected), _dates(settled))


def _dates(labels: PredictionLabels, /) -> str:
    return f"{labels.start or NOTHING} to {labels.end or NOTHING}"


def _fault(name: str, ours: str | None, theirs: str | None, /) -> str:
    return f"{name}: {escape(ours or 'none')}, gold: {escape(theirs or 'none')}"
