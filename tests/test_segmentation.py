"""Sentences and chunks: offsets that hold for every text, and cuts where a reader would make them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.segmentation import Chunk, chunks, sentences, split

WORDS = ["The plan works.", "“It won’t,”", " she said. ", "(see p. 4)", "U.S. ", "it's", "Gov. Li", "3. Mai ", "A-\nb"]
MARKS = ["\n", "\r\n\r\n", "\u2028", "\u200b", "\u00ad", "\u00a0", "\ufeff", "...", "!", "_", "”", "؟"]
PIECES = st.sampled_from([*WORDS, *MARKS, "我们走。", "« Oui. »", "Да…"])
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))


def told(text: str) -> list[str]:
    """The sentences of ``text`` as strings."""
    return [text[start:end] for start, end in sentences(text)]


@given(TEXTS)
@settings(max_examples=200)
def test_sentences_lose_nothing_but_whitespace(text: str) -> None:
    """Offsets ascend, no sentence is blank or padded, and only whitespace lies between them."""
    position = 0
    for start, end in sentences(text):
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        position = end
    assert not text[position:].strip()


@given(TEXTS)
def test_no_sentence_runs_over_a_line_break(text: str) -> None:
    """A line break of any kind ends a sentence."""
    assert all(len(sentence.splitlines()) == 1 for sentence in told(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We go," he said. "You too?" She did.', ['"We go," he said.', '"You too?"', "She did."]),
        ("“We will.” He left.", ["“We will.”", "He left."]),
        ("„Wir gehen.“ Er ging.", ["„Wir gehen.“", "Er ging."]),
        ("Er sagte: »Wir gehen.« Dann ging er.", ["Er sagte: »Wir gehen.«", "Dann ging er."]),
        ("« Nous irons. » Il part.", ["« Nous irons. »", "Il part."]),
        ("«Мы ждём.» Он ушёл.", ["«Мы ждём.»", "Он ушёл."]),
        ("他说：“我们走。”然后离开。真的吗？", ["他说：“我们走。”", "然后离开。", "真的吗？"]),
        ("「行こう。」と彼は言った。彼は去った。", ["「行こう。」と彼は言った。", "彼は去った。"]),
        ("هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]),
        ("यह सच है। वह गया।", ["यह सच है।", "वह गया।"]),
    ],
)
def test_quotations_and_scripts(text: str, expected: list[str]) -> None:
    """A closing quotation mark stays with its sentence, and every script ends sentences in its own way."""
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It's Gov. Smith of the U.S. Senate.",
        "Prices rose 3.5 percent on Jan. 20, said Dr. Ruiz.",
        "Am 3. Oktober 2031 kam sie.",
        "It met Lee, of Ohio; Ray, of Iowa; and others.",
        "Это улица им. Гоголя.",
    ],
)
def test_what_ends_no_sentence(text: str) -> None:
    """Abbreviations, figures, ordinals and semicolons end no sentence."""
    assert told(text) == [text]


@given(TEXTS, st.integers(min_value=1, max_value=60))
@settings(max_examples=200)
def test_chunks_cover_the_text_within_size(text: str, size: int) -> None:
    """Chunks join up to the text, none is blank, and none has more than ``size`` characters between its words' ends."""
    found = chunks(text, size=size)
    assert "".join(text[chunk.start : chunk.end] for chunk in found) == (text if text.strip() else "")
    assert [chunk.index for chunk in found] == list(range(len(found)))
    assert all(0 < len(text[chunk.start : chunk.end].strip()) <= size for chunk in found)


def test_a_short_text_is_one_chunk() -> None:
    """A text that fits is not cut, and the whitespace around it belongs to the chunk."""
    assert chunks("\n\nOne. Two.\n") == [Chunk(0, 0, 12)]
    assert chunks(" \n") == []


def test_a_chunk_needs_a_size() -> None:
    """A size that is not positive is refused."""
    with pytest.raises(ValueError, match="not 0"):
        chunks("One.", size=0)


def test_cuts_prefer_paragraphs_to_lines_to_sentences() -> None:
    """The cut stands at the blank line although a line and a sentence end nearer to the middle."""
    text = "Aaa bbb.\n\nCcc ddd. Eee fff.\nGgg hhh. Iii"
    first, *_ = chunks(text, size=36)
    assert text[first.end :].startswith("Ccc")


def test_chunks_are_of_like_length() -> None:
    """A text that is a little too long is halved, not sent as one full chunk and a crumb."""
    text = "One two three four. " * 22
    assert [chunk.end - chunk.start for chunk in chunks(text, size=400)] == [220, 220]


def test_a_long_sentence_is_cut_at_a_word() -> None:
    """Inside a sentence longer than the size words stay whole; a word longer than the size does not."""
    text = "aaa bbb ccc dddddddddddd"
    assert [text[chunk.start : chunk.end] for chunk in chunks(text, size=8)] == ["aaa bbb ", "ccc ", "dddddddd", "dddd"]


@given(TEXTS)
def test_split_halves_a_chunk(text: str) -> None:
    """Both halves hold text and together are the chunk; only a single sentence cannot be split."""
    chunk = Chunk(4, 0, len(text))
    halves = split(chunk, text)
    assert (halves is None) == (len(sentences(text)) < 2)
    if halves:
        assert halves == (Chunk(4, 0, halves[0].end), Chunk(4, halves[0].end, len(text)))
        assert all(text[half.start : half.end].strip() for half in halves)


def test_split_is_near_the_middle() -> None:
    """The halves of a chunk inside a text are cut at its middle sentence, by offsets into the whole text."""
    text = "Skip this. One is. Two is. Three is. Four is."
    halves = split(Chunk(1, 11, len(text)), text)
    assert halves is not None
    assert [text[half.start : half.end] for half in halves] == ["One is. Two is. ", "Three is. Four is."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no mark at all", ["no mark at all"]),
        ("a mark at the end.", ["a mark at the end."]),
        ("There is [", ["There is", "["]),
        ("It rains. Anna waits", ["It rains.", "Anna waits"]),
    ],
)
def test_marks_and_brackets_are_where_a_line_may_be_divided(text: str, expected: list[str]) -> None:
    """A line without a mark before its end and without a bracket is one sentence."""
    assert told(text) == expected
