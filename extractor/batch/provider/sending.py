"""Sending: requests that are written down become parts, parts become files and batches at the provider.

Each step is noted before and after it. Where a process died in between, the next one looks for what was made: files
have our id in their name, batches in their metadata. So nothing is sent twice.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.errors import OutputError, RequestRejectedError

from .client import Provider
from .plans import Plan, plan_key

if TYPE_CHECKING:
    from extractor.store.batches.outbox import Outbox
    from extractor.store.batches.outbox_rows import Part

log = logging.getLogger(__name__)

MOST_REQUESTS: Final = 50_000
MOST_BYTES: Final = 200_000_000
UNSENT: Final = ("prepared", "uploading", "uploaded", "creating")
"""States of a part that has no batch yet."""
TOKEN_LIMIT: Final = "token_limit"  # noqa: S105 - a word of an error's code
"""In the code of a batch that failed because too many tokens were waiting already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a part may be: requests, and bytes of its file."""

    requests: int = MOST_REQUESTS
    size: int = MOST_BYTES


async def send_all(provider: Provider, outbox: Outbox, plan: Plan, limits: Limits, /) -> int:
    """Send what is written down of a plan, and what another process left half-sent; how many parts got their batch."""
    sent, key = 0, plan_key(plan)
    for part in outbox.parts(key):
        if part.status in UNSENT and part.collected_at is None:
            sent += await _send(provider, outbox, part)
    while (room := room_for(outbox.parts(key), limits.requests)) > 0:
        packed = outbox.pack_part(key, plan, most=room, most_bytes=limits.size)
        if packed is None:
            break
        sent += await _send(provider, outbox, packed)
    return sent


def room_for(parts: Sequence[Part], most: int, /) -> int:
    """How many requests the next part may have.

    When a part was refused because too many tokens waited, one part at a time is sent, half as large, then twice as
    large as the one before.
    """
    if not any(is_limited(part) for part in parts):
        return most
    if any(part.collected_at is None for part in parts):
        return 0
    last = parts[-1]
    number = last.counts.get("requests", 1)
    return max(1, number // 2) if is_limited(last) else min(most, 2 * number)


def is_limited(part: Part, /) -> bool:
    """True for a part that was refused because too many tokens waited."""
    return part.status == "failed" and part.error is not None and TOKEN_LIMIT in part.error


async def _send(provider: Provider, outbox: Outbox, part: Part, /, *, again: bool = True) -> int:
    """Bring a part from where it stands to its batch; 0 when nothing of it is left."""
    if part.input_file_id is None:
        uploaded = await _upload(provider, outbox, part)
        if uploaded is None:
            return 0
        part = uploaded
    file_id = part.input_file_id or ""
    look = part.status == "creating"
    part = outbox.note(part.id, status="creating")
    try:
        batch = await provider.create(part, file_id, look=look)
    except RequestRejectedError:
        if not again or await provider.has_file(file_id):
            raise
        log.warning("the file of part %s is gone at the provider: it is sent again", part.id[:8])
        part = outbox.note(part.id, status="prepared", input_file_id=None)
        return await _send(provider, outbox, part, again=False)
    outbox.note(part.id, status=batch.status, provider_id=batch.id)
    log.info("part %s with %d requests is the batch %s", part.id[:8], part.counts.get("requests", 0), batch.id)
    return 1


async def _upload(provider: Provider, outbox: Outbox, part: Part) -> Part | None:
    look = part.status == "uploading"
    with tempfile.TemporaryDirectory(prefix="extractor-") as folder:
        path = Path(folder) / "part.jsonl"
        if not await asyncio.to_thread(_write, outbox, part, path):
            outbox.note(part.id, status="cancelled", collected_at=datetime.now(UTC))
            return None
        part = outbox.note(part.id, status="uploading")
        file_id = await provider.upload(part, path, look=look)
    return outbox.note(part.id, status="uploaded", input_file_id=file_id)


def _write(outbox: Outbox, part: Part, path: Path) -> int:
    """Write the lines of a part to a file; how many."""
    number = 0
    try:
        with path.open("wb") as file:
            for line in outbox.lines(part.id):
                file.write(line)
                number += 1
    except OSError as error:
        raise OutputError(f"cannot write the file of a batch to {str(path.parent)!r} ({error}): make room") from error
    return number
