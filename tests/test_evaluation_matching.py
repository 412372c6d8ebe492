"""Matching: one to one, of the greatest total similarity."""

from __future__ import annotations

import itertools
import random

import pytest

from extractor.evaluation.matching import best_pairs, matched, similarity


@pytest.mark.parametrize("seed", range(60))
def test_no_other_matching_weighs_more(seed: int) -> None:
    """Every one-to-one choice of pairs, tried one by one, weighs as much at most."""
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 5), rng.randint(1, 5)
    cells = itertools.product(range(rows), range(columns))
    weights = {cell: rng.choice((0.5, 0.6, rng.random() + 0.01)) for cell in cells if rng.random() < 0.6}
    pairs = best_pairs(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    size = max(rows, columns)
    best = max(
        sum(weights.get((row, column), 0) for row, column in enumerate(chosen))
        for chosen in itertools.permutations(range(size))
    )
    assert sum(weights[pair] for pair in pairs) == pytest.approx(best)


def test_a_pair_gives_way_when_that_gains_more() -> None:
    """The first prediction leaves its better gold to the second, which has no other."""
    gold = [{1, 2, 3, 4}, {5, 6}]
    assert matched([{1, 2, 3, 4, 5, 6}, {1, 2, 3}], gold) == [(0, 1), (1, 0)]


def test_one_gold_is_found_once() -> None:
    """Of three equal predictions one is right."""
    assert len(matched([{1, 2}] * 3, [{1, 2}])) == 1


def test_the_coefficients() -> None:
    """Dice counts what is common twice; nothing in common is no similarity, of empty sets too."""
    assert similarity({1, 2}, {2, 3, 4}) == pytest.approx(0.4)
    assert similarity({1, 2}, {2, 3, 4}, "jaccard") == 0.25
    assert similarity(set(), set()) == 0.0


def test_the_threshold_itself_is_enough() -> None:
    """A similarity of exactly 0.5 may be paired, less may not."""
    assert matched([{1, 2}], [{1, 3}]) == [(0, 0)]
    assert matched([{1, 2}], [{1, 3, 4}]) == []
    assert matched([{1, 2}], [{1, 3}], measure="jaccard") == []
