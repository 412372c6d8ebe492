"""The Markdown report: what it tells, and that no article can write markup into it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sample_results import SAID, Sample, find, sample_article, sample_extraction, sample_summary

from extractor.render import render
from extractor.render.markdown import escape, markdown_table
from extractor.render.phrases import plain

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "# heading",
    "a\n\n# heading",
    "- item",
    "1. item",
    "---",
    "a | b | c",
    "a \\| b",
    "<script>alert(1)</script>",
    "<!-- hidden",
    "![pixel](https://example.org/p.png)",
    "[link](javascript:alert(1))",
    "[ref]: https://example.org",
    "<https://example.org>",
    "`code` and ``more``",
    "```\nfence",
    "**bold** _slanted_ ~~gone~~",
    "&lt;b&gt; &#x41; &copy",
    "> quoted",
    "\x1b[31mred\x1b[0m",
    "    indented",
    "a  \nb\\\nc",
    "setext\n===",
    "trailing #",
)
SCRAPS = st.sampled_from(
    [*"\\`*_{}[]()#+-.!|<>&;:/~^$=\"'@%?1a \n\t", "http://", "www.", "&lt;", "<b>", "](", "![", "—"]
)


def tokens(text: str) -> Iterator[Token]:
    """Every token of a Markdown text, those inside of lines too."""
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def words(text: str) -> str:
    """The plain characters that a reader of the rendered text sees."""
    return "".join(token.content for token in tokens(text) if token.type == "text")


@pytest.mark.parametrize("frame", ["{}", "# {}", "> {}", "- {}", "**{}** x", "[^1] {}"])
@given(text=st.lists(SCRAPS, min_size=1, max_size=12).map("".join).filter(str.strip))
@settings(max_examples=60)
def test_escaped_text_is_shown_as_it_is(frame: str, text: str) -> None:
    """Whatever characters a text has, Markdown shows just these."""
    assert words(frame.format(escape(text))) == words(frame.format("§")).replace("§", plain(text))


@given(cells=st.lists(st.lists(SCRAPS, max_size=6).map("".join), min_size=2, max_size=2))
@settings(max_examples=60)
def test_a_table_keeps_its_cells(cells: list[str]) -> None:
    """A cell shows its text as it is, and neither splits nor ends a row."""
    table = markdown_table(("A", "B"), [cells])
    kinds = [token.type for token in tokens(table)]
    assert kinds.count("td_open") == 2
    assert words(table) == "AB" + "".join(plain(cell) or "–" for cell in cells)


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("sample", [sample_extraction, sample_summary])
def test_an_article_writes_no_markup(sample: Sample, said: str) -> None:
    """Hostile text in every field gives the same structure as harmless text, and nothing that loads or runs."""
    report = render(sample(said), "markdown")
    found = [token.type for token in tokens(report) if token.type not in ("text", "text_special")]
    harmless = [
        token.type for token in tokens(render(sample(), "markdown")) if token.type not in ("text", "text_special")
    ]
    assert found == harmless
    assert not {"html_block", "html_inline", "link_open", "image", "code_inline", "fence", "code_block"} & set(found)


def test_the_address_is_a_link_that_cannot_be_broken_out_of() -> None:
    """An http address becomes a link of its own; anything else stays text."""
    for url, links in (("https://example.org/a b><script>", 1), ("javascript:alert(1)", 0), ("https://", 0)):
        article = sample_article(url=url)
        report = render(sample_extraction(SAID, article=article), "markdown")
        kinds = [token.type for token in tokens(report)]
        assert kinds.count("link_open") == links
        assert "html_inline" not in kinds


def test_the_report_of_an_extraction_tells_everything() -> None:
    """Title, experts, quotations, how likely, by when, condition, what was rejected, and how it came about."""
    report = render(sample_extraction(), "markdown")
    for told in (
        f"# {SAID}",
        "2026-03-17",
        "### Ana Roe",
        f"> {SAID}",
        f"against: {SAID}",
        "Ana Roe (reported by Piet Maas)",
        "“likely”: likely, 55–80%",
        "“by 2031”: 2026-03-17 to 2031-12-31",
        "if it rains",
        f"In the words of the article:\n\n1. {SAID}\n",
        "partly: no metric",
        "## Rejected: 1 item",
        "content: not in the article",
        "fake:fake-1",
        "tokens: 3,210 in, 120 out",
    ):
        assert told in report


def test_the_report_of_a_summary_numbers_its_evidence() -> None:
    """Sentences point to numbered passages, each listed once."""
    report = render(sample_summary(), "markdown")
    assert f"**{SAID}** \\[1\\]" in report
    assert f"{SAID} \\[1, 2\\]" in report
    assert report.index("## By expert") < report.index("## Agreements") < report.index("## Disagreements")
    assert f"1. {SAID}\n2. {SAID}\n" in report


def test_parts_of_a_quotation_are_joined() -> None:
    """Where source or cue stand in between, an ellipsis does."""
    result = sample_extraction()
    content = (find(result.article, "Ana"), find(result.article, "Piet"))
    position = result.positions[0].model_copy(update={"content": content})
    assert "> Ana … Piet\n" in render(result.model_copy(update={"positions": (position,)}), "markdown")


def test_a_reporter_stands_beside_a_position() -> None:
    """A nested position names the expert through whom it is told."""
    result = sample_extraction()
    position = result.positions[0].model_copy(update={"reported_by": "e2"})
    report = render(result.model_copy(update={"positions": (position,)}), "markdown")
    assert "fact · reported by Piet Maas" in report


def test_an_empty_result_is_still_a_report() -> None:
    """Nothing found gives a report that says so, without empty sections."""
    report = render(sample_extraction(SAID, experts=(), positions=(), predictions=(), rejected=()), "markdown")
    assert "0 experts, 0 positions, 0 predictions." in report
    assert "## " not in report


def test_an_address_in_the_text_becomes_no_link() -> None:
    """What readers with automatic links take for an address is broken up by a backslash."""
    assert escape("https://a.example www.b.example c@d.example") == r"https\://a.example www\.b.example c\@d.example"


def test_readable_text_stays_readable() -> None:
    """What needs no escape gets none."""
    for text in ("50.5% of 3-year-olds (a.k.a. “kids”)", "base_url", "AT&T: yes!", "№ 5; цена", "قال: نعم"):
        assert escape(text) == text
