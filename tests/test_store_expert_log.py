"""Reading what was changed about experts."""

from __future__ import annotations

from expert_results import cite, person

from extractor.store import Store


def fill(store: Store, *names: str) -> list[int]:
    """One article for each name; the ids of the experts."""
    for place, name in enumerate(names):
        store.add(cite(f"quay {place}", person(name)))
    return [store.expert(name).id for name in names]


def test_limits_are_what_both_databases_take(store: Store) -> None:
    """Negative ones are 0, large ones all."""
    one, two = fill(store, "Ana Roe", "Anna Rowe")
    store.merge(one, two)
    assert store.experts(limit=-1) == store.experts(offset=10**20) == []
    assert store.expert_log(limit=-1) == []
    assert len(store.experts(limit=10**20, offset=-1)) == len(store.expert_log(limit=10**20)) == 1
    assert store.merge_candidates(limit=-1) == store.merge_candidates(limit=10**20) == []


def test_the_log_is_read_newest_first(store: Store) -> None:
    """All of it, or that of an expert and of all that are part of it."""
    one, two, three = fill(store, "Ana Roe", "Anna Rowe", "Piet Maas")
    other = cite("the dam", person("Ana Roe"))
    store.add(other)
    store.merge(one, two, reason="same bio")
    store.add_alias(three, "The Pilot")
    store.split(one, articles=[other.article.id])
    log = store.expert_log()
    assert [(each.action, each.expert.id, each.name) for each in log] == [
        ("split", one, None), ("alias", three, "The Pilot"), ("merge", one, None),
    ]  # fmt: skip
    assert (log[2].other and log[2].other.name, log[2].reason) == ("Anna Rowe", "same bio")
    assert log[0].articles == (other.article.id,)
    assert store.expert_log(two) == [log[0], log[2]] and store.expert_log(one, limit=1) == log[:1]
