"""Exported records, back into a store: each article in a transaction of its own, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Final, NoReturn

from pydantic import ValidationError

from extractor.errors import ExtractorError, InputError
from extractor.schemas import SCHEMA_VERSION
from extractor.store.database.opening import Database

from . import records as form
from .checking import References
from .describing import describe
from .receiving import Batch, Imported, Receiver, at_line

__all__ = ["Imported", "check", "lines", "load"]

_AGAIN: Final = "export it again"
_NO_EXPORT: Final = "the file is no export: give a file that 'extractor export' wrote"
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
        told = f"line {number} {cut} ({error}); {_AGAIN}"
        raise InputError(_NO_EXPORT if number == 1 else told) from error
    if not isinstance(record, dict):
        raise InputError(_NO_EXPORT if number == 1 else f"line {number} is no JSON object; {_AGAIN}")
    return record


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def check(records: Iterable[Mapping[str, Any]], /) -> None:
    """Raise InputError, which names the line, unless these are the records of a whole export with texts.

    What only the store can tell (`load`) is not looked at.
    """
    for _ in _checked(records):
        pass


def load(database: Database, records: Iterable[Mapping[str, Any]], /) -> Imported:
    """Store exported records; what is stored already adds nothing. Returns what was added.

    Into an empty store everything comes as it was, with its ids. In a filled one, runs are told again by their keys,
    experts by what they were called when they were added, by the runs that cite them, and else as those of a new
    article are; ids that were given out there are not given again. Raises InputError, which names the line, when the
    records are not those of a whole export with texts; it tells how many articles before that line are stored then.
    """
    checked = _checked(records)
    _, header = next(checked)
    assert isinstance(header, form.StoreRecord)
    with database.writing() as connection:
        receiver = Receiver(connection, header.last)
    stored = receiver.imported
    try:
        for batch in _batches(checked):
            with database.writing() as connection:
                receiver.receive(connection, batch)
            stored = receiver.imported
    except ExtractorError as error:
        if not any((stored.articles, stored.runs, stored.experts)):
            raise
        raise type(error)(f"{error} ({_kept(stored, error)})") from error
    return stored


def _kept(stored: Imported, error: ExtractorError) -> str:
    number = "1 article was" if stored.articles == 1 else f"{stored.articles:,} articles were"
    first = "mend the file and " if isinstance(error, InputError) else ""
    return f"{number} stored; {first}import it again, what is stored is skipped"


def _checked(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, form.Record]]:
    """The records with their numbers, from 1. Raises InputError unless they fit together and are whole."""
    last: form.Record | None = None
    references = References(form.LastIds())
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
        if isinstance(last, form.StoreRecord):
            references = References(last.last)
        with at_line(number):
            references.check(last)
        yield number, last
    if last is None:
        raise InputError(_NO_EXPORT)
    if not isinstance(last, form.EndRecord):
        raise InputError(f"the end is missing: the file is cut off; {_AGAIN}")


def _check_header(raw: Mapping[str, Any]) -> None:
    if raw.get("type") != "store":
        raise InputError(_NO_EXPORT)
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
        raise InputError(f"line {number}: {describe(error, raw)}; {_AGAIN}") from error


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
