"""Collecting: what became of the parts at the provider, and the answers in their files.

All of it may be done again from the start: an answer is kept once, for a request that waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from extractor.errors import ExtractorError
from extractor.store.batches.outbox_rows import Answered

from .client import BatchState, GoneError, Provider
from .lines import CANCELLED, MISSING, failure, read_line
from .plans import Plan, plan_key
from .sending import TOKEN_LIMIT, UNSENT

if TYPE_CHECKING:
    from extractor.store.batches.outbox import Outbox
    from extractor.store.batches.outbox_rows import Part

log = logging.getLogger(__name__)

ENDED: Final = ("completed", "failed", "expired", "cancelled")
"""States of a batch of which nothing more will come."""
ATTEMPTS: Final = 3
"""Times that a request is sent before its errors count."""
_SOME: Final = 200
_STATUSES: Final = {"model_not_found": 404, "billing_hard_limit_reached": 402}
"""What a batch was refused for amounts to, as the status of a call."""


async def look_at(provider: Provider, outbox: Outbox, plan: Plan, /) -> None:
    """Note how the batches of a plan stand."""
    for part in outbox.parts(plan_key(plan)):
        if part.collected_at is None and part.status not in UNSENT:
            await _look(provider, outbox, part)


async def collect_all(
    provider: Provider, outbox: Outbox, plan: Plan, /, *, attempts: int = ATTEMPTS, keep_files: bool = False
) -> int:
    """Keep the answers of all batches of a plan that have ended; how many batches these are.

    What was not answered is asked again until it was sent ``attempts`` times. Unless ``keep_files``, the files of a
    part are deleted at the provider when it is collected.
    """
    collected = 0
    for part in outbox.parts(plan_key(plan)):
        if part.collected_at is None and part.status not in UNSENT:
            collected += await _collect(provider, outbox, part, attempts)
    for part in outbox.parts(plan_key(plan)):
        if part.collected_at is not None and not keep_files:
            await _delete_files(provider, outbox, part)
    return collected


async def _look(provider: Provider, outbox: Outbox, part: Part) -> BatchState | None:
    """The batch of a part, noted; None when the provider does not know it any more."""
    try:
        batch = await provider.batch(part.provider_id or "")
    except GoneError:
        return None
    outbox.note(
        part.id,
        status=batch.status,
        output_file_id=batch.output_file_id,
        error_file_id=batch.error_file_id,
        counts={"completed": batch.completed, "refused": batch.failed},
        error="; ".join(f"{fault.code}: {fault.message}" for fault in batch.faults[:5])[:1000] or None,
    )
    return batch


async def _collect(provider: Provider, outbox: Outbox, part: Part, attempts: int) -> bool:
    """Keep the answers of a part, if its batch has ended."""
    batch = await _look(provider, outbox, part)
    if batch is None:
        log.warning("the batch %s is gone at the provider: its requests are sent again", part.provider_id)
        outbox.note(part.id, status="cancelled", error="the batch is gone at the provider")
        outbox.requeue(part.id, MISSING, attempts=attempts)
    elif batch.status not in ENDED:
        return False
    else:
        for file_id in (batch.output_file_id, batch.error_file_id):
            if file_id is not None:
                await _read_file(provider, outbox, part, file_id, attempts)
        _settle(outbox, part, batch, attempts)
    outbox.note(part.id, collected_at=datetime.now(UTC))
    return True


async def _read_file(provider: Provider, outbox: Outbox, part: Part, file_id: str, attempts: int) -> None:
    """Keep what a file tells; one that is gone tells nothing."""
    reader = _Reader(outbox, part, attempts)
    try:
        await provider.read(file_id, reader.take)
        await reader.flush()
    except GoneError:
        log.warning("the file %s is gone at the provider: what it told is asked again", file_id)
    if reader.unread:
        log.warning("%d lines of %s could not be read", len(reader.unread), file_id)


@dataclass(slots=True)
class _Reader:
    """Takes lines and keeps what they tell, some at a time."""

    outbox: Outbox
    part: Part
    attempts: int
    unread: set[bytes]
    waiting: list[Answered]

    def __init__(self, outbox: Outbox, part: Part, attempts: int, /) -> None:
        self.outbox = outbox
        self.part = part
        self.attempts = attempts
        self.unread = set()
        self.waiting = []

    async def take(self, line: bytes, /) -> None:
        """Read a line."""
        if not line.strip():
            return
        if (told := read_line(line)) is None:
            self.unread.add(line[:80])
            return
        self.waiting.append(told)
        if len(self.waiting) >= _SOME:
            await self.flush()

    async def flush(self) -> None:
        """Keep what was read."""
        some, self.waiting = self.waiting, []
        if some:
            keep = partial(self.outbox.keep_answers, self.part.id, some, attempts=self.attempts)
            await asyncio.to_thread(keep)


def _settle(outbox: Outbox, part: Part, batch: BatchState, attempts: int) -> None:
    """What becomes of the requests of an ended batch that its files told nothing of."""
    if batch.status == "cancelled":
        outbox.requeue(part.id, CANCELLED, attempts=0, name="cancelled")
    elif batch.status == "failed":
        _settle_failed(outbox, part, batch, attempts)
    else:
        outbox.requeue(part.id, MISSING, attempts=attempts)


def _settle_failed(outbox: Outbox, part: Part, batch: BatchState, attempts: int) -> None:
    """A batch that was refused: nothing of it was looked at, and nothing is paid."""
    ids = outbox.ids(part.id)
    blamed = [
        Answered(custom_id=ids[fault.line - 1], answer=failure(fault.code, fault.message), failed=True)
        for fault in batch.faults
        if fault.line is not None and 0 < fault.line <= len(ids)
    ]
    if blamed:
        outbox.keep_answers(part.id, blamed, attempts=attempts)
        outbox.requeue(part.id, MISSING, attempts=None, name="again")
        return
    first = batch.faults[0] if batch.faults else None
    code, message = (first.code, first.message) if first else ("failed", "the provider does not tell why")
    free = TOKEN_LIMIT in code and len(ids) > 1  # a smaller part may fit
    log.warning("the batch %s was refused (%s: %s)", batch.id, code, message)
    told = failure(code, message, status=_STATUSES.get(code, 429 if TOKEN_LIMIT in code else 400))
    outbox.requeue(part.id, told, attempts=None if free else attempts, name="again")


async def _delete_files(provider: Provider, outbox: Outbox, part: Part) -> None:
    """Delete the files of a part at the provider; what fails is tried again by the next collecting."""
    for column, file_id in part.file_ids.items():
        try:
            await provider.delete(file_id)
        except ExtractorError as error:
            log.warning("the file %s of part %s was not deleted: %s", file_id, part.id[:8], error)
            return
        outbox.note(part.id, **{column: None})
