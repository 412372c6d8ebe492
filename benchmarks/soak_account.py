"""What a soak must come to: every article in one state, every right answer accounted for, no call too many.

Pure functions over the server's log, the times of the kills, and what the database holds.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from faulty_model import RIGHT, Call
from rich_commentary import CLAIMS_OF_ARTICLE

MOST_EXTRA = 0.02
"""Calls beyond the minimum, as a share of the articles."""
REACH = 5.0
"""Seconds before a kill in which an answer may have come that the killed process had not yet put away."""
_MARK = "mark"


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds: of each text the states of its runs and the claims of those that are done, and marks.

    ``marks`` are those of all answers that are stored in whatever form: as claims, as rejected items, in the cache.
    """

    done: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    marks: frozenset[str] = frozenset()
    leases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a soak came out. ``lost`` are right answers that are nowhere; each was on its way when a process was killed.

    ``cut`` are calls that were under way at a kill, ``extra`` those beyond the minimum (one for each article that is
    done, one for each fault), of which ``allowed`` are allowed. ``wrong`` says what is not as it must be.
    """

    articles: int
    done: int
    failed: int
    calls: int
    faults: Counter[str]
    right: int
    lost: int
    cut: int
    extra: int
    allowed: int
    wrong: list[str]

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(self.faults.items()))
        lines = [
            f"{self.articles:,} articles: {self.done:,} done, {self.failed:,} failed",
            f"{self.calls:,} calls, {sum(self.faults.values()):,} of them with a fault ({kinds})",
            f"{self.right:,} right answers, {self.lost:,} of them lost on their way when a process was killed",
            f"{self.cut:,} calls were under way at the kills; {self.extra:,} calls beyond the minimum and"
            f" {self.allowed:,} allowed",
            f"wrong: {len(self.wrong)}",
        ]
        return "\n".join([*lines, *(f"  {one}" for one in self.wrong[:20])])


def account(
    texts: Sequence[str], calls: Sequence[Call], kills: Sequence[float], stored: Stored, most: int, /
) -> Account:
    """The account of a soak over these texts; at most ``most`` articles are worked at at once."""
    cut = [call for call in calls if any(call.began <= kill <= call.ended for kill in kills)]
    faulty = [call for call in calls if call.fault not in RIGHT and call not in cut]
    right = [call for call in calls if call.mark and call.delivered]
    lost = [call for call in right if call.mark not in stored.marks]
    done = sum(text in stored.done for text in texts)
    extra = len(calls) - done - len(faulty)
    allowed = round(MOST_EXTRA * len(texts)) + len(cut) + len(lost)
    wrong = [*_wrong_states(texts, calls, stored), *_wrongly_lost(lost, kills, most)]
    if extra > allowed:
        wrong.append(f"{extra} calls beyond the minimum, {allowed} allowed")
    if stored.leases:
        wrong.append(f"{stored.leases} articles are still held")
    return Account(
        articles=len(texts),
        done=done,
        failed=sum(text in stored.failed and text not in stored.done for text in texts),
        calls=len(calls),
        faults=Counter(call.fault for call in calls if call.fault),
        right=len(right),
        lost=len(lost),
        cut=len(cut),
        extra=extra,
        allowed=allowed,
        wrong=wrong,
    )


def _wrong_states(texts: Sequence[str], calls: Sequence[Call], stored: Stored, /) -> Iterable[str]:
    """Articles that are missing, doubled or unknown, or have other claims than they should."""
    faults = Counter(call.article for call in calls if call.fault not in RIGHT)
    for number, text in enumerate(texts):
        if not stored.done[text] and not stored.failed[text]:
            yield f"article {number} is missing"
        if stored.done[text] > 1:
            yield f"article {number} is stored {stored.done[text]} times"
        if stored.failed[text] > faults[number]:
            yield f"article {number} failed {stored.failed[text]} times with {faults[number]} faults"
        if stored.done[text] == 1 and stored.claims[text] != CLAIMS_OF_ARTICLE:
            yield f"article {number} has {stored.claims[text]} claims"
    strangers = (stored.done.keys() | stored.failed.keys()) - set(texts)
    if strangers:
        yield f"{len(strangers)} texts are stored that nobody gave"


def _wrongly_lost(lost: Sequence[Call], kills: Sequence[float], most: int, /) -> Iterable[str]:
    """Answers that are lost though no process was killed right after them; more at one kill than were under way."""
    at_kills: Counter[float] = Counter()
    for call in lost:
        near = [kill for kill in kills if 0 <= kill - call.ended <= REACH]
        if near:
            at_kills[near[0]] += 1
        else:
            yield f"the answer to call {call.number} about article {call.article} is lost, and nothing was killed then"
    for number in at_kills.values():
        if number > most:
            yield f"{number} answers are lost at one kill, and {most} articles were under way at most"


def read_database(path: Path, /) -> Stored:
    """What an SQLite database of ours holds."""
    with closing(sqlite3.connect(path)) as database:
        runs = database.execute(
            "SELECT articles.text, runs.status, count(claims.id) FROM runs"
            " LEFT JOIN articles ON articles.id = runs.article_id LEFT JOIN claims ON claims.run_id = runs.id"
            " GROUP BY runs.id"
        ).fetchall()
        leases = database.execute("SELECT count(*) FROM leases").fetchone()[0]
        topics = [topic for (topic,) in database.execute("SELECT DISTINCT topic FROM claims")]
        rejected = [item for (item,) in database.execute("SELECT item FROM rejected_items")]
        replies = [zlib.decompress(text).decode() for (text,) in database.execute("SELECT text FROM replies")]
    stored = Stored(marks=frozenset(_marks([*topics, *rejected, *replies])), leases=leases)
    for text, status, claims in runs:
        (stored.done if status == "done" else stored.failed)[str(text)] += 1
        if status == "done":
            stored.claims[str(text)] += claims
    return stored


def _marks(texts: Iterable[str], /) -> Iterable[str]:
    """The first mark in each text: all of an answer's claims have the same."""
    for text in texts:
        start = text.find(f" {_MARK}")
        if start >= 0:
            word = text[start + 1 :]
            yield word[: next((n for n, letter in enumerate(word) if not letter.isalpha()), len(word))]
