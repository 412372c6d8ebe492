"""The benchmark of the service still runs, and notices what it is there to notice."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractor.schemas.jobs import JobRequest
from extractor.store import Store

_FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module, in which the jobs of a killed server are taken up again soon."""
    monkeypatch.syspath_prepend(str(_FOLDER))
    spec = importlib.util.spec_from_file_location("service_benchmark", _FOLDER / "service.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "service_benchmark", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LEASE", 1.5)
    return module


@pytest.fixture
def commentary(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The generator of articles."""
    monkeypatch.syspath_prepend(str(_FOLDER))
    return importlib.import_module("invented_commentary")


def test_no_two_articles_are_alike(commentary: Any) -> None:
    """Each number has a text of its own, the same each time, of about 4 KB."""
    texts = [commentary.article(number) for number in range(300)]
    assert len(set(texts)) == 300 and texts[7] == commentary.article(7)
    assert all(4_000 <= len(text) < 5_000 for text in texts)


def test_the_model_is_right(commentary: Any) -> None:
    """What the slow model says of an article stands in it, word for word."""
    text = commentary.article(3)
    said = importlib.import_module("slow_model").answer([{"role": "user", "content": text}])
    assert len(said["positions"]) == len(said["experts"]) >= 7
    assert all(part in text for one in said["positions"] for part in (*one["content"], *one["source"]))


def test_a_small_run(benchmark: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Real processes, the built-in engine and a model, a killed server: no error, and nothing is lost."""
    sizes = ["--requests", "10", "--model-requests", "0", "--crash-requests", "6", "--clients", "3"]
    assert benchmark.main([*sizes, "--latency", "0.05", "--seconds", "120"]) == 0
    told = capsys.readouterr().out
    assert "built-in engine, 3 clients: 10 articles" in told and re.search(r"\d+ \+ \d \* \d+ after 10;", told)
    assert told.count("errors: 0") == 2 and "accepted: 6;" in told and "wrong: 0" in told


def test_a_lost_job_is_noticed(benchmark: ModuleType, commentary: Any, tmp_path: Path) -> None:
    """A job that stays in the queue is told, and so is its article, which is not stored."""
    with Store(tmp_path / "claims.db") as store:
        request = JobRequest(task="extract", model="builtin", text=commentary.article(1))
        job, _ = store.submit_job(request, owner="local", digest="d", most=10)
        report = benchmark.Report(posted=1, jobs=[job.id])
        assert [*benchmark.lost(store, report)] == [f"job {job.id}: queued", "1 jobs are queued"]
        assert [*benchmark.stored_wrongly(store, 1)] == ["1 articles were posted, 0 with 0 runs are stored"]
