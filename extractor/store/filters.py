"""Which claims to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from extractor.errors import InputError
from extractor.schemas.claims import Stance
from extractor.schemas.stored import ClaimKind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What claims have to fulfil; None asks for nothing. Dates are of publication, both ends included.

    ``expert`` is an id or a name. ``status`` asks for predictions that are open, closed (their time is over), resolved,
    or unresolved (open or closed); ``ends_by`` for those whose horizon ends by that day. ``rejected`` asks for the
    claims that somebody rejected, in place of those that nobody did. Raises InputError when ``since`` is after
    ``until``.
    """

    expert: int | str | None = None
    kind: ClaimKind | None = None
    stance: Stance | None = None
    since: date | None = None
    until: date | None = None
    article: str | None = None
    status: Status | Literal["unresolved"] | None = None
    ends_by: date | None = None
    rejected: bool = False

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise InputError(f"since {self.since} is after until {self.until}: exchange the two")

    @property
    def any(self) -> bool:
        """True when one of them is given."""
        given = (self.expert, self.kind, self.stance, self.since, self.until, self.article, self.status, self.ends_by)
        return self.rejected or any(one is not None for one in given)
