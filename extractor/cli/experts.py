"""extractor experts list, show, merge, split, alias, candidates, log"""

from __future__ import annotations

from typing import Annotated

import typer

from .flattening import flattened
from .group import Commands
from .store_options import (
    AnswerFlags,
    Expert,
    Limit,
    Offset,
    PlaceFlags,
    Reason,
    Words,
    expert_named,
    legible,
    open_store,
)

experts = typer.Typer(name="experts", cls=Commands)

Other = Annotated[
    str, typer.Argument(metavar="OTHER", help="Id or name of the expert that becomes part of it.", callback=legible)
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The other name.", callback=legible)]
Articles = Annotated[
    list[str] | None,
    typer.Option("--article", metavar="ID", help="Article to split off; may be given again.", callback=legible),
]


def _experts() -> None:
    """List the stored experts, and say which of them are one.

    Example: extractor experts candidates

    Prints on the standard output. Only the same full name with a role or affiliation that agrees makes one expert of
    two articles; the rest is for people to say, and to take back.
    """


def list_experts(
    database: PlaceFlags, out: AnswerFlags, words: Words = None, limit: Limit = 100, offset: Offset = 0
) -> None:
    """List the stored experts, those with the most claims first; with WORDS those whose name holds them.

    Example: extractor experts list lind

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_experts import experts_answer

    out.check(database)
    with open_store(database) as store:
        found = store.experts(" ".join(words or ()), limit=limit, offset=offset)
    out.write(experts_answer(found))


def show(expert: Expert, database: PlaceFlags, out: AnswerFlags) -> None:
    """Show a stored expert: names, office, number of claims, who was merged into it, and why.

    Example: extractor experts show "Mara Lind"

    Prints on the standard output, as text on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_experts import known_answer

    out.check(database)
    with open_store(database) as store:
        found = store.expert(expert_named(expert))
        changes = store.expert_log(found.id)
    out.write(known_answer(found, changes))


def merge(expert: Expert, other: Other, database: PlaceFlags, out: AnswerFlags, reason: Reason = None) -> None:
    """Make OTHER part of EXPERT: the claims of both are of one expert from now on.

    Example: extractor experts merge "Mara Lind" "M. Lind" --reason "same biography"

    'extractor experts split OTHER' takes it back; both are logged. Prints the expert on the standard output.
    """
    from extractor.render.stored_experts import expert_answer

    out.check(database)
    with open_store(database) as store:
        merged = store.merge(expert_named(expert), expert_named(other), reason=reason)
    out.write(expert_answer(merged, "These are one expert now:"))


def split(
    expert: Expert, database: PlaceFlags, out: AnswerFlags, articles: Articles = None, reason: Reason = None
) -> None:
    """Take a merge back: EXPERT, told by its id, is again who it was before. With --article: make two of one expert.

    Example: extractor experts split 31 --article 3f2a91bc --reason "a namesake"

    With --article what EXPERT holds in these articles becomes an expert of its own. Prints both on the standard output.
    """
    from extractor.render.stored_experts import split_answer

    out.check(database)
    named = expert_named(expert)
    with open_store(database) as store:
        number = named if isinstance(named, int) else store.expert(named).id
        stays, taken = store.split(number, articles=articles or (), reason=reason)
    out.write(split_answer(stays, taken))


def alias(
    expert: Expert,
    name: Name,
    database: PlaceFlags,
    out: AnswerFlags,
    reason: Reason = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the name back.")] = False,
) -> None:
    """Record another name of an expert: whoever has it in articles that are stored from now on is this expert.

    Example: extractor experts alias "Mara Lind" "Mara Lind-Aas"

    Prints the expert on the standard output.
    """
    from extractor.render.stored_experts import expert_answer

    out.check(database)
    with open_store(database) as store:
        record = store.remove_alias if undo else store.add_alias
        named = record(expert_named(expert), name, reason=reason)
    out.write(expert_answer(named, "Taken back:" if undo else "Recorded:"))


def candidates(database: PlaceFlags, out: AnswerFlags, limit: Limit = 100) -> None:
    """List pairs of experts that may be one, with the reasons; none is merged unless you say so.

    Example: extractor experts candidates --limit 20

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_experts import candidates_answer

    out.check(database)
    with open_store(database) as store:
        found = store.merge_candidates(limit=limit)
    out.write(candidates_answer(found))


def log(
    database: PlaceFlags,
    out: AnswerFlags,
    expert: Annotated[
        str | None, typer.Argument(metavar="EXPERT", help="Id or name of an expert.", callback=legible)
    ] = None,
    limit: Limit = 100,
) -> None:
    """List merges, splits and recorded names with their reasons, newest first: all, or those of an expert.

    Example: extractor experts log "Mara Lind"

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_experts import changes_answer

    out.check(database)
    with open_store(database) as store:
        found = store.expert_log(None if expert is None else expert_named(expert), limit=limit)
    out.write(changes_answer(found))


experts.callback()(flattened(_experts))
experts.command("list")(flattened(list_experts))
experts.command("show")(flattened(show))
experts.command("merge")(flattened(merge))
experts.command("split")(flattened(split))
experts.command("alias")(flattened(alias))
experts.command("candidates")(flattened(candidates))
experts.command("log")(flattened(log))
