"""A process that writes to a store, for tests of what several of them, or a killed one, leave.

    python store_writer.py URL together SEED NUMBER ...
    python store_writer.py URL victims

*together*: says "ready", waits for a line, then stores these articles in an order of its own. *victims*: for each line
"NUMBER early" or "NUMBER late" a child stores articles from that number on, without end; it says "ready PID" before it
opens the store or after its first article, and when it is dead "ended STATUS" is said.

The victims are forked from a process that has loaded everything, so that a test can afford many.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count

from extractor.schemas import Article, Expert, Extraction, Position, Provenance, Rejected, Span, Violation
from extractor.schemas.article import text_id
from extractor.store import Store

PEOPLE = ("Ana Roe", "Piet Maas", "Mara Lind", "Tomas Berg", "Ida Falk", "Jon Voss")
"""Who speaks in the articles: four of them in each."""
CLAIMS = 16
EXPERTS = 4


def made(number: int, /) -> Extraction:
    """The extraction of an article of that number: `CLAIMS` positions of `EXPERTS` people, and a rejected item."""
    first = number % len(PEOPLE)
    names = [(*PEOPLE, *PEOPLE)[first + place] for place in range(EXPERTS)]
    lines = [f"{names[n % EXPERTS]} says that quay {n} of port {number} is full." for n in range(CLAIMS)]
    text = "\n".join(lines)
    article = Article(id=text_id(text), text=text, published=date(2026, 3, 17), language="en")
    starts = [text.index(line) for line in lines]
    fault = Violation(rule="quote_absent", field="content", message="not in the article")
    return Extraction(
        article=article,
        experts=tuple(_expert(article, f"e{place}", name) for place, name in enumerate(names, 1)),
        positions=tuple(
            _position(article, f"c{n + 1}", f"e{n % EXPERTS + 1}", starts[n], names[n % EXPERTS], lines[n])
            for n in range(CLAIMS)
        ),
        predictions=(),
        rejected=(Rejected(kind="position", item={"statement": "The quay is dry."}, violations=(fault,)),),
        provenance=Provenance(
            engine="fake",
            model="fake-1",
            lexicon_version="1",
            started_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
            elapsed_seconds=1.5,
        ),
    )


def _expert(article: Article, local_id: str, name: str) -> Expert:
    starts = [n for n in range(len(article.text)) if article.text.startswith(name, n)]
    mentions = tuple(article.span(start, start + len(name)) for start in starts)
    return Expert(id=local_id, name=name, kind="person", mentions=mentions)


def _position(article: Article, local_id: str, expert_id: str, start: int, name: str, line: str) -> Position:
    def span(words: str) -> Span:
        place = start + line.index(words)
        return article.span(place, place + len(words))

    content = line.partition(" that ")[2].rstrip(".")
    return Position(
        id=local_id,
        expert_id=expert_id,
        source=(span(name),),
        cue=(span("says"),),
        content=(span(content),),
        quote_type="indirect",
        statement=f"{content}.",
        topic="ports",
        target=content.partition(" is ")[0],
        stance="neutral",
        kind="fact",
    )


def say(*words: object) -> None:
    """A line on the standard output, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def write_together(url: str, seed: int, numbers: Sequence[int], /) -> None:
    """Wait for a line, then store these articles in an order that the seed gives."""
    results = [made(number) for number in random.Random(seed).sample(numbers, len(numbers))]
    say("ready")
    sys.stdin.readline()
    with Store(url) as store:
        for result in results:
            store.add(result)


def raise_victims(url: str, /) -> None:
    """A child for each line, until there are no more lines."""
    for line in sys.stdin:
        number, when = line.split()
        child = os.fork()
        if child == 0:
            _write_on(url, int(number), early=when == "early")
        _, status = os.waitpid(child, 0)
        say("ended", os.waitstatus_to_exitcode(status))


def _write_on(url: str, first: int, /, *, early: bool) -> None:
    ready = f"ready {os.getpid()}"
    if early:
        say(ready)
    with Store(url) as store:
        for number in count(first):
            store.add(made(number))
            if number == first and not early:
                say(ready)


if __name__ == "__main__":
    where, mode, *rest = sys.argv[1:]
    if mode == "together":
        write_together(where, int(rest[0]), [int(number) for number in rest[1:]])
    else:
        raise_victims(where)
