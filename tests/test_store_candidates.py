"""Pairs of experts that may be one."""

from __future__ import annotations

from typing import Any

import pytest
from expert_results import cite, person

from extractor.store import Store
from extractor.store.experts.candidates import Name, pairs


def _fill(store: Store, *names: str) -> list[int]:
    """One article for each name; the ids of the experts."""
    for place, name in enumerate(names):
        store.add(cite(f"quay {place}", person(name)))
    return [store.expert(name).id for name in names]


def _reasons(store: Store) -> dict[tuple[str, str], str]:
    found = store.merge_candidates()
    return {(one.first.name, one.second.name): "; ".join(one.reasons) for one in found}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (person("Roe"), person("Roe"), "both are called 'roe'; roles and affiliations do not tell"),
        (
            person("Ana Roe", role="pilot", affiliation="Reed"),
            person("Ana Roe", role="cook", affiliation="Inn"),
            "both are called 'ana roe': same name, other role",
        ),
        (
            person("Ana Roe", role="spokeswoman", affiliation="Nokia"),
            person("Ana Roe", affiliation="Volvo"),
            "same name, other affiliation",
        ),
        (
            person("Ana Roe", aliases=("Anna Maria Maas",)),
            person("Anna Maria Maas"),
            "one article uses the name 'anna maria maas' for 'Ana Roe'",
        ),
        (
            person("Ana Roe", aliases=("Anna Maria Maas",)),
            person("Piet Lund", aliases=("Anna Maria Maas",)),
            "articles call both 'anna maria maas'",
        ),
        (person("Ana Roe"), person("Ana Roe", kind="organization"), "but as person and organization"),
        (person("Ana Roe"), person("A. Roe"), "the initial of the given name"),
        (person("J. D. Roe"), person("Jan David Roe"), "the initials of the given names"),
        (person("Ben Roe"), person("Benedikt Roe"), "one given name begins the other"),
        (person("Ana Roe"), person("Ana Maria Roe"), "the same but for middle names"),
        (person("Jan van Maas"), person("Jan Maas"), "particles"),
        (person("Ana Roe"), person("Roe"), "surname of only one"),
        (
            person("Reed Works", kind="organization"),
            person("The Reed Works, Inc.", kind="organization"),
            "an article or a legal form",
        ),
        (
            person("International Union of Harbours", kind="organization"),
            person("IUH", kind="organization"),
            "'iuh' may stand for 'international union of harbours'",
        ),
        (person("林小山"), person("林小山"), "both are called"),
    ],
)
def test_experts_that_may_be_one_are_candidates_with_reasons(store: Store, one: Any, other: Any, reason: str) -> None:
    """Nothing merges them by itself."""
    store.add(cite("the quay", one))
    store.add(cite("the dam", other))
    (found,) = store.merge_candidates()
    assert (found.first.id, found.second.id) == (1, 2) and reason in "; ".join(found.reasons)
    assert len(store.experts()) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ana Roe"), person("Piet Roe")),
        (person("Ana Roe"), person("Ana Maas")),
        (person("Jan Roe Jr."), person("Jan Roe Sr.")),
        (person("Ana Maria Roe"), person("Ana Lena Roe")),
        (person("a senior pilot"), person("a senior pilot")),
        (person("engineers", kind="group"), person("engineers", kind="group")),
        (person("author", kind="author"), person("author", kind="author")),
        (person("Foreign Ministry", kind="organization"), person("Foreign Ministry", kind="organization")),
        (person("Reed Works", kind="organization"), person("Reed Watch", kind="organization")),
    ],
)
def test_others_are_no_candidates(store: Store, one: Any, other: Any) -> None:
    """Different names, and those that many have without being one."""
    store.add(cite("the quay", one))
    store.add(cite("the dam", other))
    assert store.merge_candidates() == []


def test_what_was_merged_or_taken_apart_is_no_candidate(store: Store) -> None:
    """Also not after either was merged with a third."""
    one, two, three = _fill(store, "Ana Roe", "A. Roe", "Piet Maas")
    store.merge(one, two)
    assert store.merge_candidates() == []
    store.split(two)
    assert store.merge_candidates() == []
    store.merge(three, one)
    assert store.merge_candidates() == []


def test_candidates_are_limited_and_the_likeliest_come_first(store: Store) -> None:
    """The same full name goes before initials, initials before surnames."""
    _fill(store, "Roe", "A. Roe", "Ana Roe")
    store.add(cite("the dam", person("Ana Roe", role="pilot", affiliation="Reed")))
    store.add(cite("the lock", person("Ana Roe", role="cook", affiliation="Inn")))
    found = store.merge_candidates()
    assert "both are called 'ana roe'" in found[0].reasons[0]
    assert store.merge_candidates(limit=1) == found[:1]
    assert ("A. Roe", "Ana Roe") in _reasons(store)


def test_names_are_never_all_compared_with_all() -> None:
    """A thousand experts of one name make about as many pairs."""
    names = [Name(number, "person", "roe", full=False) for number in range(1_000)]
    assert len(list(pairs(names))) == 999
