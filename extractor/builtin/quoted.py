"""Direct quotations in a language that the rules do not know: who stands next to the quotation said it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.grounding import ClaimSpans
from extractor.schemas import Article
from extractor.schemas.drafts import DraftPosition

from .claims import Claim
from .classification import Topics
from .holders import Holder
from .names import person_in, runs
from .nodes import Node, parse
from .wording import finish, first_sentence, plain

_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPEECH_ZH = re.compile(
    r"(?:[对向]\S{0,12})?(?:也|还|還|则|則|曾|就|都)?(?:表示|指出|认为|認為|强调|強調|说道|說道|称|稱|说|說|写道|寫道|道|语|語)[：:，,]?$"
)
_PRONOUNS_ZH = frozenset(["他", "她", "他们", "她们", "她們", "他們", "其"])
_SEPARATORS = re.compile(r"[。！？，；：、,;:\s]+")
_LONGEST_TOPIC = 40
_LETTERS = 12
"""Letters (of a script without spaces: characters) from which on a quotation is speech and not a phrase."""


def quoted_claims(article: Article, /) -> tuple[list[Claim], list[Holder], list[str]]:
    """The quotations of an article whose speaker can be told, their holders, and a warning that this is all.

    The speaker is the capitalized name nearest to the quotation in its sentence; in Chinese what stands before the verb
    of saying. A quotation without a name in its sentence belongs to the speaker before, if any.
    """
    sentences = parse(article.text)
    topics = Topics(sentences)
    holders: dict[str, Holder] = {}
    claims: list[Claim] = []
    last: str | None = None
    left_out = 0
    for sentence in sentences:
        for place, node in enumerate(sentence.nodes):
            if node.tag != "quote" or sum(char.isalpha() for char in node.text) < _LETTERS:
                continue
            source = _speaker(article, sentence.nodes, place)
            named = article.text[source[0] : source[1]] if source else None
            name = last if named is None or named in _PRONOUNS_ZH else named
            if name is None:
                left_out += 1
                continue
            last = name
            holder = holders.setdefault(name, Holder(name, "person"))
            claims.append(_claim(article, holder, source, node, topics))
    return claims, list(holders.values()), _warnings(article.language, left_out)


def _warnings(language: str | None, left_out: int, /) -> list[str]:
    warnings = [f"the built-in engine reads English: of this article ({language!r}) it records direct quotations only"]
    if left_out:
        warnings.append(f"{left_out} quotations have no recognizable speaker and were left out")
    return warnings


def _speaker(article: Article, nodes: Sequence[Node], place: int, /) -> tuple[int, int] | None:
    if _UNCASED.search(nodes[place].text):
        return _uncased_speaker(article, nodes, place)
    found = []
    for run in runs(nodes):
        person = person_in(nodes, run)
        if person is None or (person.first == 0 and person.after - person.first == 1):
            continue
        distance = person.first - place if person.first > place else place - person.after
        found.append((distance, person.first, person.after))
    if not found:
        return None
    _, first, after = min(found)
    return nodes[first].start, nodes[after - 1].end


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


def _claim(article: Article, holder: Holder, source: tuple[int, int] | None, node: Node, topics: Topics, /) -> Claim:
    said = first_sentence(plain(node.text)) or node.text
    content = article.span(node.start, node.end)
    named = (article.span(*source),) if source else ()
    topic = topics.topic(said)[:_LONGEST_TOPIC].rstrip(" ，。、")
    draft = DraftPosition(
        content=[content.text],
        cue=[],
        source=[span.text for span in named],
        expert=holder.name,
        reported_by=None,
        statement=finish(said),
        topic=topic,
        target=topic,
        stance="neutral",
        kind="fact",
    )
    return Claim(draft, ClaimSpans(named, (), (content,), None, None, None))
