"""A model for benchmarks: OpenAI's protocol on loopback, right about invented commentary, and slow.

    python benchmarks/slow_model.py PORT SECONDS

It finds those whom a text of `invented_commentary` introduces, and dismisses every passage that an audit asks about.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from invented_commentary import Introduced, introductions

Message = MutableMapping[str, Any]
_PASSAGE = re.compile(r"^Passage (\d+)$", re.MULTILINE)


def answer(messages: list[dict[str, Any]], /) -> dict[str, Any]:
    """What a good model would say: an extraction, or that the passages of an audit attribute nothing more."""
    texts = [message["content"] for message in messages if message["role"] == "user"]
    nothing: dict[str, Any] = {"experts": [], "positions": [], "predictions": []}
    if len(texts) > 1:
        passages = [int(number) for number in _PASSAGE.findall(texts[-1])]
        return {
            **nothing,
            "dismissed": [{"passage": number, "reason": "it tells what happened"} for number in passages],
        }
    found = introductions(texts[0])
    return {**nothing, "experts": [_expert(one) for one in found], "positions": [_position(one) for one in found]}


def _expert(one: Introduced, /) -> dict[str, Any]:
    known = {"name": one.name, "kind": "person", "role": one.role, "affiliation": one.body}
    return {**known, "aliases": [one.name.split()[1]]}


def _position(one: Introduced, /) -> dict[str, Any]:
    quoted = {"content": [one.content], "cue": [one.cue], "source": [one.source], "expert": one.name}
    judged = {"topic": "town affairs", "target": "the plan", "stance": "against", "kind": "value"}
    statement = f"{one.content[0].upper()}{one.content[1:]}."
    return {**quoted, "reported_by": None, "statement": statement, **judged}


def completion(asked: dict[str, Any], /) -> bytes:
    """The body of the answer to a chat request; a token is four characters."""
    said = json.dumps(answer(asked["messages"]))
    told = {"role": "assistant", "content": said}
    used = {"prompt_tokens": len(json.dumps(asked)) // 4, "completion_tokens": len(said) // 4}
    envelope = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked["model"],
        "choices": [{"index": 0, "finish_reason": "stop", "message": told}],
        "usage": {**used, "total_tokens": sum(used.values())},
    }
    return json.dumps(envelope).encode()


def app(seconds: float, /) -> Callable[..., Awaitable[None]]:
    """The server as an ASGI app; every answer takes so many seconds."""

    async def respond(scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[..., Any]) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":  # who asked was killed
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if scope["method"] == "POST":
            await asyncio.sleep(seconds)
            said = completion(json.loads(body))
        else:
            said = b'{"object": "list", "data": []}'
        kind = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(said))]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": said})

    return respond


if __name__ == "__main__":
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    uvicorn.run(app(seconds), port=port, log_level="error", lifespan="off", timeout_keep_alive=60)
