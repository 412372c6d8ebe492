"""What a claim is: prediction or position, its kind, stance, target and topic."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from extractor.schemas.claims import PositionKind, Stance

from . import words
from .forecasts import from_infinitive
from .lexicon import Entry, lexicon
from .nodes import Node, Sentence
from .subjects import main_phrase
from .words import wordset

_POLICY = re.compile(r"\b(?:should|must|ought to|(?:needs?|has|have) to)\b", re.IGNORECASE)
_FORBIDDING = re.compile(
    r"^not to\b|\b(?:should|must|ought|will|would|shall|can)(?: not| never|n['’]t)\b|\b(?:won|can)['’]t\b|\bcannot\b",
    re.IGNORECASE,
)
_GOOD = wordset(
    "good great right wise necessary excellent fair brilliant best better effective successful admirable sensible"
    " vital wonderful welcome legitimate honest capable qualified important fantastic success achievement triumph"
    " safe sound realistic"
)
_BAD = wordset(
    "bad terrible wrong dangerous disastrous disaster mistake failure unfair unacceptable reckless irresponsible"
    " illegal shameful disgrace disgraceful catastrophe foolish stupid corrupt dishonest unfit unqualified harmful"
    " worst worse illegitimate immoral outrageous absurd threat failed weak hypocritical racist ridiculous"
    " waste folly farce scandal useless unworkable unrealistic"
)
_BEFORE_NOUNS = words.DETERMINERS | words.POSSESSIVES
_BEFORE_INFINITIVES = words.AUXILIARIES | words.PERSONAL | words.NEGATIONS | {"to"}
_EMPTY = words.FUNCTION_WORDS | words.NEGATIONS | words.UNITS | words.TIMES | words.VERBS
_PLURAL = re.compile(r"(?:['’]s|s)$")
_INFINITIVE = re.compile(r"(?:not )?to (?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_FAVORABLE = wordset("supportive optimistic hope hopeful opt")
_UNFAVORABLE = wordset("skeptical sceptical doubtful dubious critical dismissive wary opposed doubt")
_COPULA = re.compile(
    r"^(?P<target>[\w.,'’“”\"-]+(?: [\w.,'’“”\"-]+){0,7}?)"
    r"(?: (?:is|are|was|were|would be|will be|has been|have been)|['’]s)"
    r"(?P<not> not|n['’]t| never)? (?P<rest>(?:[\w'’-]+ ){0,4}[\w'’-]+)",
)
_TARGET_END = re.compile(r",|;|:|\s(?:but|for|over|as|after|because|while|during|when|to|in|on|by|at|who|which|that)\s")
_WORD = re.compile(r"[\w][\w'’.-]*\w|\w")
_NEGATIVE_SENSE = re.compile(r"\b(?:not|never|n['’]t)\b|n['’]t\b")
_LONGEST_TOPIC = 4
_LONGEST_DOING = 16
_QUOTED = re.compile(r"[\"“”‘«»]")
_MODAL = re.compile(
    r"\b(?P<modal>should|must|ought to|will|would|needs? to|ha(?:s|ve) to)(?: not| never|n['’]t)?\b", re.IGNORECASE
)


def kind(entry: Entry | None, content: str, own: bool, /) -> PositionKind:
    """The kind of a position; "fact" when nothing says otherwise. ``own``: the content is about the holder's doing."""
    sense = entry.sense if entry else ""
    if sense in ("favor", "against"):
        return "value"
    if sense == "demand":
        return "policy"
    if own or sense == "intend":
        return "intention"
    if sense == "want" or _POLICY.search(content):
        return "policy"
    return "value" if _value(content) else "fact"


def stance(entry: Entry | None, content: str, group: str, of: PositionKind, /) -> Stance:
    """The stance that the words show: that of the cue, of a judgement ("the plan is a disaster"), or of the kind.

    Who demands or intends something is for it, and against it when the words say that it shall not be.
    """
    refused = _NEGATIVE_SENSE.search(group) is not None
    if entry is not None:
        if entry.sense == "favor" or entry.lemma in _FAVORABLE:
            return "against" if refused else "favor"
        if entry.sense == "against" or entry.lemma in _UNFAVORABLE:
            return "favor" if refused else "against"
    value = _value(content)
    if value:
        return value[1]
    if of in ("policy", "intention"):
        return "against" if refused != (_FORBIDDING.search(content) is not None) else "favor"
    return "neutral"


def doing(content: str, of: PositionKind, /) -> str | None:
    """What is demanded or intended, without negation: "mend the dam" for "to mend the dam"; None for other kinds.

    A clause with another subject stays a clause ("the council should mend the dam"). None for what is long or quoted.
    """
    if of not in ("policy", "intention") or len(content.split()) > _LONGEST_DOING or _QUOTED.search(content):
        return None
    bare = content.rstrip(" .!?,;…")
    infinitive = _INFINITIVE.match(bare)
    if infinitive:
        return infinitive["rest"]
    modal = _MODAL.search(bare)
    if modal is None:
        return None
    subject, rest = bare[: modal.start()].strip(), bare[modal.end() :].strip()
    if not subject or not rest or subject.lower() in words.PERSONAL:
        return rest or None
    return f"{subject} {modal['modal']} {rest}"


def target(entry: Entry | None, content: str, /) -> str | None:
    """What the stance is toward: the object of a judging verb, the subject of a judgement or of the clause.

    None when the content has none that can be told.
    """
    if entry is not None and (entry.sense in ("favor", "against", "adjective")) and not content.startswith("to "):
        cut = _TARGET_END.split(content, maxsplit=1)[0].strip()
        if cut and cut.split()[0].lower() not in words.OBJECTS:
            return " ".join(cut.split()[:10])
    value = _value(content)
    return value[0] if value else main_phrase(from_infinitive(content) or content)


def _value(content: str, /) -> tuple[str, Stance] | None:
    """Target and stance of a judgement by copula and value word."""
    match = _COPULA.match(content)
    if match is None or match["target"].split()[0].lower() in words.PERSONAL:
        return None
    said = {word.lower() for word in match["rest"].split()}
    good, bad = bool(said & _GOOD), bool(said & _BAD)
    if good == bad:
        return None
    return match["target"], "favor" if good != bool(match["not"]) else "against"


class Topics:
    """Words a claim is about, weighed by how often the article has them."""

    def __init__(self, sentences: Sequence[Sentence], /) -> None:
        self._counts = Counter(
            _stem(word)
            for sentence in sentences
            for node in sentence.nodes
            for word in (_WORD.findall(node.text) if node.tag == "quote" else [node.text])
            if _tells(node, word)
        )

    def topic(self, content: str, /) -> str:
        """What the content is about, in up to four words: its subject or object, else a run that recurs."""
        phrase = main_phrase(from_infinitive(content) or content)
        subject = _bare(phrase) if phrase else ""
        if subject and len(subject.split()) <= _LONGEST_TOPIC:
            return subject
        best: list[str] = []
        weight = 0.0
        run: list[str] = []
        before = ""
        for token in [*content.split(), ""]:
            bare = token.strip(".,;:!?()[]“”\"'’‘")
            tells = bool(bare) and _is_content_word(bare) and not _is_verb(bare, before)
            before = bare.lower()
            if tells:
                run.append(bare)
            ended = not tells or bare != token or len(run) == _LONGEST_TOPIC
            if ended and run:
                total = sum(min(self._counts[_stem(word)], 6) + word[0].isupper() for word in run) + 4 * (len(run) > 1)
                if total > weight:
                    best, weight = run, total
                run = []
        return (
            " ".join(best) or " ".join(content.removeprefix("to ").split()[:_LONGEST_TOPIC]).strip(" .,;:") or content
        )


def _bare(phrase: str, /) -> str:
    """A noun phrase without its article."""
    first, _, rest = phrase.partition(" ")
    return rest if rest and first.lower() in _BEFORE_NOUNS else phrase


def _tells(node: Node, word: str, /) -> bool:
    return (node.tag in ("cap", "word", "quote")) and _is_content_word(word)


@lru_cache(maxsize=65_536)
def _is_content_word(word: str, /) -> bool:
    low = word.lower()
    if low in _EMPTY or "n't" in low or "n’t" in low:
        return False
    return any(char.isalpha() for char in word) and not low.endswith("ly") and len(word) > 1


def _is_verb(word: str, before: str, /) -> bool:
    """True for an infinitive after "to", for a past form, and for an attributing verb that is no noun."""
    readings = lexicon().verbs.get(word, ())
    if before in _BEFORE_INFINITIVES and word in words.BASE_VERBS:
        return True
    if before and before not in words.FUNCTION_WORDS and word.endswith("s") and word[:-1] in words.BASE_VERBS:
        return True
    return word.islower() and (before == "to" or word.endswith("ed") or any(not r.entry.also_noun for r in readings))


def _stem(word: str, /) -> str:
    return _PLURAL.sub("", word.lower())
