"""Gold of our own from files: ``<name>.txt`` is the commentary, ``<name>.json`` its gold.

The gold quotes the text or has offsets into it; ``docs/annotation.md`` tells both forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from extractor.articles import read_article
from extractor.errors import InputError
from extractor.schemas import Article
from extractor.schemas.article import text_id

from .files import fault, parsed, read_text
from .gold import GoldRecord, faults
from .quoting import QuotedGold, gold_from_quotes
from .records import Record, record_of

_HEAD = {"title", "author", "published", "language"}


def read_own(path: Path, /) -> tuple[Article, int, Record]:
    """The article of a gold file, the characters of its file in front of its text (a byte-order mark), and its claims.

    The text is read as 'extractor extract' reads it: title, author, date and language are those of the gold, and where
    it has none, those that the text tells. Raises InputError, which names the file and the item, when the gold is not
    well formed or does not fit the text.
    """
    data = parsed(read_text(path), str(path))
    form = QuotedGold if is_quoted(data) else GoldRecord
    try:
        written = form.model_validate(data)
    except ValidationError as error:
        kind = "gold in quotations" if form is QuotedGold else "gold with offsets"
        raise InputError(f"{str(path)!r} is not {kind}: {fault(error)}; mend it") from error
    raw = read_text(path.with_suffix(".txt"))
    article = _article(path, written)
    if article.text != raw.removeprefix("\ufeff"):
        raise InputError(f"{str(path.with_suffix('.txt'))!r} is not plain text; write the words of the article only")
    return article, len(raw) - len(article.text), own_record(written, article, str(path))


def _article(path: Path, written: GoldRecord | QuotedGold, /) -> Article:
    head = written.article.model_dump(include=_HEAD) if written.article else {}
    try:
        return read_article(path.with_suffix(".txt"), **head)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def is_quoted(data: Any, /) -> bool:
    """True for gold in the words of the article; the claims of gold with offsets have ids of experts."""
    if not isinstance(data, dict) or not data.keys() & {"experts", "positions", "predictions"}:
        return False
    claims = _claims(data)
    if claims:
        return any("expert" in claim for claim in claims)
    return "id" not in (data.get("article") or {})


def own_record(written: GoldRecord | QuotedGold, article: Article, place: str, /) -> Record:
    """The claims of gold, with offsets into the text of the article.

    Who keeps a byte-order mark in the text has offsets that count it, and its id. Raises InputError that begins with
    the place.
    """
    if isinstance(written, QuotedGold):
        try:
            return record_of(gold_from_quotes(article, written))
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
    marked = f"\ufeff{article.text}"
    text = marked if written.article.id == text_id(marked) else article.text
    wrong = next(faults(written, text), None)
    if wrong:
        raise InputError(f"{place}: {wrong}; mend the gold")
    return record_of(written, shift=len(text) - len(article.text))


def _claims(data: Mapping[str, Any], /) -> list[Mapping[str, Any]]:
    lists = [data.get(name) for name in ("positions", "predictions")]
    return [claim for listed in lists if isinstance(listed, list) for claim in listed if isinstance(claim, dict)]
