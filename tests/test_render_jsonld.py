"""Linked data in the words of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich_store import LAKE, fill, opinion
from sample_results import SAID, sample_article

from extractor.render.jsonld import document
from extractor.store import Store
from extractor.store.transfer.tabling import COLUMNS, Table

Node = dict[str, Any]

# What https://schema.org says of each type, its parents' properties included; of those only what is used here.
_THING = {"name", "alternateName", "description", "url", "sameAs"}
_WORK = _THING | {
    "headline", "author", "creator", "contributor", "datePublished", "inLanguage", "text", "about", "genre", "keywords",
    "temporalCoverage", "isBasedOn", "isPartOf", "citation",
}  # fmt: skip
KNOWN = {
    "NewsArticle": _WORK,
    "OpinionNewsArticle": _WORK,
    "CreativeWork": _WORK,
    "Claim": _WORK | {"appearance", "claimInterpreter", "firstAppearance"},
    "Quotation": _WORK | {"spokenByCharacter"},
    "ClaimReview": _WORK | {"claimReviewed", "itemReviewed", "reviewRating", "reviewBody"},
    "Rating": _THING | {"ratingValue", "bestRating", "worstRating"},
    "Person": _THING | {"jobTitle", "affiliation"},
    "Organization": _THING,
    "Thing": _THING,
    "DefinedTerm": _THING | {"inDefinedTermSet"},
    "DefinedTermSet": _WORK,
}


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """A store with a history."""
    with Store(tmp_path / "filled.db") as store:
        fill(store)
        yield store


def graph(store: Store, /, *, text: bool = True) -> list[Node]:
    """The nodes of a store's document."""
    read = json.loads("".join(document(store.tables(text=text))))
    assert read["@context"] == "https://schema.org"
    nodes: list[Node] = read["@graph"]
    return nodes


def of(nodes: list[Node], kind: str, /) -> list[Node]:
    """The nodes of a type."""
    return [node for node in nodes if node["@type"] == kind]


def row(name: str, /, **values: Any) -> list[Node]:
    """The nodes of one row of a table; what is not given is null."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS[name])
    lists: dict[str, Any] = {column: [] for column, kind in COLUMNS[name].items() if kind in ("texts", "integers")}
    table = Table(name, COLUMNS[name], iter([{**empty, **lists, **values}]))
    nodes: list[Node] = json.loads("".join(document([table])))["@graph"]
    return nodes


def claim(**values: Any) -> dict[str, Any]:
    """The values of a claim."""
    told = {
        "id": 7,
        "article_id": "ab",
        "expert_id": 3,
        "expert_kind": "person",
        "statement": "It rains.",
        "topic": "rain",
    }
    return {**told, **values}


def resolved(expected: str, outcome: str, /, *, latest: bool = True) -> list[Node]:
    """The review of a prediction that was expected so and turned out so."""
    when = datetime(2027, 1, 2, tzinfo=UTC)
    told = {"statement": "It rains.", "expected": expected, "outcome": outcome, "latest": latest, "resolved_at": when}
    return row("resolutions", id=4, claim_id=7, **told)


def walk(node: object, /) -> list[Node]:
    """A node and all in it."""
    if isinstance(node, list):
        return [found for part in node for found in walk(part)]
    if not isinstance(node, dict):
        return []
    return [node, *(found for part in node.values() for found in walk(part))]


def test_an_empty_store_gives_an_empty_graph(tmp_path: Path) -> None:
    """Which is JSON all the same."""
    with Store(tmp_path / "empty.db") as store:
        assert graph(store) == []


def test_every_property_is_one_of_its_type(filled: Store) -> None:
    """As schema.org has them; nothing is null or empty."""
    for node in walk(graph(filled)):
        assert None not in node.values()
        if "@type" in node:
            assert set(node) - {"@type", "@id"} <= KNOWN[node["@type"]]
        else:
            assert set(node) == {"@id"}


def test_references_lead_to_nodes_of_the_graph(filled: Store) -> None:
    """And no two nodes have one name."""
    nodes = graph(filled)
    names = [node["@id"] for node in nodes]
    assert len(names) == len(set(names))
    assert {node["@id"] for node in walk(nodes) if set(node) == {"@id"}} <= set(names)


def test_an_article_is_named_by_its_text(filled: Store) -> None:
    """Its text is not told; it is an opinion where its author holds positions."""
    nodes = graph(filled)
    quay = next(node for node in of(nodes, "NewsArticle") if node["headline"] == SAID)
    assert quay["@id"] == f"urn:sha256:{sample_article().id}"
    assert (quay["datePublished"], quay["inLanguage"], quay["sameAs"]) == (
        "2026-03-17",
        "en",
        ["https://example.org/quay"],
    )
    assert sample_article().text not in json.dumps(nodes)
    (mill,) = of(nodes, "OpinionNewsArticle")
    assert (mill["headline"], mill["author"]) == ("The mill", {"@type": "Person", "name": "Ida Falk"})


def test_experts_are_people_and_organizations() -> None:
    """A document is neither."""
    kinds = {kind: row("experts", id=3, name="X", kind=kind)[0] for kind in ("person", "author", "group", "document")}
    assert {kind: node["@type"] for kind, node in kinds.items()} == {
        "person": "Person",
        "author": "Person",
        "group": "Organization",
        "document": "CreativeWork",
    }
    assert kinds["group"]["description"] == "a group of people"
    (told,) = row(
        "experts", id=3, name="Ana Roe", kind="person", role="a pilot", affiliation="the port", aliases=["Roe"]
    )
    assert (told["jobTitle"], told["affiliation"]["name"], told["alternateName"]) == ("a pilot", "the port", ["Roe"])


def test_a_direct_quotation_is_told_with_who_said_it() -> None:
    """And the claim rests on it."""
    quoted = claim(quote="“It rains.”", quote_type="direct", kind="fact", stance="neutral", target="rain")
    quotation, told = row("positions", **quoted)
    assert (quotation["@type"], quotation["text"]) == ("Quotation", "“It rains.”")
    assert quotation["creator"] == quotation["spokenByCharacter"] == told["author"] == {"@id": "#expert-3"}
    assert quotation["isPartOf"] == told["appearance"] == {"@id": "urn:sha256:ab"}
    assert told["isBasedOn"] == {"@id": quotation["@id"]}


def test_what_is_not_verbatim_is_no_quotation() -> None:
    """Neither reported speech nor mixed."""
    for quote_type in ("indirect", "mixed"):
        (told,) = row("positions", **claim(quote="it rains", quote_type=quote_type, kind="fact", stance="neutral"))
        assert told["@type"] == "Claim"


def test_a_document_is_no_author() -> None:
    """But what the claim cites."""
    quotation, told = row("positions", **claim(quote="“It rains.”", quote_type="direct", expert_kind="document"))
    for node in (quotation, told):
        assert node["citation"] == {"@id": "#expert-3"}
        assert not {"author", "creator"} & set(node)


def test_a_prediction_says_what_is_expected() -> None:
    """Its statement alone is only the event; condition and horizon are told."""
    texts = {
        expected: row("predictions", **claim(expected=expected))[0]["text"]
        for expected in ("occurs", "does_not_occur", "uncertain")
    }
    assert texts == {
        "occurs": "It rains.",
        "does_not_occur": "Not expected: It rains.",
        "uncertain": "Possible: It rains.",
    }
    dated = claim(expected="occurs", condition="if the wind turns", horizon_end=date(2031, 12, 31), band="likely")
    (told,) = row("predictions", **dated)
    assert (told["temporalCoverage"], told["description"]) == ("../2031-12-31", "Condition: if the wind turns")
    assert [term["name"] for term in told["keywords"]] == ["occurs", "likely"]


def test_only_an_outcome_makes_a_review(filled: Store) -> None:
    """The latest record, when it says that the event happened or did not."""
    (review,) = of(graph(filled), "ClaimReview")
    assert review["claimReviewed"] == LAKE
    assert (review["author"]["name"], review["reviewBody"]) == ("Ida", "it rose")
    assert review["citation"]["url"] == "https://example.org/lake"
    assert resolved("occurs", "ambiguous") == resolved("occurs", "annulled") == []
    assert resolved("occurs", "no", latest=False) == []


@pytest.mark.parametrize(
    ("expected", "outcome", "value"),
    [
        ("occurs", "yes", 1),
        ("occurs", "no", 0),
        ("does_not_occur", "yes", 0),
        ("does_not_occur", "no", 1),
        ("uncertain", "yes", None),
    ],
)
def test_a_rating_is_about_what_was_expected(expected: str, outcome: str, value: int | None) -> None:
    """The words beside it are about the event."""
    (review,) = resolved(expected, outcome)
    rating = review["reviewRating"]
    assert rating.get("ratingValue") == value
    assert rating["alternateName"] == ("It happened" if outcome == "yes" else "It did not happen")


def test_without_words_of_articles_there_is_no_quotation(tmp_path: Path) -> None:
    """Claims are told by their statements, unless these are the article's words too."""
    with Store(tmp_path / "claims.db") as store:
        store.add(opinion())
        assert len(of(graph(store), "Quotation")) == 1
        without = graph(store, text=False)
    assert of(without, "Quotation") == []
    assert [node.get("text") for node in of(without, "Claim")] == [None, "=The mill is not to be sold."]
    assert not any("isBasedOn" in node for node in without)


def test_a_document_can_stand_in_a_page() -> None:
    """Nothing ends its script element, and no terminal obeys it."""
    name = "</script>\x9b2J\u202e"
    expert = {"id": 1, "kind": "person", "name": name, "role": "<!--", "affiliation": None, "aliases": []}
    told = "".join(document([Table("experts", COLUMNS["experts"], iter([expert]))]))
    assert not any(mark in told for mark in ("</script", "<!--", "\x9b", "\u202e"))
    assert json.loads(told)["@graph"][0]["name"] == name
