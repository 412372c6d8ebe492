"""What is evaluated: finished results from files, or a run of an engine."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from extractor.errors import ExtractorError, InputError
from extractor.schemas import Extraction
from extractor.schemas.article import text_id

from .attributions import Attribution, Stretches
from .files import fault, parsed, read_text
from .folding import folded
from .gold import GoldRecord
from .own import is_quoted, own_record
from .quoting import QuotedGold
from .reading import GoldArticle
from .records import Record, record_of

if TYPE_CHECKING:
    from extractor.core import Extractor

ROLES = ("source", "cue", "content")


@dataclass(frozen=True, slots=True)
class Found:
    """What a system found in an article: attributions and, when it gave a whole result, claims."""

    attributions: tuple[Attribution, ...]
    record: Record | None = None
    extraction: Extraction | None = None


@dataclass(frozen=True, slots=True)
class System:
    """What a system found, by name of the article; why it failed; and how many results are of no gold article."""

    found: Mapping[str, Found]
    failed: Mapping[str, ExtractorError] = field(default_factory=dict)
    strangers: int = 0


def run(extractor: Extractor, articles: Sequence[GoldArticle], keep: Callable[[Extraction], None], /) -> System:
    """Extract every article with an engine, several at once; each result goes to ``keep`` as soon as it is there.

    An article on which the engine fails does not stop the others; when it fails on all, the first error is raised.
    """
    outcomes = asyncio.run(_run(extractor, articles, keep))
    pairs = list(zip(articles, outcomes, strict=True))
    found = {gold.name: of_extraction(done, gold) for gold, done in pairs if isinstance(done, Extraction)}
    failed = {gold.name: done for gold, done in pairs if isinstance(done, ExtractorError)}
    if failed and not found:
        raise next(iter(failed.values()))
    return System(found, failed)


async def _run(
    extractor: Extractor, articles: Sequence[GoldArticle], keep: Callable[[Extraction], None]
) -> list[Extraction | ExtractorError]:
    async def one(gold: GoldArticle) -> Extraction | ExtractorError:
        try:
            extraction = await extractor.aextract(gold.article)
        except ExtractorError as error:
            return error
        keep(extraction)
        return extraction

    return await asyncio.gather(*map(one, articles))


def read_results(path: Path, articles: Sequence[GoldArticle], /) -> System:
    """Finished results: results of ``extractor extract``, gold files, or lists of attributions, as JSON or JSONL.

    A folder is read with all its files. Results and gold with offsets belong to the article with the same text, gold in
    quotations to the one that its file is called after, lists
    (``{"article": NAME, "attributions": [{"source": [[start, end]], "cue": [..], "content": [..]}]}``, offsets into the
    file of the article) to the one with that name. Raises InputError when something is not readable, when an article
    has two different results, or when nothing belongs to an article of the gold.
    """
    owners = _owners(articles)
    found: dict[str, Found] = {}
    strangers = 0
    for place, name, data in _objects(path):
        owned = owners.get(_owner(data, name, place), [])
        if not owned:
            strangers += 1
            continue
        gold = next((gold for gold in owned if gold.name not in found), owned[0])
        one = _listed(data, gold, place) if _is_list(data) else _whole(data, gold, place)
        before = found.setdefault(gold.name, one)
        if (before.attributions, before.record) != (one.attributions, one.record):
            raise InputError(f"{place}: other results of article {gold.name!r} were read before; leave one of both out")
    if not found:
        raise InputError(f"{str(path)!r} has no result for any article of the gold; name results of the same texts")
    return System(found, strangers=strangers)


def _owners(articles: Sequence[GoldArticle], /) -> dict[str, list[GoldArticle]]:
    """The articles by name and by what a result may call their text: with and without a byte-order mark.

    A text may be in the gold under several names; each of them takes a result of its own.
    """
    owners: dict[str, list[GoldArticle]] = defaultdict(list)
    for gold in articles:
        owners[gold.name].append(gold)
        for mark in ("", "\ufeff"):
            owners[text_id(mark + gold.article.text)].append(gold)
    return owners


def of_extraction(extraction: Extraction, gold: GoldArticle, /) -> Found:
    """What an extraction of a gold article comes to."""
    record = record_of(extraction, shift=len(extraction.article.text) - len(gold.article.text))
    return Found(folded(record, gold.article.text), record, extraction)


def attribution_lines(articles: Iterable[GoldArticle], found: Mapping[str, Found], /) -> str:
    """The attributions as JSONL, a line an article, with offsets into its file."""
    lines = []
    for gold in articles:
        if gold.name in found:
            listed = [
                {role: [[start + gold.shift, end + gold.shift] for start, end in getattr(one, role)] for role in ROLES}
                for one in found[gold.name].attributions
            ]
            lines.append(json.dumps({"article": gold.name, "attributions": listed}))
    return "".join(f"{line}\n" for line in lines)


def _objects(path: Path, /) -> Iterator[tuple[str, str, Any]]:
    """The JSON values of a file or of the files in a folder, each with where it stands and the file's name."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in (".json", ".jsonl"))
        if not files:
            raise InputError(f"{str(path)!r} holds no .json or .jsonl file; name a folder or a file of results")
        for file in files:
            yield from _objects(file)
        return
    text = read_text(path)
    try:
        values = [(str(path), parsed(text, str(path)))]
    except InputError as error:
        lines = [(f"{path}, line {number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or not (path.suffix == ".jsonl" or "Extra data" in str(error)):
            raise
        values = [(place, parsed(line, place)) for place, line in lines]
    yield from ((place, path.stem, value) for place, value in values)


def _is_list(data: Any, /) -> bool:
    return isinstance(data, dict) and "attributions" in data


def _owner(data: Any, name: str, place: str, /) -> str:
    """The name of the article that a result belongs to, or the id of its text."""
    match data:
        case {"attributions": _}:
            return str(data.get("article")).removesuffix(".txt")
        case {"headline": _}:
            raise InputError(f"{place} is a summary; name results of 'extractor extract'")
        case {"article": {"id": str(article_id)}}:
            return article_id
    if is_quoted(data):
        return name
    raise InputError(
        f"{place} is neither a result of 'extractor extract' nor gold nor a list of attributions; leave it out"
    )


def _whole(data: Mapping[str, Any], gold: GoldArticle, place: str, /) -> Found:
    try:
        if "schema_version" in data:
            return of_extraction(Extraction.model_validate(data), gold)
        written = (QuotedGold if is_quoted(data) else GoldRecord).model_validate(data)
    except ValidationError as error:
        raise InputError(f"{place} is no result: {fault(error)}; mend it or leave it out") from error
    record = own_record(written, gold.article, place)
    return Found(folded(record, gold.article.text), record)


def _listed(data: Mapping[str, Any], gold: GoldArticle, place: str, /) -> Found:
    listed = data["attributions"]
    if not isinstance(listed, list):
        raise InputError(f"{place}: 'attributions' is not a list")
    return Found(tuple(_attribution(one, gold, place) for one in listed))


def _attribution(one: Any, gold: GoldArticle, place: str, /) -> Attribution:
    if not isinstance(one, dict):
        raise InputError(f"{place}: the attribution {one!r} is not an object")
    source, cue, content = (_stretches(one.get(role) or (), gold, f"{place}, {role}") for role in ROLES)
    if not content:
        raise InputError(f"{place}: an attribution has no content; leave it out")
    return Attribution(source, cue, content)


def _stretches(pairs: Any, gold: GoldArticle, place: str, /) -> Stretches:
    if not isinstance(pairs, list | tuple):
        raise InputError(f"{place}: {pairs!r} is not a list of [start, end]")
    length = len(gold.article.text) + gold.shift
    found = []
    for pair in pairs:
        match pair:
            case [int(start), int(end)] if 0 <= start < end <= length:
                found.append((max(start - gold.shift, 0), end - gold.shift))
            case _:
                raise InputError(f"{place}: {pair!r} is no [start, end] inside the text of {length} characters")
    return tuple(sorted(found))
