"""Holders: one for each person, organization, group or document that the article gives a claim to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractor.schemas.claims import ExpertKind
from extractor.schemas.drafts import DraftExpert

from . import words
from .found import Attribution, Range
from .mentions import Mention, describe, is_pronoun
from .names import Names, find_names, person_in, runs
from .nodes import Node, Sentence
from .phrases import main_subject, noun_phrase_left
from .pronouns import FIRST_PERSON, Focus
from .roles import affiliation, apposition, prenominal

AUTHOR = "author"
_AUTHOR_KEY = "the author of the article"
"""Not the words of any mention: somebody else's "its author" is another person."""
_WORD = re.compile(r"[\w-]+")
_BYLINE = 6
"""Nodes that a line "By Ann Roe" has at most; it names the author and nobody that a pronoun stands for."""
_SHORT_TITLES = {"sen.": "senator", "rep.": "representative", "gov.": "governor", "gen.": "general", "col.": "colonel"}


@dataclass(slots=True)
class Holder:
    """A holder as far as it is known; ``head`` is the head noun of one that is no person, in lower case."""

    name: str
    kind: ExpertKind
    role: str | None = None
    affiliation: str | None = None
    aliases: list[str] = field(default_factory=list)
    head: str = ""

    def learn(self, mention: Mention, /) -> None:
        """Take over what a further mention tells; the longest role wins."""
        if mention.role and len(mention.role) > len(self.role or ""):
            self.role, self.affiliation = mention.role, mention.affiliation or self.affiliation
        short = mention.head if mention.kind == "person" and self.kind == "person" else mention.name
        if short.islower() or short.split()[0].lower() in ("the", "a", "an", "these", "those", "this"):
            return
        if short.lower() != self.name.lower() and short.lower() not in (alias.lower() for alias in self.aliases):
            self.aliases.append(short)

    def draft(self) -> DraftExpert:
        """The holder as a draft expert."""
        return DraftExpert(
            name=self.name, kind=self.kind, role=self.role, affiliation=self.affiliation, aliases=list(self.aliases)
        )


class Holders:
    """Resolves the sources of a text, in the order of its sentences, to holders."""

    def __init__(self, sentences: Sequence[Sentence], text: str, /, *, author: str | None = None) -> None:
        self._sentences = sentences
        self._text = text
        self._names: Names = find_names(sentences, text)
        self._roles = _roles(sentences, self._names, text)
        self._focus = Focus()
        self._author = Holder(author or AUTHOR, "author")
        self.known: dict[str, Holder] = {}

    def author(self) -> str:
        """The key of the author, who becomes known by it."""
        self.known.setdefault(_AUTHOR_KEY, self._author)
        return _AUTHOR_KEY

    @property
    def author_name(self) -> str:
        """The author's name from the metadata, else "author"."""
        return self._author.name

    def rehearse(self, items: Mapping[int, Sequence[Attribution]], /) -> None:
        """Go through the text once to learn who is "he" and who is "she"; ``items`` are attributions by sentence."""
        for sentence in self._sentences:
            if sentence.index not in items:
                self.pass_over(sentence)
            for item in items.get(sentence.index, ()):
                self.resolve(item)
        self._focus.settle()
        self.known.clear()

    def pass_over(self, sentence: Sentence, /) -> None:
        """Note whom a sentence without attribution speaks of."""
        if sentence.nodes[0].low == "by" and len(sentence.nodes) <= _BYLINE:
            return
        subject = main_subject(sentence.nodes, sentence.end())
        mention = describe(sentence.nodes, subject, self._names, self._text) if subject else None
        known = mention is not None and (
            mention.kind == "organization" or self._names.fullest(mention.name) is not None
        )
        if mention is not None and known:
            self._focus.put(mention.key, mention.kind)
            self._focus.note_gender(mention.key, _title_before(sentence.nodes, subject))

    def resolve(self, item: Attribution, /) -> str | None:
        """The key of the holder of an attribution; None when its source names nobody that can be told."""
        if item.holder is None or item.source is None:
            return None
        nodes = self._sentences[item.sentence].nodes
        if is_pronoun(nodes, item.holder):
            said = " ".join(self._text[start:end] for start, end in item.parts if end <= item.source[0])
            names = frozenset(word.lower() for word in _WORD.findall(said) if word[0].isupper())
            key = self._pronoun(nodes, item.holder, names)
        else:
            key = self._named(nodes, item.holder)
        if key is not None and key in self.known:
            self._focus.put(key, self.known[key].kind)
        return key

    def _is_in(self, key: str, said: frozenset[str], /) -> bool:
        """True when the holder's surname is in what is said: 'Doe is wrong, he says' is not said by Doe."""
        name = self.known[key].name if key in self.known else key
        return name.split()[-1].lower() in said

    def _pronoun(self, nodes: Sequence[Node], source: Range, said: frozenset[str], /) -> str | None:
        low = nodes[source[0]].low
        if low in FIRST_PERSON:
            return self.author()
        if low in words.RELATIVES:
            return self._antecedent(nodes, source[0])
        if low in ("he", "she", "they"):
            earlier = self._subject_before(nodes, source[0], "group" if low == "they" else "person")
            if earlier is not None and not self._is_in(earlier, said):
                return earlier
        barred = frozenset(key for key, _ in self._focus.spoken_of[-40:] if self._is_in(key, said))
        key = self._focus.resolve(low, barred)
        return self._take(key) if key else None

    def _antecedent(self, nodes: Sequence[Node], k: int, /) -> str | None:
        end = k - 1 if k and nodes[k - 1].low == "," else k
        phrase = noun_phrase_left(nodes, end, 0) if end else None
        if phrase is None or is_pronoun(nodes, phrase):
            return None
        return self._named(nodes, _last_noun(nodes, phrase))

    def _subject_before(self, nodes: Sequence[Node], k: int, kind: ExpertKind, /) -> str | None:
        """The person or group that is the subject of the sentence's first clause, for a pronoun later in it."""
        subject = main_subject(nodes, k)
        if subject is None or is_pronoun(nodes, subject) or subject[1] > k:
            return None
        mention = describe(nodes, subject, self._names, self._text)
        if (
            mention is None
            or mention.kind != kind
            or (subject[1] < len(nodes) and nodes[subject[1]].low in ("'s", "’s"))
        ):
            return None
        return self._add(mention)

    def _named(self, nodes: Sequence[Node], source: Range, /) -> str | None:
        mention = describe(nodes, source, self._names, self._text)
        if mention is None:
            return None
        title = _title_before(nodes, source)
        if mention.kind == "person" and self._focus.is_other(mention.key, title):
            name = self._text[nodes[source[0]].start : nodes[source[0]].end] + " " + mention.head
            mention = replace(mention, name=name, key=name.lower(), head=name, role=None, affiliation=None)
        self._focus.note_gender(mention.key, title or mention.role)
        if mention.definite:
            named_before = self._same_as(mention)
            if named_before is not None:
                return named_before
        return self._add(mention)

    def _same_as(self, mention: Mention, /) -> str | None:
        """The holder that 'the senator' or 'the council' repeats: the only one with that word in its role or name."""
        found = {
            key for key, role in self._roles.items() if mention.kind == "person" and mention.head in _role_words(role)
        }
        if not found:
            found = {
                key
                for key, holder in self.known.items()
                if holder.kind == mention.kind != "person" and _repeats(mention, key, holder)
            }
            return self._take(found.pop()) if len(found) == 1 else None
        latest = [key for key, _ in self._focus.spoken_of if key in found]
        key = latest[-1] if latest else found.pop() if len(found) == 1 else None
        return self._take(key) if key else None

    def _take(self, key: str, /) -> str | None:
        """A holder that was spoken of and becomes known by its first claim."""
        if key not in self.known:
            full = self._names.fullest(key)
            if full is None or full.lower() != key:
                return None
            self.known[key] = Holder(full, "person")
            self._complete(key)
        return key

    def _add(self, mention: Mention, /) -> str:
        holder = self.known.get(mention.key)
        if holder is None:
            holder = self.known[mention.key] = Holder(mention.name, mention.kind, head=mention.head.lower())
            self._complete(mention.key)
        holder.learn(mention)
        return mention.key

    def _complete(self, key: str, /) -> None:
        holder = self.known[key]
        if holder.kind == "person" and key in self._roles:
            holder.role = self._roles[key]
            holder.affiliation = affiliation(holder.role)


def _title_before(nodes: Sequence[Node], source: Range | None, /) -> str | None:
    if source is None:
        return None
    return " ".join(node.low for node in nodes[source[0] : min(source[1], source[0] + 3)])


def _repeats(mention: Mention, key: str, holder: Holder, /) -> bool:
    """True when a definite mention can repeat a holder: the same head noun, and no word that its name lacks."""
    return mention.key == key or (
        holder.head.split()[-1:] == [mention.head] and set(mention.key.split()) <= set(key.split())
    )


def _role_words(role: str, /) -> set[str]:
    return {_SHORT_TITLES.get(word, word) for word in role.lower().split()}


def _last_noun(nodes: Sequence[Node], phrase: Range, /) -> Range:
    """What a relative pronoun belongs to: the last noun phrase, not 'the home of Jane Doe'."""
    for k in range(phrase[1] - 2, phrase[0] - 1, -1):
        if nodes[k].low == "of" and nodes[k + 1].tag == "cap" and nodes[phrase[1] - 1].tag == "cap":
            return k + 1, phrase[1]
    return phrase


def _roles(sentences: Sequence[Sentence], names: Names, text: str, /) -> dict[str, str]:
    """The longest role that the text gives to each person that it names in full, by that name in lower case."""
    found: dict[str, str] = {}
    for sentence in sentences:
        nodes = sentence.nodes
        for run in runs(nodes):
            person = person_in(nodes, run)
            full = names.fullest(text[nodes[person.first].start : nodes[person.after - 1].end]) if person else None
            if person is None or full is None:
                continue
            key = full.lower()
            start = _phrase_start(nodes, person.first)
            for role in (apposition(nodes, person.after, text), prenominal(nodes, start, person, text)):
                if role and len(role) > len(found.get(key, "")):
                    found[key] = role
    return found


def _phrase_start(nodes: Sequence[Node], k: int, /) -> int:
    """Where the words before a name that can be its title begin."""
    start = k
    while start and k - start < 6 and nodes[start - 1].low.rstrip(".") in words.TITLES:
        start -= 1
    return start
