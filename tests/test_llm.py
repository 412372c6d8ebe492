"""The model engine over real HTTP: what it asks, how it reads answers, how it falls back, and when it tries again."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from fake_server import (
    Answer,
    FakeServer,
    Scripted,
    completion,
    cut,
    error,
    fake_server,
    free_port,
    models,
    no_choices,
    page,
    payload,
    reset,
    slow,
    tool_call,
)
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel

from extractor.errors import CallTimeoutError, ExtractorError, RateLimitError, ServerError
from extractor.llm import ChatEngine, Reply
from extractor.llm.modes import strict_schema
from extractor.schemas import Usage
from extractor.settings import load_settings

OK = completion('{"word": "yes"}')
ASK = [SystemMessage("Be brief."), HumanMessage("Well?")]


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


class Waits(list[float]):
    """A sleep that takes no time and remembers the seconds."""

    async def __call__(self, seconds: float) -> None:
        """Take no time."""
        self.append(seconds)


def engine_at(server: FakeServer, /, *, waits: Waits | None = None, **given: Any) -> ChatEngine:
    """An engine that talks to the fake server and never really waits."""
    return ChatEngine(
        load_settings(**{"model": "local", "base_url": server.url} | given), sleep=Waits() if waits is None else waits
    )


async def ask(server: FakeServer, /, *, waits: Waits | None = None, **given: Any) -> Reply:
    """One answer of a fresh engine."""
    engine = engine_at(server, waits=waits, **given)
    try:
        return await engine.complete(ASK, Word)
    finally:
        await engine.aclose()


async def fail(server: FakeServer, /, **given: Any) -> ExtractorError:
    """The error of a fresh engine."""
    with pytest.raises(ExtractorError) as caught:
        await ask(server, **given)
    return caught.value


async def test_the_answer_is_the_raw_text() -> None:
    """The text comes back unchanged, with the tokens that the provider counted."""
    with fake_server(completion(' {"word":\n"ye\\u0073"} ')) as server:
        reply = await ask(server)
    assert reply == Reply(' {"word":\n"ye\\u0073"} ', Usage(input_tokens=7, output_tokens=5))


async def test_what_is_sent() -> None:
    """One request holds the model, the messages and the strict schema, and no temperature."""
    with fake_server(OK) as server:
        await ask(server)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert set(request.body) <= {"model", "messages", "response_format", "stream"}
    assert request.body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Well?"},
    ]
    assert request.body["response_format"]["json_schema"] == {
        "name": "Word",
        "strict": True,
        "schema": strict_schema(Word),
    }


async def test_a_temperature_is_sent_when_set() -> None:
    """A set temperature, zero included, reaches the server."""
    with fake_server(OK) as server:
        await ask(server, temperature=0)
    assert server.bodies[0]["temperature"] == 0


async def test_an_answer_without_usage_counts_nothing() -> None:
    """A server that counts no tokens is fine."""
    body = json.loads(OK.body)
    del body["usage"]
    with fake_server(payload(body)) as server:
        assert (await ask(server)).usage == Usage()


REJECTIONS = [
    error(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
    error(422, '[{"loc": ["body", "response_format"], "msg": "extra fields not permitted"}]'),
    error(501, "not implemented"),
    error(404, "No endpoints found that support structured outputs"),
]


@pytest.mark.parametrize("rejection", REJECTIONS)
async def test_a_server_without_response_format_gets_a_tool(rejection: Answer) -> None:
    """The schema becomes the parameters of a forced tool call, whose arguments are the answer."""
    with fake_server(rejection, tool_call('{"word": "yes"}', name="Word")) as server:
        assert json.loads((await ask(server)).text) == {"word": "yes"}
    body = server.bodies[1]
    assert "response_format" not in body
    assert body["tools"][0]["function"]["parameters"] == strict_schema(Word)
    assert body["tool_choice"] == {"type": "function", "function": {"name": "Word"}}


async def test_falling_back_warns_nobody() -> None:
    """LangChain's advice about its own structured output does not reach our users."""
    with warnings.catch_warnings(record=True) as caught, fake_server(REJECTIONS[0], tool_call("{}")) as server:
        warnings.simplefilter("always")
        await ask(server)
    assert [str(warning.message) for warning in caught] == []


async def test_the_way_to_ask_is_remembered() -> None:
    """A server is not asked twice for what it rejected."""
    with fake_server(REJECTIONS[0], tool_call('{"word": "yes"}')) as server:
        engine = engine_at(server)
        for _ in range(3):
            await engine.complete(ASK, Word)
        await engine.aclose()
    assert ["response_format" in body for body in server.bodies] == [True, False, False, False]
    assert engine.mode == "tool_calling"


async def test_without_tools_too_comes_json_mode_then_the_prompt() -> None:
    """Each loosening is tried in turn; in the last two the schema stands in the last message."""
    rejected = error(400, "tools are not supported"), error(400, "'response_format.type' must be 'text'")
    with fake_server(REJECTIONS[0], *rejected, OK) as server:
        assert (await ask(server)).text == '{"word": "yes"}'
    schema, tools, mode, prompt = server.bodies
    assert "response_format" in schema and "tools" in tools
    assert mode["response_format"] == {"type": "json_object"}
    assert "response_format" not in prompt and "tools" not in prompt
    for body in (mode, prompt):
        assert body["messages"][-1]["role"] == "user"
        assert body["messages"][-1]["content"].startswith("Well?\n\n")
        assert json.dumps(strict_schema(Word)) in body["messages"][-1]["content"]


async def test_a_schema_that_is_rejected_loosens_only_itself() -> None:
    """A schema that strict mode does not take leaves other schemas strict."""

    class Other(Word):
        """Another schema."""

    invalid = error(400, "Invalid schema for response_format 'Word': nothing works")
    with fake_server(invalid, tool_call('{"word": "yes"}'), OK) as server:
        engine = engine_at(server)
        await engine.complete(ASK, Word)
        await engine.complete(ASK, Other)
        await engine.aclose()
    assert ["response_format" in body for body in server.bodies] == [True, False, True]


async def test_other_rejections_do_not_loosen() -> None:
    """A 400 for another reason is told, and not asked in another way."""
    with fake_server(error(400, "messages: too few")) as server:
        assert "too few" in str(await fail(server))
    assert len(server.requests) == 1


async def test_calls_at_the_same_time_loosen_once() -> None:
    """Two calls that are rejected at the same time both end with the tool, not one step further."""

    def answer(request: Any) -> Answer:
        return REJECTIONS[0] if "response_format" in request.body else tool_call('{"word": "yes"}')

    with fake_server(answer) as server:
        engine = engine_at(server)
        await asyncio.gather(*(engine.complete(ASK, Word) for _ in range(4)))
        await engine.aclose()
    assert engine.mode == "tool_calling"


async def test_a_server_that_ignores_the_schema_gets_it_in_the_prompt() -> None:
    """After prose in place of JSON the next question holds the schema; the prose itself is given back."""
    with fake_server(completion("Sure, I can help!"), OK) as server:
        engine = engine_at(server)
        assert (await engine.complete(ASK, Word)).text == "Sure, I can help!"
        await engine.complete(ASK, Word)
        await engine.aclose()
    assert json.dumps(strict_schema(Word)) in server.bodies[1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (completion('{"word": "text"}'), '{"word": "text"}'),
        (tool_call('{"word": "cut'), '{"word": "cut'),
        (tool_call('{"word": "a"}', '{"word": "a"}'), '{"word": "a"}'),
        (tool_call('{"word": "a"}', '{"word": "b"}'), '{"word": "a"}\n{"word": "b"}'),
    ],
)
async def test_tool_answers(answer: Answer, text: str) -> None:
    """Text in place of a call is used, broken arguments stay as they are, and no second call is dropped in silence."""
    with fake_server(REJECTIONS[0], answer) as server:
        assert (await ask(server)).text == text


TRANSIENT: dict[str, Callable[[], Scripted]] = {
    "429": lambda: error(429, "slow down"),
    "429 with Retry-After": lambda: error(429, "slow down", headers={"Retry-After": "9"}),
    "408": lambda: error(408),
    "409": lambda: error(409),
    "500": lambda: error(500),
    "502 as a page": lambda: page(status=502),
    "503": lambda: error(503),
    "529": lambda: error(529),
    "reset": reset,
    "cut body": lambda: cut(OK),
    "cut JSON": lambda: Answer(body=OK.body[:60]),
    "HTML with status 200": page,
    "empty body": lambda: Answer(body=b""),
    "no choices": no_choices,
    "null choices": lambda: payload({"id": "x", "choices": None}),
    "error with status 200": lambda: payload({"error": {"message": "overloaded", "code": 502}}),
}


@pytest.mark.parametrize("name", TRANSIENT)
async def test_what_may_pass_is_tried_again(name: str) -> None:
    """A passing fault costs two more calls, and the third is answered."""
    with fake_server(TRANSIENT[name](), TRANSIENT[name](), OK) as server:
        assert (await ask(server)).text == '{"word": "yes"}'
    assert len(server.requests) == 3


async def test_the_sdk_does_not_retry() -> None:
    """One layer only retries: each request is followed by one wait of ours."""
    waits = Waits()
    with fake_server(error(500), error(500), OK) as server:
        await ask(server, waits=waits)
    assert len(waits) == 2
    assert [request.headers["x-stainless-retry-count"] for request in server.requests] == ["0", "0", "0"]


async def test_retry_after_of_the_server_is_honoured() -> None:
    """The wait before the next call is what the header says, up to a second more."""
    waits = Waits()
    with fake_server(
        error(429, headers={"Retry-After": "20"}), error(503, headers={"retry-after-ms": "500"}), OK
    ) as server:
        await ask(server, waits=waits)
    assert 20 <= waits[0] <= 21 and 0.5 <= waits[1] <= 1.5


async def test_a_rate_limit_that_lasts_is_its_own_error() -> None:
    """A limit that outlasts the time budget is told with what the server said."""
    waits = Waits()
    with fake_server(error(429, "30 requests a minute")) as server:
        failure = await fail(server, waits=waits, retry_seconds=60)
    assert isinstance(failure, RateLimitError) and "30 requests a minute" in str(failure)
    assert 0 < sum(waits) <= 60


async def test_a_server_that_stays_down_is_its_own_error() -> None:
    """5xx for the whole time budget becomes a ServerError."""
    with fake_server(error(503, "maintenance")) as server:
        failure = await fail(server, retry_seconds=30)
    assert isinstance(failure, ServerError) and "maintenance" in str(failure)


@pytest.mark.parametrize("answer", [page(), no_choices(), Answer(body=b"{}"), Answer(body=b"<<<")])
async def test_no_completion_is_given_up_soon(answer: Answer) -> None:
    """A login page or an answer without choices is not asked for endlessly."""
    with fake_server(answer) as server:
        failure = await fail(server)
    assert isinstance(failure, ServerError) and len(server.requests) == 3


async def test_slow_bytes_are_bounded_as_a_whole() -> None:
    """The timeout bounds the whole call: an answer that trickles in does not hold it open."""
    with fake_server(slow(OK)) as server:
        failure = await fail(server, timeout=0.4, retry_seconds=0)
    assert isinstance(failure, CallTimeoutError) and "0.4 s" in str(failure)


async def test_a_wrong_address_is_told_soon() -> None:
    """A server that was never reached is given up after a few calls, long before the time budget."""
    waits = Waits()
    engine = ChatEngine(load_settings(model="local", base_url=f"http://127.0.0.1:{free_port()}/v1"), sleep=waits)
    with pytest.raises(ServerError, match="cannot be reached"):
        await engine.complete(ASK, Word)
    await engine.aclose()
    assert len(waits) == 3


async def test_a_server_that_goes_down_later_is_waited_for() -> None:
    """A server that was reached before gets the whole time budget."""
    waits = Waits()
    with fake_server(OK) as server:
        engine = engine_at(server, waits=waits, retry_seconds=300)
        await engine.complete(ASK, Word)
    with pytest.raises(ServerError, match="cannot be reached"):
        await engine.complete(ASK, Word)
    await engine.aclose()
    assert len(waits) > 3


async def test_the_conversation_is_sent_whole() -> None:
    """Answers of the model in a re-ask reach the server as the assistant's."""
    messages: list[BaseMessage] = [*ASK, AIMessage('{"word": 1}'), HumanMessage("Again.")]
    with fake_server(OK) as server:
        engine = engine_at(server)
        await engine.complete(messages, Word)
        await engine.aclose()
    assert [message["role"] for message in server.bodies[0]["messages"]] == ["system", "user", "assistant", "user"]


async def test_a_caller_may_stop_waiting() -> None:
    """A cancelled call ends at once, also while the server is still answering."""
    with fake_server(slow(OK, pause=0.5)) as server:
        engine = engine_at(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await engine.complete(ASK, Word)
        await engine.aclose()


async def test_the_models_of_a_server() -> None:
    """The server's list of models is read; a server without one is no error."""
    with fake_server(models("b", "a"), error(404)) as server:
        engine = engine_at(server)
        assert await engine.models() == ["a", "b"]
        assert await engine.models() is None
        await engine.aclose()


def test_engines_work_under_several_loops() -> None:
    """Each engine has its own connections: one loop after another does not meet a closed one."""
    with fake_server(OK) as server:
        for _ in range(2):
            assert asyncio.run(ask(server)).text == '{"word": "yes"}'
