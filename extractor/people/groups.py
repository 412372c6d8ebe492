"""One expert per holder: drafts of the same person, organization, group, document or author become one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from extractor.figures.calendar_words import is_calendar_word
from extractor.names import NameIndex, name_index
from extractor.names.name_words import PARTICLES, fold
from extractor.schemas import Article, Span
from extractor.schemas.claims import ExpertKind
from extractor.schemas.drafts import DraftExpert

from .identity import Drafts, namesakes, same_holders
from .mentions import find_mentions, is_declinable, verbatim
from .person_names import (
    PersonName,
    is_named,
    is_usable_alias,
    likeness,
    person_name,
    phrase,
    surname_of,
    untitled,
    without_article,
)

_AUTHOR: Final = "author"
_KINDS: Final[tuple[ExpertKind, ...]] = ("author", "person", "organization", "group", "document")
_SHORTEST_SURNAME: Final = 4
"""Letters from which on a surname is looked for without a draft's word: shorter ones are other words too often."""


@dataclass(frozen=True)
class Group:
    """One holder of claims, from all the drafts that are about him.

    ``name`` is the fullest form in the article, verbatim; ``aliases`` are further forms, verbatim; ``mentions`` are
    the occurrences of the name and the aliases, ascending and without overlaps.
    """

    key: int
    name: str
    kind: ExpertKind
    role: str | None
    affiliation: str | None
    aliases: tuple[str, ...]
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Holder:
    """The drafts of one holder and the names that they give."""

    places: list[int]
    drafts: list[DraftExpert]
    kind: ExpertKind
    name: str
    aliases: list[str]
    surname: str = ""  # an alias that no draft gave: it counts only where the article uses it by itself

    @property
    def is_person(self) -> bool:
        return self.kind in ("person", "author")

    @property
    def forms(self) -> list[str]:
        return [form for form in (self.name, *self.aliases, self.surname) if form and form != _AUTHOR]

    @property
    def names(self) -> list[PersonName]:
        return [person_name(form) for form in self.forms]


def group_experts(drafts: Drafts, article: Article, /) -> tuple[list[Group], dict[tuple[int, str], int]]:
    """One group per holder, and the key of each draft.

    Takes (chunk index, draft) pairs. Returns the groups, with keys 0.. in the order of first mention (those without one
    last, as they were drafted), and the key of every (chunk index, name of the draft).

    An alias that is a pronoun, a title or a mere description ("the president") is dropped, and so is one that two
    holders claim: it tells nobody apart. A person's surname becomes an alias without being drafted when the article
    uses it by itself and has nobody else of that name.
    """
    index = name_index(article.text, language=article.language)
    found = _without_shared([_holder(places, drafts, article) for places in same_holders(drafts, article, index)])
    holders = [_with_surname(holder, found, index, article.language) for holder in found]
    people = [number for number, holder in enumerate(holders) if holder.is_person]
    mentions = find_mentions(
        article.text,
        {number: holder.forms for number, holder in enumerate(holders)},
        inflected=[number for number in people if any(name.full for name in holders[number].names)],
        namesakes={number: namesakes(holders[number].names, index) for number in people},
    )
    end = len(article.text)
    order = sorted(range(len(holders)), key=lambda n: (mentions[n][0][0] if mentions[n] else end, holders[n].places[0]))
    groups = [_group(key, holders[number], mentions[number], article) for key, number in enumerate(order)]
    keys: dict[tuple[int, str], int] = {}
    for key, number in sorted(enumerate(order), key=lambda pair: holders[pair[1]].places[0]):
        for place in holders[number].places:
            chunk, draft = drafts[place]
            keys.setdefault((chunk, draft.name), key)
    return groups, keys


def _holder(places: list[int], drafts: Drafts, article: Article) -> _Holder:
    members = [drafts[place][1] for place in places]
    kinds = Counter(draft.kind for draft in members)
    kind = "author" if "author" in kinds else max(_KINDS, key=lambda kind: (kinds[kind], -_KINDS.index(kind)))
    names = _written((draft.name for draft in members), kind, article.text)
    aliases = _written((a for d in members for a in d.aliases if is_usable_alias(a, kind)), kind, article.text)
    if kind == "author":
        name = article.author or _AUTHOR
    else:
        fuller = [alias for alias in aliases if all(_spells_out(alias, other, kind) for other in names)]
        fallback = members[0].name.strip()
        name = max([*names, *fuller], key=lambda form: _fullness(form, kind, article.text), default=fallback)
    return _Holder(places, members, kind, name, [form for form in dict.fromkeys([*names, *aliases]) if form != name])


def _written(told: Iterable[str], kind: ExpertKind, text: str) -> list[str]:
    """The names as they stand in the article, without titles and articles; those that do not occur are left out."""
    person = kind in ("person", "author")
    bares = dict.fromkeys(untitled(name) if person and is_named(name) else without_article(name) for name in told)
    found = (verbatim(text, name) for name in bares if fold(name) != _AUTHOR)
    return list(dict.fromkeys(filter(None, found)))


def _spells_out(alias: str, name: str, kind: ExpertKind) -> bool:
    """True when an alias is a fuller form of the name: with a given name, or the words of an acronym."""
    if kind == "person":
        return likeness(person_name(alias), person_name(name)) in ("same", "surname", "given")
    initials = "".join(word[0] for word in phrase(alias) if word not in PARTICLES | {"of", "the", "and", "for"})
    return name.isupper() and initials == fold(name).replace(".", "")


def _fullness(form: str, kind: ExpertKind, text: str) -> tuple[int, int, int, int]:
    """Orders forms of a name: more words, more letters (in Cyrillic fewer: the nominative), then the earlier one."""
    words, initials, letters = person_name(form).weight if kind == "person" else (len(phrase(form)), 0, len(form))
    return words, initials, -letters if is_declinable(form) else letters, -text.find(form)


def _without_shared(holders: Sequence[_Holder]) -> list[_Holder]:
    """The holders without the aliases that another one has as well."""
    claims = Counter(form for holder in holders for form in {holder.name, *holder.aliases})
    return [replace(holder, aliases=[form for form in holder.aliases if claims[form] == 1]) for holder in holders]


def _with_surname(holder: _Holder, holders: Sequence[_Holder], index: NameIndex, language: str | None) -> _Holder:
    """The holder with his surname as a further form, if that tells him apart."""
    surname = surname_of(holder.name)
    if not holder.is_person or len(surname) < _SHORTEST_SURNAME or surname[:1].islower():
        return holder
    if is_calendar_word(surname, language=language):
        return holder
    token = person_name(surname).tokens[-1]
    others = [name for other in holders if other is not holder for name in other.names]
    if surname in holder.forms or namesakes(holder.names, index) or any(token in name.tokens for name in others):
        return holder
    return replace(holder, surname=surname)


def _group(key: int, holder: _Holder, mentions: Sequence[tuple[int, int]], article: Article) -> Group:
    spans = tuple(article.span(start, end) for start, end in mentions)
    surname = [holder.surname] if any(span.text == holder.surname for span in spans) else []
    aliases = sorted([*holder.aliases, *surname], key=article.text.find)
    role = _longest(draft.role for draft in holder.drafts)
    affiliation = _longest(draft.affiliation for draft in holder.drafts)
    return Group(key, holder.name, holder.kind, role, affiliation, tuple(aliases), spans)


def _longest(told: Iterable[str | None]) -> str | None:
    """The longest of what the drafts tell, the first among equals; None when none tells anything."""
    return max((text.strip() for text in told if text and text.strip()), key=len, default=None)
