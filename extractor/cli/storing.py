"""What a database adds to a command: results are stored, and none that is stored is asked for again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import typer

from extractor.errors import ExtractorError, InputError
from extractor.render.phrases import count

from .options import ArticleFlags, ResultFlags
from .output import say, write_result

if TYPE_CHECKING:
    from extractor.core import Extractor
    from extractor.planning import Plan
    from extractor.schemas import Article, Extraction, Summary
    from extractor.schemas.stored import Added, Task
    from extractor.store import Store

_PREFIX = 12  # characters of an article's id that are shown: enough to name it
_ALL = 1_000_000


@contextmanager
def storing(
    extractor: Extractor, /, *, task: Task, read_from: str, out: ResultFlags, idle: bool = False
) -> Iterator[Storing]:
    """A run with the database that the settings name, if any and unless ``idle``; closed at the end."""
    db = extractor.settings.db
    stored = Storing(extractor, None if db is None or idle else db.get_secret_value(), task, read_from, out)
    try:
        yield stored
    finally:
        stored.close()


class Storing:
    """The run of a command over one article, with a database (its address is ``db``) or (None) without.

    The database is opened, and made where there is none, when the article was read: before a model is paid, and not for
    an article that cannot be read.
    """

    def __init__(self, extractor: Extractor, db: str | None, task: Task, read_from: str, out: ResultFlags, /) -> None:
        self._extractor = extractor
        self._db = db
        self._store: Store | None = None
        self._task: Task = task
        self._read_from = read_from
        self._out = out
        self._again = False

    def close(self) -> None:
        """Give the connections back."""
        if self._store is not None:
            self._store.close()

    @contextmanager
    def reading(self, about: ArticleFlags, /) -> Iterator[None]:
        """An input that is there and cannot be read is a failed run, in a database that there is.

        Slips of typing are none: a malformed option, a file that does not exist. Raises what the block raises, or Exit
        when it was told.
        """
        with self._recording(lambda error: self._is_there(error, about)):
            yield

    def make(
        self,
        article: Article,
        make: Callable[[], Extraction | Summary],
        /,
        *,
        extraction: Extraction | None = None,
        **tuning: Any,
    ) -> Extraction | Summary:
        """The stored result of the same run, under what is known of the article now; else the one that ``make`` gives.

        ``extraction`` and ``tuning`` as for `Extractor.run_key`. An error of ``make`` is stored as a failed run. Raises
        ConfigurationError and StoreError when the database cannot be used, and as `reading` does.
        """
        if self._db is None:
            return make()
        key = self._extractor.run_key(article, task=self._task, extraction=extraction, **tuning)
        store = self._open(create=True)
        known = article if extraction is None else extraction.article
        stored = _find(store, key, self._task, article.id)
        if stored is not None:
            self._again = True
            return stored.model_copy(update={"article": known})
        settings = self._extractor.settings
        if settings.cache and not self._extractor.is_builtin:
            self._extractor.cache = store.replies(limit_mb=settings.cache_size)
        plan = self._extractor.plan(known, task=self._task, extraction=extraction, **tuning)
        with self._recording(lambda _: True, article=article, settings=plan.settings, prompts=_prompts(plan)):
            return make()

    def hand_over(self, result: Extraction | Summary, /, *, extraction: Extraction | None = None) -> None:
        """Write the result, then store it: each is done whatever becomes of the other. Raises what failed first.

        ``extraction`` as for `write_result`.
        """
        try:
            write_result(result, self._out, extraction=extraction)
        except Exception:
            self._trying(lambda: self._add(result), "the result could not be stored either")
            raise
        self._add(result)

    def _add(self, result: Extraction | Summary) -> None:
        if self._db is None:
            return
        added = self._open(create=True).add(result, read_from=self._read_from)
        elsewhere = "" if added.new or not added.appearance_new else "; another place of publication was recorded"
        told = f"article {result.article.id[:_PREFIX]}, run {added.run_id}, {_claims(result)}{elsewhere}"
        self._tell(f"{self._how(added)}: {told}")
        if added.replaced is not None and added.replaced_published != result.article.published:
            self._tell(
                f"this run ({_published(result.article.published)}) replaces run {added.replaced}"
                f" ({_published(added.replaced_published)}) as the current one;"
                f" 'extractor runs choose {added.replaced}' takes it back"
            )

    def _open(self, *, create: bool) -> Store:
        """The database; made when it does not exist with ``create``. Raises as `Store`."""
        if self._store is None:
            from extractor.store import Store

            self._store = Store(self._db, create=create)
        return self._store

    def _how(self, added: Added) -> str:
        place = self._store.place if self._store else ""
        if added.new:
            return f"stored in {place}"
        return f"stored before in {place}{', so nothing was asked again' if self._again else ''}"

    @contextmanager
    def _recording(self, counts: Callable[[ExtractorError], bool], /, **known: Any) -> Iterator[None]:
        """An error of the block that ``counts`` is told and stored as a failed run; ``known`` is for `Store`."""
        started_at, start = datetime.now(UTC), time.perf_counter()
        try:
            yield
        except ExtractorError as error:
            if self._db is None or not counts(error):
                raise
            elapsed = round(time.perf_counter() - start, 3)
            say(str(error))
            record = partial(self._record, error, started_at=started_at, elapsed_seconds=elapsed, **known)
            self._trying(record, "the failure could not be stored")
            raise typer.Exit(error.exit_code) from error

    def _record(self, error: ExtractorError, /, **known: Any) -> None:
        """Store a failed run, unless that takes making a database."""
        engine, model = self._extractor.made_by
        try:
            store = self._open(create=False)
        except InputError:  # there is none
            return
        added = store.add_failure(
            error, task=self._task, engine=engine, model=model, read_from=self._read_from, **known
        )
        self._tell(f"stored in {store.place}: failed run {added.run_id}")

    def _is_there(self, error: ExtractorError, about: ArticleFlags) -> bool:
        """True when reading failed for what was read, not for how the command line names it."""
        from extractor.articles import article_from_text

        if not isinstance(error, InputError) or not _exists(self._read_from):
            return False
        try:
            article_from_text(
                "an article",
                published=about.published,
                title=about.title,
                author=about.author,
                url=about.url,
                language=about.language,
            )
        except InputError:
            return False
        return True

    def _trying(self, action: Callable[[], None], told: str) -> None:
        """Do what another error must not be hidden by."""
        try:
            action()
        except ExtractorError as error:
            say(f"{told}: {error}")

    def _tell(self, message: str) -> None:
        if not self._out.quiet:
            say(message)


def _exists(source: str, /) -> bool:
    """True for the standard input, a file, and a web address as they are to be written (without a password)."""
    if source == "-":
        return True
    if "://" not in source:
        return os.path.exists(source) and not os.path.isdir(source)  # noqa: PTH110, PTH112 - no name makes these raise
    try:
        parts = urlsplit(source.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _prompts(plan: Plan, /) -> dict[str, str]:
    from extractor.run_keys import PROMPTS

    return dict(plan.settings[PROMPTS])


def _find(store: Store, key: str, task: Task, article_id: str, /) -> Extraction | Summary | None:
    """The stored result of the run with this key."""
    run_id = store.find_run(key)
    if run_id is None:
        return None
    get = store.get_extraction if task == "extract" else store.get_summary
    return get(article_id, run_id=run_id)


def _claims(result: Extraction | Summary, /) -> str:
    from extractor.schemas import Extraction

    return count(len(result.claims), "claim") if isinstance(result, Extraction) else "a summary"


def _published(day: date | None, /) -> str:
    return "undated" if day is None else f"published {day.isoformat()}"
