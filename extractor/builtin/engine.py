"""The built-in engine: a draft without a language model, a network or a download."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.grounding import ClaimSpans
from extractor.schemas import Article
from extractor.schemas.drafts import DraftExtraction, DraftPosition, DraftPrediction

from .claims import Claim, make_claim
from .classification import Topics
from .found import Attribution
from .holders import Holder, Holders
from .narration import forecasts
from .nodes import Sentence, parse


@dataclass(frozen=True, slots=True)
class BuiltinDraft:
    """A draft with the exact spans of its claims, parallel to ``draft.positions`` and ``draft.predictions``."""

    draft: DraftExtraction
    positions: tuple[ClaimSpans, ...]
    predictions: tuple[ClaimSpans, ...]
    warnings: tuple[str, ...]


class BuiltinEngine:
    """Finds attributions with the trained tagger and words them as claims by rules."""

    name = "builtin"
    model = None

    def draft(self, article: Article, /) -> BuiltinDraft:
        """Everything that the article gives to somebody, as far as tagger and rules see it.

        Reads English (and a text of unknown language as English); in another language it keeps to direct quotations
        and a warning says so. Takes time in proportion to the length of the article, and never raises.
        """
        if not reads(article.language):
            from .quoted import quoted_claims  # its patterns are compiled for such texts only

            return _draft(*quoted_claims(article))
        sentences = parse(article.text)
        holders = Holders(sentences, article.text, author=article.author)
        topics = Topics(sentences)
        attributed, silent = _attributed(article, sentences, holders, topics)
        own = forecasts(article, silent, holders.author_name, topics)
        if own:
            holders.author()
        claims = sorted([*attributed, *own], key=lambda claim: claim.spans.content[0].start)
        return _draft(claims, holders.known.values(), ())


def reads(language: str | None, /) -> bool:
    """True for the languages whose attributions the engine knows: English, and what is not known to be another."""
    return language is None or language.partition("-")[0].lower() == "en"


def _attributed(
    article: Article, sentences: Sequence[Sentence], holders: Holders, topics: Topics, /
) -> tuple[list[Claim], list[Sentence]]:
    """The claims of the attributions in the order of the text, and the sentences without any attribution."""
    from .reading import read  # numpy is loaded when the engine runs, not when it is imported

    by_sentence: dict[int, list[Attribution]] = {}
    for item in read(sentences):
        by_sentence.setdefault(item.sentence, []).append(item)
    holders.rehearse(by_sentence)
    claims: list[Claim] = []
    last: tuple[int, str, str] | None = None
    silent: list[Sentence] = []
    for sentence in sentences:
        items = by_sentence.get(sentence.index, [])
        if not items:
            holders.pass_over(sentence)
            silent.append(sentence)
        for item in items:
            claim = _claim(article, item, holders, topics, last)
            if claim:
                claims.append(claim)
                last = (sentence.index, claim.draft.expert, claim.spans.content[0].text)
    return claims, silent


def _claim(
    article: Article, item: Attribution, holders: Holders, topics: Topics, last: tuple[int, str, str] | None, /
) -> Claim | None:
    """The claim of an attribution; ``last`` is sentence, holder's name and content of the claim before."""
    key = holders.resolve(item)
    if key is None:
        return None
    holder = holders.known[key]
    if item.inner is not None:
        inner = holders.resolve(item.inner)
        if inner is not None and inner != key:
            return make_claim(article, item.inner, holders.known[inner], topics, reporter=holder)
    goes_on = last is not None and last[:2] == (item.sentence - 1, holder.name)
    return make_claim(article, item, holder, topics, before=last[2] if last and goes_on else None)


def _draft(claims: Sequence[Claim], known: Iterable[Holder], warnings: Sequence[str], /) -> BuiltinDraft:
    positions = [claim for claim in claims if isinstance(claim.draft, DraftPosition)]
    predictions = [claim for claim in claims if isinstance(claim.draft, DraftPrediction)]
    used = {name for claim in claims for name in (claim.draft.expert, claim.draft.reported_by)}
    draft = DraftExtraction(
        experts=[holder.draft() for holder in known if holder.name in used],
        positions=[claim.draft for claim in positions if isinstance(claim.draft, DraftPosition)],
        predictions=[claim.draft for claim in predictions if isinstance(claim.draft, DraftPrediction)],
    )
    return BuiltinDraft(
        draft,
        tuple(claim.spans for claim in positions),
        tuple(claim.spans for claim in predictions),
        tuple(warnings),
    )
