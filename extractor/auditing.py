"""The audit of a model's draft: the question about passages that it does not cover, and what the answer comes to.

An answer records or dismisses each passage. Its items are reviewed as those of the draft are; failing ones and passages
without an answer are asked about again with the same prompt that mends a draft.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .checks import Facts
from .passages import Passage, tell_passages
from .review import (
    LISTS,
    Item,
    Review,
    Reviewed,
    accepted_names,
    apply_repair,
    asked_id,
    close_review,
    list_of,
    open_review,
    tell_problems,
)
from .schemas import Audit, Rejected, Violation
from .schemas.audits import DraftAudit
from .schemas.drafts import DraftExpert, DraftRepair
from .templates import Templates, fence

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


log = logging.getLogger(__name__)

RULES = {
    "passage_unknown": "the dismissal names no listed passage, or no reason",
    "off_passage": "the item's content stands in no listed passage",
    "passage_unanswered": "the passage is neither recorded nor dismissed",
}

_CLAIMS = ("positions", "predictions")
_PASSAGE_ID = re.compile(r"passages\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class AuditReview:
    """The state of an audit.

    ``review`` has the experts recorded before and the items of the answer, ``numbers`` the passage that each claim
    answers, by the item's id (None: unknown), ``dismissed`` the reasons by passage.
    """

    review: Review
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    dismissed: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit comes to; the experts of ``reviewed`` are those recorded before and the new ones."""

    reviewed: Reviewed
    counts: Audit
    unanswered: int


class AuditTask:
    """The question about the passages of ``text[start:end]``, as a task of the validation loop."""

    schema = DraftAudit
    repair_schema = DraftRepair
    repair_prompt = "repair"

    def __init__(
        self, facts: Facts, asked: Sequence[Passage], experts: Sequence[DraftExpert], /, *, start: int, end: int
    ) -> None:
        self._facts = facts
        self._asked = {passage.number: passage for passage in asked}
        self._experts = experts
        self._start = start
        self._end = end

    def question(self, templates: Templates, /) -> list[BaseMessage]:
        """The turn that puts the question."""
        article = self._facts.article
        return templates["audit"].render(
            fence=fence(article),
            passages=tell_passages(self._asked.values(), article.text),
            experts=", ".join(dict.fromkeys(expert.name for expert in self._experts)) or "none",
        )

    def open(self, answer: dict[str, Any], /) -> AuditReview:
        """The review of the first answer; raises WrongShapeError when one of its lists is missing."""
        dismissed, strays = self._dismissals((self._number(raw), raw) for raw in list_of(answer, "dismissed"))
        known = [expert.model_dump() for expert in self._experts]
        lists = {name: list_of(answer, name) for name in LISTS}
        numbers = {f"{name}[{n}]": self._number(raw) for name in _CLAIMS for n, raw in enumerate(lists[name])}
        given = {**answer, **lists, "experts": [*known, *lists["experts"]]}
        del given["dismissed"]
        review = open_review(_without_numbers(given), self._facts, start=self._start, end=self._end)
        return self._examine(AuditReview(_with_rejected(review, strays), numbers, dismissed))

    def repair(self, state: AuditReview, answer: dict[str, Any], /) -> AuditReview:
        """The review with mended items and with the answers about passages that had none."""
        withdrawn = list_of(answer, "withdrawn")
        open_ids = {f"passages[{passage.number}]": passage.number for passage in self.unanswered(state)}
        failing = {item.id: state.numbers.get(item.id) for item in state.review.failing}
        dismissed, strays = self._dismissals((n, raw) for raw in withdrawn if (n := open_ids.get(asked_id(raw))))
        taken_back = ((failing.get(asked_id(raw)), raw) for raw in withdrawn)
        dismissed |= {number: reason for number, raw in taken_back if number and (reason := _reason(raw))}
        given = {**answer, "withdrawn": [raw for raw in withdrawn if asked_id(raw) not in open_ids]}
        seen = len(state.review.items) + len(state.review.rejected)  # a sum that only grows
        given, adopted, numbers = _adopt(given, open_ids, first=seen)
        review = replace(state.review, items=(*state.review.items, *adopted))
        review = _with_rejected(apply_repair(review, _without_numbers(given), self._facts), strays)
        review = replace(review, asked=review.asked - numbers.keys())  # a first answer mends nothing
        return self._examine(AuditReview(review, {**state.numbers, **numbers}, {**dismissed, **state.dismissed}))

    def problems(self, state: AuditReview, /) -> dict[str, str] | None:
        """The failing items and the passages without an answer, told."""
        left = [*state.review.failing, *map(_as_problem, self.unanswered(state))]
        if not left:
            return None
        return {"problems": tell_problems(left), "experts": ", ".join(accepted_names(state.review)) or "none"}

    def unanswered(self, state: AuditReview, /) -> list[Passage]:
        """The passages that no item answers and that were not dismissed."""
        answered = {*(state.numbers.get(item.id) for item in state.review.items), *state.dismissed}
        return [passage for number, passage in self._asked.items() if number not in answered]

    def close(self, state: AuditReview | None, /) -> Audited:
        """What was recorded and dismissed; a passage of which an item stands is recorded, whatever else was said.

        ``state`` is None when there was no answer.
        """
        if state is None:
            asked = len(self._asked)
            return Audited(Reviewed(tuple(self._experts)), Audit(asked=asked, recorded=0, dismissed=0), asked)
        reviewed = close_review(state.review)
        held = {spans for _, spans in reviewed.claims}
        sound = (item for item in state.review.items if not item.violations and item.spans in held)
        recorded = {state.numbers.get(item.id) for item in sound} - {None}
        dismissed = state.dismissed.keys() - recorded
        for number in sorted(dismissed):
            passage = self._asked[number]
            log.info("the passage from %d to %d was dismissed", passage.start, passage.end)
            log.debug("dismissed: %s", state.dismissed[number])
        counts = Audit(asked=len(self._asked), recorded=len(recorded), dismissed=len(dismissed))
        return Audited(reviewed, counts, len(self.unanswered(state)))

    def _number(self, raw: Any) -> int | None:
        """The listed passage that an item or a dismissal names."""
        number = raw.get("passage") if isinstance(raw, dict) else None
        return number if type(number) is int and number in self._asked else None

    def _dismissals(self, entries: Iterable[tuple[int | None, Any]]) -> tuple[dict[int, str], list[Rejected]]:
        """The reasons by passage, and the entries that name no listed passage or no reason."""
        dismissed, strays = {}, []
        for number, raw in entries:
            reason = _reason(raw)
            if number is not None and reason:
                dismissed[number] = reason
            else:
                item = raw if isinstance(raw, dict) else {"value": raw}
                message = f"no listed passage is dismissed with a reason; the passages are {self._listed()}"
                strays.append(_stray(item, "passage_unknown", message, field="passage"))
        return dismissed, strays

    def _examine(self, state: AuditReview) -> AuditReview:
        """Find for each claim the passage where it stands: the one that it names, else another that was listed."""
        numbers, items = dict(state.numbers), []
        for item in state.review.items:
            if item.id in numbers and item.spans is not None and item.spans.content:
                item, numbers[item.id] = self._placed(item, numbers[item.id])
            items.append(item)
        return replace(state, review=replace(state.review, items=tuple(items)), numbers=numbers)

    def _placed(self, item: Item, named: int | None) -> tuple[Item, int | None]:
        """The item and its passage; with the violation where it stands in none."""
        assert item.spans is not None and item.draft is not None and not isinstance(item.draft, DraftExpert)
        passage = self._asked.get(named or 0)
        if passage is not None and not passage.holds(item.spans.content):  # the same words may stand elsewhere too
            spans, misses = self._facts.grounder.claim(
                item.draft, start=self._start, end=self._end, after=passage.start
            )
            if not misses and passage.holds(spans.content):
                return replace(item, spans=spans), named
        if passage is None or not passage.holds(item.spans.content):
            passage = next((other for other in self._asked.values() if other.holds(item.spans.content)), None)
        if passage is not None:
            return item, passage.number
        message = (
            f"this content stands in none of the passages {self._listed()}; quote from the sentences of the one that it"
            " answers, or withdraw the item"
        )
        violation = Violation(rule="off_passage", field="content", message=message)
        return replace(item, violations=(*item.violations, violation)), named

    def _listed(self) -> str:
        return f"1 to {len(self._asked)}"


def _adopt(
    answer: dict[str, Any], open_ids: Mapping[str, int], *, first: int
) -> tuple[dict[str, Any], list[Item], dict[str, int | None]]:
    """A repair answer whose claims about unanswered passages have ids of their own from ``first``; and their places."""
    given, places, numbers = dict(answer), list[Item](), dict[str, int | None]()
    for name in _CLAIMS:
        mended = []
        for raw in list_of(answer, name):
            number = open_ids.get(asked_id(raw))
            if number is not None:
                item_id = f"{asked_id(raw)}[{first + len(places)}]"
                awaited = Violation(rule="passage_unanswered", field="", message="its answer follows")
                places.append(Item(item_id, LISTS[name], {}, None, violations=(awaited,)))
                numbers[item_id] = number
                raw = {**raw, "item": item_id}
            mended.append(raw)
        given[name] = mended
    return given, places, numbers


def _as_problem(passage: Passage) -> Item:
    """A passage without an answer in the form of a failing item."""
    message = (
        "this passage is neither recorded nor dismissed; record it under this id, in as many items as it has claims, or"
        " withdraw it with the reason for which it is dismissed"
    )
    violation = Violation(rule="passage_unanswered", field="", message=message)
    told = {"content": [span.text for span in passage.detected.content]}
    return Item(f"passages[{passage.number}]", "position", told, None, violations=(violation,))


def _reason(raw: Any) -> str:
    """Why an entry dismisses a passage or withdraws an item; empty when it does not say."""
    reason = raw.get("reason") if isinstance(raw, dict) else None
    return reason.strip() if isinstance(reason, str) else ""


def _stray(item: dict[str, Any], rule: str, message: str, *, field: str = "") -> Rejected:
    """A part of an answer that answers nothing."""
    return Rejected(kind="answer", item=item, violations=(Violation(rule=rule, field=field, message=message),))


def _with_rejected(review: Review, more: Iterable[Rejected]) -> Review:
    return replace(review, rejected=(*review.rejected, *more))


def _without_numbers(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as that of an extraction: claims without the number of their passage."""
    claims = {
        name: [
            {key: value for key, value in raw.items() if key != "passage"} if isinstance(raw, dict) else raw
            for raw in answer[name]
        ]
        for name in _CLAIMS
    }
    return {**answer, **claims}
