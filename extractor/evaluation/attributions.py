"""An attribution as evaluation sees it: who is named where, by which words, and what is attributed."""

from __future__ import annotations

from dataclasses import dataclass

Stretch = tuple[int, int]
"""Start and end of a piece of text: string indices, end exclusive."""
Stretches = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Source, cue and content as stretches of a text, each ascending; source and cue may be empty.

    ``claims`` are the ids of the claims that it was made of; a gold attribution of PolNeAR has none.
    """

    source: Stretches
    cue: Stretches
    content: Stretches
    claims: tuple[str, ...] = ()

    @property
    def stretches(self) -> Stretches:
        """All its pieces, ascending."""
        return tuple(sorted((*self.source, *self.cue, *self.content)))


def union(*parts: Stretches) -> Stretches:
    """The stretches that cover what any of the parts covers; those that touch or overlap are one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretch for part in parts for stretch in part):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def overlap(first: Stretches, second: Stretches, /) -> bool:
    """True when both share a character."""
    return any(start < end_2 and start_2 < end for start, end in first for start_2, end_2 in second)
