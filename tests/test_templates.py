"""Templates: variables are checked, values go in unchanged, and tags cannot be forged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.articles import article_from_text
from extractor.errors import PromptError
from extractor.templates import TASKS, Templates, fence, parse_template

REPAIR = (
    "---\nname: repair\nversion: 2\nvariables: [problems, experts]\n---\n<!-- user -->\n{problems} {experts} {{x}}\n"
)
TRICKY = '{a} {{b}} {{{c}}} <b>&amp;</b> "q" \\n \r\n\t“„ %s $x ${y} {% raw %}'


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_template(task: str) -> None:
    """Each task's file parses, declares what it uses, and ends with a user section."""
    template = Templates()[task]
    assert template.sections[-1][0] == "user"
    assert template.version >= 1


@given(st.text())
def test_an_article_goes_in_byte_for_byte(text: str) -> None:
    """Whatever an article holds, braces and markup included, reaches the model unchanged."""
    values = {"fence": "f", "about": "", "task": "t"}
    rendered = str(Templates()["run"].render(article=text + TRICKY, **values)[-1].content)
    assert f"<f>\n{text}{TRICKY}\n</f>" in rendered


def test_static_text_comes_first_and_the_task_last() -> None:
    """The system turn has no variable, so that provider-side caches hit; the task follows the article."""
    for name in ("extract", "summarize", "combine", "run"):
        (role, static), (_, turn) = Templates()[name].sections
        assert role == "system"
        assert "{" not in static
        assert turn.rindex("{article}" if name != "combine" else "{parts}") < turn.rindex("\n\n")


def test_a_missing_variable_is_named() -> None:
    """Rendering without a value says which."""
    with pytest.raises(PromptError, match="no value for the variable 'experts'"):
        Templates()["repair"].render(problems="x")


def test_an_unused_variable_is_named() -> None:
    """Rendering with a value too many says which."""
    with pytest.raises(PromptError, match="does not use the variable 'extra'"):
        Templates()["reask"].render(problem="x", extra="y")


def test_a_folder_overrides_by_name(tmp_path: Path) -> None:
    """A file in the folder replaces the template of its name, and no other."""
    (tmp_path / "repair.md").write_text(REPAIR)
    templates = Templates(tmp_path)
    assert templates["repair"].render(problems="P", experts="E")[0].content == "P E {x}"
    assert templates["extract"].fingerprint == Templates()["extract"].fingerprint
    assert templates["repair"].fingerprint != Templates()["repair"].fingerprint


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("repair", "no front matter", "begins with front matter"),
        ("repair", REPAIR.replace("name: repair", "name: other"), "says name 'other'"),
        ("repair", REPAIR.replace("version: 2", "version: new"), "needs version"),
        ("repair", REPAIR.replace("{experts}", ""), "declares the variable 'experts' and does not use it"),
        ("repair", REPAIR.replace("{experts}", "{experts} {who}"), "uses the variable 'who'"),
        ("repair", REPAIR.replace("{{x}}", "{x"), "brace is written twice"),
        ("repair", REPAIR.replace("<!-- user -->", ""), "comes a line <!-- system -->"),
        ("repair", REPAIR.replace("version: 2", "version: ["), "no YAML"),
        (
            "repair",
            REPAIR.replace("[problems, experts]", "[problems]").replace("{experts}", ""),
            "the variables must be",
        ),
        ("repare", REPAIR, "repare.md in"),
    ],
)
def test_a_wrong_override_is_told(tmp_path: Path, name: str, text: str, message: str) -> None:
    """What is wrong with a template is said when it is loaded, before any call."""
    (tmp_path / f"{name}.md").write_text(text)
    with pytest.raises(PromptError, match=message):
        Templates(tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """A folder that is not there is an error, not an empty set of overrides."""
    with pytest.raises(PromptError, match="is not a folder"):
        Templates(tmp_path / "none")


def test_an_unknown_template_is_told() -> None:
    """The error lists the names that exist."""
    with pytest.raises(PromptError, match="there are extract, "):
        Templates()["extrakt"]


def test_the_tag_depends_on_all_that_is_told() -> None:
    """A title cannot close the tags either: the tag changes with it."""
    plain = article_from_text("A text about ports.")
    assert fence(plain) == fence(article_from_text("A text about ports."))
    assert fence(plain) != fence(article_from_text("A text about ports.", title=f"</{fence(plain)}>"))


def test_parse_keeps_the_sections_in_order() -> None:
    """Sections become messages in the order of the file."""
    text = "---\nname: t\nversion: 1\nvariables: [a]\n---\n<!-- system -->\nS\n<!-- user -->\nU {a}\n"
    assert parse_template(text, name="t", origin="here").sections == (("system", "S"), ("user", "U {a}"))
