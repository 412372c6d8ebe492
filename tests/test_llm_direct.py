"""A call without LangChain's run: what is read of an answer, and the pools of connections."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest

from extractor.llm import modes
from extractor.llm.connections import Connections
from extractor.llm.direct import read_completion


def body(message: dict[str, Any], **more: Any) -> bytes:
    """A chat completion with this message."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], **more}).encode()


def test_text_and_tokens_are_read() -> None:
    """The message has the text unchanged, the tokens with those that were cached, and why the answer ended."""
    counted = {"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4}}
    message = read_completion(body({"content": '{"a": "ü"}'}, usage=counted))
    assert (modes.answer_text(message), modes.ending(message), modes.refusal(message)) == (
        '{"a": "ü"}',
        "complete",
        None,
    )
    assert (modes.usage(message).input_tokens, modes.usage(message).output_tokens) == (10, 5)
    assert message.usage_metadata is not None
    assert message.usage_metadata["input_token_details"]["cache_read"] == 4


def test_a_refusal_is_read() -> None:
    """The words of a refusal are kept."""
    assert modes.refusal(read_completion(body({"content": None, "refusal": "No."}))) == "No."


def test_tool_calls_are_read() -> None:
    """The arguments of a call are the answer, also when they are no JSON."""
    whole, broken = (
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": a}} for a in ('{"a": 1}', "{")
    )
    assert modes.answer_text(read_completion(body({"content": None, "tool_calls": [whole]}))) == '{"a": 1}'
    assert modes.answer_text(read_completion(body({"content": None, "tool_calls": [broken]}))) == "{"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html>", ValueError),
        (b"[]", ValueError),
        (b'{"error": "overloaded"}', ValueError),
        (b"{}", LookupError),
        (b'{"choices": []}', LookupError),
        (b'{"choices": null}', TypeError),
        (b'{"choices": [{"message": null}]}', AttributeError),
    ],
)
def test_what_is_no_completion_is_told(content: bytes, kind: type[Exception]) -> None:
    """An answer of another shape raises what the engine explains."""
    with pytest.raises(kind):
        read_completion(content)


async def _most_pools(calls: int) -> int:
    """The pools after so many calls at once, each answered when all are under way."""
    client = Connections(seconds=5, connect=5)
    all_under_way = asyncio.Barrier(calls)

    async def handle(self: Any, request: httpx2.Request) -> httpx2.Response:
        await all_under_way.wait()
        return httpx2.Response(200, json={})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", handle)
        answers = await asyncio.gather(*(client.get("http://server/") for _ in range(calls)))
        assert {answer.status_code for answer in answers} == {200}
        pools = len(client._under_way)
        assert client._under_way == [0] * pools
        await client.aclose()
    return pools


@pytest.mark.parametrize(("calls", "pools"), [(1, 1), (16, 1), (17, 2), (64, 4)])
def test_many_calls_share_small_pools(calls: int, pools: int) -> None:
    """A pool takes sixteen calls at once; the next one is opened when all are full."""
    assert asyncio.run(_most_pools(calls)) == pools
