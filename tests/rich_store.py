"""A store with a history: all that can be exported, for tests of what comes out and goes in."""

from __future__ import annotations

from datetime import UTC, date, datetime

from expert_results import cite, person
from sample_results import (
    SAID,
    find,
    sample_article,
    sample_extraction,
    sample_position,
    sample_provenance,
    sample_summary,
)

from extractor.errors import InputError, RefusalError
from extractor.schemas import Article, Expert, Extraction, Position
from extractor.schemas.article import text_id
from extractor.store import Store

LAKE = "the lake of Varnsee will rise"
"""What the second article of `fill` is about."""
LATER = datetime(2027, 1, 1, 12, 30, 15, 678901, tzinfo=UTC)


def second_run() -> Extraction:
    """Another run over the first article, by the built-in engine, which finds the position only, and an expert more."""
    article = sample_article()
    first = sample_extraction()
    told = Expert(id="e3", name="Roe", kind="group", aliases=("quay watchers",))
    position = sample_position(article, SAID).model_copy(update={"stance": "favor"})
    alone = position.model_copy(
        update={"id": "c2", "expert_id": "e3", "content": (find(article, "Piet Maas reports"),)}
    )
    made = sample_provenance(engine="builtin", model=None, started_at=LATER, tagger_version="3")
    return Extraction(
        article=article, experts=(*first.experts, told), positions=(position, alone), predictions=(), provenance=made
    )


def opinion() -> Extraction:
    """An article whose author quotes a report and holds a position."""
    text = 'A report says: "=The mill is lost." I would not sell it.'
    article = Article(id=text_id(text), text=text, title="The mill", author="Ida Falk", published=date(2026, 5, 2))
    shared = {"source": (), "cue": (), "topic": "the mill", "target": "a sale", "stance": "against", "kind": "policy"}
    lost, mine = '"=The mill is lost."', "I would not sell it"
    return Extraction(
        article=article,
        experts=(
            Expert(id="e1", name="A report", kind="document"),
            Expert(id="e2", name="Ida Falk", kind="author"),
        ),
        positions=(
            Position(**shared, id="c1", expert_id="e1", content=(find(article, lost),), quote_type="direct",
                     statement="The mill is lost."),
            Position(**shared, id="c2", expert_id="e2", reported_by="e1", content=(find(article, mine),),
                     quote_type="indirect", statement="=The mill is not to be sold."),
        ),
        provenance=sample_provenance(),
    )  # fmt: skip


def fill(store: Store, /) -> None:
    """Several runs, appearances and failures, and all that people record; ids have gaps."""
    gone = store.add(cite("the bridge", person("Ute Grote"), person("Mara Lind", role="a hydrologist")))
    first = store.add(sample_extraction(), read_from="quay.txt")
    store.add(second_run())
    store.add(sample_summary())
    syndicated = sample_article(url="https://example.org/quay", author="A. Nonymous", published=None)
    store.add(sample_extraction().model_copy(update={"article": syndicated}), read_from="https://example.org/quay")
    store.add(sample_extraction(LAKE))
    store.add(cite("the tunnel", person("Mara Lind", role="a hydrologist"), person("M. Lind"), person("Jon Voss")))
    store.add(
        cite("the canal", person("Mara Lind", role="a hydrologist"), person("Harbour Board", kind="organization"))
    )
    store.add(opinion())
    store.delete(gone.article_id or "")
    store.choose(first.run_id)
    refused = RefusalError("the model refused; ask another")
    store.add_failure(refused, task="extract", engine="fake", model="fake-1", article=sample_article(LAKE))
    store.add_failure(InputError("no text in 'x.pdf'"), task="summarize", engine="builtin", read_from="x.pdf")
    _link(store)
    _judge(store)


def _link(store: Store) -> None:
    """Merge, take back, split and give another name."""
    store.merge("Mara Lind", "M. Lind", reason="one person")
    maas = store.expert("Piet Maas").id
    store.merge("Jon Voss", maas)
    store.split(maas)
    store.add_alias("Ana Roe", "Anna Row", reason="a slip of the pen")
    canal = next(claim.article.id for claim in store.claims() if claim.article.title == "the canal")
    store.split(store.expert("M. Lind").id, articles=[canal], reason="a namesake")


def _judge(store: Store) -> None:
    """Resolve, correct, reject and restore."""
    lake, quay = sorted(store.open_predictions(), key=lambda claim: claim.claim.statement != LAKE)[:2]
    store.resolve(lake.id, "no", note="early", resolver="Ida")
    store.resolve(lake.id, "yes", note="it rose", evidence_url="https://example.org/lake", resolver="Ida")
    store.resolve(quay.id, "ambiguous")
    board, canal = [claim for claim in store.claims() if claim.article.title == "the canal"]
    store.reject(board.id, reason="never said", rejected_by="Ida")
    store.reject(canal.id, reason="doubted")
    store.restore(canal.id)
