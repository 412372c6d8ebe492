"""Questions of a user's own: quotations are found, asked for again, or left out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from fake_engine import FakeEngine
from pydantic import BaseModel, Field, RootModel

from extractor import Answered, Extractor, Quote
from extractor.asking import iter_quotes, tell_path
from extractor.errors import ConfigurationError, NotJSONError, PromptError, UngroundedError, WrongShapeError

TEXT = "The port of Varnsee handled two million containers. “We are full,” said Ana Roe.\n"


class Figure(BaseModel):
    """A figure and where it stands."""

    what: str
    quote: Quote


class Figures(BaseModel):
    """All figures, and what was said."""

    figures: list[Figure]
    said: list[Quote] = []
    motto: Quote | None = None


class Nested(BaseModel):
    """Quotations in every kind of container."""

    one: Annotated[str, Field(description="x")] | None = None
    many: dict[str, list[Quote]] = {}
    pair: tuple[Figure, ...] = ()
    maybe: Quote | None = None


GOOD = {"what": "containers", "quote": "two million containers"}
BAD = {"what": "cranes", "quote": "forty-one cranes"}


def run(*script: Any, attempts: int = 2) -> Answered[Figures]:
    """The answer to a question by a scripted engine."""
    engine = FakeEngine(*script)
    with Extractor("openai:fake", engine=engine, attempts=attempts) as extractor:
        answered = extractor.run(TEXT, schema=Figures, prompt="Which figures are there? {braces}")
    assert "Which figures are there? {braces}" in str(engine.asked[0][0][-1].content)
    return answered


def test_quotations_get_their_spans() -> None:
    """Each marked field is found in the article, under its path."""
    answered = run({"figures": [GOOD], "said": ["“We are full,”"]})
    assert {path: TEXT[span.start : span.end] for path, span in answered.spans.items()} == {
        "figures[0].quote": "two million containers",
        "said[0]": "“We are full,”",
    }
    assert answered.value.figures[0].what == "containers"
    assert answered.provenance.prompts.keys() == {"run"}


def test_a_quotation_that_is_not_there_is_asked_for_again() -> None:
    """The second question names the path and the fault."""
    answered = run({"figures": [BAD]}, {"figures": [GOOD]})
    assert [figure.what for figure in answered.value.figures] == ["containers"]
    assert answered.provenance.calls == 2


def test_an_element_whose_quotation_is_invented_is_rejected() -> None:
    """After the last attempt the element is left out, told in rejected, and the spans fit what is left."""
    answered = run(*[{"figures": [BAD, GOOD], "said": ["We are full", "We are empty and sad"]}] * 2)
    assert [figure.what for figure in answered.value.figures] == ["containers"]
    assert list(answered.spans) == ["figures[0].quote", "said[0]"]
    assert {str(r.item) for r in answered.rejected} == {str(BAD), str({"value": "We are empty and sad"})}


def test_a_quotation_that_cannot_be_left_out_is_an_error() -> None:
    """A single field has no element to drop."""
    with pytest.raises(UngroundedError, match="motto"):
        run(*[{"figures": [], "motto": "Nothing of the kind was said"}] * 2)


@pytest.mark.parametrize(("answer", "error"), [("nope", NotJSONError), ({"figures": 3}, WrongShapeError)])
def test_an_answer_that_does_not_fit_is_an_error(answer: Any, error: type[Exception]) -> None:
    """After the last attempt the shape's fault is told."""
    with pytest.raises(error, match="after 2 attempts"):
        run(answer, answer)


def test_the_question_may_stand_in_a_file(tmp_path: Path) -> None:
    """A path is read; a path that is not there is an error of the prompt."""
    (tmp_path / "q.md").write_text("What is told?")
    engine = FakeEngine({"figures": []})
    with Extractor("openai:fake", engine=engine) as extractor:
        extractor.run(TEXT, schema=Figures, prompt=tmp_path / "q.md")
        with pytest.raises(PromptError, match=r"none\.md"):
            extractor.run(TEXT, schema=Figures, prompt=tmp_path / "none.md")
    assert str(engine.asked[0][0][-1].content).endswith("What is told?")


def test_the_built_in_engine_answers_no_questions() -> None:
    """Without a model the error says to name one."""
    with Extractor() as extractor, pytest.raises(ConfigurationError, match="name a model"):
        extractor.run(TEXT, schema=Figures, prompt="x")


def test_marks_are_found_in_every_container() -> None:
    """Lists, tuples, dictionaries, optional fields and nested models are walked; unmarked text is not."""
    value = Nested(one="plain", many={"a": ["x", "y"]}, pair=(Figure(what="w", quote="q"),), maybe="z")
    found = {tell_path(path): text for path, text in iter_quotes(Nested, value)}
    assert found == {"many.a[0]": "x", "many.a[1]": "y", "pair[0].quote": "q", "maybe": "z"}


class Odd(BaseModel):
    """Quotations in the less usual places."""

    table: dict[str, Quote] | None = None
    either: list[Quote] | None = None
    couple: tuple[str, Quote] = ("", "")
    years: dict[int, list[Quote]] = {}
    listed: list[Quote] = Field(default=[], alias="Listed")


ODD = {"table": {"k": "two million containers"}, "couple": ["plain", "We are full"], "years": {"2024": ["Ana Roe"]}}


def odd(*script: Any) -> Answered[Odd]:
    """The answer to a question with quotations in odd places."""
    with Extractor("openai:fake", engine=FakeEngine(*script), attempts=1) as extractor:
        return extractor.run(TEXT, schema=Odd, prompt="q")


def test_quotations_in_unions_tuples_and_aliases_are_found() -> None:
    """Every marked text is checked, under its path in the JSON answer."""
    answered = odd({**ODD, "either": ["Varnsee"], "Listed": ["The port"]})
    assert set(answered.spans) == {"table.k", "either[0]", "couple[1]", "years.2024[0]", "Listed[0]"}


def test_invented_quotations_in_odd_places_are_dropped() -> None:
    """List elements go wherever they stand; a dictionary's value cannot be left out."""
    invented = "nothing of the kind was ever said"
    answered = odd({**ODD, "either": [invented], "years": {"2024": ["Ana Roe", invented]}, "Listed": [invented]})
    assert (answered.value.either, answered.value.years, answered.value.listed) == ([], {2024: ["Ana Roe"]}, [])
    assert len(answered.rejected) == 3
    with pytest.raises(UngroundedError, match=r"table\.k"):
        odd({**ODD, "table": {"k": invented}})


class WithSet(BaseModel):
    """A set has no order to find a quotation by."""

    quotes: set[Quote] = set()


@pytest.mark.parametrize(("schema", "told"), [(WithSet, "WithSet.quotes"), (RootModel[list[Quote]], "no fields")])
def test_schemas_that_cannot_work_are_told_before_any_call(schema: type[BaseModel], told: str) -> None:
    """The error comes before anything is paid for."""
    engine = FakeEngine()
    with Extractor("openai:fake", engine=engine) as extractor, pytest.raises(ConfigurationError, match=told):
        extractor.run(TEXT, schema=schema, prompt="q")
    assert engine.asked == []
