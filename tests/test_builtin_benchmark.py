"""The predictions for PolNeAR's scorer: the engine's claims, the author's left out, passed-on claims folded outward."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from extractor.schemas import Article
from extractor.schemas.article import text_id

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "polnear_predictions.py"


def predicted(text: str) -> list[dict[str, list[str]]]:
    """The attributions that the script makes of a text, as words."""
    found = runpy.run_path(str(SCRIPT))["attributions"](Article(id=text_id(text), text=text, language="en"))
    return [{role: [text[start:end] for start, end in spans] for role, spans in one.items()} for one in found]


def test_claims_become_attributions() -> None:
    """Source, cue and content are the spans of the claim."""
    assert predicted("Ann Roe said the dam leaks.") == [
        {"source": ["Ann Roe"], "cue": ["said"], "content": ["the dam leaks"]}
    ]


def test_the_authors_own_claims_are_left_out() -> None:
    """A forecast of the narration is a prediction of the author and no attribution."""
    assert predicted("The dam is unlikely to hold. The road was closed.") == []


def test_what_is_passed_on_is_folded_outward() -> None:
    """'A says that B believes ...' is A's attribution, and what B believes is inside its content."""
    (found,) = predicted("Ann Roe says that Piet Maas believes the dam is safe.")
    assert found["source"] == ["Ann Roe"]
    assert found["content"] == ["Piet Maas believes the dam is safe"]


def test_offsets_count_a_byte_order_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Offsets are into the file's text, its byte-order mark included."""
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "one.txt").write_text("\ufeffAnn Roe said the dam leaks.", encoding="utf-8")
    runpy.run_path(str(SCRIPT))["main"](tmp_path)
    row = json.loads(capsys.readouterr().out)
    assert (row["article"], row["attributions"][0]["source"]) == ("one", [[1, 8]])
