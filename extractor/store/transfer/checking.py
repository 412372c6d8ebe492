"""What can be known of an export without a store: that its records fit together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from extractor.errors import InputError
from extractor.run_keys import task_of
from extractor.schemas import Extraction, Provenance, Summary
from extractor.schemas.article import text_id
from extractor.store.database.limits import check_ids, held
from extractor.store.rows import write_appearance

from . import records as form

_AGAIN: Final = "export it again"
_LARGEST: Final = 2**31 - 1
"""What a column of whole numbers holds."""


class References:
    """What the records so far tell, which those that follow refer to."""

    def __init__(self, last: form.LastIds, /) -> None:
        self._last = last
        self._experts: set[int] = set()
        self._article: form.ArticleRecord | None = None
        self._digests: list[str] = []
        self._claims: dict[str, set[str]] = {}  # of the runs of the article

    def check(self, record: form.Record, /) -> None:
        """Take the next record. Raises InputError unless it fits those before it."""
        match record:
            case form.ExpertRecord():
                self._check_expert(record)
            case form.ArticleRecord():
                self._check_article(record)
            case form.RunRecord():
                self._check_run(record)
            case form.ResolutionRecord() | form.RejectionRecord():
                self._check_claim(record.run, record.claim)
                held(record.model_dump(), f"the {record.type}")
            case form.ChangeRecord():
                self._check_told([record.expert, record.other or record.expert])
                held(record.model_dump(), "the change")

    def _check_expert(self, record: form.ExpertRecord) -> None:
        _check_last([record.id], self._last.experts)
        if record.merged_into is not None:
            self._check_told([record.merged_into])
        for row in (record, *record.names):
            held(row.model_dump(exclude={"names"}), f"expert {record.id}")
        self._experts.add(record.id)

    def _check_told(self, experts: Iterable[int]) -> None:
        if unknown := sorted({*experts} - self._experts):
            raise InputError(f"expert {unknown[0]} was not told before; {_AGAIN}")

    def _check_article(self, record: form.ArticleRecord) -> None:
        held({"text": record.text}, f"article {record.id[:12]}")
        if text_id(record.text) != record.id:
            raise InputError(f"the id of the article is not the SHA-256 of its text; {_AGAIN}")
        shown = [one.article(record.id, record.text) for one in record.appearances]
        self._digests = [write_appearance(one, added_at=record.added_at)["digest"] for one in shown]
        self._article, self._claims = record, {}

    def _check_run(self, record: form.RunRecord) -> None:
        _check_last([record.id], self._last.runs)
        held(record.model_dump(exclude={"result", "provenance"}), "the run")
        if record.article is None:
            if record.status != "failed":
                raise InputError(f"this run is of no article; {_AGAIN}")
        elif self._article is None or record.article != self._article.id:
            raise InputError(f"this run is of another article than the one before it; {_AGAIN}")
        elif record.appearance is None or record.appearance >= len(self._digests):
            raise InputError(f"this run is of no appearance of its article; {_AGAIN}")
        told = record if record.status == "failed" else record.result
        if told is None or told.provenance is None:
            raise InputError(f"this run has no {'result' if told is None else 'provenance'}; {_AGAIN}")
        _check_numbers(told.provenance)
        if not isinstance(told, form.RunRecord):
            self._check_result(record, told)

    def _check_result(self, record: form.RunRecord, result: Extraction | Summary) -> None:
        if task_of(result) != record.task or result.article.id != record.article:
            raise InputError(f"the result of this run is that of another task or article; {_AGAIN}")
        check_ids(result)
        if (
            write_appearance(result.article, added_at=record.added_at)["digest"]
            != self._digests[record.appearance or 0]
        ):
            raise InputError(f"the result is of another appearance than its run; {_AGAIN}")
        found = (
            {one.id for one in (*result.positions, *result.predictions)} if isinstance(result, Extraction) else set()
        )
        for name, told, had in (
            ("experts", set(record.experts), {one.id for one in result.experts}),
            ("claims", set(record.claims), found),
        ):
            if told != had:
                raise InputError(f"the {name} of this run are not those of its result; {_AGAIN}")
        if len({*record.claims.values()}) < len(record.claims):
            raise InputError(f"two claims of this run have the same id; {_AGAIN}")
        self._check_told(record.experts.values())
        _check_last(record.claims.values(), self._last.claims)
        for same in record.same.values():
            self._check_claim(same.run, same.claim)
        self._claims[record.key] = found

    def _check_claim(self, run: str, claim: str) -> None:
        if claim not in self._claims.get(run, ()):
            raise InputError(f"no claim {claim!r} was told of run {run[:12]!r}; {_AGAIN}")


def _check_last(ids: Iterable[int], last: int) -> None:
    if (beyond := max(ids, default=0)) > last:
        raise InputError(f"the id {beyond} is larger than the last that line 1 tells of ({last}); {_AGAIN}")


def _check_numbers(made: Provenance) -> None:
    """Raise InputError unless the numbers fit into their columns."""
    told = {**dict(made), **dict(made.usage)}
    for name, value in told.items():
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise InputError(f"the number {name!r} of this run is too large ({value}); {_AGAIN}")
