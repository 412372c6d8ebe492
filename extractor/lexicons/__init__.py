"""Word lists for likelihood and horizon, one TOML file per subject and language, and how they are read."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

LEXICON_VERSION: Final = "2026.2"
"""Version of all lists and rules together; it changes whenever a reading changes."""

LANGUAGES: Final = frozenset({"en", "ru"})

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "−": "-", "‐": "-", "ё": "е", "Ё": "е"}
    | dict.fromkeys("\t\n\r\v\f\x85\xa0\u2002\u2003\u2007\u2009\u200a\u202f\u2028\u2029\u3000", " ")
)


def base_language(language: str | None, /) -> str | None:
    """The supported language ("en", "ru") of a tag like "en" or "en-GB"; None when it is not supported."""
    base = (language or "").replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else None


def fold(text: str, /) -> str:
    """Lower case with plain quotes, dashes and spaces; every character keeps its index."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lower.translate(_SAME)


def squeeze(text: str, /) -> tuple[str, list[int]]:
    """Folded text with single spaces, and the index in ``text`` of each of its characters (one more for its end)."""
    kept = [at for at, char in enumerate(text) if char != " " or at == 0 or text[at - 1] != " "]
    return "".join(text[at] for at in kept), [*kept, len(text)]


@cache
def load(subject: str, language: str, /) -> dict[str, Any]:
    """The parsed file ``subject.language.toml`` of this package; FileNotFoundError when there is none."""
    file = resources.files(__name__).joinpath(f"{subject}.{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
