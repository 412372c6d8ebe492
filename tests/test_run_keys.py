"""The key of a run: known before the run, the same for the same work, another for other work."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from audit_answers import CRITICS, DOUBT, DRAFT, PAYS, SAID, audit, fixed
from audit_answers import TEXT as AUDITED
from fake_engine import FakeEngine, expert, extraction, position, repair

from extractor import Article, Extraction, Extractor, Summary, article_from_text
from extractor.builtin import tagger_version
from extractor.errors import ConfigurationError
from extractor.planning import TEMPLATES
from extractor.run_keys import digest, key_of, task_of
from extractor.schemas.provenance import Provenance
from extractor.templates import TASKS

TEXT = "Ana Roe says that the port of Varnsee is full.\n\n“We are full,” said Piet Maas.\n"
PIET = expert("Piet Maas")
FULL = position("Piet Maas", "“We are full,”", statement="The port is full.")
ABSENT = position("Piet Maas", "the quay was dredged")
SOUND = extraction([PIET], [FULL])
FAULTY = extraction([PIET], [FULL, ABSENT])
SENTENCE = {"text": "The port of Varnsee is full.", "evidence": ["the port of Varnsee is full"]}
STRAY = {"text": "Ships wait.", "evidence": ["ships wait outside the port"]}
LAST = {"text": "They are full.", "evidence": ["We are full"]}
EMPTY: dict[str, Any] = {"by_expert": [], "agreements": [], "disagreements": []}
SUMMARY = {"headline": SENTENCE, "abstract": [SENTENCE], **EMPTY}


def scripted(*script: Any, **more: Any) -> Extractor:
    """An extractor with a scripted engine, which is not audited unless told so."""
    return Extractor("openai:fake", engine=FakeEngine(*script), **{"audit": False, **more})


def article(text: str = TEXT, **known: Any) -> Article:
    """An English article of a day."""
    return article_from_text(text, **{"published": "2026-03-17", "language": "en", **known})


def extracted(extractor: Extractor, text: str | Article = TEXT) -> Extraction:
    """The extraction, whose key was known before it."""
    with extractor:
        expected = extractor.run_key(text)
        result = extractor.extract(text)
    assert key_of(result) == expected
    assert result.provenance.prompts.items() <= result.provenance.settings["prompts"].items()
    return result


def summarized(extractor: Extractor, text: str | Article = TEXT, **tuning: Any) -> Summary:
    """The summary, whose key was known before it."""
    with extractor:
        expected = extractor.run_key(text, task="summarize", **tuning)
        result = extractor.summarize(text, **tuning)
    assert key_of(result) == expected
    assert result.provenance.prompts.items() <= result.provenance.settings["prompts"].items()
    return result


def key(text: str | Article = TEXT, /, *, task: Any = "extract", **more: Any) -> str:
    """The key of a run with a model."""
    with scripted(**more) as extractor:
        return extractor.run_key(text, task=task)


def test_the_built_in_engine_knows_its_key() -> None:
    """Without a model the key has the version of the tagger and no template."""
    for made in (extracted(Extractor()).provenance, summarized(Extractor()).provenance):
        assert (made.tagger_version, made.settings["prompts"]) == (tagger_version(), {})
        assert (made.settings["chunk_size"], made.settings["audit"]) == (20_000, False)


def test_a_repair_does_not_change_the_key() -> None:
    """What a model needs to be asked is not known before; what it may be asked is."""
    plain = extracted(scripted(SOUND))
    mended = extracted(scripted(FAULTY, repair(positions=[{"item": "positions[1]", **FULL}])))
    again = extracted(scripted("no JSON", SOUND))
    assert [set(result.provenance.prompts) for result in (plain, mended, again)] == [
        {"extract"},
        {"extract", "repair"},
        {"extract", "reask"},
    ]
    assert key_of(plain) == key_of(mended) == key_of(again)


def test_what_the_audit_asks_does_not_change_the_key() -> None:
    """An audit that has nothing to ask is one all the same; no audit is something else."""
    asked = extracted(scripted(DRAFT, audit([CRITICS], [(1, PAYS)]), audit=True, auditor=fixed(SAID, DOUBT)), AUDITED)
    silent = extracted(scripted(DRAFT, audit=True, auditor=fixed()), AUDITED)
    without = extracted(scripted(DRAFT), AUDITED)
    assert set(asked.provenance.prompts) == {"extract", "audit"} and set(silent.provenance.prompts) == {"extract"}
    assert key_of(asked) == key_of(silent) != key_of(without)


def test_a_summary_of_any_course_has_the_key_that_was_foreseen() -> None:
    """One call, a repaired one, and one in parts that are combined."""
    withdrawn = [{"item": "abstract[1]", "reason": "it is not in the article"}]
    mended = {"sentences": [], "lines": [], "withdrawn": withdrawn}
    whole = summarized(scripted(SUMMARY))
    repaired = summarized(scripted({**SUMMARY, "abstract": [SENTENCE, STRAY]}, mended))
    assert set(repaired.provenance.prompts) == {"summarize", "repair_summary"}
    assert key_of(repaired) == key_of(whole)
    parts = summarized(scripted(SUMMARY, {**SUMMARY, "headline": LAST, "abstract": [LAST]}, SUMMARY, chunk_size=50))
    assert set(parts.provenance.prompts) == {"summarize", "combine"}


def test_a_summary_of_a_given_extraction_is_another_run() -> None:
    """The key of the given extraction's run is part of the settings."""
    found = extracted(Extractor())
    given, alone = summarized(Extractor(), extraction=found), summarized(Extractor())
    assert given.provenance.settings["extraction"] == key_of(found)
    assert alone.provenance.settings["extraction"] is None
    assert key_of(given) != key_of(alone)
    with Extractor() as extractor, pytest.raises(ConfigurationError, match="another article"):
        extractor.run_key("Bo Lind says that it rains.", task="summarize", extraction=found)


def test_lengths_and_tasks_are_told_apart() -> None:
    """Each length of a summary is a run of its own, and no summary is an extraction."""
    with scripted() as extractor:
        keys = {extractor.run_key(TEXT, task="summarize", length=length) for length in ("short", "medium", "long")}
        assert len(keys | {extractor.run_key(TEXT)}) == 4
        assert extractor.run_key(TEXT, length="long") == extractor.run_key(TEXT)


OTHER: dict[str, Callable[[], str]] = {
    "text": lambda: key(article(TEXT + "More.")),
    "date": lambda: key(article(published="2026-03-18")),
    "language": lambda: key(article(language="de")),
    "chunk size": lambda: key(article(), chunk_size=100),
    "audit": lambda: key(article(), audit=True),
    "engine": lambda: Extractor().run_key(article()),
}


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER.keys())
def test_what_decides_the_outcome_changes_the_key(other: Callable[[], str]) -> None:
    """Text, date, language, engine and settings count."""
    assert other() != key(article())


def test_another_model_is_another_run() -> None:
    """The model's name counts."""
    with scripted() as extractor:
        first = extractor.run_key(TEXT)
    engine = FakeEngine()
    engine.model = "fake-2"
    with Extractor("openai:fake", engine=engine, audit=False) as extractor:
        assert extractor.run_key(TEXT) != first


def test_what_does_not_decide_leaves_the_key() -> None:
    """Where an article appeared, and how patient the run is, count for nothing."""
    told = article(title="Full", url="https://example.org/full", author="Bo Lind")
    assert key(told) == key(article())
    assert key(article(), attempts=7, timeout=5.0, concurrency=1) == key(article())


def test_a_template_that_the_task_may_use_counts() -> None:
    """An overridden template changes the keys of the tasks that may use it, and of no other."""
    prompts = Path("own")
    prompts.mkdir()
    _override(prompts, "repair")
    assert key(prompts=prompts) != key()
    assert key(task="summarize", prompts=prompts) == key(task="summarize")


def _override(folder: Path, name: str) -> None:
    from extractor.templates import Templates

    text = Templates()[name].text
    (folder / f"{name}.md").write_text(text + "\nBe brief.\n", encoding="utf-8")


def test_every_template_has_a_task() -> None:
    """A new template cannot be left out of the keys by an oversight."""
    known = {name for names in TEMPLATES.values() for name in names}
    assert known | {"audit"} | {"run", "repair_run"} == set(TASKS)


@pytest.mark.parametrize(
    ("language", "more", "tagged", "audited"),
    [
        ("en", {}, True, True),
        ("ru", {}, False, False),
        ("en", {"audit": False}, False, False),
        ("ru", {"auditor": fixed()}, False, True),
        ("en", {"auditor": fixed()}, False, True),
    ],
    ids=["English", "Russian", "not audited", "Russian and an auditor of one's own", "an auditor of one's own"],
)
def test_the_tagger_counts_where_it_works(language: str, more: dict[str, Any], tagged: bool, audited: bool) -> None:
    """The built-in auditor reads English only; another auditor is not the tagger."""
    made = extracted(scripted(extraction(), **{"audit": True, **more}), article(language=language)).provenance
    assert made.tagger_version == (tagger_version() if tagged else None)
    assert (made.settings["audit"], made.audit is not None) == (audited, audited)
    assert ("audit" in made.settings["prompts"]) is audited


def test_the_tagger_has_no_part_in_what_it_does_not_read() -> None:
    """Neither in a text of another language nor in a summary of a given extraction."""
    assert extracted(Extractor(), article(language="de")).provenance.tagger_version is None
    found = extracted(Extractor())
    assert summarized(Extractor(), extraction=found).provenance.tagger_version is None
    assert summarized(scripted(SUMMARY)).provenance.tagger_version is None


def test_a_question_of_ones_own_has_no_settings() -> None:
    """It is no run that a database keeps."""
    from pydantic import BaseModel

    class Place(BaseModel):
        name: str

    with scripted({"name": "Varnsee"}) as extractor:
        made = extractor.run(TEXT, schema=Place, prompt="Where?").provenance
    assert (made.settings, made.tagger_version) == ({}, None)


def test_a_result_keeps_its_key_through_json() -> None:
    """Written and read back, a result is that of the same run."""
    found, told = extracted(scripted(SOUND)), summarized(Extractor())
    assert key_of(Extraction.model_validate_json(found.model_dump_json())) == key_of(found)
    assert key_of(Summary.model_validate_json(told.model_dump_json())) == key_of(told)
    assert (task_of(found), task_of(told)) == ("extract", "summarize")


def test_a_result_of_an_earlier_version_has_a_key() -> None:
    """Provenance without tagger and settings loads; the templates that were used stand in for those that may be."""
    data = json.loads(extracted(scripted(SOUND)).model_dump_json())
    del data["provenance"]["tagger_version"], data["provenance"]["settings"]
    earlier = Extraction.model_validate(data)
    assert (earlier.provenance.tagger_version, earlier.provenance.settings) == (None, {})
    used = earlier.model_copy(update={"provenance": _with_prompts(earlier.provenance, {})})
    assert len(key_of(earlier)) == 64 and key_of(earlier) != key_of(used)


def _with_prompts(provenance: Provenance, prompts: dict[str, str]) -> Provenance:
    return provenance.model_copy(update={"prompts": prompts})


def test_a_digest_minds_no_order() -> None:
    """The same names and values give the same digest; a date given twice is the same date."""
    assert digest({"a": 1, "b": [None, "ü"]}) == digest({"b": [None, "ü"], "a": 1}) != digest({"a": 1, "b": None})
    assert key(article(published=date(2026, 3, 17))) == key(article(published="2026-03-17"))
