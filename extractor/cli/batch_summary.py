"""What 'extractor batch' prints in the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from extractor.render.phrases import plain

from .options import FormatFlags
from .output import chosen_format, write, write_sections

if TYPE_CHECKING:
    from extractor.batch import BatchReport, Failure
    from extractor.batch.surveying import Survey

    from .batch_options import BatchFlags

_ENDS = {
    "done": "all done",
    "limit": "the limit was reached",
    "stopped": "stopped by an error",
    "interrupted": "interrupted",
}


def write_report(report: BatchReport, flags: BatchFlags, /) -> None:
    """Write what a batch came to. Raises OutputError."""
    _write("batch", report.as_json, dict(_report_lines(report)), report.examples, flags)


def write_survey(found: Survey, flags: BatchFlags, /) -> None:
    """Write what a batch would do. Raises OutputError."""
    _write("dry run", asdict(found), dict(_survey_lines(found)), found.examples, flags)


def _write(
    title: str, told: dict[str, Any], lines: dict[str, str], failures: Sequence[Failure], flags: BatchFlags
) -> None:
    form = FormatFlags(form=flags.form)
    if chosen_format(form) == "json":
        write(json.dumps(told, ensure_ascii=False, indent=2) + "\n", None)
        return
    rows = [{"": name, " ": value} for name, value in lines.items()]
    examples = [{"article": plain(one.place), "failed with": plain(f"{one.kind}: {one.message}")} for one in failures]
    write_sections({title: rows, "failures (the first ones)": examples}, form)


def _report_lines(report: BatchReport) -> Iterator[tuple[str, str]]:
    from extractor.batch.progress import duration

    yield "how it ended", _ENDS[report.ended]
    if report.error is not None:
        yield "error", plain(str(report.error))
    yield "done", f"{report.done:,}"
    yield "skipped, done before", f"{report.skipped:,}"
    yield "failed", f"{report.failed:,}"
    for kind, number in report.kinds.items():
        yield f"  {kind}", f"{number:,}"
    for name, number in (
        ("failed in another process", report.failed_elsewhere),
        ("left out, published before", report.left_out),
        ("left for later", report.postponed),
    ):
        if number:
            yield name, f"{number:,}"
    yield "claims", f"{report.claims:,}"
    yield "rejected items", f"{report.rejected:,}"
    if report.calls or report.cached:
        yield "calls", f"{report.calls:,}"
        yield "answers that were stored", f"{report.cached:,}"
        yield "tokens in, out", f"{report.input_tokens:,}, {report.output_tokens:,}"
        yield "cost in USD", _cost(report.cost)
    yield "time", f"{duration(report.seconds)}, {report.done / max(report.seconds, 0.001):.1f} articles a second"
    yield "results in", plain(report.place)


def _survey_lines(found: Survey) -> Iterator[tuple[str, str]]:
    yield "to do", f"{found.to_do:,}"
    yield "skipped, done before", f"{found.skipped:,}"
    yield "cannot be read", f"{found.unreadable:,}"
    yield "left out, published before", f"{found.left_out:,}"
    yield "opening calls", f"{found.requests:,}"
    yield "tokens in, out (estimated)", f"{found.input_tokens:,}, {found.output_tokens:,}"
    yield "cost in USD (estimated)", _cost(found.cost)
    yield "not counted", "what follows an opening call: questions about what failed and was left out"


def _cost(cost: float | None) -> str:
    return "not known: no price (--prices)" if cost is None else f"{cost:,.4f}"
