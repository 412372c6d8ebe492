"""Which expert of the store an expert of an article is; conservative: two that could be one stay two.

Within an article the same normalized name and kind is the same expert in every run. In other articles an expert is
found again by

1. a name that a person recorded for it,
2. the same name, if that tells people or organizations apart, and a compatible role or affiliation,
3. the same where one article has the name as an alias, unless this article tells the two apart.

Of several that are compatible it is the only one with the same role and affiliation (or without any, as this one), else
the only one with a word of them in common, else none: a new expert. People and organizations are never one, and groups,
documents and authors without a name are found again in their own article only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.schemas import Expert

from .naming import Sort, compatible, shared

Described = tuple[str | None, str | None]
"""A role and an affiliation."""


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
    """An expert of an article, with its normalized name and those of its aliases that tell it apart."""

    expert: Expert
    sort: Sort
    name: str
    telling: bool
    aliases: tuple[str, ...]

    @property
    def key(self) -> tuple[Sort, str]:
        """What tells it again within its article."""
        return self.sort, self.name

    @property
    def described(self) -> Described:
        """Role and affiliation."""
        return self.expert.role, self.expert.affiliation


def assign(
    sought: Sequence[Sought], here: Mapping[tuple[Sort, str], int], elsewhere: Mapping[str, Sequence[Known]], /
) -> dict[str, int]:
    """Ids in the store by local id, of those that are found.

    ``here``: experts of the same article by sort and normalized name; ``elsewhere``: experts by normalized name.
    """
    found = dict(here)
    roots = {known.id: known.root for many in elsewhere.values() for known in many}
    for one in sought:
        if one.key not in found and (match := _by_name(one, elsewhere.get(one.name, ()))) is not None:
            found[one.key] = match
    taken = {roots.get(found[one.key], found[one.key]) for one in sought if one.key in found}
    for one in sought:
        if one.key not in found and (match := _by_alias(one, elsewhere, taken)) is not None:
            found[one.key] = match
            taken.add(roots[match])
    return {one.expert.id: found[one.key] for one in sought if one.key in found}


def choose(said: Described, among: Iterable[Known], /) -> int | None:
    """The id of the only one that an expert with this role and affiliation can be; None when there is none or several.

    Several that were merged are one: the one with most in common, then the first, stands for them.
    """
    fitting: dict[int, list[Known]] = defaultdict(list)
    for known in sorted(among, key=lambda known: known.id):
        if compatible(said, known.described):
            fitting[known.root].append(known)
    for alike in (_is_same, shared):
        if len(fitting) < 2:
            break
        close = [root for root, many in fitting.items() if any(alike(said, one.described) for one in many)]
        if len(close) == 1:
            fitting = {close[0]: fitting[close[0]]}
    if len(fitting) != 1:
        return None
    (only,) = fitting.values()
    return max(only, key=lambda known: (shared(said, known.described), -known.id)).id


def _by_name(one: Sought, among: Sequence[Known]) -> int | None:
    alike = [known for known in among if known.sort == one.sort != "other"]
    recorded = [known for known in alike if known.origin == "recorded"]
    if len({known.root for known in recorded}) == 1:
        return min(known.id for known in recorded)
    return choose(one.described, (known for known in alike if known.origin == "name")) if one.telling else None


def _by_alias(one: Sought, elsewhere: Mapping[str, Sequence[Known]], taken: set[int]) -> int | None:
    """By an alias there or here, where nobody has the name itself; one word is too little, of organizations too."""
    if not one.telling or any(
        known.origin == "name" and known.sort == one.sort for known in elsewhere.get(one.name, ())
    ):
        return None
    among = [known for name in (one.name, *one.aliases) if " " in name for known in elsewhere.get(name, ())]
    return choose(one.described, (known for known in among if known.sort == one.sort and known.root not in taken))


def _is_same(first: Described, second: Described) -> bool:
    return all((one or "").casefold() == (other or "").casefold() for one, other in zip(first, second, strict=True))
