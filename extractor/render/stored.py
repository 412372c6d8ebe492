"""Claims of the store for people and programs: lists, hits, one claim in its context, timelines, disagreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from .flat import CLAIM, CONTEXT, HIT, RESOLUTION, appearances_cell, claim_row, resolution_row
from .phrases import NOTHING, by_when, checkable, count, how_likely, plain
from .sheets import Answer, Line, Sheet

if TYPE_CHECKING:
    from extractor.schemas.stored import (
        ArticleRef,
        Context,
        Disagreement,
        ExpertRef,
        Hit,
        Piece,
        Resolution,
        Reversal,
        StoredClaim,
        Timeline,
    )

SHOWN_OF_ID = 8
"""Characters of an article's id that are shown: enough to tell it, and to name it in a command."""
SHOWN_OF_TITLE = 40
"""Characters of an article's title that lists show."""
NO_CLAIMS = "No claim is stored that fits."
NO_POSITIONS = "No position about this is stored."


def claims_answer(claims: Sequence[StoredClaim], /, *, empty: str = NO_CLAIMS) -> Answer:
    """Positions and predictions in one list."""
    columns = (("Id", None), ("Expert", 4), ("Statement", 8), ("Stance, likelihood", 5), ("Published, article", 4))
    rows = [[str(c.id), who(c), c.claim.statement, how(c), where(c.article)] for c in claims]
    return Answer(_dumped(claims), [Sheet("Claims", columns, rows, empty)], CLAIM, [*map(claim_row, claims)])


def rejected_answer(claims: Sequence[StoredClaim], /) -> Answer:
    """Rejected claims, with when, by whom and why."""
    columns = (("Id", None), ("Expert", 4), ("Statement", 8), ("Rejected", 6), ("Published, article", 4))
    rows = [[str(c.id), who(c), c.claim.statement, _rejected(c), where(c.article)] for c in claims]
    sheet = Sheet("Rejected claims", columns, rows, "No rejected claim is stored that fits.")
    return Answer(_dumped(claims), [sheet], CLAIM, [*map(claim_row, claims)])


def predictions_answer(claims: Sequence[StoredClaim], /, *, empty: str) -> Answer:
    """Predictions, with what matters for settling them."""
    columns = (("Id", None), ("Expert", 4), ("Event", 7), ("Likelihood", 4), ("By when", 4), ("Status", None))
    rows = [[str(c.id), who(c), c.claim.statement, _likelihood(c), _horizon(c), status(c)] for c in claims]
    return Answer(_dumped(claims), [Sheet("Predictions", columns, rows, empty)], CLAIM, [*map(claim_row, claims)])


def hits_answer(hits: Sequence[Hit], /, *, empty: str, bounded: int | None = None) -> Answer:
    """What a search found, with what was looked for marked; ``bounded``: how many claims were ranked of more."""
    columns = (("Id", None), ("Expert", 4), ("Found", 8), ("Stance, likelihood", 5), ("Published, article", 4))
    rows = [
        [str(h.found.id), who(h.found), h.snippet or h.found.claim.statement, how(h.found), where(h.found.article)]
        for h in hits
    ]
    flat = [{"score": round(hit.score, 6), **claim_row(hit.found)} for hit in hits]
    note = [Line(bounded_note(bounded))] if bounded is not None else []
    return Answer(_dumped(hits), [Sheet("Found", columns, rows, empty), *note], HIT, flat)


def bounded_note(bounded: int, /) -> str:
    """That more claims match than were ranked."""
    return f"More claims match than are ranked: these are of the {bounded:,} stored last; add words or options."


def context_answer(context: Context, /) -> Answer:
    """A claim with its evidence in the text around it, and how it turned out."""
    stored = context.claim
    parts: list[Line | Sheet] = [
        Line(stored.claim.statement, "bold"),
        *(Line(fact) for fact in _facts(stored)),
        *([Line(f"Rejected: {_rejected(stored)}")] if stored.rejected else []),
        Line(context.pieces),
        Line(f"article {stored.article.id[:SHOWN_OF_ID]}", "dim"),
        appearances_sheet(context.appearances or (stored.article,)),
        *([_outcomes(context.resolutions)] if context.resolutions else []),
    ]
    row = {
        **claim_row(stored),
        **_evidence(context.pieces),
        "appearances": appearances_cell(context.appearances),
    }
    return Answer(context.model_dump(mode="json"), parts, CONTEXT, [row])


def resolution_answer(resolution: Resolution, stored: StoredClaim, /) -> Answer:
    """A resolution that was recorded, with the prediction that it is of."""
    told = f"Recorded: {resolution.outcome}, {resolution.resolved_at:%Y-%m-%d %H:%M} UTC"
    parts = [Line(f"Claim {stored.id}, {who(stored)}: {plain(stored.claim.statement)}"), Line(told)]
    return Answer(resolution.model_dump(mode="json"), parts, RESOLUTION, [resolution_row(resolution)])


def resolution_notes(resolution: Resolution, before: StoredClaim, /) -> Iterator[str]:
    """What to know of a resolution that was recorded; ``before`` is the prediction as it was before that."""
    from extractor.schemas import Prediction

    if (earlier := before.resolution) is not None:
        when = f"{earlier.resolved_at:%Y-%m-%d %H:%M} UTC"
        yield f"it counts in place of the earlier outcome, {earlier.outcome}, recorded {when}; that record stays"
    end = before.claim.horizon.end if isinstance(before.claim, Prediction) else None
    if resolution.outcome in ("yes", "no") and end is not None and end >= resolution.resolved_at.date():
        yield f"the time of the prediction is not over yet: it ends on {end}"
    if before.rejected:
        yield f"claim {before.id} is rejected, so that no score counts it: extractor reject {before.id} --undo"


def claim_answer(claim: StoredClaim, told: str, /) -> Answer:
    """A claim that was changed, with what was done."""
    return Answer(claim.model_dump(mode="json"), [Line(told)], CLAIM, [claim_row(claim)])


def timeline_answer(timeline: Timeline, /) -> Answer:
    """What an expert held in order of publication, then what may contradict itself."""
    columns = (("Published", None), ("Id", None), ("Statement", 8), ("Stance, likelihood", 5), ("Reversal?", None))
    partners = _partners(timeline.reversals)
    rows = [[_day(c), str(c.id), c.claim.statement, how(c), _possibly(partners.get(c.id))] for c in timeline.claims]
    parts: list[Line | Sheet] = [
        Line(expert_line(timeline.expert), "bold"),
        Sheet("Timeline", columns, rows, "No claim of this expert is stored that fits."),
        *([Line(_LIKE_WORDS, "dim")] if rows else []),
        *([Line(f"{timeline.omitted:,} more are older or undated: give --limit.")] if timeline.omitted else []),
        *_reversals(timeline.reversals),
    ]
    flat = [
        {**claim_row(claim), "possible_reversal_with": _numbers(partners.get(claim.id, ()))}
        for claim in timeline.claims
    ]
    return Answer(timeline.model_dump(mode="json"), parts, (*CLAIM, "possible_reversal_with"), flat)


def disagreement_answer(found: Disagreement, /, *, empty: str = NO_POSITIONS) -> Answer:
    """Who favours, who opposes and who does neither."""
    sides = (("Favour", found.favor), ("Oppose", found.against), ("Neutral, or no stance shown", found.neutral))
    columns = (("Expert", 4), ("Toward", 5), ("In the article's words", 8), ("Published", None), ("Id", None))
    also = {"Favour": _latest("opposes", found.against), "Oppose": _latest("favours", found.favor)}
    sheets = [Sheet(title, columns, [_held(c, also.get(title, {})) for c in _by_expert(side)]) for title, side in sides]
    flat = [claim_row(claim) for _, side in sides for claim in _by_expert(side)]
    nothing = [] if flat else [Line(empty)]
    told = f"More positions match than are looked at: these are of the {found.bounded or 0:,} stored last; add words."
    note = [] if found.bounded is None else [Line(told)]
    return Answer(found.model_dump(mode="json"), [*nothing, *sheets, *note], CLAIM, flat)


def who(stored: StoredClaim, /) -> str:
    """Who holds a claim, and through whom it is reported."""
    name = plain(stored.expert.name)
    return f"{name} (reported by {plain(stored.reported_by.name)})" if stored.reported_by else name


def how(stored: StoredClaim, /) -> str:
    """Stance and target of a position; likelihood and horizon of a prediction."""
    from extractor.schemas import Prediction

    claim = stored.claim
    if not isinstance(claim, Prediction):
        return f"{claim.stance} → {plain(claim.target)}"
    told = [part for part in (_likelihood(stored), _horizon(stored)) if part != NOTHING]
    outcome = [f"turned out: {stored.resolution.outcome}"] if stored.resolution else []
    return "; ".join([*(told or [claim.expected.replace("_", " ")]), *outcome])


def where(article: ArticleRef, /) -> str:
    """Date, beginning of the title and beginning of the id of an article."""
    published = f"{article.published}" if article.published else "undated"
    title = _cut(plain(article.title or ""))
    return " · ".join(part for part in (published, title, article.id[:SHOWN_OF_ID]) if part)


def appearances_sheet(appearances: Sequence[ArticleRef], /) -> Sheet:
    """Everywhere that an article was published."""
    columns = (("Published", None), ("Title", 5), ("Author", 3), ("Address", 6), ("Language", None))
    rows = [
        [
            f"{one.published}" if one.published else "undated",
            *(told or NOTHING for told in (one.title, one.author, one.url, one.language)),
        ]
        for one in appearances
    ]
    return Sheet("Published", columns, rows)


def status(stored: StoredClaim, /) -> str:
    """How it turned out, else open, or that the time is over."""
    return stored.resolution.outcome if stored.resolution else _STATUS.get(stored.status or "", NOTHING)


_STATUS = {"open": "open", "closed": "time is over"}


def expert_line(expert: ExpertRef, /) -> str:
    """Name, office and kind of an expert, with the id."""
    office = (plain(part) for part in (expert.role, expert.affiliation) if part)
    return f"{', '.join([plain(expert.name), *office])} ({expert.kind}, id {expert.id})"


def quoted(text: str, /) -> str:
    """Words of an article between quotation marks, unless they bring theirs along."""
    line = plain(text)
    return line if line.startswith(_MARKS) else f"“{line}”"


_MARKS = ("“", "”", '"', "„", "«", "»", "‘", "「", "『")


def _dumped(models: Iterable[Any]) -> list[Any]:
    return [model.model_dump(mode="json") for model in models]


def _likelihood(stored: StoredClaim) -> str:
    from extractor.schemas import Prediction

    claim = stored.claim
    return how_likely(claim.likelihood) if isinstance(claim, Prediction) else NOTHING


def _horizon(stored: StoredClaim) -> str:
    """By when, as short as can be: the end, else the beginning, else the words."""
    from extractor.schemas import Prediction

    if not isinstance(stored.claim, Prediction):
        return NOTHING
    horizon = stored.claim.horizon
    if horizon.end:
        return f"until {horizon.end}"
    return by_when(horizon)


def _facts(stored: StoredClaim) -> Iterator[str]:
    """The lines that tell of a claim what its statement does not."""
    from extractor.schemas import Prediction

    claim = stored.claim
    yield f"{stored.kind} {stored.id} · {expert_line(stored.expert)}"
    if stored.reported_by:
        yield f"reported by {expert_line(stored.reported_by)}"
    yield f"topic: {plain(claim.topic)} · {claim.quote_type}"
    if not isinstance(claim, Prediction):
        yield f"{claim.stance} → {plain(claim.target)} · {claim.kind}"
        return
    yield f"expected: {claim.expected.replace('_', ' ')} · likelihood: {how_likely(claim.likelihood)}"
    condition = [f"condition: {plain(claim.condition.text)}"] if claim.condition else []
    yield " · ".join([f"by when: {by_when(claim.horizon)}", *condition, checkable(claim.verifiability)])
    yield f"status: {'resolved, ' if stored.resolution else ''}{status(stored)}"


def _outcomes(resolutions: Sequence[Resolution]) -> Sheet:
    """What was recorded, oldest first; of several the last one counts."""
    columns = (("Recorded (UTC)", None), ("Outcome", None), ("Note", 5), ("Evidence", 5), ("By", 3))
    rows = [
        [
            f"{one.resolved_at:%Y-%m-%d %H:%M}",
            f"{one.outcome} (latest)" if len(resolutions) > 1 and one is resolutions[-1] else one.outcome,
            *(told or NOTHING for told in (one.note, one.evidence_url, one.resolver)),
        ]
        for one in resolutions
    ]
    return Sheet("How it turned out", columns, rows)


def _rejected(stored: StoredClaim) -> str:
    """Why, when and by whom."""
    record = stored.rejection
    if record is None:
        return "no reason is recorded"
    by = [f"by {plain(record.rejected_by)}"] if record.rejected_by else []
    when = " ".join([f"{record.rejected_at:%Y-%m-%d %H:%M} UTC", *by])
    return f"{plain(record.reason or '') or 'no reason is recorded'} ({when})"


def _cut(title: str) -> str:
    """A title, or as many whole words of it as fit."""
    if len(title) <= SHOWN_OF_TITLE:
        return title
    begun = title[: SHOWN_OF_TITLE - 1]
    return f"{begun.rpartition(' ')[0] or begun}…"


def _evidence(pieces: Sequence[Piece]) -> dict[str, str]:
    """The text before the first piece of evidence, all from there to the last one, and the text after."""
    hits = [number for number, piece in enumerate(pieces) if piece.hit]
    if not hits:
        return {}
    first, last = hits[0], hits[-1] + 1
    cut = {"before": pieces[:first], "evidence": pieces[first:last], "after": pieces[last:]}
    return {name: "".join(piece.text for piece in part) for name, part in cut.items()}


def _reversals(reversals: Sequence[Reversal]) -> Iterator[Line | Sheet]:
    if not reversals:
        return
    yield Line("")
    yield Line(f"{count(len(reversals), 'possible reversal')}: compare the words; only a reader can tell.", "bold")
    for reversal in reversals:
        yield Line(f"{_WHAT[reversal.what]} (similarity {reversal.similarity:.2f})")
        for claim in (reversal.earlier, reversal.later):
            yield Line(f"{_day(claim)}, claim {claim.id}, {_side(claim)}: {quoted(claim.quote)}")


_LIKE_WORDS = "Only claims in like words are compared: an empty cell does not say that nothing was reversed."
_WHAT = {
    "stance": "Possible reversal: another stance toward the same",
    "expected": "Possible reversal: the opposite is expected of the same",
}


def _partners(reversals: Sequence[Reversal]) -> dict[int, list[int]]:
    """By claim the claims that it may contradict."""
    found: dict[int, list[int]] = {}
    for reversal in reversals:
        found.setdefault(reversal.earlier.id, []).append(reversal.later.id)
        found.setdefault(reversal.later.id, []).append(reversal.earlier.id)
    return found


def _possibly(partners: Sequence[int] | None) -> str:
    return f"possible: {_numbers(partners)}" if partners else NOTHING


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _side(stored: StoredClaim) -> str:
    from extractor.schemas import Prediction

    claim = stored.claim
    return claim.expected.replace("_", " ") if isinstance(claim, Prediction) else claim.stance


def _day(stored: StoredClaim) -> str:
    published: date | None = stored.article.published
    return f"{published}" if published else "undated"


def _by_expert(claims: Sequence[StoredClaim]) -> list[StoredClaim]:
    """Claims of one expert together, the experts in the order in which they come first."""
    order = {claim.expert.id: number for number, claim in reversed([*enumerate(claims)])}
    return sorted(claims, key=lambda claim: order[claim.expert.id])


def _latest(does: str, claims: Sequence[StoredClaim]) -> dict[int, str]:
    """By expert that it also does this, and when it last did; takes the newest claims first."""
    return {claim.expert.id: f"(also {does}, {_day(claim)})" for claim in reversed(claims)}


def _held(stored: StoredClaim, also: Mapping[int, str]) -> list[str]:
    from extractor.schemas import Position

    target = stored.claim.target if isinstance(stored.claim, Position) else NOTHING
    expert = " ".join(part for part in (who(stored), also.get(stored.expert.id)) if part)
    return [expert, target, quoted(stored.quote), _day(stored), str(stored.id)]
