"""Pairs of experts that may be one, with reasons. Nothing is merged here: a person decides.

Names are compared within groups (the same name, the same surname and initial, the same words, the same acronym), never
all with all. The kinds of reasons are looked for in the order in which they tell most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from extractor.names.name_words import declined
from extractor.people.person_names import likeness, person_name, phrase
from extractor.schemas.stored import ExpertRef, MergeCandidate
from extractor.store.tables import expert_changes, expert_names, experts

from .lookup import read_refs, root_of
from .naming import Sort, acronym, agreeing, conflict, is_proper, sort_of, tells_apart

_T = TypeVar("_T")

MOST_NAMES: Final = 200_000
"""Names that are compared: those that were added last."""
_MOST_PAIRS: Final = 1_000
"""Pairs that are looked at in one group of names."""
_LARGE: Final = 8
"""Experts of one name from which on they are paired with the first of them only."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an expert, normalized. ``full``: it tells people or organizations apart, as far as can be seen;
    ``is_alias``: an article that calls the expert otherwise uses it.
    """

    expert: int
    sort: Sort
    normalized: str
    full: bool
    is_acronym: bool = False
    is_alias: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two experts, the one with the smaller id first, and what speaks for their being one.

    ``same_name``: roles and affiliations count too; ``alias_of``: the one that only an article calls by that name.
    """

    first: int
    second: int
    reason: str
    same_name: bool = False
    alias_of: int | None = None


def candidates(connection: Connection, /, *, limit: int) -> list[MergeCandidate]:
    """Pairs of experts that may be one, with reasons, the likeliest first; none that somebody took apart."""
    reasons: dict[tuple[int, int], list[Pair]] = {}
    apart = _read_apart(connection)
    for pair in pairs(_read_names(connection)):
        key = (pair.first, pair.second)
        if key in apart:
            continue
        if key not in reasons and len(reasons) >= limit:
            break
        told = reasons.setdefault(key, [])
        if pair.reason not in [other.reason for other in told]:
            told.append(pair)
    refs = read_refs(connection, sorted({one for key in reasons for one in key}))
    return [
        MergeCandidate(
            first=refs[first],
            second=refs[second],
            reasons=tuple(_tell(pair, refs[first], refs[second]) for pair in told),
        )
        for (first, second), told in reasons.items()
    ]


def pairs(names: Iterable[Name], /) -> Iterator[Pair]:
    """Pairs of experts that may be one by their names, the likeliest first; a pair may come with several reasons."""
    groups = _Groups(list(names))
    yield from _of_one_name(name for name in groups.names if name.full)
    for people in groups.people.values():
        yield from islice(_of_one_surname(people), _MOST_PAIRS)
    yield from _of_one_organization(groups.organizations)
    yield from _of_one_acronym(groups.organizations)
    yield from _of_one_name(name for name in groups.names if not name.full)
    yield from _of_bare_surnames(groups)


class _Groups:
    """Names by what they are compared by."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = names
        self.organizations = [name for name in names if name.sort == "organization"]

    @cached_property
    def people(self) -> dict[tuple[str, str], dict[str, list[int]]]:
        """People by surname and the first letter of the given name: their ids by normalized name."""
        found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for name in self.names:
            tokens = person_name(name.normalized).tokens
            if name.sort == "person" and len(tokens) > 1:
                found[tokens[-1], tokens[0][0]][name.normalized].append(name.expert)
        return found


def _of_one_name(names: Iterable[Name]) -> Iterator[Pair]:
    groups: dict[str, dict[int, bool]] = defaultdict(dict)
    for name in names:
        of_name = groups[name.normalized]
        of_name[name.expert] = name.is_alias and of_name.get(name.expert, True)
    for normalized, known in groups.items():
        for first, second in _paired(sorted(known)):
            if known[first] == known[second]:
                reason = "articles call both" if known[first] else "both are called"
                yield Pair(first, second, f"{reason} {normalized!r}", same_name=True)
            else:
                owner = first if known[first] else second
                yield Pair(first, second, f"one article uses the name {normalized!r} for", alias_of=owner)


def _of_one_surname(people: dict[str, list[int]]) -> Iterator[Pair]:
    for one, other in combinations(sorted(people), 2):
        if reason := _alike(one, other):
            for first in sorted(set(people[one]))[:_LARGE]:
                for second in sorted(set(people[other]) - {first})[:_LARGE]:
                    yield _pair(first, second, reason)


def _alike(one: str, other: str) -> str:
    """Why two normalized names with the same surname and initial may be one person's; empty when nothing says so."""
    names = person_name(one), person_name(other)
    short, long = sorted(names, key=lambda name: (len(name.tokens[0]), len(name.tokens)))
    if names[0].generation and names[1].generation and names[0].generation != names[1].generation:
        return ""
    given, fuller = short.tokens[0], long.tokens[0]
    if likeness(*names) == "same":
        if len(given) == 1 and len(fuller) > 1:
            return f"{one!r} and {other!r}: the initial of the given name"
        return f"{one!r} and {other!r}: the same but for middle names, generations or particles"
    if given == "".join(token[0] for token in long.tokens[:-1]):
        return f"{one!r} and {other!r}: the initials of the given names"
    if len(given) > 2 and fuller.startswith(given) and not declined(given, fuller):
        return f"{one!r} and {other!r}: one given name begins the other"
    return ""


def _of_one_organization(names: Sequence[Name]) -> Iterator[Pair]:
    groups: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for name in names:
        groups[phrase(name.normalized)].setdefault(name.normalized, name.expert)
    for known in groups.values():
        for (one, first), (other, second) in _paired(sorted(known.items())):
            if first != second:
                yield _pair(first, second, f"{one!r} and {other!r}: the same but for an article or a legal form")


def _of_one_acronym(names: Sequence[Name]) -> Iterator[Pair]:
    short: dict[str, set[int]] = defaultdict(set)
    for name in names:
        if name.is_acronym:
            short[name.normalized].add(name.expert)
    for name in names:
        for other in sorted(short.get(acronym(name.normalized), set()) - {name.expert})[:_LARGE]:
            yield _pair(name.expert, other, f"{acronym(name.normalized)!r} may stand for {name.normalized!r}")


def _of_bare_surnames(groups: _Groups) -> Iterator[Pair]:
    """Experts known by a surname alone, with the only one who has it with a given name."""
    owners: dict[str, set[int]] = defaultdict(set)
    for (surname, _), people in groups.people.items():
        owners[surname].update(*people.values())
    for name in groups.names:
        owner = owners.get(name.normalized, set())
        if name.sort == "person" and len(owner) == 1 and name.expert not in owner:
            reason = f"{name.normalized!r} is the surname of only one who is known with a given name"
            yield _pair(min(owner), name.expert, reason)


def _paired(known: Sequence[_T]) -> Iterator[tuple[_T, _T]]:
    """All pairs of a few; of many the first with each of the others."""
    if len(known) <= _LARGE:
        return combinations(known, 2)
    return islice(((known[0], other) for other in known[1:]), _MOST_PAIRS)


def _pair(one: int, other: int, reason: str) -> Pair:
    return Pair(min(one, other), max(one, other), reason)


def _tell(pair: Pair, first: ExpertRef, second: ExpertRef) -> str:
    """The reason; of a common name also what roles and affiliations say about it."""
    if pair.alias_of is not None:
        return f"{pair.reason} {(first if pair.alias_of == first.id else second).name!r}"
    if not pair.same_name:
        return pair.reason
    if sort_of(first.kind) != sort_of(second.kind):
        return f"{pair.reason}, but as {first.kind} and {second.kind}"
    one, other = (first.role, first.affiliation), (second.role, second.affiliation)
    if differing := conflict(one, other):
        return f"{pair.reason}: same name, other {differing}"
    if agreeing(one, other):
        return f"{pair.reason}, and their roles or affiliations have words in common"
    return f"{pair.reason}; roles and affiliations do not tell whether they are one"


def _read_names(connection: Connection) -> Iterator[Name]:
    """The names of people and organizations, those that were added last first."""
    columns = (root_of, experts.c.kind, expert_names.c.name, expert_names.c.normalized, expert_names.c.origin)
    asked = (
        select(*columns)
        .join_from(experts, expert_names, expert_names.c.expert_id == experts.c.id)
        .where(experts.c.kind.in_(("person", "author", "organization")))
        .order_by(expert_names.c.id.desc())
        .limit(MOST_NAMES)
    )
    for expert, kind, name, normalized, origin in connection.execute(asked, execution_options={"yield_per": 5_000}):
        sort = sort_of(kind)
        full = tells_apart(name, kind)
        is_surname = sort == "person" and origin == "alias" and not full
        if not is_surname and is_proper(name, kind):
            short = name.replace(".", "")
            is_acronym = 1 < len(short) < 9 and short.isupper()
            yield Name(expert, sort, normalized, full, is_acronym=is_acronym, is_alias=origin == "alias")


def _read_apart(connection: Connection) -> set[tuple[int, int]]:
    """Pairs of experts that somebody took apart, as what they are part of now."""
    asked = select(expert_changes.c.expert_id, expert_changes.c.other_id)
    split = connection.execute(asked.where(expert_changes.c.action.in_(("unmerge", "split")))).all()
    known = sorted({one for pair in split for one in pair})
    roots: dict[int, int] = {}
    for start in range(0, len(known), 5_000):
        part = experts.c.id.in_(known[start : start + 5_000])
        roots |= dict(connection.execute(select(experts.c.id, root_of).where(part)).all())
    found = {tuple(sorted((roots[one], roots[other]))) for one, other in split if one in roots and other in roots}
    return {(first, second) for first, second in found if first != second}
