"""Direct quotations in a language that the rules do not know: who stands next to the quotation said it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from extractor.grounding import ClaimSpans
from extractor.schemas import Article
from extractor.schemas.drafts import DraftPosition
from extractor.segmentation import sentences as sentences_of

from .claims import Claim
from .classification import Topics
from .holders import Holder
from .nodes import Node, parse
from .wording import finish, first_sentence, plain

_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPEECH_ZH = re.compile(
    r"(?:[对向]\S{0,12})?(?:也|还|還|则|則|曾|就|都)?(?:表示|指出|认为|認為|强调|強調|说道|說道|称|稱|说|說|写道|寫道|道|语|語)[：:，,]?$"
)
_PRONOUNS_ZH = frozenset(["他", "她", "他们", "她们", "她們", "他們", "其"])
_SEPARATORS = re.compile(r"[。！？，；：、,;:\s]+")
_NAME = (
    r"(?P<name>\p{Lu}[\p{L}’'-]+(?:[ \u00a0]+(?:(?:von|van|de|der|den|di|da|del|bin|al)[ ])?\p{Lu}[\p{L}’'-]+){0,3})"
)
_SAYING = r"(?:\p{Ll}[\p{L}-]*[ \u00a0]+){1,6}"
_AFTER = regex.compile(rf"[,.]?[ \u00a0]*(?:[—–-][ \u00a0]*)?{_SAYING}{_NAME}")
_BEFORE = regex.compile(rf"{_NAME}(?:[ \u00a0]+\p{{Ll}}[\p{{L}}-]*){{1,6}}[ \u00a0]*:[ \u00a0]*$")
_INSERTED = regex.compile(rf",?[ \u00a0]+[—–][ \u00a0]+{_SAYING}{_NAME}[.,][ \u00a0]+[—–][ \u00a0]+")
_LONGEST_TOPIC = 40
_LETTERS = 12
"""Letters (of a script without spaces: characters) from which on a quotation is speech and not a phrase."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A quotation taken apart: what is said, in parts, and who is named as its speaker."""

    content: tuple[tuple[int, int], ...]
    speaker: tuple[int, int] | None


def quoted_claims(article: Article, /) -> tuple[list[Claim], list[Holder], list[str]]:
    """The quotations of an article whose speaker can be told, their holders, and a warning that this is all.

    The speaker is a capitalized name in the words of saying right after the quotation, before the colon that leads to
    it, or set into it between dashes; in Chinese what stands before the verb of saying, or the speaker before.
    """
    topics = Topics(sentences := parse(article.text, sentences=sentences_of))
    holders: dict[str, Holder] = {}
    claims: list[Claim] = []
    last: str | None = None
    left_out = 0
    for sentence in sentences:
        for place, node in enumerate(sentence.nodes):
            if node.tag != "quote" or sum(char.isalpha() for char in node.text) < _LETTERS:
                continue
            told = _told(article, sentence.nodes, place)
            name = article.text[slice(*told.speaker)] if told.speaker else None
            if _UNCASED.search(node.text) and (name is None or name in _PRONOUNS_ZH):
                name = last
            if name is None:
                left_out += 1
                continue
            last = name
            holder = holders.setdefault(name, Holder(name, "person"))
            claims.append(_claim(article, holder, told, topics))
    return claims, list(holders.values()), _warnings(article.language, left_out)


def _warnings(language: str | None, left_out: int, /) -> list[str]:
    warnings = [f"the built-in engine reads English: of this article ({language!r}) it records direct quotations only"]
    if left_out:
        warnings.append(f"{left_out} quotations have no recognizable speaker and were left out")
    return warnings


def _told(article: Article, nodes: Sequence[Node], place: int, /) -> _Told:
    node, text = nodes[place], article.text
    whole = ((node.start, node.end),)
    if _UNCASED.search(node.text):
        return _Told(whole, _uncased_speaker(article, nodes, place))
    if inserted := _INSERTED.search(text, node.start, node.end):
        parts = ((node.start, inserted.start()), (inserted.end(), node.end))
        return _Told(parts, inserted.span("name"))
    following = _AFTER.match(text, node.end)
    leading = _BEFORE.search(text, nodes[0].start, node.start)
    return _Told(whole, (following or leading).span("name") if following or leading else None)  # type: ignore[union-attr]


def _uncased_speaker(article: Article, nodes: Sequence[Node], place: int, /) -> tuple[int, int] | None:
    """The words before the verb of saying that stands before the quotation."""
    start = nodes[place - 1].end if place and nodes[place - 1].tag == "quote" else nodes[0].start
    lead = article.text[start : nodes[place].start].rstrip(" \u3000：:，,")
    verb = _SPEECH_ZH.search(lead)
    if verb is None:
        return None
    named = lead[: verb.start()].rstrip()
    pieces = [match.end() for match in _SEPARATORS.finditer(named)]
    first = start + (pieces[-1] if pieces else 0)
    end = start + len(named)
    return (first, end) if first < end else None


def _claim(article: Article, holder: Holder, told: _Told, topics: Topics, /) -> Claim:
    content = tuple(article.span(start, end) for start, end in told.content)
    said = first_sentence(plain(content[0].text)) or content[0].text
    named = (article.span(*told.speaker),) if told.speaker else ()
    topic = topics.topic(said)[:_LONGEST_TOPIC].rstrip(" ，。、")
    draft = DraftPosition(
        content=[span.text for span in content],
        cue=[],
        source=[span.text for span in named],
        expert=holder.name,
        reported_by=None,
        statement=finish(said.rstrip(" ,—–-")),
        topic=topic,
        target=topic,
        stance="neutral",
        kind="fact",
    )
    return Claim(draft, ClaimSpans(named, (), content, None, None, None))
