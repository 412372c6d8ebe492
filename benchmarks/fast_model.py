"""A model for benchmarks that costs next to nothing: OpenAI's protocol on loopback, its answers made beforehand.

    python benchmarks/fast_model.py PORT LATENCY NUMBER [SHARE]

It is right about the texts of `rich_commentary`. It answers in the form that is asked for: a tool call where there are
tools, langextract's JSON where its schema is named, this project's else. ``LATENCY`` is in seconds; the share ``SHARE``
of the articles takes ten times that; the answers to the first ``NUMBER`` articles are made before it listens.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from functools import lru_cache
from typing import Any, Literal

from loopback_http import Connection, Said, response, serve
from rich_commentary import SEED, draft_text, langextract_text, number_in

Form = Literal["draft", "tool", "langextract"]
SLOWER = 10
"""How many times the latency slow articles take."""
_LANGEXTRACT = b"langextract_extractions"


def form_of(request: bytes, /) -> Form:
    """The form in which an answer is asked for. Quotation marks in a text are escaped, so they cannot mislead."""
    if b'"tools":' in request:
        return "tool"
    return "langextract" if _LANGEXTRACT in request else "draft"


@lru_cache(maxsize=8192)
def completion(number: int, form: Form, /) -> bytes:
    """The whole HTTP response to a question about an article."""
    text = langextract_text(number) if form == "langextract" else draft_text(number)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if form == "tool":
        function = {"name": "DraftExtraction", "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}]}
    return response(envelope(message, "tool_calls" if form == "tool" else "stop", len(text) // 4))


def envelope(message: dict[str, Any], reason: str, output: int, /) -> bytes:
    """The body of a chat completion with this message."""
    choice = {"index": 0, "finish_reason": reason, "message": message, "logprobs": None}
    used = {"prompt_tokens": 5_000, "completion_tokens": output, "total_tokens": 5_000 + output}
    told = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "loopback"}
    return json.dumps({**told, "choices": [choice], "usage": used, "system_fingerprint": None}).encode()


def is_slow(number: int, share: float, /) -> bool:
    """True for the articles that take ten times as long; the same ones each time."""
    return share > 0 and random.Random(f"slow {SEED} {number}").random() < share


LIST = response(b'{"object": "list", "data": []}')


def main(port: int, latency: float, warm: int, share: float, /) -> None:
    """Serve until the process is ended."""
    for number in range(warm):
        for form in ("draft", "tool", "langextract"):
            completion(number, form)

    def answer(request: bytes, _: Connection) -> Said:
        number = number_in(request)
        if number is None:
            return Said(LIST)
        after = latency * (SLOWER if is_slow(number, share) else 1)
        return Said(completion(number, form_of(request)), after)

    asyncio.run(serve(port, lambda: Connection(answer)))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), float((*sys.argv[4:], "0")[0]))
