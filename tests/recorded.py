"""The recorded jobs: which article is read how, by the model behind the cassettes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extractor import Article, Extractor, read_article

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
    """An extractor whose model is the recorded one; nothing is tried twice, so that a missing recording is told."""
    return Extractor(MODEL, base_url=BASE_URL, timeout=3000, retry_seconds=0, **settings)
