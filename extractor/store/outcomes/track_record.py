"""How well forecasts did, as pure functions over resolved predictions.

**Probability.** Of the event in the statement: the middle of what the article states, else the middle of the band of
its words (imputed), else none. **Hit**: the event was expected to occur and did, or was expected not to and did not;
"uncertain" leans neither way. **Brier score** (Brier 1950, "Verification of forecasts expressed in terms of
probability"), in its form from 0 to 1: the mean of (probability - outcome) squared, where the outcome is 1 or 0. It is
half of Brier's own figure, which adds the same term for the event not happening; who always says 50 percent gets 0.25.

**Repetitions.** The same forecast in several articles counts once. Predictions of one expert in different articles are
the same when they expect the same (`expected`), their horizons are both unknown or have a day in common, the content
words of their statements have a Dice coefficient of at least `SAME`, and neither figures nor negations nor opposites
set them apart (years may differ in the words when both horizons end on the same day). The earliest by publication
counts, undated ones after dated ones; of different outcomes that of the latest resolution. Ambiguous and annulled ones
are left out before. Of an expert who said very much that is alike not everything is compared (`LOOKED_AT`, `COMPARED`).

**Intervals** are percentile intervals of 95 % from `RESAMPLES` bootstrap samples of the forecasts, with a fixed seed.
There is none for fewer than two forecasts, nor where all are equal: resampling them would give a width of zero, which
looks like certainty and is none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from typing import Final

from extractor.grounding.guards import conflict
from extractor.grounding.normalization import fold
from extractor.likelihood import BOUNDS
from extractor.schemas.claims import Band, Expected
from extractor.schemas.stored import CalibrationRow, ExpertRef, Interval, Outcome, TrackRecord
from extractor.store.similarity import content_words, dice

SAME: Final = 0.6
"""Dice coefficient of the content words of two statements from which on they may be one forecast."""
LOOKED_AT: Final = 100
"""Earlier forecasts at most whose words are compared with those of one: an expert may have said much that is alike."""
COMPARED: Final = 20
"""Of these, the most alike, at most so many are compared with it word by word."""
RESAMPLES: Final = 2_000
SEED: Final = 1

_YEAR: Final = re.compile(r"\b(?:19|20|21)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A resolved prediction. ``stated_low`` and ``stated_high`` are percent; ``expert_id`` is where merges end."""

    claim_id: int
    article_id: str
    expert_id: int
    statement: str
    expected: Expected
    outcome: Outcome
    resolved_at: datetime
    resolution_id: int
    published: date | None = None
    language: str | None = None
    band: Band | None = None
    stated_low: float | None = None
    stated_high: float | None = None
    start: date | None = None
    end: date | None = None

    @property
    def probability(self) -> float | None:
        """Of the event in the statement, from 0 to 1; None when its words give none."""
        if self.stated_low is not None and self.stated_high is not None:
            return (self.stated_low + self.stated_high) / 200
        return None if self.band is None else sum(BOUNDS[self.band]) / 200

    @property
    def imputed(self) -> bool:
        """True when the probability is the middle of a band."""
        return self.band is not None and (self.stated_low is None or self.stated_high is None)

    @property
    def happened(self) -> bool:
        """True when the event in the statement did."""
        return self.outcome == "yes"

    @property
    def dated(self) -> bool:
        """True when something is known of its horizon."""
        return self.start is not None or self.end is not None

    @property
    def leans(self) -> bool:
        """True when it is expected to occur or not to."""
        return self.expected != "uncertain"

    @property
    def hit(self) -> bool:
        """True when what it leans to came."""
        return self.leans and self.happened == (self.expected == "occurs")


def summarize(forecasts: Iterable[Forecast], /, *, least: int, expert: ExpertRef | None = None) -> TrackRecord:
    """The track record of resolved predictions, of one or of several experts; ranked from ``least`` scored ones on."""
    given = list(forecasts)
    settled = [forecast for forecast in given if forecast.outcome in ("yes", "no")]
    counted = distinct(settled)
    leaning = [float(forecast.hit) for forecast in counted if forecast.leans]
    scored = [forecast for forecast in counted if forecast.probability is not None]
    errors = [_error(forecast) for forecast in scored]
    return TrackRecord(
        expert=expert,
        resolved=len(counted),
        repeated=len(settled) - len(counted),
        excluded=len(given) - len(settled),
        leaning=len(leaning),
        hits=int(sum(leaning)),
        hit_rate=mean(leaning),
        hit_interval=interval(leaning),
        scored=len(scored),
        imputed=sum(forecast.imputed for forecast in scored),
        brier=mean(errors),
        brier_interval=interval(errors),
        calibration=calibration(scored),
        ranked=len(scored) >= least,
    )


def distinct(forecasts: Iterable[Forecast], /) -> list[Forecast]:
    """Each forecast once: of repetitions the earliest, with the outcome of the latest resolution of them all."""
    blocks: dict[tuple[int, Expected, bool], list[Forecast]] = {}
    for forecast in sorted(forecasts, key=_publication):
        blocks.setdefault((forecast.expert_id, forecast.expected, forecast.dated), []).append(forecast)
    groups = [group for block in blocks.values() for group in _grouped(block)]
    return [replace(group[0], outcome=max(group, key=_resolution).outcome) for group in groups]


def repeats(first: Forecast, second: Forecast, /) -> float:
    """How alike two predictions are that are one forecast (0.6 to 1); 0 when they are none."""
    if first.expert_id != second.expert_id or first.expected != second.expected:
        return 0
    if first.article_id == second.article_id or not _overlap(first, second):
        return 0
    alike = dice(_words(first), _words(second))
    return alike if alike >= SAME and not _apart(first, second) else 0


def calibration(forecasts: Iterable[Forecast], /) -> tuple[CalibrationRow, ...]:
    """What was said and what happened, by band, lowest first; forecasts without a probability are left out."""
    by_band: dict[Band, list[tuple[float, Forecast]]] = {band: [] for band in BOUNDS}
    for forecast in forecasts:
        if (probability := forecast.probability) is not None:
            by_band[_band(probability)].append((probability, forecast))
    return tuple(
        CalibrationRow(
            band=band,
            n=len(said),
            forecast=sum(probability for probability, _ in said) / len(said),
            occurred=sum(forecast.happened for _, forecast in said) / len(said),
            interval=interval([float(forecast.happened) for _, forecast in said]),
            imputed=sum(forecast.imputed for _, forecast in said),
        )
        for band, said in by_band.items()
        if said
    )


def mean(values: Sequence[float], /) -> float | None:
    """The arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None


def interval(values: Sequence[float], /) -> Interval | None:
    """The 95 % bootstrap interval of a mean; None for fewer than two values, or when all are equal."""
    if len(set(values)) < 2:
        return None
    counts = Counter(map(float, values))
    low, high = _resampled(*zip(*sorted(counts.items()), strict=True))
    return Interval(low=low, high=high)


@lru_cache(maxsize=65_536)  # many experts have the same few hits
def _resampled(kinds: tuple[float, ...], counts: tuple[int, ...]) -> tuple[float, float]:
    """The bounds for values of which each distinct one comes up so many times."""
    import numpy as np  # here, as the command line starts without it

    total = sum(counts)
    # Drawing n values with replacement is drawing how often each distinct one comes up, which takes less memory.
    draws = np.random.default_rng(SEED).multinomial(total, np.asarray(counts) / total, size=RESAMPLES)
    low, high = np.percentile(draws @ np.asarray(kinds) / total, [2.5, 97.5])
    return float(low), float(high)


def _error(forecast: Forecast) -> float:
    assert forecast.probability is not None
    return (forecast.probability - forecast.happened) ** 2


def _band(probability: float) -> Band:
    """The band of a probability; they include their lower bounds."""
    *below, last = BOUNDS
    return next((band for band in below if probability * 100 < BOUNDS[band][1]), last)


def _publication(forecast: Forecast) -> tuple[bool, date, int]:
    return forecast.published is None, forecast.published or date.max, forecast.claim_id


def _resolution(forecast: Forecast) -> tuple[datetime, int]:
    return forecast.resolved_at, forecast.resolution_id


def _grouped(block: Sequence[Forecast]) -> list[list[Forecast]]:
    """Forecasts of one expert and direction, in groups of repetitions; an article adds one to a group at most.

    Each is compared with the first ones of groups: those of the same words, and those that share one of its rarest
    words, without which two statements cannot be alike ("prefix filtering", see `similar`).
    """
    frequency = Counter(word for forecast in block for word in _words(forecast))
    groups: list[list[Forecast]] = []
    articles: list[set[str]] = []
    holding: dict[str | frozenset[str], list[int]] = {}
    for forecast in block:
        words = _words(forecast)
        keys: list[str | frozenset[str]] = [words, *_rarest(words, frequency)]
        near = _once(place for key in keys for place in holding.get(key, ()))
        fitting = (place for place in near if forecast.article_id not in articles[place])
        place = _repeated(forecast, words, groups, fitting)
        if place is None:
            place = len(groups)
            groups.append([])
            articles.append(set())
            for key in keys:
                holding.setdefault(key, []).append(place)
        groups[place].append(forecast)
        articles[place].add(forecast.article_id)
    return groups


def _once(places: Iterable[int]) -> Iterator[int]:
    """Each place the first time that it comes; no more is taken than asked for."""
    seen = set()
    for place in places:
        if place not in seen:
            seen.add(place)
            yield place


def _rarest(words: frozenset[str], frequency: Mapping[str, int]) -> list[str]:
    """The words of which any statement that is alike (`SAME`) has one, the rarest first."""
    shared = math.ceil(SAME / (2 - SAME) * len(words) - 1e-9)  # the fewest words in common with any that is alike
    return sorted(words, key=lambda word: (frequency[word], word))[: len(words) - shared + 1]


def _repeated(
    forecast: Forecast, words: frozenset[str], groups: Sequence[list[Forecast]], places: Iterable[int]
) -> int | None:
    """The place of the group whose first forecast this one repeats: of the most alike ones the first."""
    overlapping = (place for place in places if _overlap(groups[place][0], forecast))
    alike = [(-dice(_words(groups[place][0]), words), place) for place in islice(overlapping, LOOKED_AT)]
    nearest = nsmallest(COMPARED, (one for one in alike if -one[0] >= SAME))
    return next((place for _, place in nearest if not _apart(groups[place][0], forecast)), None)


def _overlap(first: Forecast, second: Forecast) -> bool:
    """True when both have no horizon, or theirs have a day in common; an end that is open reaches on for ever."""
    if not (first.dated and second.dated):
        return not first.dated and not second.dated
    return (first.start or date.min) <= (second.end or date.max) and (second.start or date.min) <= (
        first.end or date.max
    )


def _words(forecast: Forecast) -> frozenset[str]:
    return content_words(forecast.statement, language=forecast.language)


def _apart(first: Forecast, second: Forecast) -> bool:
    """True when figures, negations or opposites ("rises", "falls") say that two similar statements differ."""
    texts = [_folded(forecast.statement) for forecast in (first, second)]
    if first.end is not None and first.end == second.end:
        texts = [_YEAR.sub(" ", text) for text in texts]
    return conflict(texts[0], texts[1]) in ("figures", "negation")


@lru_cache(maxsize=65_536)
def _folded(statement: str) -> str:
    return fold(statement).text
