"""What a source phrase names: a person, an organization, a group, a document, or nobody by itself (a pronoun)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.schemas.claims import ExpertKind

from . import nouns, words
from .found import Range
from .names import Names, Run, person_in, runs
from .nodes import Node
from .roles import affiliation, apposition, prenominal
from .words import wordset

_RELATIVE = wordset("who which that whose whom")
_MARKS = frozenset([",", "(", ")", "—", "–", "--", "[", ";", ":", "-"])
_LONGEST_NAME = 10
_DEMONYM = ("ns", "ts", "rs", "ls", "ves", "ites", "ish")
_DEFINITE = wordset("the these those this")
_ARTICLES = _DEFINITE | {"a", "an"}
_OWNED = words.POSSESSIVES - {"'s", "’s"}
_PRONOUNS = words.PERSONAL | words.RELATIVES | words.POSSESSIVES | wordset("him them me us")
_CAMEL = re.compile(r"^(?!Ma?c)\w*[a-z][A-Z]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A holder as one source phrase names it.

    ``head`` is its last noun, or the name as written; ``definite`` a noun with "the", which may repeat a holder.
    """

    name: str
    kind: ExpertKind
    key: str
    head: str
    role: str | None = None
    affiliation: str | None = None
    definite: bool = False


def is_pronoun(nodes: Sequence[Node], source: Range, /) -> bool:
    """True when the source is a pronoun or a relative, which names nobody by itself; "US" and "WHO" are none."""
    first = nodes[source[0]]
    acronym = len(first.text) > 1 and first.text.isupper()
    return source[1] - source[0] == 1 and first.low in _PRONOUNS and not acronym


def describe(nodes: Sequence[Node], source: Range, names: Names, text: str, /) -> Mention | None:
    """The mention that a source phrase is; None for pronouns and for phrases without a noun."""
    first, after = _strip(nodes, source)
    if first >= after or is_pronoun(nodes, (first, after)) or (after - first == 1 and nodes[first].low == "one"):
        return None
    segment = _head_segment(nodes, first, after)
    core = _core(nodes, segment)
    several = _several(nodes, core, names)
    if several is not None:
        name = text[nodes[several[0]].start : nodes[several[1] - 1].end]
        return Mention(name, "group", name.lower(), name)
    person = _named_person(nodes, core, names)
    if person is not None:
        role = apposition(nodes, person.after, text) or prenominal(nodes, core[0], person, text)
        return _person(nodes, person, names, text, role)
    renamed = _renamed(nodes, segment[1], after, names)
    if renamed is not None:
        role = text[nodes[segment[0]].start : nodes[segment[1] - 1].end]
        return _person(nodes, renamed, names, text, role)
    return _common(nodes, segment, core, text)


def _strip(nodes: Sequence[Node], source: Range, /) -> Range:
    first, after = source
    while first < after and (nodes[first].tag in ("punct", "cc", "adv", "sub") or nodes[first].low in ("even", "only")):
        first += 1
    while after > first and nodes[after - 1].tag in ("punct", "cc", "adv", "prep"):
        after -= 1
    return first, after


def _head_segment(nodes: Sequence[Node], first: int, after: int, /) -> Range:
    """The phrase up to an apposition, a parenthesis or a relative clause."""
    for k in range(first + 1, after):
        if nodes[k].low in _MARKS or nodes[k].low in _RELATIVE or (nodes[k].tag == "sub" and k > first):
            return first, k
    return first, after


def _core(nodes: Sequence[Node], segment: Range, /) -> Range:
    """The part of the phrase that its head ends: before "of", "for", "in", after a possessive."""
    first, after = segment
    for k in range(first + 1, after):
        if nodes[k].tag == "prep" and not (nodes[k].low == "of" and _in_title(nodes, k, after)):
            after = k
            break
        reduced = nodes[k].tag == "word" and nodes[k].low.endswith(("ing", "ed")) and nodes[k - 1].low.endswith("s")
        if reduced or nodes[k].tag == "time" or (nodes[k].low in ("last", "this") and k > first + 1):
            after = k
            break
    for k in range(after - 2, first, -1):
        if nodes[k].low in ("'s", "’s"):
            return k + 1, after
    return first, after


def _in_title(nodes: Sequence[Node], k: int, after: int, /) -> bool:
    """True for the "of" in 'Secretary of State Jane Doe': a person's name follows within the run."""
    before = nodes[k - 1].tag == "cap" and nodes[k - 1].low in words.TITLES
    return before and k + 3 <= after and all(node.tag == "cap" for node in nodes[k + 1 : min(k + 4, after)])


def _named_person(nodes: Sequence[Node], core: Range, names: Names, /) -> Run | None:
    """The person's name that ends the core: a full name, a titled one, or the surname of one named in full."""
    found = [
        run for run in runs(nodes, first=core[0], after=core[1]) if run.after == core[1] or _is_self(nodes, run.after)
    ]
    if not found:
        return None
    run = found[-1]
    person = person_in(nodes, run)
    if person is None:
        return None
    length = person.after - person.first
    single = nodes[person.first].low
    plain = not _after_the(nodes, person.first) and single not in nouns.PLACES and not _is_acronym(nodes[person.first])
    if length >= 2:
        return None if _after_the(nodes, run.first) and names.fullest(_words(nodes, person)) is None else person
    if names.fullest(nodes[person.first].text) or person.first > run.first:
        return person
    alone = core[1] - core[0] == 1 and not single.endswith("s") and not _CAMEL.search(nodes[person.first].text)
    return person if plain and alone else None


def _several(nodes: Sequence[Node], core: Range, names: Names, /) -> Range | None:
    """'Roe and Jane Doe': two persons who hold something together, one group."""
    for k in range(core[0] + 1, core[1] - 1):
        if nodes[k].low in ("and", "&") and nodes[k - 1].tag == "cap" and nodes[k + 1].tag == "cap":
            first, second = _named_person(nodes, (core[0], k), names), _named_person(nodes, (k + 1, core[1]), names)
            if first is not None and second is not None:
                return first.first, second.after
    return None


def _is_self(nodes: Sequence[Node], k: int, /) -> bool:
    return k < len(nodes) and nodes[k].low in ("himself", "herself", "themselves")


def _is_acronym(node: Node, /) -> bool:
    return node.text.isupper() and len(node.text) > 1


def _after_the(nodes: Sequence[Node], k: int, /) -> bool:
    return k > 0 and nodes[k - 1].low == "the"


def _words(nodes: Sequence[Node], run: Run, /) -> str:
    return " ".join(node.text for node in nodes[run.first : run.after])


def _renamed(nodes: Sequence[Node], k: int, after: int, names: Names, /) -> Run | None:
    """The name after 'her lawyer, Jane Doe': an apposition that is nothing but a person's name."""
    if k + 1 >= after or nodes[k].low not in (",", "—", "–"):
        return None
    run = next(runs(nodes, first=k + 1, after=after), None)
    if run is None or run.first > k + 3 or any(nodes[x].tag not in ("word", "adv") for x in range(k + 1, run.first)):
        return None
    person = person_in(nodes, run)
    if person is None or (person.after < after and nodes[person.after].low not in (",", "—", "–", "(")):
        return None
    return person if person.after - person.first > 1 or names.fullest(_words(nodes, person)) else None


def _person(nodes: Sequence[Node], person: Run, names: Names, text: str, role: str | None, /) -> Mention:
    name = text[nodes[person.first].start : nodes[person.after - 1].end]
    full = names.fullest(name) or name
    return Mention(full, "person", full.lower(), name, role, affiliation(role))


def _common(nodes: Sequence[Node], segment: Range, core: Range, text: str, /) -> Mention | None:
    first, after = segment
    head = nodes[core[1] - 1]
    definite = nodes[first].low in _DEFINITE
    owned = nodes[first].low in _OWNED
    bare = first + 1 if owned or nodes[first].low in _ARTICLES else first
    if bare >= after:
        return None
    if after - bare > _LONGEST_NAME:
        after = max(core[1], bare + 1)
    start = bare if owned or (head.tag == "cap" and nodes[first].low == "the") else first
    name = text[nodes[start].start : nodes[after - 1].end]
    key = text[nodes[bare].start : nodes[after - 1].end].lower()
    return Mention(name, _kind(nodes, core, head), key, head.low, definite=definite)


def _kind(nodes: Sequence[Node], core: Range, head: Node, /) -> ExpertKind:
    low = head.low
    singular = low.removesuffix("s")
    if low in nouns.PERSONS and low != "general":
        return "person"
    if head.tag == "cap":
        return _capital_kind(nodes, core, low)
    if low in nouns.GROUPS or head.tag in ("num", "det"):
        return "group"
    if low in nouns.DOCUMENTS or singular in nouns.DOCUMENTS:
        return "document"
    if low in nouns.BODIES:
        return "organization"
    if low.endswith("s") and not low.endswith("ss"):
        return "group"
    return "person" if low in nouns.PERSONS or low.endswith(("er", "or", "ist", "ian", "man", "woman")) else "group"


def _capital_kind(nodes: Sequence[Node], core: Range, low: str, /) -> ExpertKind:
    """The kind of a holder whose head is capitalized and no person's name."""
    if low in nouns.ORGANIZATION_WORDS - nouns.PARTISANS or low in nouns.PLACES:
        return "organization"
    if low in nouns.DOCUMENTS:
        return "document"
    if low in nouns.GROUPS or (low.endswith(_DEMONYM) and core[1] - core[0] <= 3):
        return "group"
    return "person" if nodes[core[0]].low in ("a", "an", "one") else "organization"
