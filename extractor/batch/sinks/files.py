"""Results in a file, one a line, for those who want no database."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticSerializationError

from extractor.errors import ExtractorError, InputError
from extractor.run_keys import key_of
from extractor.schemas import Article, Extraction, Provenance, Summary

from .line_file import LineFile, check_place

if TYPE_CHECKING:
    from extractor.store import ClaimStatus, Ending, Wanted

_RESULT: Final = b'{"schema_version":'
_FAILURE: Final = b'{"input":'
_ABOUT: Final = {"id", "title", "url", "author", "published", "language"}


def errors_path(path: Path, /) -> Path:
    """Where the failures of a batch are told whose results go to ``path``: ``results.errors.jsonl``."""
    return path.with_name(f"{path.stem}.errors{path.suffix}")


class FileSink:
    """Results as JSON Lines (UTF-8) in the file at ``path``, failures in another one beside it (see `errors_path`).

    Both only grow. A run whose result is in the file is done; one that failed is tried again by the next process. Each
    line of results is one `Extraction` or `Summary`; one of failures has ``input``, ``article`` (without its text; null
    where it was not read), ``error``, ``error_type`` and ``at`` (UTC). One process at a time has the files.

    Raises InputError when there cannot be such a file, or something else stands in it, and OutputError when it cannot
    be written or another process writes it.
    """

    lease: float | None = None

    def __init__(self, path: Path, /) -> None:
        check_place(path)
        check_place(errors_path(path))
        self._done: set[bytes] = set()
        self._failed: set[bytes] = set()
        self._claimed: set[bytes] = set()
        self._results = LineFile(path, beginning=_RESULT, read=self._take_in)
        self._failures: LineFile | None = None
        try:
            if errors_path(path).exists():
                self._open_failures()
        except BaseException:
            self._results.close()
            raise

    @property
    def place(self) -> str:
        """The path of the results."""
        return str(self._results.path)

    def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus]:
        """``mine``, or what became of the run in this process or an earlier one; as `Sink.claim`."""
        return [self._claim(_short(one.key)) for one in wanted]

    def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """Write how runs ended; all of it is on the disk on return.

        InputError stands in the place of a result that cannot be written as UTF-8. Raises OutputError; what could be
        written before is kept and not written again by a second call with the same.
        """
        written: list[tuple[bytes, bool]] = []
        try:
            return [self._write(ending, written) for ending in endings]
        finally:
            self._sync(written)

    def keep(self) -> None:
        """Nothing: the file is locked as long as it is open."""

    def release(self, keys: Collection[str] | None = None, /) -> None:
        """Give up claims without a result; None: all."""
        if keys is None:
            self._claimed.clear()
        else:
            self._claimed.difference_update(map(_short, keys))

    def find_done(self, keys: Collection[str], /) -> set[str]:
        """Those of the keys whose results are in the file."""
        return {key for key in keys if _short(key) in self._done}

    def find_extraction(self, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
        """None: of the results in the file only the keys are known."""
        return None

    def close(self) -> None:
        """Close the files. Calling it again does nothing."""
        self._claimed.clear()
        self._results.close()
        if self._failures is not None:
            self._failures.close()

    def _claim(self, key: bytes) -> ClaimStatus:
        if key in self._done:
            return "done"
        if key in self._failed:
            return "failed"
        if key in self._claimed:
            return "held"
        self._claimed.add(key)
        return "mine"

    def _write(self, ending: Ending, written: list[tuple[bytes, bool]], /) -> InputError | None:
        key, result = _short(ending.key), ending.result
        is_result = isinstance(result, Extraction | Summary)
        if key in self._done or (key in self._failed and not is_result) or (key, is_result) in written:
            return None
        if isinstance(result, Extraction | Summary):
            try:
                line = result.model_dump_json().encode()
            except PydanticSerializationError as error:
                return InputError(f"a text of the result cannot be written as UTF-8 ({error}); mend the article")
            self._results.write(line)
        else:
            self._open_failures().write(_failure(result.error, result.article, ending.read_from))
        written.append((key, is_result))
        return None

    def _sync(self, written: Sequence[tuple[bytes, bool]], /) -> None:
        """Make durable what was written, and know it from now on."""
        self._results.sync()
        for key, is_result in written:
            if is_result:
                self._done.add(key)
                self._claimed.discard(key)
        if self._failures is not None:
            self._failures.sync()
        for key, is_result in written:
            if not is_result:
                self._failed.add(key)
                self._claimed.discard(key)

    def _open_failures(self) -> LineFile:
        if self._failures is None:
            self._failures = LineFile(errors_path(self._results.path), beginning=_FAILURE, read=_check_failure)
        return self._failures

    def _take_in(self, line: bytes, /) -> None:
        self._done.add(_short(_key_of(line)))


class _Article(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    published: date | None


class _Result(BaseModel):
    """What of a line decides its key; the rest is not made into objects."""

    model_config = ConfigDict(extra="ignore")

    schema_version: Literal["1"]
    article: _Article
    headline: _Anything | None = None
    provenance: Provenance


class _Anything(BaseModel):
    model_config = ConfigDict(extra="ignore")


def _key_of(line: bytes, /) -> str:
    """The key of the run whose result a line is. Raises ValueError when it is none."""
    told = _Result.model_validate_json(line)
    article = Article.model_construct(id=told.article.id, published=told.article.published, text="")
    kind: type[Any] = Extraction if told.headline is None else Summary
    made: Extraction | Summary = kind.model_construct(article=article, provenance=told.provenance)
    return key_of(made)


def _check_failure(line: bytes, /) -> None:
    told = json.loads(line)
    if not isinstance(told, dict) or not told.keys() >= {"input", "error_type"}:
        raise ValueError("not a line about a failure")


def _failure(error: ExtractorError, article: Article | None, read_from: str | None, /) -> bytes:
    told = {
        "input": read_from,
        "article": article and article.model_dump(mode="json", include=_ABOUT),
        "error": str(error),
        "error_type": type(error).__name__,
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _short(key: str, /) -> bytes:
    """Half of a key, which is enough to tell it: there may be millions in memory."""
    return bytes.fromhex(key)[:16]
