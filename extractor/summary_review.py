"""The review of a model's summary: which sentences stand, which have to be asked for again. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from .checks import Facts, check_evidence, check_expert, check_wording, shape_violations, unknown_expert
from .errors import WrongShapeError
from .grounding import Miss
from .review import asked_id
from .schemas import Cited, Rejected, Span, Violation
from .schemas.drafts import DraftExpert, DraftExpertLine, DraftSentence

SECTIONS = ("abstract", "by_expert", "agreements", "disagreements")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a summary, and what the review found so far."""

    id: str
    raw: dict[str, Any]
    draft: DraftSentence | DraftExpertLine | None
    evidence: tuple[Span, ...] = ()
    violations: tuple[Violation, ...] = ()

    @property
    def section(self) -> str:
        """Which part of the summary it belongs to."""
        return self.id.partition("[")[0]

    @property
    def cited(self) -> Cited:
        """The sentence with its evidence, as a result."""
        if self.draft is None:
            raise ValueError(f"{self.id} was not accepted")
        return Cited(text=self.draft.text.strip(), evidence=self.evidence)


@dataclass(frozen=True, slots=True)
class SummaryReview:
    """The state of a review: sentences in the model's order, what was given up, and how many were mended."""

    sentences: tuple[Sentence, ...]
    rejected: tuple[Rejected, ...] = ()
    asked: frozenset[str] = frozenset()

    @property
    def failing(self) -> tuple[Sentence, ...]:
        """The sentences with violations."""
        return tuple(sentence for sentence in self.sentences if sentence.violations)

    @property
    def accepted(self) -> tuple[Sentence, ...]:
        """The sentences without violations."""
        return tuple(sentence for sentence in self.sentences if not sentence.violations)

    @property
    def repaired(self) -> int:
        """How many sentences were asked for again and then accepted."""
        return sum(sentence.id in self.asked for sentence in self.accepted)

    @property
    def given_up(self) -> tuple[Rejected, ...]:
        """All that is not accepted."""
        return (*self.rejected, *(_reject(sentence) for sentence in self.failing))


def open_summary(answer: dict[str, Any], facts: Facts, known: Sequence[str] | None, /) -> SummaryReview:
    """Take apart and check the first answer; WrongShapeError when a section is missing or no list.

    ``known`` are the names that lines may be about; None when the summary finds its experts itself.
    """
    sentences = [_read("headline", answer.get("headline"))]
    for section in SECTIONS:
        rows = answer.get(section)
        if not isinstance(rows, list):
            raise WrongShapeError(f"it has no list {section!r}")
        sentences += [_read(f"{section}[{number}]", raw) for number, raw in enumerate(rows)]
    return _examine(SummaryReview(tuple(sentences)), facts, known)


def repair_summary(
    review: SummaryReview, answer: dict[str, Any], facts: Facts, known: Sequence[str] | None, /
) -> SummaryReview:
    """Put mended sentences in the place of failing ones, and check them; WrongShapeError when a list is missing."""
    parts = [answer.get(name) for name in ("sentences", "lines", "withdrawn")]
    if not all(isinstance(part, list) for part in parts):
        raise WrongShapeError("it has no list 'sentences', no list 'lines' or no list 'withdrawn'")
    sentences, lines, withdrawn = ([*part] for part in parts if part is not None)
    failing = {sentence.id: sentence for sentence in review.failing}
    kept = {sentence.id: sentence for sentence in review.sentences}
    asked = review.asked | failing.keys()
    rejected = list(review.rejected)
    for raw in withdrawn:
        sentence = failing.pop(asked_id(raw), None)
        if sentence is None:
            rejected.append(_stray(raw))
        else:
            del kept[sentence.id]
            reason = Violation(rule="withdrawn", field="", message=str(raw.get("reason", "")))
            rejected.append(_reject(sentence, reason))
    for raw in (*sentences, *lines):
        if failing.pop(asked_id(raw), None) is None:
            rejected.append(_stray(raw))
        else:
            kept[asked_id(raw)] = _read(asked_id(raw), raw)
    return _examine(SummaryReview(tuple(kept.values()), tuple(rejected), asked), facts, known)


def _stray(raw: Any) -> Rejected:
    violation = Violation(rule="unknown_item", field="item", message=f"no sentence {asked_id(raw)!r} was asked for")
    return Rejected(kind="summary", item=_as_dict(raw), violations=(violation,))


def _read(item_id: str, raw: Any) -> Sentence:
    model = DraftExpertLine if item_id.startswith("by_expert") else DraftSentence
    content = {name: value for name, value in _as_dict(raw).items() if name != "item"}
    try:
        return Sentence(item_id, content, model.model_validate(content))
    except ValidationError as error:
        return Sentence(item_id, content, None, violations=shape_violations(error))


def _examine(review: SummaryReview, facts: Facts, known: Sequence[str] | None) -> SummaryReview:
    """Check every sentence; all of them again, since how many experts may be counted changes with the lines."""
    lines = {s.id: _examine_sentence(s, facts, known, 0) for s in review.sentences if s.section == "by_expert"}
    experts = sum(not line.violations for line in lines.values())
    return replace(
        review,
        sentences=tuple(
            lines[s.id] if s.id in lines else _examine_sentence(s, facts, known, experts) for s in review.sentences
        ),
    )


def _examine_sentence(sentence: Sentence, facts: Facts, known: Sequence[str] | None, experts: int) -> Sentence:
    draft = sentence.draft
    if draft is None:
        return sentence
    found = [facts.grounder.find(quote) for quote in draft.evidence if quote.strip()]
    misses = [miss for miss in found if isinstance(miss, Miss)]
    violations = check_wording("text", draft.text, facts, experts=experts) + check_evidence(draft.evidence, misses)
    if isinstance(draft, DraftExpertLine) and known is not None:
        if draft.expert not in known:
            violations.append(unknown_expert("expert", draft.expert, known, fixed=True))
    elif isinstance(draft, DraftExpertLine):
        violations += [
            violation.model_copy(update={"field": "expert"}) if violation.field == "name" else violation
            for violation in check_expert(as_expert(draft), facts)
        ]
    spans = _distinct([span for span in found if isinstance(span, Span)])
    return replace(sentence, evidence=spans, violations=tuple(violations))


def as_expert(line: DraftExpertLine, /) -> DraftExpert:
    """The expert that a line of a summary is about."""
    return DraftExpert(name=line.expert, kind=line.kind, role=line.role, affiliation=line.affiliation, aliases=[])


def _distinct(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in ascending order, without those that lie in or across another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _reject(sentence: Sentence, *more: Violation) -> Rejected:
    return Rejected(
        kind="summary", item={"item": sentence.id, **sentence.raw}, violations=(*more, *sentence.violations)
    )


def _as_dict(raw: Any) -> dict[str, Any]:
    return dict(raw) if isinstance(raw, dict) else {"value": raw}
