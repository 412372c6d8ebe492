"""Tables of the store as files: one file of CSV or Parquet for each kind, all of them or none."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import InputError, MissingPackageError, OutputError

if TYPE_CHECKING:
    from extractor.store.transfer.tabling import Table, Type

BETWEEN: Final = "; "
"""Stands between the members of a list in a cell of CSV."""
ROW_GROUP: Final = 5_000
"""Rows that are held at a time, and that stand together in a Parquet file."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, in full width too."""


def write_csv(tables: Iterable[Table], folder: Path, /) -> list[Path]:
    """Write ``articles.csv``, ``experts.csv``, ``positions.csv``, ... (RFC 4180, UTF-8) into a folder; their paths.

    ``tables`` are those of `Store.tables`; the folder is made where it is missing. Lists stand in a cell with `BETWEEN`
    between their members, and a text that a spreadsheet would compute begins with an apostrophe. Raises InputError when
    one of the files exists and OutputError when one cannot be written; then none of them is there.
    """
    with _files(folder, "csv") as files:
        for table in tables:
            path = files.begin(table.name)
            with path.open("x", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table.columns)
                writer.writerows([_cell(row[name]) for name in table.columns] for row in table.rows)
    return files.paths


def write_parquet(tables: Iterable[Table], folder: Path, /) -> list[Path]:
    """Write ``articles.parquet``, ``experts.parquet``, ... with typed columns into a folder; their paths.

    ``tables`` are those of `Store.tables`. Raises as `write_csv` does, and MissingPackageError when the extra
    ``parquet`` is not installed.
    """
    arrow, parquet = _arrow()
    with _files(folder, "parquet") as files:
        for table in tables:
            schema = arrow.schema([(name, _type(arrow, kind)) for name, kind in table.columns.items()])
            with parquet.ParquetWriter(files.begin(table.name), schema, compression="zstd") as writer:
                for rows in _groups(table.rows):
                    writer.write_table(arrow.Table.from_pylist(rows, schema))
    return files.paths


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingPackageError(
            "Parquet needs a package more: pip install 'commentary-extractor[parquet]'"
        ) from error


def _type(arrow: Any, kind: Type) -> Any:
    simple = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "flag": arrow.bool_(),
        "date": arrow.date32(),
        "moment": arrow.timestamp("us", tz="UTC"),
        "texts": arrow.list_(arrow.string()),
        "integers": arrow.list_(arrow.int64()),
    }
    return simple[kind]


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, ROW_GROUP)):
        yield group


def _cell(value: object) -> object:
    """A value for CSV: texts that are no formula, moments in ISO 8601, true and false."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    text = BETWEEN.join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Files:
    """New files in a folder under names that are not theirs yet."""

    def __init__(self, folder: Path, suffix: str, /) -> None:
        self._folder = folder
        self._suffix = suffix
        self._mark = secrets.token_hex(8)
        self._names: list[str] = []
        self._named: list[Path] = []

    @property
    def paths(self) -> list[Path]:
        """Where the files stand in the end."""
        return [self._folder / f"{name}.{self._suffix}" for name in self._names]

    def begin(self, name: str, /) -> Path:
        """Where to write a file for now. Raises InputError when there is one under its own name."""
        self._names.append(name)
        if self.paths[-1].exists():
            raise InputError(f"{str(self.paths[-1])!r} exists: name a new folder for the export, or empty this one")
        return self._beside()[-1]

    def finish(self) -> None:
        """Give the files their names."""
        for path, beside in zip(self.paths, self._beside(), strict=True):
            beside.replace(path)
            self._named.append(path)

    def discard(self) -> None:
        """Take away what was written."""
        for written in (*self._beside(), *self._named):
            written.unlink(missing_ok=True)

    def _beside(self) -> list[Path]:
        return [self._folder / f".{name}-{self._mark}.{self._suffix}.tmp" for name in self._names]


@contextmanager
def _files(folder: Path, suffix: str) -> Iterator[_Files]:
    """Files that all get their names at the end, or, when an error leaves, are gone."""
    files = _Files(folder, suffix)
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{str(folder)!r} is a file: name a folder for the export")
        folder.mkdir(parents=True, exist_ok=True)
        yield files
        files.finish()
    except OSError as error:
        files.discard()
        raise OutputError(f"cannot write to {str(folder)!r}: {error.strerror or error}; name another folder") from error
    except BaseException:
        files.discard()
        raise
