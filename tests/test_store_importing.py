"""Imports: what was exported comes back as it was, nothing twice, and damaged files are told by their lines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from expert_results import cite, person
from rich_store import LAKE, LATER, fill, second_run
from sample_results import SAID, sample_article, sample_extraction, sample_provenance

from extractor.errors import InputError
from extractor.store import Store
from extractor.store.transfer.importing import lines

Records = list[dict[str, Any]]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Another store, which is empty."""
    with Store(tmp_path / "other.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """The records of a store with a history."""
    with Store(tmp_path_factory.mktemp("history") / "filled.db") as store:
        fill(store)
        return list(store.export())


def written(records: Records, /) -> bytes:
    """The records as a file."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def read(data: bytes, /) -> Records:
    """The records of a file."""
    return list(lines(io.BytesIO(data)))


def place(records: Records, kind: str, /, number: int = 0) -> int:
    """Where in the list the record of that type and number stands."""
    return [at for at, record in enumerate(records) if record["type"] == kind][number]


# Round trip


def test_what_was_exported_comes_back_as_it_was(store: Store, history: Records) -> None:
    """Byte for byte, with ids and the gaps between them."""
    store.load(read(written(history)))
    assert written(list(store.export())) == written(history)
    assert list(store.check()) == []


def test_a_store_of_one_kind_goes_into_one_of_the_other(store: Store, other: Store) -> None:
    """From SQLite or PostgreSQL to SQLite."""
    fill(store)
    records = list(store.export())
    other.load(records)
    assert list(other.export()) == records


def test_imported_claims_are_listed_as_they_were(store: Store, other: Store) -> None:
    """In lists, searches and track records, with their experts and outcomes."""
    fill(store)
    other.load(store.export())
    shown = [(claim.expert.name, claim.quote, claim.status, claim.rejected) for claim in store.claims(limit=99)]
    assert [(one.expert.name, one.quote, one.status, one.rejected) for one in other.claims(limit=99)] == shown
    assert [hit.found.quote for hit in other.search("lake").hits] == [LAKE, LAKE]
    assert other.score().model_dump() == store.score().model_dump()
    assert [run.current for run in other.runs()] == [run.current for run in store.runs()]


def test_what_was_imported_can_be_changed_back(store: Store, history: Records) -> None:
    """The log of merges holds the ids of this store."""
    store.load(history)
    part = store.expert("M. Lind").merged[0]
    _, alone = store.split(part)
    assert alone.name == "M. Lind"
    with pytest.raises(InputError, match="recorded for expert"):
        store.add_alias("Jon Voss", "Anna Row")


def test_numbers_of_what_was_added_are_told(store: Store, history: Records) -> None:
    """And on a second time nothing is."""
    first = asdict(store.load(history))
    assert first == {
        "articles": 5,
        "appearances": 6,
        "runs": 10,
        "runs_known": 0,
        "experts": 10,
        "resolutions": 3,
        "rejections": 3,
        "changes": 5,
        "ids_kept": 33,
        "ids_renumbered": 0,
    }
    assert asdict(store.load(history)) == {**dict.fromkeys(first, 0), "runs_known": 8}
    assert list(store.export()) == history


# Into a filled store


def test_known_runs_tell_who_is_who(store: Store, other: Store) -> None:
    """An expert of an article that both stores have is the same, with what else one of them has."""
    for one in (store, other):
        one.add(sample_extraction())
    other.add(cite("the bridge", person("Ana Roe", role="a pilot", affiliation="the port")))
    first, second = sorted(expert.id for expert in other.experts() if expert.name == "Ana Roe")
    other.merge(first, second)
    imported = store.load(other.export())
    assert (imported.articles, imported.runs, imported.runs_known) == (1, 1, 1)
    assert {claim.article.title for claim in store.claims()} == {SAID, "the bridge"}
    assert store.expert("Ana Roe").positions == 2


def test_new_experts_are_found_as_those_of_new_articles_are(store: Store, other: Store) -> None:
    """By a full name with a compatible role; a namesake with another one is another."""
    store.add(cite("the bridge", person("Mara Lind", role="a hydrologist", affiliation="the port")))
    other.add(cite("the canal", person("Mara Lind", role="a hydrologist", affiliation="the port", aliases=("Lind",))))
    other.add(cite("the mill", person("Mara Lind", role="a tenor", affiliation="the opera")))
    assert store.load(other.export()).experts == 1
    experts = {expert.role: expert for expert in store.experts()}
    assert experts["a hydrologist"].positions == 2
    assert "Lind" in experts["a hydrologist"].aliases
    assert experts["a tenor"].positions == 1


def test_two_that_the_export_tells_apart_stay_two(store: Store, other: Store) -> None:
    """Also where the name alone would make them one."""
    store.add(cite("the bridge", person("Mara Lind")))
    first = other.add(cite("the canal", person("Mara Lind")))
    other.add(cite("the mill", person("Mara Lind")))
    other.split(other.expert("Mara Lind").id, articles=[first.article_id or ""], reason="a namesake")
    store.load(other.export())
    assert sorted(expert.positions for expert in store.experts("Mara Lind")) == [1, 2]


def test_an_import_that_stopped_is_repeated(store: Store, history: Records) -> None:
    """The articles before the damage are stored, and come no second time."""
    with pytest.raises(InputError, match="cut off"):
        store.load(history[:-8])
    assert 0 < len({claim.article.id for claim in store.claims(limit=99)}) < 5
    store.load(history)
    with_all = asdict(store.load(history))
    assert {name: number for name, number in with_all.items() if number} == {"runs_known": 8}
    assert store.stats().articles == 5
    assert len(store.experts(limit=99)) == len([one for one in history if one["type"] == "expert"]) - 1


def test_what_is_new_in_a_later_export_is_added(store: Store, other: Store) -> None:
    """Runs, outcomes, merges and other names; what is known stays as it is."""
    fill(other)
    store.load(other.export())
    other.add(cite("the weir", person("Jon Voss")))
    other.resolve(next(claim.id for claim in other.claims() if claim.claim.statement == SAID and claim.status), "no")
    other.merge("Ana Roe", "Piet Maas", reason="one person")
    other.add_alias("Jon Voss", "Voss")
    added = asdict(store.load(other.export()))
    assert {name: number for name, number in added.items() if number} == {
        "articles": 1, "appearances": 1, "runs": 1, "runs_known": 8, "resolutions": 1, "changes": 2, "ids_kept": 2,
    }  # fmt: skip
    assert list(store.export()) == list(other.export())


def test_claims_of_new_runs_keep_the_ids_that_this_store_gave(store: Store, other: Store) -> None:
    """A claim that another run found here is the same claim."""
    store.add(sample_extraction())
    position = next(claim.id for claim in store.claims() if claim.kind == "position")
    other.add(second_run())
    again = sample_extraction(provenance=sample_provenance(model="fake-2", started_at=LATER))
    other.add(again)
    store.load(other.export())
    claims = {claim.kind: claim for claim in store.claims()}
    assert claims["position"].id == position
    assert claims["position"].run_id == max(run.id for run in store.runs() if run.model == "fake-2")


def test_what_a_person_chose_here_stays(store: Store, other: Store) -> None:
    """The choice of an export counts where there is none."""
    builtin = sample_extraction(provenance=sample_provenance(engine="builtin", model=None))
    for result in (sample_extraction(), builtin):
        store.add(result)
        other.add(result)
    by_engine = {run.engine: run.id for run in other.runs()}
    other.choose(by_engine["builtin"])
    store.load(other.export())
    assert next(run.engine for run in store.runs() if run.current) == "builtin"
    store.choose(next(run.id for run in store.runs() if run.engine == "fake"))
    store.load(other.export())
    assert next(run.engine for run in store.runs() if run.current) == "fake"


def test_the_latest_outcome_counts_wherever_it_was_recorded(store: Store, other: Store) -> None:
    """An older one that comes later does not hide it."""
    for one in (store, other):
        one.add(sample_extraction())
    prediction = next(claim.id for claim in store.claims() if claim.kind == "prediction")
    other.resolve(next(claim.id for claim in other.claims() if claim.kind == "prediction"), "no", note="older")
    store.resolve(prediction, "yes", note="newer")
    assert store.load(other.export()).resolutions == 1
    assert [one.note for one in store.show(prediction).resolutions] == ["older", "newer"]
    resolution = store.show(prediction).claim.resolution
    assert resolution is not None
    assert resolution.outcome == "yes"


# Bad input


def changed(at: str, number: int = 0, /, **fields: Any) -> Callable[[Records], Records]:
    """Other fields for the record of that type and number."""

    def change(records: Records) -> Records:
        copy = json.loads(json.dumps(records))
        copy[place(copy, at, number)].update(fields)
        return list(copy)

    return change


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda records: [], "the file is no export"),
        (lambda records: records[1:], "the file is no export"),
        (changed("store", format=2), "format 2 are not known"),
        (changed("store", schema_version="9"), "schema '9' are not known"),
        (changed("store", text=False), "without '--no-text'"),
        (lambda records: records[:-1], "the end is missing"),
        (lambda records: [*records[:5], *records[6:]], "line 8: no claim .c1. was told"),
        (lambda records: [*records, records[-1]], "behind the end"),
        (lambda records: [*records[:3], records[0], *records[3:]], "line 4 begins another export"),
        (changed("run", type="walk"), "line 6: an export has no records of type .walk."),
        (changed("run", surplus=1), r"run record is damaged: .surplus. does not belong"),
        (changed("run", key="12"), "line 6: this run record is damaged: .key. should match"),
        (changed("run", appearance=7), "line 6: this run is of no appearance"),
        (changed("run", experts={}), "line 6: the experts of this run are not those"),
        (changed("run", experts={"e1": 99, "e2": 3}), "line 6: expert 99 was not told"),
        (changed("run", id=99), "line 6: the id 99 is larger than the last"),
        (changed("run", claims={"c1": 98, "c2": 99}), "line 6: the id 99 is larger than the last"),
        (changed("run", claims={"c1": 4, "c2": 4}), "line 6: two claims of this run have the same id"),
        (changed("run", result=None), "line 6: this run has no result"),
        (changed("run", same={"c1": {"run": "0" * 64, "claim": "c1"}}), "line 6: no claim 'c1' was told"),
        (changed("run", 1, article="0" * 64), "line 7: this run is of another article"),
        (changed("article", text="Other words."), "not the SHA-256"),
        (changed("article", appearances=[]), "line 5: this article record is damaged: .appearances. should have"),
        (changed("resolution", claim="c9"), "line 10: no claim 'c9' was told"),
        (changed("resolution", outcome="perhaps"), "line 10: this resolution record is damaged: .outcome. should be"),
        (changed("change", expert=98), "expert 98 was not told"),
        (changed("change", detail={"claims": 7}), "is not as an export has it"),
        (changed("expert", id=98), "larger than the last that line 1 tells of"),
        (changed("expert", merged_into=98), "expert 98 was not told"),
        (changed("expert", name="A\0"), "NUL character"),
    ],
)
def test_a_damaged_export_is_refused(
    damage: Callable[[Records], Records], message: str, history: Records, other: Store
) -> None:
    """With the line, what is wrong there, and what to do; the articles before it are whole."""
    with pytest.raises(InputError, match=message):
        other.load(damage(history))
    assert list(other.check()) == []


def test_a_damage_in_a_result_is_told_in_plain_words(store: Store, history: Records) -> None:
    """By names and numbers, without those of classes; a number that no column holds is one too."""
    copy = json.loads(json.dumps(history))
    result = copy[place(copy, "run")]["result"]
    del result["experts"][0]["name"]
    with pytest.raises(InputError, match="line 6: this run record is damaged: 'result', 'experts' number 1, 'name' is"):
        store.load(copy)
    result["experts"][0]["name"] = "Ana Roe"
    result["provenance"]["calls"] = 2**40
    with pytest.raises(InputError, match="line 6: the number 'calls' of this run is too large"):
        store.load(copy)


def test_how_much_is_stored_before_a_damage_is_told(store: Store, history: Records) -> None:
    """And that it is skipped the next time."""
    with pytest.raises(
        InputError, match=r"cut off.* \(5 articles were stored; mend the file and import it again, what"
    ):
        store.load(history[:-1])


def test_ids_that_are_taken_are_renumbered(store: Store, other: Store) -> None:
    """Those of what was deleted are taken too; others are kept, and the database goes on after all of them."""
    gone = store.add(cite("the bridge", person("Ute Grote")))
    store.delete(gone.article_id or "")
    for words in ("the canal", "the weir"):
        other.add(cite(words, person("Jon Voss")))
    added = store.load(other.export())
    assert (added.ids_kept, added.ids_renumbered) == (2, 3)
    assert sorted(claim.id for claim in store.claims()) == [2, 3]
    store.add(cite("the tunnel", person("Jon Voss")))
    assert sorted(claim.id for claim in store.claims()) == [2, 3, 4]
    assert list(store.check()) == []


def test_outcomes_keep_their_order_in_an_article(store: Store, other: Store) -> None:
    """Not claim by claim."""
    extraction = sample_extraction()
    store.add(extraction)
    again = extraction.predictions[0].model_copy(update={"id": "c3", "expected": "uncertain"})
    later = sample_provenance(model="fake-2", started_at=LATER)
    store.add(extraction.model_copy(update={"predictions": (*extraction.predictions, again), "provenance": later}))
    first, second = [claim.id for claim in store.open_predictions()][:2]
    for claim, outcome in ((first, "yes"), (second, "no"), (first, "no")):
        store.resolve(claim, outcome)  # type: ignore[arg-type]
    records = list(store.export())
    other.load(records)
    assert list(other.export()) == records


def test_what_is_added_meanwhile_is_found(store: Store, other: Store) -> None:
    """An expert that another process stores during an import stays one."""
    for words in ("the canal", "the weir"):
        other.add(cite(words, person(f"{words[4:].title()} Roe", role="a pilot")))
    records = list(other.export())

    def meanwhile() -> Iterator[dict[str, Any]]:
        for record in records:
            if record["type"] == "article" and record["text"].count("weir"):
                store.add(cite("the mill", person("Weir Roe", role="a pilot")))
            yield record

    store.load(meanwhile())
    assert [expert.positions for expert in store.experts("Weir Roe")] == [2]


def test_nothing_of_a_damaged_article_is_stored(store: Store, history: Records) -> None:
    """Neither the article nor the experts that it brings."""
    damaged = changed("resolution", claim="c9")(history)
    with pytest.raises(InputError, match="line 10"):
        store.load(damaged)
    stats = store.stats()
    assert (stats.articles, stats.experts, stats.runs) == (0, 0, 0)


def test_lines_are_read_as_they_were_written(history: Records) -> None:
    """Also behind a byte order mark, with other ends of lines, and with empty lines at the end."""
    data = written(history)
    assert read(data) == history
    assert read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\n  \n") == history
    assert read(b"") == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"type": "store"}\n{"type": "en', "line 2 is cut off or damaged"),
        (b'{"type": "store"}\nnothing\n', "line 2 is no JSON"),
        (b'{"type": "store"}\n\n{"type": "end"}\n', "line 2 is empty"),
        (b'{"type": "store"}\n{"type": "\xff"}\n', "line 2 is no JSON in UTF-8"),
        (b'{"type": "store"}\n{"type": NaN}\n', "NaN is no JSON"),
        (b"{}\n[1]\n", "line 2 is no JSON object"),
        (b"[1]\n", "the file is no export"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"{}\n" + b"[" * 100_000, "line 2 is cut off or damaged"),
    ],
)
def test_a_line_that_is_no_record_is_named(data: bytes, message: str) -> None:
    """With what is wrong with it."""
    with pytest.raises(InputError, match=message):
        read(data)


def test_an_article_is_found_by_its_text(store: Store, history: Records) -> None:
    """After an import, as before it."""
    store.load(history)
    extraction = store.get_extraction(sample_article().id)
    assert extraction == sample_extraction()
