"""Which claims to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from extractor.errors import InputError
from extractor.schemas.claims import Stance
from extractor.schemas.stored import ClaimKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What claims have to fulfil; None asks for nothing. Dates are of publication, both ends included.

    ``expert`` is an id or a name. Raises InputError when ``since`` is after ``until``.
    """

    expert: int | str | None = None
    kind: ClaimKind | None = None
    stance: Stance | None = None
    since: date | None = None
    until: date | None = None
    article: str | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise InputError(f"since {self.since} is after until {self.until}: exchange the two")

    @property
    def any(self) -> bool:
        """True when one of them is given."""
        return any(
            given is not None for given in (self.expert, self.kind, self.stance, self.since, self.until, self.article)
        )
