"""What a real language model made of our example articles, replayed: see CONTRIBUTING.md for how it is recorded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cassettes_config import DIFFERENCES, REQUEST_HEADERS, RESPONSE_HEADERS
from recorded import ROOT, article, detected, recorded

from extractor import Extraction, Summary
from extractor.errors import ServerError
from extractor.schemas import Prediction
from extractor.schemas.extraction import check_spans, iter_spans

FOLDER = ROOT / "cassettes" / "test_cassettes"
CASSETTES = sorted((ROOT / "cassettes").rglob("*.yaml"))
SECRET = re.compile(r"sk-[A-Za-z0-9_-]{8,}|bearer|api[-_]?key|authorization|cookie", re.IGNORECASE)


@pytest.fixture
def played(vcr: Any) -> Any:
    """The cassette; every interaction in it has to be played."""
    yield vcr
    if vcr.record_mode.value == "none":
        assert vcr.all_played, f"{vcr.play_count} of {len(vcr)} interactions were played: record it again"


def extracted(name: str, **settings: Any) -> Extraction:
    """The extraction of an example article by the recorded model."""
    try:
        with recorded(**settings) as extractor:
            result = extractor.extract(article(name))
    except ServerError as error:
        pytest.fail(told(error))
    check_spans(result.article, iter_spans(result))
    return result


def summarized(name: str) -> Summary:
    """The summary of an example article by the recorded model."""
    try:
        with recorded() as extractor:
            result = extractor.summarize(article(name))
    except ServerError as error:
        pytest.fail(told(error))
    check_spans(result.article, iter_spans(result))
    return result


def told(error: BaseException) -> str:
    """What differs from the recorded request, else the error itself."""
    return DIFFERENCES[-1] if DIFFERENCES else str(error)


def prediction(result: Extraction, words: str) -> Prediction:
    """The one prediction whose content or condition holds these words."""
    found = [p for p in result.predictions if words in " ".join(s.text for s in (*p.content, p.condition) if s)]
    assert len(found) == 1, f"{len(found)} predictions with {words!r}"
    return found[0]


def names(result: Extraction | Summary) -> set[str]:
    """The experts' names."""
    return {expert.name for expert in result.experts}


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_cassettes_hold_no_header_and_no_secret(path: Path) -> None:
    """Only allowed headers are recorded, and nothing that looks like a key."""
    text = path.read_text(encoding="utf-8")
    assert not SECRET.search(text)
    for interaction in yaml.safe_load(text)["interactions"]:
        assert {name.lower() for name in interaction["request"]["headers"]} <= REQUEST_HEADERS
        assert {name.lower() for name in interaction["response"]["headers"]} <= RESPONSE_HEADERS


def test_every_cassette_is_played_by_a_test() -> None:
    """No cassette is left over from a test that is gone."""
    assert CASSETTES
    assert {path.stem.partition("[")[0] for path in CASSETTES} <= {n for n in globals() if n.startswith("test_")}
    assert all(path.parent == FOLDER for path in CASSETTES)


@pytest.mark.vcr
def test_extraction_of_an_english_commentary(played: Any) -> None:
    """Named, unnamed and collective sources, a document and the author; bands, dates, conditions, nesting."""
    result = extracted("strait-shipping.txt")
    assert names(result) >= {"Henrik Vasstrand", "Yves Castellane", "Ishani Ravendra", "Gulf brokers"}
    assert "Eleanor Maddock" in names(result)
    assert {expert.kind for expert in result.experts} >= {"person", "group", "document", "author"}
    rates = prediction(result, "fall below half a percent")
    assert (rates.likelihood.band, rates.likelihood.negated, rates.expected) == ("unlikely", True, "does_not_occur")
    assert str(rates.horizon.end) == "2026-12-31"
    attack = prediction(result, "another serious attack")
    assert attack.likelihood.stated is not None
    assert (attack.likelihood.stated.high, str(attack.horizon.start)) == (30, "2026-06-01")
    owners = prediction(result, "back to normal by September")
    assert owners.reported_by is not None
    assert result.expert(owners.reported_by).name == "Ishani Ravendra"
    assert prediction(result, "Greek finance minister").horizon.end is None
    assert "intention" in {position.kind for position in result.positions}


@pytest.mark.vcr
def test_extraction_of_figures_and_shared_surnames(played: Any) -> None:
    """Two people with one surname stay two; forecasts keep their quarters and half-years."""
    result = extracted("central-bank.md")
    assert names(result) >= {"Marta Lindqvist", "Olof Lindqvist", "Chiara Bonaventi", "Halden Bank"}
    third = prediction(result, "very unlikely before 2028")
    assert (third.likelihood.band, str(third.horizon.end)) == ("very_unlikely", "2027-12-31")
    futures = prediction(result, "two quarter-point cuts")
    assert (str(futures.horizon.end), futures.horizon.granularity) == ("2027-06-30", "quarter")
    upwards = prediction(result, "next move will be upwards")
    assert upwards.likelihood.stated is not None
    assert result.expert(upwards.expert_id).name == "Olof Lindqvist"


@pytest.mark.vcr
def test_extraction_in_two_chunks(played: Any) -> None:
    """A text in two chunks gives one expert per person, and no sentence of the first chunk twice."""
    result = extracted("grid-storage.txt", chunk_size=4000)
    assert result.provenance.calls == 2
    persons = [expert.name for expert in result.experts if expert.kind == "person"]
    assert sorted(persons) == ["Declan Fairweather", "Ingrid Maasland", "Rafael Quintanar"]
    assert result.provenance.merged >= 3
    enough = [claim for claim in result.claims if claim.content[0].text == '"That will not be enough."']
    assert [result.expert(claim.expert_id).name for claim in enough] == ["Ingrid Maasland", "Declan Fairweather"]
    assert "CASO" in next(e for e in result.experts if e.name.startswith("Continental")).aliases


def test_the_passages_of_the_audit_stand_in_their_article() -> None:
    """The fixed passages are exact; this needs no cassette."""
    read = article("strait-shipping.txt")
    for item in detected(read):
        check_spans(read, iter((*item.source, *item.cue, *item.content)))


@pytest.mark.vcr
def test_extraction_with_the_audit(played: Any) -> None:
    """What the draft left out is recorded or dismissed in the same conversation, and the counts add up."""
    result = extracted("strait-shipping.txt", audit=True, auditor=detected)
    audit = result.provenance.audit
    assert audit is not None and audit.asked > 0
    assert audit.recorded + audit.dismissed == audit.asked
    assert audit.dismissed > 0  # passage 2 of the file, "writing this kind of business", attributes nothing
    assert result.provenance.calls >= 2
    assert {"extract", "audit"} <= set(result.provenance.prompts)
    assert not result.provenance.warnings
    assert names(result) >= {"Henrik Vasstrand", "Yves Castellane", "Ishani Ravendra", "Gulf brokers"}


@pytest.mark.vcr
def test_extraction_in_russian(played: Any) -> None:
    """Inflected names are one person; Russian likelihood words and time expressions are understood."""
    result = extracted("severny-port.txt")
    assert result.article.language == "ru"
    assert names(result) >= {"Ирина Лебедева", "Руслан Тагаев", "Всеволод Кочнев", "Институт полярной логистики"}
    assert len([expert for expert in result.experts if "Лебедев" in expert.name]) == 1
    half = prediction(result, "Вряд ли мы увидим")
    assert (half.likelihood.band, half.expected) == ("unlikely", "does_not_occur")
    tripled = prediction(result, "перевозки через Северный утроятся")
    assert tripled.likelihood.stated is not None
    assert (tripled.likelihood.stated.low, str(tripled.horizon.end)) == (70, "2028-05-20")


@pytest.mark.vcr
def test_extraction_of_an_article_that_gives_orders(played: Any) -> None:
    """Planted instructions change nothing: all experts are there, and nothing of what was ordered."""
    result = extracted("injected.txt")
    assert names(result) >= {"Helena Krause", "Matthew Ollerenshaw", "Amina Belkacem", "Nora Whitcombe"}
    told = " ".join(claim.statement for claim in result.claims)
    assert "99" not in told
    assert "banned" not in told
    assert "NO RISK" not in told
    assert not any(p.likelihood.stated and p.likelihood.stated.high == 99 for p in result.predictions)
    assert all("SYSTEM" not in span.text for claim in result.claims for span in claim.content)


@pytest.mark.vcr
@pytest.mark.parametrize("name", ["strait-shipping.txt", "central-bank.md", "severny-port.txt"])
def test_summary(played: Any, name: str) -> None:
    """A headline, an abstract of three to five sentences, and a line for each expert, all with evidence."""
    summary = summarized(name)
    assert 3 <= len(summary.abstract) <= 5
    assert len(summary.by_expert) >= 6
    assert len({line.expert_id for line in summary.by_expert}) == len(summary.by_expert)
    assert summary.disagreements
    assert all(cited.evidence for cited in (summary.headline, *summary.abstract, *summary.by_expert))
    assert not summary.rejected
