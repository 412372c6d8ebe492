"""Gold of a PolNeAR folder: texts, and attributions in brat standoff (https://brat.nlplab.org/standoff.html).

``text/<stem>.txt`` is the article, ``attributions/<stem>_<annotator>.ann`` what one annotator marked in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from extractor.errors import InputError
from extractor.schemas import Article
from extractor.schemas.article import text_id

from .attributions import Attribution, Stretches
from .files import read_text

_MARK: Final = re.compile(r"T\d+")
_EVENT: Final = re.compile(r"E\d+")
_NUMBER: Final = re.compile(r"\d+$")
_DATE: Final = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_ROLES: Final = ("source", "cue", "content")

Annotations = Mapping[str, tuple[Attribution, ...]]
"""What each annotator marked, by the annotator's name."""


def stems(folder: Path, /) -> dict[str, dict[str, Path]]:
    """The annotation files of a PolNeAR folder, by article and annotator, in alphabetical order."""
    found: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in sorted((folder / "attributions").glob("*_*.ann")):
        stem, _, annotator = path.stem.rpartition("_")
        found[stem][annotator] = path
    return dict(sorted(found.items()))


def read_article(folder: Path, stem: str, files: Mapping[str, Path], /) -> tuple[Article, int, Annotations]:
    """The article, the characters of its file in front of its text (a byte-order mark), and its annotations.

    Offsets are into the article's text. The date of publication is the one in the stem. Raises InputError, which names
    file and line, when a file cannot be read or a span lies outside the text.
    """
    raw = read_text(folder / "text" / f"{stem}.txt")
    text = raw.removeprefix("\ufeff")
    shift = len(raw) - len(text)
    article = Article(id=text_id(text), text=text, language="en", published=_date(stem))
    return article, shift, {who: read_annotation(path, len(text), shift) for who, path in files.items()}


def read_annotation(path: Path, length: int, shift: int, /) -> tuple[Attribution, ...]:
    """The attributions of a standoff file for a text of ``length`` characters; events without content are left out.

    ``shift`` is taken off the offsets. Raises InputError.
    """
    marks: dict[str, Stretches] = {}
    events: list[list[str]] = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        key, _, rest = line.partition("\t")
        if rest and _MARK.fullmatch(key):
            marks[key] = tuple(_stretches(rest, length, shift, f"{path}, line {number}"))
        elif rest and _EVENT.fullmatch(key):
            events.append(rest.partition("\t")[0].split()[1:])
    found = (_attribution(event, marks) for event in events)
    return tuple(attribution for attribution in found if attribution.content)


def _stretches(mark: str, length: int, shift: int, place: str, /) -> Iterator[tuple[int, int]]:
    """The parts of "Content 6 12;15 20"."""
    for part in mark.partition("\t")[0].partition(" ")[2].split(";"):
        edges = part.split()
        if len(edges) != 2 or not all(edge.isdecimal() for edge in edges):
            raise InputError(f"{place}: {part!r} is not 'START END'; mend the annotation")
        start, end = (max(int(edge) - shift, 0) for edge in edges)
        if not start <= end <= length:
            raise InputError(f"{place}: {part!r} is not inside the text of {length} characters; mend the annotation")
        yield start, end


def _attribution(event: list[str], marks: Mapping[str, Stretches], /) -> Attribution:
    """The attribution of "Content:T3 Content2:T5 Cue:T2 Source:T1"."""
    found: dict[str, Stretches] = dict.fromkeys(_ROLES, ())
    for argument in event:
        name, _, mark = argument.partition(":")
        role = _NUMBER.sub("", name).lower()
        if role in found:
            found[role] = tuple(sorted((*found[role], *marks.get(mark, ()))))
    return Attribution(found["source"], found["cue"], found["content"])


def _date(stem: str, /) -> date | None:
    match = _DATE.search(stem)
    try:
        return date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None
