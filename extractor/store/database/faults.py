"""What databases and their drivers say when something fails, as errors of this package.

SQLite's codes: https://www.sqlite.org/rescode.html. PostgreSQL's:
https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from extractor.errors import AuthenticationError, DatabaseMismatchError, ExtractorError, StoreError

_SQLITE = {
    sqlite3.SQLITE_BUSY: "was in use by another process for too long: try again when that has finished",
    sqlite3.SQLITE_LOCKED: "was in use by another connection for too long: try again when that has finished",
    sqlite3.SQLITE_READONLY: "cannot be written: make the file and its folder writable, or use another one",
    sqlite3.SQLITE_PERM: "cannot be used: make the file and its folder readable and writable",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: make the file and its folder readable and writable",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: make room and run again; what was stored before is safe",
    sqlite3.SQLITE_CORRUPT: "is damaged: put a backup in its place",
    sqlite3.SQLITE_IOERR: "cannot be read or written, the disk fails: check it and put a backup in its place",
}
_NO_SQLITE = (
    "is no SQLite database: name another file, or one that does not exist yet, or, if it was one, put a backup in its "
    "place"
)
_TOO_MANY = "has too many readings open in this program: finish or close the exports and checks that were begun"

_REFUSED = "refuses this user or password: correct the address"
_UNKNOWN = "does not exist on this server: create it with 'createdb', or correct the address"
_UNREACHABLE = "cannot be reached: see that the server runs and that host and port are right"
_POSTGRESQL = (
    ("28", AuthenticationError, _REFUSED),
    ("3D000", DatabaseMismatchError, _UNKNOWN),
    ("42501", AuthenticationError, "does not let this user do that: grant the right, or use another user"),
    ("25006", StoreError, "is read-only: use the primary server"),
    ("53100", StoreError, "cannot grow, the server's disk is full: make room and run again"),
    ("53300", StoreError, "has too many connections: try again when some are closed"),
    ("40", StoreError, "had two writers in each other's way: run again"),
    ("55P03", StoreError, "was in use by another process for too long: run again"),
    ("57", StoreError, "ended the connection: run again when the server is up"),
    ("08", StoreError, _UNREACHABLE),
    ("XX", StoreError, "is damaged: put a backup in its place"),
)
_GIVEN = re.compile(r'(\binvalid [^"]*(?:"[^"]*": )?|missing "=" after )"[^"]*"', re.IGNORECASE)
# A refused connection has no code, only the server's words.
_CONNECTING = (
    (r"password|authentication|role .* does not exist|pg_hba", AuthenticationError, _REFUSED),
    (r"database .* does not exist", DatabaseMismatchError, _UNKNOWN),
    (r"too many (?:connections|clients)|connection slots", StoreError, _POSTGRESQL[5][2]),
    (r"invalid (?:connection option|URI|port|\w+ value)", DatabaseMismatchError, "has a wrong address: correct it"),
    (r"connection|connect|translate host|resolve|timeout|closed|server", StoreError, _UNREACHABLE),
)


def translate(error: Exception, place: str, /) -> ExtractorError:
    """The error of this package that a driver's or SQLAlchemy's error about the database at ``place`` comes to."""
    if isinstance(error, PoolTimeoutError):
        return StoreError(f"the database {place!r} {_TOO_MANY}")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(cause, place)
    return _from_postgresql(cause, place)


def unreadable(error: Exception, place: str, where: str | None, /) -> StoreError:
    """The error for a stored value that is not of its kind; ``where`` it is (``claims 12, horizon_end``), if known."""
    told = f"a damaged value in {where}" if where else "a damaged value"
    return StoreError(
        f"the database {place!r} holds {told} ({_line(error)[:200]}): put a backup in its place; 'extractor db check' "
        "tells more"
    )


def _from_sqlite(cause: sqlite3.Error, place: str, /) -> ExtractorError:
    code = getattr(cause, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_NOTADB:
        return DatabaseMismatchError(f"{place!r} {_NO_SQLITE}")
    told = _SQLITE.get(primary) if primary is not None else None
    return StoreError(f"the database {place!r} {told} ({cause})" if told else _other(cause, place))


def _from_postgresql(cause: BaseException, place: str, /) -> ExtractorError:
    state = getattr(cause, "sqlstate", None)
    if state is None:
        for pattern, kind, told in _CONNECTING:
            if re.search(pattern, str(cause), re.IGNORECASE):
                return kind(f"the database {place!r} {told} ({_line(cause)})")
        return StoreError(_other(cause, place))
    for start, kind, told in _POSTGRESQL:
        if state.startswith(start):
            return kind(f"the database {place!r} {told} ({_line(cause)})")
    return StoreError(_other(cause, place))


def _other(cause: BaseException, place: str, /) -> str:
    return f"the database {place!r} failed, nothing was changed: {_line(cause)}; 'extractor db check' looks for damage"


def _line(cause: BaseException, /) -> str:
    """The gist of a driver's message, which may go on for lines, without values that an address gave."""
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return _GIVEN.sub(r'\1"..."', lines[0]) if lines else type(cause).__name__
