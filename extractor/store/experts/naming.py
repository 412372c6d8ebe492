"""Names as the store compares them: normal forms, which of them tell somebody apart; and roles that go together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

from extractor.names.capitals import has_case
from extractor.names.name_words import DEGREES, GENERATIONS, TITLES, akin, bare, folded_words
from extractor.people.person_names import is_named, untitled
from extractor.schemas.claims import ExpertKind

Sort = Literal["person", "organization", "other"]
Described = tuple[str | None, str | None]
"""A role and an affiliation."""

LONGEST: Final = 160
"""Characters of a normalized name; of a longer one so many stay, with a digest (rows of an index are limited)."""

_SEPARATOR: Final = re.compile(r"[\s\x00·・•‧/]+")
_EDGES: Final = ".,;:!?'’`\"“”„«»()[]"
_SURNAMES: Final = folded_words("king prince pope bishop judge baron major justice marshal chief speaker dean")
_NOBODY: Final = folded_words(
    "adviser advisers advisor advisors aide aides author authors board contributor correspondent correspondents"
    " department desk diplomat diplomats editor editorial editors expert experts government insider insiders lawyer"
    " lawyers ministry office official officials reporter reporters resident residents source sources staff team voter"
    " voters writer writers"
) | (TITLES - _SURNAMES)
"""Last words of what looks like a name and is a description: "White House Official", "Editorial Board"."""
_ANYWHERE: Final = folded_words(
    "administration affairs agency appeal appeals armed army assembly authorities authority bank board bureau cabinet"
    " central chamber city commission committee congress council county court defence defense department district"
    " economy education election electoral energy federal finance fire force forces foreign general government health"
    " high house interior joint justice labor labour local lower military ministry national navy office parliament"
    " police prosecutor prosecutors public regional security senate service services staff state supreme trade"
    " treasury upper"
)
"""Words of organizations that many countries and towns have: names of nothing else tell nobody apart."""
_LINKS: Final = folded_words("a an and at for from in of on the to with")
_VAGUE: Final = folded_words(
    "acting assistant associate chief deputy emeritus ex former head interim junior late lead leading long-time"
    " longtime new old principal retired senior then top veteran vice"
)
"""Words of roles that nobody is told apart by."""
_SAME: Final = {
    **dict.fromkeys(("spokesman", "spokeswoman", "spokesperson"), "spokesman"),
    **dict.fromkeys(("chair", "chairman", "chairwoman", "chairperson"), "chair"),
    **dict.fromkeys(("congressman", "congresswoman"), "congressman"),
    "ceo": "executive",
}
"""Words for one office."""


def sort_of(kind: ExpertKind | str, /) -> Sort:
    """Kinds that may be one expert: an article's author is a person in another article."""
    if kind in ("person", "author"):
        return "person"
    return "organization" if kind == "organization" else "other"


@lru_cache(maxsize=65_536)
def normalize(name: str, kind: ExpertKind | str, /) -> str:
    """A name for comparison, never empty for a name that is not blank.

    Letter case, diacritics, width, kinds of apostrophes and dashes, dots, spaces and punctuation around words do not
    count; initials that stand together are one word ("J. D." is "J.D."). Of people also what stands behind a comma,
    degrees, and titles in front, as long as two words remain: a bare surname behind a title is not the surname.
    """
    words = _words(_bare_name(name) if sort_of(kind) == "person" else name.replace("&", " and "))
    normal = " ".join(_joined(words)) or " ".join(name.replace("\0", " ").casefold().split())
    normal = normal.encode("utf-8", "replace").decode()
    if len(normal) <= LONGEST:
        return normal
    return f"{normal[:LONGEST]} {hashlib.sha256(normal.encode()).hexdigest()}"


def forms(name: str, /) -> list[str]:
    """The normal forms that a name has as some kind of expert, for one whose kind is not known."""
    return sorted({form for kind in ("person", "organization") if (form := normalize(name, kind))})


@lru_cache(maxsize=65_536)
def tells_apart(name: str, kind: ExpertKind | str, /) -> bool:
    """True for a name under which an expert is found again in other articles.

    Of people: a given name (or two initials) and a surname. Of organizations: any proper name. Names in scripts without
    letter case cannot be told from descriptions, and groups and documents have no such names.
    """
    return has_case(name) and is_proper(name, kind) and (sort_of(kind) == "organization" or _is_full(name))


def is_proper(name: str, kind: ExpertKind | str, /) -> bool:
    """True for what may be the name of one person ("Roe", but not "White House Official") or of one organization.

    Words for offices that every country has ("Foreign Ministry") are no name of an organization.
    """
    sort = sort_of(kind)
    words = _words(name)
    if sort == "person":
        return is_named(_bare_name(name)) and bool(words) and words[-1] not in _NOBODY
    is_written_so = any(char.isupper() for char in name) or not has_case(name)
    return sort == "organization" and is_written_so and not {*words} <= _ANYWHERE | _LINKS


def conflict(first: Described, second: Described, /) -> Literal["", "role", "affiliation"]:
    """What speaks against two being one: a role, or else an affiliation, that both tell, when neither agrees."""
    if agreeing(first, second):
        return ""
    role, affiliation = (all(pair) for pair in zip(first, second, strict=True))
    return "role" if role else "affiliation" if affiliation else ""


def agreeing(first: Described, second: Described, /) -> int:
    """In how many of role and affiliation two agree: a content word in common, or plainly the same office."""
    (role, place), (other_role, other_place) = first, second
    same_role = bool(role and other_role and _overlap(role, other_role))
    return same_role + bool(place and other_place and _overlap(place, other_place))


def acronym(name: str, /) -> str:
    """The initials of the words of a name that count, folded; empty for fewer than two words."""
    words = [word for word in _words(name) if word not in _LINKS]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


@lru_cache(maxsize=16_384)
def _content_words(text: str) -> frozenset[str]:
    """The words of a role or of the name of an organization that tell something."""
    return frozenset(_SAME.get(word, word) for word in _words(text)) - _LINKS - _VAGUE


@lru_cache(maxsize=65_536)
def _overlap(first: str, second: str) -> bool:
    one, other = _content_words(first), _content_words(second)
    if not (one and other) and {*_words(first)} - _LINKS == {*_words(second)} - _LINKS:
        return True  # "deputy head", twice
    if one & other:
        return True
    if any(word[:4] == same[:4] and akin(word, same, inflected=False) for word in one for same in other):
        return True  # most pairs are told apart by their first letters
    return _abbreviates(first, second) or _abbreviates(second, first)


def _abbreviates(short: str, long: str) -> bool:
    """True for "IMF" and "International Monetary Fund"."""
    words = [word for word in _words(short) if word not in _LINKS]
    return len(words) == 1 and words[0] == acronym(long)


@lru_cache(maxsize=65_536)
def _words(text: str) -> tuple[str, ...]:
    """The words, folded, without dots and punctuation around them."""
    found = (bare(token.strip(_EDGES)) for token in _SEPARATOR.split(text))
    return tuple(word for word in found if word)


def _bare_name(name: str) -> str:
    """The name of a person without titles and degrees; as it is when that leaves a single word."""
    words = untitled(name).split()
    while len(words) > 1 and bare(words[-1].strip(_EDGES)) in DEGREES:
        words.pop()
    return " ".join(words) if len(words) > 1 else name


def _is_full(name: str) -> bool:
    """True for two words beside titles and generations, each of them more than an initial."""
    words = _joined(_words(_bare_name(name)))
    while len(words) > 1 and words[-1] in GENERATIONS:
        words.pop()
    if len(words) == 2 and words[0] in TITLES:
        return False
    return len(words) > 1 and len(words[0]) > 1 and len(words[-1]) > 1


def _joined(words: Iterable[str]) -> list[str]:
    """The words, initials that follow each other made one."""
    found: list[str] = []
    initials = False
    for word in words:
        if initials and len(word) == 1:
            found[-1] += word
        else:
            found.append(word)
        initials = len(word) == 1
    return found
