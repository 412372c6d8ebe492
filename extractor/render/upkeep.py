"""What upkeep of the store tells: problems, sizes, what was imported and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .sheets import Answer, Line, Sheet


def facts_answer(facts: Mapping[str, object], told: str, /) -> Answer:
    """Facts by name."""
    rows = [[name.replace("_", " "), _shown(value)] for name, value in facts.items()]
    return Answer(dict(facts), [Sheet(told, (("What", 1), ("Value", 3)), rows)], [*facts], [facts])


def told_answer(facts: Mapping[str, object], told: str, /) -> Answer:
    """Facts for programs, and for people a sentence that holds them."""
    return Answer(dict(facts), [Line(told)], [*facts], [facts])


def problems_answer(problems: Sequence[tuple[str, str]], /, *, well: str) -> Answer:
    """Where something is wrong, and what."""
    sheet = Sheet("Problems", (("Where", 2), ("What is wrong", 6)), problems, well)
    rows = [{"place": place, "message": message} for place, message in problems]
    return Answer(rows, [sheet], ("place", "message"), rows)


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
