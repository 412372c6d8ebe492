"""The rules that a draft must keep: pure functions from a draft and the facts of its article to violations.

Each violation names its rule, the field, what is wrong and how to mend it, in words that a model can act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from .figures import FigureIndex
from .grounding import FieldMiss, Grounder, Miss
from .names import NameIndex, name_index
from .schemas import Article, Violation
from .schemas.drafts import DraftExpert, DraftPosition, DraftPrediction

RULES = {
    "wrong_shape": "the item does not fit its schema",
    "blank": "a field that must say something is empty",
    "quote_not_found": "a quotation is not in the article",
    "digits_differ": "a quotation differs from the article in a number",
    "negation_differs": "a quotation differs from the article in a negation",
    "name_not_in_article": "a name is not in the article",
    "name_is_pronoun": "an expert's name is a pronoun",
    "number_not_in_article": "a number or date is not in the article",
    "expert_unknown": "the holder or reporter is not among the experts",
    "expert_rejected": "the holder or reporter was rejected",
    "reporter_is_holder": "the claim is reported by its own holder",
    "statement_pronoun": "the statement begins with a pronoun",
    "double_negation": "negated is true and the statement is negative as well",
    "expert_without_claim": "no claim of this expert was recorded",
    "unknown_item": "the answer mends an item that was not asked for",
    "withdrawn": "the model took the item back",
    "not_json": "the answer is no JSON",
    "not_an_object": "the answer is no JSON object of the form that was asked for",
    "no_answer": "the model gave no usable answer",
}

_MISSES = {"digits_differ": "digits_differ", "negation_differs": "negation_differs", "blank": "blank"}
_PRONOUN_NAME = re.compile(r"[Hh]im|[Hh]er?|[Ss]he|[Tt]hey|[Tt]hem|[Ii]t|[Ww]e|[Uu]s|I|[Yy]ou|[Tt]h(?:is|at|ese|ose)")
_PRONOUN = re.compile(r"(?:He|She|They|His|Her|Their|I|We|My|Our)\b(?!\.)")
_NEGATIVE = re.compile(r"\b(?:not|never|cannot)\b|n[’']t\b")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an article offers to check against, indexed once."""

    article: Article
    grounder: Grounder
    figures: FigureIndex
    names: NameIndex
    _foreign: dict[tuple[str, int], tuple[list[str], list[str]]] = field(default_factory=dict, repr=False)

    def foreign(self, text: str, /, *, experts: int = 0) -> tuple[list[str], list[str]]:
        """The names and the figures of a text that the article does not have; a text is looked at once.

        ``experts`` as for `check_wording`.
        """
        key = text, experts
        if key not in self._foreign:
            figures = self.figures.unsupported(text, allowed=range(1, experts + 1))
            self._foreign[key] = self.names.unknown_names(text), figures
        return self._foreign[key]

    @classmethod
    def of(cls, article: Article, /) -> Facts:
        """Index an article."""
        more = [told for told in (article.title, article.author) if told]
        published = [article.published.isoformat()] if article.published else []
        return cls(
            article,
            Grounder(article.text, language=article.language),
            FigureIndex(" \n".join((article.text, *more, *published)), language=article.language),
            name_index(article.text, *more, language=article.language),
        )


def check_expert(draft: DraftExpert, facts: Facts, /) -> tuple[Violation, ...]:
    """The violations of an expert."""
    if not draft.name.strip():
        return (_blank("name"),)
    if draft.kind == "author" and draft.name == draft.name.lower():  # "author", in whatever language
        return tuple(_details(draft, facts))
    if facts.article.language in (None, "en") and _PRONOUN_NAME.fullmatch(draft.name.strip()):
        message = f"{draft.name!r} is a pronoun; name who is meant in the article's words, or withdraw the expert"
        return (Violation(rule="name_is_pronoun", field="name", message=message),)
    return tuple(_expert_violations(draft, facts))


def check_claim(
    draft: DraftPosition | DraftPrediction, misses: Sequence[FieldMiss], facts: Facts, /
) -> tuple[Violation, ...]:
    """The violations of a claim whose quotations were grounded with these misses."""
    fields = ["statement", "topic"] + (["target"] if isinstance(draft, DraftPosition) else [])
    found: list[Violation] = [_miss(miss.field, miss.miss) for miss in misses]
    if not any(part.strip() for part in draft.content):
        found.append(_blank("content"))
    for name in fields:
        found += check_wording(name, getattr(draft, name), facts)
    if facts.article.language in (None, "en"):
        found += _statement(draft)
    if draft.reported_by is not None and draft.reported_by == draft.expert:
        message = (
            "reported_by is the holder himself; set it to null, or name the one through whom the claim is reported"
        )
        found.append(Violation(rule="reporter_is_holder", field="reported_by", message=message))
    return tuple(found)


def check_wording(field: str, text: str, facts: Facts, /, *, experts: int = 0) -> list[Violation]:
    """The violations of a text in the model's own words: blank, names and figures that the article does not have.

    ``experts`` is how many experts are listed; that many, or fewer, may be counted in words.
    """
    if not text.strip():
        return [_blank(field)]
    found = []
    names, figures = facts.foreign(text, experts=experts)
    if names:
        message = f"{_listed(names)} not in the article; use the article's own names and words"
        found.append(Violation(rule="name_not_in_article", field=field, message=message))
    if figures:
        message = f"{_listed(figures)} not in the article; leave out every number and date that it does not give"
        found.append(Violation(rule="number_not_in_article", field=field, message=message))
    return found


def check_evidence(evidence: Sequence[str], misses: Sequence[Miss], /) -> list[Violation]:
    """The violations of the evidence of a sentence."""
    if not any(quote.strip() for quote in evidence):
        return [_blank("evidence")]
    return [_miss("evidence", miss) for miss in misses]


def unknown_expert(field: str, name: str, known: Sequence[str], /, *, fixed: bool = False) -> Violation:
    """The violation of a claim whose holder or reporter is not among the experts; ``fixed``: none can be added."""
    otherwise = "withdraw the line" if fixed else "add the expert"
    message = (
        f"{name!r} is not among the experts; name one of {', '.join(map(repr, known)) or 'none yet'} or {otherwise}"
    )
    return Violation(rule="expert_unknown", field=field, message=message)


def shape_violations(error: ValidationError, /) -> tuple[Violation, ...]:
    """Pydantic's findings about an item as violations."""
    return tuple(
        Violation(
            rule="wrong_shape", field=_path(fault["loc"]), message=f"{fault['msg']}; got {_short(fault['input'])}"
        )
        for fault in error.errors(include_url=False)
    )


def _expert_violations(draft: DraftExpert, facts: Facts) -> Iterator[Violation]:
    if not facts.names.knows(draft.name):
        message = f"{draft.name!r} is not in the article; copy the fullest form of the name from it"
        yield Violation(rule="name_not_in_article", field="name", message=message)
    yield from _details(draft, facts)


def _details(draft: DraftExpert, facts: Facts) -> Iterator[Violation]:
    for number, alias in enumerate(draft.aliases):
        if not facts.names.knows(alias):
            message = f"{alias!r} is not in the article; leave it out"
            yield Violation(rule="name_not_in_article", field=f"aliases[{number}]", message=message)
    for name in ("role", "affiliation"):
        if (text := getattr(draft, name)) is not None:
            yield from check_wording(name, text, facts)


def _statement(draft: DraftPosition | DraftPrediction) -> Iterator[Violation]:
    if found := _PRONOUN.match(draft.statement):
        message = f"the statement begins with {found[0]!r}; put the name of whoever is meant"
        yield Violation(rule="statement_pronoun", field="statement", message=message)
    if isinstance(draft, DraftPrediction) and draft.negated and (found := _NEGATIVE.search(draft.statement)):
        message = (
            f"negated is true and the statement has {found[0]!r} as well; tell the event affirmatively, as something"
            " that happens, or set negated to false when the likelihood words are about it not happening"
        )
        yield Violation(rule="double_negation", field="statement", message=message)


def _miss(field: str, miss: Miss) -> Violation:
    if miss.reason == "blank":
        return _blank(field)
    rule = _MISSES.get(miss.reason, "quote_not_found")
    what = {"digits_differ": " differs from the article in a number", "negation_differs": " differs in a negation"}
    message = (
        f"{miss.quote!r}{what.get(miss.reason, ' is not in the article')}; copy the words exactly as they stand there"
    )
    if miss.nearest:
        message += f". The closest passage is {miss.nearest!r}"
    return Violation(rule=rule, field=field, message=message)


def _blank(field: str) -> Violation:
    return Violation(rule="blank", field=field, message=f"{field} is empty; fill it, or withdraw the item")


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(map(repr, words))} {'is' if len(words) == 1 else 'are'}"


def _path(location: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _short(value: Any, *, limit: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}..."
