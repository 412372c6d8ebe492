"""The benchmark of the store still runs, and asks what it says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

_FILE = Path(__file__).parent.parent / "benchmarks" / "store.py"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("store_benchmark", _FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "store_benchmark", module)
    spec.loader.exec_module(module)
    return module


def test_a_hundred_queries_in_strata(benchmark: ModuleType) -> None:
    """There are 100 queries, and no stratum is empty."""
    asked = benchmark.queries(benchmark.Generator())
    assert sum(map(len, asked.values())) == 100
    assert all(len(found) == 10 for found in asked.values())


def test_it_fills_and_measures(benchmark: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A small run prints sizes, rates and a line for each kind of query, for two sizes."""
    benchmark.run(str(tmp_path / "claims.db"), 2000)
    told = capsys.readouterr().out
    assert "200 articles, 3,000 claims" in told and "2,000 articles, 30,000 claims" in told
    assert told.count("word in up to 0.1 %") == told.count("due") == 2
