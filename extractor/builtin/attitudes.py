"""What a cue says of its content: that it holds, or that it is doubted, denied, hoped or feared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from extractor.schemas.claims import PositionKind, Stance

from .found import Attribution
from .words import wordset

Attitude = Literal["affirms", "doubts", "denies", "hopes", "fears", "withholds", "refuses"]
"""``withholds``: the words commit the holder to nothing ("did not say that"); ``refuses``: nobody holds it."""

REPORTED: frozenset[Attitude] = frozenset(["doubts", "denies", "hopes", "fears", "withholds", "refuses"])
"""Attitudes that a statement must tell with its cue: the bare content would say something else."""

ATTITUDE_STANCES: dict[Attitude, Stance] = {
    "doubts": "against",
    "denies": "against",
    "refuses": "against",
    "hopes": "favor",
    "fears": "against",
    "withholds": "neutral",
}
ATTITUDE_KINDS: dict[Attitude, PositionKind] = {
    "doubts": "fact",
    "denies": "fact",
    "refuses": "fact",
    "hopes": "value",
    "fears": "value",
}
_DOUBT = wordset("doubt doubtful skeptical sceptical dubious pessimistic skepticism scepticism")
_DENY = wordset("deny dispute refute rebut denial")
_HOPE = wordset("hope wish pray hopeful")
_FEAR = wordset("fear worry worried afraid fearful concern concerned dread")
_RAISING = wordset(
    "expect think believe suppose imagine anticipate foresee predict reckon envisage envision forecast see"
)
"""Verbs whose negation is about their content: "does not think that it will" is "thinks that it will not"."""
_OPEN_SENSES = wordset("say ask think find expect warn hope adjective noun")
_NEGATION = re.compile(r"\b(?:not|never|no|hardly|scarcely)\b|n['’]t\b", re.IGNORECASE)
_NOBODY = re.compile(r"(?:nobody|no one|none|no|neither|few|hardly any(?:one|body)?)\b", re.IGNORECASE)
_FORMS = {
    **dict.fromkeys(["think", "thinks", "believe", "believes", "expect", "expects", "thought", "believed"], "affirms"),
    **dict.fromkeys(["doubt", "doubts", "doubted"], "doubts"),
    **dict.fromkeys(["deny", "denies", "denied"], "denies"),
    **dict.fromkeys(["hope", "hopes", "hoped", "wish", "wishes", "pray"], "hopes"),
    **dict.fromkeys(["fear", "fears", "feared", "worry", "worries", "worried"], "fears"),
}
_OPENING = re.compile(
    r"(?P<who>I|we|he|she|they) (?P<adverb>(?:really|still|also|very much|\w+ly) )?"
    r"(?P<not>(?:(?:do|does|did)(?: not|n['’]t)|never|no longer) )?(?:really |still )?"
    rf"(?P<verb>{'|'.join(_FORMS)})(?: that)? (?P<rest>(?!to |so\b|in |of |about ).+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class View:
    """An attitude, and the clause that it is toward: the content, or what an opening "I doubt that" is about."""

    attitude: Attitude
    said: str


def view(item: Attribution, said: str, text: str, /) -> View:
    """How the holder of an attribution stands to its content ``said``; ``text`` is the article's."""
    outer = _of_cue(item, text)
    opening = _OPENING.match(said)
    if opening is None or outer != "affirms":
        return View(outer, said)
    if item.quoted and opening["who"].lower() in ("he", "she", "they"):
        return View("withholds" if opening["not"] or _FORMS[opening["verb"].lower()] != "affirms" else "affirms", said)
    return View(_opened(opening), opening["rest"])


def _opened(opening: re.Match[str], /) -> Attitude:
    """The attitude of "I doubt that ...", "he does not believe ..." at the start of a content."""
    verb = _FORMS[opening["verb"].lower()]
    if opening["not"]:
        return "denies" if verb == "affirms" else "affirms" if verb == "doubts" else "withholds"
    found: dict[str, Attitude] = {"doubts": "doubts", "denies": "denies", "hopes": "hopes", "fears": "fears"}
    return found.get(verb, "affirms")


def _of_cue(item: Attribution, text: str, /) -> Attitude:
    entry, verb = item.entry, item.verb
    if entry is None or verb is None:
        return "affirms"
    refused = _NEGATION.search(text[slice(*item.group)]) is not None
    ruled_out = entry.lemma == "rule" and text[slice(*item.cue)].lower().endswith(" out")
    if entry.lemma in _DENY or ruled_out:
        return "withholds" if refused else "denies"
    if entry.sense in _OPEN_SENSES and item.source and _NOBODY.match(text[slice(*item.source)]):
        return "refuses"
    if entry.lemma in _DOUBT:
        return "affirms" if refused else "doubts"
    if entry.lemma in _HOPE | _FEAR:
        return "withholds" if refused else "hopes" if entry.lemma in _HOPE else "fears"
    if refused and entry.sense in _OPEN_SENSES:
        return _refused(item)
    return "affirms"


def _refused(item: Attribution, /) -> Attitude:
    """A negated cue: about the content, about the holder's certainty ("is not sure that"), or about his speaking."""
    entry = item.entry
    if entry is not None and entry.lemma in _RAISING:
        return "denies"
    return "refuses" if entry is not None and entry.sense in ("adjective", "expect", "think") else "withholds"
