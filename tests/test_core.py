"""The facade: sync and async, in and out of a running loop, with a model and without."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_engine import FakeEngine, expert, extraction, position

import extractor as package
from extractor import Extraction, Extractor, Settings, Summary, article_from_text
from extractor.errors import ConfigurationError, InputError
from extractor.schemas.extraction import check_spans, iter_spans

TEXT = (
    "Ana Roe, a harbour pilot, says that the port of Varnsee is likely to close by the end of 2031. "
    "“We are full,” said Piet Maas. He argued that Varnsee should build a second quay.\n"
)
ANSWER = extraction([expert("Piet Maas")], [position("Piet Maas", "“We are full,”", statement="The port is full.")])


def scripted(*script: object) -> Extractor:
    """An extractor with a scripted engine and without the audit."""
    return Extractor("openai:fake", engine=FakeEngine(*script), audit=False)  # type: ignore[arg-type]


def test_the_default_needs_no_model() -> None:
    """Without settings the built-in engine works, and says so."""
    with Extractor() as extractor:
        result = extractor.extract(TEXT)
    assert (result.provenance.engine, result.provenance.model, result.provenance.calls) == ("builtin", None, 0)
    assert {expert.name for expert in result.experts} == {"Ana Roe", "Piet Maas"}
    check_spans(result.article, iter_spans(result))


def test_the_built_in_engine_loads_no_model_library() -> None:
    """An extraction without a model imports neither LangChain nor a provider's SDK."""
    code = (
        "import sys, extractor; extractor.Extractor().extract('Ana Roe says that the port is full.');"
        "print([m for m in ('langchain', 'langchain_core', 'openai', 'langsmith') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_built_in_summary_is_tied_to_the_text() -> None:
    """Every sentence of a summary has exact evidence."""
    with Extractor() as extractor:
        summary = extractor.summarize(TEXT, length="short")
    assert summary.headline.evidence
    check_spans(summary.article, iter_spans(summary))
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


def test_sync_calls_work_inside_a_running_loop() -> None:
    """A notebook's loop does not get in the way of the synchronous methods."""

    async def notebook() -> Extraction:
        with scripted(ANSWER) as extractor:
            return extractor.extract(TEXT)

    assert len(asyncio.run(notebook()).positions) == 1


def test_one_extractor_serves_several_loops() -> None:
    """The asynchronous twin works under repeated asyncio.run with one client."""
    with scripted(ANSWER, ANSWER) as extractor:
        first = asyncio.run(extractor.aextract(TEXT))
        second = asyncio.run(extractor.aextract(TEXT))
    assert first.positions == second.positions


async def test_the_asynchronous_twins_do_the_same() -> None:
    """aextract and asummarize of the built-in engine give what extract and summarize give."""
    with Extractor() as extractor:
        assert (await extractor.aextract(TEXT)).claims == extractor.extract(TEXT).claims
        assert (await extractor.asummarize(TEXT)).abstract == extractor.summarize(TEXT).abstract


def test_an_extractor_may_be_used_after_it_was_closed() -> None:
    """Closing gives back connections; a further call opens new ones."""
    extractor = scripted(ANSWER, ANSWER)
    extractor.extract(TEXT)
    extractor.close()
    assert len(extractor.extract(TEXT).positions) == 1
    extractor.close()


def test_the_runnable_is_a_step_of_a_chain() -> None:
    """as_runnable takes a text or an article and gives the extraction, alone and in batches."""
    with Extractor() as extractor:
        runnable = extractor.as_runnable()
        assert runnable.invoke(TEXT).claims == extractor.extract(TEXT).claims
        assert len(runnable.batch([TEXT, article_from_text(TEXT)])) == 2


async def test_the_runnable_is_asynchronous_too() -> None:
    """ainvoke goes through aextract."""
    with scripted(ANSWER) as extractor:
        assert len((await extractor.as_runnable().ainvoke(TEXT)).positions) == 1


@pytest.mark.parametrize("text", ["", "   \n\t "])
def test_a_blank_text_is_an_error_of_the_input(text: str) -> None:
    """There is nothing to extract from."""
    with Extractor() as extractor, pytest.raises(InputError):
        extractor.extract(text)


def test_settings_come_whole_or_one_by_one() -> None:
    """Settings and single settings together would leave open which counts."""
    with pytest.raises(ConfigurationError, match="not both"):
        Extractor("builtin", settings=Settings())


def test_an_unknown_setting_is_named() -> None:
    """A misspelt setting is an error when the extractor is made."""
    with pytest.raises(ConfigurationError, match="chunksize"):
        Extractor(chunksize=3)


def test_a_preview_sends_nothing() -> None:
    """The messages of every chunk, and an estimate of their tokens."""
    with scripted() as extractor:
        preview = extractor.preview(TEXT)
        summary = extractor.preview(TEXT, length="short")
    assert TEXT in str(preview.requests[0][-1].content)
    assert "abstract of one or two sentences" in str(summary.requests[0][-1].content)
    assert preview.estimated_tokens > len(TEXT) / 4


def test_an_extraction_of_another_article_is_refused() -> None:
    """A summary cannot stand on claims of another text."""
    with Extractor() as extractor:
        other = extractor.extract("Bo Lind says that it rains.")
        with pytest.raises(ConfigurationError, match="another article"):
            extractor.summarize(TEXT, extraction=other)


def test_a_given_extraction_keeps_its_experts() -> None:
    """The summary speaks of the experts of the given extraction, under their ids, in one call."""
    sentence = {"text": "The port is full.", "evidence": ["We are full"]}
    line = {"expert": "Piet Maas", "kind": "person", "role": None, "affiliation": None, **sentence}
    draft = {"headline": sentence, "abstract": [sentence], "by_expert": [line], "agreements": [], "disagreements": []}
    with scripted(ANSWER, draft) as extractor:
        found = extractor.extract(TEXT)
        summary = extractor.summarize(TEXT, extraction=found)
    assert summary.experts == found.experts
    assert summary.by_expert[0].expert_id == found.experts[0].id
    assert summary.provenance.calls == 1


@pytest.mark.parametrize("name", package.__all__)
def test_every_public_name_loads(name: str) -> None:
    """The lazily loaded names exist, and dir lists them."""
    assert getattr(package, name) is not None
    assert name in dir(package)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    """The package behaves as a module does."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        package.nothing  # noqa: B018


def test_results_of_the_built_in_engine_are_deterministic() -> None:
    """The same article gives the same result, but for the time it took."""
    with Extractor() as extractor:
        first, second = (json.loads(extractor.extract(TEXT).model_dump_json()) for _ in range(2))
    for result in (first, second):
        del result["provenance"]
    assert first == second


def test_importing_the_package_is_cheap() -> None:
    """`import extractor` loads no dependency."""
    code = "import sys, extractor; print('pydantic' in sys.modules, 'rich' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
    )
    assert done.stdout.strip() == "False False"


@pytest.mark.parametrize("given", [None, 5, {"text": TEXT}, b"bytes"])
def test_what_is_no_article_is_an_error_of_the_input(given: Any) -> None:
    """The type is named, and what to give instead."""
    with Extractor() as extractor, pytest.raises(InputError, match=type(given).__name__):
        extractor.extract(given)
