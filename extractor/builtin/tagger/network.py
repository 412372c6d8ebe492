"""Scores of the labels for each node of a text: sums of the weights of its features, looked up in tables."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import chain
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from .encoding import CONTEXTS, GROUPS, Encoded, Ints, group_columns, shape
from .forms import BLOCKS, SHIFTS, Form, block_features, lexical_blocks, lexical_features
from .vocabulary import Vocabulary
from .weights import Floats, Weights

_PAIR = "2"
"""Opens the features of pairs of neighbouring words; ">" counts for the first of the two, "<" for the second."""


_ROOM = 4096
"""Forms that there is room for at first; the room doubles when they are more."""


def form_features(form: Form, /) -> list[list[str]]:
    """All features of a form by block, as training names them."""
    lexical = lexical_blocks(lexical_features(form))
    return [
        [f"{block}:{feature}" for feature in chain(plain, words)]
        for block, plain, words in zip(BLOCKS, block_features(form), lexical, strict=True)
    ]


def context_feature(name: str, code: int, /) -> str:
    """A context with its value, as training names it."""
    return f"{name}={code}"


def pair_features(first: str, second: str, /) -> tuple[str, str]:
    """The features of two neighbouring words, for the first and for the second of them."""
    return f"{_PAIR}>:{first} {second}", f"{_PAIR}<:{first} {second}"


class Network:
    """The tables of a set of weights, and the scores of the forms seen so far; ``lock`` guards these."""

    def __init__(self, weights: Weights, /) -> None:
        self.weights = weights
        self.lock = Lock()
        self.vocabulary = Vocabulary()
        self._places = {feature: place for place, feature in enumerate(weights.features)}
        self._matrix = np.concatenate([weights.emissions, np.zeros((1, len(weights.labels)), np.float32)])
        self._groups = self._group_tables()
        self._words, self._keys, self._pairs = self._pair_tables()
        self._known = 0
        self._rows = np.zeros((len(BLOCKS), _ROOM, len(weights.labels)), np.float32)
        self._low = np.zeros(_ROOM, np.int64)

    def emissions(self, text: Encoded, /) -> Floats:
        """The scores of all labels for each node, shape (nodes, labels)."""
        self._learn()
        forms, rows = text.forms, self._rows
        scores: Floats = rows[0].take(forms, axis=0)
        for block, shift in enumerate(SHIFTS, 1):
            if shift > 0:
                scores[:-shift] += rows[block].take(forms[shift:], axis=0)
            else:
                scores[-shift:] += rows[block].take(forms[:shift], axis=0)
        # Where there is none near (-1), the last pad is looked up, for whose form nothing was learnt in these blocks.
        for block, near in ((7, text.left), (8, text.right), (9, text.first)):
            scores += rows[block].take(forms[near], axis=0)
        for columns, table in self._groups:
            scores += table.take(text.joined(columns), axis=0)
        self._add_pairs(scores, forms)
        return scores

    def _add_pairs(self, scores: Floats, forms: Ints, /) -> None:
        low = self._low[forms]
        keys = low[:-1] * len(self._words) + low[1:]
        places = np.searchsorted(self._keys, keys)
        at = np.flatnonzero(self._keys[places] == keys)
        found = self._pairs[places[at]]
        scores[at] += found[:, 0]
        scores[at + 1] += found[:, 1]

    def _learn(self) -> None:
        """Sum up the weights of the forms that are new in the vocabulary."""
        forms = self.vocabulary.forms[self._known :]
        if not forms:
            return
        while self._known + len(forms) > len(self._low):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)], axis=1)
            self._low = np.append(self._low, np.zeros_like(self._low))
        missing = len(self._matrix) - 1
        flat: list[int] = []
        starts: list[int] = []
        for features in chain.from_iterable(map(form_features, forms)):
            starts.append(len(flat))
            flat += [self._places.get(feature, missing) for feature in features]
            flat.append(missing)
        sums = np.add.reduceat(self._matrix[flat], starts, axis=0)
        new = slice(self._known, self._known + len(forms))
        self._rows[:, new] = sums.reshape(len(forms), len(BLOCKS), -1).transpose(1, 0, 2)
        self._low[new] = [self._words.get(word_of(form), 0) for form in forms]
        self._known += len(forms)

    def _group_tables(self) -> list[tuple[tuple[str, ...], Floats]]:
        """The columns of each group of contexts, and the sums of the contexts' weights by all of its columns."""
        tables = self._context_tables()
        found = []
        for group in GROUPS:
            columns = group_columns(group)
            total = np.zeros((*shape(columns), len(self.weights.labels)), np.float32)
            for name in group:
                own = [column in CONTEXTS[name] for column in columns]
                order = [CONTEXTS[name].index(column) for column in columns if column in CONTEXTS[name]]
                table = tables[name].reshape(*shape(CONTEXTS[name]), -1).transpose(*order, -1)
                total += table.reshape(*(n if has else 1 for n, has in zip(shape(columns), own, strict=True)), -1)
            found.append((columns, total.reshape(-1, total.shape[-1])))
        return found

    def _context_tables(self) -> dict[str, Floats]:
        """The weights of each context by its number."""
        codes: dict[str, list[int]] = defaultdict(list)
        places: dict[str, list[int]] = defaultdict(list)
        for feature, place in self._places.items():
            name, _, code = feature.partition("=")
            if name in CONTEXTS:
                codes[name].append(int(code))
                places[name].append(place)
        tables = {}
        for name, columns in CONTEXTS.items():
            table = np.zeros((math.prod(shape(columns)), len(self.weights.labels)), np.float32)
            table[codes[name]] = self._matrix[places[name]]
            tables[name] = table
        return tables

    def _pair_tables(self) -> tuple[dict[str, int], NDArray[np.int64], Floats]:
        """Numbers of the words in pairs (0 is any other), the sorted keys of the pairs, and their rows of scores."""
        pairs: dict[tuple[str, str], list[int]] = {}
        missing = len(self._matrix) - 1
        for feature, place in self._places.items():
            if feature.startswith((f"{_PAIR}>:", f"{_PAIR}<:")):
                first, _, second = feature[3:].partition(" ")
                pairs.setdefault((first, second), [missing, missing])[feature[1] == "<"] = place
        words = {word: place for place, word in enumerate(["\0", *sorted(set(chain.from_iterable(pairs)))])}
        keyed = sorted((words[a] * len(words) + words[b], places) for (a, b), places in pairs.items())
        keys = np.array([*(key for key, _ in keyed), np.iinfo(np.int64).max], np.int64)
        rows: Floats = self._matrix[[*(places for _, places in keyed), [missing, missing]]]
        return words, keys, rows


def word_of(form: Form, /) -> str:
    """The word of a form as pairs hold it: quotations and edges are one word each."""
    text, tag = form
    return '"' if tag == "quote" else "." if tag == "edge" else text.lower()
