"""Which drafts of experts are one and the same holder.

People are one when their names can be one person's: the same given name or its initial, the same surname. A surname
alone goes to the only person of that name in the article; where the article names two, to neither, unless an alias says
so. An alias never joins people whose given names differ. Organizations, groups and documents are one under the same
words, as an acronym that the article explains, or by alias. People and others are never one; all drafts of the author
are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from extractor.names import NameIndex
from extractor.names.name_words import GENERATIONS, declined
from extractor.schemas import Article
from extractor.schemas.drafts import DraftExpert

from .person_names import PersonName, is_named, likeness, person_name, phrase, same_words

_OPENING = re.compile(r"\s*[(\[]")
Drafts = Sequence[tuple[int, DraftExpert]]


@dataclass(slots=True)
class _Holder:
    """Drafts that are one holder: their places and, of people, the different names."""

    places: list[int]
    names: list[PersonName] = field(default_factory=list)
    words: list[tuple[str, ...]] = field(default_factory=list)


def same_holders(drafts: Drafts, article: Article, index: NameIndex, /) -> list[list[int]]:
    """The places in ``drafts`` that belong together, each list ascending, the lists by their first place."""
    authors = [place for place, (_, draft) in enumerate(drafts) if draft.kind == "author"]
    bylines = _bylines(drafts, authors, article)
    people, others = [], []
    for place, (_, draft) in enumerate(drafts):
        if draft.kind == "author":
            continue
        if draft.kind != "person":
            others.append(place)
        elif authors and any(likeness(person_name(draft.name), name) == "same" for name in bylines):
            authors.append(place)
        else:
            people.append(place)
    holders = [_Holder(sorted(authors))] if authors else []
    holders += _people(drafts, people, article, index)
    holders += _others(drafts, others, article)
    return sorted(sorted(holder.places) for holder in holders)


def _bylines(drafts: Drafts, authors: Iterable[int], article: Article) -> list[PersonName]:
    """The author's full names, from the article and from the drafts."""
    told = [article.author or "", *(drafts[place][1].name for place in authors)]
    return [name for name in map(person_name, told) if name.full]


def _people(drafts: Drafts, places: Iterable[int], article: Article, index: NameIndex) -> list[_Holder]:
    named: dict[PersonName, list[int]] = defaultdict(list)
    unnamed: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in places:
        told = drafts[place][1].name
        if is_named(told):
            named[person_name(told)].append(place)
        else:
            unnamed[phrase(told)].append(place)
    holders: list[_Holder] = []
    for name in sorted(named, key=lambda name: (*(-weight for weight in name.weight), name.tokens, name.generation)):
        owner = _owner(name, named[name], holders, drafts, article, index)
        if owner is None:
            holders.append(_Holder(list(named[name]), [name]))
        else:
            owner.places += named[name]
            owner.names.append(name)
    holders += [_Holder(places, words=[words]) for words, places in sorted(unnamed.items())]
    return _joined_by_alias(holders, drafts)


def _owner(
    name: PersonName,
    places: Sequence[int],
    holders: Sequence[_Holder],
    drafts: Drafts,
    article: Article,
    index: NameIndex,
) -> _Holder | None:
    """The only holder whose names go with ``name``; None when there is none or more than one."""
    fitting: dict[str, list[_Holder]] = {"same": [], "surname": [], "given": []}
    for holder in holders:
        full = [other for other in holder.names if other.full] or holder.names
        kinds = {likeness(name, other) for other in full}
        if len(kinds) == 1 and not _other_generation(name, places, holder, drafts, article):
            fitting.setdefault(kinds.pop(), []).append(holder)
    candidates = fitting["same"] or fitting["surname"] or fitting["given"]
    if len(candidates) > 1:
        candidates = [holder for holder in candidates if not any(other.generation for other in holder.names)]
    if len(candidates) != 1 or (not name.full and _is_shared(name, candidates[0].names, index)):
        return None
    return candidates[0]


def namesakes(names: Iterable[PersonName], index: NameIndex, /) -> frozenset[str]:
    """The given names, folded, that make somebody else of the surname of a person with these names."""
    known = list(names)
    own = {token for name in known for token in name.tokens}
    surnames = {name.tokens[-1] for name in known if name.tokens}
    return frozenset(
        given
        for given, surname in index.full_names
        if any(declined(surname, other) for other in surnames) and not _is_own(given, own, index)
    )


def _is_shared(name: PersonName, names: Iterable[PersonName], index: NameIndex) -> bool:
    """True when the article also has this surname, given name or initial in the full name of somebody else."""
    own = {token for known in names for token in known.tokens}
    initial = name.tokens[0] if len(name.tokens) > 1 else ""
    for given, surname in index.full_names:
        if declined(surname, name.tokens[-1]) and given.startswith(initial) and not _is_own(given, own, index):
            return True
        if len(name.tokens) == 1 and declined(given, name.tokens[0]) and not _is_own(surname, own, index):
            return True
    return False


def _is_own(token: str, own: Collection[str], index: NameIndex) -> bool:
    """True for a name of the person himself, its initial, or a middle name that the article puts behind one."""
    return any(
        declined(token, other)
        or (min(len(token), len(other)) == 1 and token[0] == other[0])
        or (other, token) in index.full_names
        for other in own
    )


def _other_generation(
    name: PersonName, places: Sequence[int], holder: _Holder, drafts: Drafts, article: Article
) -> bool:
    """True when "Jr." or "II" tells two full names apart.

    One name without it may still be short for the one with it: not when both stand in one chunk's draft, nor when the
    article writes the full name without it somewhere.
    """
    for other in holder.names:
        if not name.full or not other.full or name.generation == other.generation:
            continue
        if name.generation and other.generation:
            return True
        without = (
            places if not name.generation else [p for p in holder.places if person_name(drafts[p][1].name) == other]
        )
        chunks = {drafts[place][0] for place in places} & {drafts[place][0] for place in holder.places}
        if chunks or any(_stands_bare(drafts[place][1].name, article.text) for place in without):
            return True
    return False


def _stands_bare(name: str, text: str) -> bool:
    """True when the article has the name without a generation behind it."""
    suffixes = "|".join(sorted(GENERATIONS))
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)(?!,?\s+(?i:{suffixes})\b)", text) is not None


def _joined_by_alias(holders: Sequence[_Holder], drafts: Drafts) -> list[_Holder]:
    """Join holders of which one has the other's name as an alias, where no third one claims it."""
    claims: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, holder in enumerate(holders):
        for alias in {alias for place in holder.places for alias in drafts[place][1].aliases if is_named(alias)}:
            claims[_key(alias, holder)].add(number)
    joined = list(range(len(holders)))
    for key, claimants in sorted(claims.items()):
        named = {number for number, holder in enumerate(holders) if _has_name(holder, key)}
        pair = {_root(joined, number) for number in claimants | named}
        if named and len(pair) == 2:
            first, second = sorted(pair)
            members = [[h for n, h in enumerate(holders) if _root(joined, n) == root] for root in (first, second)]
            if _may_be_one(*members):
                joined[second] = first
    merged: dict[int, _Holder] = {}
    for number, holder in enumerate(holders):
        into = merged.setdefault(_root(joined, number), _Holder([]))
        into.places += holder.places
        into.names += holder.names
        into.words += holder.words
    return list(merged.values())


def _key(alias: str, holder: _Holder) -> tuple[str, ...]:
    return person_name(alias).tokens if holder.names else phrase(alias)


def _has_name(holder: _Holder, key: tuple[str, ...]) -> bool:
    return any(same_words(name.tokens, key) for name in holder.names) or any(
        same_words(words, key) for words in holder.words
    )


def _root(joined: Sequence[int], number: int) -> int:
    while joined[number] != number:
        number = joined[number]
    return number


def _may_be_one(first: Iterable[_Holder], second: Iterable[_Holder]) -> bool:
    """False when both sides have a full name and the names cannot be one person's."""
    ours = [name for holder in first for name in holder.names if name.full]
    theirs = [name for holder in second for name in holder.names if name.full]
    return all(
        likeness(one, other) == "same" and one.generation == other.generation for one in ours for other in theirs
    )


def _others(drafts: Drafts, places: Iterable[int], article: Article) -> list[_Holder]:
    """Organizations, groups and documents under the same words, the words of an acronym, or by alias."""
    holders: list[_Holder] = []
    for place in places:
        words = phrase(drafts[place][1].name)
        for holder in holders:
            if any(same_words(words, known) for known in holder.words):
                holder.places.append(place)
                break
        else:
            holders.append(_Holder([place], words=[words]))
    holders.sort(key=lambda holder: holder.words)
    return _joined_by_alias(_joined_by_acronym(holders, drafts, article.text), drafts)


def _joined_by_acronym(holders: Sequence[_Holder], drafts: Drafts, text: str) -> list[_Holder]:
    """Join "International Monetary Fund" and "IMF" where the article has one in brackets behind the other."""
    short = [holder for holder in holders if len(holder.words[0]) == 1 and _told(holder, drafts).isupper()]
    kept = list(holders)
    for acronym in short:
        if not _is_beside_bracket(_told(acronym, drafts), text):
            continue
        name = re.escape(_told(acronym, drafts))
        for holder in kept:
            long = re.escape(_told(holder, drafts)).replace(r"\ ", r"\s+")
            if holder is not acronym and re.search(
                rf"(?i:{long})\s*[(\[][^)\]\w]?{name}[)\]]|{name}\s*[(\[](?:the\s+)?(?i:{long})", text
            ):
                holder.places += acronym.places
                holder.words += acronym.words
                kept.remove(acronym)
                break
    return kept


def _is_beside_bracket(acronym: str, text: str) -> bool:
    """True when a bracket opens or closes behind an acronym somewhere: without one it is explained nowhere."""
    at = text.find(acronym)
    while at >= 0:
        behind = text[at + len(acronym) : at + len(acronym) + 1]
        if (behind and behind in "()[]") or (behind.isspace() and _OPENING.match(text, at + len(acronym))):
            return True
        at = text.find(acronym, at + 1)
    return False


def _told(holder: _Holder, drafts: Drafts) -> str:
    return drafts[holder.places[0]][1].name.strip()
