"""The address of a database may hold a password, which is never shown."""

from __future__ import annotations

import json

import pytest
from cli_run import run

from extractor.settings import describe, load_settings, shown_database

SECRET = "s3cr.et"


@pytest.mark.parametrize(
    ("db", "shown"),
    [
        ("claims.db", "claims.db"),
        ("/data/my claims.db", "/data/my claims.db"),
        ("sqlite:///claims.db", "sqlite:///claims.db"),
        ("postgresql://host/name", "postgresql://host/name"),
        (f"postgresql://user:{SECRET}@host:5432/name", "postgresql://host:5432/name"),
        (f"postgresql+psycopg://user:{SECRET}@[::1]:5432/name", "postgresql+psycopg://[::1]:5432/name"),
        (f"postgresql:///name?host=/run&password={SECRET}", "postgresql:///name?..."),
        (f"postgresql://user:{SECRET}/{SECRET}@host/name", None),
        (f"postgresql://user:{SECRET}?{SECRET}@host/name", None),
        (f"postgresql://user:{SECRET}#{SECRET}@host/name", None),
        (f"postgresql://user:{SECRET}@{SECRET}@host/name", None),
        (f"postgresql://host/name?user=a@b&password={SECRET}", None),
        (f"postgresql://user:{SECRET}/name", None),
        (f"postgresql:user:{SECRET}@host/name", None),
        (f"host=x password={SECRET}", None),
        (f"postgresql//user:{SECRET}", None),
        (f"postgresql:{SECRET}", None),
        (f"bob:{SECRET}@postgresql://host/name", None),
        (f"postgresql://host;password={SECRET}/name", None),
    ],
)
def test_a_password_of_a_database_is_never_shown(db: str, shown: str | None) -> None:
    """Where it cannot be told what is the password, only the length is shown; repr and dumps show nothing."""
    assert shown_database(db) == (shown or f"set ({len(db)} characters)")
    settings = load_settings(db=db)
    assert settings.db is not None and settings.db.get_secret_value() == db
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert {line.value for line in describe(settings) if line.name == "db"} == {shown_database(db)}


def test_doctor_shows_the_database_without_its_password() -> None:
    """The setting stands among the others, with its source."""
    done = run("doctor", env={"EXTRACTOR_DB": f"postgresql://user:{SECRET}@host/name"})
    (line,) = (line for line in json.loads(done.stdout)["settings"] if line["name"] == "db")
    assert (line["value"], line["source"]) == ("postgresql://host/name", "environment EXTRACTOR_DB")
    assert SECRET not in done.output
