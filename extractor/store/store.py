"""The store: a database of what experts said, with the runs that found it and how predictions turned out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from extractor.run_keys import key_of
from extractor.schemas import Article, Extraction, Summary
from extractor.schemas.stored import (
    Added,
    Context,
    Disagreement,
    ExpertChange,
    MergeCandidate,
    Outcome,
    Resolution,
    StoredArticle,
    StoredClaim,
    StoredExpert,
    StoredRun,
    Task,
    Timeline,
    TrackRecord,
)

from . import catalogue, comparing, reading, removing
from . import currency as _currency
from . import writing as _writing
from .batches.facade import SharedRuns
from .database import maintenance, opening
from .database.opening import Database, open_database
from .experts import linking
from .filters import Filters
from .jobs.facade import JobQueue
from .outcomes import resolving, scoring
from .paging import Pages
from .replies.facade import KeptReplies
from .search import asking
from .transfer import exporting, importing, tabling

if TYPE_CHECKING:
    from extractor.errors import ExtractorError

    from .database.maintenance import Problem, Stats
    from .search.asking import Found
    from .transfer.importing import Imported
    from .transfer.tabling import Table


class Store(JobQueue, SharedRuns, KeptReplies):
    """A claims database: SQLite (a path) or PostgreSQL (``postgresql://user:password@host/name``).

    Without ``db`` it is a file in the user's data folder. It is created when it does not exist, unless ``create`` is
    False. Raises ConfigurationError when the address is wrong or the database is another program's or newer, and
    StoreError when it cannot be reached, read or written. Methods may be called from several threads; every writing
    method is one transaction. An expert is told by its id or by its name, an article by its id or the first six or more
    characters of it. The service's jobs have their methods in `JobQueue`, runs that several processes share in
    `SharedRuns`, kept answers in `KeptReplies`.
    """

    def __init__(self, db: str | Path | None = None, /, *, create: bool = True) -> None:
        self._database: Database = open_database(db, create=create)
        self._opened = []

    @property
    def place(self) -> str:
        """Path or address of the database, without its password."""
        return self._database.place

    def close(self) -> None:
        """Write what answers are still to be kept, and give the connections back."""
        for replies in self._opened:
            replies.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Runs

    def add(self, result: Extraction | Summary, /, *, read_from: str | None = None) -> Added:
        """Store a result, with its article, experts and claims, in one transaction; a run that is stored adds nothing.

        ``read_from`` is where the article was read (path or URL).
        """
        with self._database.writing() as connection:
            return _writing.add(connection, result, read_from=read_from)

    def add_all(self, results: Iterable[Extraction | Summary], /) -> list[Added]:
        """Store several results in one transaction: all of them or, when one cannot be stored, none."""
        given = [(key_of(result), result, None) for result in results]
        with self._database.writing() as connection:
            return _writing.add_all(connection, given)

    def add_failure(
        self,
        error: ExtractorError,
        /,
        *,
        task: Task,
        engine: str,
        model: str | None = None,
        article: Article | None = None,
        read_from: str | None = None,
        started_at: datetime | None = None,
        elapsed_seconds: float = 0.0,
        settings: Mapping[str, Any] | None = None,
        prompts: Mapping[str, str] | None = None,
    ) -> Added:
        """Store that an article could not be read (no ``article``) or processed; it never hides a run that is done.

        ``started_at`` is now when it is left out; ``settings`` and ``prompts`` are as a provenance would tell them.
        """
        with self._database.writing() as connection:
            return _writing.add_failure(
                connection,
                error,
                task=task,
                engine=engine,
                model=model,
                article=article,
                read_from=read_from,
                started_at=started_at,
                elapsed_seconds=elapsed_seconds,
                settings=settings,
                prompts=prompts,
            )

    def find_run(self, key: str, /) -> int | None:
        """The id of the finished run with this key (`Extractor.run_key`); None when there is none."""
        with self._database.reading() as connection:
            return _writing.find_run(connection, key)

    def runs(self, article: str | None = None, /, *, failed: bool | None = None, limit: int = 100) -> list[StoredRun]:
        """The runs, newest first: of an article, only failed or only finished ones. Raises InputError."""
        with self._database.reading() as connection:
            return _currency.list_runs(connection, article, failed=failed, limit=limit)

    def choose(self, run_id: int, /, *, chosen: bool = True) -> StoredRun:
        """Make a run its article's current one, or (``chosen=False``) leave it to the rule again.

        Returns the run that is current now. Raises InputError, also to leave to the rule what nobody chose.
        """
        with self._database.writing() as connection:
            return _currency.choose(connection, run_id, chosen=chosen)

    def get_extraction(self, article: str, /, *, run_id: int | None = None) -> Extraction | None:
        """The extraction of an article as it was stored: the current one, or that of a run. Raises InputError."""
        with self._database.reading() as connection:
            return reading.get_extraction(connection, article, run_id=run_id)

    def find_extraction(self, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
        """The current extraction of an article if it is by this engine and model (`Extractor.made_by`) and of its date.

        Horizons stand on the date. It comes with the article as it is given; None when there is none.
        """
        with self._database.reading() as connection:
            return reading.find_extraction(connection, article, made_by)

    def get_summary(self, article: str, /, *, run_id: int | None = None) -> Summary | None:
        """The summary of an article as it was stored: the current one, or that of a run. Raises InputError."""
        with self._database.reading() as connection:
            return reading.get_summary(connection, article, run_id=run_id)

    # Asking

    @property
    def pages(self) -> Pages:
        """The lists below page by page: each page begins where the one before ended, whatever was added meanwhile."""
        return Pages(self._database)

    def search(self, words: str = "", /, *, filters: Filters | None = None, limit: int = 20, offset: int = 0) -> Found:
        """The listed claims that hold all these words (in statement, quotation, topic or target), best first.

        Without words the claims that the filters let through, newest first; without either none.
        """
        with self._database.reading() as connection:
            return asking.search(connection, words, filters=filters or Filters(), limit=limit, offset=offset)

    def articles(self, words: str = "", /, *, limit: int = 100, offset: int = 0) -> list[StoredArticle]:
        """Articles that appeared under a title, author or address with these words, the newest first."""
        with self._database.reading() as connection:
            return catalogue.list_articles(connection, words, limit=limit, offset=offset)

    def article(self, article: str, /) -> StoredArticle:
        """Where an article appeared, which runs read it, and how many of its claims are listed. Raises InputError."""
        with self._database.reading() as connection:
            return catalogue.get_article(connection, article)

    def claims(self, filters: Filters | None = None, /, *, limit: int = 100, offset: int = 0) -> list[StoredClaim]:
        """Listed claims, or (``Filters.rejected``) the rejected ones, newest articles first."""
        with self._database.reading() as connection:
            return reading.list_claims(connection, filters or Filters(), limit=limit, offset=offset)

    def show(self, claim_id: int, /) -> Context:
        """A claim (also a rejected one) with its evidence in the text around it. Raises InputError."""
        with self._database.reading() as connection:
            return reading.show(connection, claim_id)

    def due(self, *, until: date | None = None, limit: int = 100, offset: int = 0) -> list[StoredClaim]:
        """Unresolved predictions whose horizon ends by that day (default: today), earliest first."""
        with self._database.reading() as connection:
            return reading.list_due(connection, until=until, limit=limit, offset=offset)

    def open_predictions(
        self, filters: Filters | None = None, /, *, limit: int = 100, offset: int = 0
    ) -> list[StoredClaim]:
        """Unresolved predictions, those with the earliest end of their horizon first, without a horizon last."""
        with self._database.reading() as connection:
            return reading.list_open(connection, filters or Filters(), limit=limit, offset=offset)

    def resolved(self, *, limit: int = 100, offset: int = 0) -> list[StoredClaim]:
        """Resolved predictions, those whose latest outcome was recorded last first."""
        with self._database.reading() as connection:
            return reading.list_resolved(connection, limit=limit, offset=offset)

    def timeline(self, expert: int | str, /, *, about: str = "", limit: int = 1_000) -> Timeline:
        """What an expert held, by publication, with possible reversals marked: the latest claims. Raises InputError."""
        with self._database.reading() as connection:
            return comparing.timeline(connection, expert, about=about, limit=limit)

    def disagreements(self, words: str, /, *, limit: int = 100) -> Disagreement:
        """Who favours and who opposes what these words are about: positions whose target or topic holds them all."""
        with self._database.reading() as connection:
            return comparing.disagreements(connection, words, limit=limit)

    # Experts

    def experts(self, words: str = "", /, *, limit: int = 100, offset: int = 0) -> list[StoredExpert]:
        """Experts whose name holds these words, those with the most listed claims first."""
        with self._database.reading() as connection:
            return linking.list_experts(connection, words, limit=limit, offset=offset)

    def expert(self, expert: int | str, /) -> StoredExpert:
        """An expert by id or name. Raises InputError, which names the candidates, when none or several answer to it."""
        with self._database.reading() as connection:
            return linking.get_expert(connection, expert)

    def merge_candidates(self, *, limit: int = 100) -> list[MergeCandidate]:
        """Pairs of experts that may be one, with reasons."""
        with self._database.reading() as connection:
            return linking.candidates(connection, limit=limit)

    def expert_log(self, expert: int | str | None = None, /, *, limit: int = 100) -> list[ExpertChange]:
        """Merges, splits and recorded names, newest first: all, or those of an expert. Raises InputError."""
        with self._database.reading() as connection:
            return linking.list_changes(connection, expert, limit=limit)

    def merge(self, expert: int | str, other: int | str, /, *, reason: str | None = None) -> StoredExpert:
        """Make ``other`` part of ``expert``; `split` takes it back. Raises InputError."""
        with self._database.writing() as connection:
            return linking.merge(connection, expert, other, reason=reason)

    def split(
        self, expert: int, /, *, articles: Sequence[str] = (), reason: str | None = None
    ) -> tuple[StoredExpert, StoredExpert]:
        """Take a merge back (``expert`` is the one merged into another), or make an expert of its own of what
        ``expert`` holds in ``articles``. Returns what stays and what was split off. Raises InputError.
        """
        with self._database.writing() as connection:
            return linking.split(connection, expert, articles=articles, reason=reason)

    def add_alias(self, expert: int | str, name: str, /, *, reason: str | None = None) -> StoredExpert:
        """Record another name: from now on articles that use it mean this expert. Raises InputError."""
        with self._database.writing() as connection:
            return linking.add_alias(connection, expert, name, reason=reason)

    def remove_alias(self, expert: int | str, name: str, /, *, reason: str | None = None) -> StoredExpert:
        """Take a recorded name back; what articles call the expert stays. Raises InputError."""
        with self._database.writing() as connection:
            return linking.remove_alias(connection, expert, name, reason=reason)

    # Track record

    def resolve(
        self,
        claim_id: int,
        outcome: Outcome,
        /,
        *,
        note: str | None = None,
        evidence_url: str | None = None,
        resolver: str | None = None,
    ) -> Resolution:
        """Record how a prediction turned out; a later record corrects an earlier one. Raises InputError."""
        with self._database.writing() as connection:
            return resolving.resolve(
                connection, claim_id, outcome, note=note, evidence_url=evidence_url, resolver=resolver
            )

    def score(self, expert: int | str | None = None, /, *, least: int = scoring.LEAST) -> TrackRecord:
        """The track record of an expert, or of all together. Raises InputError."""
        with self._database.reading() as connection:
            return scoring.score(connection, expert, least=least)

    def scores(self, *, least: int = scoring.LEAST, limit: int = 100) -> list[TrackRecord]:
        """The track records by expert: those with at least ``least`` scored predictions ranked, the others after."""
        with self._database.reading() as connection:
            return scoring.scores(connection, least=least, limit=limit)

    # Correcting and removing

    def reject(self, claim_id: int, /, *, reason: str, rejected_by: str | None = None) -> StoredClaim:
        """Take a claim out of lists, searches and scores, in this and later runs. Raises InputError."""
        with self._database.writing() as connection:
            return removing.reject(connection, claim_id, reason=reason, rejected_by=rejected_by)

    def restore(self, claim_id: int, /, *, reason: str | None = None, rejected_by: str | None = None) -> StoredClaim:
        """Take a rejection back. Raises InputError."""
        with self._database.writing() as connection:
            return removing.restore(connection, claim_id, reason=reason, rejected_by=rejected_by)

    def delete(self, article: str, /) -> str:
        """Delete an article with all its runs, claims, resolutions and index entries; its id. Raises InputError."""
        with self._database.writing() as connection:
            deleted = removing.delete(connection, article)
        self._database.forget_deleted()
        return deleted

    # Out and in

    def export(self, *, text: bool = True) -> Iterator[dict[str, Any]]:
        """The whole store as records in JSON's types; without ``text`` no article texts, spans or quotations."""
        with self._database.reading() as connection:
            yield from exporting.records(connection, text=text)

    def tables(self, *, text: bool = True) -> Iterator[Table]:
        """What is listed, as flat tables for CSV, Parquet and JSON-LD; without ``text`` no words of articles."""
        with self._database.reading() as connection:
            yield from tabling.tables(connection, text=text)

    def load(self, records: Iterable[dict[str, Any]], /) -> Imported:
        """Store exported records, each article in a transaction of its own; what is stored adds nothing."""
        return importing.load(self._database, records)

    # Maintenance

    def verify(self) -> None:
        """See that the database can be reached and has this program's schema. Raises ConfigurationError, StoreError."""
        with self._database.reading() as connection:
            opening.verify(connection, self._database)

    def check(self) -> Iterator[Problem]:
        """Verify every stored span, every reference and the search index; yields what is wrong."""
        with self._database.reading() as connection:
            yield from maintenance.check(connection)

    def stats(self) -> Stats:
        """How much is stored."""
        with self._database.reading() as connection:
            return maintenance.stats(connection, self._database)

    def backup(self, target: Path, /) -> None:
        """Copy an SQLite database that may be in use to a file. Raises InputError and StoreError."""
        maintenance.backup(self._database, target)
