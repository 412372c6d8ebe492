"""Track records of the experts in the store, from the listed predictions that somebody resolved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select, true

from extractor.errors import InputError
from extractor.schemas.stored import TrackRecord
from extractor.store.experts.lookup import find_expert, members, read_refs, root_of
from extractor.store.tables import appearances, claims, experts, resolutions, runs

from .track_record import Forecast, summarize

LEAST: Final = 10
"""The least number of scored predictions for a place in the ranking."""


def score(connection: Connection, expert: int | str | None = None, /, *, least: int = LEAST) -> TrackRecord:
    """The track record of an expert (by id or name), or of all together. Raises InputError.

    ``least`` is the number of scored predictions from which on an expert may be ranked; all together never are.
    """
    _check(least)
    if expert is None:  # all together are no expert, whom one could rank among others
        return summarize(_forecasts(connection), least=least).model_copy(update={"ranked": False})
    root = find_expert(connection, expert)
    forecasts = _forecasts(connection, members(connection, root))
    return summarize(forecasts, least=least, expert=read_refs(connection, [root])[root])


def scores(connection: Connection, /, *, least: int = LEAST, limit: int = 100) -> list[TrackRecord]:
    """The track records of the experts with a resolved prediction, ``limit`` at most. Raises InputError.

    Those with at least ``least`` scored predictions come first, by Brier score (the best first); the others, which are
    not ranked, by the number of their scored and resolved predictions.
    """
    _check(least)
    by_expert: dict[int, list[Forecast]] = {}
    for forecast in _forecasts(connection):
        by_expert.setdefault(forecast.expert_id, []).append(forecast)
    known = read_refs(connection, list(by_expert))
    records = [summarize(each, least=least, expert=known[root]) for root, each in by_expert.items()]
    return sorted(records, key=_rank)[: max(0, limit)]


def _check(least: int) -> None:
    if least < 1:
        raise InputError(f"a least number of predictions of {least!r} makes no ranking; give 1 or more")


def _rank(record: TrackRecord) -> tuple[bool, float, int, int, int]:
    brier = record.brier if record.ranked and record.brier is not None else 0.0
    assert record.expert is not None
    return not record.ranked, brier, -record.scored, -record.resolved, record.expert.id


def _forecasts(connection: Connection, expert_ids: Sequence[int] | None = None, /) -> list[Forecast]:
    """The resolved, listed predictions (of these experts), each with its latest resolution."""
    latest = select(resolutions.c.claim_id, func.max(resolutions.c.id).label("id")).group_by(resolutions.c.claim_id)
    newest = latest.subquery("newest")
    # From the resolutions to their claims, by their ids. Expressions hide the other indexes from SQLite, which would
    # go through all predictions, or those of the expert, for each resolution.
    prediction, held_by = claims.c.kind + "" == "prediction", claims.c.expert_id + 0
    wanted = true() if expert_ids is None else held_by.in_(expert_ids)
    found = (
        select(
            claims.c.claim_id,
            claims.c.article_id,
            root_of.label("expert_id"),
            claims.c.statement,
            claims.c.expected,
            resolutions.c.outcome,
            resolutions.c.resolved_at,
            resolutions.c.id.label("resolution_id"),
            claims.c.date_published.label("published"),
            appearances.c.in_language.label("language"),
            claims.c.band,
            claims.c.stated_low,
            claims.c.stated_high,
            claims.c.horizon_start.label("start"),
            claims.c.horizon_end.label("end"),
        )
        .join_from(newest, resolutions, resolutions.c.id == newest.c.id)
        .join(claims, claims.c.claim_id == newest.c.claim_id)
        .join(experts, experts.c.id == held_by)
        .join(runs, runs.c.id == claims.c.run_id)
        .outerjoin(appearances, appearances.c.id == runs.c.appearance_id)
        .where(claims.c.listed, prediction, wanted)
    )
    return [Forecast(**row) for row in connection.execute(found).mappings()]
