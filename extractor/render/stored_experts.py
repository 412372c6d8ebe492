"""Experts and runs of the store for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .flat import CANDIDATE, EXPERT, RUN, expert_row, moment, run_row
from .phrases import NOTHING, count, plain
from .sheets import Answer, Line, Sheet
from .stored import SHOWN_OF_ID, expert_line, quoted

if TYPE_CHECKING:
    from extractor.schemas.stored import ExpertChange, ExpertRef, MergeCandidate, StoredExpert, StoredRun


_CHANGE = (*("id", "changed_at", "action", "expert_id", "expert", "other_id", "other", "name", "articles", "reason"),)
_DONE = {
    "merge": "{other} became part of {expert}",
    "unmerge": "{other} is no longer part of {expert}",
    "split": "{other} was made of what {expert} held in {articles}",
    "alias": "{name} was recorded for {expert}",
    "unalias": "{name} is no longer recorded for {expert}",
}


def experts_answer(experts: Sequence[StoredExpert], /) -> Answer:
    """Experts in a list."""
    columns = (
        ("Id", None),
        ("Name", 5),
        ("Kind", None),
        ("Role, affiliation", 7),
        ("Articles", None),
        ("Claims", None),
    )
    rows = [
        [str(e.id), e.name, e.kind, _office(e) or NOTHING, f"{e.articles:,}", f"{e.positions + e.predictions:,}"]
        for e in experts
    ]
    value = [expert.model_dump(mode="json") for expert in experts]
    sheet = Sheet("Experts", columns, rows, "No expert of such a name is stored.")
    return Answer(value, [sheet], EXPERT, [*map(expert_row, experts)])


def expert_answer(expert: StoredExpert, told: str = "", /) -> Answer:
    """One expert, with what was done to it."""
    parts = [*([Line(told)] if told else []), *_expert(expert)]
    return Answer(expert.model_dump(mode="json"), parts, EXPERT, [expert_row(expert)])


def known_answer(expert: StoredExpert, changes: Sequence[ExpertChange], /) -> Answer:
    """One expert, with what was said about who it is, newest first."""
    value = {**expert.model_dump(mode="json"), "changes": [change.model_dump(mode="json") for change in changes]}
    told = [f"{change.changed_at:%Y-%m-%d}: {_done(change)}" for change in changes]
    parts = [*_expert(expert), *map(Line, told)]
    return Answer(value, parts, (*EXPERT, "changes"), [{**expert_row(expert), "changes": "; ".join(told)}])


def changes_answer(changes: Sequence[ExpertChange], /) -> Answer:
    """Merges, splits and recorded names."""
    columns = (("When", None), ("What", 8), ("Why", 4))
    rows = [[f"{c.changed_at:%Y-%m-%d %H:%M}", _what(c), c.reason or NOTHING] for c in changes]
    value = [change.model_dump(mode="json") for change in changes]
    return Answer(
        value, [Sheet("Changes", columns, rows, "Nothing was changed.")], _CHANGE, [*map(_change_row, changes)]
    )


def split_answer(stays: StoredExpert, taken: StoredExpert, /) -> Answer:
    """The expert that stays and the one that was split off."""
    value = {"stays": stays.model_dump(mode="json"), "split_off": taken.model_dump(mode="json")}
    parts = [Line("These are two experts now:"), *_expert(stays), *_expert(taken)]
    return Answer(value, parts, EXPERT, [expert_row(stays), expert_row(taken)])


def candidates_answer(candidates: Sequence[MergeCandidate], /) -> Answer:
    """Pairs of experts that may be one, with the reasons for it."""
    columns = (("First", 5), ("Second", 5), ("Why they may be one", 6))
    rows = [[expert_line(c.first), expert_line(c.second), "; ".join(c.reasons)] for c in candidates]
    parts: list[Line | Sheet] = [Sheet("May be one", columns, rows, "No two experts look like one.")]
    if rows:
        parts.append(Line("Nothing is merged unless you say so: extractor experts merge EXPERT OTHER --reason TEXT"))
    value = [candidate.model_dump(mode="json") for candidate in candidates]
    flat = [
        {**_side("first", c.first), **_side("second", c.second), "reasons": "; ".join(c.reasons)} for c in candidates
    ]
    return Answer(value, parts, CANDIDATE, flat)


def runs_answer(runs: Sequence[StoredRun], /, *, empty: str = "No run is stored that fits.") -> Answer:
    """Runs in a list."""
    columns = (("Id", None), ("When", None), ("Article", 6), ("Engine", 4), ("Result", 5), ("Current", None))
    rows = [
        [str(r.id), f"{r.started_at:%Y-%m-%d %H:%M}", _article(r), _engine(r), _result(r), _current(r)] for r in runs
    ]
    value = [run.model_dump(mode="json") for run in runs]
    return Answer(value, [Sheet("Runs", columns, rows, empty)], RUN, [*map(run_row, runs)])


def run_answer(run: StoredRun, told: str, /) -> Answer:
    """A run that was chosen, or left to the rule again."""
    return Answer(run.model_dump(mode="json"), [Line(told)], RUN, [run_row(run)])


def _expert(expert: StoredExpert) -> list[Line]:
    claims = f"{count(expert.positions, 'position')} and {count(expert.predictions, 'prediction')}"
    lines = [Line(expert_line(expert), "bold"), Line(f"{claims} in {count(expert.articles, 'article')}")]
    if expert.aliases:
        lines.append(Line(f"also: {', '.join(map(plain, expert.aliases))}"))
    if expert.merged:
        lines.append(
            Line(f"merged into it: {', '.join(map(str, expert.merged))} (experts split ID takes one out again)")
        )
    return lines


def _what(change: ExpertChange) -> str:
    articles = ", ".join(article[:SHOWN_OF_ID] for article in change.articles) or "some articles"
    other = "an expert" if change.other is None else f"{plain(change.other.name)} (id {change.other.id})"
    expert = f"{plain(change.expert.name)} (id {change.expert.id})"
    return _DONE[change.action].format(expert=expert, other=other, name=quoted(change.name or ""), articles=articles)


def _done(change: ExpertChange) -> str:
    return f"{_what(change)}: {plain(change.reason)}" if change.reason else _what(change)


def _change_row(change: ExpertChange) -> dict[str, object]:
    return {
        "id": change.id,
        "changed_at": moment(change.changed_at),
        "action": change.action,
        "expert_id": change.expert.id,
        "expert": change.expert.name,
        "other_id": change.other and change.other.id,
        "other": change.other and change.other.name,
        "name": change.name,
        "articles": "; ".join(change.articles),
        "reason": change.reason,
    }


def _office(expert: ExpertRef) -> str:
    return ", ".join(plain(part) for part in (expert.role, expert.affiliation) if part)


def _side(name: str, expert: ExpertRef) -> dict[str, object]:
    return {f"{name}_{field}": getattr(expert, field) for field in ("id", "name", "kind", "role", "affiliation")}


def _article(run: StoredRun) -> str:
    if run.article is None:
        return run.input or NOTHING
    return " · ".join(filter(None, (plain(run.article.title or ""), run.article.id[:SHOWN_OF_ID])))


def _engine(run: StoredRun) -> str:
    return f"{run.engine} {run.model}" if run.model and run.model != run.engine else run.engine


def _result(run: StoredRun) -> str:
    if run.status == "failed":
        return f"{run.task} failed: {run.error or 'no reason is recorded'}"
    if run.task == "summarize":
        return "summary"
    found = f"{count(run.positions, 'position')}, {count(run.predictions, 'prediction')}"
    return f"{found}, {run.rejected:,} rejected" if run.rejected else found


def _current(run: StoredRun) -> str:
    return ("chosen" if run.chosen else "current") if run.current else NOTHING
