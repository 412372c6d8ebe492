"""Predictions: which contents are about the future, and how to tell the event in them affirmatively."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.schemas import Span
from extractor.schemas.drafts import DraftMissing

from . import words
from .lexicon import Entry
from .wording import has_verb

_ADVERB = (
    r"(?:almost certainly|most likely|very likely|quite likely|highly likely|more likely than not|in all likelihood"
    r"|likely|probably|possibly|perhaps|certainly|surely|definitely|undoubtedly|potentially|presumably|inevitably)"
)
_LIKELY = r"(?:un|im)?(?:likely|probable)|certain|sure|bound|set|poised|expected|doomed|on track|on course"
_MODAL = r"(?:will|would|shall|may|might|could|won['’]t|wouldn['’]t|couldn['’]t)"
_CHANCE = r"(?:[\w%.-]+ ){0,6}?(?:chance|likelihood|probability|possibility|risk|danger|prospect)"
_PAST = r"(?!\s+(?:\w+\s+){0,2}have\b)(?!n['’]t\s+have\b)(?!\s+(?:rather|like|prefer)\b)"
_FUTURE = re.compile(
    rf"\b{_MODAL}\b{_PAST}|['’]ll\b|\b(?:is|are|was|were|be|am)(?:n['’]t| not)? going to\b"
    rf"|\b(?:is|are|was|were|be|remains?|seems?|looks?|appears?)(?:n['’]t| not)? (?:\w+ ){{0,2}}?(?:{_LIKELY}) to\b"
    r"|\b(?:is|was|seems?|be)(?:n['’]t| not)? (?:\w+ )?(?:un|im)?(?:likely|probable) that\b"
    rf"|\b(?:there|we|I|they|he|she|it)(?:['’]s| (?:is|was|remains?|has|have)) {_CHANCE} that\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?<!\beven )(?<!\bas )(?<!\bwhat )(?<!\bask )(?<!\basked )"
    r"\b(?:if|unless|provided that|as long as|in case)\b[^,;:.!?—]+",
    re.IGNORECASE,
)
_CONCESSION = re.compile(
    r"^(?:while|although|though|even if|even though|despite|as|when|after|since|because|whereas|if|unless)\b[^,]*,\s*",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|which|what|how|whether|that)\s+(?:\w+\s+)?$", re.IGNORECASE)
_OWN = re.compile(r"^(?:I|we|he|she|they|it)(?:\s|['’])", re.IGNORECASE)
_PLAN = re.compile(
    r"^(?:I|we|he|she|they|it(?! \w+(?: not)? (?:be|rain|snow|take)\b))(?:['’]ll"
    r"| (?:\w+ly )?(?:will|would|won['’]t|wouldn['’]t"
    r"|(?:is|are|am|was|were) (?:not )?going to))\b(?! have\b)",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"\b(?:that|which|who|whether|how)\b", re.IGNORECASE)
_COORDINATION = re.compile(r",\s+(?:and|but|yet)\s+")
_INFINITIVE = re.compile(r"(?P<subject>(?!to )[^,;:]{1,80}?) to (?P<verb>[a-z]+)\b(?P<rest>.*)", re.DOTALL)
_ANY, _EVER = re.compile(r"\bany(one|body|thing)\b"), re.compile(r"\bever ")
_VAGUE = re.compile(r"^(?:it|this|that|these|those|such|things?|something)\b", re.IGNORECASE)

_SUBJECTS = words.PERSONAL | words.DETERMINERS | words.POSSESSIVES | {"there"}
_NOBODY = re.compile(r"[Nn]o (?!one\b|longer\b|more\b|less\b|doubt\b)")
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\bthere(?:['’]s| (?:is|was|remains)) {_CHANCE} that ", re.IGNORECASE), ""),
    (
        re.compile(
            r"\bit (?:is|was|seems|appears|looks|remains) (?:\w+ )?"
            r"(?:un|im)?(?:likely|probable|possible|doubtful|certain) that ",
            re.IGNORECASE,
        ),
        "",
    ),
    (
        re.compile(
            r"\b(?:(?:would|will|may|might|could) be|is|are|was|were|am|remains?|seems?|appears?|looks?)"
            rf"(?:n['’]t| not)? (?:\w+ )??(?:{_LIKELY}) to\b",
            re.IGNORECASE,
        ),
        "will",
    ),
    (re.compile(r"\b(?:is|are|was|were|am)(?P<not>n['’]t| not)? going to\b", re.IGNORECASE), "will"),
    (
        re.compile(rf"\b(?:{_ADVERB} )?(?P<not>won['’]t|wouldn['’]t|couldn['’]t)(?: {_ADVERB})?\b", re.IGNORECASE),
        "will",
    ),
    (re.compile(rf"(?P<ll>['’]ll)(?: {_ADVERB})?(?P<not> not| never)?(?: {_ADVERB})?\b", re.IGNORECASE), " will"),
    (
        re.compile(
            rf"\b(?:{_ADVERB} )?{_MODAL}(?: {_ADVERB})?(?P<not> not| never)?(?: {_ADVERB})?(?= )",
            re.IGNORECASE,
        ),
        "will",
    ),
)
_WOULD = re.compile(r"\b(?:would|may|might|could)\b(?! have\b)", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """A predicted event told affirmatively; ``negated`` when the words say that it does not happen."""

    text: str
    negated: bool


def is_forecast(entry: Entry | None, content: str, /) -> bool:
    """True when a content is about the future: by a forecasting verb, a modal or "likely to"."""
    sense = entry.sense if entry else ""
    if sense == "expect":
        return True
    if content.startswith("to ") or sense in ("demand", "want", "intend", "ask", "favor", "against"):
        return False
    return future_at(content) is not None


def is_plan(content: str, /) -> bool:
    """True when a clause about its holder tells what he is going to do: 'he will', not 'he might', nor 'it will be'."""
    return bool(_PLAN.match(content))


def told_affirmatively(content: str, /) -> str:
    """The clause under a doubt or a denial without the words that only these allow: "ever", "anything"."""
    return _ANY.sub(r"some\1", _EVER.sub("", content))


def future_clause(content: str, /) -> str:
    """The one of several coordinated clauses that is about the future; the content where that cannot be told."""
    pieces = _COORDINATION.split(content)
    future = [piece for piece in pieces if future_at(piece) is not None]
    if len(pieces) < 2 or len(future) != 1 or _CONCESSION.match(content) or _CONDITION.match(content):
        return content
    whole = all(_opens_clause(piece) for piece in pieces[1:]) and all(has_verb(piece) for piece in pieces)
    first = future[0].split()[0].lower()
    resumed = first in words.PERSONAL and future[0] != pieces[0]
    return future[0].strip(" ,.") if whole and not resumed else content


def _opens_clause(piece: str, /) -> bool:
    """True when a coordinated piece has a subject of its own: 'the doses will', not 'thus public' nor 'what it is'."""
    first = piece.split()[0]
    return first[0].isupper() or first.lower() in _SUBJECTS


def is_nominal(content: str, /) -> bool:
    """True for a noun phrase with a clause inside it, 'the claim that it will', which is not that clause."""
    at = future_at(content)
    return at is not None and _SUBORDINATE.search(content, 0, at) is not None


def from_infinitive(content: str, /) -> str | None:
    """'the dam to break' as a clause, 'the dam will break'; None where it is none or cannot be told safely."""
    match = _INFINITIVE.match(content)
    if match is None or match["verb"] not in words.BASE_VERBS or content.count(" to ") > 1 + content.count("have to "):
        return None
    subject = match["subject"]
    if has_verb(subject) or _SUBORDINATE.search(subject) or subject.lower() in words.OBJECTS - {"it", "you"}:
        return None
    return f"{subject} will {match['verb']}{match['rest']}"


def is_own(content: str, /) -> bool:
    """True when the clause is about the holder himself: 'he will', 'we might not'."""
    at = future_at(content)
    return at is not None and bool(_OWN.match(content)) and at < 24


def future_at(content: str, /) -> int | None:
    """Where the main clause speaks of the future; None when it does not."""
    opening = _CONCESSION.match(content)
    start = opening.end() if opening else 0
    for match in _FUTURE.finditer(content, start):
        inside_condition = any(c.start() <= match.start() < c.end() for c in _CONDITION.finditer(content))
        if not inside_condition and not _RELATIVE.search(content, max(0, match.start() - 24), match.start()):
            return match.start()
    return None


def affirm(content: str, /) -> Event:
    """The event of a clause told as something that happens, without likelihood words, "not" and condition.

    "is unlikely to return" gives "will return", "will probably not return" gives "will return" and negated. Where no
    rule applies the clause stays as it is.
    """
    text = _without_condition(content)
    at = future_at(text)
    start = 0 if at is None else max(0, at - 24)
    found = [(match, told) for pattern, told in _REWRITES if (match := _after(pattern, text, at, start))]
    if not found:
        return Event(text, negated=False)
    match, told = min(found, key=lambda pair: (pair[0].start(), -pair[0].end()))
    negated = bool(match.groupdict().get("not")) and "likely" not in match.group().replace("likely ", "", 1)
    rest = text[match.end() :]
    if not told:
        rest = _WOULD.sub("will", rest, count=1).lstrip()
    changed = f"{text[: match.start()]}{told}{rest}".strip()
    if told and not negated and (nobody := _NOBODY.match(changed)):
        return Event(f"Any {changed[nobody.end() :]}", negated=True)
    if negated and _NEGATIVE.search(changed):
        return Event(text, negated=False)
    return Event(changed, negated)


def _after(pattern: re.Pattern[str], text: str, at: int | None, start: int, /) -> re.Match[str] | None:
    """The first match that ends after where the future begins."""
    return next((match for match in pattern.finditer(text, start) if at is None or match.end() > at), None)


def _without_condition(content: str, /) -> str:
    found = _CONDITION.search(content)
    if found is None:
        return content
    before, after = content[: found.start()].rstrip(" ,"), content[found.end() :].lstrip(" ,")
    if before and after and not content[found.end() :].lstrip().startswith(","):
        return content
    kept = before if before and not after else after if after and not before else f"{before}, {after}"
    return kept if len(kept.split()) >= 3 else content


def find_condition(text: str, start: int, end: int, /) -> Span | None:
    """The condition ("if the talks fail") inside ``text[start:end]``."""
    match = _CONDITION.search(text, start, end)
    if match is None:
        return None
    piece = match.group().rstrip(" ”\"’'")
    return Span(start=match.start(), end=match.start() + len(piece), text=piece) if " " in piece else None


def lacks(event: str, /) -> list[DraftMissing]:
    """What one would lack to settle the event: "threshold" without a figure, "entity" where the subject is vague."""
    missing: list[DraftMissing] = []
    if not any(char.isdigit() for char in event):
        missing.append("threshold")
    if _VAGUE.match(event):
        missing.append("entity")
    return missing
