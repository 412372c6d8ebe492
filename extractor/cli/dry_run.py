"""What --dry-run prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.render.phrases import count

from .options import ResultFlags
from .output import write

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from extractor.core import Preview

_ROLES = {"human": "user", "ai": "assistant"}


def write_preview(preview: Preview, flags: ResultFlags, /) -> None:
    """Write the messages that would be sent, byte for byte: as text, or with --format json as JSON."""
    write(_json(preview) if flags.form == "json" else "\n".join(_lines(preview)) + "\n", flags.output)


def _lines(preview: Preview) -> Iterator[str]:
    if not preview.requests:
        yield "Nothing would be sent: the built-in engine works on this machine (--model names another)."
        return
    for number, messages in enumerate(preview.requests, 1):
        for role, content in _told(messages):
            yield f"=== request {number} of {len(preview.requests)}: {role} ==="
            yield content
    requests = count(len(preview.requests), "request")
    more = "further questions may follow" + (", the audit's among them" if preview.audited else "")
    yield f"=== {requests}, about {count(preview.estimated_tokens, 'token')} of input; {more} ==="


def _json(preview: Preview) -> str:
    requests = [
        [{"role": role, "content": content} for role, content in _told(messages)] for messages in preview.requests
    ]
    told = {"requests": requests, "estimated_tokens": preview.estimated_tokens}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _told(messages: Sequence[BaseMessage]) -> Iterator[tuple[str, str]]:
    return ((_ROLES.get(message.type, message.type), str(message.content)) for message in messages)
