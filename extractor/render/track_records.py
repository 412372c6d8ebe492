"""Track records for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .flat import TRACK_RECORD, calibration_row, track_record_row
from .phrases import NOTHING, count, percent, plain
from .sheets import Answer, Line, Sheet
from .stored import expert_line

if TYPE_CHECKING:
    from extractor.schemas.stored import CalibrationRow, Interval, TrackRecord

_BRIER = (
    "Brier score: from 0 (perfect) to 1, the mean square of the difference between forecast and outcome; saying 50% of"
    " everything gives 0.25. Intervals: 95%, bootstrap."
)


def record_answer(record: TrackRecord, /) -> Answer:
    """The track record of an expert, or of all together."""
    return Answer([record.model_dump(mode="json")], [*_record(record)], TRACK_RECORD, _rows([record]))


def ranking_answer(together: TrackRecord, records: Sequence[TrackRecord], /, *, least: int) -> Answer:
    """All together, then those that are ranked, best first, then the others."""
    ranked = [record for record in records if record.ranked]
    others = [record for record in records if not record.ranked]
    below = f"Not ranked: fewer than {count(least, 'scored prediction')}"
    parts: list[Line | Sheet] = [*_record(together)]
    if together.resolved:
        columns = (("Rank", None), ("Expert", 5), ("Hit rate", 6), ("Brier score (0 to 1)", 6))
        rows = [[str(rank), *_told(record)] for rank, record in enumerate(ranked, 1)]
        parts.append(
            Sheet("Ranking", columns, rows, f"No expert has {count(least, 'scored prediction')} for a ranking.")
        )
        parts.append(Sheet(below, columns[1:], [_told(record) for record in others]))
    every = [together, *records]
    return Answer([r.model_dump(mode="json") for r in every], parts, TRACK_RECORD, _rows(every))


def _rows(records: Sequence[TrackRecord]) -> list[dict[str, Any]]:
    """For CSV: a row of each, then a row of each band of each."""
    bands = [calibration_row(record, row) for record in records for row in record.calibration]
    return [*map(track_record_row, records), *bands]


def _record(record: TrackRecord) -> Iterator[Line | Sheet]:
    yield Line(expert_line(record.expert) if record.expert else "All experts together", "bold")
    if not record.resolved:
        yield Line("No prediction is resolved yes or no: extractor predictions resolve ID yes|no records an outcome.")
        return
    yield Line("; ".join(_counts(record)))
    yield Line(f"Hit rate of predictions that lean: {_hit_rate(record)}")
    yield Line(f"Brier score (0 to 1): {_brier(record)}")
    yield Line(_BRIER, "dim")
    if record.calibration:
        yield _calibration(record.calibration)


def _counts(record: TrackRecord) -> Iterator[str]:
    yield f"{count(record.resolved, 'distinct prediction')} resolved yes or no"
    if record.repeated:
        yield f"{count(record.repeated, 'repetition')} in other articles not counted"
    if record.excluded:
        yield f"{record.excluded:,} ambiguous or annulled not counted"


def _told(record: TrackRecord) -> list[str]:
    assert record.expert is not None
    return [plain(record.expert.name), _hit_rate(record), _brier(record)]


def _hit_rate(record: TrackRecord) -> str:
    if record.hit_rate is None:
        return NOTHING
    return f"{record.hit_rate:.0%}{_range(record.hit_interval, '.0%')}, {record.hits} of {record.leaning}"


def _brier(record: TrackRecord) -> str:
    if record.brier is None:
        return NOTHING
    imputed = f", {record.imputed} imputed from band midpoint" if record.imputed else ""
    return f"{record.brier:.3f}{_range(record.brier_interval, '.3f')}, n = {record.scored}{imputed}"


def _range(interval: Interval | None, form: str) -> str:
    return f" ({interval.low:{form}} to {interval.high:{form}})" if interval else ""


def _calibration(rows: Sequence[CalibrationRow]) -> Sheet:
    from extractor.likelihood import BOUNDS

    columns = (
        *(("Band", 4), ("n", None), ("Said (mean)", 3), ("Happened", 3), ("Interval of happened", 4)),
        ("Imputed from band midpoint", 4),
    )
    return Sheet(
        "Calibration",
        columns,
        [
            [
                f"{row.band.replace('_', ' ')} ({percent(*BOUNDS[row.band])})",
                str(row.n),
                f"{row.forecast:.1%}",
                f"{row.occurred:.1%}",
                f"{row.interval.low:.1%} to {row.interval.high:.1%}" if row.interval else NOTHING,
                f"{row.imputed} of {row.n}",
            ]
            for row in rows
        ],
    )
