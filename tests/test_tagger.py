"""The trained tagger: what its weights hold, that it decodes exactly, and how it behaves on odd texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.builtin import tagger_version
from extractor.builtin.detection import detect
from extractor.builtin.nodes import parse
from extractor.builtin.reading import read
from extractor.builtin.tagger import Network, shipped, tag
from extractor.builtin.tagger.decoding import decode, path_through
from extractor.builtin.tagger.encoding import CONTEXTS, GROUPS
from extractor.builtin.tagger.weights import FILE, Weights, write
from extractor.builtin.tagger.weights import read as read_weights

PACKED = Path(__file__).parent.parent / "extractor" / "builtin" / "tagger" / FILE
LEXICAL = ("w=", "e=")


def words_of(feature: str) -> list[str]:
    """The words or endings of the text that a feature holds."""
    kind, _, rest = feature.partition(":")
    if kind in ("2<", "2>"):
        return rest.split(" ")
    return [rest[2:]] if rest.startswith(LEXICAL) else []


def test_no_feature_holds_more_than_two_words() -> None:
    """The weights hold single words, endings and pairs of words of the corpus, no running text."""
    held = [words_of(feature) for feature in shipped().features]
    assert max(map(len, held)) == 2
    assert not any(" " in word for words in held for word in words)


def test_every_other_feature_is_from_closed_lists() -> None:
    """A feature without words is made of our own class names, shapes and numbers, and holds no blank."""
    plain = [feature for feature in shipped().features if not words_of(feature)]
    told = re.compile(
        r"(?:[-+]?\d|[LRF]):(?:t|s|sf|frame|list|shape|q|qe|qu)=\S*|(?:[-+]?\d|[LRF]):(?:bias|acronym)|[a-z.]+=\d+"
    )
    assert plain
    assert [feature for feature in plain if not told.fullmatch(feature)] == []


def test_the_weights_are_small() -> None:
    """The file stays below a megabyte."""
    assert PACKED.stat().st_size < 1_000_000


def test_the_version_tells_the_weights_apart() -> None:
    """The version is the same for the same file and has twelve digits."""
    assert tagger_version() == hashlib.sha256(PACKED.read_bytes()).hexdigest()[:12]


def test_written_weights_are_read_back(tmp_path: Path) -> None:
    """Writing and reading gives the same weights, and writing twice the same bytes."""
    weights = Weights(
        ("O", "B-Q"),
        ("0:w=said", "tags=17"),
        np.array([[0.5, -1.25], [3.0, 0.0]], np.float32),
        np.array([[0.0, 1.5], [-2.0, 0.25]], np.float32),
        {("cue", 3): 0.5, ("cue", 3, "rule"): -0.125},
    )
    for name in ("one", "two"):
        write(weights, tmp_path / name)
    again = read_weights((tmp_path / "one").read_bytes())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (again.labels, again.features, again.judge) == (weights.labels, weights.features, weights.judge)
    assert np.array_equal(again.emissions, weights.emissions)
    assert np.array_equal(again.transitions, weights.transitions)


def best_by_trial(scores: np.ndarray, transitions: np.ndarray, node: int, label: int) -> float:
    """The score of the best labels with ``label`` at ``node``, by trying them all."""

    def total(labels: Sequence[int]) -> float:
        own = sum(scores[k, y] for k, y in enumerate(labels))
        return float(own + sum(transitions[a, b] for a, b in pairwise(labels)))

    every = product(range(scores.shape[1]), repeat=len(scores))
    return max(total(labels) for labels in every if labels[node] == label)


@given(st.integers(1, 5), st.integers(0, 10_000))
def test_decoding_is_exact(length: int, seed: int) -> None:
    """The scores of the best labels through each node and label are those that trying all labels gives."""
    drawn = np.random.default_rng(seed)
    scores = drawn.normal(size=(length, 3)).astype(np.float32)
    transitions = drawn.normal(size=(3, 3)).astype(np.float32)
    at = decode(scores, transitions, [0], [length]).at
    told = [[best_by_trial(scores, transitions, node, label) for label in range(3)] for node in range(length)]
    assert np.allclose(at, np.array(told) - np.max(told), atol=1e-4)


@given(st.integers(0, 10_000))
def test_a_forced_label_keeps_the_best_path_elsewhere(seed: int) -> None:
    """The path through a label scores what the lattice says of it."""
    drawn = np.random.default_rng(seed)
    scores = drawn.normal(size=(6, 3)).astype(np.float32)
    transitions = drawn.normal(size=(3, 3)).astype(np.float32)
    lattice = decode(scores, transitions, [0], [6])
    best = lattice.at.argmax(axis=1).tolist()
    path = path_through(lattice, 2, 1, 0, 6, best)

    def total(labels: list[int]) -> float:
        inner = sum(transitions[a, b] for a, b in pairwise(labels))
        return float(inner + sum(scores[k, y] for k, y in enumerate(labels)))

    assert path[2] == 1
    assert total(path) - total(best) == pytest.approx(float(lattice.at[2, 1]), abs=1e-4)


def test_sentences_do_not_influence_each_other_s_decoding() -> None:
    """A batch of sentences of different lengths decodes like each sentence alone."""
    drawn = np.random.default_rng(1)
    scores = drawn.normal(size=(20, 4)).astype(np.float32)
    transitions = drawn.normal(size=(4, 4)).astype(np.float32)
    together = decode(scores, transitions, [0, 8, 11], [8, 3, 9]).at
    for start, length in ((0, 8), (8, 3), (11, 9)):
        alone = decode(scores[start : start + length], transitions, [0], [length]).at
        assert np.allclose(together[start : start + length], alone, atol=1e-4)


def test_a_known_form_scores_the_same_the_second_time() -> None:
    """What was looked up once is kept and changes nothing."""
    network = Network(shipped())
    sentences = parse("Ann Roe said the dam leaks. “It is old,” she added.")
    first, second = (network.emissions(tag(sentences, network).encoded) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        ".",
        "said",
        "“",
        "said " * 600,
        "." * 20_000,
        "no end " * 3_000,
        "“It leaks,” " * 200,
        "\n".join(["Roe said it leaks."] * 300),
        "😀 Roe said 😀 it leaks 😀",
        "Роу сказал, что плотина течёт.",
        "他说：“大坝漏水。”",
        "قال إن السد يتسرب.",
        "no punctuation here roe said the dam leaks and nobody minds " * 40,
    ],
)
def test_any_text_is_read(text: str) -> None:
    """Empty, odd, long and foreign texts give spans of the text, in order, and a probability."""
    for one in detect(text):
        spans = (*one.source, *one.cue, *one.content)
        assert one.content
        assert all(text[span.start : span.end] == span.text for span in spans)
        assert 0 <= one.confidence <= 1


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    """Whatever the characters, detection ends without an error."""
    assert all(one.content for one in detect(text))


def test_confidence_tells_plain_from_doubtful() -> None:
    """A plain 'said that' is surer than a noun that may attribute."""
    plain = read(parse("Ann Roe said that the dam leaks."))
    assert plain[0].confidence > 0.8


def test_the_same_text_gives_the_same_attributions() -> None:
    """What was read before does not change what is found."""
    text = "Ann Roe said the dam leaks. Critics want it closed."
    before = detect(text)
    detect("Unknown Wordforms Zzyzx qwertified the blorb, Plugh insisted.")
    assert detect(text) == before


def test_threads_do_not_disturb_each_other() -> None:
    """Texts with new words that are read at the same time give what they give one after another."""
    texts = [f"Ann Roe{k} said that the dam{k} leaks. Critics{k} want the road{k} closed." for k in range(40)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(detect, texts))
    assert together == [detect(text) for text in texts]


def test_every_context_of_the_chain_is_looked_up() -> None:
    """A context that no group names would silently weigh nothing."""
    assert sorted(chain(*GROUPS)) == sorted(CONTEXTS)


def test_attributions_within_attributions_end() -> None:
    """Thousands of nested words of saying are read without an error."""
    assert detect("Al says " * 2500)
