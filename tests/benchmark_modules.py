"""The modules of the folder `benchmarks`, which is no package."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent.parent / "benchmarks"


def benchmark_module(name: str, monkeypatch: pytest.MonkeyPatch, /) -> Any:
    """A module of the benchmarks; what it imports from there is found while the test runs."""
    monkeypatch.syspath_prepend(str(_FOLDER))
    return importlib.import_module(name)
