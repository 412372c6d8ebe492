"""Gold of our own: experts, positions and predictions of an article, settled by hand.

``<name>.txt`` is the commentary and ``<name>.json`` the gold. Offsets are into the decoded content of the text file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from extractor.errors import InputError
from extractor.schemas import Article, Span
from extractor.schemas.article import Frozen, text_id
from extractor.schemas.claims import Band, Expected, ExpertKind, Granularity, PositionKind, Stance
from extractor.schemas.extraction import iter_spans

from .files import fault, read_text


class GoldHead(Frozen):
    """Which article a gold file is for, and what is known of it."""

    id: str
    title: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None


class GoldExpert(Frozen):
    """A holder of claims."""

    id: str
    name: str = Field(min_length=1)
    kind: ExpertKind
    role: str | None = None
    affiliation: str | None = None
    aliases: tuple[str, ...] = ()


class GoldClaim(Frozen):
    """What positions and predictions share."""

    id: str
    expert_id: str
    reported_by: str | None = None
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    content: tuple[Span, ...] = Field(min_length=1)
    statement: str


class GoldPosition(GoldClaim):
    """A position with its labels."""

    target: str
    stance: Stance
    kind: PositionKind


class GoldHorizon(Frozen):
    """By when: the words and the inclusive dates that they stand for."""

    words: Span | None = None
    start: date | None = None
    end: date | None = None
    granularity: Granularity | None = None


class GoldPrediction(GoldClaim):
    """A prediction with its labels."""

    expected: Expected
    band: Band | None = None
    likelihood_words: Span | None = None
    condition: Span | None = None
    horizon: GoldHorizon | None = None


class GoldRecord(Frozen):
    """The gold of one article."""

    article: GoldHead
    experts: tuple[GoldExpert, ...] = ()
    positions: tuple[GoldPosition, ...] = ()
    predictions: tuple[GoldPrediction, ...] = ()

    @property
    def claims(self) -> tuple[GoldPosition | GoldPrediction, ...]:
        """Positions and predictions."""
        return (*self.positions, *self.predictions)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for kind, ids in (("expert", self.experts), ("claim", self.claims)):
            doubled = [name for name, times in Counter(item.id for item in ids).items() if times > 1]
            if doubled:
                raise ValueError(f"the {kind} id {doubled[0]!r} is there more than once")
        known = {expert.id for expert in self.experts}
        for claim in self.claims:
            for name, used in (("expert_id", claim.expert_id), ("reported_by", claim.reported_by)):
                if used is not None and used not in known:
                    raise ValueError(f"claim {claim.id!r}: {name} is the unknown expert {used!r}")
        return self


def read_gold(path: Path, /) -> tuple[Article, GoldRecord]:
    """The article and the gold of ``<name>.json``, whose text is in ``<name>.txt`` beside it.

    Raises InputError, which names the file and the item, when the gold is not well formed or does not fit the text.
    """
    text = read_text(path.with_suffix(".txt"))
    try:
        record = GoldRecord.model_validate_json(read_text(path))
    except ValidationError as error:
        raise InputError(f"{str(path)!r} is not gold: {fault(error)}; mend it") from error
    wrong = next(faults(record, text), None)
    if wrong:
        raise InputError(f"{str(path)!r}: {wrong}; mend the gold")
    about = record.article.model_dump(include={"title", "author", "published", "language"})
    return Article(id=text_id(text), text=text, **about), record


def faults(record: GoldRecord, text: str, /) -> Iterator[str]:
    """What does not fit between gold and its text: the identity, then every span that is not verbatim."""
    if record.article.id != text_id(text):
        yield f"article.id {record.article.id!r} is not the SHA-256 of the text, {text_id(text)!r}"
    for claim in record.claims:
        for span in iter_spans(claim):
            found = text[span.start : span.end]
            if found != span.text:
                place = f"{span.start}-{span.end}"
                yield f"claim {claim.id!r}: the span {place} is {found!r} in the text, not {span.text!r}"
