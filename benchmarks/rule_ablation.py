"""What each rule of the built-in engine is worth to its tagger. Needs PolNeAR's layout and the extra `train`.

    python benchmarks/rule_ablation.py CORPUS/train              # every rule by itself: a minute and a half each
    python benchmarks/rule_ablation.py CORPUS/train RULE[+RULE...] ...

A rule is put out of action, a tagger is trained on three sevenths of the articles, and attributions with the right
source are counted on the rest, each half of it with a judge learnt on the other half. Prints F1 in percent and the
difference to all rules.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from extractor.builtin import contents, cues, inner, outer, phrases
from extractor.builtin.reading import assemble
from extractor.builtin.tagger import Network, tag
from extractor.evaluation import GoldArticle, read_gold
from extractor.evaluation.attributions import Attribution
from extractor.evaluation.counts import count_attributions
from extractor.training.__main__ import _chain
from extractor.training.examples import annotation, examples, folds
from extractor.training.learning import judged, learn_judge


def _nothing(*_: Any) -> None:
    return None


def _no(*_: Any) -> bool:
    return False


RULES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "according": (outer, "_according", _nothing),
    "view": (outer, "_in_view", _nothing),
    "inverted": (outer, "_inverted", _nothing),
    "inverted-without-quotation": (outer, "_inverts_plainly", _no),
    "resumed-quotation": (outer, "_resumed", lambda *_: []),
    "adverbial": (outer, "_is_adverbial", _no),
    "apposition-after-according": (outer, "_source_end", lambda _, k, __: k),
    "interrupted-clause": (outer, "_interrupted", lambda *_: []),
    "unfinished-clause": (outer, "_unfinished", lambda *_: []),
    "clause-before-it": (outer, "_last_clause", lambda _, clause: clause[0]),
    "participle": (inner, "_participle", _nothing),
    "participle-after-noun": (inner, "_absolute", _nothing),
    "participle-first": (inner, "_leading", _nothing),
    "passive": (inner, "_passive", _nothing),
    "noun": (inner, "_noun", _nothing),
    "leading-clause": (contents, "_clause_high", lambda place, *_: place.high),
    "relative-clause-beside": (contents, "_is_beside", _no),
    "destination": (contents, "_is_destination", _no),
    "nothing-follows": (contents, "trailing", lambda *_: True),
    "adverbials-before-content": (contents, "skip_adverbials", lambda _, t, __: t),
    "next-attribution": (contents, "_takes_over", _nothing),
    "next-clause": (contents, "_new_clause", _nothing),
    "view-cue": (cues, "_view_cue", _nothing),
    "adjective-cue": (cues, "_adjective_cue", _nothing),
    "noun-cue": (cues, "_noun_cue", _nothing),
    "verb-beats-noun": (cues, "_beats_noun", _no),
    "modified-noun": (cues, "_is_modified", _no),
    "name-tag": (cues, "_is_name_tag", _no),
    "parenthesis": (phrases, "_before_parenthesis", _nothing),
    "list-in-apposition": (phrases, "_continues_list", _no),
    "gerund": (phrases, "_is_gerund", _no),
    "verb-form": (phrases, "_starts_in_verb", _no),
    "apposition-after-inverted": (phrases, "_is_apposition", _no),
}
"""The rules: module, function, and what stands in for it."""


def figure(corpus: Path, off: Sequence[str], /) -> float:
    """F1 of attributions with the right source, in percent, without these rules."""
    for name in off:
        module, function, instead = RULES[name]
        rule = getattr(module, function)
        for user in (contents, cues, inner, outer, phrases):
            if getattr(user, function, None) is rule:
                setattr(user, function, instead)
    parts = folds(read_gold(corpus), 7)
    network = Network(_chain([one for part in parts[:3] for one in part]))
    middle = len(parts[4]) // 2
    halves = [[*parts[3], *parts[4][:middle]], [*parts[5], *parts[4][middle:]]]
    right = total = 0
    held = [examples(half, network.vocabulary) for half in halves]
    cases = [judged(half, network) for half in held]
    for number, half in enumerate(held):
        judge = learn_judge(cases[1 - number])
        for example in half:
            told = [
                Attribution((one.source,) if one.source else (), (one.cue,), tuple(sorted(one.parts)))
                for one in assemble(tag(example.sentences, network), judge)
            ]
            gold: GoldArticle = example.gold
            counts = count_attributions(gold.document, told, annotation(gold))["attribution_source"]
            right += int(counts.right)
            total += int(counts.predicted or 0) + int(counts.gold)
    return 200 * right / total


def figures(corpus: Path, groups: Sequence[str], /) -> Iterator[tuple[str, float]]:
    """The figure of each group of rules put out of action, each in a process of its own."""
    for group in ("", *groups):
        with get_context("spawn").Pool(1) as pool:
            yield group, pool.apply(figure, (corpus, [name for name in group.split("+") if name]))


def main(corpus: Path, groups: Sequence[str], /) -> None:
    """Print a line for each group of rules."""
    base = 0.0
    for group, found in figures(corpus, groups or list(RULES)):
        base = base or found
        print(f"{found:6.2f} {found - base:+6.2f}  {group or 'all rules'}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
