"""A report as JSON, and as sections of records that become tables or Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from extractor.render.grids import Sections
from extractor.render.phrases import NOTHING

from .figures import Difference, Figure, Interval
from .reports import ArticleRow, Origin, Report

_LABELS: Final = {
    "attribution_source": "attribution + source",
    "attribution": "attribution",
    "attribution_strict": "strict attribution",
    "attribution_source_text": "lenient source",
    "token.source": "words of sources",
    "token.cue": "words of cues",
    "token.content": "words of contents",
    "people": "people",
    "claim": "claims",
    "prediction": "predictions",
    "stance.favor": "stance favor",
    "stance.against": "stance against",
    "stance.f_avg": "stance F, mean of both",
    "stance.accuracy": "stance",
    "kind.accuracy": "kind of position",
    "band.accuracy": "likelihood band",
    "band.exact": "likelihood band, of gold with one",
    "expected.accuracy": "expected",
    "horizon.accuracy": "horizon",
    "horizon.dated": "horizon, of gold with a date",
    "expert.accuracy": "expert",
    "reported_by.accuracy": "reported by",
    "source_right_given_match": "right source, of those found",
    "people.recall": "people in any source",
}
"""What the figures are called, in the order in which they are shown."""
_VIEWS: Final = {"person": "found, of named people", "quoted": "found, quoted", "unquoted": "found, not quoted"}
FEW: Final = 10
"""Under so many articles the intervals are told to be too narrow: resamples hardly differ."""
_ROW: Final = ("attribution_source", "attribution", "claim", "prediction")


def as_json(report: Report, /) -> str:
    """The whole report, figures from 0 to 1, ending with a newline."""
    return json.dumps(_rounded(asdict(report)), ensure_ascii=False, indent=2) + "\n"


def sections(report: Report, /) -> Sections:
    """The report for people: figures in percent, each with its 95 % interval."""
    ordered = sorted((figure for figure in report.figures if _is_shown(figure)), key=_rank)
    compared = sorted(filter(_is_shown, report.differences), key=_rank)
    return {
        "evaluation": [{"what": what, "value": value} for what, value in _about(report)],
        "figures": [_figure(figure) for figure in ordered if "f1" in figure.values],
        "shares": [_share(figure) for figure in ordered if "share" in figure.values],
        f"against {report.against.label}" if report.against else "against": [
            _difference(difference, report.resamples) for difference in compared
        ],
        "articles": [_row(row) for row in report.per_article],
    }


def _about(report: Report, /) -> Iterator[tuple[str, str]]:
    yield "gold", report.gold
    yield "articles", f"{len(report.articles)} of {len(report.articles) + len(report.without_result)}"
    yield from _origin("system", report.system)
    if report.against:
        yield from _origin("against", report.against)
    yield "intervals", _intervals(report)
    yield "version", report.version


def _intervals(report: Report, /) -> str:
    number = len(report.articles)
    if not report.resamples:
        return "none"
    if number == 1:
        return "none: one article tells nothing of how others differ"
    told = f"95 %, {report.resamples:,} resamples of articles, seed {report.seed}"
    return told if number >= FEW else f"{told}; too narrow, as {number} articles are few"


def _origin(role: str, origin: Origin, /) -> Iterator[tuple[str, str]]:
    yield role, origin.label
    if origin.engines:
        yield f"{role}: made by", ", ".join(origin.engines)
    if origin.prompts:
        yield f"{role}: prompts", ", ".join(f"{name} {' '.join(marks)}" for name, marks in origin.prompts.items())
    if origin.lexicon_versions:
        yield f"{role}: lexicon", ", ".join(origin.lexicon_versions)
    if origin.rejected:
        yield f"{role}: rejected items", f"{origin.rejected:,}"
    if origin.strangers:
        yield f"{role}: results of other articles", f"{origin.strangers:,}"
    if origin.failed:
        yield f"{role}: failed articles", f"{len(origin.failed):,}"


def _figure(figure: Figure, /) -> dict[str, str]:
    measures = {"P": "precision", "R": "recall", "F1": "f1"}
    return {
        "figure": _label(figure.name),
        **{short: percent(figure.values[measure]) for short, measure in measures.items()},
        "95 %": interval(figure.intervals["f1"]),
        "right/found/gold": "/".join(map(_number, (figure.right, figure.predicted, figure.gold))),
    }


def _share(figure: Figure, /) -> dict[str, str]:
    return {
        "share": _label(figure.name),
        "%": percent(figure.values["share"]),
        "95 %": interval(figure.intervals["share"]),
        "right": _number(figure.right),
        "of": _number(figure.gold),
    }


def _difference(difference: Difference, resamples: int, /) -> dict[str, str]:
    gap = difference.difference
    return {
        "figure": _label(difference.name),
        "this": percent(difference.value),
        "other": percent(difference.other),
        "difference": NOTHING if gap is None else f"{round(100 * gap, 1) + 0.0:+.1f}",
        "95 %": interval(difference.interval),
        "p": _p(difference.p, resamples),
    }


def _p(p: float | None, resamples: int, /) -> str:
    """'0.034'; so many resamples cannot tell a smaller p than two of them."""
    if p is None:
        return NOTHING
    return f"{p:.3f}" if p else f"<{2 / resamples:.3g}"


def _row(row: ArticleRow, /) -> dict[str, str]:
    found = {name: row.figures[name] for name in _ROW if name in row.figures}
    lead = found["attribution_source"]
    return {
        "article": row.name,
        "P": percent(lead["precision"]),
        "R": percent(lead["recall"]),
        **{f"F1 {_label(name)}": percent(values["f1"]) for name, values in found.items()},
    }


def percent(value: float | None, /) -> str:
    """'64.3', without a sign for percent."""
    return NOTHING if value is None else f"{100 * value:.1f}"


def interval(bounds: Interval | None, /) -> str:
    """'61.0 to 67.2'."""
    return NOTHING if bounds is None else f"{percent(bounds[0])} to {percent(bounds[1])}"


def _label(name: str, /) -> str:
    view, _, measure = name.partition(".")
    if name in _LABELS or view not in _VIEWS:
        return _LABELS.get(name, name)
    return _VIEWS[view] + {"recall": "", "recall_source": " + source"}.get(measure, " + lenient source")


def _rank(figure: Figure | Difference, /) -> int:
    order = list(_LABELS)
    return order.index(figure.name) if figure.name in order else len(order)


def _is_shown(figure: Figure | Difference, /) -> bool:
    """True but for the lenient figures of the views, of which programs are told only."""
    return not figure.name.endswith(".recall_source_text")


def _number(count: float | None, /) -> str:
    if count is None:
        return NOTHING
    return f"{count:,.0f}" if abs(count - round(count)) < 0.05 else f"{count:,.1f}"


def _rounded(value: Any, /) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(one) for one in value]
    return value
