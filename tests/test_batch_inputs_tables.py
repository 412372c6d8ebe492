"""Tables that a batch reads: JSON Lines and CSV."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_batch_inputs import counted, found, refusal

from extractor.batch.inputs import Item, Reading, find_items, read_item
from extractor.batch.inputs.dates import publication_date
from extractor.errors import InputError
from extractor.settings import load_settings

_CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
WORDS = st.text(_CHARACTERS, min_size=1, max_size=60).filter(lambda text: bool(text.strip()))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": WORDS,
            "title": st.none() | WORDS,
            "author": st.none() | WORDS,
            "published": st.none() | st.dates(min_value=date(1000, 1, 1)),
        }
    ),
    min_size=1,
    max_size=8,
)
every = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def jsonl(*rows: object, path: str = "rows.jsonl") -> str:
    """A file of these rows."""
    Path(path).write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def only(path: str, **reading: Any) -> Item:
    """The only item of a file."""
    [item] = found(path, **reading)
    return item


def error(path: str, at: int = 0, **reading: Any) -> str:
    """What is wrong with a row, without its place."""
    item = found(path, **reading)[at]
    assert item.error is not None
    assert str(item.error).startswith(f"{item.place}: ")
    return str(item.error).removeprefix(f"{item.place}: ")


def told(row: dict[str, Any]) -> tuple[str, str | None, str | None, date | None]:
    """What a row should become: texts as they are, other fields without blanks around."""
    return row["text"], row["title"] and row["title"].strip(), row["author"] and row["author"].strip(), row["published"]


def read(path: str) -> list[tuple[str | None, str | None, str | None, date | None]]:
    """What the rows of a file became."""
    return [(item.text, item.title, item.author, item.published) for item in found(path)]


@every
@given(ROWS, st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_json_lines_give_back_what_was_written(rows: list[dict[str, Any]], escaped: bool, encoding: str) -> None:
    """Texts are unchanged, whatever characters they have and however they are escaped."""
    lines = [json.dumps(row, ensure_ascii=escaped, default=str) for row in rows]
    Path("rows.jsonl").write_bytes("\n".join(lines).encode(encoding))
    assert read("rows.jsonl") == [told(row) for row in rows]


@every
@given(ROWS, st.sampled_from(["excel", "unix", "excel-tab"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_csv_gives_back_what_was_written(rows: list[dict[str, Any]], dialect: str, encoding: str) -> None:
    """Line breaks, quotation marks and delimiters in a text are part of it."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), dialect=dialect)
    writer.writeheader()
    writer.writerows(rows)
    path = "rows.tsv" if dialect == "excel-tab" else "rows.csv"
    Path(path).write_bytes(file.getvalue().encode(encoding))
    assert read(path) == [told(row) for row in rows]
    assert counted([path]) == len(rows)


@every
@given(st.binary(max_size=400), st.sampled_from(["rows.jsonl", "rows.csv", "rows.tsv", "rows.parquet", "rows.urls"]))
def test_rubbish_is_refused_or_told_row_by_row(rubbish: bytes, path: str) -> None:
    """Nothing but InputError comes of any bytes, and places are unique."""
    Path(path).write_bytes(rubbish)
    try:
        items = found(path)
    except InputError:
        return
    assert len({item.place for item in items}) == len(items)
    assert all(item.error or item.text or item.source for item in items)


@every
@given(st.lists(st.sampled_from(['"', ",", "\n", "\r\n", "a", "b c", '""', "\r"]), max_size=40))
def test_any_csv_ends(pieces: list[str]) -> None:
    """However quotation marks are strewn, each row comes once, and rows behind a broken one come too."""
    Path("rows.csv").write_bytes(("text,title\n" + "".join(pieces) + "\nlast,row\n").encode())
    items = found("rows.csv")
    numbers = [int(item.place.removeprefix("rows.csv:")) for item in items]
    assert numbers == sorted(set(numbers))


def test_columns_are_found_by_their_usual_names() -> None:
    """Without regard to case, blanks and hyphens; the first usual name that is there counts."""
    row = {"Body": "b", "CONTENT": "c", "Headline": "h", "Link": "https://a.example/", "Byline": "Ana Roe"}
    item = only(jsonl({**row, "Date-Published": "2024-03-05T23:10:00-08:00", "LANG": "en"}))
    assert item == Item(
        place="rows.jsonl:1",
        text="c",
        title="h",
        url="https://a.example/",
        author="Ana Roe",
        published=date(2024, 3, 5),
        language="en",
    )


def test_columns_can_be_named() -> None:
    """A column of another name; an empty name takes none."""
    path = jsonl({"story": "s", "text": "t", "Kicker": "k", "title": "x", "author": "Ana Roe"})
    item = only(path, text_column="story", columns={"title": "kicker", "author": ""})
    assert (item.text, item.title, item.author) == ("s", "k", None)
    assert only(path, columns={"text": "story"}).text == "s"


def test_missing_columns_are_told_at_once_with_those_there_are() -> None:
    """Before any article is read."""
    expected = "no column holds the text, nor a URL; the columns are 'id', 'words': name the one of the text with"
    Path("a.csv").write_text("id,words\n1,x\n")
    assert refusal("a.csv").startswith(f"'a.csv': {expected} --text-column")
    assert expected in refusal(jsonl({"id": 1, "words": "x"}, {"id": 2}))
    assert "there is no column 'story' for the text; the columns are 'id'" in refusal("a.csv", text_column="story")
    assert "no column 'by' for the author" in refusal("a.csv", text_column="words", columns={"author": "by"})
    assert "expected nothing" not in refusal(jsonl({"id": 1}), text_column="story")
    Path("b.csv").write_text("text,text\n1,x\n")
    assert "column 'text' stands twice; rename one of them" in refusal("b.csv")


def test_a_table_in_a_folder_that_lacks_columns_stops_no_other() -> None:
    """It is one item with an error."""
    Path("n").mkdir()
    Path("n/a.csv").write_text("id,words\n1,x\n")
    Path("n/b.csv").write_text("id,text\n1,x\n")
    first, second = found("n")
    assert (first.place, second.place) == ("n/a.csv", "n/b.csv:2")
    assert "the columns are 'id', 'words'" in str(first.error)


def test_a_row_without_a_text_is_read_from_its_url() -> None:
    """What the row tells counts; what is no web address is never opened."""
    row = {"text": " ", "url": " https://a.example/1 ", "title": "T"}
    path = jsonl(row, {"url": "/etc/hosts"}, {"text": None, "url": ""}, {"title": "T"})
    first = found(path)[0]
    assert (first.text, first.source, first.title, first.place) == (None, "https://a.example/1", "T", "rows.jsonl:1")
    assert error(path, 1) == "there is no text, and '/etc/hosts' is not an http or https URL to read it from; mend one"
    assert error(path, 2) == "there is no text, nor a URL to read it from; fill one of them in"
    assert "no column holds the text, nor a URL; the columns are 'title'" in error(path, 3)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{broken", "the line is not JSON (Expecting property name"),
        ('"a text"', "the line is not a JSON object: '\"a text\"'; write one object a line"),
        ("[" * 100_000, "the line is not JSON"),
        ('{"text": ' + '{"a":' * 100_000, "the line is not JSON"),
        ('{"text": 1' + "0" * 5000 + "}", "the line is not JSON"),
        ({"text": 5}, "the text is a number, not a text"),
        ({"text": True}, "the text is true or false"),
        ({"text": {"a": 1}}, "the text is an object"),
        ({"text": ["a"]}, "the text is a list"),
        ({"text": "  \n"}, "there is no text"),
        ({"text": "a\0b"}, "the text has NUL characters; take them out"),
        ({"text": "ab\ud800"}, "the text has half of a surrogate pair at character 2"),
        ({"text": "a", "title": 1984}, "the title is a number"),
        ({"text": "a", "author": ["Ana Roe", 5]}, "the author is a number"),
        ({"text": "a", "title": "b\udfff"}, "the title has half of a surrogate pair"),
        ({"text": "a", "date": "soon"}, "the date 'soon' is not a date; write it as YYYY-MM-DD"),
        ({"text": "a", "date": 1709510400}, "the date 1709510400 is a number"),
        ({"text": "a", "date": [2024, 3, 4]}, "the date is of the wrong type (list)"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_stops_no_other(row: object, expected: str) -> None:
    """The message tells where it is, what is wrong, and what to do."""
    path = jsonl({"text": "First."}, row, {"text": "Last."})
    assert error(path, 1).startswith(expected)
    assert [item.place for item in found(path)] == ["rows.jsonl:1", "rows.jsonl:2", "rows.jsonl:3"]
    assert [item.text for item in found(path)] == ["First.", None, "Last."]


def test_bytes_that_are_no_utf8_are_told_where_they_are_used() -> None:
    """In a column that nobody asks for they do no harm."""
    row = '{"text": "Gr\xf6\xdfe", "title": "a"}\n{"text": "b", "other": "\xf6"}\n'
    Path("rows.jsonl").write_bytes(row.encode("latin-1"))
    assert error("rows.jsonl").startswith(
        "the text has bytes that are not valid UTF-8 (at character 2); save it as UTF-8"
    )
    assert found("rows.jsonl")[1].text == "b"


def test_missing_values_are_none() -> None:
    """Null, blanks and the NaN of some programs; authors may be a list."""
    path = jsonl({"text": "a", "title": " ", "date": float("nan"), "author": ["Ana Roe", " Piet Maas "], "lang": None})
    assert only(path) == Item(place="rows.jsonl:1", text="a", author="Ana Roe, Piet Maas")


def test_a_line_that_is_too_long_is_passed_over() -> None:
    """It is never in memory as a whole, and the next line is read."""
    path = jsonl({"text": "a"}, {"text": "x" * 1_200_000}, {"text": "b"})
    assert error(path, 1, max_chars=1000) == (
        "the line has more than 1,012,000 bytes; shorten it or raise EXTRACTOR_MAX_CHARS"
    )
    assert [item.text for item in found(path, max_chars=1000)] == ["a", None, "b"]


def test_a_text_that_is_too_long_is_told_when_it_is_read() -> None:
    """With its place, as the other errors are."""
    item = only(jsonl({"text": "word " * 300}))
    with pytest.raises(InputError, match=r"^rows\.jsonl:1: the text has 1,500 characters, more than the 1,000"):
        read_item(item, load_settings(max_chars=1000))


def test_a_row_is_read_as_the_file_of_its_text_would_be() -> None:
    """What the text says of itself counts where the row is silent: both ways make the same run."""
    text = "The quay fills up\n\nBy Ana Roe, 4 March 2024\n\nPiet Maas says that the quay of the town will be full.\n"
    Path("a.txt").write_text(text)
    row, file = (read_item(only(path), load_settings()) for path in (jsonl({"text": text, "title": None}), "a.txt"))
    assert row == file
    assert row.published == date(2024, 3, 4)


@pytest.mark.parametrize("path", ["rows.jsonl.gz", "rows.csv.gz", "rows.jsonl"])
def test_packed_files_are_told_by_their_first_bytes(path: str) -> None:
    """Whatever they are called."""
    plain = b'{"text": "One."}\n{"text": "Two."}\n' if "jsonl" in path else b"text\nOne.\nTwo.\n"
    Path(path).write_bytes(gzip.compress(plain))
    assert [item.text for item in found(path)] == ["One.", "Two."]
    assert counted([path]) is None
    Path(path).write_bytes(plain)
    assert [item.text for item in found(path)] == ["One.", "Two."]


def test_a_damaged_packed_file_gives_what_is_whole() -> None:
    """Then an error, and the next file is read."""
    rows = b"".join(b'{"text": "%d %d"}\n' % (n, n * 7919 % 104729) for n in range(20_000))
    Path("rows.jsonl.gz").write_bytes(gzip.compress(rows)[:50_000])
    *whole, broken, other = found("rows.jsonl.gz", jsonl({"text": "b"}))
    assert len(whole) > 1000
    assert all(item.error is None for item in whole)
    assert "the file is damaged from here on" in str(broken.error)
    assert other.text == "b"


def test_files_of_other_kinds_are_refused_at_once() -> None:
    """By their first bytes, and by their first lines."""
    Path("a.jsonl").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    assert refusal("a.jsonl") == "'a.jsonl': it looks like a PNG image; give a file of text"
    Path("b.jsonl").write_text("Ana Roe says.\n" * 50)
    assert "'b.jsonl': the line is not JSON" in refusal("b.jsonl")
    Path("c.csv").write_bytes(b"")
    assert refusal("c.csv") == "'c.csv': the file is empty; its first row names the columns"
    Path("d.jsonl.gz").write_bytes(b"\x1f\x8b\x08rubbish")
    assert "'d.jsonl.gz': " in refusal("d.jsonl.gz")
    Path("e.jsonl").write_bytes(b"")
    assert found("e.jsonl") == []


def test_a_quotation_mark_that_is_never_closed_takes_no_other_row() -> None:
    """The row is told by the line where it begins; the rows behind it come."""
    Path("rows.csv").write_text('text,title\nOne,a\n"Two,b\nThree,c\n"Four ""f""\nin two lines",d\n')
    assert [item.place for item in found("rows.csv")] == ["rows.csv:2", "rows.csv:3", "rows.csv:4", "rows.csv:5"]
    Path("rows.csv").write_text('text,title\nOne,a\n"Two,b\n' + "Three,c\n" * 5)
    items = found("rows.csv")
    assert [item.text for item in items] == ["One", None, *["Three"] * 5]
    assert "a quotation mark opens in this row and is never closed" in str(items[1].error)


def test_a_quotation_mark_that_takes_in_too_much_is_given_up() -> None:
    """A large file behind it does not get into memory."""
    Path("rows.csv").write_text('text,title\n"One,a\n' + "Two,b\n" * 400_000)
    items = find_items(["rows.csv"], Reading(max_chars=1000))
    assert "never closed" in str(next(items).error)
    assert next(items).text == "Two"
    assert sum(1 for _ in items) == 399_999


@pytest.mark.parametrize("row", ["Two", "Two,b,c", 'He said "yes", b,c', '"He said "yes"",b'])
def test_a_row_with_too_few_or_many_cells_is_told(row: str) -> None:
    """Cells may have slipped: nothing is guessed."""
    Path("rows.csv").write_text(f"text,title\nOne,a\n\n,\n{row}\nThree,c\n")
    first, second, third = found("rows.csv")
    assert (first.text, third.text) == ("One", "Three")
    assert second.place == "rows.csv:5"
    assert "put texts in quotation marks, and double those in them" in str(second.error)


def test_long_cells_are_read() -> None:
    """The limit of the library (128 KB) does not count."""
    Path("rows.csv").write_text(f'text,title\n"{"word " * 60_000}",a\n')
    assert len(only("rows.csv").text or "") == 300_000


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        (" 2024-03-05T10:00:00Z ", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("2024/03/05", date(2024, 3, 5)),
        ("2024-3-5 10:00 UTC", date(2024, 3, 5)),
        ("March 5, 2024", date(2024, 3, 5)),
        ("5 Mar 2024 23:59", date(2024, 3, 5)),
        ("Tue, 05 Mar 2024 12:00:00 EST", date(2024, 3, 5)),
        ("05.03.2024", date(2024, 3, 5)),
        ("25/12/2024", date(2024, 12, 25)),
        ("12/25/2024", date(2024, 12, 25)),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_however_they_are_written(value: object, day: date | None) -> None:
    """ISO 8601 first; a point in time is cut to its day."""
    assert publication_date(value) == day


@pytest.mark.parametrize(
    "value",
    [
        *("05/03/2024", "March 2024", "2024", "2024-03", "Monday", "10:30", "2024-02-30", "5 Mar 24", "x" * 500),
        *("1709510400", "1709510400.5", "5" * 4000, 1709510400, 20240305, 1.7e9, True, b"2024-03-05"),
    ],
)
def test_dates_that_are_not_plain_are_refused(value: object) -> None:
    """What is not whole, may be read in two ways, or counts seconds is not guessed."""
    with pytest.raises(InputError, match="write it as YYYY-MM-DD"):
        publication_date(value)


@every
@given(st.text(max_size=40) | st.from_regex(r"[0-9A-Za-z:/. -]{1,20}"))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """Nothing but InputError comes of it."""
    try:
        day = publication_date(text)
    except InputError:
        return
    assert (day is None) == (not text.strip())
