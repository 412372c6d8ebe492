"""Tables of the store as JSON-LD in the words of schema.org.

Articles are NewsArticle, or OpinionNewsArticle where the author holds positions in them, experts Person or Organization
(documents: CreativeWork), positions and predictions Claim, direct quotations Quotation. Only a prediction of which
somebody recorded that its event happened or did not has a ClaimReview; that is a record of a person, not a judgement of
this program. The texts of articles are not told, only quotations from them. Terms: https://schema.org/Claim,
https://schema.org/ClaimReview, https://schema.org/Quotation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from extractor.store.transfer.tabling import Table

Row = Mapping[str, Any]
Node = dict[str, Any]
CONTEXT: Final = "https://schema.org"
_OPPOSITE: Final = {"does_not_occur": "Not expected: ", "uncertain": "Possible: "}
"""What tells that a prediction is not that the event in its statement happens."""
_WHO: Final = ("person", "organization", "group", "author")
"""Kinds of experts that can be authors; documents cannot."""
_HAPPENED: Final = {"yes": "It happened", "no": "It did not happen"}


def document(tables: Iterable[Table], /) -> Iterator[str]:
    """One JSON-LD document in pieces; ``tables`` are those of `Store.tables`.

    Made from tables without the words of articles it has no Quotation, and no text where a statement is left out.
    """
    yield f'{{"@context": "{CONTEXT}", "@graph": ['
    before = "\n"
    for node in nodes(tables):
        yield before + _json(node)
        before = ",\n"
    yield "\n]}\n"


def _json(node: Node) -> str:
    """JSON that may stand in a web page and be shown on a terminal."""
    told = json.dumps(node, ensure_ascii=False, allow_nan=False).replace("</", "<\\/").replace("<!--", "\\u003c!--")
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def nodes(tables: Iterable[Table], /) -> Iterator[Node]:
    """The nodes of the document."""
    for table in tables:
        for row in table.rows:
            for node in _NODES[table.name](row):
                yield {name: value for name, value in node.items() if value not in (None, "", [])}


def _article(row: Row) -> Iterator[Node]:
    yield {
        "@type": "OpinionNewsArticle" if row["opinion"] else "NewsArticle",
        "@id": _article_id(row["id"]),
        "headline": row["title"],
        "url": row["url"],
        "sameAs": [url for url in row["urls"] if url != row["url"]],
        "author": row["author"] and {"@type": "Person", "name": row["author"]},
        "datePublished": _day(row["published"]),
        "inLanguage": row["language"],
    }


def _expert(row: Row) -> Iterator[Node]:
    common = {"@id": _expert_id(row["id"]), "name": row["name"], "alternateName": row["aliases"]}
    role, affiliation = row["role"], row["affiliation"]
    if row["kind"] in ("person", "author"):
        place = affiliation and {"@type": "Organization", "name": affiliation}
        yield {"@type": "Person", **common, "jobTitle": role, "affiliation": place}
        return
    told = ", ".join(part for part in (role, affiliation) if part)
    if row["kind"] == "group":
        told = f"a group of people: {told}" if told else "a group of people"
    yield {"@type": "CreativeWork" if row["kind"] == "document" else "Organization", **common, "description": told}


def _position(row: Row) -> Iterator[Node]:
    yield from _quotation(row)
    words = [_term("position kind", row["kind"]), _term("stance", row["stance"])]
    yield {**_claim(row, row["statement"]), "genre": "position", "keywords": words}


def _prediction(row: Row) -> Iterator[Node]:
    yield from _quotation(row)
    words = [_term("expected", row["expected"])] + ([_term("likelihood (ICD 203)", row["band"])] if row["band"] else [])
    condition = row.get("condition")
    yield {
        **_claim(row, _expected(row)),
        "genre": "prediction",
        "keywords": words,
        "description": condition and f"Condition: {condition}",
        "temporalCoverage": _interval(row["horizon_start"], row["horizon_end"]),
    }


def _claim(row: Row, text: str | None) -> Node:
    subjects = dict.fromkeys(name for name in (row["topic"], row.get("target")) if name)
    return {
        "@type": "Claim",
        "@id": _claim_id(row["id"]),
        "text": text,
        **_by(row, "author"),
        "contributor": {"@id": _expert_id(row["reporter_id"])} if row["reporter_kind"] in _WHO else None,
        "appearance": {"@id": _article_id(row["article_id"])},
        "datePublished": _day(row["published"]),
        "about": [{"@type": "Thing", "name": name} for name in subjects],
        "isBasedOn": {"@id": _quotation_id(row["id"])} if _is_quoted(row) else None,
    }


def _quotation(row: Row) -> Iterator[Node]:
    if not _is_quoted(row):
        return
    yield {
        "@type": "Quotation",
        "@id": _quotation_id(row["id"]),
        "text": row["quote"],
        **_by(row, "creator", "spokenByCharacter"),
        "isPartOf": {"@id": _article_id(row["article_id"])},
    }


def _resolution(row: Row) -> Iterator[Node]:
    """A review, where the latest record says that the event happened or did not."""
    if not row["latest"] or row["outcome"] not in _HAPPENED:
        return
    yield {
        "@type": "ClaimReview",
        "@id": f"#review-{row['id']}",
        "itemReviewed": {"@id": _claim_id(row["claim_id"])},
        "claimReviewed": _expected(row),
        "reviewRating": {"@type": "Rating", "alternateName": _HAPPENED[row["outcome"]], **_rating(row)},
        "author": row["resolver"] and {"@type": "Person", "name": row["resolver"]},
        "datePublished": row["resolved_at"].astimezone(UTC).date().isoformat(),
        "reviewBody": row["note"],
        "citation": row["evidence_url"] and {"@type": "CreativeWork", "url": row["evidence_url"]},
    }


def _by(row: Row, *names: str) -> Node:
    """The expert under these names; a document, which is no agent, under the name of a source."""
    expert = {"@id": _expert_id(row["expert_id"])}
    return dict.fromkeys(names, expert) if row["expert_kind"] in _WHO else {"citation": expert}


def _rating(row: Row) -> Node:
    """1 when what was expected came, 0 when not; none where neither was expected."""
    if row["expected"] == "uncertain":
        return {}
    came = (row["expected"] == "occurs") == (row["outcome"] == "yes")
    return {"ratingValue": int(came), "worstRating": 0, "bestRating": 1}


def _expected(row: Row) -> str | None:
    """What a prediction says: its statement alone is only the event. None where that is left out."""
    return row["statement"] and f"{_OPPOSITE.get(row['expected'], '')}{row['statement']}"


def _is_quoted(row: Row) -> bool:
    return row["quote_type"] == "direct" and bool(row.get("quote"))


def _term(of: str, name: str) -> Node:
    return {"@type": "DefinedTerm", "name": name, "inDefinedTermSet": {"@type": "DefinedTermSet", "name": of}}


def _interval(start: date | None, end: date | None) -> str | None:
    """A period in ISO 8601, ``..`` where it is open."""
    return f"{_day(start) or '..'}/{_day(end) or '..'}" if start or end else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _article_id(article_id: str) -> str:
    return f"urn:sha256:{article_id}"


def _expert_id(expert_id: int) -> str:
    return f"#expert-{expert_id}"


def _claim_id(claim_id: int) -> str:
    return f"#claim-{claim_id}"


def _quotation_id(claim_id: int) -> str:
    return f"#quotation-{claim_id}"


_NODES: Final[dict[str, Callable[[Row], Iterator[Node]]]] = {
    "articles": _article,
    "experts": _expert,
    "positions": _position,
    "predictions": _prediction,
    "resolutions": _resolution,
}
