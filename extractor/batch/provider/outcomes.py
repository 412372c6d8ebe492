"""What a provider said of a request in a batch, read as the answer of an online call would be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import ServerError
from extractor.llm.direct import read_completion
from extractor.llm.failures import Call, explain
from extractor.retry import Transient

from .lines import CANCELLED_CODE

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_STATUSES: Final = {"batch_expired": 408, "no_answer": 504}
"""What an error without a status amounts to, by its code."""


class OutcomeError(Exception):
    """An error that stands in a line of a batch's files, with what `explain` looks at."""

    def __init__(self, status: int, body: Any, /) -> None:
        super().__init__(str(body))
        self.status_code = status
        self.body = body


def read_outcome(outcome: bytes, call: Call, /) -> AIMessage:
    """The answer as a message; raises what an online call would raise, and ModeRejected.

    Nothing is tried again from here: what could be was.
    """
    told = json.loads(outcome)
    if "body" in told:
        try:
            return read_completion(json.dumps(told["body"], ensure_ascii=False).encode("utf-8", "surrogatepass"))
        except (ValueError, TypeError, LookupError, AttributeError) as fault:
            raise _explained(fault, call) from fault
    error = told.get("error")
    if _code(error) == CANCELLED_CODE:
        raise ServerError(f"the batch of {call.label} was cancelled before it came to this request: submit it again")
    status = told.get("status") or _STATUSES.get(_code(error), 400)
    raise _explained(OutcomeError(500 if status == 200 else status, {"error": error}), call)


def _explained(error: Exception, call: Call) -> Exception:
    meant = explain(error, call)
    if not isinstance(meant, Transient):
        return meant
    told = str(meant.error).removesuffix(": try again later")
    return type(meant.error)(f"{told}, in a batch and as often as it may be asked: submit it again later")


def _code(error: Any) -> str:
    return str(error.get("code") or "") if isinstance(error, dict) else ""
