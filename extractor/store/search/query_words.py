"""What somebody types into a search, as words and phrases. Pure functions.

Nothing of a database's query language gets through: what is not a letter, a digit or a mark on one only separates
words, but for quotation marks around a phrase and an asterisk at the end of a word, which makes it a prefix.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

from extractor.errors import InputError
from extractor.grounding.normalization import count_spaceless, is_spaceless

from .endings import completions

FIELDS = ("statement", "quote", "topic", "target")
"""The columns of ``claims`` that are searched, in the order of the index."""
MOST = 64
"""Words of a search at most."""
LONGEST = 200
"""Characters of a word at most."""
SHORTEST = 3
"""Characters of a prefix at least, in scripts with spaces between words."""

_QUOTE = regex.compile('["“”„«»]')
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")
_ACCENT = regex.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to stand next to each other; most often one. ``prefix``: its only word may go on."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def text(self) -> str:
        """The words, a space between them."""
        return " ".join(self.words)

    @property
    def spaceless(self) -> bool:
        """True when it is looked for inside of words: it has letters of a script without spaces between them."""
        return count_spaceless(self.text) > 0

    @property
    def inside(self) -> tuple[str, ...]:
        """What is looked for inside of words: the text as it is typed, composed and decomposed."""
        return tuple(dict.fromkeys([self.text, *(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD"))]))

    @property
    def spellings(self) -> tuple[str, ...]:
        """The text composed, and folded as `fold_words` does."""
        texts = unicodedata.normalize("NFC", self.text), fold_words(self.text)
        return tuple(dict.fromkeys(text for text in texts if text))

    @property
    def longer(self) -> tuple[str, ...]:
        """Of a prefix the words to ask for beside it, since their stems need not begin with it."""
        return completions(fold_words(self.text)) if self.prefix else ()


def fold_words(text: str, /) -> str:
    """Lower case without accents, in compatibility forms, with figures of 0 to 9: as PostgreSQL's index has words."""
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", text)).lower()
    figures = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in bare)
    return " ".join(_WORD.findall(figures))


def read_terms(text: str, /) -> tuple[Term, ...]:
    """The terms of a search; none when it has no word. Raises InputError when it has too many or too long ones."""
    *closed, last = _QUOTE.split(text)
    terms: list[Term] = []
    for place, part in enumerate([*closed, last]):
        quoted = place % 2 == 1 and place < len(closed)  # a quotation mark that nothing closes begins no phrase
        terms += _phrase(part) if quoted else _words(part)
    _check(terms)
    return tuple(dict.fromkeys(terms))


def words_at(text: str, /) -> list[tuple[int, int]]:
    """Where the words of a text are: (start, end), end exclusive."""
    return [match.span() for match in _WORD.finditer(text)]


def _phrase(text: str) -> list[Term]:
    words = tuple(_WORD.findall(text))
    return [Term(words)] if words else []


def _words(text: str) -> list[Term]:
    return [Term((match[0],), prefix=text[match.end() : match.end() + 1] == "*") for match in _WORD.finditer(text)]


def _check(terms: list[Term]) -> None:
    words = [word for term in terms for word in term.words]
    if len(words) > MOST:
        raise InputError(f"the search has {len(words):,} words; look for {MOST} at most")
    short = next((term.text for term in terms if term.prefix and _is_short(term.text)), None)
    if short is not None:
        raise InputError(f"{short + '*'!r} begins too many words; give {SHORTEST} letters or more before the asterisk")
    longest = max(map(len, words), default=0)
    if longest > LONGEST:
        raise InputError(f"the search has a word of {longest:,} characters; look for {LONGEST} at most")


def _is_short(prefix: str) -> bool:
    return len(prefix) < SHORTEST and not is_spaceless(prefix)
