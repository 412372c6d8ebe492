"""extractor db path, stats, check, backup, upgrade"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from extractor.errors import InputError
from extractor.render.phrases import count, plain

from .flattening import flattened
from .group import Commands
from .options import OutputFlags
from .output import is_file, progress, write
from .store_options import AnswerFlags, PlaceFlags, find_place, open_store

db = typer.Typer(name="db", cls=Commands)

Target = Annotated[Path, typer.Argument(metavar="FILE", help="New file for the copy.")]


def _db() -> None:
    """Look after the database: where it is, what it holds, whether it is sound, copies, newer versions.

    Example: extractor db stats --db claims.db

    Prints on the standard output.
    """


def path(database: PlaceFlags, out: AnswerFlags) -> None:
    """Print where the database is: path or address, without its password; it need not exist.

    Example: extractor db path

    Prints one line on the standard output, also in a pipe unless --format is given. It is that of --db, else of
    EXTRACTOR_DB, else a file in the user's data folder.
    """
    from extractor.render.upkeep import told_answer
    from extractor.store.database.opening import find_address

    out.check(database)
    place = find_address(find_place(database)).place
    if out.form is None and not is_file(out.output):
        write(plain(place) + "\n", None)
    else:
        out.write(told_answer({"place": place}, place))


def stats(database: PlaceFlags, out: AnswerFlags) -> None:
    """Print how much the database holds.

    Example: extractor db stats --format json

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.upkeep import facts_answer

    out.check(database)
    with open_store(database) as store:
        found = store.stats()
    out.write(facts_answer(asdict(found), "Stored"))


def check(database: PlaceFlags, out: AnswerFlags) -> None:
    """Verify what is stored: that every claim's words are where its article has them, every reference, the index.

    Example: extractor db check

    Prints each problem on the standard output, as a table on a terminal and as JSON, a list, in a pipe. Exits with 1
    when there is one.
    """
    from extractor.render.upkeep import problems_answer

    out.check(database)
    with open_store(database) as store, progress(f"checking {store.place}", OutputFlags()):
        problems = [(problem.place, problem.message) for problem in store.check()]
        place = store.place
    out.write(problems_answer(problems, well=f"All is well in {place}."))
    if problems:
        raise typer.Exit(1)


def backup(target: Target, database: PlaceFlags, out: AnswerFlags) -> None:
    """Copy an SQLite database to a new file, also while others use it; PostgreSQL has pg_dump for that.

    Example: extractor db backup claims-2026-03-17.db

    Prints the name of the copy on the standard output.
    """
    from extractor.render.upkeep import told_answer

    out.check(database)
    if is_file(out.output) and out.output.resolve() == target.expanduser().resolve():
        raise InputError(f"--output {str(out.output)!r} is the copy: name another file")
    with open_store(database, create=False) as store, progress(f"copying {store.place}", OutputFlags()):
        store.backup(target)
        size = target.expanduser().stat().st_size
    out.write(told_answer({"copy": str(target), "bytes": size}, f"Copied to {target}, {count(size, 'byte')}"))


def upgrade(database: PlaceFlags, out: AnswerFlags) -> None:
    """Bring a database of an older version of this program up to date; an SQLite file is copied first.

    Example: extractor db upgrade --db claims.db

    Prints the old and the new revision on the standard output.
    """
    from extractor.render.upkeep import told_answer
    from extractor.store.database.migrating import upgrade as upgraded

    out.check(database)
    old, new = upgraded(find_place(database))
    told = f"Upgraded from revision {old} to {new}" if old != new else f"Up to date: revision {new}"
    out.write(told_answer({"from": old, "to": new}, told))


db.callback()(flattened(_db))
db.command("path")(flattened(path))
db.command("stats")(flattened(stats))
db.command("check")(flattened(check))
db.command("backup")(flattened(backup))
db.command("upgrade")(flattened(upgrade))
