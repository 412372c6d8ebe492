"""The page of errors: what it tells, and that Markdown shows the article as it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gold_files import MAAS, OFFICE, PILOT, ROE, TEXT, as_result, gold_data, write_gold, write_polnear
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from extractor.evaluation import read_gold
from extractor.evaluation.attributions import Attribution
from extractor.evaluation.error_pages import error_page
from extractor.evaluation.marking import marked
from extractor.evaluation.systems import Found, of_extraction
from extractor.schemas import Extraction

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(line: str) -> tuple[str, list[str], list[str]]:
    """What a reader sees of a line of Markdown: its text, what is bold, what is in italics."""
    (inline,) = [token for token in MARKDOWN.parse(f"- **missed** {line}") if token.type == "inline"]
    text, styles = "", {"strong": [""], "em": [""]}
    open_: list[str] = []
    for token in inline.children or []:
        if token.type.endswith("_open"):
            open_.append(token.type.removesuffix("_open"))
            styles[open_[-1]].append("")
        elif token.type.endswith("_close"):
            open_.pop()
        else:
            assert token.type == "text", token
            text += token.content
            for style in open_:
                styles[style][-1] += token.content
    return text.removeprefix("missed "), styles["strong"][2:], styles["em"][1:]


def test_source_cue_and_content_are_marked() -> None:
    """Bold, italics and brackets, in the sentence of the attribution."""
    text = "First. Ana Roe said the quay is full, today. Last."
    one = Attribution(((7, 14),), ((15, 19),), ((20, 36),))
    line = marked(one, text, [(0, 6), (7, 44), (45, 50)])
    assert line == r"**Ana Roe** _said_ \[the quay is full\], today."


def test_parts_far_apart_are_joined_by_an_ellipsis() -> None:
    """Sentences between them are left out, those side by side are one passage."""
    text = "One a. Two b. Three c. Four d."
    one = Attribution((), (), ((0, 3), (7, 10), (23, 27)))
    assert marked(one, text, [(0, 6), (7, 13), (14, 22), (23, 30)]) == r"\[One\] a. \[Two\] b. … \[Four\] d."


def test_a_mark_inside_of_a_word_is_one_that_markdown_reads() -> None:
    """Emphasis begins and ends at letters: apostrophes stay outside, and asterisks stand within a word."""
    text = "Roe's sure it will."
    assert shown(marked(Attribution(((0, 3),), ((3, 10),), ((11, 18),)), text, [(0, 19)])) == (
        "Roe's sure [it will].",
        ["Roe"],
        ["s sure"],
    )
    assert marked(Attribution((), ((1, 3),), ((6, 10),)), text, [(0, 19)]).startswith("R*oe*'s")


@given(text=st.text(st.sampled_from('ab _*[]<&|~#`$\\"”.1-:/\n'), min_size=1, max_size=40), data=st.data())
def test_markdown_shows_every_character(text: str, data: Any) -> None:
    """Whatever the article holds and wherever the parts are: the text, white space apart, is what is read."""
    stretch = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda edges: edges[0] < edges[1])
    parts = [tuple(data.draw(st.lists(stretch, max_size=2))) for _ in range(3)]
    line = marked(Attribution(*parts), text, [(0, len(text))])
    told, _, _ = shown(line or "x")
    seen = re.sub(r"[\s\[\]]", "", told) if line else ""
    assert seen == (re.sub(r"[\s\[\]]", "", text) if any(parts) else "")


def page(tmp_path: Path, found: Found | None = None) -> str:
    """The page of one PolNeAR article of which one attribution was found, one has a wrong source, one was missed."""
    (gold,) = read_gold(write_polnear(tmp_path, "a_b", TEXT, x=[ROE, MAAS, OFFICE]))
    annotated = gold.annotations["x"]
    pilot = read_gold(write_polnear(tmp_path / "more", "a_b", TEXT, x=[PILOT]))[0].annotations["x"]
    wrong = replace(annotated[1], source=annotated[0].source)
    return error_page([gold], {"a_b": found or Found((annotated[0], wrong, *pilot))})


def test_the_page_tells_what_was_found_and_missed(tmp_path: Path) -> None:
    """In the order of the text, each with what was predicted."""
    told = page(tmp_path)
    assert "## a_b" in told
    assert "### Attributions against x: 1 found, 1 with the wrong source, 1 missed, 1 false alarm" in told
    kinds = re.findall(r"^- (?:\*\*)?(found|missed|wrong source|false alarm)", told, re.MULTILINE)
    assert kinds == ["found", "false alarm", "wrong source", "missed"]
    assert told.count("  - marked: ") == 1  # what was found is as in the gold
    assert "- **missed:** _According to_ **the port office**, \\[Roe is wrong\\]." in told


def test_a_system_that_finds_nothing(tmp_path: Path) -> None:
    """Everything is missed."""
    assert page(tmp_path, Found(())).count("- **missed:**") == 3


def test_wrong_labels_are_told_with_what_is_right(tmp_path: Path) -> None:
    """Found first, then gold; the claim is shown in its sentence."""
    (gold,) = read_gold(write_gold(tmp_path, "quay"))
    data = as_result(gold_data())
    data["positions"][0].update(stance="favor", kind="value", expert_id="e2")
    data["predictions"][0].update(expected="uncertain", likelihood={"band": None}, reported_by="e1", horizon={})
    del data["positions"][1]
    told = error_page([gold], {"quay": of_extraction(Extraction.model_validate(data), gold)})
    assert "### Claims: 2 matched, 2 of them with a wrong label, 1 missed, 0 false alarms" in told
    for line in (
        "stance: favor, gold: against, toward the quay",
        "kind: value, gold: fact",
        "expert: Piet Maas, gold: Ana Roe",
        "reported by: Ana Roe, gold: none",
        "expected: uncertain, gold: occurs",
        "band: none, gold: likely",
        "horizon: – to –, gold: 2026-03-17 to 2031-12-31",
        "- **missed:** position of the port office: _According to_",
    ):
        assert line in told


def test_a_claim_in_the_wrong_list_is_told(tmp_path: Path) -> None:
    """A position that is a prediction in the gold, and one that is nothing there."""
    (gold,) = read_gold(write_gold(tmp_path, "quay"))
    data = as_result(gold_data(predictions=[]))
    claim = {**as_result(gold_data())["predictions"][0], "target": "tolls", "stance": "neutral", "kind": "fact"}
    kept = {name: claim[name] for name in data["positions"][0]}
    data["positions"].append(kept)
    told = error_page([gold], {"quay": of_extraction(Extraction.model_validate(data), gold)})
    assert "list: position, gold: prediction" in told


def test_claims_that_are_no_attributions_are_told(tmp_path: Path) -> None:
    """What folding leaves out is shown, so that a missed attribution can be understood."""
    (gold,) = read_gold(write_polnear(tmp_path, "a", TEXT, x=[ROE]))
    data = as_result(gold_data())
    data["positions"][1].update(source=[], cue=[])
    told = error_page([gold], {"a": of_extraction(Extraction.model_validate(data), gold)})
    assert "### 1 claim left out: no attribution" in told
    assert "- position of the port office: According to the port office, \\[Roe is wrong\\]." in told


@pytest.mark.parametrize("name", ["TEXT", "x_y*z"])
def test_names_of_articles_are_escaped(tmp_path: Path, name: str) -> None:
    """A name is shown as it is."""
    (gold,) = read_gold(write_gold(tmp_path, name))
    told = error_page([gold], {name: Found(())})
    headings = [token.content for token in MARKDOWN.parse(told) if token.type == "inline"]
    assert name in [re.sub(r"\\(.)", r"\1", heading) for heading in headings]
