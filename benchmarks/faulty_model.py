"""A model that fails in every way that a provider's does, for `soak.py`, and keeps a log of what it answered.

    python benchmarks/faulty_model.py PORT LOG SETTINGS     # `Faults` as JSON

It answers questions about the texts of `rich_commentary`. Which call fails, and how, follows from the seed, the article
and how often it was asked about before. Every right answer carries a mark of its own in the topics of its claims, so
that one can tell later which answer was stored. The log gets a line of JSON for each call when it is over (`Call`).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from fast_model import LIST, envelope
from loopback_http import Connection, Said, response, serve
from rich_commentary import SEED, commentary, number_in

KINDS = (
    "reset",
    "timeout",
    "slow",
    "limited",
    "limited_wait",
    "error_500",
    "error_502",
    "error_503",
    "page",
    "cut_body",
    "cut_json",
    "wrong_shape",
    "refusal",
    "no_choices",
)
"""What a call can meet with; a slow answer is right all the same."""
RIGHT = ("", "slow")
"""The faults (an empty one is none) with which the right answer is given."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PAGE = b"<html><head><title>502</title></head><body><h1>Bad gateway</h1><p>Try again later.</p></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The share of the calls that fail, the seed, and seconds: of an answer, and after which callers give up on one."""

    share: float = 0.2
    seed: int = SEED
    latency: float = 0.05
    timeout: float = 3.0
    wait: float = 0.2
    """Seconds that Retry-After names (by retry-after-ms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that is over: about which article, the how manieth, its fault (empty: none), and when (epoch seconds).

    ``mark`` is the right answer's, empty where none was given. ``delivered`` is False when the caller was gone before
    it was answered; ``in_flight`` counts the calls under way when it ended.
    """

    article: int
    number: int
    fault: str
    mark: str
    began: float
    ended: float
    delivered: bool
    in_flight: int


@dataclass(slots=True)
class _Under:
    """A call under way."""

    article: int
    number: int
    fault: str
    mark: str
    began: float


def fault_of(faults: Faults, article: int, number: int, /) -> str:
    """What the ``number``-th call about an article meets with; empty for nothing."""
    rng = random.Random(f"{faults.seed} {article} {number}")
    return rng.choice(KINDS) if rng.random() < faults.share else ""


def mark_of(article: int, number: int, /) -> str:
    """A word that marks the answer to a call: letters only, as a number would have to stand in the article."""
    value, word = article * 1_000 + number, ""
    while value:
        value, digit = divmod(value, len(_LETTERS))
        word = _LETTERS[digit] + word
    return f"mark{word}"


def marked_answer(article: int, mark: str, /) -> str:
    """The right answer about an article as JSON text, with the mark in the topics of its claims."""
    answer = commentary(article).answer
    for kind in ("positions", "predictions"):
        answer[kind] = [{**claim, "topic": f"town affairs {mark}"} for claim in answer[kind]]
    return json.dumps(answer, ensure_ascii=False)


def said(faults: Faults, article: int, fault: str, mark: str, /) -> Said:
    """What the server does about a call."""
    right = marked_answer(article, mark)
    if fault == "reset":
        return Said(b"", faults.latency, "reset")
    if fault == "timeout":
        return Said(_completion(right), 4 * faults.timeout)
    if fault == "slow":
        return Said(_completion(right), faults.timeout / 6, "drip")
    if fault == "cut_body":
        whole = _completion(right)
        return Said(whole[: len(whole) // 2], faults.latency, "cut")
    return Said(_answers(faults, right)[fault](), faults.latency)


def _answers(faults: Faults, right: str, /) -> dict[str, Callable[[], bytes]]:
    """What makes the answer for each fault that is told in one piece."""
    wait = f"retry-after-ms: {1_000 * faults.wait:.0f}\r\nretry-after: {faults.wait:g}\r\n"
    wrong = json.dumps({"experts": "none", "positions": {"first": 1}, "predictions": []})
    return {
        "": lambda: _completion(right),
        "limited": lambda: _error(429, "Rate limit reached for requests"),
        "limited_wait": lambda: _error(429, "Rate limit reached for requests", wait),
        "error_500": lambda: _error(500, "The server had an error while processing your request"),
        "error_502": lambda: _error(502, "Bad gateway"),
        "error_503": lambda: _error(503, "The engine is currently overloaded"),
        "page": lambda: response(_PAGE, status=502, kind="text/html"),
        "cut_json": lambda: _completion(right[: 2 * len(right) // 3]),
        "wrong_shape": lambda: _completion(wrong),
        "refusal": lambda: response(envelope(_message(None, "I cannot help with that."), "stop", 9)),
        "no_choices": lambda: response(json.dumps({**json.loads(_body(right)), "choices": []}).encode()),
    }


def _completion(text: str, /) -> bytes:
    return response(_body(text))


def _body(text: str, /) -> bytes:
    return envelope(_message(text), "stop", len(text) // 4)


def _message(text: str | None, refusal: str | None = None, /) -> dict[str, object]:
    return {"role": "assistant", "content": text, "refusal": refusal}


def _error(status: int, message: str, headers: str = "", /) -> bytes:
    told = {"error": {"message": message, "type": "server_error", "param": None, "code": None}}
    return response(json.dumps(told).encode(), status=status, headers=headers)


class FaultyModel:
    """The server's side: counts the calls about each article, and writes the log."""

    def __init__(self, faults: Faults, log: IO[str], /) -> None:
        self._faults = faults
        self._log = log
        self._asked: Counter[int] = Counter()
        self._under_way: set[int] = set()

    def connection(self) -> Connection:
        """A connection for the next client."""
        return Connection(self.answer, self.note_end)

    def answer(self, request: bytes, connection: Connection, /) -> Said:
        """What to do about a request."""
        article = number_in(request)
        if article is None:
            return Said(LIST)
        self._asked[article] += 1
        number = self._asked[article]
        fault = fault_of(self._faults, article, number)
        mark = mark_of(article, number)
        connection.note = _Under(article, number, fault, mark if fault in RIGHT else "", time.time())
        self._under_way.add(id(connection))
        return said(self._faults, article, fault, mark)

    def note_end(self, connection: Connection, delivered: bool, /) -> None:
        """Write the call that is over into the log."""
        under, connection.note = connection.note, None
        if not isinstance(under, _Under):
            return
        self._under_way.discard(id(connection))
        call = Call(
            article=under.article,
            number=under.number,
            fault=under.fault,
            mark=under.mark,
            began=under.began,
            ended=time.time(),
            delivered=delivered,
            in_flight=len(self._under_way),
        )
        self._log.write(json.dumps(asdict(call)) + "\n")
        self._log.flush()


def read_log(path: Path, /) -> list[Call]:
    """The calls that a log tells, in the order in which they ended."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Call(**json.loads(line)) for line in lines]


if __name__ == "__main__":
    with Path(sys.argv[2]).open("a", encoding="utf-8") as log:
        model = FaultyModel(Faults(**json.loads(sys.argv[3])), log)
        asyncio.run(serve(int(sys.argv[1]), model.connection))
