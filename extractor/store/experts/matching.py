"""Which expert of the store an expert of an article is; conservative: two that could be one stay two.

Within an article the same normalized name and kind is the same expert in every run. In other articles an expert is
found again by

1. a name that a person recorded for it,
2. the same name, if that tells people or organizations apart, and a role or an affiliation that agrees,
3. the same name alone, if only one expert has it and one of the two tells neither role nor affiliation.

Of several that agree it is the only one with the same role and affiliation, else the only one that agrees in both, else
none: a new expert. Where namesakes are known, articles that tell neither share one more expert, of whom nothing else is
known. People and organizations are never one, and groups, documents and authors without a name are found again in their
own article only. What an article calls an expert beside its name joins nobody: `candidates` lists it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.schemas import Expert

from .naming import Described, Sort, agreeing


@dataclass(frozen=True, slots=True)
class Known:
    """An expert of the store under one of its names. ``root``: the expert that it was merged into, else itself."""

    id: int
    root: int
    sort: Sort
    origin: str
    described: Described = (None, None)


@dataclass(frozen=True, slots=True)
class Sought:
    """An expert of an article, with its normalized name. ``telling``: the name tells it apart."""

    expert: Expert
    sort: Sort
    name: str
    telling: bool

    @property
    def key(self) -> tuple[Sort, str]:
        """What tells it again within its article."""
        return self.sort, self.name

    @property
    def described(self) -> Described:
        """Role and affiliation."""
        return self.expert.role, self.expert.affiliation


def assign(
    sought: Sequence[Sought],
    here: Mapping[tuple[Sort, str], int],
    elsewhere: Mapping[str, Sequence[Known]],
    /,
    *,
    apart: Collection[int] = (),
) -> dict[str, int]:
    """Ids in the store by local id, of those that are found.

    ``here``: experts of the same article by sort and normalized name; ``elsewhere``: experts by normalized name;
    ``apart``: those that a person took apart from others.
    """
    found = dict(here)
    for one in sought:
        if one.key not in found and (match := _by_name(one, elsewhere.get(one.name, ()), apart)) is not None:
            found[one.key] = match
    return {one.expert.id: found[one.key] for one in sought if one.key in found}


def namesakes(one: Sought, among: Iterable[Known], /) -> dict[int, list[Known]]:
    """Those that have the name as theirs, by what they are part of, in order."""
    found: dict[int, list[Known]] = defaultdict(list)
    for known in sorted(among, key=lambda known: known.id):
        if known.sort == one.sort != "other" and known.origin != "alias":
            found[known.root].append(known)
    return found


def choose(said: Described, roots: Mapping[int, Sequence[Known]], /, *, apart: Collection[int] = ()) -> int | None:
    """The id of the namesake that an expert with this role and affiliation is; None when there is none or several.

    ``roots``: the namesakes. Several that were merged are one: the one that agrees most, then the first, stands for
    them.
    """
    chosen = _choose_root(said, roots, apart)
    if chosen is None:
        return None
    return max(roots[chosen], key=lambda known: (agreeing(said, known.described), -known.id)).id


def _choose_root(said: Described, roots: Mapping[int, Sequence[Known]], apart: Collection[int]) -> int | None:
    bare = [root for root, many in roots.items() if not any(any(known.described) for known in many)]
    if not any(said):
        # Of many of whom nothing is told the last: else each further article made one more, without end.
        return next(iter(roots)) if len(roots) == 1 else max((root for root in bare if root not in apart), default=None)
    fitting = {root for root, many in roots.items() if any(agreeing(said, known.described) for known in many)}
    if not fitting and len(roots) == len(bare) == 1:
        return bare[0]
    for is_close in (_is_same, _agrees_in_both):
        close = {root for root in fitting if any(is_close(said, known.described) for known in roots[root])}
        fitting = close if len(close) == 1 else fitting
    return fitting.pop() if len(fitting) == 1 else None


def _by_name(one: Sought, among: Sequence[Known], apart: Collection[int]) -> int | None:
    alike = namesakes(one, among)
    recorded = [known for many in alike.values() for known in many if known.origin == "recorded"]
    if len({known.root for known in recorded}) == 1:
        return min(known.id for known in recorded)
    own = {root: [known for known in many if known.origin == "name"] for root, many in alike.items()}
    return (
        choose(one.described, {root: many for root, many in own.items() if many}, apart=apart) if one.telling else None
    )


def _is_same(first: Described, second: Described) -> bool:
    return all((one or "").casefold() == (other or "").casefold() for one, other in zip(first, second, strict=True))


def _agrees_in_both(first: Described, second: Described) -> bool:
    return agreeing(first, second) == 2
