"""What a batch reads: files, folders, patterns, lists of URLs, the standard input."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor.batch.inputs import Item, Reading, count_items, find_items, is_since, read_item
from extractor.errors import InputError
from extractor.settings import load_settings

TEXT = "Ana Roe says that the quay will be full by spring, and that nobody has counted the boats."


def make(*paths: str, text: str = TEXT) -> None:
    """Files with an article in each, and their folders."""
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(*inputs: str, stdin: bytes | None = None, **reading: Any) -> list[Item]:
    """All items of these inputs."""
    given = None if stdin is None else io.BytesIO(stdin)
    return list(find_items(inputs, Reading(**reading), stdin=given))


def places(*inputs: str, **more: Any) -> list[str]:
    """Where the items of these inputs stand."""
    return [item.place for item in found(*inputs, **more)]


def refusal(*inputs: str, **more: Any) -> str:
    """Why these inputs are refused at once, before any item is taken."""
    stdin = more.pop("stdin", None)
    with pytest.raises(InputError) as caught:
        find_items(inputs, Reading(**more), stdin=None if stdin is None else io.BytesIO(stdin))
    return str(caught.value)


def test_a_file_is_an_article() -> None:
    """Whatever it is called; its text is read when it is asked for."""
    make("a.txt", "b")
    items = found("a.txt", "b")
    assert items == [Item(place="a.txt", source="a.txt"), Item(place="b", source="b")]
    article = read_item(items[1], load_settings())
    assert article.text == TEXT
    assert article.language == "en"


def test_an_article_in_another_encoding_is_read_as_elsewhere() -> None:
    """Encodings are detected for files of one article."""
    Path("a.txt").write_bytes("Jörg Häßler hofft, dass die Größe für alle und über Jahre genügt.".encode("cp1252"))
    [item] = found("a.txt")
    assert "Größe für alle" in read_item(item, load_settings()).text


def test_a_folder_gives_what_can_be_read_sorted() -> None:
    """Folders in it too; what is hidden and other endings are left out, and links to folders are not followed."""
    make("n/b.md", "n/a/z.txt", "n/a/y.html", "n/c.PDF", "n/.hidden.txt", "n/.git/x.txt", "n/photo.jpg", "n/d.json")
    Path("n/rows.jsonl").write_text('{"text": "One."}\n{"text": "Two."}\n')
    Path("n/again").symlink_to(".")
    Path("n/broken.txt").symlink_to("nowhere.txt")
    expected = ["n/a/y.html", "n/a/z.txt", "n/b.md", "n/c.PDF", "n/rows.jsonl:1", "n/rows.jsonl:2"]
    assert places("n") == expected
    assert places("./n/") == [f"./{place}" for place in expected]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("n/*.txt", ["n/a.txt", "n/b.txt"]),
        ("n/?.txt", ["n/a.txt", "n/b.txt"]),
        ("n/[b-z].txt", ["n/b.txt"]),
        ("n/**/*.txt", ["n/a.txt", "n/b.txt", "n/m/a.txt", "n/m/o/a.txt"]),
        ("**/a.txt", ["n/a.txt", "n/m/a.txt", "n/m/o/a.txt"]),
        ("n/**", ["n/a.txt", "n/b.txt", "n/c.md", "n/m/a.txt", "n/m/o/a.txt"]),
        ("n/**/**/o/**", ["n/m/o/a.txt"]),
        ("*/m/*", ["n/m/a.txt"]),
        ("n/*.story", ["n/d.story"]),
        ("./n/*.md", ["./n/c.md"]),
    ],
)
def test_patterns(pattern: str, expected: list[str]) -> None:
    """Names in order, each file once, endings that cannot be read only where they are named."""
    make("n/b.txt", "n/a.txt", "n/c.md", "n/d.story", "n/.x.txt", "n/m/a.txt", "n/m/o/a.txt", "n/.m/a.txt")
    assert places(pattern) == expected


def test_absolute_patterns_and_names_that_look_like_patterns(tmp_path: Path) -> None:
    """A file that is called like a pattern is that file."""
    make("a[1].txt", "a1.txt")
    assert places("a[1].txt") == ["a[1].txt"]
    assert places(f"{tmp_path}/a?.txt") == [f"{tmp_path}/a1.txt"]


def test_the_same_file_given_twice_comes_once() -> None:
    """By another path or through a link too; the first place counts."""
    make("n/a.txt", "n/b.txt")
    Path("link.txt").symlink_to("n/a.txt")
    assert places("n/b.txt", "n", "./n/b.txt", "n/*.txt", "link.txt") == ["n/b.txt", "n/a.txt"]
    Path("rows.jsonl").write_text('{"text": "One."}\n')
    assert places("rows.jsonl", "*.jsonl") == ["rows.jsonl:1"]


def test_a_name_that_is_no_unicode_can_be_shown() -> None:
    """Its place can be stored and printed; the file is read all the same."""
    Path("n").mkdir()
    Path(os.fsdecode(b"n/\xff.txt")).write_text(TEXT)
    [item] = found("n")
    assert item.place == "n/\\xff.txt"
    assert read_item(item, load_settings()).text == TEXT


def test_what_does_not_exist_is_told_at_once() -> None:
    """Before an item is asked for, and naming what was given."""
    make("a.txt", "n/photo.jpg", "results.jsonl")
    Path("empty").mkdir()
    assert refusal() == "there is nothing to read; give files, folders, patterns, URLs, or - for the standard input"
    assert refusal("a.txt", "b.txt") == "'b.txt' does not exist; check the path"
    assert "'' does not exist" in refusal("")
    assert "'x\\x00' does not exist" in refusal("x\0")
    assert "the folder 'empty' holds no file to read (.txt," in refusal("empty")
    assert "the folder 'n' holds no file to read" in refusal("n")
    assert "no file to read matches 'n/*'" in refusal("n/*")
    assert "no file to read matches 'z*.txt'" in refusal("z*.txt")
    assert "'all.json' does not exist" in refusal("all.json")
    make("all.json")
    assert "write one object a line, as .jsonl" in refusal("all.json")
    assert "where results are written" in refusal("results.jsonl", leave_out=(Path("./results.jsonl"),))
    assert "'list.urls' does not exist" in refusal(url_files=("list.urls",))


def test_the_output_in_an_input_folder_is_no_input() -> None:
    """Results are not read as articles."""
    make("n/a.txt", "n/results.jsonl", "n/results.errors.jsonl")
    left_out = (Path("n/results.jsonl"), Path("n/../n/results.errors.jsonl"))
    assert places("n", leave_out=left_out) == places("n/*", leave_out=left_out) == ["n/a.txt"]


def test_a_folder_that_cannot_be_read_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes an item with an error."""
    make("n/a.txt", "n/m/b.txt", "n/z.txt")
    scan = os.scandir

    def closed(folder: str) -> Any:
        if folder.endswith("m"):
            raise PermissionError(13, "Permission denied", folder)
        return scan(folder)

    monkeypatch.setattr(os, "scandir", closed)
    items = found("n")
    assert [item.place for item in items] == ["n/a.txt", "n/m", "n/z.txt"]
    assert str(items[1].error) == "n/m: the folder cannot be read (Permission denied); check its permissions"
    assert refusal("n/m") == "'n/m' cannot be read (Permission denied); check the path"


def test_items_come_lazily() -> None:
    """A file that is made while others are read is found, since nothing is listed ahead."""
    make("n/a/1.txt", "n/b/1.txt")
    items = find_items(["n"], Reading())
    assert next(items).place == "n/a/1.txt"
    make("n/b/0.txt")
    assert [item.place for item in items] == ["n/b/0.txt", "n/b/1.txt"]


def test_urls_and_lists_of_them() -> None:
    """A page once, whoever names it; comments and blank lines count for nothing; what is no URL is told."""
    Path("list.urls").write_text(
        "\ufeff# pages\nhttps://a.example/1\n\nnot a url\nhttp://a.example/2\r\nhttps://a.example/1\n"
    )
    Path("more").write_text("https://b.example/\nfile:///etc/hosts\n")
    items = found("https://a.example/0", "list.urls", "https://a.example/0", url_files=("more",))
    assert [item.place for item in items] == [
        "https://a.example/0",
        "https://a.example/1",
        "list.urls:4",
        "http://a.example/2",
        "https://b.example/",
        "more:2",
    ]
    assert items[1].source == "https://a.example/1"
    assert "'not a url' is not an http or https URL; write one a line" in str(items[2].error)
    with pytest.raises(InputError, match=r"more:2: 'file:///etc/hosts'"):
        read_item(items[5], load_settings())


def test_a_page_in_a_private_network_is_not_read() -> None:
    """The setting decides, as it does for one article."""
    [item] = found("http://127.0.0.1:9/a")
    with pytest.raises(InputError, match="public"):
        read_item(item, load_settings())


def test_the_standard_input_is_json_lines_or_urls() -> None:
    """The first line that is not blank decides; places are counted from the first line."""
    assert places("-", stdin=b'\n{"text": "One."}\n\n{"text": "Two."}') == ["standard input:2", "standard input:4"]
    assert places("-", "-", stdin=b"# pages\nhttps://a.example/1\nhttps://a.example/2") == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert places("-", stdin=b" \n") == []


@pytest.mark.parametrize("stdin", [b"Ana Roe says.\n", b'["a"]\n', b"\x89PNG\r\n\x1a\n", b"text,url\n", b"{broken\n"])
def test_another_standard_input_is_refused_at_once(stdin: bytes) -> None:
    """A single article has its own command."""
    assert "give JSON Lines or one URL a line" in refusal("-", stdin=stdin)


def test_the_standard_input_is_not_read_ahead() -> None:
    """An item comes as soon as its line is there."""
    reads, writes = os.pipe()
    with os.fdopen(reads, "rb") as stdin:
        os.write(writes, b'{"text": "One."}\n')
        items = find_items(["-"], Reading(), stdin=stdin)
        assert next(items).text == "One."
        os.write(writes, b'{"text": "Two."}\n')
        assert next(items).text == "Two."
        os.close(writes)
        assert next(items, None) is None


def test_since_leaves_out_what_is_known_to_be_older() -> None:
    """What has no date yet is kept: it is looked at again when it was read."""
    Path("rows.jsonl").write_text(
        '{"text": "Old.", "date": "2019-12-31"}\n{"text": "New.", "date": "2020-01-01"}\n{"text": "Unknown."}\n'
    )
    make("a.txt")
    assert places("rows.jsonl", "a.txt", since=date(2020, 1, 1)) == ["rows.jsonl:2", "rows.jsonl:3", "a.txt"]
    article = read_item(found("rows.jsonl")[0], load_settings())
    assert not is_since(article, date(2020, 1, 1))
    assert is_since(article, date(2019, 12, 31))
    assert is_since(article, None)


def counted(inputs: Sequence[str], **reading: Any) -> int | None:
    """How many items are told beforehand."""
    return count_items(inputs, Reading(**reading))


def test_counting() -> None:
    """The number of items is that of the items that come, or not known."""
    make("n/a.txt", "n/b.md")
    Path("n/rows.jsonl").write_text('{"text": "One."}\n\n{"text": "Two."}\nrubbish\n')
    Path("n/rows.csv").write_text('text,title\n"One\nline",a\n\nTwo,b\n"never closed,c\nThree,d\n')
    Path("list").write_text("# pages\nhttps://a.example/\n\nno url\n")
    inputs = ["n", "https://a.example/x"]
    assert counted(inputs, url_files=("list",)) == len(found(*inputs, url_files=("list",))) == 12
    assert counted(["-"]) is None
    assert counted(["n"], since=date(2020, 1, 1)) is None


def test_a_column_for_something_else_is_refused() -> None:
    """The fields are named."""
    with pytest.raises(InputError, match="'headline': there is no such field; the fields are text, title, url"):
        Reading(columns={"headline": "x"})
    with pytest.raises(InputError, match="named twice"):
        Reading(text_column="a", columns={"text": "b"})
