"""How far the two annotators of our own gold agree, and each with the settled version.

    python benchmarks/agreement.py [examples/gold]

Contents are matched one to one (Dice of words, 0.5 at least); the rest is counted over matched pairs. Kappa is Cohen's.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from extractor.evaluation import GoldArticle, read_gold
from extractor.evaluation.claims import Verdict, count_claims, verdicts
from extractor.evaluation.counts import Count
from extractor.evaluation.quoting import QuotedGold, gold_from_quotes
from extractor.evaluation.records import PositionLabels, PredictionLabels, Record, record_of


def main(folder: Path, /) -> None:
    """Print a row for each figure and a column for each pair."""
    articles = read_gold(folder)
    one, other = ([_annotated(article, folder / "annotators" / who) for article in articles] for who in ("a", "b"))
    settled = [article.record for article in articles if article.record]
    pairs = {"a, b": (one, other), "a, settled": (one, settled), "b, settled": (other, settled)}
    print(f"{len(articles)} articles, {sum(len(record.claims) for record in settled)} claims settled")
    print(f"{'':<20}" + "".join(f"{name:>14}" for name in pairs))
    totals = [_totals(articles, *pair) for pair in pairs.values()]
    for figure in totals[0]:
        print(f"{figure:<20}" + "".join(f"{_percent(total[figure]):>14}" for total in totals))
    for label, values in _closed_sets(articles, one, other).items():
        print(f"kappa, {label:<13}{_kappa(values):>14.2f}")


def _annotated(article: GoldArticle, folder: Path, /) -> Record:
    written = QuotedGold.model_validate_json((folder / f"{article.name}.json").read_text(encoding="utf-8"))
    return record_of(gold_from_quotes(article.article, written))


def _totals(articles: Sequence[GoldArticle], found: Sequence[Record], gold: Sequence[Record], /) -> dict[str, Count]:
    total: dict[str, Count] = {}
    for article, ours, theirs in zip(articles, found, gold, strict=True):
        for name, count in count_claims(article.document, ours, theirs).items():
            total[name] = _sum(total[name], count) if name in total else count
    return total


def _sum(one: Count, other: Count, /) -> Count:
    predicted = None if one.predicted is None or other.predicted is None else one.predicted + other.predicted
    return Count(one.right + other.right, predicted, one.gold + other.gold)


def _percent(count: Count, /) -> str:
    if count.predicted is None:
        return f"{100 * count.right / count.gold:.1f}"
    return f"F1 {200 * count.right / (count.predicted + count.gold):.1f}"


def _closed_sets(
    articles: Sequence[GoldArticle], one: Sequence[Record], other: Sequence[Record], /
) -> dict[str, list[tuple[object, object]]]:
    """The labels of both annotators over matched pairs, by closed set."""
    found: dict[str, list[tuple[object, object]]] = {}
    for article, ours, theirs in zip(articles, one, other, strict=True):
        for verdict in verdicts(article.document, ours, theirs):
            for label, pair in _labels(verdict):
                found.setdefault(label, []).append(pair)
    return found


def _labels(verdict: Verdict, /) -> Iterator[tuple[str, tuple[object, object]]]:
    ours, theirs = verdict.predicted.labels, verdict.gold.labels
    yield "list", (type(ours), type(theirs))
    if isinstance(ours, PositionLabels) and isinstance(theirs, PositionLabels):
        yield from (("kind", (ours.kind, theirs.kind)), ("stance", (ours.stance, theirs.stance)))
    if isinstance(ours, PredictionLabels) and isinstance(theirs, PredictionLabels):
        yield from (("expected", (ours.expected, theirs.expected)), ("band", (ours.band, theirs.band)))


def _kappa(pairs: Sequence[tuple[object, object]], /) -> float:
    """Cohen's kappa: agreement beyond what the annotators' own shares of each label would give by chance."""
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs) / n
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(first[label] * second[label] for label in first) / n**2
    return (agreed - chance) / (1 - chance) if chance < 1 else 1.0


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "examples/gold"))
