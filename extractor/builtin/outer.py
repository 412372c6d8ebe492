"""Attributions whose cue stands after or around the content: '..., she said', 'according to'."""

from __future__ import annotations

from collections.abc import Sequence

from . import words
from .contents import UTTERANCE, clause_start, trailing
from .found import Found, Place, Range
from .nodes import Node
from .phrases import is_speech, subject_left, subject_right
from .words import wordset

_CLAUSE = 3
"""Nodes that a clause before its subject has at least."""
_INVERTING = frozenset(["say", "write", "add", "note", "report", "explain", "argue", "tweet", "warn"])
"""Verbs that stand before their subject even after an indirect clause ('..., said Ann Roe')."""
_CLAUSAL = wordset("that this these those there it what who")


def attribute(place: Place, _: Sequence[Found], /) -> Found | None:
    """The attribution that the cue closes or frames; None when its content follows."""
    cue = place.cue
    if cue.voice == "according":
        return _according(place)
    if cue.voice == "view":
        return _in_view(place)
    if cue.voice != "active" or "s" not in cue.entry.frames:
        return None
    inverted = _inverted(place)
    if inverted:
        return inverted
    subject = subject_left(place.nodes, cue.first, place.low)
    if subject is None or place.nodes[subject[0]].tag == "quote":
        return None
    content = _before_subject(place, subject)
    return place.make(subject, content, "left") if content else None


def _before_subject(place: Place, subject: Range, /) -> list[Range]:
    """Content that stands before its subject: a quotation, or a clause and a comma; [] when it does not."""
    nodes, low, k = place.nodes, place.low, subject[0]
    if k <= low:
        return []
    marked = nodes[k - 1].low in words.COMMAS and k - 1 > low
    last = nodes[k - 2] if marked else nodes[k - 1]
    clause = (clause_start(nodes, low), k - 1 if marked else k)
    if last.tag == "quote" and (last.words >= 2 or clause[1] - clause[0] > 3):
        return [clause, *_resumed(place, place.cue.tail)]
    rest = _interrupted(place, place.cue.tail)
    if marked and not rest:
        rest = _unfinished(place, k - 1)
    if marked and rest and clause[1] > clause[0]:
        return [(_last_clause(place, clause), clause[1]), *rest]
    said = clause[1] - clause[0] >= _CLAUSE and not _is_adverbial(nodes, clause)
    if marked and said and trailing(nodes, place.cue, place.cue.tail, place.high):
        return [clause, *_resumed(place, place.cue.tail)]
    return []


def _is_adverbial(nodes: Sequence[Node], clause: Range, /) -> bool:
    """True for 'In her speech, she said': an opening without a clause of its own."""
    opens = nodes[clause[0]].tag in ("prep", "sub")
    return opens and not any(node.low == "," for node in nodes[clause[0] : clause[1]])


def _interrupted(place: Place, t: int, /) -> list[Range]:
    """The rest of a clause that the cue stands inside of: 'the two nations, she said, have a chance'."""
    nodes, high = place.nodes, place.high
    if t + 2 >= high or nodes[t].low != ",":
        return []
    after = nodes[t + 1]
    if (
        after.tag == "aux"
        or after.low in words.VERBS
        or after.low == "that"
        or (after.tag == "word" and after.low.endswith("s"))
    ):
        return [(t + 1, high)]
    return []


def _unfinished(place: Place, comma: int, /) -> list[Range]:
    """The rest of a clause that breaks off before the comma: 'there is, she thinks, a chance that ...'."""
    nodes, t = place.nodes, place.cue.tail
    broken = nodes[comma - 1].tag in ("aux", "prep", "neg") or nodes[comma - 1].low in ("that", "because", "whether")
    return [(t + 1, place.high)] if broken and t + 2 < place.high and nodes[t].low == "," else []


def _last_clause(place: Place, clause: Range, /) -> int:
    """Where the clause begins that the cue stands inside of: after 'Roe plans to go and', which says something else."""
    nodes = place.nodes
    for k in range(clause[1] - 2, clause[0], -1):
        if nodes[k].low == ":":
            return k + 1
        opens = nodes[k].low in ("and", "but", "yet", ";") and nodes[k + 1].tag in ("pron", "det", "poss", "cap", "adv")
        before = nodes[clause[0] : k]
        if opens and any(node.tag == "aux" or node.low in words.VERBS or _is_cue(place, node) for node in before):
            verb = any(node.tag == "aux" or node.low in words.VERBS for node in nodes[k + 1 : clause[1]])
            return k + 1 if verb else clause[0]
    return clause[0]


def _is_cue(place: Place, node: Node, /) -> bool:
    return any(place.nodes[cue.head] is node for cue in place.cues)


def _resumed(place: Place, t: int, /) -> list[Range]:
    """The quotation that goes on after 'he said, "..."', unless it has a cue of its own."""
    nodes, high = place.nodes, place.high
    for k in range(t, min(high, t + 14)):
        if nodes[k].tag == "quote":
            if any(k < cue.head <= k + 4 or t <= cue.head < k for cue in place.cues):
                return []
            goes_on = (k > t and nodes[k - 1].low in words.COMMAS | {":", "."}) or nodes[k].words >= UTTERANCE * 2
            return [(k, high)] if goes_on else []
        if nodes[k].low == ";":
            return []
    return []


def _inverted(place: Place, /) -> Found | None:
    """'"...," said Ann Roe, a lawyer' and '..., said Ann Roe'."""
    nodes, cue = place.nodes, place.cue
    k, start = cue.first, clause_start(place.nodes, place.low)
    if k <= place.low or k != cue.head:
        return None
    quoted = nodes[k - 1].tag == "quote" and is_speech(nodes[k - 1])
    source = subject_right(nodes, cue.tail, place.high)
    if source is None or nodes[source[0]].low in _CLAUSAL:
        return None
    clause = (start, k) if nodes[k - 1].tag == "quote" else (start, k - 1)
    if not quoted and not _inverts_plainly(place, source, clause):
        return None
    return place.make(source, [clause, *_resumed(place, source[1])], "inverted") if clause[1] > clause[0] else None


def _inverts_plainly(place: Place, source: Range, clause: Range, /) -> bool:
    """True for '..., said Ann Roe.' without a quotation: the name ends the sentence and no other can be subject."""
    nodes = place.nodes
    if (
        nodes[place.cue.first - 1].low not in words.COMMAS
        or place.cue.entry.lemma not in _INVERTING
        or clause[1] - clause[0] < 4
    ):
        return False
    if nodes[source[0]].tag == "pron" or (source[1] < place.high and nodes[source[1]].low not in (*words.COMMAS, ";")):
        return False
    if any(node.low in words.VERBS or node.tag == "aux" for node in nodes[source[0] : min(source[1], source[0] + 4)]):
        return False
    subject = subject_left(nodes, place.cue.first, place.low)
    return subject is None or subject[0] > clause[0] + 2


def _in_view(place: Place, /) -> Found | None:
    """'In his view, ...' and '..., in the view of Ann Roe': the possessor is the source."""
    nodes, cue, high = place.nodes, place.cue, place.high
    if nodes[cue.last].low == "of":
        source = subject_right(nodes, cue.tail, high)
        after = source[1] if source else cue.tail
    else:
        owner = max(k for k in range(cue.first, cue.last) if nodes[k].tag == "poss")
        named = nodes[owner].low in ("'s", "’s")
        source, after = ((cue.first + 1, owner) if named else (owner, owner + 1)), cue.tail
    if source is None:
        return None
    start, end = clause_start(nodes, place.low), cue.first
    rest = _interrupted(place, after)
    marked = end > start and nodes[end - 1].low in words.COMMAS
    if rest and marked and end - 1 > start:
        return place.make(source, [(start, end - 1), *rest], "view")
    first = after + 1 if after < high and nodes[after].low in words.COMMAS else after
    if high - first >= 3:
        return place.make(source, [(first, high)], "view")
    return place.make(source, [(start, end - 1 if marked else end)], "view") if end - start >= 4 else None


def _according(place: Place, /) -> Found | None:
    """'According to a poll, ...' and '..., according to a poll'."""
    nodes, high, k = place.nodes, place.high, place.cue.tail
    while (
        k < high
        and nodes[k].low not in (*words.COMMAS, ";", ":", ".")
        and not (nodes[k].tag == "quote" and nodes[k].words > 6)
    ):
        k += 1
    if k == place.cue.tail:
        return None
    start, end = clause_start(nodes, place.low), place.cue.first
    while end > start and nodes[end - 1].low in (*words.COMMAS, "("):
        end -= 1
    rest = _interrupted(place, k)
    if end - start >= 3 or (end > start and (rest or nodes[end - 1].tag == "quote")):
        source = (place.cue.tail, k if rest else _source_end(nodes, k, high))
        return place.make(source, [(start, end), *rest], "according")
    first = k + 1 if k < high and nodes[k].tag == "punct" else k
    return place.make((place.cue.tail, k), [(first, high)], "according") if high > first else None


def _source_end(nodes: Sequence[Node], k: int, high: int, /) -> int:
    """Take the apposition after ', according to Ann Roe' along: the rest of the sentence when it is short."""
    rest = nodes[k + 1 : high]
    if (rest and rest[0].tag in ("det", "poss") and len(rest) <= 20) or (
        rest and rest[0].low in ("who", "whose", "which")
    ):
        return high
    return k
