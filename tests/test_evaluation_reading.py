"""Gold from files: PolNeAR folders, gold of our own, and what of them is chosen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gold_files import MAAS, PILOT, ROE, TEXT, gold_data, write_gold, write_polnear

from extractor.errors import InputError
from extractor.evaluation import gold_names, read_gold, read_names, sampled
from extractor.evaluation.records import PredictionLabels
from extractor.schemas import Article
from extractor.schemas.article import text_id


def test_a_polnear_folder(tmp_path: Path) -> None:
    """Articles have the date of their stem, and the attributions of each annotator as stretches."""
    folder = write_polnear(tmp_path, "pub_2026-03-17_full-quay", TEXT, a1=[ROE, PILOT], b2=[MAAS])
    (gold,) = read_gold(folder)
    assert gold.article == Article(id=text_id(TEXT), text=TEXT, language="en", published=date(2026, 3, 17))
    assert {who: len(found) for who, found in gold.annotations.items()} == {"a1": 2, "b2": 1}
    start, end = gold.annotations["b2"][0].content[0]
    assert TEXT[start:end] == "tolls to rise by 2031"


def test_parts_of_a_span_and_events_without_content(tmp_path: Path) -> None:
    """A span may have parts, an argument a number; an event without content and stray lines are nothing."""
    folder = write_polnear(tmp_path, "a", "abc def ghi jkl")
    marks = "T1\tCue 0 3\tabc\nT2\tContent 4 7;12 15\tdef jkl\nT3\tContent 8 11\tghi\n#1\tnote\nstray\n"
    events = "E1\tAttribution:T9 Cue:T1 Content:T2 Content2:T3\nE2\tAttribution:T9 Cue:T1\nE3\tAttribution:T9\n"
    (folder / "attributions" / "a_x.ann").write_text(marks + events, encoding="utf-8")
    (found,) = read_gold(folder)[0].annotations["x"]
    assert (found.source, found.cue, found.content) == ((), ((0, 3),), ((4, 7), (8, 11), (12, 15)))


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """Offsets of the annotation count it, those of the article do not."""
    folder = write_polnear(tmp_path, "a", f"\ufeff{TEXT}", x=[ROE])
    (gold,) = read_gold(folder)
    assert (gold.article.text, gold.shift) == (TEXT, 1)
    assert gold.annotations["x"][0].source == ((0, 7),)


@pytest.mark.parametrize(("offsets", "told"), [("4 99", "inside the text"), ("4 x", "START END"), ("7 4", "inside")])
def test_a_faulty_span_names_file_and_line(tmp_path: Path, offsets: str, told: str) -> None:
    """What lies outside of the text or is no number cannot be read."""
    folder = write_polnear(tmp_path, "a", "abc def")
    (folder / "attributions" / "a_x.ann").write_text(f"T1\tCue 0 3\tabc\nT2\tContent {offsets}\tx\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"a_x\.ann, line 2: .*{told}"):
        read_gold(folder)


def test_an_annotation_without_text_is_told(tmp_path: Path) -> None:
    """The file that is missing is named."""
    folder = write_polnear(tmp_path, "a", TEXT, x=[ROE])
    (folder / "text" / "a.txt").unlink()
    with pytest.raises(InputError, match=r"cannot read .*a\.txt"):
        read_gold(folder)


def test_gold_of_our_own(tmp_path: Path) -> None:
    """The article is built from text and head; the claims become a record and attributions."""
    (gold,) = read_gold(write_gold(tmp_path, "quay"))
    assert (gold.name, gold.article.id, gold.article.published) == ("quay", text_id(TEXT), date(2026, 3, 17))
    assert gold.record and [claim.id for claim in gold.record.claims] == ["c1", "c2", "c3"]
    assert gold.record.claims[1].labels == PredictionLabels("occurs", "likely", date(2026, 3, 17), date(2031, 12, 31))
    assert [one.claims for one in gold.annotations["gold"]] == [("c1",), ("c2",), ("c3",)]


@pytest.mark.parametrize("name", ["quay.json", "quay.txt"])
def test_one_file_of_our_own(tmp_path: Path, name: str) -> None:
    """Either of the two files stands for both; other files of the folder do not matter."""
    write_gold(tmp_path, "other")
    (tmp_path / "dates.json").write_text("{}", encoding="utf-8")
    assert [gold.name for gold in read_gold(write_gold(tmp_path, "quay") / name)] == ["quay"]
    assert gold_names(tmp_path) == ["other", "quay"]


def wrong_span(data: dict[str, Any]) -> None:
    """A span whose text is another."""
    data["positions"][0]["cue"][0]["text"] = "sxid"


def two_ids(data: dict[str, Any]) -> None:
    """Two claims of one id."""
    data["predictions"][0]["id"] = "c1"


def unknown_expert(data: dict[str, Any]) -> None:
    """A reporter whom nobody knows."""
    data["positions"][1]["reported_by"] = "e9"


def wrong_text(data: dict[str, Any]) -> None:
    """The gold of another text."""
    data["article"]["id"] = "0" * 64


def no_content(data: dict[str, Any]) -> None:
    """A claim without content."""
    data["positions"][0]["content"] = []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (wrong_span, r"'c1'.*'said' in the text, not 'sxid'"),
        (two_ids, "claim id 'c1' is there more than once"),
        (unknown_expert, "'c3': reported_by is the unknown expert 'e9'"),
        (wrong_text, "is not the SHA-256 of the text"),
        (no_content, r"positions\.0\.content"),
    ],
)
def test_faulty_gold_names_file_and_item(tmp_path: Path, spoil: Any, told: str) -> None:
    """Nothing is measured against gold that is not sound."""
    data = gold_data()
    spoil(data)
    with pytest.raises(InputError, match=rf"quay\.json.*{told}"):
        read_gold(write_gold(tmp_path, "quay", data))


@pytest.mark.parametrize("name", ["", "none", "a.json"])
def test_what_is_no_gold_says_what_was_looked_for(tmp_path: Path, name: str) -> None:
    """An empty folder, a path that does not exist, a file without its text."""
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"is no gold: looked for .*\.ann .*<name>\.json beside <name>\.txt"):
        read_gold(tmp_path / name)


def test_an_unknown_article_is_told(tmp_path: Path) -> None:
    """Names are those of the files without suffix."""
    with pytest.raises(InputError, match="no article 'no'"):
        read_gold(write_gold(tmp_path, "quay"), ["quay", "no"])


def test_a_sample_is_repeatable_and_can_go_on() -> None:
    """The same seed draws the same names from the sorted ones; what is skipped is the beginning of the same sample."""
    names = [f"n{number}" for number in range(20)]
    drawn = sampled(names[::-1], 6, seed=3)
    assert drawn == sampled(names, 6, seed=3) != sampled(names, 6, seed=4)
    assert sampled(names, 6, seed=3, skip=4) == drawn[4:]
    assert sampled(names, None, seed=3) == sorted(names)


def test_a_sample_that_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    """Too many, or none left."""
    with pytest.raises(InputError, match="ask for fewer"):
        sampled(["a"], 2, seed=1)
    with pytest.raises(InputError, match="skip fewer"):
        sampled(["a"], None, seed=1, skip=1)
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="one name a line"):
        read_names(tmp_path / "empty")
