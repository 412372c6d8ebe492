"""What the templates show of an article, decided beforehand: they hold no logic but loops and choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from extractor.errors import InputError
from extractor.render.phrases import NOTHING, checkable, count, faults, office, origin, plain, rejected_item, tally
from extractor.schemas import Extraction, Position, Prediction

from .charts import LikelihoodBand, TimeLine, day, likelihood_band, time_line
from .segments import Mark, Role, Segment, cut

if TYPE_CHECKING:
    from extractor.schemas import Article, Cited, Claim, Expert, Rejected, Span, Summary

ExpertLink = Callable[[str], str | None]
"""From an expert's id to the address of a page about him, if there is one."""
_SHOWN = 1_000
"""Characters of a quotation on a card; what is longer is read in the text, where all of it is marked."""
_EXPECTED: Final = {"occurs": "expected", "does_not_occur": "not expected", "uncertain": "possible"}
_WEB = re.compile(r"(?i)https?://[^\s/]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in the text that something links to."""

    href: str
    spans: str
    """Offsets, as in '12-40 52-60': Python string indices, end exclusive."""
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """What only a prediction has."""

    expected: str
    words: str
    negated: bool
    """True when the words are about the event not happening."""
    band: LikelihoodBand | None
    by: str
    line: TimeLine | None
    condition: str
    verifiability: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A card. ``kind`` is that of a position, or 'prediction'; ``stance`` and ``target`` are empty for a prediction."""

    id: str
    number: int
    kind: str
    expert_id: str
    expert: str
    reported_by: str
    statement: str
    topic: str
    stance: str
    target: str
    passage: Passage
    source: str
    cue: str
    words: str
    forecast: Forecast | None


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence of a summary and the passages that prove it, numbered through the summary."""

    text: str
    evidence: tuple[tuple[int, Passage], ...]
    expert: str = ""


@dataclass(frozen=True, slots=True)
class SummaryView:
    """A summary."""

    headline: SentenceView
    abstract: tuple[SentenceView, ...]
    by_expert: tuple[SentenceView, ...]
    agreements: tuple[SentenceView, ...]
    disagreements: tuple[SentenceView, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class ExpertView:
    """Who holds what; ``told`` says in numbers how much."""

    id: str
    name: str
    kind: str
    office: str
    aliases: str
    href: str | None
    told: str
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class RejectedView:
    """What was rejected and why."""

    kind: str
    item: str
    why: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything that the view of an article shows."""

    id: str
    title: str
    facts: tuple[str, ...]
    url: str
    href: str | None
    language: str | None
    told: str
    segments: tuple[Segment, ...]
    endings: dict[int, str]
    """The numbers of the claims whose content ends at an offset, as footnotes have them."""
    extracted: bool
    experts: tuple[ExpertView, ...]
    kinds: tuple[str, ...]
    stances: tuple[str, ...]
    claims: int
    summary: SummaryView | None
    rejected: tuple[RejectedView, ...]
    warnings: tuple[str, ...]
    origin: str


def article_view(
    result: Extraction | Summary, /, *, summary: Summary | None = None, expert_link: ExpertLink | None = None
) -> ArticleView:
    """The view of an extraction, with a summary of the same article on top if there is one, or of a summary alone.

    Raises InputError when ``summary`` is given beside a summary or is of another article.
    """
    extraction, summary = _told_apart(result, summary)
    main: Extraction | Summary = extraction or result
    article = main.article
    claims = _claims(extraction) if extraction else {}
    results: list[Extraction | Summary] = [main] if summary in (None, main) else [main, summary]
    return ArticleView(
        id=article.id,
        title=plain(article.title or "") or "Untitled article",
        facts=tuple(_facts(article)),
        url=plain(article.url or ""),
        href=web_address(article.url),
        language=article.language,
        told=tally(main),
        segments=cut(article.text, sorted(_marks(extraction, summary))),
        endings=_endings(claims.values()),
        extracted=extraction is not None,
        experts=tuple(_experts(main, claims, expert_link or (lambda _: None))),
        kinds=tuple(dict.fromkeys(claim.kind for claim in chain.from_iterable(claims.values()))),
        stances=tuple(dict.fromkeys(claim.stance for claim in chain.from_iterable(claims.values()) if claim.stance)),
        claims=sum(map(len, claims.values())),
        summary=_summary(summary) if summary else None,
        rejected=tuple(_rejected(chain.from_iterable(one.rejected for one in results))),
        warnings=tuple(dict.fromkeys(plain(text) for one in results for text in one.provenance.warnings)),
        origin=origin(main.provenance),
    )


def web_address(url: str | None, /) -> str | None:
    """``url`` where it is one of the web (http or https), else None: nothing else becomes a link."""
    return url if url and _WEB.match(url) and plain(url) == url else None


def _told_apart(result: Extraction | Summary, summary: Summary | None) -> tuple[Extraction | None, Summary | None]:
    if not isinstance(result, Extraction):
        if summary is not None:
            raise InputError("two summaries are given: give an extraction and a summary, or one of them")
        return None, result
    if summary is not None and summary.article.id != result.article.id:
        raise InputError(
            f"the summary is of article {summary.article.id[:12]!r}, the extraction of {result.article.id[:12]!r}:"
            " give both of the same article"
        )
    return result, summary


def _facts(article: Article) -> Iterator[str]:
    """Author, date and language, then which of them, and of title and address, were inferred."""
    told = (article.author, article.published and day(article.published), article.language)
    yield from (plain(value) for value in told if value)
    if article.inferred:
        yield f"inferred: {', '.join('date' if name == 'published' else name for name in article.inferred)}"


def _experts(
    result: Extraction | Summary, claims: dict[str, list[ClaimView]], link: ExpertLink
) -> Iterator[ExpertView]:
    """Those who hold something first; without claims, all."""
    for expert in result.experts:
        held = claims.get(expert.id, [])
        if claims and not held:
            continue
        yield ExpertView(
            id=expert.id,
            name=plain(expert.name) or NOTHING,
            kind=expert.kind,
            office=office(expert),
            aliases=", ".join(plain(alias) for alias in expert.aliases),
            href=link(expert.id),
            told=_held(held) if held else _mentions(expert),
            claims=tuple(held),
        )


def _held(claims: Sequence[ClaimView]) -> str:
    predictions = sum(claim.forecast is not None for claim in claims)
    told = {"position": len(claims) - predictions, "prediction": predictions}
    return ", ".join(count(number, noun) for noun, number in told.items() if number)


def _mentions(expert: Expert) -> str:
    return count(len(expert.mentions), "mention") if expert.mentions else ""


def _claims(extraction: Extraction) -> dict[str, list[ClaimView]]:
    """The cards of each expert, in the order of the article."""
    names = {expert.id: plain(expert.name) or NOTHING for expert in extraction.experts}
    held: dict[str, list[ClaimView]] = {}
    for number, claim in enumerate(extraction.claims, 1):
        held.setdefault(claim.expert_id, []).append(_claim(claim, number, names, extraction.article))
    return held


def _claim(claim: Claim, number: int, names: dict[str, str], article: Article) -> ClaimView:
    position = claim if isinstance(claim, Position) else None
    return ClaimView(
        id=claim.id,
        number=number,
        kind=position.kind if position else "prediction",
        expert_id=claim.expert_id,
        expert=names[claim.expert_id],
        reported_by=names[claim.reported_by] if claim.reported_by else "",
        statement=plain(claim.statement),
        topic=plain(claim.topic),
        stance=position.stance if position else "",
        target=target_of(position) if position else "",
        passage=_passage(claim.content),
        source=_offsets(claim.source),
        cue=_offsets(claim.cue),
        words=_offsets(_words(claim)),
        forecast=_forecast(claim, article) if isinstance(claim, Prediction) else None,
    )


def target_of(position: Position, /) -> str:
    """What the stance is toward; empty when the statement says the same."""
    target, statement = plain(position.target), plain(position.statement)
    return "" if target.rstrip(".").casefold() == statement.rstrip(".").casefold() else target


def _forecast(claim: Prediction, article: Article) -> Forecast:
    likelihood, horizon = claim.likelihood, claim.horizon
    return Forecast(
        expected=_EXPECTED[claim.expected],
        words=plain(likelihood.words.text) if likelihood.words else "",
        negated=likelihood.negated,
        band=likelihood_band(likelihood),
        by=plain(horizon.words.text) if horizon.words else "",
        line=time_line(horizon, article.published),
        condition=plain(claim.condition.text) if claim.condition else "",
        verifiability=checkable(claim.verifiability),
    )


def _words(claim: Claim) -> list[Span]:
    """The words that tell likelihood, horizon and condition."""
    if not isinstance(claim, Prediction):
        return []
    stated = claim.likelihood.stated and claim.likelihood.stated.span
    found = (claim.likelihood.words, stated, claim.condition, claim.horizon.words)
    return sorted({span for span in found if span}, key=lambda span: (span.start, span.end))


def _marks(extraction: Extraction | None, summary: Summary | None) -> Iterator[Mark]:
    for claim in extraction.claims if extraction else ():
        role: Role = "prediction" if isinstance(claim, Prediction) else "position"
        parts: tuple[tuple[Role, Iterable[Span]], ...] = (
            (role, claim.content),
            ("source", claim.source),
            ("cue", claim.cue),
            ("words", _words(claim)),
        )
        for name, spans in parts:
            yield from (Mark(span.start, span.end, name) for span in spans)
    for cited in _cited(summary) if summary else ():
        yield from (Mark(span.start, span.end, "evidence") for span in cited.evidence)


def _cited(summary: Summary) -> list[Cited]:
    lists = (summary.abstract, summary.by_expert, summary.agreements, summary.disagreements)
    return [summary.headline, *chain.from_iterable(lists)]


def _endings(claims: Iterable[Sequence[ClaimView]]) -> dict[int, str]:
    endings: dict[int, list[int]] = {}
    for claim in chain.from_iterable(claims):
        endings.setdefault(claim.passage.end, []).append(claim.number)
    return {end: " ".join(map(str, sorted(numbers))) for end, numbers in endings.items()}


def _summary(summary: Summary) -> SummaryView:
    passages = dict.fromkeys(span for cited in _cited(summary) for span in cited.evidence)
    numbers = {span: number for number, span in enumerate(passages, 1)}
    names = {expert.id: plain(expert.name) or NOTHING for expert in summary.experts}

    def sentences(cited: Iterable[Cited]) -> tuple[SentenceView, ...]:
        return tuple(
            SentenceView(
                text=plain(one.text),
                evidence=tuple((numbers[span], _passage([span])) for span in one.evidence),
                expert=names.get(getattr(one, "expert_id", ""), ""),
            )
            for one in cited
        )

    return SummaryView(
        headline=sentences([summary.headline])[0],
        abstract=sentences(summary.abstract),
        by_expert=sentences(summary.by_expert),
        agreements=sentences(summary.agreements),
        disagreements=sentences(summary.disagreements),
        origin=origin(summary.provenance),
    )


def _rejected(rejected: Iterable[Rejected]) -> Iterator[RejectedView]:
    return (RejectedView(kind=item.kind, item=rejected_item(item), why=faults(item)) for item in rejected)


def _passage(spans: Sequence[Span]) -> Passage:
    """Where spans stand: a link to the first, and the words of all."""
    return Passage(
        href=f"#t{spans[0].start}",
        spans=_offsets(spans),
        end=spans[-1].end,
        quote=_shortened(" … ".join(plain(span.text[: 2 * _SHOWN]) for span in spans)),
    )


def _shortened(quote: str) -> str:
    return quote if len(quote) <= _SHOWN else f"{quote[:_SHOWN].rsplit(' ', 1)[0]} […]"


def _offsets(spans: Iterable[Span]) -> str:
    return " ".join(f"{span.start}-{span.end}" for span in spans)
