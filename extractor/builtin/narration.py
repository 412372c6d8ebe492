"""The author's own forecasts: sentences outside all attributions that say in so many words how likely something is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.likelihood import find_likelihood_words, read_likelihood
from extractor.schemas import Article

from .claims import LANGUAGE, Claim, prediction
from .classification import Topics
from .cues import find_cues
from .forecasts import Event, affirm, future_at
from .names import is_title_case
from .nodes import Sentence
from .wording import finish, plain

_OPENING = re.compile(
    r"(?:[A-Z]\w+ly|However|Moreover|Still|Yet|But|And|So|Thus|Therefore|Meanwhile|Of course|In short),?\s+"
)
_PRONOUN = re.compile(r"(?:he|she|they|his|her|their|we|our)\b", re.IGNORECASE)


def forecasts(article: Article, sentences: Sequence[Sentence], author: str, topics: Topics, /) -> list[Claim]:
    """Predictions of the author in the sentences given, which hold no attribution.

    Only words with a band count ("unlikely", "almost certainly"): plain "will" and "could" in the narration tell plans,
    schedules and abilities as often as forecasts. A sentence that begins with a pronoun is left out: whom it is about
    cannot be told safely, and a statement must name him.
    """
    found = []
    for sentence in sentences:
        claim = _forecast(article, sentence, author, topics)
        if claim:
            found.append(claim)
    return found


def _forecast(article: Article, sentence: Sentence, author: str, topics: Topics, /) -> Claim | None:
    nodes = sentence.nodes
    if nodes[-1].low == "?" or any(node.tag == "quote" for node in nodes) or is_title_case(nodes):
        return None
    if find_cues(nodes):
        return None  # somebody seems to say it, though the rules could not tell who
    start, end = nodes[0].start, nodes[max(sentence.end() - 1, 0)].end
    opening = _OPENING.match(article.text, start, end)
    content = article.span(opening.end() if opening else start, end)
    words = find_likelihood_words(content.text, language=LANGUAGE)
    if words is None or future_at(content.text) is None:
        return None
    likelihood, _ = read_likelihood(
        article.span(content.start + words[0], content.start + words[1]), negated=False, language=LANGUAGE
    )
    if likelihood.band is None:
        return None
    said = plain(content.text)
    event = affirm(said)
    if _PRONOUN.match(event.text):
        return None
    told = Event(finish(event.text), event.negated)
    return prediction(article, ((), (), (content,)), author, told, topics.topic(said))
