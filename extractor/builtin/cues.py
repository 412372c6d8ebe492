"""Cues: the words of a sentence that attribute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from . import words
from .lexicon import Entry, Form, Reading, lexicon
from .nodes import Node
from .words import wordset

Voice = Literal["active", "passive", "participle", "infinitive", "noun", "adjective", "according", "view"]

_LINKING = words.BE | wordset("feel feels felt seem seems seemed remain remains remained become became sound")
_BEFORE_INFINITIVE = wordset(
    "on went continued continues proceeded began begins used had has have likely quick careful going set said"
    " seemed seems appeared appears rushed came"
)
_PLURALS = wordset(
    "people men women police many some most few others both majority half critics percent thirds quarters"
)
_ALONE = wordset("some many most few several all both each one two three four five six seven eight nine ten half none")
_REFLEXIVE = wordset("himself herself itself themselves myself ourselves yourself")
_ADJECTIVAL = ("al", "ive", "ous", "ful", "ic", "ible", "able", "ent", "ary", "less", "ed", "ing", "er", "ier", "est")
_VIEWS = wordset("view opinion estimation judgment judgement assessment words")
_VIEW = Entry("in the view of", "think", frozenset(), frozenset(), also_noun=False)
_ACCORDING = Entry("according to", "say", frozenset(), frozenset(["to"]), also_noun=False)


@dataclass(frozen=True, slots=True)
class Cue:
    """An attributing word group: nodes ``first`` to ``last`` (inclusive) of a sentence around the word ``head``."""

    first: int
    head: int
    last: int
    entry: Entry
    form: Form
    voice: Voice

    @property
    def tail(self) -> int:
        """Index of the node after the cue."""
        return self.last + 1


def find_cues(nodes: Sequence[Node], /) -> list[Cue]:
    """The cues of a sentence outside its quotations, in order, none within another."""
    heads = lexicon().heads
    return cues_at(nodes, [i for i, node in enumerate(nodes) if node.low in heads])


def cues_at(nodes: Sequence[Node], places: Iterable[int], /) -> list[Cue]:
    """The cues of a sentence, of which only the words at these places can be the heads."""
    found: list[Cue] = []
    if nodes[0].low == "<":
        return found
    for i in places:
        if found and i <= found[-1].last:
            continue
        cue = _cue_at(nodes, i)
        if cue:
            found.append(cue)
    return found


def _cue_at(nodes: Sequence[Node], i: int, /) -> Cue | None:
    low = nodes[i].low
    known = lexicon()
    if low == "according" and _low(nodes, i + 1) == "to":
        return Cue(i, i, i + 1, _ACCORDING, "base", "according")
    if low == "in":
        return _view_cue(nodes, i)
    adjective = _adjective_cue(nodes, i, known.adjectives[low]) if low in known.adjectives else None
    if adjective:
        return adjective
    if low in known.verbs:
        cue = _verb_cue(nodes, i, known.verbs[low])
        if cue:
            return cue
    if low in known.nouns:
        return _noun_cue(nodes, i, known.nouns[low])
    return None


def _view_cue(nodes: Sequence[Node], i: int, /) -> Cue | None:
    """'In his view', 'in the estimation of Ann Roe', 'in Roe's words'."""
    for k in range(i + 2, min(len(nodes), i + 7)):
        if nodes[k].tag not in ("cap", "word", "poss", "det"):
            return None
        if nodes[k].low in _VIEWS:
            of = _low(nodes, k + 1) == "of" and nodes[k - 1].low == "the"
            return Cue(i, k, k + 1 if of else k, _VIEW, "base", "view") if of or _possessor(nodes, i + 1, k) else None
    return None


def _possessor(nodes: Sequence[Node], first: int, k: int, /) -> bool:
    return any(nodes[x].tag == "poss" for x in (k - 1, k - 2) if x >= first)


def _adjective_cue(nodes: Sequence[Node], i: int, entry: Entry, /) -> Cue | None:
    """'is (also) confident that': a linking verb before, one of the words that may follow after."""
    first = group_start(nodes, i)
    if not any(nodes[k].low in _LINKING for k in range(max(first - 1, 0), i)):
        return None
    if first and nodes[first - 1].low in _LINKING:
        first = group_start(nodes, first - 1)
    follower = _low(nodes, i + 1)
    if follower not in entry.particles and not ("that" in entry.particles and _starts_clause(nodes, i + 1)):
        return None
    last = i if follower in ("that", "to", "whether") or follower not in entry.particles else i + 1
    return Cue(first, i, last, entry, "base", "adjective")


def _noun_cue(nodes: Sequence[Node], i: int, entry: Entry, /) -> Cue | None:
    """'his (firm) belief that': a possessive not far before, one of the words that may follow after."""
    says = _low(nodes, i + 1) in ("is", "was") and _low(nodes, i + 2) == "that" and "that" in entry.particles
    if not says and _low(nodes, i + 1) not in entry.particles:
        return None
    k = i - 1
    while k >= 0 and i - k <= 3 and nodes[k].tag in ("word", "adv", "num"):
        k -= 1
    if k < 0 or nodes[k].tag != "poss":
        return None
    last = i if _low(nodes, i + 1) in ("that", "to", "whether") else i + 1
    return Cue(i, i, last, entry, "base", "noun")


def _verb_cue(nodes: Sequence[Node], i: int, readings: Sequence[Reading], /) -> Cue | None:
    for reading in readings:
        if not _is_verb(nodes, i, reading):
            continue
        last = i
        if _low(nodes, i + 1) in reading.entry.particles:
            last = i + 1
        voice = _voice(nodes, i, reading.form)
        if last == i and voice != "passive" and not _fits(reading.entry, nodes, i + 1):
            continue
        return Cue(_first(nodes, i, voice), i, last, reading.entry, reading.form, voice)
    return None


def _first(nodes: Sequence[Node], i: int, voice: Voice, /) -> int:
    first = group_start(nodes, i)
    if first > 1 and nodes[first - 1].low == "to" and voice == "active":
        first -= 3 if nodes[first - 2].low == "on" and first > 2 else 2
        return group_start(nodes, first)
    return first


def group_start(nodes: Sequence[Node], i: int, /) -> int:
    """Index of the first auxiliary, adverb or negation right before the verb at ``i``."""
    first = i
    while first and (nodes[first - 1].tag in ("aux", "adv", "neg") or _is_contracted(nodes, first - 1)):
        first -= 1
    while first < i and nodes[first].tag == "adv" and first == 0:
        first += 1
    return first


def _is_contracted(nodes: Sequence[Node], k: int, /) -> bool:
    """'s of "he's": a form of "be" or "have" after a pronoun, not a possessive."""
    return k > 0 and nodes[k].low in ("'s", "’s") and nodes[k - 1].tag == "pron"


def _voice(nodes: Sequence[Node], i: int, form: Form, /) -> Voice:
    k = i - 1
    while k >= 0 and nodes[k].tag in ("adv", "neg"):
        k -= 1
    before = nodes[k].low if k >= 0 else ""
    is_be = before in words.BE and (nodes[k].tag == "aux" or _is_contracted(nodes, k))
    if form == "ing":
        return "active" if is_be else "participle"
    if form == "past" and (is_be or (_low(nodes, i + 1) == "by" and before not in words.HAVE)):
        return "passive"
    if before == "to" and form == "base":
        starter = nodes[k - 1].low if k else ""
        return "active" if starter in _BEFORE_INFINITIVE else "infinitive"
    return "active"


def _is_verb(nodes: Sequence[Node], i: int, reading: Reading, /) -> bool:
    """False where the word can only be a noun or an adjective here."""
    if not i or nodes[i].tag == "prep":
        return i == 0 and reading.form in ("ing", "past")
    before = nodes[i - 1]
    noun = reading.entry.also_noun and reading.form in ("base", "s")
    if before.tag in ("det", "poss", "num") and not _is_contracted(nodes, i - 1):
        return before.low in _ALONE and not noun
    if before.tag in ("aux", "neg", "adv") or before.low == "to" or before.low in words.PERSONAL:
        return True
    if before.tag == "prep" or reading.form == "ing":
        return reading.form == "ing"
    if reading.form == "past":
        return not _is_name_tag(nodes, i, reading)
    if before.low == "news" or (nodes[i].tag == "cap" and not _is_headline(nodes)):
        return False
    return not noun or _beats_noun(nodes, i, reading)


def _beats_noun(nodes: Sequence[Node], i: int, reading: Reading, /) -> bool:
    """True where a form that may be a noun has the subject and the object of a verb."""
    before = nodes[i - 1]
    if _is_modified(nodes, i) or not _object_follows(nodes, i):
        return False
    if reading.form == "base":
        return before.tag in ("sub", "cc", "punct") or _has_plural_head(nodes, i)
    return before.tag in ("cap", "punct", "sub", "cc", "time", "word", "pron")


def _has_plural_head(nodes: Sequence[Node], i: int, /) -> bool:
    """True when the noun phrase before ``i`` is a plural: 'people in Ohio', 'records of the firm'."""
    head = nodes[i - 1]
    for k in range(i - 1, max(-1, i - 12), -1):
        if nodes[k].tag in ("punct", "sub", "pron", "aux", "cc"):
            break
        if nodes[k].tag == "prep" and k:
            head = nodes[k - 1]
    return (
        head.low in _PLURALS or head.tag in ("det", "num") or (head.low.endswith("s") and not head.low.endswith("ss"))
    )


def _is_modified(nodes: Sequence[Node], i: int, /) -> bool:
    """True when an adjective, or a preposition without an article, makes a noun of the word at ``i``."""
    if nodes[i - 1].tag == "word" and nodes[i - 1].low.endswith(_ADJECTIVAL):
        return True
    k = i - 1
    while k >= 0 and i - k <= 3 and nodes[k].tag in ("word", "cap"):
        k -= 1
    return k >= 0 and nodes[k].tag == "prep" and not _has_plural_head(nodes, i)


def _is_name_tag(nodes: Sequence[Node], i: int, reading: Reading, /) -> bool:
    """True for 'a website called "X"'."""
    if reading.entry.lemma not in ("call", "name", "dub", "title", "label") or nodes[i - 1].tag != "word":
        return False
    k = i - 1
    while k > 0 and nodes[k].tag == "word":
        k -= 1
    return nodes[k].low in ("a", "an", "so")


def _object_follows(nodes: Sequence[Node], i: int, /) -> bool:
    """True when the word after a form that may be a noun speaks for the verb."""
    if i + 1 >= len(nodes):
        return False
    after = nodes[i + 1]
    if after.tag in ("punct", "prep", "cc", "aux", "sub", "neg"):
        return after.low in ("that", "to", "for", "on", ":") or (after.low == "," and nodes[i - 1].tag == "cap")
    return True


def _is_headline(nodes: Sequence[Node], /) -> bool:
    """True for a line in title case, where a capital says nothing."""
    return 2 * sum(node.tag == "word" for node in nodes) < sum(node.tag == "cap" for node in nodes)


def _fits(entry: Entry, nodes: Sequence[Node], t: int, /) -> bool:
    """True when what starts at ``t`` can be the content (or the addressee) of the cue, or need not be."""
    frames = entry.frames
    while t < len(nodes) and nodes[t].tag in ("adv", "time"):
        t += 1
    if t >= len(nodes) or nodes[t].tag == "punct":
        return "s" in frames
    low, tag = nodes[t].low, nodes[t].tag
    if low in _REFLEXIVE and entry.sense in ("think", "find", "against", "favor"):
        return entry.lemma in ("consider", "defend")
    if tag == "quote":
        return bool(frames & {"s", "c", "n", "x"})
    if low in words.QUESTION_WORDS:
        return bool(frames & {"s", "c", "t", "o"})
    if low == "to":
        addressed = t + 1 < len(nodes) and nodes[t + 1].tag in ("cap", "det", "poss")
        return "i" in frames or ("s" in frames and addressed)
    if low == "as":
        return bool(frames & {"x", "s"})
    if tag in ("prep", "sub", "cc", "aux"):
        return "s" in frames
    return bool(frames & {"n", "o", "x"}) or ("c" in frames and _may_open_clause(nodes, t))


def _may_open_clause(nodes: Sequence[Node], t: int, /) -> bool:
    """True for a determiner, a name or a plural, and for a bare noun with its verb close behind ("inflation is")."""
    node = nodes[t]
    if node.tag != "word" or (node.low.endswith("s") and not node.low.endswith(("ss", "less"))):
        return True
    return any(near.tag == "aux" for near in nodes[t + 1 : t + 3])


def _starts_clause(nodes: Sequence[Node], t: int, /) -> bool:
    return t < len(nodes) and nodes[t].tag in ("pron", "det", "cap", "poss")


def _low(nodes: Sequence[Node], i: int, /) -> str:
    return nodes[i].low if i < len(nodes) else ""
