"""Claims as the attributions that PolNeAR annotates.

PolNeAR marks the outermost attribution only, one for each cue. Our record has one claim for each event or proposition,
of its innermost holder, and claims that stand without any attributing words. So:

1. of the author's claims only those with a cue ("I believe ...") are attributions;
2. a claim that is reported ("A says that B believes ...") becomes the reporter's: its source is where the reporter is
   named, its content goes from the first to the last word of the inner claim. What one reporter passes on in one
   sentence is one attribution, together with what he says there himself. Where the sentence does not name him, he is
   still speaking: the claim joins what he said before, in the same paragraph or as a quotation in the next;
3. a claim with neither source nor cue is a quotation that goes on, or none: when half of its words stand in quotation
   marks it joins the attribution before it, if that is of the same holder and in the same paragraph or the one before;
   else a quotation stays by itself and any other claim is left out;
4. claims that share words of their cue are one, with the union of their sources and contents;
5. an attribution whose cue stands inside the content of another is an inner one: it is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from extractor.segmentation import sentences

from .attributions import Attribution, Stretch, Stretches, overlap, union
from .records import Claim, Holder, Record
from .words import Document

_PRONOUNS: Final = ("he", "she", "they", "it", "who", "which")
_PARAGRAPH: Final = re.compile(r"\S[^\n]*")


@dataclass(frozen=True, slots=True)
class Part:
    """An attribution on the way: claims of one outermost holder that are told together."""

    holder: Holder
    source: Stretches
    cue: Stretches
    content: Stretches
    claims: tuple[str, ...]
    reported: bool = False

    @property
    def start(self) -> int:
        """Where its content begins."""
        return self.content[0][0]

    @property
    def end(self) -> int:
        """Where its content ends."""
        return self.content[-1][1]


class Layout:
    """The sentences and the paragraphs of a text, and what of it is quoted."""

    def __init__(self, text: str, /) -> None:
        self.document = Document(text)
        self._sentences = [start for start, _ in sentences(text)]
        self._paragraphs = [match.start() for match in _PARAGRAPH.finditer(text)]

    @property
    def text(self) -> str:
        """The text itself."""
        return self.document.text

    def sentence(self, offset: int, /) -> int:
        """The number of the sentence that an offset is in."""
        return bisect_right(self._sentences, offset)

    def paragraph(self, offset: int, /) -> int:
        """The number of the paragraph that an offset is in."""
        return bisect_right(self._paragraphs, offset)

    def sentence_bounds(self, offset: int, /) -> Stretch:
        """Start of the sentence that an offset is in, and of the next one."""
        place = self.sentence(offset)
        starts = [0, *self._sentences, len(self.text)]
        return starts[place], starts[place + 1]

    def is_quoted(self, stretches: Stretches, /) -> bool:
        """True when half of the words or more stand in quotation marks."""
        words = self.document.within(stretches)
        return 2 * len(words & self.document.quoted) >= len(words)


def folded(record: Record, text: str, /) -> tuple[Attribution, ...]:
    """The attributions that the claims of a record come to in its text, by first content offset."""
    layout = Layout(text)
    parts = [outermost(claim, layout) for claim in record.claims if not is_authors_own(claim)]
    parts = without_inner(joined_cues(continued(joined_reports(parts, layout), layout)))
    return tuple(Attribution(part.source, part.cue, part.content, part.claims) for part in parts)


def is_authors_own(claim: Claim, /) -> bool:
    """True for a claim of the author that no words attribute to him."""
    return claim.holder.kind == "author" and _reporter(claim) is None and not claim.cue


def outermost(claim: Claim, layout: Layout, /) -> Part:
    """The claim as its outermost holder's."""
    reporter = _reporter(claim)
    if reporter is None:
        return Part(claim.holder, claim.source, claim.cue, claim.content, (claim.id,))
    inner = union(claim.source, claim.cue, claim.content)
    whole = (inner[0][0], inner[-1][1])
    return Part(reporter, named(reporter, whole, layout), (), (whole,), (claim.id,), reported=True)


def named(holder: Holder, inner: Stretch, layout: Layout, /) -> Stretches:
    """Where somebody is named around an inner claim: by name, alias, surname or pronoun outside of quotations.

    The nearest place before it in its sentence; else the nearest behind it there; else the nearest before it in its
    paragraph. Where there is none, names in quotations count as well, as marks that are never closed make much of one.
    """
    surnames = [word for name in holder.names for word in name.split()[-1:]] if holder.kind == "person" else []
    outside = _nearest([*holder.names, *surnames, *_PRONOUNS], inner, layout, quoted=False)
    return outside or _nearest([*holder.names, *surnames], inner, layout, quoted=True)


def _nearest(names: Iterable[str], inner: Stretch, layout: Layout, /, *, quoted: bool) -> Stretches:
    longest_first = sorted(filter(None, set(names)), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    start, end = layout.sentence_bounds(inner[0])
    line = layout.text.rfind("\n", 0, inner[0]) + 1
    found = [match.span() for match in pattern.finditer(layout.text, line, max(end, inner[1]))]
    told = [place for place in found if quoted or not layout.is_quoted((place,))]
    before = [place for place in told if start <= place[0] and place[1] <= inner[0]]
    behind = [place for place in told if place[0] >= inner[1]]
    earlier = [place for place in told if place[1] <= start]
    return tuple(before[-1:] or behind[:1] or earlier[-1:])


def joined_reports(parts: Iterable[Part], layout: Layout, /) -> list[Part]:
    """What a reporter passes on joined to what he says in the same sentence, or while he goes on speaking."""
    joined: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.reported, part.content)):
        place = _told_with(part, joined, layout) if part.reported else None
        if place is None:
            joined.append(part)
        else:
            joined[place] = _with(joined[place], part)
    return sorted(joined, key=lambda part: part.content)


def continued(parts: Iterable[Part], layout: Layout, /) -> list[Part]:
    """Parts with neither source nor cue joined to the one before when a quotation goes on; what is none is left out."""
    joined: list[Part] = []
    for part in parts:
        if part.source or part.cue or part.reported:
            joined.append(part)
        elif layout.is_quoted(part.content):
            if joined and _goes_on(joined[-1], part, layout):
                joined[-1] = _with(joined[-1], part)
            else:
                joined.append(part)
    return joined


def joined_cues(parts: Iterable[Part], /) -> list[Part]:
    """Parts that share words of their cue as one."""
    joined: list[Part] = []
    for part in parts:
        place = next((place for place, other in enumerate(joined) if overlap(other.cue, part.cue)), None)
        if place is None:
            joined.append(part)
        else:
            source, cue = union(joined[place].source, part.source), union(joined[place].cue, part.cue)
            joined[place] = replace(_with(joined[place], part), source=source, cue=cue)
    return joined


def without_inner(parts: Sequence[Part], /) -> list[Part]:
    """The parts whose cue does not stand inside the content of another part."""
    return [part for part in parts if not any(_holds(other, part) for other in parts if other is not part)]


def _holds(outer: Part, inner: Part, /) -> bool:
    """True when the cue of the one is all within the content of the other, and not the other way round as well."""

    def within(cue: Stretches, content: Stretches) -> bool:
        return bool(cue) and all(any(s <= start and end <= e for s, e in content) for start, end in cue)

    return within(inner.cue, outer.content) and not within(outer.cue, inner.content)


def _reporter(claim: Claim, /) -> Holder | None:
    """Who passes the claim on; the author, who passes on everything, is none."""
    return claim.reporter if claim.reporter and claim.reporter.kind != "author" else None


def _told_with(part: Part, others: Sequence[Part], layout: Layout, /) -> int | None:
    """The place of the part that a reported one belongs to: of the same holder, in the same sentence or speech."""
    own = [place for place, other in enumerate(others) if other.holder == part.holder]
    sentence = layout.sentence(part.start)
    here = [place for place in own if layout.sentence(others[place].start) == sentence]
    if here or (part.source and layout.sentence(part.source[0][0]) == sentence):
        return here[0] if here else None
    before = [place for place in own if others[place].end <= part.start and _speaks_on(others[place], part, layout)]
    return max(before, key=lambda place: others[place].end, default=None)


def _speaks_on(last: Part, part: Part, layout: Layout, /) -> bool:
    gap = layout.paragraph(part.start) - layout.paragraph(last.end - 1)
    return gap == 0 or (gap == 1 and layout.is_quoted(part.content))


def _goes_on(last: Part, part: Part, layout: Layout, /) -> bool:
    return last.holder == part.holder and layout.paragraph(part.start) - layout.paragraph(last.end - 1) <= 1


def _with(part: Part, more: Part, /) -> Part:
    """A part whose content is also that of another."""
    return replace(part, content=union(part.content, more.content), claims=(*part.claims, *more.claims))
