"""What the service counts, for Prometheus: one registry for each app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary
    from extractor.schemas.jobs import JobStatus
    from extractor.schemas.stored import Task

_REQUEST_SECONDS: Final = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 20, 60)
_JOB_SECONDS: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1200)


class Metrics:
    """The counters of one app. Labels take few values: a route is its template, never the path that was asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        made: dict[str, Any] = {"registry": self.registry}
        self._requests = Counter("extractor_requests", "HTTP requests.", ["route", "method", "status"], **made)
        self._request_seconds = Histogram(
            "extractor_request_seconds", "Seconds of a request.", ["route", "method"], buckets=_REQUEST_SECONDS, **made
        )
        self._jobs_now = Gauge("extractor_jobs", "Jobs in the database, by status.", ["status"], **made)
        self._jobs = Counter("extractor_jobs_over", "Jobs over, in this process.", ["task", "outcome"], **made)
        self._job_seconds = Histogram(
            "extractor_job_seconds",
            "Seconds of a job, without its time in the queue.",
            ["task"],
            buckets=_JOB_SECONDS,
            **made,
        )
        self._calls = Counter("extractor_model_calls", "Calls of models.", ["model"], **made)
        self._tokens = Counter("extractor_tokens", "Tokens, as the provider counts.", ["model", "direction"], **made)
        self._retries = Counter(
            "extractor_retries", "Attempts after the first until the checks passed.", ["model"], **made
        )
        self._rejected = Counter("extractor_rejected_items", "Items that failed the checks.", ["kind"], **made)

    def count_request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route, method).observe(seconds)

    def count_job(self, task: Task, outcome: JobStatus, /, *, seconds: float) -> None:
        """A job is over; ``seconds`` since it was taken up."""
        self._jobs.labels(task, outcome).inc()
        self._job_seconds.labels(task).observe(seconds)

    def count_result(self, result: Extraction | Summary, /) -> None:
        """What a run that was made now (none that was stored before) took, and what was rejected of it."""
        made, model = result.provenance, result.provenance.model or result.provenance.engine
        self._calls.labels(model).inc(made.calls)
        self._tokens.labels(model, "input").inc(made.usage.input_tokens)
        self._tokens.labels(model, "output").inc(made.usage.output_tokens)
        self._retries.labels(model).inc(max(made.attempts - 1, 0))
        for item in result.rejected:
            self._rejected.labels(item.kind).inc()

    def text(self, jobs: Mapping[JobStatus, int] | None, /) -> bytes:
        """Everything, as Prometheus reads it; ``jobs`` are those in the database, None: it cannot be asked."""
        self._jobs_now.clear()
        for status, number in (jobs or {}).items():
            self._jobs_now.labels(status).set(number)
        return generate_latest(self.registry)
