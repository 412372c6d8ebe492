"""Noun phrases around a cue: whose words they are."""

from __future__ import annotations

from collections.abc import Sequence

from . import nouns, words
from .found import Range
from .lexicon import lexicon
from .nodes import Node
from .words import wordset

_LONGEST = 18
_LONGEST_OBJECT = 14
_APPOSITION = 26
_STOPS = frozenset([",", ";", ":", "—", "–", "-", "--", "(", ")", "[", "]", ".", "!", "?", "…", "...", "*", "•", "|"])
_NOT_HOLDERS = wordset("there that this these those what which it's here then so such")
_QUANTITIES = wordset(
    "some many most several all few two three four five six seven eight nine ten another each half one both none"
    " percent others"
)
_ANTECEDENTS = wordset("everyone everybody someone somebody nobody anyone anybody those others all many few some")
_REDUCED = wordset(
    "released conducted published obtained reviewed surveyed interviewed led based called made taken commissioned"
    " provided sent filed issued posted written signed named known involved familiar briefed polled run used seen"
    " held"
)


def subject_left(nodes: Sequence[Node], first: int, low: int, /) -> Range | None:
    """The subject that ends right before node ``first``, not reaching before node ``low``; None when there is none.

    An apposition or a parenthesis between the noun and the verb belongs to it ("Ann Roe, a lawyer,").
    """
    end = _skip_adverbial(nodes, first, low)
    if end <= low:
        return None
    last = nodes[end - 1]
    if last.tag == "pron" and not _is_object(nodes, end - 1, low):
        return (end - 1, end) if last.low not in _NOT_HOLDERS else None
    if last.low == "that":
        return None
    if last.low in ("who", "which"):
        return (end - 1, end)
    if last.low in words.COMMAS or last.low in (")", "-") or ends_with_comma(last):
        found = _before_parenthesis(nodes, end - 1, low)
        if found or last.tag != "quote":
            return found
    return noun_phrase_left(nodes, end, low)


def _is_object(nodes: Sequence[Node], k: int, low: int, /) -> bool:
    """True for the "it" of 'everyone who has crossed it': an object inside a relative clause."""
    inside = k - 2 > low and _starts_in_verb(nodes, k - 1, k + 1) and nodes[k].low in words.OBJECTS
    return inside and _relative_start(nodes, k - 2, low) is not None


def _skip_adverbial(nodes: Sequence[Node], end: int, low: int, /) -> int:
    """Before "on Tuesday", "last week" and the like between subject and verb."""
    k = end
    while k > low and (
        nodes[k - 1].tag in ("time", "num") or nodes[k - 1].low in ("last", "this", "earlier", "late", "next")
    ):
        k -= 1
    if k == end or not any(nodes[x].tag == "time" for x in range(k, end)):
        return end
    if k > low and nodes[k - 1].low in ("on", "in", "at", "during", "by"):
        k -= 1
    if k > low and nodes[k - 1].low in ("of", "for", "the", "from", "since"):
        return end
    return k if k > low else end


def _before_parenthesis(nodes: Sequence[Node], close: int, low: int, /) -> Range | None:
    """The phrase before the parenthesis that the mark at ``close`` ends, the parenthesis included."""
    mark = nodes[close].low
    opening = "," if nodes[close].tag == "quote" else {")": "("}.get(mark, mark)
    k = close
    for _ in range(4):
        k = _mark_left(nodes, k - 1, low, opening, close)
        if k < 0:
            return None
        phrase = subject_left(nodes, k, low) if nodes[k - 1].low == ")" else noun_phrase_left(nodes, k, low)
        if phrase and is_holder(nodes, phrase) and not _continues_list(nodes, phrase):
            return (phrase[0], close + 1 if mark == ")" or nodes[close].tag == "quote" else close)
    return None


def _mark_left(nodes: Sequence[Node], k: int, low: int, mark: str, close: int, /) -> int:
    while k > low and nodes[k].low != mark:
        if nodes[k].tag == "quote" and nodes[k].words > 6:
            return -1
        if close - k > _APPOSITION:
            return -1
        k -= 1
    return k if k > low else -1


def _continues_list(nodes: Sequence[Node], phrase: Range, /) -> bool:
    """True for a place, an age or a role inside an apposition: the noun stands further left."""
    first, end = phrase
    before = nodes[first - 1].low if first else ""
    if before != ",":
        return False
    text = nodes[first]
    if text.tag == "num" or text.low.endswith("."):
        return True
    return end - first <= 2 and text.tag == "cap" and first >= 2 and nodes[first - 2].tag == "cap"


def is_holder(nodes: Sequence[Node], phrase: Range, /) -> bool:
    """True when the phrase has a word that can stand for somebody."""
    named = any(node.tag in ("cap", "word", "pron", "quote") for node in nodes[phrase[0] : phrase[1]])
    return named or nodes[phrase[1] - 1].tag == "num" or nodes[phrase[1] - 1].low in _QUANTITIES


def noun_phrase_left(nodes: Sequence[Node], end: int, low: int, /) -> Range | None:
    """The noun phrase that ends right before node ``end``."""
    if end <= low or nodes[end - 1].tag in ("cc", "prep", "sub", "adv", "punct", "time"):
        return None
    start = _walk_left(nodes, end, low)
    start = _trim(nodes, start, end)
    if start >= end or not is_holder(nodes, (start, end)):
        return None
    if end - start == 1 and nodes[start].low in _NOT_HOLDERS:
        return None
    return None if _is_gerund(nodes, start, end) or _starts_in_verb(nodes, start, end) else (start, end)


def _starts_in_verb(nodes: Sequence[Node], start: int, end: int, /) -> bool:
    """True for 'watched him' of 'has watched him', and for a mere 'interviewed': verb forms, which name nobody."""
    node = nodes[start]
    if start + 1 == end and node.tag == "word" and node.low.endswith("ed"):
        return True
    if not start or nodes[start - 1].tag not in ("aux", "neg") or node.tag != "word":
        return False
    past = any(reading.form in ("past", "ing") for reading in lexicon().verbs.get(node.low, ()))
    return past or node.low in words.VERBS or node.low.endswith(("ed", "ing"))


def _is_gerund(nodes: Sequence[Node], start: int, end: int, /) -> bool:
    """True for 'examining the views of ...', which names an act and no holder."""
    opens = nodes[start].tag == "word" and nodes[start].low.endswith("ing") and start + 1 < end
    return opens and nodes[start + 1].tag in ("prep", "det", "poss", "num", "adv")


def _walk_left(nodes: Sequence[Node], end: int, low: int, /) -> int:
    k = end
    while k > low and end - k < _LONGEST:
        node = nodes[k - 1]
        if node.low in _STOPS or (node.tag == "quote" and is_speech(node)):
            break
        if node.tag == "sub":
            if not _is_relative(nodes, k - 1, low, end):
                break
            k -= 1
            continue
        if node.tag == "pron" and k != end and not (node.low in _ANTECEDENTS and nodes[k].low in ("who", "that")):
            break
        if _is_verb(nodes, k - 1, end):
            relative = _relative_start(nodes, k - 1, low)
            if relative is None:
                break
            k = relative
            continue
        if node.tag == "prep" and node.low not in words.NOUN_LINKS:
            break
        k -= 1
    return k


def _is_relative(nodes: Sequence[Node], k: int, low: int, end: int, /) -> bool:
    """True for a relative pronoun that is the subject of its clause: the noun that it belongs to stands before it."""
    if nodes[k].low not in ("who", "that", "which") or k <= low or not _is_antecedent(nodes[k - 1]):
        return False
    return nodes[k].low == "who" or (end - k > 2 and nodes[k + 1].tag in ("word", "aux", "adv"))


def ends_with_comma(node: Node, /) -> bool:
    """True for a quotation with a comma inside its closing mark."""
    return node.tag == "quote" and node.text[-2:-1] == ","


def is_speech(node: Node, /) -> bool:
    """True for a quotation that is more than a phrase: longer, or closed by a punctuation mark."""
    return node.words > 4 or node.text[-2:-1] in (",", ".", "?", "!", "…")


def is_free(nodes: Sequence[Node], /) -> bool:
    """True for a sentence that is a quotation, with no words of the article's own around it."""
    if nodes[0].tag != "quote" or not is_speech(nodes[0]):
        return False
    return sum(node.words for node in nodes if node.tag != "quote") <= 2


def _relative_start(nodes: Sequence[Node], k: int, low: int, /) -> int | None:
    """Where "who", "which" or "that" stands not far before ``k`` with a noun before it."""
    for x in range(k, max(low, k - 8), -1):
        if nodes[x].low in ("who", "that", "which", "whose") and x - 1 >= low and _is_antecedent(nodes[x - 1]):
            reported = nodes[x].low == "that" and nodes[x - 1].low in lexicon().verbs
            return None if reported else x
        if nodes[x].low in _STOPS:
            return None
    return None


def _is_antecedent(node: Node, /) -> bool:
    """True for a word that a relative clause can belong to: a noun, "nobody", "those"."""
    return node.tag in ("cap", "word") or node.low in _ANTECEDENTS


def _is_verb(nodes: Sequence[Node], k: int, end: int, /) -> bool:
    node = nodes[k]
    if node.tag == "aux":
        return node.low not in words.POSSESSIVES
    if node.tag != "word":
        return False
    if node.low in words.VERBS:
        return True
    before = nodes[k - 1].tag if k else "punct"
    if node.low.endswith("ed") and before in ("cap", "word", "pron") and k + 1 < end:
        return node.low not in _REDUCED and nodes[k + 1].tag in ("det", "poss", "cap", "pron")
    return False


def _may_be_verb(nodes: Sequence[Node], k: int, end: int, /) -> bool:
    """Like `_is_verb`, and true for every attributing past form."""
    readings = lexicon().verbs.get(nodes[k].low, ())
    past = nodes[k].tag == "word" and any(reading.form == "past" for reading in readings)
    return past or _is_verb(nodes, k, end)


def _trim(nodes: Sequence[Node], start: int, end: int, /) -> int:
    """Past conjunctions, adverbs and an adverbial phrase before the noun phrase proper."""
    while start < end and (
        nodes[start].tag in ("cc", "adv", "punct", "time", "neg") or nodes[start].low in ("'s", "’s")
    ):
        start += 1
    if start + 1 < end and nodes[start].tag == "prep" and nodes[start + 1].tag == "time":
        start += 1
        while start < end and nodes[start].tag in ("time", "num"):
            start += 1
    if start < end and nodes[start].tag == "prep":
        k = end - 1
        while k > start and not _can_start(nodes, k):
            k -= 1
        start = k if k > start else end
    while start < end and nodes[start].tag in ("cc", "adv", "time"):
        start += 1
    return start


def _can_start(nodes: Sequence[Node], k: int, /) -> bool:
    """True when a noun phrase may start at ``k`` after a noun: nothing before it that it would depend on."""
    node, before = nodes[k], nodes[k - 1]
    if before.tag in ("prep", "det", "poss", "cc", "num"):
        return False
    if node.tag in ("det", "poss", "pron"):
        return node.low not in ("'s", "’s")
    return node.tag == "cap" and before.tag != "cap"


def subject_right(nodes: Sequence[Node], t: int, high: int, /) -> Range | None:
    """The subject after an inverted verb ('..., said Ann Roe, a lawyer in Ohio'), appositions included."""
    if t >= high:
        return None
    alone = t + 1 >= high or nodes[t + 1].tag not in ("word", "cap", "prep")
    if nodes[t].low in words.PERSONAL or (nodes[t].tag == "pron" and alone):
        return (t, t + 1)
    if nodes[t].tag not in ("pron", "cap", "det", "poss", "num", "word"):
        return None
    k = t
    while k < high and k - t < 40:
        node = nodes[k]
        if (node.tag == "quote" and node.words > 4) or node.low in (";", ":", "—", "--", "–", ".", "?", "!"):
            break
        if node.low == "," and not _is_apposition(nodes, k + 1, high):
            break
        if _ends_inverted(nodes, k, t):
            break
        k += 1
    while k > t and nodes[k - 1].low in (",", "and", "but"):
        k -= 1
    return (t, k) if k > t else None


def _ends_inverted(nodes: Sequence[Node], k: int, t: int, /) -> bool:
    node = nodes[k]
    if node.tag == "time":
        return k > t
    outer = not any(nodes[x].low in (",", "who", "whose", "that") for x in range(t, k))
    if node.low in ("in", "on", "during", "after", "before", "as", "when", "while", "about", "because", "to", "since"):
        return outer and k > t
    if node.low in words.VERBS:
        return outer
    return node.tag in ("aux", "sub", "pron") and outer and k > t and node.low not in ("who", "whose", "which", "that")


def _is_apposition(nodes: Sequence[Node], k: int, high: int, /) -> bool:
    if k >= high:
        return False
    node = nodes[k]
    if node.low in ("who", "whose", "which") or node.tag in ("num", "poss"):
        return True
    if node.low in ("and", "but", "in", "on", "after", "during", "as", "then", "when", "while", "because", "at", "or"):
        return False
    if node.tag == "word" and node.low.endswith("ing"):
        return False
    return node.tag in ("det", "cap", "word")


def object_end(nodes: Sequence[Node], t: int, high: int, /) -> int:
    """Where the addressee that starts at ``t`` ends ('told [reporters in Ohio] that')."""
    if t >= high or nodes[t].low in words.OBJECTS:
        return min(t + 1, high)
    if nodes[t].tag not in ("cap", "det", "poss", "word", "num", "time"):
        return t
    k = t
    while k < high and k - t < _LONGEST_OBJECT and not _ends_object(nodes, k, t):
        k += 1
    return k


def _ends_object(nodes: Sequence[Node], k: int, t: int, /) -> bool:
    """True where a new phrase starts after the addressee's noun: 'told voters | the plan', 'told CNN | he'."""
    node = nodes[k]
    if node.low in _STOPS or node.tag in ("quote", "pron", "sub", "aux") or node.low in ("to", "as", "about"):
        return True
    if k == t or node.low in ("'s", "’s"):
        return False
    before = nodes[k - 1]
    if before.tag in ("word", "time"):
        titled = node.tag == "cap" and before.low in nouns.PERSONS
        return node.tag in ("det", "poss", "cap") and not titled
    if before.tag == "cap":
        return node.tag == "det" or (node.tag == "word" and not node.low.endswith("s"))
    return False


_NOUN_TAGS = frozenset(["cap", "det", "poss", "num", "word"])


def main_subject(nodes: Sequence[Node], high: int, /) -> Range | None:
    """The first noun phrase of the sentence that can be its subject, before node ``high``."""
    k = 0
    while k < high:
        node = nodes[k]
        if node.tag == "pron" and node.low not in _NOT_HOLDERS:
            return (k, k + 1)
        if node.tag in ("cap", "det", "poss", "num") or (node.tag == "word" and k == 0):
            end = _phrase_end(nodes, k, high)
            return (k, end) if end > k else None
        if node.tag == "prep":
            k = next((x for x in range(k, min(high, k + 20)) if nodes[x].low == ","), k)
        k += 1
    return None


def _phrase_end(nodes: Sequence[Node], k: int, high: int, /) -> int:
    """Where the noun phrase that starts at ``k`` ends: before a verb or a mark."""
    end = k
    while end < high and nodes[end].tag in _NOUN_TAGS and not _may_be_verb(nodes, end, high):
        end += 1
        if end < high and nodes[end].low in ("of", "for"):
            end += 1
    return end
