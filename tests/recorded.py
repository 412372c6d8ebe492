"""The recorded jobs: which article is read how, by the model behind the cassettes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extractor import Article, Extractor, read_article
from extractor.builtin.detection import Detected
from extractor.schemas import Span

ROOT = Path(__file__).resolve().parent.parent
BASE_URL = "http://127.0.0.1:8808/v1"
MODEL = "local-llm"
PUBLISHED = {
    "strait-shipping.txt": "2026-03-17",
    "central-bank.md": "2026-09-02",
    "grid-storage.txt": "2026-06-11",
    "severny-port.txt": "2026-05-20",
    "injected.txt": "2026-02-08",
}


def article(name: str) -> Article:
    """One of our example articles, with its date of publication."""
    return read_article(ROOT / "examples" / "articles" / name, published=PUBLISHED[name])


def recorded(**settings: Any) -> Extractor:
    """An extractor whose model is the recorded one, without the audit unless it is asked for.

    Nothing is tried twice, so that a missing recording is told.
    """
    return Extractor(MODEL, base_url=BASE_URL, timeout=3000, retry_seconds=0, **{"audit": False, **settings})


def detected(read: Article) -> Sequence[Detected]:
    """An auditor that gives what stands in tests/audit_passages.json, so that a retrained tagger changes no request."""
    told = json.loads((ROOT / "tests" / "audit_passages.json").read_text(encoding="utf-8"))
    name = next(name for name in told if article(name).id == read.id)
    parts = ("source", "cue", "content")
    rows = [({part: tuple(map(Span.model_validate, row[part])) for part in parts}, row) for row in told[name]]
    return [Detected(**spans, confidence=row["confidence"]) for spans, row in rows]
