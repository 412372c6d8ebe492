"""extractor prompts: the templates as they are, and what overrides them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from cli_run import run

from extractor.templates import TASKS, Templates


@pytest.mark.parametrize("name", TASKS)
def test_a_template_is_shown_byte_for_byte(name: str) -> None:
    """What is printed can be saved as an override."""
    shown = run("prompts", "show", name)
    assert shown.stdout_bytes == resources.files("extractor").joinpath("prompts", f"{name}.md").read_bytes()


def test_the_list_has_every_template() -> None:
    """Name, version, fingerprint, variables and origin of each."""
    told = json.loads(run("prompts", "list").stdout)["prompts"]
    templates = Templates()
    assert [(one["name"], one["fingerprint"]) for one in told] == [
        (name, templates[name].fingerprint) for name in TASKS
    ]
    assert {one["origin"] for one in told} == {"built in"}
    assert all(one["variables"] and one["version"] >= 1 for one in told)


@pytest.mark.parametrize("given", [["--prompts", "mine"], []], ids=["flag", "environment"])
def test_a_folder_overrides_by_name(tmp_path: Path, given: list[str]) -> None:
    """The folder comes from --prompts or EXTRACTOR_PROMPTS."""
    changed = run("prompts", "show", "run").stdout.replace("<!-- user -->", "<!-- user -->\nBe brief.")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "run.md").write_text(changed, encoding="utf-8")
    env = {} if given else {"EXTRACTOR_PROMPTS": "mine"}
    assert run("prompts", "show", "run", *given, env=env).stdout == changed
    told = json.loads(run("prompts", "list", *given, env=env).stdout)["prompts"]
    assert {one["name"] for one in told if one["origin"] != "built in"} == {"run"}


def test_a_broken_override_is_told(tmp_path: Path) -> None:
    """A template of a name that is none is one line and exit code 2."""
    (tmp_path / "extrct.md").write_text("x", encoding="utf-8")
    done = run("prompts", "list", "--prompts", str(tmp_path))
    assert done.exit_code == 2
    assert "extrct.md" in done.stderr
