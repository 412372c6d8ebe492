"""What was found in an article as a file: JSON, CSV, Markdown or a report in HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import Response

from extractor.render import render
from extractor.render.flat import CLAIM, claim_row
from extractor.render.html.report import render_report
from extractor.render.sheets import as_csv
from extractor.schemas import Extraction, Summary
from extractor.schemas.stored import StoredArticle
from extractor.service.problems import ProblemError
from extractor.store import Store
from extractor.store.filters import Filters

from .wording import first_seen

_MOST: Final = 1_000_000
_SLUG: Final = 48
Results = tuple[Extraction | None, Summary | None]


@dataclass(frozen=True, slots=True)
class Download:
    """A form of a download: the ending of the file, its media type, and whether a summary alone will do."""

    ending: str
    media_type: str
    of: tuple[type[Extraction | Summary], ...]

    def fits(self, extraction: Extraction | None, summary: Summary | None, /) -> bool:
        """True when what it is made of is there."""
        return any(isinstance(result, self.of) for result in (extraction, summary))


DOWNLOADS: Final = {
    "json": Download(".json", "application/json", (Extraction,)),
    "csv": Download(".csv", "text/csv; charset=utf-8", (Extraction,)),
    "markdown": Download(".md", "text/markdown; charset=utf-8", (Extraction, Summary)),
    "html": Download(".html", "text/html; charset=utf-8", (Extraction, Summary)),
    "summary": Download(".summary.json", "application/json", (Summary,)),
}


def download(
    form: str, stored: StoredArticle, extraction: Extraction | None, summary: Summary | None, store: Store, /
) -> Response:
    """The file; a problem where there is no such form, or nothing to put into it."""
    chosen = DOWNLOADS.get(form)
    if chosen is None:
        raise ProblemError("not-found", f"There is no download {form[:20]!r}: choose one of {', '.join(DOWNLOADS)}.")
    if not chosen.fits(extraction, summary):
        raise ProblemError("not-found", "There is nothing of this kind: the article was not processed for it yet.")
    text = _WRITERS[form](stored, extraction, summary, store)
    name = f"{_slug(first_seen(stored).title or 'article')}-{stored.id[:8]}{chosen.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8", "replace"), media_type=chosen.media_type, headers=headers)


def _json(_: StoredArticle, extraction: Extraction | None, __: Summary | None, ___: Store) -> str:
    assert extraction is not None
    return render(extraction, "json")


def _summary(_: StoredArticle, __: Extraction | None, summary: Summary | None, ___: Store) -> str:
    assert summary is not None
    return render(summary, "json")


def _csv(stored: StoredArticle, _: Extraction | None, __: Summary | None, store: Store) -> str:
    claims = store.claims(Filters(article=stored.id), limit=_MOST)
    return as_csv(CLAIM, [claim_row(claim) for claim in claims])


def _markdown(_: StoredArticle, extraction: Extraction | None, summary: Summary | None, __: Store) -> str:
    return "\n".join(render(result, "markdown") for result in (summary, extraction) if result is not None)


def _html(_: StoredArticle, extraction: Extraction | None, summary: Summary | None, __: Store) -> str:
    result = extraction or summary
    assert result is not None
    return render_report(result, summary=summary if extraction else None)


_WRITERS: Final[dict[str, Callable[[StoredArticle, Extraction | None, Summary | None, Store], str]]] = {
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
    "html": _html,
    "summary": _summary,
}


def _slug(title: str) -> str:
    """The beginning of a title as the name of a file: letters and figures of ASCII between hyphens."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return (
        re.sub(r"-[^-]*$", "", joined[: _SLUG + 1]) if len(joined := "-".join(words)) > _SLUG else joined or "article"
    )
