"""Clients of the service for `service.py`, in a process of their own.

    python benchmarks/service_clients.py JSON     # a `Load` as JSON; prints a `Report` as JSON

Each client posts one article after another, no two alike, waits for the result, and compares it with what it sent.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx2
from invented_commentary import article

TIMEOUT = 150.0
"""Seconds that an answer may take: longer than a client may ask to wait."""
DOWN = (httpx2.TransportError,)


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients do: post the articles ``first`` to ``first + number - 1``, ``clients`` of them at once.

    Nothing is posted any more after ``seconds``. ``patient`` clients ask for a job, send an idempotency key, and try
    again when the server is down.
    """

    url: str
    first: int
    number: int
    clients: int
    model: str
    seconds: float
    patient: bool = False


@dataclass(slots=True)
class Report:
    """What became of the articles that were posted.

    ``times`` are the seconds until each result, ``jobs`` the ids that were accepted, ``later`` how many results came by
    the job and not with the answer, ``down`` how often the server could not be reached.
    """

    posted: int = 0
    times: list[float] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    later: int = 0
    down: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class UnexpectedError(Exception):
    """An answer that should not have come."""


class Clients:
    """So many clients that share what is to be posted."""

    def __init__(self, load: Load, http: httpx2.AsyncClient, /) -> None:
        self._load = load
        self._http = http
        self._numbers = iter(range(load.first, load.first + load.number))
        self.report = Report()

    async def run(self) -> None:
        """Post all articles, and wait for all results."""
        began = time.monotonic()
        end = began + self._load.seconds
        await asyncio.gather(*(self._post_on(end) for _ in range(self._load.clients)))
        self.report.seconds = time.monotonic() - began

    async def _post_on(self, end: float) -> None:
        for number in self._numbers:
            if time.monotonic() > end:
                return
            self.report.posted += 1
            began = time.monotonic()
            try:
                await self._read(number)
            except (UnexpectedError, httpx2.HTTPError, ValueError, KeyError) as error:
                told = f"{type(error).__name__}: {error}"[:200]
                self.report.errors[told] = self.report.errors.get(told, 0) + 1
            else:
                self.report.times.append(round(time.monotonic() - began, 4))

    async def _read(self, number: int) -> None:
        """Post one article; returns when its result is there and is right. Raises UnexpectedError."""
        text = article(number)
        headers = {"Prefer": "wait=60"}
        if self._load.patient:
            headers = {"Prefer": "respond-async", "Idempotency-Key": f"article-{number}"}
        body = {"text": text, "model": self._load.model, "published": "2026-11-01"}
        answer = await self._ask("POST", "/v1/extractions", json=body, headers=headers)
        if answer.status_code == 200:
            self.report.jobs.append(answer.headers["Link"].partition(">")[0].rpartition("/")[2])
            return _compare(answer.json(), text)
        if answer.status_code != 202 and not (self._load.patient and answer.status_code == 409):
            raise UnexpectedError(f"{answer.status_code} {answer.text[:150]}")
        self.report.later += 1
        place = answer.headers["Location"]
        self.report.jobs.append(place.rpartition("/")[2])
        return _compare(await self._follow(place), text)

    async def _follow(self, place: str) -> dict[str, Any]:
        """The result of a job, as soon as it is done. Raises UnexpectedError."""
        while True:
            answer = await self._ask("GET", place)
            if answer.status_code != 200:
                raise UnexpectedError(f"{answer.status_code} of a job: {answer.text[:150]}")
            job = answer.json()
            if job["status"] == "done":
                result: dict[str, Any] = job["result"]
                return result
            if job["status"] not in ("queued", "running"):
                raise UnexpectedError(f"the job {job['status']}: {job.get('problem')}")
            await asyncio.sleep(float(answer.headers["Retry-After"]))

    async def _ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        while True:
            try:
                return await self._http.request(method, path, **given)
            except DOWN:
                if not self._load.patient:
                    raise
                self.report.down += 1
                await asyncio.sleep(0.5)


def _compare(result: dict[str, Any], text: str, /) -> None:
    """Raise UnexpectedError when this is no extraction of this text."""
    if result["article"]["text"] != text or not result["positions"]:
        raise UnexpectedError("a result of another article, or without a position")


async def post(load: Load, /) -> Report:
    """Let the clients do their work."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=load.clients)
    async with httpx2.AsyncClient(base_url=load.url, timeout=TIMEOUT, limits=limits, trust_env=False) as http:
        clients = Clients(load, http)
        await clients.run()
    return clients.report


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(post(Load(**json.loads(sys.argv[1])))))))
