"""Words of a text: what is in a span, what is quoted, what looks like a person."""

from __future__ import annotations

import pytest

from extractor.evaluation.words import Document


def words(document: Document, numbers: frozenset[int]) -> list[str]:
    """The words with these numbers, in order."""
    return [document.words[number] for number in sorted(numbers)]


def test_a_word_is_in_a_span_when_they_share_a_character() -> None:
    """Parts of words count, punctuation does not, and an empty stretch holds nothing."""
    document = Document("The quay, she said, is full.")
    assert words(document, document.within([(5, 11)])) == ["quay", "she"]
    assert document.within([(8, 9), (6, 6)]) == frozenset()


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "we are full" today.', ["we", "are", "full"]),
        ("He said “we are full” today.", ["we", "are", "full"]),
        ("“An open one\nends with its line", ["an", "open", "one"]),
        ("No marks’ here", []),
    ],
)
def test_what_is_quoted(text: str, quoted: list[str]) -> None:
    """Double marks, straight or curly; a quotation that is not closed ends with its line."""
    document = Document(text)
    assert words(document, document.quoted) == quoted


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ana Roe said so. Roe left.", ["ana", "roe", "roe"]),
        ("Sen. Maas said so", ["maas"]),
        ("Harbour Director Lena V. Dahl said so", ["lena", "v", "dahl"]),
        ("The Port Department said so.", []),
        ("Pilots said so. He agreed. Then they left.", []),
        ("The OECD said so", []),
        ("Ana Roe’s plan", ["ana", "roe"]),
        ("Ana Roe. Piet Maas", ["ana", "roe", "piet", "maas"]),
        ("They met Ana Roe. Then Ana Piet Roe came", ["ana", "roe", "ana", "piet", "roe"]),
    ],
)
def test_who_looks_like_a_person(text: str, people: list[str]) -> None:
    """Two names with capitals, or one behind a title; not bodies and not the beginning of a sentence."""
    document = Document(text)
    assert words(document, document.people) == people
