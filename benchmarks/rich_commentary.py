"""Commentary of about 4 KB with fifteen claims, and what a model that is right would say of it.

For each number another text, and always the same one. Five experts are introduced with a position each; each is quoted
and expects something. Everything that an answer quotes stands in the text, word for word. The headline tells the
number, so that a server finds the answer without reading the text (`number_in`).
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invented_commentary import BACKGROUND, BODIES, CLAIMS, FIRST, LAST, PLACES, ROLES, SEED, THINGS, VERBS

EXPERTS = 5
CLAIMS_OF_ONE = 3
CLAIMS_OF_ARTICLE = EXPERTS * CLAIMS_OF_ONE
PUBLISHED = "2026-11-01"
_NUMBER = re.compile(rb", for the ([\d,]+)th time")
_MORE_BACKGROUND = (
    "The square in {place} was empty on the evening of the vote, and the kiosk had closed at noon.",
    "A map of {place} from a hundred years ago shows the same street, the same bend and the same complaint.",
    "Those who were there remember a long table, cold coffee and a projector that would not start.",
    "The local paper printed the minutes on page {percent}, below the results of the youth league.",
    "For {number} households the matter is not a matter of taste but of the last bus on a Sunday evening.",
    "What the contract says about all this fits on one page, and that page was missing for most of the summer.",
    "The ferry came late that morning, as it does when the wind stands on the pier of {place}.",
    "Twice the room had to be changed, because {number} people wanted to listen and {percent} found a chair.",
    "There is a file for every street, and the file for this one is {percent} centimetres thick.",
    "A baker in the old quarter keeps a list of promises on the wall behind the till, the oldest from her mother.",
    "The consultants were paid for {percent} days and left a table with {number} rows.",
    "Nobody at the tram stop in {place} looked up when the loudspeaker gave the reason for the delay.",
    "The bridge carries {number} lorries a week, and every one of them can be heard in the reading room.",
    "On paper the district of {place} has grown; on the school bus there are more empty seats than before.",
    "Between the two readings lay a winter, a change in the chair and an invoice of {number} crowns.",
)


@dataclass(frozen=True, slots=True)
class _Quotation:
    """A sentence that quotes, and what is to be recorded of it."""

    sentence: str
    content: tuple[str, ...]
    cue: str
    statement: str
    kind: str = "value"


@dataclass(frozen=True, slots=True)
class _Forecast:
    """What somebody expects: the clause, and what is to be recorded of it."""

    clause: str
    statement: str
    likelihood: str
    horizon: str | None
    negated: bool = False


_QUOTATIONS = (
    _Quotation(
        "“We were promised {number} places, and we got a brochure,” {last} said.",
        ("“We were promised {number} places, and we got a brochure,”",),
        "said",
        "The town was promised {number} places and got a brochure.",
        "fact",
    ),
    _Quotation(
        "“Whoever believes in {thing} has never waited for a bus in {place},” said {last}.",
        ("“Whoever believes in {thing} has never waited for a bus in {place},”",),
        "said",
        "People who believe in {thing} have never waited for a bus in {place}.",
    ),
    _Quotation(
        "“It is not the money,” {last} told the committee in {place}. “It is the years that we lose.”",
        ("“It is not the money,”", "“It is the years that we lose.”"),
        "told",
        "The years that are lost matter more than the money.",
    ),
    _Quotation(
        "According to {last}, {thing} stands and falls with the interest that {place} has to pay.",
        ("{thing} stands and falls with the interest that {place} has to pay",),
        "According to",
        "The interest that {place} has to pay decides about {thing}.",
        "fact",
    ),
    _Quotation(
        "{last} called on the council to publish the {number} pages that it has kept in a drawer.",
        ("to publish the {number} pages that it has kept in a drawer",),
        "called on",
        "The council should publish the {number} pages that it has kept in a drawer.",
        "policy",
    ),
)
_FORECASTS = (
    _Forecast(
        "{thing} will probably be abandoned by the end of {year}",
        "{Thing} is abandoned by the end of {year}.",
        "probably",
        "by the end of {year}",
    ),
    _Forecast(
        "prices in {place} are likely to rise by {percent} percent in {year}",
        "Prices in {place} rise by {percent} percent in {year}.",
        "likely",
        "in {year}",
    ),
    _Forecast(
        "{thing} is unlikely to survive the next election",
        "{Thing} survives the next election.",
        "unlikely",
        "the next election",
    ),
    _Forecast(
        "at least {number} jobs will be lost in {place} by {year}",
        "At least {number} jobs are lost in {place} by {year}.",
        "will",
        "by {year}",
    ),
    _Forecast(
        "the council will not raise the fares in {place} before {year}",
        "The council raises the fares in {place} before {year}.",
        "will",
        "before {year}",
        negated=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Commentary:
    """A text, and the extraction that a model which is right gives for it (the draft's fields)."""

    text: str
    answer: dict[str, list[dict[str, Any]]]


def commentary(number: int, /) -> Commentary:
    """The commentary with this number."""
    rng = random.Random(f"rich {SEED} {number}")
    thing, place = rng.choice(THINGS), rng.choice(PLACES)
    parts = [f"{thing.capitalize()}, for the {number:,}th time\n"]
    answer: dict[str, list[dict[str, Any]]] = {"experts": [], "positions": [], "predictions": []}
    first, last = rng.sample(FIRST, EXPERTS), rng.sample(LAST, EXPERTS)
    told = [rng.sample(range(5), EXPERTS) for _ in range(CLAIMS_OF_ONE)]
    scenery = (*BACKGROUND, *_MORE_BACKGROUND)
    background = [*rng.sample(scenery, len(scenery)), *rng.sample(_MORE_BACKGROUND, 4)]
    for one in range(EXPERTS):
        paragraph = _Paragraph(rng, f"{first[one]} {last[one]}", thing, place)
        claims = [paragraph.introduce(told[0][one]), paragraph.quote(told[1][one]), paragraph.expect(told[2][one])]
        seen = [paragraph.filled(pattern) for pattern in background[5 * one : 5 * one + 5]]
        parts.append(" ".join([*seen[:2], claims[0], seen[2], claims[1], *seen[3:], claims[2]]) + "\n")
        for name, found in paragraph.answer.items():
            answer[name] += found
    return Commentary("\n".join(parts), answer)


def write_articles(path: Path, number: int, /) -> Path:
    """Write the first so many texts into a file of JSON lines; gives the file."""
    with path.open("w", encoding="utf-8") as file:
        for one in range(number):
            told = {"text": commentary(one).text, "published": PUBLISHED}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return path


def number_in(request: bytes, /) -> int | None:
    """The number of the commentary that a request (its bytes as sent) is about; None when it is about none."""
    found = _NUMBER.search(request)
    return None if found is None else int(found[1].replace(b",", b""))


def draft_text(number: int, /) -> str:
    """The right answer as JSON text, in the form that this project asks for."""
    return json.dumps(commentary(number).answer, ensure_ascii=False)


def langextract_text(number: int, /) -> str:
    """The same claims as JSON text in langextract's form."""
    told = commentary(number)
    return json.dumps(as_langextract(told.answer, told.text), ensure_ascii=False)


def as_langextract(answer: dict[str, list[dict[str, Any]]], text: str, /) -> dict[str, Any]:
    """An extraction in langextract's form: a quoted stretch each, from the first part to the last, and attributes."""
    found: list[dict[str, Any]] = []
    for one in answer["experts"]:
        known = {name: value for name, value in one.items() if name != "name"}
        found.append({"expert": one["name"], "expert_attributes": known})
    for kind in ("position", "prediction"):
        for one in answer[f"{kind}s"]:
            attributes = {name: value for name, value in one.items() if name != "content"}
            attributes |= {name: " ".join(one[name]) for name in ("cue", "source")}
            found.append({kind: _stretch(one["content"], text), f"{kind}_attributes": attributes})
    return {"extractions": found}


def _stretch(content: list[str], text: str, /) -> str:
    """The text from the first part of a content to its last; the parts joined where it has no such place."""
    start = text.find(content[0])
    end = text.find(content[-1], start + len(content[0]) if len(content) > 1 else start)
    return " ".join(content) if min(start, end) < 0 else text[start : end + len(content[-1])]


class _Paragraph:
    """What one expert is given, sentence by sentence, and what is to be recorded of it."""

    def __init__(self, rng: random.Random, name: str, thing: str, place: str, /) -> None:
        self._rng = rng
        self._name, self._thing, self._place = name, thing, place
        self._last = name.split()[1]
        self.answer: dict[str, list[dict[str, Any]]] = {"experts": [], "positions": [], "predictions": []}

    def filled(self, pattern: str, /, words: dict[str, str] | None = None) -> str:
        """A pattern with its words."""
        return pattern.format(**(self._words() if words is None else words))

    def introduce(self, which: int, /) -> str:
        """The sentence that introduces the expert with a position."""
        role, body = self._rng.choice(ROLES), f"{self._rng.choice(PLACES)} {self._rng.choice(BODIES)}"
        verb, claim = self._rng.choice(VERBS), self.filled(CLAIMS[which])
        source = f"{self._name}, {role} of the {body}"
        known = {"name": self._name, "kind": "person", "role": role, "affiliation": body, "aliases": [self._last]}
        self.answer["experts"].append(known)
        self._take_position([claim], verb, source, f"{claim[0].upper()}{claim[1:]}.", "value")
        return f"{source}, {verb} that {claim}."

    def quote(self, which: int, /) -> str:
        """A sentence that quotes the expert."""
        pattern, words = _QUOTATIONS[which], self._words()
        content = [self.filled(part, words) for part in pattern.content]
        self._take_position(content, pattern.cue, self._last, self.filled(pattern.statement, words), pattern.kind)
        return self.filled(pattern.sentence, words)

    def expect(self, which: int, /) -> str:
        """A sentence that tells what the expert expects."""
        pattern, words = _FORECASTS[which], self._words()
        clause = self.filled(pattern.clause, words)
        self.answer["predictions"].append(
            {
                **self._quoted([clause], "expects", self._last),
                "statement": self.filled(pattern.statement, words),
                "topic": "town affairs",
                "likelihood_words": pattern.likelihood,
                "negated": pattern.negated,
                "condition": None,
                "horizon_words": pattern.horizon and self.filled(pattern.horizon, words),
                "missing": [],
            }
        )
        return f"{self._last} expects that {clause}."

    def _take_position(self, content: list[str], cue: str, source: str, statement: str, kind: str) -> None:
        judged = {"topic": "town affairs", "target": self._thing, "stance": "against", "kind": kind}
        self.answer["positions"].append(
            {**self._quoted(content, cue, source), "statement": f"{statement[0].upper()}{statement[1:]}", **judged}
        )

    def _quoted(self, content: list[str], cue: str, source: str) -> dict[str, Any]:
        return {"content": content, "cue": [cue], "source": [source], "expert": self._name, "reported_by": None}

    def _words(self) -> dict[str, str]:
        return {
            "thing": self._thing,
            "Thing": self._thing[0].upper() + self._thing[1:],
            "place": self._place,
            "last": self._last,
            "year": str(self._rng.randrange(2027, 2040)),
            "number": f"{self._rng.randrange(20, 900) * 10:,}",
            "percent": str(self._rng.randrange(2, 60)),
        }
