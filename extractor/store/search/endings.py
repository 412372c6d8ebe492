"""English words that a prefix may be the beginning of although the index, which holds stems, does not show it.

Of "inflation" the index holds "inflat", which "inflatio" is no beginning of. So for a prefix that may end within an
ending that Porter's stemmer takes off, the words with the whole ending are asked for too; the database stems them.
Pure functions.
"""

from __future__ import annotations

from typing import Final

ENDINGS: Final = """
    able ably al alism ality alize ally ance ancy ant ate ation ational ative ator ed eed ely ement ence ency ent ently
    er ful fully fulness ibility ible ic ical icate icity ies ing ion ism ity ive iveness ivity ization ize izer ment
    ness ou ous ously ousness sses tional ability
    """
"""What Porter's stemmer takes off or changes so that the stem is shorter than the word."""
_DOUBLING: Final = ("ed", "er", "ing")
"""Endings before which a consonant is doubled ("running"); it goes with them."""


def completions(prefix: str, /) -> tuple[str, ...]:
    """The words that begin with a prefix (in lower case) and have a stem that may not, in alphabetical order."""
    if not (prefix.isascii() and prefix.isalpha()):
        return ()
    found = {
        prefix + ending[length:]
        for ending in ENDINGS.split()
        for length in range(1, len(ending))
        if prefix.endswith(ending[:length])
    }
    if prefix[-1] == prefix[-2:-1]:
        found |= {prefix + ending for ending in _DOUBLING}
    return tuple(sorted(found))
