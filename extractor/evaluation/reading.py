"""Gold from a folder or a file, of whichever kind it is, and what of it is evaluated."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from extractor.errors import InputError
from extractor.schemas import Article

from . import standoff
from .attributions import Attribution
from .files import read_text
from .folding import folded
from .own import read_own
from .records import Record
from .words import Document


@dataclass(frozen=True)
class GoldArticle:
    """An article with its gold.

    ``annotations`` are its attributions by annotator, ``record`` its claims where the gold is our own; ``shift`` counts
    the characters of the file in front of the article's text (a byte-order mark).
    """

    name: str
    article: Article
    shift: int
    annotations: Mapping[str, tuple[Attribution, ...]]
    record: Record | None = None

    @cached_property
    def document(self) -> Document:
        """The words of its text."""
        return Document(self.article.text)


def read_gold(path: Path, names: Sequence[str] | None = None, /) -> list[GoldArticle]:
    """The gold of a PolNeAR folder, or of our own: a folder of texts with JSON files, or one of those; by name.

    Of a folder only the articles with one of the ``names`` are read, when names are given. Raises InputError when it is
    neither, when a file is faulty, or when an article is not there.
    """
    wanted = gold_names(path) if names is None else names
    unknown = sorted(set(wanted) - set(gold_names(path)))
    if unknown:
        raise InputError(f"no article {unknown[0]!r} in {str(path)!r}: name articles by their files, without suffix")
    if _is_polnear(path):
        files = standoff.stems(path)
        return [GoldArticle(name, *standoff.read_article(path, name, files[name])) for name in sorted(wanted)]
    return [_own(file) for file in _own_files(path) if file.stem in set(wanted)]


def gold_names(path: Path, /) -> list[str]:
    """The names of the articles of a gold folder or file, sorted. Raises InputError when it is neither kind of gold."""
    found = list(standoff.stems(path)) if _is_polnear(path) else [file.stem for file in _own_files(path)]
    if not found:
        raise InputError(
            f"{str(path)!r} is no gold: looked for attributions/<stem>_<annotator>.ann with text/<stem>.txt (PolNeAR)"
            " and for <name>.json beside <name>.txt (our own gold); name such a folder or file"
        )
    return sorted(found)


def read_names(path: Path, /) -> list[str]:
    """The names of a list with one a line. Raises InputError when the file cannot be read or is empty."""
    names = list(dict.fromkeys(filter(None, map(str.strip, read_text(path).removeprefix("\ufeff").splitlines()))))
    if not names:
        raise InputError(f"{str(path)!r} names no article: write one name a line")
    return names


def sampled(names: Sequence[str], size: int | None, /, *, seed: int, skip: int = 0) -> list[str]:
    """So many names drawn at random from the sorted ones, but for the first ``skip`` of them; without size all.

    Raises InputError when there are not as many, or none is left.
    """
    drawn = sorted(names)
    if size is not None:
        if size > len(drawn):
            raise InputError(f"--sample {size} of {len(drawn)} articles: ask for fewer")
        drawn = random.Random(seed).sample(drawn, size)  # noqa: S311 - repeatable on purpose
    if not drawn[skip:]:
        raise InputError(f"--skip {skip} leaves none of {len(drawn)} articles: skip fewer")
    return drawn[skip:]


def _is_polnear(path: Path, /) -> bool:
    return (path / "attributions").is_dir()


def _own_files(path: Path, /) -> list[Path]:
    """The JSON files of our own gold that a path stands for, sorted: those with a text beside them."""
    files = [path.with_suffix(".json")] if path.is_file() else sorted(path.glob("*.json"))
    return [file for file in files if file.is_file() and file.with_suffix(".txt").is_file()]


def _own(path: Path, /) -> GoldArticle:
    article, shift, record = read_own(path)
    return GoldArticle(path.stem, article, shift, {"gold": folded(record, article.text)}, record)
