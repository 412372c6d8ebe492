"""Who a pronoun stands for: the holder that the text last spoke of, of the right number and gender."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from extractor.schemas.claims import ExpertKind

from .words import wordset

Gender = Literal["he", "she"]

_PERSONAL: dict[str, Gender] = {"he": "he", "his": "he", "him": "he", "she": "she", "her": "she"}
_PLURAL = wordset("they their them")
_THING = wordset("it its")
FIRST_PERSON = wordset("i my we our me us")
"""Outside quotations these are the author."""
_MALE = wordset("mr mr. sir lord king prince pope father chairman spokesman congressman businessman brother")
_FEMALE = wordset("mrs mrs. ms ms. miss lady queen princess chairwoman spokeswoman congresswoman sister")


@dataclass(slots=True)
class Focus:
    """The holders that the text spoke of, the latest last, as (key, kind).

    ``genders`` holds what titles told and, after a first reading (`settle`), what most pronouns told, which ``votes``
    counts.
    """

    spoken_of: list[tuple[str, ExpertKind]] = field(default_factory=list)
    genders: dict[str, Gender] = field(default_factory=dict)
    votes: Counter[tuple[str, Gender]] = field(default_factory=Counter)

    def put(self, key: str, kind: ExpertKind, /) -> None:
        """Make this holder the latest."""
        if (key, kind) in self.spoken_of[-8:]:
            self.spoken_of.remove((key, kind))
        self.spoken_of.append((key, kind))

    def note_gender(self, key: str, role: str | None, /) -> None:
        """Learn the gender that a title tells."""
        for word in (role or "").lower().split():
            if word in _MALE:
                self.genders.setdefault(key, "he")
            elif word in _FEMALE:
                self.genders.setdefault(key, "she")

    def settle(self) -> None:
        """Take for each holder the gender of most of its pronouns, unless a title told it; forget who was spoken of."""
        for key, gender in self.votes:
            other: Gender = "she" if gender == "he" else "he"
            if self.votes[key, gender] > self.votes[key, other]:
                self.genders.setdefault(key, gender)
        self.spoken_of.clear()

    def is_other(self, key: str, title: str | None, /) -> bool:
        """True when a title tells another gender than the holder was seen to have: 'Mr. Doe' is not Jane Doe."""
        first = (title or "").partition(" ")[0].rstrip(".")
        told: Gender | None = "he" if first == "mr" else "she" if first in ("mrs", "ms") else None
        return told is not None and self.genders.get(key, told) != told

    def resolve(self, pronoun: str, barred: frozenset[str] = frozenset(), /) -> str | None:
        """The key of the holder that a pronoun in lower case stands for, none of ``barred``; None when nobody fits."""
        if pronoun in _PERSONAL:
            gender = _PERSONAL[pronoun]
            found = self._latest("person", "author", gender=gender, barred=barred)
            if found:
                self.votes[found, gender] += 1
            return found
        if pronoun in _PLURAL:
            return self._latest("group", "organization") or self._latest("document", "person")
        if pronoun in _THING:
            return self._latest("organization", "document")
        return None

    def _latest(
        self, *kinds: ExpertKind, gender: Gender | None = None, barred: frozenset[str] = frozenset()
    ) -> str | None:
        for key, kind in reversed(self.spoken_of):
            if kind in kinds and key not in barred and (gender is None or self.genders.get(key, gender) == gender):
                return key
        return None
