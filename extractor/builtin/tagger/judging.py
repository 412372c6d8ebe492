"""How likely each candidate is an attribution, and which of them are taken."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractor.builtin.found import Range
from extractor.builtin.nodes import Node

from .proposals import Candidate, Ranges, Support, Tagged
from .weights import Trait

THRESHOLD = 0.3
"""Probability from which on a candidate is taken: about half of the F1 that can be reached, which makes F1 greatest."""
_MOST = 12
"""Candidates of a sentence that are weighed against each other; the least likely of more are left out."""
_LEAST_GAIN = 1e-6
_RULED = 0.12
"""What a content as the rules cut it is given ahead: they follow this package's own notion of a content."""
_INNER = 0.05
"""What a further cue that only borrows the holder before it is set back: it is most often inside that one's content."""
_OVERLAP = 0.25
_LOUDEST = 6
_CHANCES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_WORDS = (1, 2, 3, 5, 8, 14, 24)
_DISTANCES = (-1, 0, 1, 2, 4, 8, 14)
_LENGTHS = (5, 11, 19, 29, 44)


class _Weights(dict[Trait, float]):
    """The judge's weights; what it does not know weighs nothing."""

    def __missing__(self, trait: Trait, /) -> float:
        self[trait] = 0.0
        return 0.0


def choose(tagged: Tagged, judge: Mapping[Trait, float], /) -> list[list[Candidate]]:
    """The candidates that are taken, by sentence: of those that can stand side by side the likeliest as a whole."""
    chosen: list[list[Candidate]] = []
    weight = _Weights(judge).__getitem__
    for index, candidates in enumerate(tagged.candidates):
        if not candidates:
            chosen.append([])
            continue
        for candidate, told in zip(candidates, traits(tagged, index), strict=True):
            candidate.score = 1 / (1 + math.exp(-sum(map(weight, told))))
        chosen.append(_best(candidates, tagged.sentences[index].nodes))
    return chosen


def _best(candidates: Sequence[Candidate], nodes: Sequence[Node], /) -> list[Candidate]:
    weighed = [(_gain(one, nodes), one) for one in candidates]
    likely = sorted((pair for pair in weighed if pair[0] > 0), key=lambda pair: -pair[0])[:_MOST]
    if len(likely) < 2:
        return [one for _, one in likely]
    masks = [(_mask([one.cue]), _mask(one.content)) for _, one in likely]
    clashes = [{k for k, other in enumerate(masks) if _collide(one, other)} for one in masks]
    _, taken = _heaviest(list(range(len(masks))), [gain for gain, _ in likely], clashes)
    return sorted((likely[k][1] for k in taken), key=lambda one: one.cue)


def _gain(candidate: Candidate, nodes: Sequence[Node], /) -> float:
    """What taking the candidate is worth; not above 0 for one that is better left."""
    gain = candidate.score - THRESHOLD
    if candidate.origin[1] == "rule":
        gain += _RULED
    if candidate.origin[::2] == ("other", "before"):
        gain -= _INNER
    return max(gain, _LEAST_GAIN) if _is_plain(candidate, nodes) else gain


def _is_plain(candidate: Candidate, nodes: Sequence[Node], /) -> bool:
    """True for a that-clause after a verb that the rules know with its subject: nothing else can be meant."""
    found = candidate.found
    plain = found is not None and found.rule == "right" and candidate.origin[1:] == ("rule", "rule")
    return plain and nodes[candidate.content[0][0]].low == "that"


def _heaviest(places: Sequence[int], gains: Sequence[float], clashes: Sequence[set[int]], /) -> tuple[float, list[int]]:
    """The places of the greatest total gain among which none clashes, and that gain."""
    if not places:
        return 0.0, []
    first, rest = places[0], places[1:]
    beside = [place for place in rest if place not in clashes[first]]
    gain, taken = _heaviest(beside, gains, clashes)
    with_first = (gains[first] + gain, [first, *taken])
    if len(beside) == len(rest):
        return with_first
    return max(with_first, _heaviest(rest, gains, clashes), key=lambda found: found[0])


def _collide(one: tuple[int, int], other: tuple[int, int], /) -> bool:
    """True when two candidates cannot both be attributions: the same cue, one inside the other, much shared content."""
    if one[0] & other[0]:
        return True
    shared = (one[1] & other[1]).bit_count()
    if not shared:
        return False
    first, second = one[1].bit_count(), other[1].bit_count()
    inside = bool(one[1] & other[0] or other[1] & one[0])
    return inside or shared > _OVERLAP * (first + second) or shared >= 0.9 * min(first, second)


def _mask(parts: Iterable[Range], /) -> int:
    """The nodes of the parts as bits."""
    mask = 0
    for start, after in parts:
        mask |= (1 << after) - (1 << start)
    return mask


def traits(tagged: Tagged, index: int, /) -> Iterator[list[Trait]]:
    """What is known of each candidate of a sentence, as the keys of the judge's weights."""
    candidates = tagged.candidates[index]
    if not candidates:
        return
    sentence = tagged.sentences[index]
    nodes = sentence.nodes
    shared: list[Trait] = [
        ("place", index == 0, tagged.encoded.titles[index]),
        ("length", bisect_left(_LENGTHS, len(nodes))),
        ("goes on", index + 1 < len(tagged.sentences) and bool(tagged.goes_on(index + 1))),
    ]
    start = tagged.encoded.starts[index]
    seen = _Seen(nodes, tagged.support, start)
    for candidate in candidates:
        yield [*shared, *_origin(candidate), *seen.sureness(candidate), *seen.what(candidate), *seen.who(candidate)]


def _origin(candidate: Candidate, /) -> list[Trait]:
    origin, content, source = candidate.origin
    found = candidate.found
    rule = found.rule if found else ""
    agrees = found is not None and candidate.content == tuple(sorted(found.content))
    return [
        ("source", source, found is None),
        ("from", origin, content, source),
        ("rule", rule),
        ("rule", rule, found.entry.sense if found else ""),
        ("agrees", agrees, found is not None and candidate.source == (found.source,)),
    ]


class _Seen:
    """The nodes of a sentence and how sure the tagger is of them."""

    def __init__(self, nodes: Sequence[Node], support: Support, start: int, /) -> None:
        after = start + len(nodes)
        self.nodes = nodes
        self.kinds = [*(node.low if node.tag == "punct" else node.tag for node in nodes), "edge"]
        """At -1 and behind the last node there is an edge."""
        self.words = [node.words for node in nodes]
        self.content = support.content[start:after]
        self.source = support.source[start:after]
        self.cue = support.cue[start:after]

    def sureness(self, candidate: Candidate, /) -> list[Trait]:
        """How sure the tagger is of the parts."""
        cue, content, source = candidate.cue, candidate.content, candidate.source
        inside, named = _within(self.content, content), _within(self.source, source)
        heard = _grade(max(self.cue[cue[0] : cue[1]]))
        held = _grade(sum(inside) / len(inside))
        whose = _grade(sum(named) / len(named)) if named else 0
        beyond = _grade(self._beyond(candidate))
        other = _grade(self._elsewhere(cue))
        return [
            ("cue", heard, candidate.origin[1]),
            ("held", held),
            ("least", _grade(min(inside))),
            ("whose", whose, not source),
            ("cue whose", heard // 2, whose // 2),
            ("cue held", heard // 2, held // 2),
            ("held beyond", held // 2, beyond // 2),
            ("cue other", heard // 2, other // 2),
        ]

    def _beyond(self, candidate: Candidate, /) -> float:
        """How likely a node right before or after the content is content too, where it is neither cue nor source."""
        most = 0.0
        for k in (candidate.content[0][0] - 1, candidate.content[-1][1]):
            if 0 <= k < len(self.nodes) and self.content[k] > most:
                for start, after in (candidate.cue, *candidate.source):
                    if start <= k < after:
                        break
                else:
                    most = self.content[k]
        return most

    def _elsewhere(self, cue: Range, /) -> float:
        """How likely another node, off the cue, is a cue, if it is one of the likeliest of the sentence."""
        first, after = max(cue[0] - 2, 0), cue[1] + 2
        if after - first < _LOUDEST:
            return max(max(self.cue[:first], default=0.0), max(self.cue[after:], default=0.0))
        loudest = sorted(zip(self.cue, range(len(self.cue)), strict=True), reverse=True)[:_LOUDEST]
        return next((chance for chance, k in loudest if not first <= k < after), 0.0)

    def what(self, candidate: Candidate, /) -> list[Trait]:
        """What kinds of words cue and content hold and stand between."""
        cue, content = candidate.cue, candidate.content
        kinds = self.kinds
        heads = [kind for kind in kinds[cue[0] : cue[1]] if kind in ("word", "cap")]
        head = heads[-1] if heads else self.nodes[cue[1] - 1].tag
        told, quoted = self._size(content)
        first, last = content[0][0], content[-1][1]
        return [
            ("told", bisect_left(_WORDS, told)),
            ("quoted", bisect_left((0.01, 0.5, 0.99), quoted)),
            ("parts", min(len(content), 3), first < cue[0]),
            ("head", head),
            ("cue between", kinds[cue[0] - 1], head, kinds[cue[1]]),
            ("content", kinds[first - 1], kinds[first]),
            ("content end", kinds[last - 1], kinds[last]),
        ]

    def who(self, candidate: Candidate, /) -> list[Trait]:
        """What kinds of words the source holds and stands between."""
        if not candidate.source:
            return [("who", "nobody")]
        cue, (start, after) = candidate.cue, candidate.source[0]
        node, kinds = self.nodes[start], self.kinds
        alone = after - start == 1
        found: list[Trait] = [
            ("who", node.tag if alone else "phrase"),
            ("who between", kinds[start - 1], kinds[after]),
            ("who ends", kinds[start], kinds[after - 1]),
            ("who far", bisect_left(_DISTANCES, max(cue[0] - after, start - cue[1]))),
            ("who named", "cap" in self.kinds[start:after]),
        ]
        if alone and node.tag in ("pron", "poss", "det"):
            found.append(("who", node.low))
        return found

    def _size(self, content: Ranges, /) -> tuple[int, float]:
        """How many words the content has, and which share of them is quoted."""
        told = quoted = 0
        for start, after in content:
            told += sum(self.words[start:after])
            if "quote" in self.kinds[start:after]:
                quoted += sum(node.words for node in self.nodes[start:after] if node.tag == "quote")
        return told, quoted / max(told, 1)


def _within(chances: list[float], parts: Ranges, /) -> list[float]:
    """What the nodes of the parts have."""
    if len(parts) == 1:
        return chances[parts[0][0] : parts[0][1]]
    return [chance for start, after in parts for chance in chances[start:after]]


def _grade(chance: float, /) -> int:
    return bisect_left(_CHANCES, chance)
