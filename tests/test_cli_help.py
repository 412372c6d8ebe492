"""Help: every command has it, it is complete, and it comes without waiting for what only work needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from cli_run import command_lines, run, spawn
from typer.main import get_command

import extractor
from extractor.cli import app
from extractor.cli.listing import COMMANDS
from extractor.settings import Settings

LINES = list(command_lines())
WIDE = {"TERMINAL_WIDTH": "200", "COLUMNS": "200"}
WORK = ("pydantic", "langchain_core", "openai", "rapidfuzz", "trafilatura", "pypdf", "dateparser", "yaml")
HEAVY = (*WORK, "sqlalchemy", "alembic", "numpy")


@pytest.mark.parametrize("words", LINES, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help(words: Sequence[str], flag: str) -> None:
    """Help names the command, gives an example of it and says where its output goes."""
    done = run(*words, flag, prog_name="extractor")
    told = " ".join(done.stdout.split())
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"Usage: {' '.join(['extractor', *words])} " in told
    assert f"Example: {' '.join(['extractor', *words])}" in told
    assert "standard output" in told


def test_the_commands_are_those_of_the_design() -> None:
    """No command is missing."""
    assert {" ".join(words) for words in LINES} >= {
        "extract",
        "summarize",
        "schema",
        "prompts list",
        "prompts show",
        "doctor",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_tells_what_the_command_tells(name: str) -> None:
    """What the list says of a command is the first paragraph of the command's own help."""
    command: Any = get_command(app)
    assert command.commands[name].help.partition("\n\n")[0] == COMMANDS[name].told
    assert command.commands[name].name == name


@pytest.mark.parametrize("words", [["--version"], *([*words, "--help"] for words in LINES)], ids=" ".join)
def test_help_loads_nothing_heavy(words: Sequence[str]) -> None:
    """Help of any command, and the version, import no library that only work needs."""
    code = (
        "import sys, typer; from extractor.cli import app\n"
        f"try: app({list(words)!r})\n"
        f"finally: print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = _python(code)
    assert done.endswith("loaded: []\n")


@pytest.mark.parametrize("words", [["extract"], ["summarize"], ["doctor"]], ids=" ".join)
@pytest.mark.parametrize("name", sorted(Settings.model_fields.keys() - {"api_key", "strict"}))
def test_every_setting_has_a_flag(words: Sequence[str], name: str) -> None:
    """Each setting can be given as a flag, and the help tells its default."""
    options = {option: param for param in _params(words) for option in param.opts}
    told = options[f"--{name.replace('_', '-')}"].help
    default = Settings.model_fields[name].default
    if isinstance(default, bool):
        assert f"({'yes' if default else 'no'})" in told
    elif default is not None:
        assert (default if isinstance(default, str) else f"({default:,.0f})") in told


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_no_flag_takes_a_key(words: Sequence[str]) -> None:
    """A key on a command line would be seen by others: no flag is for one, and the help names the variable instead."""
    assert not [option for param in _params(words) for option in param.opts if "key" in option]
    if any("--model" in param.opts for param in _params(words)):
        assert "EXTRACTOR_API_KEY" in run(*words, "--help", env=WIDE).stdout


def test_rare_flags_stand_apart() -> None:
    """Settings that are rarely given have a panel of their own."""
    told = run("extract", "--help").stdout
    assert told.index("─ Options ─") < told.index("--dry-run") < told.index("─ About the article")
    assert told.index("─ Settings (") < told.index("--retry-seconds")


def test_the_version_is_that_of_the_package() -> None:
    """--version prints it on the standard output."""
    done = spawn("--version")
    assert (done.returncode, done.stdout.decode().split()) == (0, ["extractor", extractor.__version__])


def _params(words: Sequence[str]) -> list[Any]:
    command: Any = get_command(app)
    for word in words:
        command = command.commands[word]
    return list(command.params)


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
