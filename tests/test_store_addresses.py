"""Where the store is: addresses, and what of them is shown."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest
from store_databases import count_articles

from extractor.errors import (
    DatabaseMismatchError,
    MissingPackageError,
)
from extractor.store.database import opening
from extractor.store.database.opening import find_address, open_database

SECRET = "tide-4711-quay"


# Addresses


def test_an_empty_database_becomes_a_store(database_url: str) -> None:
    """What was empty gets the schema, and opens again without being made."""
    open_database(database_url).close()
    again = open_database(database_url, create=False)
    assert count_articles(again) == 0
    again.close()


def test_without_an_address_it_is_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file lies in the platform's folder for data, which is made."""
    monkeypatch.setattr(opening, "user_data_path", lambda name, **_: tmp_path / "share" / name)
    open_database().close()
    assert (tmp_path / "share" / "extractor" / "claims.db").is_file()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("sub/a b%20?#.db", "sub/a b%20?#.db"),
        ("sqlite:///sub/a%20b#.db", "sub/a b#.db"),
        ("{folder}/sub/ü.db", "sub/ü.db"),
        ("file:x.db", "file:x.db"),
    ],
)
def test_a_path_is_a_file_of_that_name(address: str, name: str, tmp_path: Path) -> None:
    """Nothing in a path is read as an option or an escape; in a URL escapes are."""
    (tmp_path / "sub").mkdir()
    open_database(address.replace("{folder}", str(tmp_path))).close()
    assert (tmp_path / name).is_file()


def test_a_path_may_begin_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tilde is expanded, for the shell does not do so after an equals sign."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_address("~/x.db").path == tmp_path / "x.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_three_schemes(postgresql_url: str, scheme: str) -> None:
    """The schemes in use all lead to the same database, shown under one."""
    database = open_database(postgresql_url.replace("postgresql", scheme, 1))
    assert database.place.startswith("postgresql://")
    assert database.engine.driver == "psycopg"
    database.close()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://ana:{}@host/db", "databases of 'mysql' are not known"),
        ("sqlite://", "names no file"),
        ("sqlite:///x.db?mode=ro", "names no file"),
        (":memory:", "no place for a database"),
        (" ", "no place for a database"),
        ("a\0b", "no place for a database"),
        ("postgresql://ana:{}@host:port/db", "malformed"),
        ("postgresql://ana:{}@@host/db", "write it as '%40'"),
        ("://", "malformed"),
    ],
)
def test_other_addresses_are_refused(address: str, message: str) -> None:
    """The error says what is accepted, and holds no password."""
    with pytest.raises(DatabaseMismatchError, match=message) as caught:
        open_database(address.replace("{}", SECRET))
    assert SECRET not in str(caught.value)
    assert caught.value.exit_code == 2


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL needs the extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'commentary-extractor\[postgres\]'"):
        open_database("postgresql://ana@host/db")


# Addresses that hold secrets

WRONG_FORMS = [
    "postgresql:/u:{}@h/db",
    "postgresql//u:{}@h/db",
    "postgresql:u:{}@h",
    "postgresql:{}",
    "host=h user=u password={} dbname=x",
    "dbname=x  password = '{}'",
    "u:{}@h/db",
    "u:{}/x@h/db",
    "//u:{}@h/db",
    "bob:{}@postgresql://h/db",
    "host=h password={} options=x://y",
    "postgresql:///u:{}@h/db",
    "postgresql://h;password={}/db",
    "postgresql://h/db;password={}",
    "postgresql://user=u password={}@h/db",
]


@pytest.mark.parametrize("address", WRONG_FORMS)
def test_what_looks_like_an_address_is_no_file(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused without being repeated, as a path object too, and no file is made."""
    monkeypatch.chdir(tmp_path)
    for given in (address.replace("{}", SECRET), Path(address.replace("{}", SECRET))):
        with pytest.raises(DatabaseMismatchError) as caught:
            open_database(given)
        told = "".join(traceback.format_exception(caught.value))
        assert (SECRET in told, caught.value.exit_code, list(tmp_path.iterdir())) == (False, 2, [])


@pytest.mark.parametrize(
    "query",
    [
        "oauth_client_secret={}",
        "scram_client_key={}",
        "options=-c password={}",
        "sslmode=require;password={}",
        "user=u:{}@h",
        "password={}&password={}",
        "A{}=1",
    ],
)
def test_of_a_query_only_what_is_known_is_shown(query: str) -> None:
    """The rest may be a secret: neither the place, nor a representation, nor the engine has it."""
    pytest.importorskip("psycopg")
    address = find_address(f"postgresql://u@h/db?{query.replace('{}', SECRET)}&application_name=quays&host=h2")
    assert address.url is not None
    engine = opening._postgresql_engine(address.url)
    assert not [text for text in (address.place, repr(address), repr(engine)) if SECRET in text]
    assert address.place.endswith("&application_name=quays&host=h2")
    engine.dispose()


def test_a_file_may_be_named_like_an_address(tmp_path: Path) -> None:
    """With the scheme of files; ordinary names need none."""
    assert find_address(f"sqlite:///{tmp_path}/u:x@y.db").path == tmp_path / "u:x@y.db"
    for name in ("claims@work.db", "a=b.db", "postgresql.db", "postgresql/claims.db", str(tmp_path / "user=ana.db")):
        assert find_address(name).path == Path(name).absolute()


def test_the_home_of_an_unknown_user_is_told() -> None:
    """A tilde with a name that nobody has is no crash."""
    with pytest.raises(DatabaseMismatchError, match="home folder"):
        find_address("~no_such_user_of_ours/claims.db")
