"""Articles that try to be more than text, wherever text of an article or a model can stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from sample_results import find, sample_article, sample_extraction, sample_provenance, sample_summary

from extractor.schemas import (
    Article,
    Expert,
    Extraction,
    Horizon,
    Likelihood,
    Position,
    Prediction,
    Summary,
    Verifiability,
)
from extractor.schemas.article import text_id

ATTACKS = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    "</title></style></textarea></noscript></template><script>window.hacked=1</script>",
    "<!--<script>",
    "--><script>window.hacked=1</script>",
    "]]><svg/onload=window.hacked=1>",
    '"><img src=x onerror=window.hacked=1>',
    "' autofocus onfocus='window.hacked=1",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<base href=https://evil.example/><meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css><style>*{display:none!important}</style>",
    "<a href=javascript:window.hacked=1>here</a> javascript:window.hacked=1//",
    "<form action=https://evil.example/><button formaction=javascript:window.hacked=1>x</button>",
    "<dialog open><plaintext>",
    "{{ 7*7 }}{% raw %} ${window.hacked=1} `window.hacked=1`",
    '{"a":"\\u003c/script\\u003e\\u003cscript\\u003ewindow.hacked=1\\u003c/script\\u003e"}',
    "&lt;script&gt;&#60;script&#62; &amp;quot;",
    "line\u2028window.hacked=1\u2029paragraph",
    "\u202eevitceffe\u202d \u2066isolated\u2067 \u200f\u061c never closed",
    "\x01\x08\x0b\x1b[31m\x7f\x85\ufeff\ufffe\ufff9",
    "alert(1);confirm(2);prompt(3)",
)
SAID = " ".join(ATTACKS)
"""All of them, one after the other."""
ADDRESS = "javascript:window.hacked=1//https://example.org/"


def hostile_extraction() -> Extraction:
    """An article of nothing else, by people whose names are like it; the address is no address."""
    made = sample_extraction(SAID)
    article = sample_article(SAID, url=ADDRESS)
    experts = tuple(
        expert.model_copy(update={"name": f"{expert.name} {SAID}", "affiliation": SAID, "aliases": (SAID,)})
        for expert in made.experts
    )
    return made.model_copy(update={"article": article, "experts": experts})


def hostile_summary() -> Summary:
    """A summary whose every sentence is hostile."""
    return sample_summary(SAID).model_copy(update={"article": sample_article(SAID, url=ADDRESS)})


def crowded_extraction(claims: int, parts: int, /) -> Extraction:
    """Claims of several parts each, which overlap a thousandfold: part by part each begins one word after the other."""
    total = claims * parts
    text = " ".join(f"w{number}" for number in range(total + 1000))
    article = Article(id=text_id(text), text=text, title="Crowded", published=date(2026, 3, 17), language="en")
    starts = [0]
    for number in range(total + 999):
        starts.append(starts[-1] + len(f"w{number}") + 1)

    def content(claim: int) -> tuple[Any, ...]:
        places = (claim + part * claims for part in range(parts))
        return tuple(article.span(starts[place], starts[place + 900] - 1) for place in places)

    shared: dict[str, Any] = {"expert_id": "e1", "source": (), "cue": (), "quote_type": "indirect", "topic": "words"}
    return Extraction(
        article=article,
        experts=(Expert(id="e1", name="w0", kind="person", mentions=(find(article, "w0"),)),),
        positions=tuple(
            Position(
                **shared,
                id=f"c{number + 1}",
                content=content(number),
                statement=f"Statement {number}.",
                target="words",
                stance="neutral",
                kind="fact",
            )
            for number in range(claims - 1)
        ),
        predictions=(
            Prediction(
                **shared,
                id=f"c{claims}",
                content=content(claims - 1),
                statement="The last word comes.",
                expected="occurs",
                likelihood=Likelihood(),
                horizon=Horizon(),
                verifiability=Verifiability(level="verifiable", missing=()),
            ),
        ),
        provenance=sample_provenance(),
    )
