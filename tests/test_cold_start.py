"""What a command line imports: only what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_run import TEXT

ALWAYS_LATER = (
    "alembic",
    "dateparser",
    "fastapi",
    "jinja2",
    "langchain_core",
    "openai",
    "pydantic_settings",
    "pypdf",
    "rapidfuzz",
    "sqlalchemy",
    "tenacity",
    "trafilatura",
    "yaml",
    "extractor.asking",
    "extractor.auditing",
    "extractor.builtin.quoted",
    "extractor.drafting",
    "extractor.figures.numerals.russian",
    "extractor.llm",
    "extractor.schemas.stored",
    "extractor.store",
    "extractor.summarizing",
)
FOR_WORK = ("numpy", "pydantic", "regex", "extractor.core", "extractor.schemas", "extractor.cli.extract")


def imported(folder: Path, *args: str) -> set[str]:
    """The modules that a command line has imported when it ends."""
    code = (
        "import json, sys; from extractor.cli import app\n"
        f"try: app({list(args)!r})\n"
        "finally: print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return set(json.loads(done.stderr.splitlines()[-1]))


def found(modules: set[str], unwanted: Sequence[str]) -> list[str]:
    """The unwanted among the modules."""
    return [name for name in unwanted if name in modules]


def test_help_imports_no_command(tmp_path: Path) -> None:
    """The help of the command line lists the commands without importing any, nor anything that works."""
    assert found(imported(tmp_path, "--help"), (*ALWAYS_LATER, *FOR_WORK, "asyncio")) == []


def test_the_builtin_engine_imports_what_it_needs(tmp_path: Path) -> None:
    """An extraction without a model loads neither models' libraries nor databases, nor what reads other formats."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    modules = imported(tmp_path, "extract", "a.txt", "--published", "2026-03-17", "-q")
    assert found(modules, ALWAYS_LATER) == []
    assert found(modules, FOR_WORK) == list(FOR_WORK)


def test_a_command_imports_no_other(tmp_path: Path) -> None:
    """A command is loaded when it is asked for, and no other one with it."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    modules = imported(tmp_path, "extract", "a.txt", "-q")
    assert found(modules, [f"extractor.cli.{name}" for name in ("db", "evaluate", "experts", "serve")]) == []


def test_a_database_of_this_version_is_not_migrated(tmp_path: Path) -> None:
    """Alembic is loaded when a schema is made, and no more when the database has it."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    line = ("extract", "a.txt", "-q", "--db", "claims.db")
    first, again = imported(tmp_path, *line), imported(tmp_path, *line, "--published", "2026-03-17")
    assert found(first, ("alembic", "sqlalchemy")) == ["alembic", "sqlalchemy"]
    assert found(again, ("alembic", "sqlalchemy")) == ["sqlalchemy"]


def test_a_start_does_not_look_for_garbage(tmp_path: Path) -> None:
    """A command makes objects that stay, and ends before it would be worth looking through them."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    code = (
        "import gc, sys; from extractor.cli import main\n"
        "before = gc.get_stats()[2]['collections']\n"
        "try: main()\n"
        "finally: print(gc.get_stats()[2]['collections'] - before, gc.isenabled(), file=sys.stderr)"
    )
    line = [sys.executable, "-c", code, "extract", "a.txt", "-q"]
    done = subprocess.run(line, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stderr.splitlines()[-1] == "0 True"


@pytest.mark.parametrize("name", ["Extractor", "Settings", "Span", "article_from_text"])
def test_importing_the_package_imports_nothing(name: str) -> None:
    """A public name is loaded when it is used."""
    code = f"import sys, extractor; before = len(sys.modules); extractor.{name}; print(len(sys.modules) > before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
