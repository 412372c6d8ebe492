"""Gold in files, for tests of the evaluation: a PolNeAR folder and gold of our own, made of words of a text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extractor.schemas.article import text_id

Words = Sequence[str]
TEXT = (
    "Ana Roe said the quay is full. “We need a second one,” the harbour pilot added.\n\n"
    "Piet Maas expects tolls to rise by 2031. According to the port office, Roe is wrong.\n"
)
ROE = (["Ana Roe"], ["said"], ["the quay is full"])
PILOT = (["the harbour pilot"], ["added"], ["“We need a second one,”"])
MAAS = (["Piet Maas"], ["expects"], ["tolls to rise by 2031"])
OFFICE = (["the port office"], ["According to"], ["Roe is wrong"])


def places(text: str, words: Words, /) -> list[tuple[int, int]]:
    """Where each of the words first stands in a text."""
    return [(text.index(part), text.index(part) + len(part)) for part in words]


def write_polnear(folder: Path, stem: str, text: str, /, **annotators: Sequence[tuple[Words, Words, Words]]) -> Path:
    """A PolNeAR folder with one article; each annotator marked (source, cue, content)."""
    for name in ("text", "attributions"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "text" / f"{stem}.txt").write_bytes(text.encode())
    for annotator, attributions in annotators.items():
        path = folder / "attributions" / f"{stem}_{annotator}.ann"
        path.write_text(standoff(text, attributions), encoding="utf-8")
    return folder


def standoff(text: str, attributions: Sequence[tuple[Words, Words, Words]], /) -> str:
    """Attributions as brat writes them."""
    lines, number = [], 0
    for event, attribution in enumerate(attributions, 1):
        arguments = []
        for role, words in zip(("Source", "Cue", "Content"), attribution, strict=True):
            if words:
                number += 1
                offsets = ";".join(f"{start} {end}" for start, end in places(text, words))
                lines.append(f"T{number}\t{role} {offsets}\t{' '.join(words)}")
                arguments.append(f"{role}:T{number}")
        lines.append(f"E{event}\tAttribution:T99 {' '.join(arguments)}")
    return "\n".join(lines) + "\n"


def gold_data(text: str = TEXT, /, **more: Any) -> dict[str, Any]:
    """Gold of our own: a position of Roe, one of the port office, a prediction of Maas."""
    experts = [("e1", "Ana Roe", "person"), ("e2", "Piet Maas", "person"), ("e3", "the port office", "organization")]
    return {
        "article": {"id": text_id(text), "published": "2026-03-17", "language": "en"},
        "experts": [{"id": key, "name": name, "kind": kind} for key, name, kind in experts],
        "positions": [
            {**gold_claim(text, "c1", "e1", ROE), "target": "the quay", "stance": "against", "kind": "fact"},
            {**gold_claim(text, "c3", "e3", OFFICE), "target": "Roe", "stance": "against", "kind": "value"},
        ],
        "predictions": [
            {
                **gold_claim(text, "c2", "e2", MAAS),
                "expected": "occurs",
                "band": "likely",
                "horizon": {"start": "2026-03-17", "end": "2031-12-31", "granularity": "year"},
            }
        ],
        **more,
    }


def gold_claim(text: str, key: str, expert: str, words: tuple[Words, Words, Words], /) -> dict[str, Any]:
    """What all gold claims have."""
    spans = [
        [{"start": start, "end": end, "text": text[start:end]} for start, end in places(text, part)] for part in words
    ]
    told = dict(zip(("source", "cue", "content"), spans, strict=True))
    return {"id": key, "expert_id": expert, "reported_by": None, **told, "statement": " ".join(words[2])}


def write_gold(folder: Path, name: str, data: dict[str, Any] | None = None, text: str = TEXT, /) -> Path:
    """A folder with one article and its gold."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.json").write_text(json.dumps(gold_data(text) if data is None else data), encoding="utf-8")
    return folder


def as_result(data: dict[str, Any], text: str = TEXT, /) -> dict[str, Any]:
    """What 'extractor extract' would have given, had it found exactly this gold."""
    common = {"quote_type": "indirect", "topic": "port"}
    return {
        "schema_version": "1",
        "article": {**data["article"], "text": text},
        "experts": data["experts"],
        "positions": [{**claim, **common} for claim in data["positions"]],
        "predictions": [_predicted(claim, common) for claim in data["predictions"]],
        "provenance": {
            "engine": "fake",
            "model": "fake-1",
            "prompts": {"extract": "abc"},
            "lexicon_version": "1",
            "started_at": "2026-11-22T09:30:00Z",
            "elapsed_seconds": 1.0,
        },
    }


def _predicted(claim: dict[str, Any], common: dict[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in claim.items() if name not in ("band", "likelihood_words")}
    return {
        **kept,
        **common,
        "likelihood": {"band": claim["band"]},
        "verifiability": {"level": "partly", "missing": ["metric"]},
    }
