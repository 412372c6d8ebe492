"""Taking claims out of the lists, and articles out of the store.

Rejecting is a record that is added, and restoring another; both hold for the claim in later runs of its article too.
Deleting an article takes with it all that came from it: appearances, runs, claims with their resolutions and
rejections, summaries, rejected items, entries of the search index, the service's jobs for it, requests about it that
wait and answers that are kept, the experts that nothing refers to any more, and what only it said of the others.
Experts stay that another article cites, that somebody gave an alias, or that are part of a merge.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy import delete as delete_from

from extractor.errors import InputError
from extractor.schemas.stored import StoredClaim

from . import currency
from .articles import find_article
from .experts import identity
from .experts.forgetting import cited_by, forget
from .outcomes.resolving import clean, hold_claim
from .reading import find_claim
from .tables import (
    appearances,
    articles,
    batch_requests,
    batch_runs,
    cited_experts,
    claims,
    expert_names,
    jobs,
    rejected_items,
    rejections,
    replies,
    resolutions,
    runs,
    summaries,
)


def reject(connection: Connection, claim_id: int, /, *, reason: str, rejected_by: str | None = None) -> StoredClaim:
    """Take a claim out of lists, searches and scores, in this and later runs of its article; returns it.

    A claim that is rejected may be rejected again, which records another reason. Raises InputError for an unknown id
    and without a reason.
    """
    why = clean(reason, "reason")
    if why is None:
        raise InputError("a rejection needs a reason; say why the claim is to go")
    return _record(connection, claim_id, "reject", reason=why, rejected_by=rejected_by)


def restore(
    connection: Connection, claim_id: int, /, *, reason: str | None = None, rejected_by: str | None = None
) -> StoredClaim:
    """Take a rejection back; returns the claim. Raises InputError for an unknown id and where nothing is rejected."""
    return _record(connection, claim_id, "restore", reason=clean(reason, "reason"), rejected_by=rejected_by)


def delete(connection: Connection, article: str, /) -> str:
    """Delete an article (its id or the beginning of it) with everything that came from it; returns its id.

    Raises InputError when no article or several begin so. What is deleted may stand in the database's files until
    `Database.forget_deleted`.
    """
    article_id = find_article(connection, article)
    identity.lock_changes(connection)
    identity.lock_articles(connection, [article_id])
    cited = cited_by(connection, article_id)
    touched = expert_names.c.expert_id.in_({one.expert_id for one in cited})
    names = connection.scalars(select(expert_names.c.name).where(touched)).all()
    identity.lock_names(connection, names)  # so that nobody cites these experts meanwhile
    _delete_article(connection, article_id)
    forget(connection, cited)
    return article_id


def _record(
    connection: Connection, claim_id: int, action: str, /, *, reason: str | None, rejected_by: str | None
) -> StoredClaim:
    by = clean(rejected_by, "name of who rejects")
    claim = hold_claim(connection, claim_id)
    if action == "restore" and not claim.rejected:
        raise InputError(
            f"claim {claim_id} is not rejected, so there is nothing to restore; see 'extractor show {claim_id}'"
        )
    row = {"claim_id": claim_id, "action": action, "reason": reason, "rejected_by": by, "added_at": datetime.now(UTC)}
    connection.execute(insert(rejections), row)
    currency.refresh(connection, claim.article.id, "extract")
    return find_claim(connection, claim_id)


def _delete_article(connection: Connection, article_id: str) -> None:
    """Row by row of what refers to what, and not by the cascade, so that the triggers of the search index fire."""
    its_claims = select(claims.c.id).where(claims.c.article_id == article_id)
    its_runs = select(runs.c.id).where(runs.c.article_id == article_id)
    for table in (resolutions, rejections):
        connection.execute(delete_from(table).where(table.c.claim_id.in_(its_claims)))
    connection.execute(delete_from(claims).where(claims.c.article_id == article_id))
    waiting = select(batch_runs.c.run_key).where(batch_runs.c.article_id == article_id)
    connection.execute(delete_from(batch_requests).where(batch_requests.c.run_key.in_(waiting)))
    connection.execute(delete_from(jobs).where((jobs.c.article_id == article_id) | jobs.c.run_id.in_(its_runs)))
    for table in (cited_experts, rejected_items, summaries):
        connection.execute(delete_from(table).where(table.c.run_id.in_(its_runs)))
    for table in (batch_runs, replies, runs, appearances):
        connection.execute(delete_from(table).where(table.c.article_id == article_id))
    connection.execute(delete_from(articles).where(articles.c.id == article_id))
