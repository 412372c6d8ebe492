"""Which model is meant, how its client is made, and chat models of other providers."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import pytest
from fake_server import completion, error, fake_server, tool_call
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import BaseModel, Field

from extractor.errors import (
    ConfigurationError,
    KeyMissingError,
    MissingPackageError,
    RefusalError,
    TruncatedError,
    UnknownModelError,
)
from extractor.llm import ChatEngine, resolve
from extractor.schemas import Usage
from extractor.settings import load_settings

KEY = "sk-abcdefghijklmnop"
ASK = [HumanMessage("Well?")]


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


class OtherModel(BaseChatModel):
    """A chat model of nobody's, which answers what is scripted and keeps what it was asked."""

    answers: list[AIMessage]
    with_tools: bool = True
    asked: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "other"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Take tools, where this model has any."""
        if not self.with_tools:
            raise NotImplementedError
        return self.bind(tools=[tool.__name__ for tool in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.asked.append({"text": str(messages[-1].text), **kwargs})
        return ChatResult(generations=[ChatGeneration(message=self.answers.pop(0))])


@pytest.mark.parametrize(
    ("model", "base_url", "provider", "name", "where"),
    [
        ("openai:gpt-x", None, "openai", "gpt-x", "https://api.openai.com/v1"),
        ("OpenAI:gpt-x", "https://api.openai.com/v1", "openai", "gpt-x", "https://api.openai.com/v1"),
        ("openai:gpt-x", "http://gateway/v1", "openai-compatible", "gpt-x", "http://gateway/v1"),
        ("openai:org/qwen:8b", "http://gateway/v1", "openai-compatible", "org/qwen:8b", "http://gateway/v1"),
        ("local-llm", "http://here/v1", "openai-compatible", "local-llm", "http://here/v1"),
        ("ollama:qwen:8b", None, "ollama", "qwen:8b", "http://localhost:11434/v1"),
        ("ollama:qwen", "http://gpu:11434/v1", "ollama", "qwen", "http://gpu:11434/v1"),
        ("anthropic:some", None, "anthropic", "some", None),
        ("google-genai:some", None, "google_genai", "some", None),
    ],
)
def test_names_of_models(model: str, base_url: str | None, provider: str, name: str, where: str | None) -> None:
    """The setting says provider, model and address."""
    endpoint = resolve(load_settings(model=model, base_url=base_url, api_key=KEY))
    assert (endpoint.provider, endpoint.model, endpoint.base_url) == (provider, name, where)


@pytest.mark.parametrize("model", ["gpt-x", "openai:", ":x", "nobody:x"])
def test_a_name_that_says_no_provider_is_told(model: str) -> None:
    """A bare, incomplete or unknown name is an error that says how to write it."""
    with pytest.raises(UnknownModelError, match=r"PROVIDER:"):
        ChatEngine(load_settings(model=model, api_key=KEY))


def test_builtin_is_no_chat_model() -> None:
    """The built-in engine never reaches this layer."""
    with pytest.raises(ConfigurationError, match="no chat model"):
        resolve(load_settings())


def test_openai_needs_a_key() -> None:
    """OpenAI without a key is told before any call, with the variables to set."""
    with pytest.raises(KeyMissingError, match=r"EXTRACTOR_API_KEY or OPENAI_API_KEY"):
        ChatEngine(load_settings(model="openai:gpt-x"))


async def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server gets a placeholder, not the key that the environment has for OpenAI."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    with fake_server(completion('{"word": "yes"}')) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url))
        await engine.complete(ASK, Word)
        await engine.aclose()
    assert server.requests[0].headers["authorization"] == "Bearer not-needed"
    assert KEY not in str(server.requests)


async def test_a_key_of_ours_is_sent() -> None:
    """The key of our own setting goes to the server that base_url names."""
    with fake_server(completion('{"word": "yes"}')) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url, api_key=KEY))
        await engine.complete(ASK, Word)
        await engine.aclose()
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_tag_is_no_provider() -> None:
    """'qwen:8b' at a server of one's own is a model's name."""
    engine = ChatEngine(load_settings(model="qwen:8b", base_url="http://here/v1"))
    assert (engine.name, engine.model) == ("openai-compatible", "qwen:8b")


def test_a_missing_package_is_named() -> None:
    """A provider whose package is not installed says which to install."""
    with pytest.raises(MissingPackageError, match="pip install langchain-upstage"):
        ChatEngine(load_settings(model="upstage:some"))


def test_another_provider_is_made_by_langchain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key, timeout and temperature reach init_chat_model; its own retries are off."""
    seen: dict[str, Any] = {}

    def init(model: str, **given: Any) -> BaseChatModel:
        seen.update(given, model=model)
        return OtherModel(answers=[])

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init)
    engine = ChatEngine(load_settings(model="anthropic:some", api_key=KEY, timeout=9, temperature=0.5))
    assert (engine.name, engine.model) == ("anthropic", "some")
    assert seen == {
        "model": "some",
        "model_provider": "anthropic",
        "api_key": KEY,
        "timeout": 9.0,
        "temperature": 0.5,
        "max_retries": 0,
    }


def test_a_class_without_bounds_is_made_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that would send unknown parameters to its provider gets neither timeout nor max_retries."""
    seen: list[dict[str, Any]] = []

    def init(model: str, **given: Any) -> BaseChatModel:
        seen.append(given)
        if "max_retries" in given:
            warnings.warn("max_retries is not default parameter. It was transferred to model_kwargs.", stacklevel=1)
        return OtherModel(answers=[])

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init)
    ChatEngine(load_settings(model="anthropic:some"))
    assert [set(given) for given in seen] == [{"model_provider", "timeout", "max_retries"}, {"model_provider"}]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ValueError(f"Did not find anthropic_api_key, got {KEY}"), KeyMissingError),
        (RuntimeError(f"strange {KEY}"), ConfigurationError),
    ],
)
def test_a_client_that_cannot_be_made(fault: Exception, kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops a client from being made is a configuration error without the key."""

    def init(model: str, **given: Any) -> BaseChatModel:
        raise fault

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init)
    with pytest.raises(ConfigurationError) as caught:
        ChatEngine(load_settings(model="anthropic:some", api_key=KEY))
    assert type(caught.value) is kind and KEY not in str(caught.value)


async def test_another_model_answers_by_tool() -> None:
    """The arguments of the tool call are the answer, with the model's tokens."""
    call = {"name": "Word", "args": {"word": "yes"}, "id": "1"}
    usage = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
    answer = AIMessage("thinking aloud", tool_calls=[call], usage_metadata=usage)
    chat_model = OtherModel(answers=[answer])
    reply = await ChatEngine(load_settings(), chat_model=chat_model).complete(ASK, Word)
    assert json.loads(reply.text) == {"word": "yes"} and reply.usage == Usage(input_tokens=3, output_tokens=4)
    assert chat_model.asked == [{"text": "Well?", "tools": ["Word"]}]


async def test_another_model_without_tools_gets_the_schema_in_the_prompt() -> None:
    """A chat model that knows no structured output is asked in words."""
    chat_model = OtherModel(answers=[AIMessage('{"word": "yes"}')], with_tools=False)
    reply = await ChatEngine(load_settings(), chat_model=chat_model).complete(ASK, Word)
    assert reply.text == '{"word": "yes"}'
    assert "It fits this JSON schema" in chat_model.asked[0]["text"]


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"stop_reason": "max_tokens"}, TruncatedError),
        ({"finish_reason": "MAX_TOKENS"}, TruncatedError),
        ({"done_reason": "length"}, TruncatedError),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, TruncatedError),
        ({"stop_reason": "refusal"}, RefusalError),
    ],
)
async def test_endings_of_other_providers(metadata: dict[str, Any], kind: type[Exception]) -> None:
    """Truncation and refusal are known by the names that other providers give them."""
    chat_model = OtherModel(answers=[AIMessage("{}", response_metadata=metadata)])
    with pytest.raises(kind):
        await ChatEngine(load_settings(), chat_model=chat_model).complete(ASK, Word)


async def test_a_chat_model_of_the_callers_own_falls_back_too() -> None:
    """A given ChatOpenAI is used through its own structured output, and loosened when its server rejects that."""
    from langchain_openai import ChatOpenAI

    no_schema = error(400, "response_format is not supported")
    with fake_server(no_schema, tool_call('{"word": "yes"}', name="Word")) as server:
        chat_model = ChatOpenAI(model="x", base_url=server.url, api_key=lambda: KEY, max_retries=0)
        engine = ChatEngine(load_settings(), chat_model=chat_model)
        assert json.loads((await engine.complete(ASK, Word)).text) == {"word": "yes"}
        await chat_model.root_async_client.close()
        chat_model.root_client.close()
    assert "response_format" in server.bodies[0] and "tools" in server.bodies[1]


@pytest.mark.parametrize(("tracing", "base_url"), [(True, None), (False, "http://here")])
def test_the_gateway_is_refused_unless_asked_for(
    tracing: bool, base_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LANGSMITH_GATEWAY may not lead articles through LangSmith, unless tracing is on or the address is given."""
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: OtherModel(answers=[]))
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    with pytest.raises(ConfigurationError, match="LANGSMITH_GATEWAY"):
        ChatEngine(load_settings(model="anthropic:some"))
    ChatEngine(load_settings(model="anthropic:some", tracing=tracing, base_url=base_url))


async def test_the_gateway_does_not_catch_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    """With LANGSMITH_GATEWAY and OPENAI_API_BASE set, OpenAI's own address is used all the same."""
    monkeypatch.setenv("LANGSMITH_GATEWAY", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:1")
    engine = ChatEngine(load_settings(model="openai:gpt-x", api_key=KEY))
    assert str(engine._chat_model.root_async_client.base_url) == "https://api.openai.com/v1/"  # type: ignore[attr-defined]
    await engine.aclose()


def test_nothing_heavy_is_imported_before_an_engine_is_made() -> None:
    """Importing this layer imports neither LangChain nor an SDK: help and the built-in engine stay fast."""
    code = "import sys, extractor.llm, extractor.diagnosis; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "extractor.llm.engine" in loaded
    assert not {"langchain", "langchain_core", "langchain_openai", "langsmith", "openai", "httpx2"} & set(loaded)
