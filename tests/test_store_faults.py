"""What the faults of servers, files and disks come to: one clear line, nothing lost, and no secret told."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, make_url, select, update
from store_databases import count_articles, fill, make_store

from extractor.errors import (
    AuthenticationError,
    DatabaseMismatchError,
    ExtractorError,
    StoreError,
)
from extractor.store.database import opening
from extractor.store.database.opening import find_address, open_database
from extractor.store.tables import articles, claims, experts, runs

SECRET = "tide-4711-quay"


@pytest.fixture
def file(sqlite_path: Path) -> Path:
    """An SQLite database with an article, closed."""
    return make_store(sqlite_path)


@pytest.fixture
def shut_file() -> Iterator[Path]:
    """An SQLite database with an article that cannot be written, nor can its folder.

    Rights do not hold for root, so that root is an ordinary user for the time of the test.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = make_store(Path(folder) / "claims.db")
        for entry, mode in ((path, 0o444), (path.parent, 0o555)):
            entry.chmod(mode)
        if is_root:
            os.seteuid(65534)
        yield path
        if is_root:
            os.seteuid(0)
        path.parent.chmod(0o700)


# Faults of servers


def answer(server: socket.socket, state: str, message: str) -> None:
    """Refuse one PostgreSQL client in the protocol's words: https://www.postgresql.org/docs/current/protocol.html."""
    client, _ = server.accept()
    with client:
        while client.recv(8192)[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):  # asks for encryption
            client.sendall(b"N")
        body = f"SFATAL\0VFATAL\0C{state}\0M{message}\0\0".encode()
        client.sendall(b"E" + (len(body) + 4).to_bytes(4) + body)


@pytest.mark.parametrize(
    ("state", "message", "kind"),
    [
        ("28P01", 'password authentication failed for user "ana"', AuthenticationError),
        ("28000", 'no pg_hba.conf entry for host "::1"', AuthenticationError),
        ("3D000", 'database "quays" does not exist', DatabaseMismatchError),
        ("53300", "sorry, too many clients already", StoreError),
        ("57P03", "the database system is starting up", StoreError),
    ],
)
def test_a_server_that_refuses(state: str, message: str, kind: type[ExtractorError]) -> None:
    """Wrong passwords and names are the user's to correct, the rest is for later; the password is told nowhere."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, args=(server, state, message))
        thread.start()
        with pytest.raises(kind, match=message.partition('"')[0]) as caught:
            open_database(f"postgresql://ana:{SECRET}@127.0.0.1:{server.getsockname()[1]}/quays?sslmode=disable")
        thread.join()
    assert type(caught.value) is kind
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_unknown_database_and_role(postgresql_url: str) -> None:
    """A real server's words are understood, too."""
    url = make_url(postgresql_url)
    with pytest.raises(DatabaseMismatchError, match="does not exist on this server"):
        open_database(url.set(database="no_such_quay").render_as_string(hide_password=False))
    with pytest.raises(AuthenticationError, match="refuses this user or password"):
        open_database(url.set(username="no_such_role").render_as_string(hide_password=False))


def test_an_unreachable_server_is_for_later() -> None:
    """Nobody listens: exit code 1, one line."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_database(f"postgresql://ana:{SECRET}@127.0.0.1:{port}/quays?password={SECRET}")
    assert (caught.value.exit_code, "\n" in str(caught.value)) == (1, False)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_password_is_shown(postgresql_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the place, nor a representation, nor a log has it."""
    address = make_url(postgresql_url).set(password=SECRET).render_as_string(hide_password=False)
    with caplog.at_level(logging.DEBUG):
        database = open_database(f"{address}{'&' if '?' in address else '?'}sslpassword={SECRET}")
    shown = [database.place, repr(database), repr(database.engine), repr(find_address(address)), caplog.text]
    assert not [text for text in shown if SECRET in text]
    assert "sslpassword=***" in database.place
    database.close()


def test_a_server_that_goes_away_is_told(postgresql_url: str) -> None:
    """A connection that breaks in the middle is an error of the store, and what was written is gone."""
    database = open_database(postgresql_url)
    with pytest.raises(StoreError, match=r"ended the connection|cannot be reached"), database.writing() as connection:
        fill(connection)
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with database.outside() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 10000)")
        connection.execute(select(articles))
    assert count_articles(database) == 0
    database.close()


# Faults of files


def test_a_read_only_file_is_readable(shut_file: Path) -> None:
    """It gives what it holds and refuses more."""
    database = open_database(shut_file)
    assert count_articles(database) == 1
    with pytest.raises(StoreError, match="cannot be written"), database.writing() as connection:
        connection.execute(articles.delete())
    database.close()


def test_a_read_only_file_in_a_writable_folder_is_readable(shut_file: Path) -> None:
    """SQLite then works with its log, and still does not write."""
    if shut_file.parent.owner() == "root":
        os.seteuid(0)
        os.chown(shut_file.parent, 65534, -1)
        os.seteuid(65534)
    shut_file.parent.chmod(0o755)
    database = open_database(shut_file)
    assert count_articles(database) == 1
    with pytest.raises(StoreError, match="cannot be written"), database.writing() as connection:
        connection.execute(articles.delete())
    database.close()


def test_no_database_can_be_made_in_a_read_only_folder(shut_file: Path) -> None:
    """Exit code 1, and what to do."""
    with pytest.raises(StoreError, match="cannot be opened: make the file and its folder readable and writable"):
        open_database(shut_file.with_name("other.db"))


def test_an_unreadable_folder_is_told(shut_file: Path) -> None:
    """A path that may not even be looked at is no crash."""
    inner = shut_file.parent / "claims.db" / "x.db"
    with pytest.raises((StoreError, DatabaseMismatchError), match=r"x\.db|claims\.db"):
        open_database(inner)


def test_a_full_disk_loses_nothing(file: Path) -> None:
    """What does not fit is not stored, what was stored stays. The limit on pages stands for the disk's end."""
    database = open_database(file)
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    database.close()  # the next connection has the limit
    with pytest.raises(StoreError, match="the disk is full"), database.writing() as connection:
        connection.execute(update(claims).values(quote="long " * 100_000))
    assert count_articles(database) == 1
    database.close()


def test_a_corrupt_file_is_told(file: Path) -> None:
    """Damage in the middle of a file is an error of the store."""
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged: put a backup in its place") as caught:
        count_articles(open_database(file))
    assert caught.value.exit_code == 1


def test_a_zeroed_header_is_told(file: Path) -> None:
    """It may have been a database of ours: the advice names the backup too."""
    content = file.read_bytes()
    file.write_bytes(bytes(4096) + content[4096:])
    with pytest.raises(DatabaseMismatchError, match="if it was one, put a backup in its place"):
        count_articles(open_database(file))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("runs SET started_at = 'garbage'", "runs 1, started_at"),
        ("runs SET settings = '{'", "runs 1, settings"),
        ("claims SET horizon_end = '2031-02-31'", "claims 1, horizon_end"),
        ("claims SET date_published = 20310101", "claims 1, date_published"),
        ("claims SET spans = '{'", "claims 1, spans"),
        ("articles SET added_at = 'garbage'", "articles "),
    ],
)
def test_a_damaged_value_is_told_to_readers(file: Path, change: str, where: str) -> None:
    """In one line, with table, row and column; other errors of what reads stay what they are."""
    database = open_database(file)
    with database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {change}")
    with pytest.raises(StoreError, match=f"a damaged value in {where}") as caught, database.reading() as connection:
        for table in (articles, runs, claims):
            connection.execute(select(table)).all()
    assert (caught.value.exit_code, "\n" in str(caught.value)) == (1, False)
    with pytest.raises(ValueError, match="mine"), database.reading():
        raise ValueError("mine")
    database.close()


def test_a_cut_file_is_told(file: Path) -> None:
    """So is a file that ends too early."""
    file.write_bytes(file.read_bytes()[:20_000])
    with pytest.raises(StoreError, match="is damaged"):
        count_articles(open_database(file))


def test_a_lock_that_lasts_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer waits for another, but not for ever; readers do not wait."""
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    one, other = open_database(file), open_database(file)
    with one.writing() as connection:
        connection.execute(update(experts).values(name="Ana B. Roe"))
        with pytest.raises(StoreError, match="in use by another process"), other.writing():
            pass
        assert count_articles(other) == 1
    one.close()
    other.close()
