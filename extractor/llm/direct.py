"""One call of an OpenAI-compatible server, without the machinery around a chat model's run.

LangChain writes the request: which parameters a model takes, and how messages are put. Its callbacks, tracers and
copies of the answer cost as much as the call itself, so the SDK's client sends the request, and its answer is read
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .modes import Mode, request, told

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel


def chat_request(
    chat_model: BaseChatModel, mode: Mode, messages: Sequence[BaseMessage], schema: type[BaseModel], /
) -> dict[str, Any] | None:
    """The body of a chat completion as LangChain writes it; None for a model that it asks by another protocol."""
    model: Any = chat_model
    body: dict[str, Any] = model._get_request_payload(told(mode, messages, schema), **request(mode, schema))
    return body if "messages" in body else None


async def ask_server(chat_model: BaseChatModel, body: Mapping[str, Any], /) -> AIMessage:
    """The answer to a chat completion.

    Raises the SDK's errors; ValueError, TypeError, LookupError or AttributeError for an answer that is no completion.
    """
    import httpx2

    model: Any = chat_model
    response = await model.root_async_client.post("/chat/completions", cast_to=httpx2.Response, body=body)
    try:
        message = read_completion(response.content)
    except ValueError as error:
        error.response = response  # type: ignore[attr-defined]
        raise
    message.response_metadata["headers"] = dict(response.headers)
    return message


def read_completion(content: bytes, /) -> AIMessage:
    """The first choice of a chat completion as a message of LangChain's, which tells its tokens and why it ended."""
    from langchain_core.messages import AIMessage
    from pydantic_core import from_json

    body = from_json(content)
    if not isinstance(body, dict):
        raise ValueError(f"the answer is no object but {type(body).__name__}")
    if body.get("error"):
        raise ValueError(body["error"])
    choice = body["choices"][0]
    said = choice["message"]
    calls, unread = _tool_calls(said.get("tool_calls") or ())
    message = AIMessage(
        content=said.get("content") or "",
        additional_kwargs={"refusal": said.get("refusal")},
        response_metadata={"finish_reason": choice.get("finish_reason")},
        tool_calls=calls,
        invalid_tool_calls=unread,
    )
    if counted := body.get("usage"):
        message.usage_metadata = _usage(counted)
    return message


def _tool_calls(given: Sequence[Any], /) -> tuple[list[Any], list[Any]]:
    """The calls whose arguments are JSON, and the others."""
    if not given:
        return [], []
    from langchain_core.exceptions import OutputParserException
    from langchain_core.output_parsers.openai_tools import make_invalid_tool_call, parse_tool_call

    read, unread = [], []
    for call in given:
        try:
            read.append(parse_tool_call(call, return_id=True))
        except OutputParserException as error:
            unread.append(make_invalid_tool_call(call, str(error)))
    return read, unread


def _usage(counted: Mapping[str, Any], /) -> Any:
    given, made = counted.get("prompt_tokens") or 0, counted.get("completion_tokens") or 0
    details = counted.get("prompt_tokens_details") or {}
    return {
        "input_tokens": given,
        "output_tokens": made,
        "total_tokens": given + made,
        "input_token_details": {"cache_read": details.get("cached_tokens") or 0},
    }
