"""Shared fixtures: a clean environment, and cassettes that are matched on what was asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from browser import browse, chromium
from cassettes_config import keep_headers, keep_response_headers, same_question
from service_server import client, serve, served
from store_databases import database, database_url, file, postgresql_server, postgresql_url, sqlite_path, store

__all__ = [
    "browse",
    "chromium",
    "client",
    "database",
    "database_url",
    "file",
    "postgresql_server",
    "postgresql_url",
    "serve",
    "served",
    "sqlite_path",
    "store",
]

ROOT = Path(__file__).resolve().parent.parent
_OURS = ("EXTRACTOR_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting or database of the machine reaches a test, and no test writes into the project."""
    for name in list(os.environ):
        if name.upper().startswith(_OURS) or name.upper() in _PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    """Cassettes stand in cassettes/<test module>/<test>.yaml."""
    return str(ROOT / "cassettes" / request.path.stem)


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    """Match on what is asked, keep no header that could hold a key, and record no more than is played."""
    return {
        "match_on": ["same_question"],
        "before_record_request": keep_headers,
        "before_record_response": keep_response_headers,
        "decode_compressed_response": True,
    }


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Register the matcher."""
    vcr.register_matcher("same_question", same_question)
