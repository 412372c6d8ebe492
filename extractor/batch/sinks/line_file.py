"""A file of JSON lines that only grows: each line is there as a whole or not at all, and one process writes it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from extractor.errors import InputError, OutputError

_ENDINGS = (".jsonl", ".ndjson")
_FULL = (errno.ENOSPC, errno.EDQUOT)


Read = Callable[[bytes], None]
"""Takes in a line that stands in the file; raises ValueError when it is not one of ours."""


def check_place(path: Path, /) -> None:
    """Raise InputError unless a file of lines can be made at ``path`` by its name, and OutputError when it must not.

    An existing file is not opened.
    """
    shown = repr(str(path))
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(f"--output {shown}: results of a batch are JSON Lines; name a file that ends with .jsonl")
    try:
        if path.is_dir():
            raise InputError(f"--output {shown} is a folder; name a file in it")
        if not path.parent.is_dir():
            raise InputError(f"--output {shown}: the folder {str(path.parent)!r} does not exist; make it first")
        if path.exists() and not path.is_file():
            raise InputError(f"--output {shown} is a device or a pipe; name a file, which a rerun can go on with")
        if not os.access(path if path.exists() else path.resolve().parent, os.W_OK):
            raise OutputError(f"cannot write {shown}: permission denied; choose another folder")
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError for a link that leads to itself
        raise InputError(
            f"--output {shown}: {getattr(error, 'strerror', None) or error}; choose another file"
        ) from error


class LineFile:
    """The open file at ``path``, which is made where there is none, locked for this process.

    ``read`` is given each line that stands there. What a killed process left half-written at the end, which begins as
    our lines do (``beginning``), is cut off; nothing else ever is.

    Raises InputError, and leaves the file as it was, when something else stands in it; OutputError when another process
    writes it or it cannot be opened.
    """

    def __init__(self, path: Path, /, *, beginning: bytes, read: Read) -> None:
        self.path = path
        self._beginning = beginning
        with self._writing():
            is_new = not path.exists()
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            try:
                self._lock()
                self._end = self._take_in(read)
                if is_new:
                    _sync_folder(path)
            except BaseException:
                os.close(self._file)
                raise
        self._synced = self._end

    def write(self, line: bytes, /) -> None:
        """Append a line, which has no line break in it. Raises OutputError; then nothing of it stands there."""
        data = memoryview(line + b"\n")
        with self._writing():
            try:
                while data:
                    data = data[os.write(self._file, data) :]
            except BaseException:
                self._cut(self._end)
                raise
        self._end += len(line) + 1

    def sync(self) -> None:
        """Return when all lines are on the disk. Raises OutputError; then none since the last time stands there."""
        if self._synced == self._end:
            return
        with self._writing():
            try:
                os.fsync(self._file)
            except OSError:
                self._cut(self._synced)
                self._end = self._synced
                raise
        self._synced = self._end

    def close(self) -> None:
        """Close the file and give up the lock. Calling it again does nothing."""
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)

    def _lock(self) -> None:
        import fcntl  # not on every system, so that the other sinks work there

        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(
                f"{str(self.path)!r} is being written by another process; wait for its end, or name another file"
                " (several processes can share a database: --db)"
            ) from error

    def _take_in(self, read: Read, /) -> int:
        """Read all lines, mend the end, and tell where it is."""
        end = number = 0
        head = os.pread(self._file, len(self._beginning), 0)
        if not self._is_torn(head):
            raise self._foreign(1)
        with os.fdopen(os.dup(self._file), "rb") as file:
            file.seek(0)
            for number, line in enumerate(file, 1):
                is_whole = line.endswith(b"\n")
                try:
                    if not is_whole or line.strip():
                        read(line)
                except ValueError as error:
                    if not is_whole and self._is_torn(line):
                        os.ftruncate(self._file, end)
                        return end
                    raise self._foreign(number) from error
                end += len(line)
                if not is_whole:
                    end += os.write(self._file, b"\n")
        return end

    def _is_torn(self, line: bytes, /) -> bool:
        """True for what may be the beginning of one of our lines; zeros are what a lost write can leave."""
        return self._beginning.startswith(line[: len(self._beginning)].rstrip(b"\0"))

    def _foreign(self, number: int, /) -> InputError:
        return InputError(
            f"{str(self.path)!r} holds something else: line {number} is none that a batch writes; name another file"
            " (this one was left as it is)"
        )

    def _cut(self, end: int, /) -> None:
        """Take away what stands behind ``end``. Where that fails nothing more is written: the next opening does it."""
        try:
            os.ftruncate(self._file, end)
        except OSError:
            self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            told = "the disk is full; make room" if error.errno in _FULL else (error.strerror or str(error))
            raise OutputError(
                f"cannot write {str(self.path)!r}: {told}; a rerun goes on with what is in the file"
            ) from error


def _sync_folder(path: Path, /) -> None:
    """Return when the file's name is on the disk, where the system can tell."""
    with suppress(OSError):
        folder = os.open(path.resolve().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
