"""The evaluation of a system as a report: every figure, and all that is needed to read and repeat it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractor import __version__
from extractor.errors import InputError

from .claims import count_claims
from .counts import Counts, count_attributions, mean
from .figures import SEED, Difference, Figure, differences, figures, totals, values
from .reading import GoldArticle
from .systems import Found, System


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the results of a system come from; what can differ between articles has all that occurs.

    ``label`` is what the caller calls it, ``engines`` are engine and model, ``prompts`` the fingerprints by template.
    Attributions that come as a list tell nothing of how they were made.
    """

    label: str
    engines: tuple[str, ...]
    prompts: Mapping[str, tuple[str, ...]]
    lexicon_versions: tuple[str, ...]
    rejected: int
    failed: Mapping[str, str]
    strangers: int


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """The figures of one article, by name and measure."""

    name: str
    figures: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over the articles that have gold and a result; ``without_result`` names the others."""

    version: str
    gold: str
    articles: tuple[str, ...]
    without_result: tuple[str, ...]
    system: Origin
    against: Origin | None
    resamples: int
    seed: int
    figures: tuple[Figure, ...]
    differences: tuple[Difference, ...]
    per_article: tuple[ArticleRow, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A system under the name that a report calls it."""

    label: str
    system: System


def evaluate(
    label: str,
    articles: Sequence[GoldArticle],
    named: Named,
    /,
    *,
    against: Named | None = None,
    resamples: int = 1000,
    seed: int = SEED,
    per_article: bool = False,
) -> Report:
    """Set a system against gold called ``label``, and beside another system where there is one.

    Only articles that every system has a result for are counted. Raises InputError when there is none.
    """
    systems = [named.system, *([against.system] if against else [])]
    common = [gold for gold in articles if all(gold.name in system.found for system in systems)]
    if not common:
        raise InputError("no article of the gold has a result of every system; name results of the same articles")
    counts, *others = ([counts_of(gold, system.found[gold.name]) for gold in common] for system in systems)
    names = tuple(gold.name for gold in common)
    return Report(
        version=__version__,
        gold=label,
        articles=names,
        without_result=tuple(gold.name for gold in articles if gold not in common),
        system=origin(named),
        against=origin(against) if against else None,
        resamples=resamples,
        seed=seed,
        figures=figures(counts, resamples=resamples, seed=seed),
        differences=differences(counts, others[0], resamples=resamples, seed=seed) if others else (),
        per_article=tuple(map(_row, names, counts)) if per_article else (),
    )


def counts_of(gold: GoldArticle, found: Found, /) -> Counts:
    """The counts of an article: of attributions as the mean over annotators, of claims where both sides have them."""
    annotated = [
        count_attributions(gold.document, found.attributions, attributions)
        for _, attributions in sorted(gold.annotations.items())
    ]
    if gold.record is None or found.record is None:
        return mean(annotated)
    return {**mean(annotated), **count_claims(gold.document, found.record, gold.record)}


def origin(named: Named, /) -> Origin:
    """How the results of a system came about, as far as they tell."""
    found = [one.extraction for one in named.system.found.values() if one.extraction]
    made = [extraction.provenance for extraction in found]
    prompts: dict[str, set[str]] = defaultdict(set)
    for provenance in made:
        for name, fingerprint in provenance.prompts.items():
            prompts[name].add(fingerprint)
    return Origin(
        label=named.label,
        engines=tuple(sorted({f"{p.engine}:{p.model}" if p.model else p.engine for p in made})),
        prompts={name: tuple(sorted(fingerprints)) for name, fingerprints in sorted(prompts.items())},
        lexicon_versions=tuple(sorted({provenance.lexicon_version for provenance in made})),
        rejected=sum(len(extraction.rejected) for extraction in found),
        failed={name: str(error) for name, error in named.system.failed.items()},
        strangers=named.system.strangers,
    )


def _row(name: str, counts: Counts, /) -> ArticleRow:
    found: dict[str, dict[str, float | None]] = {}
    for (figure, measure), value in values(totals([counts])).items():
        found.setdefault(figure, {})[measure] = value
    return ArticleRow(name, found)
