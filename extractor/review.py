"""The review of an extraction: which items of a model's answer stand, which have to be asked for again.

Pure functions over data. An answer is taken apart into items; each keeps the id under which the model is asked about it
("positions[3]") until it is accepted, withdrawn or rejected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from pydantic import ValidationError

from .checks import Facts, check_claim, check_expert, shape_violations, unknown_expert
from .errors import NotJSONError, WrongShapeError
from .grounding import ClaimSpans
from .schemas import Rejected, Violation
from .schemas.drafts import DraftExpert, DraftExtraction, DraftPosition, DraftPrediction

ItemKind = Literal["expert", "position", "prediction"]
AnyDraft = DraftExpert | DraftPosition | DraftPrediction

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
LISTS: dict[str, ItemKind] = {"experts": "expert", "positions": "position", "predictions": "prediction"}
_MODELS: dict[ItemKind, type[AnyDraft]] = {
    "expert": DraftExpert,
    "position": DraftPosition,
    "prediction": DraftPrediction,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One expert or claim of an answer, and what the review found so far."""

    id: str
    kind: ItemKind
    raw: dict[str, Any]
    draft: AnyDraft | None
    spans: ClaimSpans | None = None
    violations: tuple[Violation, ...] = ()
    former: tuple[str, ...] = ()  # names that an expert had before it was mended: claims may still use them


@dataclass(frozen=True, slots=True)
class Review:
    """The state of a review: items in the model's order, what was given up, and what was asked for again."""

    start: int
    end: int
    items: tuple[Item, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    asked: frozenset[str] = frozenset()

    @property
    def failing(self) -> tuple[Item, ...]:
        """The items with violations."""
        return tuple(item for item in self.items if item.violations)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is left of a chunk's answer when the review is over."""

    experts: tuple[DraftExpert, ...] = ()
    claims: tuple[tuple[DraftPosition | DraftPrediction, ClaimSpans], ...] = ()
    rejected: tuple[Rejected, ...] = ()
    repaired: int = 0


@dataclass(slots=True)
class _Roll:
    """The experts by every name under which a claim may call them."""

    by_name: dict[str, Item] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[Item], /) -> _Roll:
        roll = cls()
        experts = [item for item in items if item.kind == "expert"]
        for item in experts:
            for name in _names(item)[:1]:
                roll.by_name.setdefault(_key(name), item)
        for item in experts:  # a former name or an alias counts only where no expert has it as a name
            for name in _names(item)[1:]:
                roll.by_name.setdefault(_key(name), item)
        return roll

    def find(self, name: str, /) -> Item | None:
        return self.by_name.get(_key(name))

    @property
    def accepted(self) -> list[str]:
        found = dict.fromkeys(
            item.draft.name
            for item in self.by_name.values()
            if isinstance(item.draft, DraftExpert) and not item.violations
        )
        return list(found)


def read_json(text: str, /) -> dict[str, Any]:
    """The JSON object of an answer, also in a code fence or after the thoughts of a reasoning model.

    Raises NotJSONError, or WrongShapeError for JSON that is no object.
    """
    stripped = _THOUGHTS.sub("", text).strip()
    if stripped.startswith("```"):
        stripped = stripped.split("\n", 1)[-1].rsplit("```", 1)[0]
    try:
        value = json.loads(stripped, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise NotJSONError(f"it is no JSON: {error.msg} at character {error.pos}") from error
    except (ValueError, RecursionError) as error:
        raise NotJSONError(f"it is no JSON that can be read: {error}") from error
    if not isinstance(value, dict):
        raise WrongShapeError(f"it is a JSON {type(value).__name__}, not an object")
    return _writable(value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; a key that stands twice would lose what the first one holds."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _writable(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with lone surrogates, which no UTF-8 can hold, made question marks."""
    written = json.dumps(answer, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        answer = json.loads(written.encode("utf-8", "replace"))
    return answer


def open_review(answer: dict[str, Any], facts: Facts, /, *, start: int, end: int) -> Review:
    """Take apart and check the first answer about the text from ``start`` to ``end``.

    Raises WrongShapeError when one of its three lists is missing or no list.
    """
    items = []
    for name, kind in LISTS.items():
        for number, raw in enumerate(list_of(answer, name)):
            items.append(_read_item(f"{name}[{number}]", kind, raw))
    return _examine(Review(start, end, tuple(items), tuple(_strays(answer))), facts)


def review_draft(
    draft: DraftExtraction, positions: Sequence[ClaimSpans], predictions: Sequence[ClaimSpans], facts: Facts, /
) -> Reviewed:
    """Check a draft whose quotations are grounded already, as the built-in engine's are; nobody is asked again."""
    experts = [
        Item(f"experts[{n}]", "expert", expert.model_dump(), expert, violations=check_expert(expert, facts))
        for n, expert in enumerate(draft.experts)
    ]
    held = [
        *_grounded("positions", draft.positions, positions, facts),
        *_grounded("predictions", draft.predictions, predictions, facts),
    ]
    return close_review(Review(0, len(facts.article.text), (*experts, *held)))


def apply_repair(review: Review, answer: dict[str, Any], facts: Facts, /) -> Review:
    """Put the mended items of a repair answer in the place of those that failed, and check them.

    Raises WrongShapeError when a list is missing or no list.
    """
    failing = {item.id: item for item in review.failing}
    rejected = [*review.rejected, *_strays({**answer, "withdrawn": []})]
    asked = review.asked | failing.keys()
    kept = {item.id: item for item in review.items}
    for raw in list_of(answer, "withdrawn"):
        item = failing.pop(asked_id(raw), None)
        if item is not None:
            del kept[item.id]
            rejected.append(_reject(item, Violation(rule="withdrawn", field="", message=str(raw.get("reason", "")))))
        else:
            told = raw if isinstance(raw, dict) else {"withdrawn": raw}
            rejected.append(Rejected(kind="answer", item=told, violations=(_not_asked(asked_id(raw) or "withdrawn"),)))
    for name, kind in LISTS.items():
        for raw in list_of(answer, name):
            _take(raw, kind, kept, failing, rejected)
    return _examine(replace(review, items=tuple(kept.values()), rejected=tuple(rejected), asked=asked), facts)


def close_review(review: Review, /) -> Reviewed:
    """What is accepted; what still fails goes to rejected, of an expert whose name stands only the parts that fail."""
    sound = {item.id for item in review.items if not item.violations}
    items, rejected = _trim(review)
    roll = _Roll.of(item for item in items if not item.violations)
    experts, claims = [], []
    for item in items:
        if item.violations:
            rejected.append(_reject(item))
        elif isinstance(item.draft, DraftExpert):
            experts.append(item.draft)
        elif item.draft is not None and item.spans is not None:
            resolved = _resolve(item.draft, roll)
            if resolved is None:
                sound.discard(item.id)
                message = "its expert was rejected, so nobody is left who holds or reports it"
                rejected.append(_reject(item, Violation(rule="expert_rejected", field="expert", message=message)))
            else:
                claims.append((resolved, item.spans))
    return Reviewed(tuple(experts), tuple(claims), tuple(rejected), len(review.asked & sound))


class Failing(Protocol):
    """What is asked for again: an item of an extraction or a sentence of a summary."""

    @property
    def id(self) -> str:
        """The id under which the model is asked about it."""

    @property
    def raw(self) -> dict[str, Any]:
        """The item as the model wrote it."""

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What is wrong with it."""


def tell_problems(items: Iterable[Failing], /) -> str:
    """The failing items and their violations, as the repair prompts show them."""
    blocks = []
    for item in items:
        faults = "\n".join(f"- {v.field or 'item'} ({v.rule}): {v.message}" for v in item.violations)
        blocks.append(f"{item.id}: {json.dumps(item.raw, ensure_ascii=False)}\n{faults}")
    return "\n\n".join(blocks)


def asked_id(raw: Any, /) -> str:
    """The id under which an element of a repair answer says that it was asked for; empty when it says none."""
    item_id = raw.get("item") if isinstance(raw, dict) else None
    return item_id.strip() if isinstance(item_id, str) else ""


def list_of(answer: dict[str, Any], name: str, /) -> list[Any]:
    """A list of an answer. Raises WrongShapeError when it is missing or no list."""
    value = answer.get(name)
    if not isinstance(value, list):
        raise WrongShapeError(f"it has no list {name!r}")
    return value


def accepted_names(review: Review, /) -> list[str]:
    """The names of the experts that were accepted so far."""
    return _Roll.of(review.items).accepted


def _grounded(
    name: str, drafts: Sequence[DraftPosition | DraftPrediction], spans: Sequence[ClaimSpans], facts: Facts
) -> list[Item]:
    return [
        Item(f"{name}[{n}]", LISTS[name], draft.model_dump(), draft, found, check_claim(draft, (), facts))
        for n, (draft, found) in enumerate(zip(drafts, spans, strict=True))
    ]


def _strays(answer: dict[str, Any]) -> list[Rejected]:
    """What an answer holds beside the lists that were asked for; an empty list of withdrawals is nothing."""
    found = {name: value for name, value in answer.items() if name not in LISTS and (name, value) != ("withdrawn", [])}
    return [Rejected(kind="answer", item={name: found[name]}, violations=(_not_asked(name),)) for name in found]


def _read_item(item_id: str, kind: ItemKind, raw: Any) -> Item:
    content = dict(raw) if isinstance(raw, dict) else {"value": raw}
    content.pop("item", None)
    try:
        return Item(item_id, kind, content, _MODELS[kind].model_validate(content if isinstance(raw, dict) else raw))
    except ValidationError as error:
        return Item(item_id, kind, content, None, violations=shape_violations(error))


def _take(raw: Any, kind: ItemKind, kept: dict[str, Item], failing: dict[str, Item], rejected: list[Rejected]) -> None:
    item_id = asked_id(raw)
    if item_id == "new" and kind == "expert":
        item_id = f"experts[new {len(kept) + len(rejected)}]"  # a sum that only grows
        kept[item_id] = _read_item(item_id, kind, raw)
    elif item_id in failing and (kind == "expert") == (failing[item_id].kind == "expert"):
        kept[item_id] = replace(_read_item(item_id, kind, raw), former=_names(failing.pop(item_id)))
    else:
        rejected.append(_reject(_read_item(item_id, kind, raw), _not_asked(item_id)))


def _not_asked(item_id: str) -> Violation:
    message = f"no item {item_id!r} of this kind was asked for, or it was mended twice"
    return Violation(rule="unknown_item", field="item", message=message)


def _examine(review: Review, facts: Facts) -> Review:
    """Check every item that has not been accepted yet."""
    experts = [
        replace(item, violations=check_expert(item.draft, facts)) if isinstance(item.draft, DraftExpert) else item
        for item in review.items
        if item.kind == "expert"
    ]
    roll = _Roll.of(experts)
    examined: list[Item] = list(experts)
    after = {"position": review.start, "prediction": review.start}
    for item in review.items:
        if item.kind == "expert":
            continue
        if item.spans is None or item.violations:
            item = _examine_claim(item, roll, facts, review, after[item.kind])
        if item.spans is not None and item.spans.content:
            after[item.kind] = item.spans.content[0].start
        examined.append(item)
    return replace(review, items=tuple(examined))


def _examine_claim(item: Item, roll: _Roll, facts: Facts, review: Review, after: int) -> Item:
    draft = item.draft
    if draft is None or isinstance(draft, DraftExpert):
        return item
    spans, misses = facts.grounder.claim(draft, start=review.start, end=review.end, after=after)
    if misses and (plain := _without_repeats(draft)) != draft:
        draft = plain
        spans, misses = facts.grounder.claim(draft, start=review.start, end=review.end, after=after)
    violations = list(check_claim(draft, misses, facts))
    for name in ("expert", "reported_by"):
        value = getattr(draft, name)
        if value is not None and roll.find(value) is None:
            violations.append(unknown_expert(name, value, roll.accepted))
    return replace(item, draft=draft, spans=spans, violations=tuple(violations))


def _without_repeats(draft: DraftPosition | DraftPrediction) -> DraftPosition | DraftPrediction:
    """The draft without parts of a field that another part of it holds: they have no place of their own."""
    fields: dict[str, list[str]] = {name: getattr(draft, name) for name in ("content", "cue", "source")}
    distinct = {
        name: [
            part
            for n, part in enumerate(parts)
            if not any(part in other and (part != other or m < n) for m, other in enumerate(parts) if m != n)
        ]
        for name, parts in fields.items()
    }
    return draft.model_copy(update=distinct)


def _trim(review: Review) -> tuple[list[Item], list[Rejected]]:
    """Drop from failing experts the optional parts that fail, where the name itself stands."""
    items, rejected = [], list(review.rejected)
    for item in review.items:
        faults = {violation.field for violation in item.violations}
        if isinstance(item.draft, DraftExpert) and faults and not faults & {"", "name", "kind"}:
            rejected.append(_reject(item))
            item = replace(item, draft=_without(item.draft, faults), violations=(), former=_names(item))
        items.append(item)
    return items, rejected


def _without(expert: DraftExpert, faults: set[str]) -> DraftExpert:
    aliases = [alias for number, alias in enumerate(expert.aliases) if f"aliases[{number}]" not in faults]
    empty: dict[str, Any] = {name: None for name in ("role", "affiliation") if name in faults}
    return expert.model_copy(update={"aliases": aliases, **empty})


def _resolve(draft: DraftPosition | DraftPrediction, roll: _Roll) -> DraftPosition | DraftPrediction | None:
    names: dict[str, str | None] = {"expert": draft.expert, "reported_by": draft.reported_by}
    for field_name, name in names.items():
        if name is not None:
            item = roll.find(name)
            if item is None or not isinstance(item.draft, DraftExpert):
                return None
            names[field_name] = item.draft.name
    return draft.model_copy(update=names)


def _reject(item: Item, *more: Violation) -> Rejected:
    return Rejected(kind=item.kind, item=item.raw, violations=(*more, *item.violations))


def _names(item: Item) -> tuple[str, ...]:
    """Every name that an expert has or had, aliases last."""
    if item.kind != "expert":
        return ()
    if isinstance(item.draft, DraftExpert):
        return tuple(dict.fromkeys((item.draft.name, *item.former, *item.draft.aliases)))
    return tuple(dict.fromkeys((str(item.raw.get("name", "")), *item.former)))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
