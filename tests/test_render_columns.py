"""Tables as files of CSV and Parquet."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich_store import fill, opinion

from extractor.errors import InputError, MissingPackageError, OutputError
from extractor.render.columns import write_csv, write_parquet
from extractor.store import Store
from extractor.store.transfer.tabling import COLUMNS, Table, Type

FILES = [f"{name}.csv" for name in COLUMNS]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """A store with a history."""
    with Store(tmp_path / "filled.db") as store:
        fill(store)
        yield store


def read(path: Path, /) -> list[dict[str, str]]:
    """The rows of a file of CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(store: Store, /) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables."""
    return {table.name: list(table.rows) for table in store.tables()}


def one(value: object, kind: Type = "text", /) -> Iterator[Table]:
    """A table of one cell."""
    yield Table("articles", {"cell": kind}, iter([{"cell": value}]))


def test_csv_is_a_file_of_each_kind(filled: Store, tmp_path: Path) -> None:
    """In a folder that is made, with the columns of the tables and a row for each of theirs."""
    paths = write_csv(filled.tables(), tmp_path / "new" / "out")
    assert [path.name for path in paths] == FILES
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(FILES)
    for path, (name, rows) in zip(paths, rows_of(filled).items(), strict=True):
        assert len(read(path)) == len(rows)
        assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS[name])


def test_csv_keeps_texts_as_they_are(tmp_path: Path) -> None:
    """With quotation marks, commas, and every kind of line end; lines end as RFC 4180 has it."""
    text = 'He said: "No,\r\nnever".\n\nЖуравль 🙂\u2028end'
    (path,) = write_csv(one(text), tmp_path / "out")
    assert read(path) == [{"cell": text}]
    assert path.read_bytes().startswith(b"cell\r\n")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(sign: str, tmp_path: Path) -> None:
    """A text that a spreadsheet would compute begins with an apostrophe, also as the first of a list."""
    (path,) = write_csv(one(f"{sign}1+1"), tmp_path / "out")
    assert read(path) == [{"cell": f"'{sign}1+1"}]
    (path,) = write_csv(one([f"{sign}1+1", "x"], "texts"), tmp_path / "list")
    assert read(path) == [{"cell": f"'{sign}1+1; x"}]


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (None, "text", ""),
        (True, "flag", "true"),
        (-0.5, "number", "-0.5"),
        (date(2026, 3, 17), "date", "2026-03-17"),
        (datetime(2026, 3, 17, 9, 30, 0, 250, tzinfo=UTC), "moment", "2026-03-17T09:30:00.000250Z"),
        ([3, 14], "integers", "3; 14"),
        ([], "texts", ""),
    ],
)
def test_csv_tells_values_plainly(value: object, kind: Type, told: str, tmp_path: Path) -> None:
    """Numbers stay numbers, dates are in ISO 8601, and what is unknown is empty."""
    (path,) = write_csv(one(value, kind), tmp_path / "out")
    assert path.read_bytes().decode().split("\r\n")[1].strip('"') == told


def test_without_text_its_columns_are_not_there(tmp_path: Path) -> None:
    """In no file."""
    with Store(tmp_path / "claims.db") as store:
        store.add(opinion())
        for path in write_csv(store.tables(text=False), tmp_path / "out"):
            told = path.read_text(encoding="utf-8")
            assert "I would not sell it" not in told
            assert "quote," not in told.splitlines()[0]


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_files_that_exist_are_not_overwritten(write: Any, filled: Store, tmp_path: Path) -> None:
    """Nor is anything written beside them."""
    first = [(path, path.read_bytes()) for path in write(filled.tables(), tmp_path / "out")]
    with pytest.raises(InputError, match=r"exists: name a new folder"):
        write(filled.tables(), tmp_path / "out")
    assert sorted(path for path, _ in first) == sorted((tmp_path / "out").iterdir())
    assert all(path.read_bytes() == data for path, data in first)


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_an_error_leaves_no_file(write: Any, filled: Store, tmp_path: Path) -> None:
    """Not those either that were complete."""

    def failing() -> Iterator[Table]:
        for table in filled.tables():
            if table.name == "predictions":
                raise OutputError("no more")
            yield table

    with pytest.raises(OutputError, match="no more"):
        write(failing(), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_one_is_an_error(tmp_path: Path) -> None:
    """A file in its place, or in the place of a folder above it."""
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InputError, match="is a file: name a folder"):
        write_csv(one("x"), file)
    with pytest.raises(OutputError, match="name another folder"):
        write_csv(one("x"), file / "out")


def test_parquet_has_typed_columns(filled: Store, tmp_path: Path) -> None:
    """And gives back what the tables have."""
    parquet = pytest.importorskip("pyarrow.parquet")
    paths = write_parquet(filled.tables(), tmp_path / "out")
    expected = rows_of(filled)
    for path in paths:
        assert parquet.read_table(path).to_pylist() == expected[path.stem]
    types = {field.name: str(field.type) for field in parquet.read_schema(tmp_path / "out" / "predictions.parquet")}
    assert (types["id"], types["horizon_end"], types["low"], types["negated"]) == (
        "int64",
        "date32[day]",
        "double",
        "bool",
    )
    assert types["missing"] == "list<element: string>"


def test_parquet_is_written_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more rows than that are held."""
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("extractor.render.columns.ROW_GROUP", 2)
    table = Table("articles", {"cell": "integer"}, iter([{"cell": number} for number in range(5)]))
    (path,) = write_parquet([table], tmp_path / "out")
    assert parquet.ParquetFile(path).metadata.num_row_groups == 3
    assert parquet.read_table(path).column("cell").to_pylist() == [0, 1, 2, 3, 4]


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it, before anything is written."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r"commentary-extractor\[parquet\]"):
        write_parquet(one("x"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
