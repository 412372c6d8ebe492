"""Lines of a PDF become paragraphs."""

from __future__ import annotations

from extractor.articles.reflow import reflow

LINES = """The harbour authority will close its northern quay next spring, accord-
ing to Mara Lind, who runs the port. She expects that most of the freight
moves to the rail terminal.
Trade unions object, and they say that a well-known firm, the largest well-
known one in the north, may leave."""


def test_a_sentence_runs_over_its_lines() -> None:
    """Lines are joined by a space, divided words without their hyphen, and a short last line ends a paragraph."""
    first, second = reflow([LINES]).split("\n\n")
    assert first.startswith("The harbour authority will close its northern quay next spring, according to Mara Lind")
    assert first.endswith("most of the freight moves to the rail terminal.")
    assert second.startswith("Trade unions object")


def test_a_hyphen_of_its_own_stays() -> None:
    """A hyphen stays when the word has it elsewhere in the text."""
    assert reflow([LINES]).endswith("the largest well-known one in the north, may leave.")


def test_a_headline_stands_apart() -> None:
    """A short line before one that begins with a capital is not drawn into it."""
    assert reflow([f"The quay closes\n{LINES}"]).startswith("The quay closes\n\nThe harbour")


def test_list_items_stand_apart() -> None:
    """A bullet or a number in front of a line begins a new paragraph."""
    text = reflow([f"{LINES.splitlines()[1]}\n• freight that is moved\n2. trains that are late"])
    assert text.count("\n\n") == 2


def test_a_sentence_runs_over_a_page() -> None:
    """Page numbers, and headers and footers that the pages share, do not cut a sentence in two."""
    pages = [f"Port News {n}\nShe expects that most of the freight of the year {n}\n- {n} -" for n in range(1, 5)]
    text = reflow(pages)
    assert "Port News" not in text
    assert text.startswith("She expects that most of the freight of the year 1 She expects")


def test_a_header_of_two_pages_may_be_text() -> None:
    """What only two pages share is not taken for a header."""
    assert reflow(["Nothing lasts\na", "Nothing lasts\nb"]).count("Nothing lasts") == 2


def test_pages_of_a_line_keep_it() -> None:
    """A page of one or two lines is all text, even if it is the same as the others."""
    assert reflow(["Nothing lasts."] * 3).count("Nothing lasts.") == 3


def test_chinese_lines_join_without_a_space() -> None:
    """Chinese and Japanese have no spaces between words, so none is put at the end of a line."""
    assert (
        reflow(["央行周四维持利率不变，但多位\n分析人士认为，降息只是时间问题。"])
        == "央行周四维持利率不变，但多位分析人士认为，降息只是时间问题。"
    )


def test_letters_are_spelled_out() -> None:
    """Fused letters come apart, and what is no character goes."""
    assert reflow(["The ﬁrst ﬂight o\0f \ud83d\ude00 \ud800"]) == "The first flight of 😀 \ufffd"


def test_no_text() -> None:
    """Pages without text, or with their number only, give an empty text."""
    assert reflow([]) == reflow(["", " \n"]) == reflow(["12"]) == ""
