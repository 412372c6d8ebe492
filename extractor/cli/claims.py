"""extractor claims list, extractor show, extractor reject"""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.errors import InputError

from .flattening import flattened
from .group import Commands
from .store_options import AnswerFlags, Claim, ClaimFlags, Limit, Offset, PlaceFlags, Reason, legible, open_store

claims = typer.Typer(name="claims", cls=Commands)


def _claims() -> None:
    """List the stored claims: positions and predictions.

    Example: extractor claims list --expert "Mara Lind"

    Prints on the standard output. 'extractor search' looks for words, 'extractor show' shows one claim.
    """


def list_claims(
    which: ClaimFlags,
    database: PlaceFlags,
    out: AnswerFlags,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="Only the rejected ones, with when, by whom and why.")
    ] = False,
    limit: Limit = 100,
    offset: Offset = 0,
) -> None:
    """List the stored claims, newest articles first.

    Example: extractor claims list --kind position --stance against --since 2026-01-01

    Prints on the standard output, as a table on a terminal and as JSON in a pipe. Only claims of each article's current
    run are listed, and none that was rejected, or with --rejected those only.
    """
    from extractor.render.stored import claims_answer, rejected_answer

    out.check(database)
    filters = which.read(rejected=rejected)
    with open_store(database) as store:
        found = store.claims(filters, limit=limit, offset=offset)
    out.write(rejected_answer(found) if rejected else claims_answer(found))


def show(claim: Claim, database: PlaceFlags, out: AnswerFlags) -> None:
    """Show a stored claim: its evidence in the text around it, and how it turned out.

    Example: extractor show 12

    Prints on the standard output, as text on a terminal and as JSON in a pipe. Rejected claims are shown too.
    """
    from extractor.render.stored import context_answer

    out.check(database)
    with open_store(database) as store:
        context = store.show(claim)
    out.write(context_answer(context))


def reject(
    claim: Claim,
    database: PlaceFlags,
    out: AnswerFlags,
    reason: Reason = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who rejects it.", callback=legible)] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take a rejection back.")] = False,
) -> None:
    """Take a claim out of lists, searches and scores, also as later runs find it again; nothing is deleted.

    Example: extractor reject 12 --reason "the words are somebody else's"

    Needs --reason, unless --undo takes a rejection back. Prints the claim on the standard output.
    """
    from extractor.render.stored import claim_answer

    out.check(database)
    if reason is None and not undo:
        raise InputError("a rejection needs a reason: give --reason TEXT")
    with open_store(database) as store:
        if undo or reason is None:
            changed = store.restore(claim, reason=reason, rejected_by=by)
        else:
            changed = store.reject(claim, reason=reason, rejected_by=by)
    told = "listed again" if undo else f"rejected: extractor reject {claim} --undo takes it back"
    out.write(claim_answer(changed, f"Claim {claim} is {told}"))


claims.callback()(flattened(_claims))
claims.command("list")(flattened(list_claims))
