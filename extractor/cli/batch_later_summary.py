"""What 'extractor batch submit', 'status' and 'collect' print."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import ExtractorError
from extractor.render.phrases import plain

from .options import FormatFlags
from .output import chosen_format, say, write, write_sections

if TYPE_CHECKING:
    from extractor.batch import BatchReport, Failure
    from extractor.batch.provider.costs import Cost
    from extractor.store import Store
    from extractor.store.batches.outbox import OutboxStats, Part

    from .batch_later_options import LaterFlags

_SHOWN = 10
_NAMES = ("requests", "answered", "failed", "again", "missing")


@dataclass(slots=True)
class Tally:
    """What a command has done: articles, parts, and what went wrong."""

    done: int = 0
    skipped: int = 0
    already: int = 0
    failed: int = 0
    rejected: int = 0
    claims: int = 0
    written: int = 0
    sent: int = 0
    collected: int = 0
    exit: int = 0
    errors: list[ExtractorError] = field(default_factory=list)
    examples: list[Failure] = field(default_factory=list)

    def add(self, report: BatchReport, /, *, already: int = 0) -> None:
        """Count what a run of articles came to; ``already`` of those that it passed over had been submitted."""
        self.done += report.done
        self.skipped += report.skipped - already
        self.already += already
        self.failed += report.failed + report.failed_elsewhere
        self.rejected += report.rejected
        self.claims += report.claims
        self.written += report.postponed
        self.examples += report.examples[: _SHOWN - len(self.examples)]
        if report.error is not None:
            say(str(report.error))
        if report.error is not None or report.ended == "interrupted":
            self.exit = report.exit_code

    @property
    def is_over(self) -> bool:
        """True when an error or the user ended it."""
        return self.exit != 0

    @property
    def exit_code(self) -> int:
        """As for a batch: 3 when articles failed; that of what ended it."""
        return self.exit or (self.errors[0].exit_code if self.errors else 3 if self.failed else 0)


def write_state(store: Store, tally: Tally, prices: Path | None, later: LaterFlags, /) -> None:
    """Write what a command has done, and what waits. Raises OutputError."""
    from extractor.batch.provider.costs import cost_of

    stats = store.outbox().stats()
    cost = cost_of(stats.parts, prices=prices)
    form = FormatFlags(form=later.form)
    if chosen_format(form) == "json":
        write(json.dumps(_as_json(stats, tally, cost), ensure_ascii=False, indent=2) + "\n", None)
        return
    lines = {**_lines(tally), **_waiting(stats), **_taken(cost)}
    parts = [_part_line(part) for part in stats.parts]
    failures = [
        {"article": plain(one.place), "failed with": plain(f"{one.kind}: {one.message}")} for one in tally.examples
    ]
    sections: dict[str, Any] = {"batches": [{"": name, " ": value} for name, value in lines.items()], "parts": parts}
    write_sections(sections | {"failures (the first ones)": failures}, form)


def _as_json(stats: OutboxStats, tally: Tally, cost: Cost) -> dict[str, Any]:
    told = {name: value for name, value in asdict(tally).items() if name not in ("errors", "exit")}
    return {
        **told,
        "errors": [{"kind": type(error).__name__, "message": str(error)} for error in tally.errors],
        "runs": dict(stats.runs),
        "requests": dict(stats.requests),
        **asdict(cost),
        "parts": [_part_json(part) for part in stats.parts],
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "batch": part.provider_id,
        "model": part.plan["model"],
        "task": part.plan["task"],
        "status": part.status,
        "counts": dict(part.counts),
        "files": part.file_ids,
        "error": part.error,
        "created_at": part.created_at.isoformat(),
        "collected_at": part.collected_at and part.collected_at.isoformat(),
    }


def _part_line(part: Part) -> dict[str, str]:
    return {
        "batch": plain(part.provider_id or f"part {part.id[:8]}"),
        "status": part.status + ("" if part.collected_at is None else ", collected"),
        **{name: str(part.counts.get(name, 0)) for name in _NAMES},
        "error": plain(part.error or ""),
    }


def _lines(tally: Tally) -> dict[str, str]:
    numbers = {
        "articles written down": tally.written,
        "articles submitted before": tally.already,
        "articles done before": tally.skipped,
        "articles done": tally.done,
        "articles failed": tally.failed,
        "claims": tally.claims,
        "rejected items": tally.rejected,
        "parts sent": tally.sent,
        "parts collected": tally.collected,
    }
    return {name: f"{number:,}" for name, number in numbers.items() if number}


def _waiting(stats: OutboxStats) -> dict[str, str]:
    told = {f"all articles: {state}": number for state, number in sorted(stats.runs.items())}
    names = {"new": "to be sent", "sent": "sent", "answered": "answered, of articles that wait"}
    told |= {f"requests: {names[state]}": number for state, number in sorted(stats.requests.items())}
    return {name: f"{number:,}" for name, number in told.items()}


def _taken(cost: Cost) -> dict[str, str]:
    shown = "not known: no price (--prices)" if cost.cost is None else f"{cost.cost:,.4f}"
    return {"tokens in, out": f"{cost.input_tokens:,}, {cost.output_tokens:,}", "cost in USD": shown}
