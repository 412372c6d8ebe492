"""A result as a Markdown report.

Whatever comes from an article or a model is escaped, so that it cannot become markup, a link, an image or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from .phrases import (
    NOTHING,
    by_when,
    checkable,
    count,
    facts,
    faults,
    holder,
    holders,
    how_likely,
    office,
    origin,
    plain,
    quotation,
    rejected_item,
    tally,
)

if TYPE_CHECKING:
    from extractor.schemas import Article, Cited, Expert, Extraction, Position, Prediction, Rejected, Span, Summary

_MARKUP = re.compile(r"[\\`*{}\[\]~$@]|(?<![^\W_])_|_(?![^\W_])|^#|#(?=#*$)")
# What has a meaning only in some places: links that are recognized by themselves, entities, the begin of a line.
_PLACES = (
    (re.compile(r"&(?=#|\w+;)"), "&amp;"),
    (re.compile(r"<"), "&lt;"),
    (re.compile(r">"), "&gt;"),
    (re.compile(r"\|"), "&#124;"),
    (re.compile(r":(?=//)"), r"\\:"),
    (re.compile(r"(?i)\b(www)\."), r"\1\\."),
    (re.compile(r"^([-+=])"), r"\\\1"),
    (re.compile(r"^(\d+)([.)])(?= |$)"), r"\1\\\2"),
)


def escape(text: str, /) -> str:
    """``text`` in one line that Markdown shows as it is: in a paragraph, a list, a heading, a quotation or a table."""
    line = _MARKUP.sub(r"\\\g<0>", plain(text))
    for pattern, replacement in _PLACES:
        line = pattern.sub(replacement, line)
    return line


def markdown(result: Extraction | Summary, /) -> str:
    """The report of an extraction or a summary, ending with a newline."""
    from extractor.schemas import Summary

    body = _summary(result) if isinstance(result, Summary) else _extraction(result)
    blocks = [*_head(result), *body, *_rejected(result.rejected), *_foot(result)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]], /) -> str:
    """A table of plain strings, which are escaped."""
    lines = [columns, ["---"] * len(columns)]
    lines += [[escape(cell) or NOTHING for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _head(result: Extraction | Summary) -> Iterator[str]:
    article = result.article
    yield f"# {escape(article.title or '') or 'Untitled article'}"
    yield " · ".join([*map(escape, facts(article)), *_address(article)])
    yield f"{tally(result)}."


def _address(article: Article) -> list[str]:
    if not article.url:
        return []
    if not re.match(r"(?i)https?://[^\s/]", article.url):
        return [escape(article.url)]
    return [link(article.url)]


def link(url: str, /) -> str:
    """An address of the web as a link that shows it."""
    return f"<{quote(plain(url), safe=_URL_SAFE)}>"


_URL_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


def _extraction(result: Extraction) -> Iterator[str]:
    names = holders(result)
    if result.positions:
        yield "## Positions"
    for expert in result.experts:
        held = [position for position in result.positions if position.expert_id == expert.id]
        if held:
            yield f"### {_expert(expert)}"
        for position in held:
            yield from _position(position, names)
    if result.predictions:
        yield "## Predictions"
        yield _predictions(result.predictions, names)
        yield "In the words of the article:"
        yield _numbered(quotation(prediction.content) for prediction in result.predictions)


def _expert(expert: Expert) -> str:
    told = ", ".join(part for part in (plain(expert.name), office(expert)) if part)
    return escape(f"{told} ({expert.kind})")


def _position(position: Position, names: dict[str, str]) -> Iterator[str]:
    yield f"**{escape(position.statement)}**"
    told = [f"{position.stance}: {escape(position.target)}", position.kind]
    if position.reported_by:
        told.append(f"reported by {escape(names[position.reported_by])}")
    yield " · ".join(told)
    yield f"> {escape(quotation(position.content))}"


def _predictions(predictions: Sequence[Prediction], names: dict[str, str]) -> str:
    columns = ("No.", "Who", "Event", "Expected", "How likely", "By when", "Condition", "Verifiability")
    rows = (
        (
            str(number),
            holder(prediction, names),
            prediction.statement,
            prediction.expected.replace("_", " "),
            how_likely(prediction.likelihood),
            by_when(prediction.horizon),
            prediction.condition.text if prediction.condition else NOTHING,
            checkable(prediction.verifiability),
        )
        for number, prediction in enumerate(predictions, 1)
    )
    return markdown_table(columns, rows)


def _summary(result: Summary) -> Iterator[str]:
    numbers = _numbers(result)
    names = {expert.id: _expert(expert) for expert in result.experts}
    yield f"**{escape(result.headline.text)}** {_marks(result.headline, numbers)}"
    yield " ".join(_sentence(cited, numbers) for cited in result.abstract)
    if result.by_expert:
        yield "## By expert"
    for line in result.by_expert:
        yield f"### {names[line.expert_id]}"
        yield _sentence(line, numbers)
    for title, section in (("Agreements", result.agreements), ("Disagreements", result.disagreements)):
        if section:
            yield f"## {title}"
            yield "\n".join(f"- {_sentence(cited, numbers)}" for cited in section)
    yield "## Evidence"
    yield _numbered(quotation([span]) for span in numbers)


def _numbered(texts: Iterable[str]) -> str:
    return "\n".join(f"{number}. {escape(text)}" for number, text in enumerate(texts, 1))


def _numbers(result: Summary) -> dict[Span, int]:
    """A number for each passage, in the order in which the sentences name them."""
    sections = (result.abstract, result.by_expert, result.agreements, result.disagreements)
    cited = [result.headline, *(sentence for section in sections for sentence in section)]
    passages = dict.fromkeys(span for sentence in cited for span in sentence.evidence)
    return {span: number for number, span in enumerate(passages, 1)}


def _sentence(cited: Cited, numbers: dict[Span, int]) -> str:
    return f"{escape(cited.text)} {_marks(cited, numbers)}"


def _marks(cited: Cited, numbers: dict[Span, int]) -> str:
    return f"\\[{', '.join(str(numbers[span]) for span in cited.evidence)}\\]"


def _rejected(rejected: Sequence[Rejected]) -> Iterator[str]:
    if rejected:
        yield f"## Rejected: {count(len(rejected), 'item')}"
        rows = ((item.kind, rejected_item(item), faults(item)) for item in rejected)
        yield markdown_table(("Kind", "What", "Why"), rows)


def _foot(result: Extraction | Summary) -> Iterator[str]:
    yield "---"
    yield "\n".join(f"- Warning: {escape(warning)}" for warning in result.provenance.warnings)
    yield f"{escape(origin(result.provenance))} Article sha256 {result.article.id}."
