"""Extractive summaries: the sentences of the article that carry most of its claims and words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from typing import Literal

from extractor.schemas import Article, Cited, Claim, Expert, ExpertLine, Extraction, Position, Prediction, Span
from extractor.segmentation import sentences

from . import words

Length = Literal["short", "medium", "long"]

ABSTRACT: dict[Length, int] = {"short": 2, "medium": 4, "long": 7}
"""Sentences of the abstract."""

_FIRST_LINE = re.compile(r"\s*(\w[^\n]*\S)[ \t\r]*\n")
_WORD = re.compile(r"[^\W\d_]{2,}(?:[-’'][^\W\d_]+)*")
_DANGLING = re.compile(r"[“\"']?(?:He|She|They|It|This|These|Those|That|His|Her|Their|But|And|So)\b")
_NEGATIVE = re.compile(r"\b(?:not|never|cannot|no)\b|n['’]t\b", re.IGNORECASE)
_LONGEST = 400
_FEWEST_WORDS = 5
_HEADLINE = 140
_NEW_VOICE = 0.3
_COMPARED = 40
"""Sentences by weight among which the next one for an abstract is looked for."""
_FEWEST_TOLD = 3
"""Words that the line of an expert tells at least."""


@dataclass(frozen=True, slots=True)
class SummaryParts:
    """The parts of a summary, every sentence with the passages that it comes from."""

    headline: Cited
    abstract: tuple[Cited, ...]
    by_expert: tuple[ExpertLine, ...]
    agreements: tuple[Cited, ...]
    disagreements: tuple[Cited, ...]


def summarize(article: Article, extraction: Extraction, /, *, length: Length = "medium") -> SummaryParts:
    """A summary of sentences taken from the article, with one line for each expert from the extraction.

    The abstract has two, four or seven sentences ("short", "medium", "long") in the order of the article; a sentence
    counts by its frequent words and by the claims that stand in it. Agreements and disagreements are told only where
    two experts take a stance toward the same target. Of a text without words headline and abstract are all of it.
    """
    spans = _sentence_spans(article) or [_whole(article)]
    ranked = _ranked(spans, extraction)
    chosen = sorted(ranked[: ABSTRACT[length]], key=lambda span: span.start)
    return SummaryParts(
        headline=_headline(article, spans, ranked),
        abstract=tuple(_cite(span) for span in chosen),
        by_expert=tuple(_expert_lines(article, extraction)),
        agreements=tuple(_pairs(article, extraction, same=True)),
        disagreements=tuple(_pairs(article, extraction, same=False)),
    )


def _cite(span: Span, /) -> Cited:
    return Cited(text=" ".join(span.text.split()), evidence=(span,))


def _sentence_spans(article: Article, /) -> list[Span]:
    spans = [article.span(start, end) for start, end in sentences(article.text)]
    worded = [span for span in spans if re.search(r"\w", span.text)]
    whole = [
        span
        for span in worded
        if span.text.rstrip("”\"'’»)」")[-1:] in ".!?…。！？؟।" and _length(span) >= _FEWEST_WORDS
    ]
    return whole or worded


def _whole(article: Article, /) -> Span:
    """The text without the blanks around it; all of it when it is nothing but blanks."""
    kept = article.text.strip()
    start = article.text.index(kept) if kept else 0
    return article.span(start, start + len(kept or article.text))


def _length(span: Span, /) -> int:
    return len(_WORD.findall(span.text)) or len(span.text) // 3


def _ranked(spans: Sequence[Span], extraction: Extraction, /) -> list[Span]:
    """The sentences by weight, without those that repeat one chosen before; a sentence with a new voice goes ahead."""
    told = [{word.lower() for word in _WORD.findall(span.text)} - words.FUNCTION_WORDS for span in spans]
    voices = _voices(spans, extraction)
    weight = _weights(spans, told, voices)
    ranked: list[int] = []
    heard: set[str] = set()
    left = sorted(weight, key=lambda place: (-weight[place], place))
    while left:
        best = max(
            left[:_COMPARED], key=lambda place: (weight[place] + _NEW_VOICE * len(voices[place] - heard), -place)
        )
        left.remove(best)
        if all(not _repeats(told[best], told[other]) for other in ranked[:10]):
            ranked.append(best)
            heard |= voices[best]
    return [spans[place] for place in ranked]


def _voices(spans: Sequence[Span], extraction: Extraction, /) -> list[set[str]]:
    """The experts whose claims begin in each sentence."""
    found: list[set[str]] = [set() for _ in spans]
    for claim in extraction.claims:
        place = _index(spans, claim.content[0].start)
        if claim.content[0].start < spans[place].end:
            found[place].add(claim.expert_id)
    return found


def _weights(spans: Sequence[Span], told: Sequence[set[str]], voices: Sequence[set[str]], /) -> dict[int, float]:
    """How much each sentence tells: by its frequent words, its claims and, where nobody speaks, its place."""
    counts = Counter(word for said in told for word in said)
    spoken = any(voices)
    weight = {}
    for place, (span, said) in enumerate(zip(spans, told, strict=True)):
        topical = sum(log(1 + counts[word]) for word in said if counts[word] > 1) / (8 + len(said))
        early = (0.5 if place == 0 else 0.25 if place < 3 else 0.0) / (2 if spoken else 1)
        unfit = 1.0 * (len(span.text) > _LONGEST or span.text.endswith("?")) + 0.4 * bool(_DANGLING.match(span.text))
        weight[place] = topical + 0.4 * bool(voices[place]) + early - unfit
    return weight


def _repeats(one: set[str], other: set[str], /) -> bool:
    return bool(one) and len(one & other) > 0.6 * min(len(one), len(other))


def _index(spans: Sequence[Span], offset: int, /) -> int:
    """The sentence that an offset stands in, or the last before it."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if spans[middle].start <= offset else (low, middle)
    return max(low - 1, 0)


def _headline(article: Article, spans: Sequence[Span], ranked: Sequence[Span], /) -> Cited:
    """The title where the text has it, else a short first line, else the best sentence that is short enough."""
    title = (article.title or "").strip()
    start = article.text.find(title) if title else -1
    if start >= 0:
        return _cite(article.span(start, start + len(title)))
    line = _FIRST_LINE.match(article.text)
    if line and len(line[1]) <= _HEADLINE and line[1][-1] not in ".,:;":
        return _cite(article.span(*line.span(1)))
    short = next((span for span in ranked if len(span.text) <= _HEADLINE), None)
    return _cite(short or (ranked[0] if ranked else spans[0]))


def _expert_lines(article: Article, extraction: Extraction, /) -> Iterator[ExpertLine]:
    """The best claim of each expert: a prediction or a position with a stance before others, then the first.

    Claims of one or two words come last. Where the words of the best claim do not stand alone the line is the sentence
    that they are in.
    """
    spans = [article.span(start, end) for start, end in sentences(article.text)]
    for expert in extraction.experts:
        claims = [claim for claim in extraction.claims if claim.expert_id == expert.id]
        if not claims:
            continue
        best = max(claims, key=lambda claim: (_tells(expert, claim), _interest(claim), -claim.content[0].start))
        if _tells(expert, best) and not _leans(expert, best):
            yield ExpertLine(text=_line(expert, best), evidence=_proof(spans, best), expert_id=expert.id)
        else:
            whole = spans[_index(spans, best.content[0].start)]
            yield ExpertLine(text=" ".join(whole.text.split()), evidence=(whole,), expert_id=expert.id)


def _proof(spans: Sequence[Span], /, *claims: Claim) -> tuple[Span, ...]:
    """The sentences that the claims stand in, with the words that attribute them: who says it has to be proven too."""
    parts = [part for claim in claims for part in (*claim.source, *claim.cue, *claim.content)]
    return tuple(span for span in spans if any(span.overlaps(part) for part in parts))


def _leans(expert: Expert, claim: Claim, /) -> bool:
    """True for a prediction that is only right with more of its sentence.

    Its content lacks the cue that turns it round ("doubts that") or begins with a pronoun; or its statement names
    the expert and lacks the words that say how likely.
    """
    if not isinstance(claim, Prediction):
        return False
    said = " ".join(span.text for span in claim.content)
    words_of = claim.likelihood.words
    outside = words_of is not None and not any(span.overlaps(words_of) for span in claim.content)
    denied = claim.likelihood.negated and not _NEGATIVE.search(said)
    hedged = claim.likelihood.band is not None and claim.statement.startswith(expert.name)
    return outside or denied or hedged or _DANGLING.match(said.capitalize()) is not None


def _tells(expert: Expert, claim: Claim, /) -> bool:
    """True for a claim of three words or more; a position whose statement names the expert counts with all of that."""
    words_told = len(claim.statement.split())
    if isinstance(claim, Prediction) or expert.name.lower() not in claim.statement.lower():
        words_told = min(words_told, sum(len(span.text.split()) for span in claim.content))
    uncased = any("\u3040" <= char <= "\u9fff" or "\u0e00" <= char <= "\u0eff" for char in claim.statement)
    return uncased or words_told >= _FEWEST_TOLD


def _interest(claim: Claim, /) -> int:
    if len(claim.statement.split()) < _FEWEST_WORDS:
        return 0
    if isinstance(claim, Prediction):
        return 3 if claim.likelihood.band else 2
    return 2 if isinstance(claim, Position) and claim.stance != "neutral" else 1


def _line(expert: Expert, claim: Claim, /) -> str:
    """A position as it is stated; a prediction in the article's words, whose hedges the bare event lacks."""
    if isinstance(claim, Prediction) and not claim.statement.startswith(expert.name):
        said = " ".join(" ".join(span.text for span in claim.content).split())
        return f"{expert.name}: {said[0].upper()}{said[1:]}" + ("" if said[-1] in '.!?…”"' else ".")
    named = expert.name.lower() in claim.statement.lower()
    return claim.statement if named else f"{expert.name}: {claim.statement}"


def _pairs(article: Article, extraction: Extraction, /, *, same: bool) -> Iterator[Cited]:
    """Pairs of experts with the same, or the opposite, stance toward one target; English wording."""
    spans = [article.span(start, end) for start, end in sentences(article.text)]
    names = {expert.id: expert.name for expert in extraction.experts}
    taken = [position for position in extraction.positions if position.stance != "neutral"]
    seen: set[tuple[str, str, str]] = set()
    for one, other in combinations(taken, 2):
        target = _normal(one.target)
        key = (one.expert_id, other.expert_id, target)
        if one.expert_id == other.expert_id or target != _normal(other.target) or key in seen:
            continue
        if (one.stance == other.stance) == same:
            seen.add(key)
            yield Cited(text=_pair_text(names, one, other, same), evidence=_proof(spans, one, other))


def _pair_text(names: dict[str, str], one: Position, other: Position, same: bool, /) -> str:
    pair = f"{names[one.expert_id]} and {names[other.expert_id]}"
    side, opposite = ("in favor", "against") if one.stance == "favor" else ("against", "in favor")
    if same:
        return f"{pair} agree on {one.target}: both {side}."
    return f"{pair} disagree on {one.target}: the first {side}, the second {opposite}."


def _normal(target: str, /) -> str:
    return " ".join(word for word in re.findall(r"\w+", target.lower()) if word not in ("the", "a", "an"))
