"""The lines of a batch's files: requests on the way out, outcomes on the way in. Pure.

https://platform.openai.com/docs/guides/batch tells their form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from extractor.schemas import Usage
from extractor.store.batches.outbox_rows import Answered

ENDPOINT: Final = "/v1/chat/completions"
AGAIN: Final = (408, 409, 425, 429)
"""Statuses below 500 after which a request is sent again: it was not looked at."""
_NEVER: Final = ("insufficient_quota", "request_too_large")
CANCELLED_CODE: Final = "batch_cancelled"
"""Code of requests that were not looked at because somebody cancelled the batch, who wants no more of it."""
MISSING: Final = b'{"error": {"code": "no_answer", "message": "the batch ended without an answer to this request"}}'
"""The outcome of a request of which the files of its batch say nothing."""
CANCELLED: Final = b'{"error": {"code": "batch_cancelled", "message": "the batch was cancelled at the provider"}}'


def request_line(custom_id: str, body: Mapping[str, Any], /) -> bytes:
    """The line of a request, with its line break."""
    request = {"custom_id": custom_id, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def read_line(line: bytes, /) -> Answered | None:
    """What a line of an output or error file tells; None when it cannot be read."""
    try:
        told = json.loads(line)
        custom_id, response, error = told["custom_id"], told.get("response"), told.get("error")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    if not isinstance(custom_id, str):
        return None
    if error:
        return _failed(custom_id, 0, error)
    if not isinstance(response, dict) or not isinstance(response.get("status_code"), int):
        return None
    status, body = response["status_code"], response.get("body")
    if status != 200 or not isinstance(body, dict) or body.get("error"):
        return _failed(custom_id, status, body)
    return _answered(custom_id, body)


def failure(code: str, message: str, /, *, status: int = 400) -> bytes:
    """The outcome of a request that the provider refused before it was sent to the model."""
    return json.dumps({"status": status, "error": {"code": code, "message": message}}).encode()


def _answered(custom_id: str, body: dict[str, Any]) -> Answered:
    usage, cached = _usage(body.get("usage"))
    whole = json.dumps({"status": 200, "body": body}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    choices = body.get("choices")
    empty = not (isinstance(choices, list) and choices and isinstance(choices[0], dict) and choices[0].get("message"))
    return Answered(custom_id=custom_id, answer=whole, usage=usage, cached_input=cached, failed=empty, again=empty)


def _failed(custom_id: str, status: int, error: Any) -> Answered:
    body = error if isinstance(error, dict) else {"message": str(error)}
    inner = body.get("error", body)
    code = str(inner.get("code") or inner.get("type") or "") if isinstance(inner, dict) else ""
    again = status in AGAIN or status >= 500 or status == 200 or (status == 0 and _is_passing(code))
    whole = json.dumps({"status": status, "error": inner}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Answered(custom_id=custom_id, answer=whole, failed=True, again=again and code not in _NEVER)


def _is_passing(code: str) -> bool:
    """True for errors of the batch and not of the request; where no code tells, it may be either."""
    return code != CANCELLED_CODE and (code == "batch_expired" or "limit" in code or "error" in code or not code)


def _usage(counted: Any) -> tuple[Usage, int]:
    """The tokens of an answer, and how many of its input were cached; zero where it does not tell."""
    if not isinstance(counted, dict):
        return Usage(), 0
    details = counted.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    given, made = _number(counted.get("prompt_tokens")), _number(counted.get("completion_tokens"))
    return Usage(input_tokens=given, output_tokens=made), min(_number(cached), given)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
