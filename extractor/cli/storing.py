"""What a database adds to a command: results are stored, and none that is stored is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from extractor.errors import ExtractorError
from extractor.render.phrases import count

from .options import OutputFlags
from .output import say, write_result

if TYPE_CHECKING:
    from extractor.core import Extractor
    from extractor.schemas import Article, Extraction, Summary
    from extractor.schemas.stored import Added, Task
    from extractor.store import Store

_PREFIX = 12  # characters of an article's id that are shown: enough to name it
_ALL = 1_000_000


@contextmanager
def storing(
    extractor: Extractor, /, *, task: Task, read_from: str, out: OutputFlags, idle: bool = False
) -> Iterator[Storing]:
    """Open the database that the settings name, if any and unless ``idle``.

    Raises ConfigurationError and StoreError when it cannot be used: to be known before a model is paid.
    """
    db = extractor.settings.db
    if db is None or idle:
        yield Storing(extractor, None, task, read_from, out)
        return
    from extractor.store import Store

    with Store(db.get_secret_value()) as store:
        yield Storing(extractor, store, task, read_from, out)


class Storing:
    """The run of a command over one article, with a database or (``store`` is None) without."""

    def __init__(
        self, extractor: Extractor, store: Store | None, task: Task, read_from: str, out: OutputFlags, /
    ) -> None:
        self._extractor = extractor
        self._store = store
        self._task: Task = task
        self._read_from = read_from
        self._out = out
        self._again = False

    @contextmanager
    def recording(self, article: Article | None = None, /) -> Iterator[None]:
        """An error of the block is stored as a failed run, over ``article`` where it could be read, and goes on."""
        try:
            yield
        except ExtractorError as error:
            self._record(error, article)
            raise

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

        ``extraction`` and ``tuning`` as for `Extractor.run_key`.
        """
        if self._store is not None:
            key = self._extractor.run_key(article, task=self._task, extraction=extraction, **tuning)
            stored = _find(self._store, key, article.id)
            if stored is not None:
                self._again = True
                known = article if extraction is None else extraction.article
                return stored.model_copy(update={"article": known})
        with self.recording(article):
            return make()

    def hand_over(self, result: Extraction | Summary, /) -> None:
        """Write the result, then store it: each is done whatever becomes of the other. Raises what failed first."""
        try:
            write_result(result, self._out)
        except Exception:
            self._trying(lambda: self._add(result), "the result could not be stored either")
            raise
        self._add(result)

    def _add(self, result: Extraction | Summary) -> None:
        if self._store is None:
            return
        added = self._store.add(result, read_from=self._read_from)
        self._tell(f"{self._how(added)}: article {result.article.id[:_PREFIX]}, run {added.run_id}, {_claims(result)}")

    def _how(self, added: Added) -> str:
        place = self._store.place if self._store else ""
        if added.new:
            return f"stored in {place}"
        return f"stored before in {place}{', so nothing was asked again' if self._again else ''}"

    def _record(self, error: ExtractorError, article: Article | None) -> None:
        store = self._store
        if store is None:
            return
        engine, model = self._extractor.made_by

        def add() -> None:
            added = store.add_failure(
                error, task=self._task, engine=engine, model=model, article=article, read_from=self._read_from
            )
            self._tell(f"stored in {store.place}: failed run {added.run_id}")

        self._trying(add, "the failure could not be stored")

    def _trying(self, action: Callable[[], None], told: str) -> None:
        """Do what another error must not be hidden by."""
        try:
            action()
        except ExtractorError as error:
            say(f"{told}: {error}")

    def _tell(self, message: str) -> None:
        if not self._out.quiet:
            say(message)


def _find(store: Store, key: str, article_id: str, /) -> Extraction | Summary | None:
    """The stored result of the run with this key."""
    if not store.has_run(key):
        return None
    run = next((run for run in store.runs(article_id, failed=False, limit=_ALL) if run.key == key), None)
    if run is None:
        return None
    get = store.get_extraction if run.task == "extract" else store.get_summary
    return get(article_id, run_id=run.id)


def _claims(result: Extraction | Summary, /) -> str:
    from extractor.schemas import Extraction

    return count(len(result.claims), "claim") if isinstance(result, Extraction) else "a summary"
