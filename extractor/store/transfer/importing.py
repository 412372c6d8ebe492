"""Exported records, back into a store: each article in a transaction of its own, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Final, NoReturn

from pydantic import ValidationError

from extractor.errors import InputError
from extractor.schemas import SCHEMA_VERSION
from extractor.store.database.opening import Database

from . import records as form
from .receiving import Batch, Imported, Receiver

__all__ = ["Imported", "lines", "load"]

_AGAIN: Final = "export it again"
_TOGETHER: Final = 500
"""Records without an article that one transaction stores."""


def lines(file: IO[bytes], /) -> Iterator[dict[str, Any]]:
    """The records of a file of JSON lines in UTF-8. Raises InputError, which names the line that is none."""
    empty = 0
    for number, line in enumerate(file, 1):
        if number == 1:
            if line.startswith(b"\x1f\x8b"):
                raise InputError("the file is compressed; unpack it first")
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            empty = empty or number
            continue
        if empty:
            raise InputError(f"line {empty} is empty; {_AGAIN}")
        yield _parse(line, number)


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        cut = "is cut off or damaged" if not line.endswith(b"\n") else "is no JSON in UTF-8"
        raise InputError(f"line {number} {cut} ({error}); {_AGAIN}") from error
    if not isinstance(record, dict):
        raise InputError(f"line {number} is no JSON object; give a file that 'extractor export' wrote")
    return record


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def load(database: Database, records: Iterable[Mapping[str, Any]], /) -> Imported:
    """Store exported records; what is stored already adds nothing. Returns what was added.

    Into an empty store everything comes as it was. In a filled one, runs are told again by their keys, experts by what
    they were called when they were added, by the runs that cite them, and else as those of a new article are. Raises
    InputError, which names the line, when the records are not those of a whole export with texts; the articles before
    that line are stored then.
    """
    checked = _checked(records)
    _, header = next(checked)
    assert isinstance(header, form.StoreRecord)
    with database.writing() as connection:
        receiver = Receiver(connection, header.experts)
    for batch in _batches(checked):
        with database.writing() as connection:
            receiver.receive(connection, batch)
    return receiver.imported


def _checked(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, form.Record]]:
    """The records with their numbers, from 1. Raises InputError unless they begin and end as an export does."""
    last: form.Record | None = None
    for number, raw in enumerate(records, 1):
        if isinstance(last, form.EndRecord):
            raise InputError(f"line {number} stands behind the end of the export; {_AGAIN}")
        if last is None:
            _check_header(raw)
        last = _validate(raw, number)
        if isinstance(last, form.StoreRecord) != (number == 1):
            raise InputError(f"line {number} begins another export; import one at a time")
        if isinstance(last, form.EndRecord) and last.records != number - 1:
            raise InputError(f"line {number} tells of {last.records:,} records before it; lines are missing: {_AGAIN}")
        yield number, last
    if not isinstance(last, form.EndRecord):
        told = "there is no record" if last is None else "the end is missing: the file is cut off"
        raise InputError(f"{told}; {_AGAIN}")


def _check_header(raw: Mapping[str, Any]) -> None:
    if raw.get("type") != "store":
        raise InputError("line 1 does not begin an export; give a file that 'extractor export' wrote as jsonl")
    if raw.get("format") != form.FORMAT:
        raise InputError(
            f"line 1: exports of format {raw.get('format')!r} are not known, only {form.FORMAT};"
            " use the version of commentary-extractor that wrote it"
        )
    if raw.get("schema_version") != SCHEMA_VERSION:
        raise InputError(
            f"line 1: results of schema {raw.get('schema_version')!r} are not known, only {SCHEMA_VERSION!r};"
            " use the version of commentary-extractor that wrote them"
        )
    if raw.get("text") is False:
        raise InputError("line 1: exported without texts, which a store needs; export it again without '--no-text'")


def _validate(raw: Mapping[str, Any], number: int) -> form.Record:
    try:
        return form.RECORD.validate_python(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"line {number} is no record of an export ({where or 'type'}: {first['msg']}); {_AGAIN}"
        ) from error


def _batches(checked: Iterable[tuple[int, form.Record]]) -> Iterator[Batch]:
    """What is stored in one transaction: an article with all that came from it and the experts told just before."""
    batch = Batch()
    for number, record in checked:
        if batch.records and _begins(record, batch):
            yield batch
            batch = Batch()
        if not isinstance(record, form.EndRecord):
            batch.records.append((number, record))


def _begins(record: form.Record, batch: Batch) -> bool:
    """True when a record belongs to another transaction than those before it."""
    if isinstance(record, form.ExpertRecord | form.ArticleRecord):
        return not batch.has_experts_only or (isinstance(record, form.ExpertRecord) and len(batch.records) >= _TOGETHER)
    if isinstance(record, form.ChangeRecord) or (isinstance(record, form.RunRecord) and record.article is None):
        return batch.article is not None or len(batch.records) >= _TOGETHER
    return isinstance(record, form.EndRecord)
