"""Every way in which a call fails for good has its own error, which says what to do."""

from __future__ import annotations

import traceback

import httpx2
import pytest
from fake_server import Answer, FakeServer, completion, error, fake_server, page, payload
from langchain_core.messages import HumanMessage
from pydantic import BaseModel

from extractor.errors import (
    AuthenticationError,
    ContentFilterError,
    ExtractorError,
    InputError,
    KeyMissingError,
    QuotaError,
    RefusalError,
    RequestRejectedError,
    ServerError,
    TruncatedError,
    UnknownModelError,
)
from extractor.llm import ChatEngine, Reply
from extractor.llm.failures import Call, explain, scrub
from extractor.retry import Transient
from extractor.settings import load_settings

KEY = "sk-proj-abcdefgh-ijklmnop-4321"


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


async def no_wait(_: float) -> None:
    """Take no time."""


async def ask(server: FakeServer, text: str = "Well?", api_key: str | None = KEY) -> Reply:
    """One answer of a fresh engine."""
    engine = ChatEngine(
        load_settings(model="local", base_url=server.url, api_key=api_key, retry_seconds=9), sleep=no_wait
    )
    try:
        return await engine.complete([HumanMessage(text)], Word)
    finally:
        await engine.aclose()


async def fail(*answers: Answer, text: str = "Well?", api_key: str | None = KEY) -> tuple[ExtractorError, int]:
    """The error that the answers lead to, and the number of calls."""
    with fake_server(*answers) as server, pytest.raises(ExtractorError) as caught:
        await ask(server, text, api_key)
    return caught.value, len(server.requests)


FINAL: list[tuple[Answer, type[ExtractorError], str]] = [
    (error(401, "Incorrect API key", code="invalid_api_key"), AuthenticationError, "check the key"),
    (error(403, "Country not supported"), AuthenticationError, "Country not supported"),
    (error(403, "No access to it", code="model_not_found"), UnknownModelError, "check the name of the model"),
    (page("<!DOCTYPE html><title>Blocked</title>", status=403), RequestRejectedError, "proxy or firewall"),
    (error(404, "The model `x` does not exist", code="model_not_found"), UnknownModelError, "does not exist"),
    (error(404, "model 'llama9' not found, try pulling it first"), UnknownModelError, "try pulling it"),
    (error(400, "Invalid model name passed in model=x"), UnknownModelError, "check the name"),
    (error(404, "Not Found"), RequestRejectedError, "usually ends in /v1"),
    (payload({"detail": "Not Found"}, status=404), RequestRejectedError, "Not Found"),
    (payload({"detail": [{"msg": "field required"}]}, status=422), RequestRejectedError, "field required"),
    (payload({"error": "plain words"}, status=400), RequestRejectedError, "plain words"),
    (error(400, "temperature does not support 0.3"), RequestRejectedError, "leave the temperature setting out"),
    (error(418), RequestRejectedError, "418"),
    (Answer(status=400), RequestRejectedError, "(400)"),
    (
        Answer(status=307, headers={"Location": "https://x/?token=s3cret"}),
        RequestRejectedError,
        "redirects to 'https://x/",
    ),
    (payload({"error": {"message": "No credentials", "code": 401}}), AuthenticationError, "No credentials"),
    (error(429, "You exceeded your current quota", code="insufficient_quota"), QuotaError, "billing"),
    (error(402, "Insufficient Balance"), QuotaError, "Insufficient Balance"),
    (error(400, "Your credit balance is too low"), QuotaError, "credit balance"),
    (error(400, "too long", code="context_length_exceeded"), TruncatedError, "chunk_size"),
    (error(400, "This model's maximum context length is 4096 tokens"), TruncatedError, "4096"),
    (error(400, "prompt is too long: 250000 tokens > 200000 maximum"), TruncatedError, "250000"),
    (error(413, "Payload Too Large"), TruncatedError, "chunk_size"),
    (error(429, "Request too large for x on tokens per min (TPM): Limit 1, Requested 2"), TruncatedError, "chunk_size"),
    (error(400, "flagged", code="content_filter"), ContentFilterError, "another model"),
    (error(400, "flagged", code="content_policy_violation"), ContentFilterError, "flagged"),
    (completion("", finish_reason="content_filter"), ContentFilterError, "another model"),
    (completion('{"wo', finish_reason="length"), TruncatedError, "chunk_size"),
    (completion(None, finish_reason="length"), TruncatedError, "output limit"),
    (completion(None, refusal="I will not."), RefusalError, "I will not."),
]


@pytest.mark.parametrize(("answer", "kind", "words"), FINAL)
async def test_what_is_final_is_told_at_once(answer: Answer, kind: type[ExtractorError], words: str) -> None:
    """One call, the right error, and a message in one line that quotes the server or says what to do."""
    failure, calls = await fail(answer)
    assert type(failure) is kind and calls == 1
    assert words in str(failure) and "local" in str(failure)
    assert "\n" not in str(failure) and "s3cret" not in str(failure)


async def test_a_rate_limit_that_speaks_of_billing_is_no_quota() -> None:
    """OpenAI's rate limits mention the billing page: they are waited for all the same."""
    limit = error(
        429, "Rate limit reached. Add a payment method at platform.openai.com/account/billing", code="rate_limit"
    )
    with fake_server(limit, completion('{"word": "yes"}')) as server:
        assert (await ask(server)).text == '{"word": "yes"}'


async def test_refused_tools_are_no_refusal() -> None:
    """Truncation and refusal are told in tool calling too."""
    no_schema = error(400, "response_format is not supported")
    assert isinstance((await fail(no_schema, completion("", finish_reason="length")))[0], TruncatedError)
    assert isinstance((await fail(no_schema, completion(None, refusal="No.")))[0], RefusalError)


async def test_a_server_that_wants_a_key_says_so() -> None:
    """Without a key a 401 says which variable to set, and why OPENAI_API_KEY may not have counted."""
    failure, _ = await fail(error(401, "Unauthorized"), api_key=None)
    assert type(failure) is KeyMissingError
    assert "EXTRACTOR_API_KEY" in str(failure) and "OPENAI_BASE_URL" in str(failure)


async def test_half_a_character_is_an_input_error() -> None:
    """A text with a lone surrogate cannot be sent: that is the text's fault, not the server's."""
    failure, calls = await fail(completion("{}"), text="half \ud83d character")
    assert type(failure) is InputError and calls == 0


@pytest.mark.parametrize(
    ("fault", "reached", "tries"),
    [
        (httpx2.ConnectTimeout("slow"), False, 4),
        (httpx2.ConnectTimeout("slow"), True, None),
        (httpx2.ConnectError("refused"), False, 4),
        (httpx2.ConnectError("refused"), True, None),
        (httpx2.ReadError("reset"), False, None),
        (httpx2.ConnectError("CERTIFICATE_VERIFY_FAILED"), True, 1),
    ],
)
def test_patience_with_connections(fault: Exception, reached: bool, tries: int | None) -> None:
    """A server that was never reached gets few calls, one that was gets the whole time, a false certificate one."""
    call = Call("local", "json_schema", timeout=9, reached=reached, keyed=False)
    meaning = explain(fault, call)
    assert isinstance(meaning, Transient) and isinstance(meaning.error, ServerError)
    assert meaning.tries == tries


def test_an_unknown_exception_is_wrapped() -> None:
    """What nobody expects is still one of our errors, and is not tried again."""
    call = Call("local", "json_schema", timeout=9, reached=True, keyed=False)
    failure = explain(RuntimeError("strange"), call)
    assert type(failure) is ServerError and "RuntimeError: strange" in str(failure)


async def test_long_messages_are_cut() -> None:
    """A server that answers with a novel does not fill the screen."""
    failure, _ = await fail(error(400, "so\n" * 5000))
    assert len(str(failure)) < 600


@pytest.mark.parametrize("status", [401, 400, 503])
@pytest.mark.parametrize(
    "echo",
    [
        f"Bad key {KEY}.",
        f"header 'Bearer {KEY}' is wrong",
        "Incorrect API key provided: sk-proj-****************4321. Find yours",
    ],
)
async def test_a_key_that_the_server_echoes_is_taken_out(echo: str, status: int) -> None:
    """An error that repeats the key, whole or starred out, is told without it, in tracebacks too."""
    failure, _ = await fail(error(status, echo))
    printed = "".join(traceback.format_exception(failure))
    assert "[key]" in str(failure)
    assert KEY not in printed and "sk-proj" not in printed and "4321" not in printed


@pytest.mark.parametrize(
    ("text", "secret", "scrubbed"),
    [
        ("contest test retest", "test", "contest [key] retest"),
        ("xabcdefghijx", "abcdefghij", "x[key]x"),
        ("nothing here", "abcdefghij", "nothing here"),
        ("a*b", "abcdefghij", "a*b"),
    ],
)
def test_scrub(text: str, secret: str, scrubbed: str) -> None:
    """A long key is taken out everywhere, a short one only as a word of its own."""
    assert scrub(text, (secret,)) == scrubbed
