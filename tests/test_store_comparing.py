"""Timelines with possible reversals, and disagreements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_claims import DAY, Said, expects, holds, said_by

from extractor.errors import InputError
from extractor.schemas.stored import Disagreement, StoredClaim
from extractor.store import Store
from extractor.store.comparing import reversals
from extractor.store.similar import containing, similar
from extractor.store.similarity import dice

WALL = "raising the harbour wall"


def held(store: Store, *said: Said, **more: Any) -> None:
    """Store what Mira Oake says, each in an article of its own, a day after the one before."""
    for number, one in enumerate(said):
        store.add(said_by("Mira Oake", one, published=DAY + timedelta(days=number), **more))


def turned(store: Store) -> list[tuple[int, int]]:
    """The possible reversals of Mira Oake: ids of the earlier and the later claim."""
    return [(one.earlier.id, one.later.id) for one in store.timeline("Mira Oake").reversals]


def test_timeline(store: Store) -> None:
    """What an expert held stands in order of publication, undated articles last, also under a merged name."""
    store.add(said_by("Mira Oake", holds("The mill turns"), published=None))
    store.add(said_by("Mira Oake", holds("It rains"), expects("The mill stops"), published=date(2026, 4, 1)))
    store.add(said_by("M. Oake", holds("It snows"), published=DAY))
    store.add(said_by("Jon Pell", holds("It thunders"), published=DAY))
    store.merge("Mira Oake", "M. Oake")
    found = store.timeline("M. Oake")
    assert (found.expert.name, found.expert.role) == ("Mira Oake", "engineer")
    assert [claim.id for claim in found.claims] == [4, 2, 3, 1]
    assert found.reversals == ()


def test_timeline_about(store: Store) -> None:
    """A timeline about something has only the claims that hold the words."""
    held(store, holds("The mill turns"), holds("It rains", target="the mills"), holds("It snows"))
    store.add(said_by("Jon Pell", holds("The mill stops")))
    about = {
        words: [claim.id for claim in store.timeline(1, about=words).claims] for words in ("mill", "?", "rain mill")
    }
    assert about == {"mill": [1, 2], "?": [], "rain mill": [2]}
    with pytest.raises(InputError, match="look for 64"):
        store.timeline(1, about="a " * 65)


def test_timeline_limit(store: Store) -> None:
    """Of more claims than the limit those published last are shown and compared, and how many were left out is told."""
    store.add(said_by("Mira Oake", holds("It rains"), published=None))
    held(store, *(holds(f"Say {number}", "favor" if number % 2 else "against", target=WALL) for number in range(4)))
    found = store.timeline("Mira Oake", limit=2)
    assert ([claim.id for claim in found.claims], found.omitted) == ([4, 5], 3)
    assert [(one.earlier.id, one.later.id) for one in found.reversals] == [(4, 5)]
    whole = store.timeline("Mira Oake", limit=5)
    assert ([claim.id for claim in whole.claims], whole.omitted) == ([2, 3, 4, 5, 1], 0)


def test_timeline_has_no_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timeline about something has all claims that hold the words, however many they are."""
    monkeypatch.setattr("extractor.store.search.asking.BOUND", 1)
    held(store, holds("The mill turns"), holds("The mill stops"), holds("It snows"))
    assert len(store.timeline(1, about="mill").claims) == 2


def test_timeline_of_nobody(store: Store) -> None:
    """An expert that is not stored is an error."""
    for nobody in ("Nobody Here", 1, 10**30):
        with pytest.raises(InputError):
            store.timeline(nobody)


def test_stance_turns(store: Store) -> None:
    """A stance on the same target that changed is a possible reversal, told once, with its similarity."""
    held(
        store,
        holds("Raise it", target=WALL),
        holds("Raise it soon", target=WALL),
        holds("It shines", "against", target="the weather"),
        holds("No, do not", "against", target=f"The {WALL.upper()}"),
        holds("Never", "against", target=WALL),
        holds("So what", "neutral", target=WALL),
    )
    found = store.timeline("Mira Oake").reversals
    assert [(one.earlier.id, one.later.id, one.what, one.similarity) for one in found] == [(2, 4, "stance", 1.0)]
    assert (found[0].earlier.quote, found[0].later.quote) == ("Raise it soon", "No, do not")


def test_stance_turns_back(store: Store) -> None:
    """Each change is told, by the later claim."""
    held(store, *(holds(f"Say {number}", "favor" if number % 2 else "against", target=WALL) for number in range(4)))
    assert turned(store) == [(1, 2), (2, 3), (3, 4)]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (WALL, "the harbour wall, raising it", True),
        ("the new harbour wall of Varnsee", "a harbour wall of Varnsee", True),
        (WALL, "the harbour mole", False),
        ("tariffs on timber", "no tariffs on timber", False),  # against the one is for the other
        ("a tax of 3 percent on beds", "a tax of 5 percent on beds", False),
        ("закрытие моста", "закрытие моста", True),
        ("the carbon tax is a mistake and should be abolished", "the carbon tax", True),
        ("the carbon tax", "the carbon tax is a mistake and should be abolished", True),
        ("higher tariffs on timber from Varnsee", "tariffs", True),  # one word that tells
        ("a tax on beds in every inn of the town", "a tax", False),  # one that does not
        ("no tariffs on timber from Varnsee", "timber tariffs", False),
        ("the wall that the town council built", "the wall that the harbour needs", False),
    ],
)
def test_same_target(store: Store, first: str, second: str, same: bool) -> None:
    """Targets are the same when their content words are, nearly, and neither negations nor figures set them apart."""
    held(store, holds("Yes", target=first), holds("No", "against", target=second))
    assert bool(turned(store)) == same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (expects("The ferry returns to Varnsee"), expects("The ferry returns to Varnsee", "does_not_occur"), True),
        (
            expects("The ferry returns to Varnsee"),
            expects("The ferry to Varnsee never returns", "does_not_occur"),
            True,
        ),
        (expects("The ferry returns to Varnsee"), expects("The ferry returns to Varnsee"), False),
        (expects("The ferry returns to Varnsee"), expects("The ferry returns to Varnsee", "uncertain"), False),
        (expects("The ferry returns"), expects("The old mill burns down", "does_not_occur"), False),
        (expects("Rents in town rise"), expects("Rents in town fall", "does_not_occur"), False),
        (expects("Rents rise by 3 percent"), expects("Rents rise by 9 percent", "does_not_occur"), False),
        (expects("The ferry returns by 2027"), expects("The ferry returns by 2028", "does_not_occur"), True),
    ],
)
def test_same_event(store: Store, first: Said, second: Said, same: bool) -> None:
    """Opposite expectations of one event are a possible reversal."""
    held(store, first, second)
    assert [one.what for one in store.timeline("Mira Oake").reversals] == ["expected"] * same


def test_horizons_apart(store: Store) -> None:
    """Expectations for times that exclude each other are no reversal."""
    first, second = expects("The ferry returns"), expects("The ferry returns", "does_not_occur")
    held(store, first, second)
    earlier, later = store.timeline("Mira Oake").claims
    spring = _within(earlier, date(2026, 3, 1), date(2026, 5, 31))
    assert len(reversals([spring, later])) == 1
    assert len(reversals([spring, _within(later, date(2026, 5, 31), None)])) == 1
    assert reversals([spring, _within(later, date(2026, 6, 1), None)]) == ()


def _within(claim: StoredClaim, start: date | None, end: date | None) -> StoredClaim:
    horizon = claim.claim.horizon.model_copy(update={"start": start, "end": end})  # type: ignore[union-attr]
    return claim.model_copy(update={"claim": claim.claim.model_copy(update={"horizon": horizon})})


def test_one_article_is_no_reversal(store: Store) -> None:
    """What is said in one article is no change of mind; on the same day in two articles it may be."""
    store.add(said_by("Mira Oake", holds("Yes", target=WALL), holds("No", "against", target=WALL)))
    assert turned(store) == []
    store.add(said_by("Mira Oake", holds("Yes again", target=WALL)))
    assert turned(store) == [(2, 3)]


def test_rejected_and_annulled(store: Store) -> None:
    """Rejected claims and annulled predictions take no part."""
    held(store, expects("The ferry returns"), expects("The ferry returns", "does_not_occur"))
    assert turned(store) == [(1, 2)]
    store.resolve(1, "yes")
    assert turned(store) == [(1, 2)]
    store.resolve(1, "annulled")
    assert turned(store) == []
    rejected = [claim.model_copy(update={"rejected": True, "resolution": None}) for claim in store.claims()]
    assert reversals(rejected) == ()


def test_many_claims_about_one_target(store: Store) -> None:
    """A thousand claims on one target are compared without comparing each with each."""
    held(store, holds("Yes", target=WALL), holds("No", "against", target=WALL))
    favor, against = store.timeline("Mira Oake").claims
    assert len(reversals([favor] * 2_000 + [against])) == 1
    assert reversals([favor] * 2_000) == ()


def test_disagreements(store: Store) -> None:
    """Positions about something stand by stance, newest first; predictions and others take no part."""
    store.add(said_by("Mira Oake", holds("Raise it", target=WALL), expects("The harbour wall breaks")))
    store.add(said_by("Jon Pell", holds("The harbour wall is high enough", "against"), published=date(2026, 4, 1)))
    store.add(said_by("Ann Birk", holds("Look", "against", topic="harbour walls"), published=None))
    store.add(said_by("Tom Rell", holds("Well", "neutral", target=WALL), holds("Hm", quote="the harbour wall")))
    found = store.disagreements("harbour wall")
    names = [[claim.expert.name for claim in side] for side in (found.favor, found.against, found.neutral)]
    assert names == [["Mira Oake"], ["Jon Pell", "Ann Birk"], ["Tom Rell"]]
    assert [claim.claim.statement for claim in found.favor] == ["Raise it"]


def test_disagreements_are_few(store: Store) -> None:
    """Of one expert, stance and article one position is enough, also under a merged name; and a limit holds."""
    store.add(said_by("Mira Oake", holds("Yes", target=WALL), holds("Yes, yes", target=WALL), published=DAY))
    for number in range(3):
        store.add(said_by(f"Jon Pell{number}", holds("No", "against", target=WALL)))
    found = store.disagreements("wall", limit=2)
    assert (len(found.favor), len(found.against)) == (1, 2)
    assert (
        store.disagreements("")
        == store.disagreements("?!")
        == store.disagreements("moon")
        == Disagreement(favor=(), against=())
    )


def test_disagreements_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When more positions match than are looked at, those stored last are, and their number is told."""
    store.add(said_by("Mira Oake", holds("Yes", target=WALL)))
    store.add(said_by("Jon Pell", holds("No", "against", target=WALL), expects("The wall breaks"), published=None))
    assert store.disagreements("wall").bounded is None
    monkeypatch.setattr("extractor.store.comparing.BOUND", 1)
    found = store.disagreements("wall")
    assert (found.favor, len(found.against), found.bounded) == ((), 1, 1)


def test_disagreements_take_what_fits_best(store: Store) -> None:
    """Of one expert's positions in an article that is taken whose target holds the words, and little else."""
    said = (
        holds("The harbour wall is old", target="the mill"),
        holds("One", target="the mill behind the harbour walls of Varnsee"),
        holds("Two", target="the harbour wall"),
        holds("Three", topic="the harbour wall", target="the weather"),
    )
    store.add(said_by("Mira Oake", *said))
    assert [claim.claim.statement for claim in store.disagreements("harbour wall").favor] == ["Two"]
    assert [claim.claim.statement for claim in store.disagreements("harbour mill").favor] == ["One"]


@given(st.frozensets(st.frozensets(st.sampled_from("abcdefgh"), max_size=6), max_size=12), st.floats(0.1, 1))
def test_similar(sets: frozenset[frozenset[str]], least: float) -> None:
    """The pairs that are found are those that comparing each with each finds."""
    expected = {one: {other: dice(one, other) for other in sets if one and dice(one, other) >= least} for one in sets}
    assert similar(sets, least=least) == expected


@given(st.frozensets(st.frozensets(st.sampled_from(["a", "b", "c", "longer", "d"]), max_size=5), max_size=12))
def test_containing(sets: frozenset[frozenset[str]]) -> None:
    """A set of two words, or of one long one, is found with every larger set that holds it, both ways."""
    expected: dict[frozenset[str], dict[frozenset[str], float]] = {one: {} for one in sets}
    for one in sets:
        for other in sets:
            if one < other and (len(one) > 1 or one == {"longer"}):
                expected[one][other] = expected[other][one] = dice(one, other)
    assert containing(sets) == expected
