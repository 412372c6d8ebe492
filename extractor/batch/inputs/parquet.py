"""Parquet: read in batches of rows, of the columns that are needed only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from extractor.errors import InputError, MissingPackageError

from .columns import choose_all, told
from .item import Field, Reading
from .rows import Cells, Row

_ROWS = 64
"""Rows that are held at once."""
_BUFFER = 1 << 20
"""Bytes that are read of a column at once; without it a whole row group would be."""


def rows(path: str, name: str, reading: Reading, /) -> Iterator[Row]:
    """The rows of a file, by their numbers from 1.

    Of a damaged row group comes an error in the place of its rest, and the next one is read. Raises InputError when it
    is no Parquet or has not the columns that are needed, and MissingPackageError when the extra ``parquet`` is not
    installed.
    """
    with _opened(path) as file:
        chosen = _columns(file, reading)
        before = 0
        for group in range(file.num_row_groups):
            for number, cells in _group(file, group, chosen):
                yield f"{name}:{before + number}", cells
            before += file.metadata.row_group(group).num_rows


def _group(file: Any, group: int, chosen: Mapping[Field, str], /) -> Iterator[tuple[int, Cells | InputError]]:
    """The rows of a row group by their numbers in it."""
    number = 0
    try:
        for batch in file.iter_batches(_ROWS, row_groups=[group], columns=list(dict.fromkeys(chosen.values()))):
            for at in range(batch.num_rows):
                number += 1
                yield number, _cells(batch, at, chosen)
    except (OSError, _arrow().ArrowException) as error:
        rows = file.metadata.row_group(group).num_rows - number
        yield (
            number + 1,
            InputError(f"the file is damaged: {rows:,} rows from here on are lost ({_line(error)}); mend it"),
        )


def check(path: str, reading: Reading, /) -> None:
    """Raise as `rows` does, without reading any."""
    with _opened(path) as file:
        _columns(file, reading)


def count(path: str, /) -> int:
    """The number of rows, as the file tells it. Raises as `rows` does."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


@contextmanager
def _opened(path: str, /) -> Iterator[Any]:
    arrow = _arrow()
    try:
        file = import_module("pyarrow.parquet").ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
    except (OSError, arrow.ArrowException) as error:
        raise InputError(f"the file cannot be read as Parquet ({_line(error)}); check it") from error
    with file:
        yield file


def _arrow() -> Any:
    try:
        return import_module("pyarrow")
    except ImportError as error:
        raise MissingPackageError(
            'Parquet needs a package more: pip install "commentary-extractor[parquet]"'
        ) from error


def _columns(file: Any, reading: Reading, /) -> dict[Field, str]:
    """The column of each field. Raises InputError when one has a type that cannot tell it."""
    schema = file.schema_arrow
    chosen = choose_all(schema.names, reading)
    for field, column in chosen.items():
        kind = schema.field(column).type
        if not _fits(kind, field):
            types = [f"{one.name} ({one.type})" for one in schema]
            raise InputError(f"column {column!r} for the {field} is of type {kind}; name another one: {told(types)}")
    return chosen


def _fits(kind: Any, field: Field, /) -> bool:
    types = import_module("pyarrow").types
    if types.is_dictionary(kind):
        return _fits(kind.value_type, field)
    if field == "published" and (types.is_date(kind) or types.is_timestamp(kind)):
        return True
    if field == "author" and (types.is_list(kind) or types.is_large_list(kind)):
        return _fits(kind.value_type, "title")
    texts = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    return any(is_kind(kind) for is_kind in (*texts, types.is_binary, types.is_large_binary))


def _cells(batch: Any, at: int, chosen: Mapping[Field, str], /) -> Cells | InputError:
    try:
        return {field: _value(batch.column(column)[at]) for field, column in chosen.items()}
    except (ValueError, OverflowError, KeyError, import_module("pyarrow").ArrowException) as error:
        return InputError(f"the row has a value that cannot be read ({_line(error)}); mend it")


def _value(cell: Any, /) -> object:
    """What a cell holds; bytes are taken for UTF-8, and a point in time is cut to what Python can hold."""
    kind = cell.type
    if import_module("pyarrow").types.is_timestamp(kind) and kind.unit == "ns":
        cell = cell.cast(import_module("pyarrow").timestamp("us", kind.tz), safe=False)
    value = cell.as_py()
    return value.decode() if isinstance(value, bytes) else value


def _line(error: Exception, /) -> str:
    return " ".join(str(error).split())[:200]
