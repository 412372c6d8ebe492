"""Paths as people see them, and what files are by their names."""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import Literal

Table = Literal["jsonl", "csv", "tsv", "parquet", "urls"]
"""The formats of files that hold many articles."""

_ARTICLES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf"})
_TABLES: dict[str, Table] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".parquet": "parquet", ".pq": "parquet", ".urls": "urls",
}  # fmt: skip
KNOWN = ".txt, .md, .html, .pdf, .jsonl, .csv, .tsv, .parquet, .urls"
"""For messages: the endings that are looked for in folders (their longer spellings and .gz aside)."""

_WEB = re.compile(r"https?://", re.I)


def table_of(path: str, /) -> Table | None:
    """The table that a file is called after (``.gz`` may follow); None for other names."""
    name = PurePath(path).name.lower()
    table = _TABLES.get(PurePath(name.removesuffix(".gz")).suffix)
    return None if table == "parquet" and name.endswith(".gz") else table


def is_called_article(path: str, /) -> bool:
    """True when the name of a file says that it is one article."""
    return PurePath(path).suffix.lower() in _ARTICLES


def is_web(place: str, /) -> bool:
    """True for what begins as an http or https URL does."""
    return _WEB.match(place) is not None


def legible(path: str, /) -> str:
    """A path that can be stored and shown: bytes of its name that are no UTF-8 are written as ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
