"""What is counted of the attributions of one article: right, predicted and gold, for each figure.

The definitions are fixed, so that the figures of any two systems or versions can be set side by side:

- ``token.source``, ``token.cue``, ``token.content``: words that are in some predicted and in some gold span of a role;
- ``attribution``: pairs of the one-to-one matching of the greatest total Dice coefficient of content words, with 0.5 at
  least; ``attribution_strict`` the same by the Jaccard coefficient;
- ``attribution_source``, the figure to lead with: pairs whose source is right as well. It is when both share a word
  that is no function word (any word, where the gold source has no other), or when neither has a source;
  ``attribution_source_text`` also takes another place in the text with such a word;
- ``source_right_given_match``: right sources among the matched pairs whose gold has one;
- ``person.*``, ``quoted.*``, ``unquoted.*``: the share found of gold attributions whose source has a name like that of
  a person, with half or more, or with nothing of their content in quotation marks; ``recall_source`` wants the right
  source too;
- ``people``: the different people who are sources in an article, by surname; ``people.recall`` also takes a source
  that has the surname without looking like a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from .attributions import Attribution
from .matching import Pair, matched
from .word_lists import FUNCTION_WORDS, TITLES
from .words import Document


@dataclass(frozen=True, slots=True)
class Count:
    """How many are right, predicted and gold; without ``predicted``, right is a share of gold only."""

    right: float
    predicted: float | None
    gold: float


Counts = Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class WordSets:
    """An attribution as the numbers of its words."""

    source: frozenset[int]
    cue: frozenset[int]
    content: frozenset[int]

    @classmethod
    def of(cls, attribution: Attribution, document: Document, /) -> Self:
        """The words of an attribution of a document."""
        return cls(*map(document.within, (attribution.source, attribution.cue, attribution.content)))


def count_attributions(
    document: Document, predicted: Sequence[Attribution], gold: Sequence[Attribution], /
) -> dict[str, Count]:
    """The counts of one article against the annotation of one annotator.

    A gold attribution whose content has no word does not count.
    """
    ours = [WordSets.of(one, document) for one in predicted]
    theirs = [found for one in gold if (found := WordSets.of(one, document)).content]
    pairs = matched_contents(ours, theirs)
    strict = matched_contents(ours, theirs, strict=True)
    right = {column for row, column in pairs if same_source(document, ours[row], theirs[column])}
    near = right | {column for row, column in pairs if _same_source_words(document, ours[row], theirs[column])}
    met = {column for _, column in pairs}
    sourced = {column for column in met if theirs[column].source}
    return {
        **_tokens(ours, theirs),
        "attribution": Count(len(pairs), len(ours), len(theirs)),
        "attribution_strict": Count(len(strict), len(ours), len(theirs)),
        "attribution_source": Count(len(right), len(ours), len(theirs)),
        "attribution_source_text": Count(len(near), len(ours), len(theirs)),
        "source_right_given_match": Count(len(right & sourced), None, len(sourced)),
        **_views(document, theirs, met, right, near),
        **_people(document, ours, theirs),
    }


def matched_contents(ours: Sequence[WordSets], theirs: Sequence[WordSets], /, *, strict: bool = False) -> list[Pair]:
    """The pairs of the matching by content: Dice of 0.5 at least, or Jaccard when it is to be strict."""
    contents = [one.content for one in ours], [one.content for one in theirs]
    return matched(*contents, measure="jaccard" if strict else "dice")


def same_source(document: Document, ours: WordSets, theirs: WordSets, /) -> bool:
    """True when the predicted source points at the gold source's place, or when neither is there."""
    if not theirs.source:
        return not ours.source
    telling = {number for number in theirs.source if document.words[number] not in FUNCTION_WORDS}
    return not ours.source.isdisjoint(telling or theirs.source)


def mean(counts: Sequence[Counts], /) -> dict[str, Count]:
    """The mean of several counts of one article, one for each annotator, so that every article weighs once."""
    return {name: _mean([each[name] for each in counts]) for name in counts[0]}


def _mean(counts: Sequence[Count], /) -> Count:
    number = len(counts)
    predicted = [count.predicted for count in counts if count.predicted is not None]
    return Count(
        sum(count.right for count in counts) / number,
        sum(predicted) / number if predicted else None,
        sum(count.gold for count in counts) / number,
    )


def _tokens(ours: Sequence[WordSets], theirs: Sequence[WordSets], /) -> dict[str, Count]:
    counts = {}
    for role in ("source", "cue", "content"):
        predicted, gold = (
            frozenset[int]().union(*(getattr(one, role) for one in attributions)) for attributions in (ours, theirs)
        )
        counts[f"token.{role}"] = Count(len(predicted & gold), len(predicted), len(gold))
    return counts


def _same_source_words(document: Document, ours: WordSets, theirs: WordSets, /) -> bool:
    """True when both sources have a word in common, wherever it stands."""
    gold = {document.words[number] for number in theirs.source} - FUNCTION_WORDS - TITLES
    return not gold.isdisjoint(document.words[number] for number in ours.source)


def _views(
    document: Document,
    gold: Sequence[WordSets],
    met: AbstractSet[int],
    right: AbstractSet[int],
    near: AbstractSet[int],
    /,
) -> dict[str, Count]:
    """Recall over some of the gold attributions."""
    inside = [len(one.content & document.quoted) for one in gold]
    views = {
        "person": {number for number, one in enumerate(gold) if one.source & document.people},
        "quoted": {number for number, one in enumerate(gold) if inside[number] >= 0.5 * len(one.content)},
        "unquoted": {number for number, _ in enumerate(gold) if not inside[number]},
    }
    found = {"recall": met, "recall_source": right, "recall_source_text": near}
    return {
        f"{view}.{name}": Count(len(kept & hits), None, len(kept))
        for view, kept in views.items()
        for name, hits in found.items()
    }


def _people(document: Document, ours: Sequence[WordSets], theirs: Sequence[WordSets], /) -> dict[str, Count]:
    gold, predicted = (
        {document.words[max(names)] for one in attributions if (names := one.source & document.people)}
        for attributions in (theirs, ours)
    )
    told = {document.words[number] for one in ours for number in one.source}
    return {
        "people": Count(len(gold & predicted), len(predicted), len(gold)),
        "people.recall": Count(len(gold & told), None, len(gold)),
    }
