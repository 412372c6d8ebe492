"""Commentary of about 4 KB that nobody wrote: for each number another text, and always the same one.

Each expert is introduced as "NAME, ROLE of the PLACE INSTITUTE, VERB that CLAIM.", which `introductions` finds again.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

SEED = 20261123
LENGTH = 4_000
"""Characters that a text has at least."""
FIRST = ("Alva", "Benno", "Carla", "Dorin", "Elke", "Falk", "Greta", "Hanno", "Irma", "Jorun", "Klara", "Lennart")
LAST = [
    a + b for a in ("Brun", "Dahl", "Ester", "Fal", "Grim", "Hol", "Kess", "Lor") for b in ("berg", "by", "in", "mann")
]
PLACES = [
    a + b for a in ("Arn", "Bel", "Cor", "Dun", "Esk", "Fen", "Gar", "Hal") for b in ("holm", "mouth", "stad", "wick")
]
ROLES = ("an economist", "a historian", "the director", "a former auditor", "a spokeswoman", "a senior researcher")
BODIES = ("Institute", "Chamber of Trade", "University", "Transport Union", "Water Board", "Savings Bank")
THINGS = (
    "the ferry subsidy",
    "the toll on lorries",
    "the new tram line",
    "the rent ceiling",
    "the fishing quota",
    "the harbour tunnel",
)
VERBS = ("says", "argues", "believes", "warns", "insists")
CLAIMS = (
    "{thing} costs the town {number} crowns a year more than anybody admits",
    "{thing} was decided before a single household in {place} had been asked",
    "the council should give up {thing} and repair the bridges instead",
    "{thing} has helped the suburbs of {place} and nobody else",
    "without {thing} half of the workshops in {place} would stand empty today",
)
_FORECASTS = (
    "{thing} will probably be abandoned by the end of {year}",
    "prices in {place} are likely to rise by {percent} percent in {year}",
    "{thing} is unlikely to survive the next election",
    "at least {number} jobs will be lost in {place} by {year}",
)
_QUOTATIONS = (
    '"We were promised {number} places, and we got a brochure," {last} said.',
    '"Whoever believes in {thing} has never waited for a bus in {place}," said {last}.',
    '"It is not the money," {last} told the committee in {place}. "It is the years that we lose."',
    "According to {last}, {thing} stands and falls with the interest that {place} has to pay.",
)
BACKGROUND = (
    "On the quay of {place} the cranes stood still for the third week in a row.",
    "Of the {number} letters that reached the town hall, most were short and none was friendly.",
    "In {place} the matter had been settled years ago, or so it seemed from the outside.",
    "The figures of the last quarter fill {number} pages, and few have read more than two of them.",
    "Nothing of this is new: the first plan for {thing} hangs framed in a corridor in {place}.",
    "It rained when the commission came to {place}, and {percent} percent of its questions were answered when it left.",
)  # fmt: skip
_INTRODUCTION = re.compile(
    rf"(?P<source>(?P<name>[A-Z]\w+ [A-Z]\w+), (?P<role>(?:an?|the) [a-z ]+) of the (?P<body>[A-Z][\w ]+)),"
    rf" (?P<cue>{'|'.join(VERBS)}) that (?P<content>[^.]+)\."
)


@dataclass(frozen=True, slots=True)
class Introduced:
    """An expert with what the sentence that introduces him or her gives to them; all of it verbatim."""

    name: str
    role: str
    body: str
    source: str
    cue: str
    content: str


def article(number: int, /) -> str:
    """The text with this number."""
    rng = random.Random(f"{SEED} {number}")
    thing, place = rng.choice(THINGS), rng.choice(PLACES)
    parts = [f"{thing.capitalize()}, for the {number:,}th time\n"]
    names = rng.sample([f"{first} {last}" for first in FIRST for last in LAST], 24)
    while sum(map(len, parts)) < LENGTH:
        parts.append(_paragraph(rng, names.pop(), thing, place))
    return "\n".join(parts)


def introductions(text: str, /) -> list[Introduced]:
    """Those whom a text introduces, in order."""
    return [Introduced(**found.groupdict()) for found in _INTRODUCTION.finditer(text)]


def _paragraph(rng: random.Random, name: str, thing: str, place: str, /) -> str:
    """Background, an expert with a claim, a quotation and a forecast."""

    def filled(pattern: str) -> str:
        words = {"number": f"{rng.randrange(20, 900) * 10:,}", "percent": str(rng.randrange(2, 60))}
        return pattern.format(thing=thing, place=place, year=rng.randrange(2027, 2040), last=name.split()[1], **words)

    body = f"{rng.choice(PLACES)} {rng.choice(BODIES)}"
    introduced = f"{name}, {rng.choice(ROLES)} of the {body}, {rng.choice(VERBS)} that {filled(rng.choice(CLAIMS))}."
    forecast = f"{name.split()[1]} expects that {filled(rng.choice(_FORECASTS))}."
    background = [filled(pattern) for pattern in rng.sample(BACKGROUND, 2)]
    return " ".join([background[0], introduced, filled(rng.choice(_QUOTATIONS)), background[1], forecast]) + "\n"
