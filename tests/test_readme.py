"""The README is true: its code runs, its commands and settings exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.service_settings import ServiceSettings
from extractor.settings import Settings
from extractor.templates import TASKS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python(.*?)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = re.findall(r"^(?:cat \S+ \| )?(extractor \w+)", README, re.MULTILINE)


def test_the_python_code_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The first block is run as it stands and prints what the text promises."""
    runnable = [code for flags, code in BLOCKS if "no-run" not in flags]
    assert runnable
    for code in runnable:
        exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "Mara Lind | " in printed
    assert "unlikely" in printed
    assert "2027-12-31" in printed


@pytest.mark.parametrize("code", [code for _, code in BLOCKS])
def test_all_python_code_of_the_readme_compiles(code: str) -> None:
    """Code that needs a model is at least valid, and what it imports exists."""
    compile(code, "README.md", "exec")
    for line in code.splitlines():
        if line.startswith("from extractor import"):
            exec(line, {})


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_of_the_readme_exists(command: str) -> None:
    """Each command that the README shows answers --help."""
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*Settings.model_fields, *ServiceSettings.model_fields])
def test_every_setting_stands_in_the_readme(name: str) -> None:
    """The table of settings is complete, with the variable of each."""
    assert f"`EXTRACTOR_{name.upper()}`" in README


def test_every_prompt_has_a_file() -> None:
    """The folder of prompts holds the templates that the code knows, and no other."""
    assert {path.stem for path in (ROOT / "prompts").glob("*.md")} == set(TASKS)
