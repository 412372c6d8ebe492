"""Annotated articles as the tagger sees them: parsed, in numbers, with the right labels."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from extractor.builtin.nodes import Node, Sentence, parse
from extractor.builtin.tagger.encoding import Encoded, encode
from extractor.builtin.tagger.forms import lexical_features
from extractor.builtin.tagger.network import context_feature, form_features, pair_features, word_of
from extractor.builtin.tagger.vocabulary import Vocabulary
from extractor.evaluation import GoldArticle
from extractor.evaluation.attributions import Attribution

ARTICLES = 5
"""A lexical feature counts when it is seen in as many articles."""
_SEED = 7
_ROLES = (("content", "C"), ("source", "S"), ("cue", "Q"))
Owner = tuple[str, int]
"""Role and number of the attribution."""


@dataclass(frozen=True, slots=True)
class Example:
    """An article with the right label for each node of each sentence."""

    gold: GoldArticle
    sentences: list[Sentence]
    encoded: Encoded
    labels: list[list[str]]


def annotation(gold: GoldArticle, /) -> tuple[Attribution, ...]:
    """The attributions of the first annotator by name."""
    return gold.annotations[min(gold.annotations)]


def examples(articles: Sequence[GoldArticle], vocabulary: Vocabulary, /) -> list[Example]:
    """The articles as examples."""
    found = []
    for gold in articles:
        sentences = parse(gold.article.text)
        if sentences:
            found.append(Example(gold, sentences, encode(sentences, vocabulary), _labels(sentences, annotation(gold))))
    return found


def folds(articles: Sequence[GoldArticle], number: int, /) -> list[list[GoldArticle]]:
    """The articles dealt out at random, those of each outlet (the name up to the first "_") evenly."""
    outlets: dict[str, list[GoldArticle]] = defaultdict(list)
    for gold in sorted(articles, key=lambda gold: gold.name):
        outlets[gold.name.partition("_")[0]].append(gold)
    dealt: list[list[GoldArticle]] = [[] for _ in range(number)]
    drawn = random.Random(_SEED)  # noqa: S311 - repeatable on purpose
    for _, own in sorted(outlets.items()):
        drawn.shuffle(own)
        for place, gold in enumerate(own):
            dealt[place % number].append(gold)
    return dealt


def lexicon_of(found: Iterable[Example], vocabulary: Vocabulary, /) -> frozenset[str]:
    """The lexical features and pairs of words that are seen in at least `ARTICLES` articles."""
    seen: Counter[str] = Counter()
    for example in found:
        forms = example.encoded.forms.tolist()
        single = chain.from_iterable(lexical_features(vocabulary.forms[form]) for form in set(forms))
        lows = [word_of(vocabulary.forms[form]) for form in forms]
        seen.update({*single, *(f"{first} {second}" for first, second in pairwise(lows))})
    return frozenset(feature for feature, articles in seen.items() if articles >= ARTICLES)


class Features:
    """The features of nodes in words, without lexical ones that are too rare."""

    def __init__(self, vocabulary: Vocabulary, known: frozenset[str], /) -> None:
        self._vocabulary = vocabulary
        self._known = known
        self._blocks: dict[int, list[list[str]]] = {}
        self._low: dict[int, str] = {}

    def of(self, text: Encoded, /) -> Iterator[list[list[str]]]:
        """The features of the nodes of each sentence."""
        for start, length in zip(text.starts, text.lengths, strict=True):
            contexts = [
                [context_feature(name, code) for code in codes[start : start + length].tolist()]
                for name, codes in text.contexts.items()
            ]
            nodes = zip(*contexts, strict=True)
            yield [[*self._words(text, start + k), *more] for k, more in enumerate(nodes)]

    def _words(self, text: Encoded, k: int, /) -> list[str]:
        forms = text.forms
        near = [forms[k], forms[k - 1], forms[k + 1], forms[k - 2], forms[k + 2], forms[k - 3], forms[k + 3]]
        found = list(chain.from_iterable(self._block(int(form), block) for block, form in enumerate(near)))
        for block, place in ((7, text.left[k]), (8, text.right[k]), (9, text.first[k])):
            if place >= 0:
                found += self._block(int(forms[place]), block)
        before, own, after = (self._word(int(forms[j])) for j in (k - 1, k, k + 1))
        if f"{before} {own}" in self._known:
            found.append(pair_features(before, own)[1])
        if f"{own} {after}" in self._known:
            found.append(pair_features(own, after)[0])
        return found

    def _block(self, form: int, block: int, /) -> list[str]:
        if form not in self._blocks:
            told = self._vocabulary.forms[form]
            rare = set(lexical_features(told)) - self._known
            self._blocks[form] = [
                [feature for feature in features if feature.partition(":")[2] not in rare]
                for features in form_features(told)
            ]
        return self._blocks[form][block]

    def _word(self, form: int, /) -> str:
        if form not in self._low:
            self._low[form] = word_of(self._vocabulary.forms[form])
        return self._low[form]


def _labels(sentences: Sequence[Sentence], gold: Sequence[Attribution], /) -> list[list[str]]:
    """The label of each node: O, or B- and I- with the role of most of its characters."""
    owners = {
        character: (letter, number)
        for role, letter in _ROLES
        for number, attribution in enumerate(gold)
        for start, end in getattr(attribution, role)
        for character in range(start, end)
    }
    return [list(_sentence_labels(sentence.nodes, owners, gold)) for sentence in sentences]


def _sentence_labels(nodes: Sequence[Node], owners: dict[int, Owner], gold: Sequence[Attribution], /) -> Iterator[str]:
    before: tuple[str, int] | None = None
    for node in nodes:
        owner = _owner(node, owners)
        if owner is None:
            before = None
            yield "O"
            continue
        letter, number = owner
        cue = gold[number].cue
        side = "" if letter == "Q" else "a" if not cue or node.start >= cue[0][0] else "b"
        role = (letter + side, number)
        yield f"{'I' if role == before else 'B'}-{letter}{side}"
        before = role


def _owner(node: Node, owners: dict[int, Owner], /) -> Owner | None:
    """The role that most characters of the node have, and the attribution that most of those belong to."""
    found = [owners.get(character) for character in range(node.start, node.end)]
    letter, _ = Counter(owner and owner[0] for owner in found).most_common(1)[0]
    return Counter(owner for owner in found if owner and owner[0] == letter).most_common(1)[0][0] if letter else None
