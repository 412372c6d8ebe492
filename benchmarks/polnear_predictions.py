"""The built-in engine's attributions of a PolNeAR folder, one JSON object a line, as its scorer reads them.

    python benchmarks/polnear_predictions.py DIR > predictions.jsonl

``DIR`` holds ``text/<stem>.txt``. Offsets are code points, end exclusive. Two differences between our records and that
annotation are evened out: claims of the author are left out, since PolNeAR annotates none, and a claim that is passed
on ("A says that B believes ...") is folded outward into A's attribution, since PolNeAR annotates only the outermost.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from extractor.builtin import BuiltinEngine
from extractor.grounding import ClaimSpans
from extractor.schemas import Article, Span
from extractor.schemas.article import text_id
from extractor.schemas.drafts import DraftExpert, DraftPosition, DraftPrediction

Attribution = dict[str, list[tuple[int, int]]]


def main(folder: Path, /) -> None:
    """Print one line for each text of the folder."""
    for path in sorted((folder / "text").glob("*.txt")):
        raw = path.read_bytes().decode("utf-8")
        text = raw.removeprefix("\ufeff")
        shift = len(raw) - len(text)
        found = attributions(Article(id=text_id(text), text=text, language="en"))
        moved = [{role: [(s + shift, e + shift) for s, e in spans] for role, spans in one.items()} for one in found]
        print(json.dumps({"article": path.stem, "attributions": moved}))


def attributions(article: Article, /) -> list[Attribution]:
    """The attributions that the engine's draft of an article comes to."""
    found = BuiltinEngine().draft(article)
    experts = {expert.name: expert for expert in found.draft.experts}
    claims: list[tuple[DraftPosition | DraftPrediction, ClaimSpans]] = [
        *zip(found.draft.positions, found.positions, strict=True),
        *zip(found.draft.predictions, found.predictions, strict=True),
    ]
    return [
        _folded(article, experts[draft.reported_by], spans) if draft.reported_by else _plain(spans)
        for draft, spans in claims
        if spans.source
    ]


def _plain(spans: ClaimSpans, /) -> Attribution:
    return {"source": _offsets(spans.source), "cue": _offsets(spans.cue), "content": _offsets(spans.content)}


def _folded(article: Article, reporter: DraftExpert, spans: ClaimSpans, /) -> Attribution:
    """The reporter's attribution: from the inner source on everything is content; he stands before it in the line."""
    start = spans.source[0].start
    line = article.text.rfind("\n", 0, start) + 1
    names = sorted({reporter.name, *reporter.aliases, "he", "she", "they", "it", "who"}, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
    mentions = list(pattern.finditer(article.text, line, start))
    source = [mentions[-1].span()] if mentions else []
    return {"source": source, "cue": [], "content": [(start, spans.content[-1].end)]}


def _offsets(spans: tuple[Span, ...], /) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
