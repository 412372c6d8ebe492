"""Which words of a text look like names of people, by their capitals and the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .attributions import Stretch
from .word_lists import FUNCTION_WORDS, NEVER_PEOPLE, TITLES

_JOINT: Final = re.compile(r"[ \t\xa0]+|\.[ \t\xa0]*|-|['’]")


def person_words(text: str, edges: Sequence[Stretch], words: Sequence[str], /) -> frozenset[int]:
    """The numbers of the words that belong to a name like that of a person.

    A run of words with a capital is one when it has two words besides titles, or one behind a title, and none that
    only bodies, places and dates have. A surname of such a run counts wherever it stands with one other name at most.
    """
    runs = list(_runs(text, edges, words))
    cores = [core for run in runs if (core := _core(run, text, edges, words))]
    surnames = {words[core[-1]] for core in cores}
    found = {number for core in cores for number in core}
    for run in runs:
        named = [number for number in run if words[number] not in FUNCTION_WORDS | TITLES]
        if len(named) <= 2:
            found.update(number for number in named if words[number] in surnames - NEVER_PEOPLE)
    return frozenset(found)


def _runs(text: str, edges: Sequence[Stretch], words: Sequence[str], /) -> Iterator[list[int]]:
    """Runs of words with a capital between which there is no more than a space, a hyphen or the dot of an initial."""
    run: list[int] = []
    for number, (start, _) in enumerate(edges):
        if not text[start].isupper():
            if run:
                yield run
            run = []
            continue
        if run and not _joined(text[edges[run[-1]][1] : start], words[run[-1]]):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _joined(gap: str, before: str, /) -> bool:
    """True when two words with ``gap`` between them may be one name: a dot ends an initial or a title only."""
    if not _JOINT.fullmatch(gap):
        return False
    if gap.startswith("."):
        return len(before) == 1 or before in TITLES
    return gap[0] not in "'’" or len(before) == 1


def _core(run: Sequence[int], text: str, edges: Sequence[Stretch], words: Sequence[str], /) -> list[int]:
    """The names in a run that looks like a person, without titles; else nothing."""
    named = list(run)
    while named and words[named[0]] in FUNCTION_WORDS:
        named.pop(0)
    titled = max((place for place in range(len(named) - 1) if words[named[place]] in TITLES), default=-1)
    core = [number for number in named[titled + 1 :] if words[number] not in FUNCTION_WORDS | TITLES]
    if any(words[number] in NEVER_PEOPLE for number in core):
        return []
    spelled = any(_is_spelled(text[slice(*edges[number])]) for number in core)
    return core if spelled and (titled >= 0 or len(core) >= 2) else []


def _is_spelled(word: str, /) -> bool:
    """True for a word that is no initial and no acronym."""
    return len(word) > 1 and not (word.isupper() and len(word) > 2)
