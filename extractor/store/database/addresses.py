"""Addresses of databases: what they mean, and what of them may be shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from extractor.database_names import names_file
from extractor.errors import DatabaseMismatchError

SHOWN = frozenset({"host", "port", "dbname", "user", "sslmode", "application_name", "connect_timeout"})
"""What may be shown of the query of an address; anything else may be a secret."""
_ACCEPTED = "give a path, 'sqlite:///PATH' or 'postgresql://USER:PASSWORD@HOST/DATABASE'"
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is: ``path`` of an SQLite file, or ``url`` of a PostgreSQL database."""

    path: Path | None = None
    url: URL | None = None

    @property
    def place(self) -> str:
        """Path or URL without a password, to show."""
        if self.url is None:
            return str(self.path)
        query = [_shown(name, value) for name, value in self.url.query.items()]
        bare = self.url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
        return "?".join([bare, *(["&".join(query)] if query else [])])

    def __repr__(self) -> str:
        return f"Address({self.place!r})"


def is_shown(name: str, value: str | Sequence[str], /) -> bool:
    """True when this part of an address's query holds no secret."""
    values = [value] if isinstance(value, str) else value
    return name in SHOWN and all(re.fullmatch(r"[\w.,:/ -]*", one) for one in values)


def _shown(name: str, value: str | Sequence[str], /) -> str:
    if not is_shown(name, value):
        return f"{name if re.fullmatch('[a-z_]+', name) else '***'}=***"
    return f"{name}={value if isinstance(value, str) else ','.join(value)}"


def parse(db: str | Path, /) -> Address:
    """What ``db`` means. Raises DatabaseMismatchError when it is no address; the error does not repeat it."""
    text = str(db)
    if "://" in text:
        return _parse_url(text.strip())
    if not text.strip() or "\0" in text or text == ":memory:":
        raise DatabaseMismatchError(f"{text!r} is no place for a database: {_ACCEPTED}")
    if not names_file(text):
        raise DatabaseMismatchError(
            f"the database is given in a form that is not known: {_ACCEPTED}; a file whose name looks like an address "
            "is given as 'sqlite:///PATH'"
        )
    return _file(text)


def _file(name: str, /) -> Address:
    try:
        return Address(path=Path(name).expanduser().absolute())
    except RuntimeError as error:  # '~NAME' of no user
        raise DatabaseMismatchError(f"the home folder in {name!r} is not known: write the path in full") from error


def _parse_url(text: str, /) -> Address:
    scheme = text.partition("://")[0].lower()
    told = f" ({scheme}://...)" if re.fullmatch(r"[a-z]+(?:\+[a-z]+[0-9]?)?", scheme) else ""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # their messages may hold a piece of the password
        url = None
    if url is None or not told:
        raise DatabaseMismatchError(f"the address of the database{told} is malformed: {_ACCEPTED}")
    if scheme == "sqlite":
        if url.query or url.host or not url.database or url.database == ":memory:" or "\0" in url.database:
            raise DatabaseMismatchError(f"the address of the database (sqlite://...) names no file: {_ACCEPTED}")
        return _file(url.database)
    if scheme not in _POSTGRESQL:
        raise DatabaseMismatchError(f"databases of {scheme!r} are not known: {_ACCEPTED}")
    _check_parts(url)
    return Address(url=url.set(drivername="postgresql+psycopg"))


def _check_parts(url: URL, /) -> None:
    """Refuse an address in whose parts a piece of the password may have ended up."""
    if "@" in (url.host or ""):
        raise DatabaseMismatchError("the password in the address of the database holds '@': write it as '%40'")
    parts = {"user": (url.username, r"[=\s]"), "host": (url.host, r"[=#&;\s]"), "database": (url.database, r"[@#=&;]")}
    for name, (part, odd) in parts.items():
        if re.search(odd, part or ""):
            raise DatabaseMismatchError(
                f"the address of the database is malformed, its {name} holds what no {name} has: {_ACCEPTED}; "
                "in a password write '@', '/', ':', '?' and '#' as '%40', '%2F', '%3A', '%3F' and '%23'"
            )
