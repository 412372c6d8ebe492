"""Names of persons in a text: runs of capitalized words, full names by surname."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import nouns, words
from .lexicon import lexicon
from .nodes import Node, Sentence
from .words import wordset

_PARTICLES = wordset("de da di del della van von der den al el bin ibn ben la le du dos das ter abu")
_SUFFIXES = wordset("jr. sr. jr sr ii iii iv")
_LONGEST_NAME = 5


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalized words side by side: nodes [first, after) of a sentence."""

    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom the text names in full: the fullest form, and how often any full form occurs."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Names:
    """The persons that a text names in full, by surname in lower case."""

    persons: dict[str, tuple[Person, ...]]

    def fullest(self, name: str, /) -> str | None:
        """The full name that a name stands for: by first name, or for a surname alone the person named most often."""
        found = self.persons.get(surname(name), ())
        if " " in name.strip():
            agreeing = tuple(person for person in found if _agree(person.name, name))
            shorter = name.split(maxsplit=1)[1]
            found = agreeing or tuple(person for person in found if " " in shorter and _agree(person.name, shorter))
        return max(found, key=lambda person: person.count).name if found else None


def surname(name: str, /) -> str:
    """The last word of a name that is no suffix, in lower case."""
    parts = [part for part in name.lower().split() if part not in _SUFFIXES]
    return parts[-1] if parts else name.lower()


def find_names(sentences: Sequence[Sentence], text: str, /) -> Names:
    """The persons that a parsed text names in full outside its quotations."""
    found: dict[str, list[Person]] = {}
    for sentence in sentences:
        nodes = sentence.nodes
        if is_title_case(nodes):
            continue
        for run in runs(nodes):
            person = person_in(nodes, run)
            if person is not None and person.after - person.first > 1:
                _count(found, text[nodes[person.first].start : nodes[person.after - 1].end])
    return Names({key: tuple(_without_openers(persons)) for key, persons in found.items()})


def _without_openers(persons: Sequence[Person], /) -> list[Person]:
    """Without 'Rival Jane Doe' where there is Jane Doe: a sentence began with the word before the name."""
    names = {person.name for person in persons}
    return [person for person in persons if person.name.split(maxsplit=1)[1] not in names]


def _count(found: dict[str, list[Person]], name: str, /) -> None:
    persons = found.setdefault(surname(name), [])
    for place, known in enumerate(persons):
        if _agree(known.name, name):
            persons[place] = Person(max(known.name, name, key=len), known.count + 1)
            return
    persons.append(Person(name, 1))


def _agree(known: str, name: str, /) -> bool:
    """True when two names with one surname can be one person's: the same first name, or its initial."""
    first, other = known.split()[0].lower(), name.split()[0].lower()
    return first == other or (first[0] == other[0] and "." in (first[-1], other[-1]))


def is_title_case(nodes: Sequence[Node], /) -> bool:
    """True for a headline in title case, whose capitals name nobody."""
    tags = [node.tag for node in nodes]
    plain, capital = tags.count("word"), tags.count("cap")
    if capital < 4 or capital <= plain:
        return False
    links = [node for node in nodes[1:] if node.tag in ("aux", "prep", "poss", "sub", "pron") and node.low != "i"]
    return any(node.text[0].isupper() for node in links) or (plain == 0 and not links)


def runs(nodes: Sequence[Node], /, *, first: int = 0, after: int | None = None) -> Iterator[Run]:
    """The maximal runs of capitalized words between two nodes."""
    after = len(nodes) if after is None else after
    k = first
    while k < after:
        if not _is_capital(nodes, k):
            k += 1
            continue
        end = k + 1
        while end < after and (_is_capital(nodes, end) or _joins(nodes, end, after)):
            end += 1
        yield Run(k, end)
        k = end


def _is_capital(nodes: Sequence[Node], k: int, /) -> bool:
    node = nodes[k]
    if node.tag == "cap":
        opens = node.low.endswith("ly") or (node.low.endswith("ed") and node.low in lexicon().verbs)
        return not (k == 0 and opens)  # "Asked whether ...": an adverb or a participle that opens the sentence
    return (
        node.tag in ("time", "aux", "adv", "prep")
        and k > 0
        and node.text[0].isupper()
        and node.low in ("may", "will", "van", "april")
    )


def _joins(nodes: Sequence[Node], k: int, after: int, /) -> bool:
    """A particle between the parts of a name ('Ursula von der Leyen'), or a suffix after it."""
    if nodes[k].low in _SUFFIXES:
        return True
    if nodes[k].low not in _PARTICLES:
        return False
    return any(nodes[x].tag == "cap" for x in range(k + 1, min(after, k + 3)))


def person_in(nodes: Sequence[Node], run: Run, /) -> Run | None:
    """The part of a run that is a person's name: titles before it left out, None for organizations and places."""
    first, after = run.first, run.after
    for k in range(after - 2, first - 1, -1):
        if nodes[k].low.rstrip(".") in words.TITLES:
            first = k + 1
            break
    if first == 0 and after > 2 and nodes[0].low in nouns.NAME_STOPPERS:
        first = 1
    lows = [nodes[k].low for k in range(first, after)]
    if not lows or len(lows) > _LONGEST_NAME:
        return None
    if any(low in nouns.ORGANIZATION_WORDS or low in nouns.NAME_STOPPERS for low in lows):
        return None
    if any(low in nouns.PLACES for low in lows) and first == run.first:
        return None
    if lows[-1] in nouns.NAME_ENDERS:
        return None
    if any(node.text.isupper() and len(node.low) > 3 and "." not in node.low for node in nodes[first:after]):
        return None
    return Run(first, after)
