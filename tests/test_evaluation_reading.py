"""Gold from files: PolNeAR folders, gold of our own, and what of them is chosen."""

from __future__ import annotations

import json
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


def quoted(**more: Any) -> dict[str, Any]:
    """The gold of an annotator who quotes: one position."""
    expert: dict[str, Any] = {"name": "Ana Roe", "kind": "person", "role": None, "affiliation": None, "aliases": []}
    source, cue, content = ROE
    position = {"expert": "Ana Roe", "reported_by": None, "source": source, "cue": cue, "content": content}
    labels = {"statement": "The quay is full.", "target": "the quay", "stance": "against", "kind": "fact"}
    return {"experts": [expert], "positions": [{**position, **labels}], "predictions": [], **more}


def test_gold_that_quotes_the_text(tmp_path: Path) -> None:
    """It is read like gold with offsets; what it does not say of the article is taken from the text."""
    head = {"article": {"author": "Bo Lee", "published": "2026-03-17"}}
    (gold,) = read_gold(write_gold(tmp_path, "quay", quoted(**head)))
    assert (gold.article.author, gold.article.published, gold.article.language) == ("Bo Lee", date(2026, 3, 17), "en")
    assert gold.record and gold.record.claims[0].content == ((TEXT.index("the quay"), TEXT.index(". “We")),)
    dated = f"Quays\n\nBy Bo Lee\n\n2026-03-17\n\n{TEXT}"
    (gold,) = read_gold(write_gold(tmp_path, "quay", quoted(), dated))
    assert (gold.article.title, gold.article.author, gold.article.published) == ("Quays", "Bo Lee", date(2026, 3, 17))


def test_gold_without_a_claim(tmp_path: Path) -> None:
    """An article in which nobody claims anything is gold too, in both forms."""
    (told,) = read_gold(write_gold(tmp_path, "quay", quoted(experts=[], positions=[])))
    (counted,) = read_gold(write_gold(tmp_path, "quay", gold_data(positions=[], predictions=[])))
    assert told.record and counted.record and not told.record.claims and not counted.record.claims


@pytest.mark.parametrize("with_offsets", [True, False])
def test_a_byte_order_mark_in_front_of_our_own(tmp_path: Path, with_offsets: bool) -> None:
    """Of the text or of the gold: it is no part of either."""
    data = gold_data() if with_offsets else quoted()
    folder = write_gold(tmp_path, "quay", data, f"\ufeff{TEXT}")
    (folder / "quay.json").write_text(f"\ufeff{json.dumps(data)}", encoding="utf-8")
    (gold,) = read_gold(folder)
    assert (gold.article.text, gold.shift) == (TEXT, 1)
    assert gold.record and gold.record.claims[0].cue == ((8, 12),)


def test_offsets_that_count_the_mark(tmp_path: Path) -> None:
    """Who made the gold of the text with its mark gave it the id of that text."""
    (gold,) = read_gold(write_gold(tmp_path, "quay", None, f"\ufeff{TEXT}"))
    assert gold.record and gold.record.claims[0].cue == ((8, 12),)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (quoted(positions=[{**quoted()["positions"][0], "content": ["the key"]}]), r"quay\.json: content 'the key'"),
        (quoted(positions=[{**quoted()["positions"][0], "stance": "pro"}]), r"quay\.json.*positions\.0\.stance"),
        (quoted(positions=[{**quoted()["positions"][0], "content": []}]), r"quay\.json.*positions\.0\.content"),
        (quoted(article={"id": "x"}), r"quay\.json.*article\.id"),
        (quoted(article={"language": "english"}), r"quay\.json: language 'english'"),
        ({}, r"quay\.json.*article: Field required"),
        (7, r"quay\.json.*is not gold"),
    ],
)
def test_faulty_quotations_name_file_and_item(tmp_path: Path, data: Any, told: str) -> None:
    """An annotator sees what to mend, and where."""
    with pytest.raises(InputError, match=told):
        read_gold(write_gold(tmp_path, "quay", data))


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("quay.json", "", r"quay\.json is empty"),
        ("quay.json", "{", r"quay\.json is not JSON"),
        ("quay.json", "[" * 100_000, r"quay\.json is not JSON"),
        ("quay.json", "9" * 5000, r"quay\.json is not JSON"),
        ("quay.txt", " ", r"quay\.txt' is empty"),
        ("quay.txt", f"<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>", r"quay\.txt' is not plain text"),
    ],
)
def test_files_that_are_something_else(tmp_path: Path, file: str, content: str, told: str) -> None:
    """Neither half of the gold is guessed at."""
    folder = write_gold(tmp_path, "quay", quoted())
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_gold(folder)


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


def overlapping(data: dict[str, Any]) -> None:
    """A content that has the same words twice."""
    data["positions"][0]["content"] *= 2


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (overlapping, "'c1': content has 'the quay is full' and 'the quay is full', which overlap"),
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


def test_names_may_have_spaces(tmp_path: Path) -> None:
    """A list has one name a line, whatever is in it."""
    (tmp_path / "list").write_text("\ufeffport office\r\n\n quay \nquay\n", encoding="utf-8")
    assert read_names(tmp_path / "list") == ["port office", "quay"]


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
