"""Three articles in a database, for tests of the commands that ask it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from cli_run import run

from extractor import Extractor, article_from_text
from extractor.schemas import Extraction
from extractor.store import Store

TEXTS = {
    "2025-02-10": "Mara Lind, chief economist at Halden Bank, says that interest rates are unlikely to fall before June"
    " 2026. Lind argues that the council should keep rates where they are.",
    "2025-04-10": "Interest rates will probably fall before June 2026, Mara Lind, chief economist at Halden Bank, said"
    " on Tuesday. Oda Brekke, a harbour pilot, opposes a second quay.",
    "2025-06-10": "Lind says that there is a 70 percent chance that inflation will rise by the end of 2025. Ministers"
    " support a second quay.",
}


@cache
def extractions() -> tuple[Extraction, ...]:
    """What the built-in engine finds in them."""
    with Extractor("builtin") as extractor:
        articles = [
            article_from_text(text, published=day, title=f"Comment {day}", url=f"https://example.org/{day}")
            for day, text in TEXTS.items()
        ]
        return tuple(extractor.extract(article) for article in articles)


def fill(db: str, /) -> str:
    """Store them, in order of publication; returns ``db``."""
    with Store(db) as store:
        for extraction in extractions():
            store.add(extraction)
    return db


def ask(db: str, *args: str, code: int = 0) -> Any:
    """What a command answers as JSON; it must end with ``code``."""
    end = args.index("--") if "--" in args else len(args)
    done = run(*args[:end], "--db", db, "--format", "json", *args[end:])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def read(db: str, *args: str) -> str:
    """What a command tells people, with every run of white space one space."""
    done = run(*args, "--db", db, "--format", "table", env={"COLUMNS": "400"})
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return " ".join(done.stdout.split())


def refused(db: str, *args: str) -> str:
    """The line with which a command ends that cannot be done; the exit code is 2."""
    done = run(*args, "--db", db)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert done.stderr.count("\n") == 1
    return done.stderr


def claim_id(db: str, words: str, /) -> str:
    """The id of the claim whose statement holds these words."""
    return str(next(one["id"] for one in ask(db, "claims", "list") if words in one["claim"]["statement"]))
