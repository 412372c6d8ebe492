"""The header ``Idempotency-Key``: a request that is sent twice is one job."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from extractor.run_keys import digest
from extractor.schemas.jobs import JobRequest

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="A name of the client's for this request, such as a UUID. The same request under the same name is"
        " answered with the first one's job: with 409 while it is under way. Another request under it gets 422.",
    ),
]


def digest_of(request: JobRequest, /) -> str:
    """What tells a request from another one under the same key: SHA-256, hexadecimal."""
    return digest(request.model_dump(mode="json"))
