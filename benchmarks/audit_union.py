"""What the audit of finished drafts would have to ask about, and how much of it is in the gold. Needs no model.

    python benchmarks/audit_union.py GOLD RESULTS [ARTICLES]     # ARTICLES: a file with one name a line

Prints attribution + source (precision, recall, F1 in percent) of the results as they are, and with every passage that
the audit would ask about taken as it was detected: what a model that dismisses nothing would come to.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from extractor.auditor import builtin_auditor
from extractor.evaluation import GoldArticle, read_gold, read_names, read_results
from extractor.evaluation.attributions import Attribution
from extractor.evaluation.counts import Count, count_attributions
from extractor.evaluation.systems import Found
from extractor.grounding import ClaimSpans
from extractor.passages import uncovered
from extractor.schemas import Span


def main(gold: Path, results: Path, names: Path | None = None, /) -> None:
    """Print two rows and the number of passages."""
    articles = read_gold(gold, read_names(names) if names else None)
    system = read_results(results, articles)
    drafted, united, asked = [], [], 0
    for article in articles:
        if article.name in system.found:
            found = system.found[article.name]
            more = missed(article, found)
            asked += len(more)
            drafted.append(_count(article, found.attributions))
            united.append(_count(article, [*found.attributions, *more]))
    print(f"{len(drafted)} articles, {asked} passages to ask about")
    print(f"{'':<20}{'precision':>10}{'recall':>10}{'F1':>10}")
    for label, counts in (("draft", drafted), ("with all of them", united)):
        right, predicted, there = (sum(getattr(c, k) or 0 for c in counts) for k in ("right", "predicted", "gold"))
        shares = (right / predicted, right / there, 2 * right / (predicted + there))
        print(f"{label:<20}" + "".join(f"{100 * share:>10.1f}" for share in shares))


def missed(article: GoldArticle, found: Found, /) -> list[Attribution]:
    """The detected attributions that the claims of a result do not cover."""
    claims = found.extraction.claims if found.extraction else ()
    spans = [ClaimSpans(claim.source, claim.cue, claim.content, None, None, None) for claim in claims]
    detected = uncovered(builtin_auditor(article.article) or (), spans)
    return [Attribution(_stretches(one.source), _stretches(one.cue), _stretches(one.content)) for one in detected]


def _stretches(spans: Sequence[Span], /) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in spans)


def _count(article: GoldArticle, attributions: Sequence[Attribution], /) -> Count:
    (annotation,) = list(article.annotations.values())[:1]
    return count_attributions(article.document, attributions, annotation)["attribution_source"]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
