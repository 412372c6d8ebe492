"""Claims that a later run finds again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.store.recurring import LEAST_DICE, Seen, contradict, dice, recur

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


def says(statement: str, leaning: str = "occurs", /, *, target: str | None = None, end: int = 40) -> Seen:
    """A claim that is made of the first characters."""
    kind = "prediction" if target is None else "position"
    return Seen(kind, 1, ((0, end),), statement, target, leaning)


def test_several_claims_of_one_quotation_keep_their_ids_in_any_order() -> None:
    """The statements tell them apart, also when one content is a little shorter now."""
    full, dear = says("The quay will be full"), says("Berths will be dear", end=38)
    now = [says("Berths are going to be dear"), says("The old quay will be full", end=38)]
    assert recur([(7, full), (8, dear)], now) == [8, 7]
    assert recur([(7, full), (8, dear)], now[::-1]) == [7, 8]


def test_equal_statements_are_told_apart_by_leaning_and_target() -> None:
    """What a position is about, and what a prediction expects, count when the words decide nothing."""
    earlier = [(7, says("Of the quay", "favor", target="dredging")), (8, says("Of the quay", "favor", target="tolls"))]
    assert recur(earlier, [says("Of the quay", "favor", target="Tolls")]) == [8]
    leaning = [(7, says("It will be full", "uncertain")), (8, says("It will be full"))]
    assert recur(leaning, [says("It will be full"), says("It will be full", "uncertain")]) == [8, 7]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (says("The quay will be full"), says("The quay will stay empty", "does_not_occur")),
        (says("The quay will be full"), says("The quay will not be full")),
        (says("Prices will rise"), says("Prices will fall")),
        (says("Three ships will come"), says("Four ships will come")),
        (says("Roe wants tolls", "favor", target="tolls"), says("Roe fights tolls", "against", target="Tolls")),
    ],
)
def test_what_contradicts_a_claim_is_a_new_one(first: Seen, second: Seen) -> None:
    """An outcome or a rejection is not handed on to the contrary, whichever came first."""
    assert contradict(first, second) and contradict(second, first)
    assert recur([(7, first)], [second]) == [None]
    assert recur([(7, first)], [second, first]) == [None, 7]


def test_other_words_for_the_same_are_no_contradiction() -> None:
    """Nor is an uncertain forecast, another stance on another target, or a statement that is not known."""
    assert recur([(7, says("The quay will be full"))], [says("There will be no room", "uncertain")]) == [None]
    assert recur([(7, says("The quay will be full"))], [says("The harbour will be full", "uncertain")]) == [7]
    kept, closed = says("Keep the quay", "favor", target="the quay"), says("No closing", "against", target="closing")
    assert not contradict(
        says("Roe is for it", "favor", target="the quay"), says("Roe is of that mind", "against", target="closing")
    )
    assert contradict(kept, closed)
    assert recur([(7, seen(0, 10))], [Seen("prediction", 1, ((0, 10),), "It will not be full")]) == [7]


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
