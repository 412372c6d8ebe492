"""A key is never shown, and no call is reported to a third party unless our own setting asks for it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from fake_server import completion, error, fake_server, payload
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableLambda
from pydantic import BaseModel

from extractor.errors import ConfigurationError
from extractor.llm import ChatEngine
from extractor.settings import load_settings

KEY = "sk-proj-abcdefgh-ijklmnop-4321"

CALL = """
import asyncio, contextlib, sys
from langchain_core.messages import HumanMessage
from langchain_core.tracers.context import tracing_v2_enabled
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith.run_helpers import tracing_context
from pydantic import BaseModel
from extractor.llm import ChatEngine
from extractor.settings import load_settings

class Word(BaseModel):
    word: str

async def main():
    engine = ChatEngine(load_settings(model="local"))
    print((await engine.complete([HumanMessage("a secret article")], Word)).text)
    await engine.aclose()

around = {"nothing": contextlib.nullcontext, "context": lambda: tracing_context(enabled=True), "v2": tracing_v2_enabled}
with around[sys.argv[1]]():
    asyncio.run(main())
wait_for_all_tracers()
"""


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


def traced(around: str, **variables: str) -> tuple[int, int]:
    """Make one call in a process with LangSmith's variables set; count the calls to the model and to the tracer.

    (A tracer that the caller makes asks LangSmith for its version by GET; that tells nothing and is not counted.)
    """
    with fake_server(completion('{"word": "yes"}')) as model, fake_server(payload({})) as tracer:
        environment = {
            **os.environ,
            "EXTRACTOR_BASE_URL": model.url,
            "LANGSMITH_ENDPOINT": tracer.url,
            "LANGSMITH_API_KEY": "ls-key",
            "LANGSMITH_TRACING": "true",
            "LANGCHAIN_TRACING_V2": "true",
            **variables,
        }
        done = subprocess.run([sys.executable, "-c", CALL, around], env=environment, capture_output=True, text=True)
        assert done.stdout == '{"word": "yes"}\n', done.stderr
        return len(model.requests), sum(request.method != "GET" for request in tracer.requests)


@pytest.mark.parametrize("around", ["nothing", "context", "v2"])
def test_nothing_is_traced(around: str) -> None:
    """LangSmith is told nothing, whatever is in the environment and whatever the caller is inside of."""
    assert traced(around) == (1, 0)


def test_tracing_happens_when_our_setting_asks_for_it() -> None:
    """EXTRACTOR_TRACING=true reports calls: so the tests above would see it."""
    model, tracer = traced("nothing", EXTRACTOR_TRACING="true")
    assert model == 1 and tracer > 0


async def test_callbacks_of_a_caller_hear_nothing() -> None:
    """Called inside a LangChain run, the engine tells the run's callbacks nothing: they may report to anybody."""

    class Listener(BaseCallbackHandler):
        heard = 0

        def on_chat_model_start(self, *_: Any, **__: Any) -> None:
            Listener.heard += 1

    with fake_server(completion('{"word": "yes"}')) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url))

        async def call(_: str) -> str:
            return (await engine.complete([HumanMessage("Well?")], Word)).text

        await RunnableLambda(call).ainvoke("x", config={"callbacks": [Listener()]})
        await engine.aclose()
    assert Listener.heard == 0


@pytest.mark.parametrize("name", ["LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"])
def test_tracing_variables_of_old_are_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that make LangChain fail at every call are a clear error beforehand."""
    monkeypatch.setenv(name, "true")
    with pytest.raises(ConfigurationError, match=f"{name} is set"):
        ChatEngine(load_settings(model="local", base_url="http://here/v1"))


async def test_a_key_is_in_no_log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """At the most talkative level no logger, ours or a library's, says the key; nor does anything print it."""

    async def no_wait(_: float) -> None:
        return None

    caplog.set_level(logging.DEBUG)
    echo = f"the key {KEY} is limited"
    with fake_server(error(429, echo), error(503, echo), completion('{"word": "yes"}')) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url, api_key=KEY), sleep=no_wait)
        await engine.complete([HumanMessage("Well?")], Word)
        await engine.aclose()
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "trying again" in caplog.text and "openai" in {record.name.partition(".")[0] for record in caplog.records}
    assert KEY not in caplog.text and KEY not in "".join(str(vars(record)) for record in caplog.records)
    assert KEY not in "".join(capfd.readouterr())


async def test_a_key_is_in_no_repr() -> None:
    """Neither the engine nor what it holds shows the key."""
    engine = ChatEngine(load_settings(model="local", base_url="http://u:password@here/v1", api_key=KEY))
    shown = f"{engine!r} {engine.endpoint!r} {engine.endpoint.label} {engine._chat_model!r} {vars(engine)}"
    assert KEY not in shown
    assert "password" not in f"{engine!r} {engine.endpoint.label}"
    await engine.aclose()
