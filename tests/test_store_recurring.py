"""Claims that a later run finds again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.store.recurring import LEAST_DICE, Seen, dice, recur

STRETCHES = st.lists(st.integers(0, 40), min_size=2, max_size=6, unique=True).map(
    lambda ends: tuple(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)
SEEN = st.builds(Seen, st.sampled_from(["position", "prediction"]), st.integers(1, 2), STRETCHES)
EARLIER = st.lists(st.tuples(st.integers(1, 5), SEEN), max_size=6)


def seen(start: int, end: int, /, *, kind: str = "prediction", expert: int = 1) -> Seen:
    """A claim whose content is one stretch."""
    return Seen(kind, expert, ((start, end),))


def test_a_claim_keeps_its_id_when_half_of_its_content_is_the_same() -> None:
    """From a Dice coefficient of one half on, a claim is the earlier one."""
    assert recur([(7, seen(0, 10))], [seen(5, 15)]) == [7]
    assert recur([(7, seen(0, 10))], [seen(6, 16)]) == [None]


@pytest.mark.parametrize("other", [seen(0, 10, kind="position"), seen(0, 10, expert=2)])
def test_another_kind_or_expert_makes_another_claim(other: Seen) -> None:
    """The same words held by another expert, or as a position, are not the same claim."""
    assert recur([(7, seen(0, 10))], [other]) == [None]


def test_the_best_overlap_goes_first() -> None:
    """A claim_id goes to the new claim that overlaps most, and what is left to the next."""
    assert recur([(7, seen(0, 10)), (8, seen(0, 14))], [seen(0, 12), seen(0, 10)]) == [8, 7]
    assert recur([(7, seen(0, 10))], [seen(0, 12), seen(0, 10)]) == [None, 7]


def test_ties_go_to_the_oldest_id_and_the_first_claim() -> None:
    """Equal overlaps are settled by order, whatever order the earlier claims are given in."""
    assert recur([(8, seen(0, 10)), (7, seen(0, 10))], [seen(0, 10), seen(0, 10)]) == [7, 8]


def test_a_claim_of_several_runs_is_given_out_once() -> None:
    """A claim_id that stands for rows of several runs is taken over by one claim only."""
    assert recur([(7, seen(0, 10)), (7, seen(0, 12))], [seen(0, 10), seen(0, 12)]) == [7, None]


def test_dice_counts_shared_characters_of_all_parts() -> None:
    """Parts of a split content count together."""
    assert dice([(0, 10), (20, 30)], [(5, 25)]) == 2 * 10 / 40
    assert dice([], []) == 0.0


@given(EARLIER, st.lists(SEEN, max_size=5))
def test_ids_are_given_out_once_and_only_to_claims_that_match(earlier: list[tuple[int, Seen]], new: list[Seen]) -> None:
    """Whatever the claims: one to one, same kind and expert, enough overlap; the order of earlier ones is nothing."""
    found = recur(earlier, new)
    given_out = [claim_id for claim_id in found if claim_id is not None]
    assert len(given_out) == len(set(given_out))
    assert found == recur(earlier[::-1], new)
    for claim, claim_id in zip(new, found, strict=True):
        same = [one for number, one in earlier if number == claim_id and one.kind == claim.kind]
        assert claim_id is None or any(
            one.expert_id == claim.expert_id and dice(one.content, claim.content) >= LEAST_DICE for one in same
        )
