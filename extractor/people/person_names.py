"""The names of people and organizations, taken apart so that they can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from extractor.names.capitals import has_case
from extractor.names.name_words import (
    DEGREES,
    GENERATIONS,
    PARTICLES,
    PRONOUNS,
    TITLES,
    bare,
    declined,
    fold,
    folded_words,
)
from extractor.schemas.claims import ExpertKind

Likeness = Literal["same", "surname", "given", "conflict", "none"]

_PATRONYMIC: Final = frozenset({"bin", "ibn", "ben", "bint", "abu"})
_GIVEN: Final = frozenset({"ben"})  # of these, what is an English given name where a name begins with it
_ARABIC_ARTICLE: Final = re.compile(r"^(?:al|el|ul|ash|as|ar|at|an|az|ad)-(?=\w{3})")
_ASIDE: Final = re.compile(r"\s*[\"“”„«»(\[].*?[\"“”»)\]]\s*")
_SEPARATOR: Final = re.compile(r"[\s·・•‧]+")
_EDGES: Final = ".,;:!?'’`\"“”«»()[]"
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_UNSPACED_TITLES: Final = (
    *(
        "国家主席",
        "主席",
        "总统",
        "總統",
        "总理",
        "總理",
        "部长",
        "部長",
        "先生",
        "女士",
        "教授",
        "博士",
        "议员",
        "將軍",
        "将军",
    ),
    *("首相", "大統領", "大臣", "議員", "氏", "さん", "대통령", "총리", "장관", "의원", "교수", "박사", "씨"),
)
_POSSESSIVE: Final = re.compile(r"['’]s$")
_REGNAL: Final = folded_words(
    "pope king queen prince princess emperor saint sultan emir sheikh ayatollah patriarch cardinal папа король королева"
    " патриарх papst könig königin pape roi reine papa rey reina re regina"
)
_ARTICLES: Final = folded_words(
    "the a an le la les l' un une der die das ein eine el los las il lo gli i o os as de het"
)
_BEHIND: Final = GENERATIONS | DEGREES
_UNTELLING: Final = PRONOUNS | TITLES
_NAMELESS: Final = _UNTELLING | _ARTICLES
_LEGAL: Final = frozenset({"inc", "ltd", "llc", "corp", "co", "plc", "gmbh", "ag", "sa", "nv", "spa", "ooo"})


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name without titles and particles, folded: given names to surname, and the generation ("jr", "ii")."""

    tokens: tuple[str, ...]
    generation: str = ""

    @property
    def full(self) -> bool:
        """True with a given name (not an initial only) and a surname."""
        return len(self.tokens) > 1 and len(self.tokens[0]) > 1

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much the name tells: words, initials, letters."""
        written = [token for token in self.tokens if len(token) > 1]
        return len(written), len(self.tokens), sum(map(len, self.tokens))


@lru_cache(maxsize=65_536)
def person_name(text: str, /) -> PersonName:
    """Take apart the name of a person; no tokens when nothing but titles and punctuation is there."""
    told = _ASIDE.sub(" ", text).strip() or text
    head, _, rest = told.partition(",")
    tokens = _tokens(head)
    generation = next((token for token in _tokens(rest) if token in GENERATIONS), "")
    while len(tokens) > 1 and tokens[-1] in _BEHIND:
        generation = tokens[-1] if tokens[-1] in GENERATIONS else generation
        tokens.pop()
    tokens = _without_titles(tokens)
    return PersonName(tuple(_without_particles(tokens)), generation)


@lru_cache(maxsize=65_536)
def is_named(text: str, /) -> bool:
    """True for a proper name: every word but particles has a capital, and not all are titles; pronouns are none.

    In scripts without letter case everything but a pronoun or a bare title counts.
    """
    tokens = [token.strip(_EDGES) for token in _SEPARATOR.split(text) if token.strip(_EDGES)]
    folded = [bare(token) for token in tokens]
    if not tokens or _NAMELESS.issuperset(folded):
        return False
    if not has_case(text):
        return text.strip() not in _UNSPACED_TITLES
    return all(
        token[0].isupper() or not token[0].isalpha() or word in PARTICLES or _ARABIC_ARTICLE.match(word)
        for token, word in zip(tokens, folded, strict=True)
    ) and any(token[0].isupper() for token in tokens)


def is_usable_alias(alias: str, kind: ExpertKind, /) -> bool:
    """True for an alias that can tell its holder apart: a proper name, of groups and documents also a longer phrase."""
    words = phrase(alias)
    if not words or words[0] in PRONOUNS or _UNTELLING.issuperset(words):
        return False
    if not has_case(alias):
        return alias.strip() not in _UNSPACED_TITLES and len(alias.strip()) > 1
    if kind in ("person", "author"):
        return is_named(alias)
    return any(char.isupper() for char in without_article(alias)) or (kind != "organization" and len(words) > 1)


def untitled(name: str, /) -> str:
    """The name of a person as written but for titles in front and descriptions behind: "Sen. Maria Silva, 51".

    A pope or a king keeps the title when only a given name is left.
    """
    head, comma, rest = name.strip().partition(",")
    if comma and _tokens(rest)[:1] and _tokens(rest)[0] in GENERATIONS:
        head = name.strip()
    words = _untitled(head).split()
    while len(words) > 1 and bare(words[0].strip(_EDGES)) in TITLES:
        if len(words) == 2 and bare(words[0]) in _REGNAL:
            break
        words = words[3:] if words[1] == "of" and len(words) > 3 else words[1:]
    return _POSSESSIVE.sub("", " ".join(words))


def without_article(name: str, /) -> str:
    """The name of an organization or group as written but for an article in front."""
    words = name.split()
    return " ".join(words[1:] if len(words) > 1 and fold(words[0]) in _ARTICLES else words)


def surname_of(name: str, /) -> str:
    """The surname of a full name as written, with its particles; empty when the name has one word or no letter case."""
    words = name.split()
    while len(words) > 1 and bare(words[-1].strip(_EDGES)) in _BEHIND:
        words.pop()
    first = len(words) - 1
    while first > 1 and fold(words[first - 1]) in PARTICLES | _PATRONYMIC:
        first -= 1
    return " ".join(words[first:]).strip(_EDGES) if first > 0 and has_case(name) else ""


@lru_cache(maxsize=65_536)
def phrase(text: str, /) -> tuple[str, ...]:
    """The words of the name of an organization, a group or a document, folded, without article and legal form."""
    tokens = [
        bare(token.strip(_EDGES)) for token in _SEPARATOR.split(text.replace("&", " and ")) if token.strip(_EDGES)
    ]
    while len(tokens) > 1 and tokens[0] in _ARTICLES:
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1] in _LEGAL:
        tokens = tokens[:-1]
    return tuple(tokens)


def same_words(first: tuple[str, ...], second: tuple[str, ...], /) -> bool:
    """True when two names have the same words, in Cyrillic also in other cases."""
    return len(first) == len(second) and all(map(declined, first, second))


def likeness(first: PersonName, second: PersonName, /) -> Likeness:
    """How two names go together.

    ``same``: they can be one person's; ``surname`` and ``given``: one is the surname or the given name of the other;
    ``conflict``: the same surname with another given name; ``none``: nothing in common.
    """
    one, other = first.tokens, second.tokens
    if not one or not other:
        return "none"
    if same_words(one, other):
        return "same"
    if len(one) > len(other):
        one, other = other, one
    if len(one) == 1:
        return _part(one[0], other)
    if any(same_words(one, other[place : place + len(one)]) for place in range(len(other) - len(one) + 1)):
        return "same"
    if not declined(one[-1], other[-1]):
        return "none"
    return "same" if _given_alike(one[0], other[0]) and _middles_alike(one[1:-1], other[1:-1]) else "conflict"


def _tokens(text: str) -> list[str]:
    found = []
    for token in _SEPARATOR.split(text):
        folded = bare(fold(token.strip(_EDGES)))
        if folded:
            found.append(_ARABIC_ARTICLE.sub("", folded))
    return [_untitled(found[0]), *found[1:]] if found else []


def _untitled(token: str) -> str:
    """A name in a script without spaces, without the title at its end."""
    if _UNSPACED.search(token):
        for title in _UNSPACED_TITLES:
            if token.endswith(title) and len(token) - len(title) > 1:
                return token.removesuffix(title)
    return token


def _without_titles(tokens: list[str]) -> list[str]:
    """The tokens behind the titles; "secretary of state" is one title."""
    while len(tokens) > 1 and tokens[0] in TITLES:
        tokens = tokens[3:] if tokens[1] == "of" and len(tokens) > 3 else tokens[1:]
    return tokens


def _without_particles(tokens: list[str]) -> list[str]:
    """The tokens without "von", "de" and the like; "bin" and its kin stay with the name that they belong to."""
    kept: list[str] = []
    patronymic = ""
    for token in tokens:
        if token in _PATRONYMIC and (kept or token not in _GIVEN):
            patronymic = f"{token}-"
        else:
            kept.append(patronymic + token)
            patronymic = ""
    given = len(kept) > 1 and kept[0] in _GIVEN
    return [token for n, token in enumerate(kept) if token not in PARTICLES or (given and n == 0)] or tokens


def _part(token: str, name: tuple[str, ...]) -> Likeness:
    if len(token) < 2 and token.isascii():
        return "none"
    if any(declined(token, part) for part in name[1:]):
        return "surname"
    return "given" if len(name) > 1 and declined(token, name[0]) else "none"


def _given_alike(first: str, second: str) -> bool:
    """True for the same given name, or an initial of it."""
    short, long = sorted((first, second), key=len)
    return declined(first, second) or (len(short) == 1 and long.startswith(short))


def _middles_alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """True when one of the names has no middle names, or the same ones as far as they are told."""
    if not first or not second:
        return True
    return len(first) == len(second) and all(map(_given_alike, first, second))
