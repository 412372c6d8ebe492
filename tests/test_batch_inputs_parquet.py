"""Parquet files that a batch reads."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from test_batch_inputs import counted, found, refusal

from extractor.batch.inputs import Item, Reading, find_items
from extractor.errors import InputError, MissingPackageError

arrow: Any = import_module("pyarrow")
parquet: Any = import_module("pyarrow.parquet")
PATH = "rows.parquet"


def write(columns: dict[str, Any], **more: Any) -> str:
    """A file with these columns."""
    parquet.write_table(arrow.table(columns), PATH, **more)
    return PATH


def test_rows_have_numbers_and_types() -> None:
    """Dates come as dates, authors as a list, and other columns are not read."""
    moment = datetime(2024, 3, 5, 23, 30, tzinfo=UTC)
    write(
        {
            "Text": ["One.", None, "Three."],
            "link": [None, "https://a.example/2", None],
            "date": arrow.array([moment, None, moment], arrow.timestamp("ns", "UTC")),
            "author": [["Ana Roe", "Piet Maas"], [], None],
            "size": [1, 2, 3],
        }
    )
    first = Item(place="rows.parquet:1", text="One.", author="Ana Roe, Piet Maas", published=date(2024, 3, 5))
    second = Item(place="rows.parquet:2", source="https://a.example/2")
    assert found(PATH) == [first, second, Item(place="rows.parquet:3", text="Three.", published=date(2024, 3, 5))]
    assert counted([PATH]) == 3


@pytest.mark.parametrize("kind", [arrow.string(), arrow.large_string(), arrow.binary(), arrow.string_view()])
def test_all_types_of_texts_are_read(kind: Any) -> None:
    """Bytes are taken for UTF-8; words may stand in a dictionary."""
    if kind == arrow.string_view():
        kind = arrow.dictionary(arrow.int32(), arrow.string())
    write(
        {"text": arrow.array(["Größe", ""], arrow.string()).cast(kind), "date": arrow.array([date(2024, 3, 5), None])}
    )
    first, second = found(PATH)
    assert (first.text, first.published) == ("Größe", date(2024, 3, 5))
    assert "there is no text" in str(second.error)


def test_values_that_cannot_be_read_are_told_by_row() -> None:
    """Bytes that are no UTF-8, NUL characters, moments beyond the calendar."""
    far = arrow.array([0, 0, 2**55, 0], arrow.int64()).cast(arrow.timestamp("ms"))
    write({"text": arrow.array([b"a", b"\xff", b"c", b"d\0"], arrow.binary()), "date": far})
    items = found(PATH)
    assert items[0].text == "a"
    assert [item.place for item in items if item.error] == ["rows.parquet:2", "rows.parquet:3", "rows.parquet:4"]
    assert "the row has a value that cannot be read" in str(items[1].error)
    assert "NUL characters" in str(items[3].error)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            {"text": [1, 2]},
            "column 'text' for the text is of type int64; name another one: the columns are 'text (int64)'",
        ),
        ({"text": ["a"], "date": [1709510400]}, "column 'date' for the published is of type int64"),
        ({"text": [["a"]]}, "column 'text' for the text is of type list<"),
        ({"text": ["a"], "title": [1.5]}, "column 'title' for the title is of type double"),
        ({"id": ["a"], "words": ["b"]}, "no column holds the text, nor a URL; the columns are 'id', 'words'"),
    ],
)
def test_columns_of_other_types_or_missing_ones_are_told_at_once(columns: dict[str, Any], expected: str) -> None:
    """With the columns that there are."""
    assert f"'{PATH}': {expected}" in refusal(write(columns))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"text\nOne.\n", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_refused(content: bytes) -> None:
    """At once where it is named, as an item in a folder."""
    Path("n").mkdir()
    Path("n/a.parquet").write_bytes(content)
    assert "'n/a.parquet': the file cannot be read as Parquet" in refusal("n/a.parquet")
    [item] = found("n")
    assert "the file cannot be read as Parquet" in str(item.error)
    assert counted(["n"]) is None


def test_a_damaged_row_group_takes_no_other() -> None:
    """It is one error, which tells how many rows are lost."""
    write(
        {"text": [f"{number} quays" for number in range(3000)]},
        row_group_size=1000,
        compression="none",
        use_dictionary=False,
    )
    content = bytearray(Path(PATH).read_bytes())
    page = content.index(b"1000 quays")  # in the head of a page
    content[page : page + 26] = b"\xff" * 26
    Path(PATH).write_bytes(content)
    items = found(PATH)
    assert [item.text for item in items[:1000]] == [f"{number} quays" for number in range(1000)]
    assert "rows.parquet:1001: the file is damaged: 1,000 rows from here on are lost" in str(items[1000].error)
    assert [item.text for item in items[1001:]] == [f"{number} quays" for number in range(2000, 3000)]
    assert items[-1].place == "rows.parquet:3000"


def test_a_missing_package_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, before anything is read; in a folder it is the file's error."""
    write({"text": ["One."]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingPackageError, match=r'pip install "commentary-extractor\[parquet\]"'):
        find_items([PATH], Reading())
    [item] = find_items(["."], Reading())
    assert isinstance(item.error, InputError)
    assert "pip install" in str(item.error)
