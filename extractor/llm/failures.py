"""What a provider's exception means: one of our errors, with what to do, and whether a repetition may help.

Told by the status and the body of the answer, and by the names of exception classes, so that one mapping serves the
SDKs of all providers without importing any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.errors import (
    AuthenticationError,
    CallTimeoutError,
    ContentFilterError,
    ExtractorError,
    InputError,
    KeyMissingError,
    QuotaError,
    RateLimitError,
    RequestRejectedError,
    ServerError,
    TruncatedError,
    UnknownModelError,
)
from extractor.retry import Transient, retry_after
from extractor.schemas import Usage
from extractor.settings import PREFIX, shown_url

from .modes import Mode

_FEW = 3
"""Calls for what rarely mends itself: an answer that is no completion."""
_FIRST_CONTACT = 4
"""Calls to a server that was never reached: a wrong address is told after seconds, not after the whole time budget."""

_PAGE = "an HTML page"

_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size)|maximum context|prompt (is )?too (long|large)|input is too long"
    r"|token count.{0,40}exceeds|request too large|string_above_max_length",
    re.IGNORECASE,
)
_NO_SUCH_MODEL = re.compile(
    r"model_not_found|DeploymentNotFound|model.{0,80}(not found|does ?n[o']t exist|not exist)"
    r"|(invalid|unknown|no such) model|not_found_error model",
    re.IGNORECASE,
)
_NO_QUOTA = re.compile(
    r"insufficient.{0,3}(quota|balance|credit)|credit balance|exceeded your current quota"
    r"|billing_(hard_limit|not_active)",
    re.IGNORECASE,
)
_NO_KEY = re.compile(r"api_key|authentication method|header value b'Bearer '", re.IGNORECASE)
_FILTERED = re.compile(r"content_filter|content_policy|content management policy|invalid_prompt", re.IGNORECASE)
_ABOUT_MODE: Mapping[Mode, re.Pattern[str]] = {
    "json_schema": re.compile(
        r"response.?format|json.?schema|structured.?output|output_(config|format)|response_schema|grammar",
        re.IGNORECASE,
    ),
    "tool_calling": re.compile(r"tool|function", re.IGNORECASE),
    "json_object": re.compile(r"response.?format|json.?(object|mode)", re.IGNORECASE),
}


class ModeRejected(Exception):  # noqa: N818 - a signal inside this package, never seen by a caller
    """The server does not take the way in which JSON was asked for; ``schema_only``: for this one schema."""

    def __init__(self, message: str, /, *, schema_only: bool) -> None:
        super().__init__(message)
        self.schema_only = schema_only


@dataclass(frozen=True, slots=True)
class Call:
    """What the words of an error need to know of the call that failed.

    ``label`` names the model and its place; ``timeout`` is in seconds; ``reached``: the server has answered before;
    ``keyed``: a key was sent.
    """

    label: str
    mode: Mode
    timeout: float
    reached: bool
    keyed: bool
    secrets: tuple[str, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer of a server that is no answer of a model; ``text`` is short, one line, and without keys."""

    status: int
    code: str
    text: str
    headers: Mapping[str, str]


def scrub(text: str, secrets: tuple[str, ...], /) -> str:
    """``text`` without the secrets, also where a server echoes one with its middle starred out."""
    for secret in secrets:
        whole = re.escape(secret) if len(secret) > 7 else rf"(?<!\w){re.escape(secret)}(?!\w)"
        text = re.sub(whole, "[key]", text)
        if len(secret) > 7:
            text = re.sub(rf"{re.escape(secret[:2])}\S*\*\S*|\S*\*\S*{re.escape(secret[-4:])}", "[key]", text)
    return text


def explain(error: Exception, call: Call, /) -> ExtractorError | Transient | ModeRejected:
    """What a failed call means. Pure; the caller raises it from ``error``."""
    names = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    if isinstance(error, TimeoutError) or names & {"APITimeoutError", "ModelTimeoutError", "TimeoutException"}:
        return _timed_out(names, call)
    if "LengthFinishReasonError" in names:
        return truncated(call.label)
    if "ContentFilterFinishReasonError" in names:
        return filtered(call.label)
    fault = read_fault(error, call.secrets)
    if fault is not None:
        return _explain_fault(fault, call)
    if any(_NO_KEY.search(str(link)) for link in _chain(error)):
        return KeyMissingError(f"no API key is set for {call.label}: set {PREFIX}API_KEY")
    if "UnicodeEncodeError" in names:
        return InputError(f"the text cannot be sent ({_short(str(error), call.secrets)}): remove half surrogate pairs")
    if names & {"APIConnectionError", "ModelConnectionError", "TransportError", "OSError"}:
        return _not_reached(error, names, call)
    if names & {"ValueError", "TypeError", "LookupError", "AttributeError", "APIError"}:
        return Transient(_no_completion(error, call), tries=_FEW, status=200, usage=_usage_told(error))
    return ServerError(f"{call.label} failed: {_short(f'{type(error).__name__}: {error}', call.secrets)}")


def tells_secret(error: Exception, secrets: tuple[str, ...], /) -> bool:
    """True when the words of an exception, or of one behind it, hold a secret or a part of one."""
    return any(scrub(str(link), secrets) != str(link) for link in _chain(error))


def was_reached(error: Exception, /) -> bool:
    """False when no connection to the server came about."""
    return not {type(link).__name__ for link in _chain(error)} & {"ConnectError", "ConnectTimeout"}


def truncated(label: str, /) -> TruncatedError:
    """The error for an answer that stopped at the output limit."""
    return TruncatedError(f"the answer of {label} was cut off at its output limit: set a smaller chunk_size")


def filtered(label: str, said: str = "", /) -> ContentFilterError:
    """The error for an answer that a filter stopped."""
    told = f" ({said})" if said else ""
    return ContentFilterError(
        f"the content filter of {label} stopped the answer{told}: use another model for this text"
    )


def read_fault(error: Exception, secrets: tuple[str, ...], /) -> Fault | None:
    """Status, code and words of the HTTP answer behind an exception; None when there was none."""
    for link in _chain(error):
        body: Any = getattr(link, "body", None)
        response = getattr(link, "response", None)
        status = getattr(link, "status_code", None) or getattr(response, "status_code", None)
        if not isinstance(status, int):
            status = getattr(link, "code", None)
        if status == 200 and (told := _error_with_200(response)):
            body, status = told, told.get("code")
        if isinstance(status, int) and not isinstance(status, bool) and 300 <= status < 600:
            headers = getattr(response, "headers", None)
            code, text = _words(body, str(getattr(link, "message", None) or link))
            return Fault(status, code, _short(text, secrets), headers if isinstance(headers, Mapping) else {})
    return None


def _error_with_200(response: Any, /) -> dict[str, Any] | None:
    """The error that a gateway such as OpenRouter sends with status 200, its own code inside."""
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return error if isinstance(error, dict) else None


def _explain_fault(fault: Fault, call: Call, /) -> ExtractorError | Transient | ModeRejected:
    said = f"({fault.status}: {fault.text})" if fault.text else f"({fault.status})"
    status, words = fault.status, f"{fault.code} {fault.text}"
    if status == 413 or (status in (400, 422) and _TOO_LONG.search(words)) or _asks_too_much(fault):
        return TruncatedError(f"the text is too long for {call.label} {said}: set a smaller chunk_size")
    if status == 402 or (status in (400, 403, 429) and _NO_QUOTA.search(words)):
        return QuotaError(f"the account of {call.label} has no quota left {said}: check its plan and billing")
    if status in (400, 403, 404, 422) and _NO_SUCH_MODEL.search(words):
        return UnknownModelError(f"{call.label} is not known to the server {said}: check the name of the model")
    if status in (400, 403, 422) and _FILTERED.search(words):
        return filtered(call.label, said.strip("()"))
    if status == 401 or (status == 403 and not fault.text.startswith(_PAGE)):
        return _key_refused(said, call)
    if _about_mode(fault, call.mode):
        return ModeRejected(said, schema_only="invalid schema" in words.lower())
    if status == 429:
        error = RateLimitError(f"{call.label} limits the rate of calls {said}: wait, or lower concurrency")
        return Transient(error, retry_after=retry_after(fault.headers), status=status, headers=fault.headers)
    if status in (408, 409) or (status >= 500 and status != 501):
        error_ = ServerError(f"{call.label} has a fault {said}: try again later")
        return Transient(error_, retry_after=retry_after(fault.headers), status=status, headers=fault.headers)
    return RequestRejectedError(f"{call.label} rejected the request {said}: {_advice(fault)}")


def _asks_too_much(fault: Fault, /) -> bool:
    """OpenAI answers 429 to a request that alone is over the limit of a minute: waiting never helps, splitting does."""
    return fault.status == 429 and "request too large" in fault.text.lower()


def _about_mode(fault: Fault, mode: Mode, /) -> bool:
    if mode == "prompt":
        return False
    if fault.status == 501:
        return True
    statuses = (400, 404, 405, 415, 422, 500) if mode == "json_schema" else (400, 404, 405, 415, 422)
    return fault.status in statuses and bool(_ABOUT_MODE[mode].search(f"{fault.code} {fault.text}"))


def _key_refused(said: str, call: Call, /) -> ExtractorError:
    if call.keyed:
        return AuthenticationError(
            f"{call.label} refused the API key {said}: check the key, and what it may be used for"
        )
    return KeyMissingError(
        f"{call.label} asks for an API key {said}: set {PREFIX}API_KEY (OPENAI_API_KEY is sent to OpenAI and to the"
        " server of OPENAI_BASE_URL only)"
    )


def _advice(fault: Fault, /) -> str:
    if 300 <= fault.status < 400:
        target = shown_url(fault.headers.get("location", "elsewhere"))
        return f"it redirects to {target!r}; set the base URL to the final address"
    if fault.text.startswith(_PAGE):
        return "a proxy or firewall seems to have answered; check the base URL and the network"
    if fault.status in (404, 405):
        return "check the base URL, which usually ends in /v1"
    if "temperature" in fault.text.lower():
        return "leave the temperature setting out"
    return "the message says what it does not accept; 'extractor doctor' tries a tiny call"


def _timed_out(names: set[str], call: Call, /) -> Transient:
    if "ConnectTimeout" in names:
        error = ServerError(
            f"{call.label} cannot be reached (no connection in time): check the base URL and the network"
        )
        return Transient(error, tries=None if call.reached else _FIRST_CONTACT, unreached=True)
    return Transient(
        CallTimeoutError(
            f"{call.label} gave no whole answer within {call.timeout:g} s: raise timeout or lower chunk_size"
        )
    )


def _not_reached(error: Exception, names: set[str], call: Call, /) -> Transient:
    cause = _short(str(list(_chain(error))[-1]) or type(error).__name__, call.secrets)
    if "SSLError" in names or "CERTIFICATE" in cause:
        return Transient(
            ServerError(f"the connection to {call.label} is not secure ({cause}): check the address"), tries=1
        )
    unreached = "ConnectError" in names
    advice = "check the base URL, that the server runs, and the network"
    return Transient(
        ServerError(f"{call.label} cannot be reached ({cause}): {advice}"),
        tries=_FIRST_CONTACT if unreached and not call.reached else None,
        unreached=unreached,
    )


def _no_completion(error: Exception, call: Call, /) -> ServerError:
    if isinstance(error, LookupError):
        return ServerError(f"{call.label} gave an answer without any choice: try again later")
    text = str(getattr(getattr(error, "response", None), "text", ""))
    shown = _page_title(text) or _short(text or str(error), call.secrets, length=120)
    return ServerError(
        f"{call.label} answered something that is no chat completion ({shown}): check that the base URL belongs to an"
        " OpenAI-compatible server and ends as its documentation says, usually in /v1"
    )


def _usage_told(error: Exception, /) -> Usage | None:
    """The tokens that an answer without any choice tells: they are paid for."""
    response: Any = getattr(error, "response", None)
    try:
        told = response.json()["usage"]
        return Usage(input_tokens=told["prompt_tokens"], output_tokens=told["completion_tokens"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _words(body: Any, otherwise: str, /) -> tuple[str, str]:
    """Code and message of an error body, in the shapes that servers give it."""
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        if isinstance(inner, Mapping):
            body = inner
        code = str(body.get("code") or body.get("type") or "")
        message = body.get("message") or body.get("detail") or inner
        return code, message if isinstance(message, str) else json.dumps(message, ensure_ascii=False, default=str)
    text = body if isinstance(body, str) and body else re.sub(r"^Error code: \d+( - )?", "", otherwise)
    return "", _page_title(text) or text


def _page_title(text: str, /) -> str | None:
    """What an HTML page is called; None when ``text`` is no HTML page."""
    if not text.lstrip()[:200].lower().startswith(("<!doctype html", "<html", "<head", "<?xml")):
        return None
    title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
    return f"{_PAGE}, {title.group(1).strip()!r}" if title else _PAGE


def _short(text: str, secrets: tuple[str, ...], /, *, length: int = 300) -> str:
    line = " ".join(scrub(text, secrets).split())
    return line if len(line) <= length else f"{line[:length]}..."


def _chain(error: BaseException, /) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
