"""Learning the weights: a linear chain over nodes, then a judge of the candidates that it proposes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from extractor.builtin.nodes import Sentence
from extractor.builtin.tagger.judging import traits
from extractor.builtin.tagger.network import Network
from extractor.builtin.tagger.proposals import CUE, Candidate, Ranges, Tagged, tag
from extractor.builtin.tagger.weights import Trait, Weights
from extractor.errors import InputError, MissingPackageError
from extractor.evaluation.attributions import Attribution, Stretches
from extractor.evaluation.counts import WordSets, same_source
from extractor.evaluation.matching import similarity

from .examples import Example, Features, annotation

CHAIN = {"c1": 1.0, "c2": 0.3, "max_iterations": 70, "feature.minfreq": 3}
"""Of the chain: L1 and L2 regularization, rounds of L-BFGS, how often a feature must occur."""
JUDGE = {"c1": 1.0, "c2": 4.0, "max_iterations": 200}
_CONTENT, _SOURCE = 0.5, 0.4
"""Dice coefficients from which on a candidate's content and source are right."""
Case = tuple[list[Trait], bool]
"""A candidate's traits, and whether it is right."""
_LEAST = 1 / 128
"""Weights that are nearer to 0 are left out."""
_TOO_FEW = "the corpus has too few attributions to learn from: give more articles, with sources, cues and contents"


def learn_chain(found: Sequence[Example], features: Features, /) -> Weights:
    """The weights of the chain, without a judge. Raises InputError when the examples are too few."""
    if not any(f"B-{CUE}" in own for example in found for own in example.labels):
        raise InputError(_TOO_FEW)
    with tempfile.TemporaryDirectory() as folder:
        trainer = crfsuite().Trainer(algorithm="lbfgs", params=CHAIN, verbose=False)
        for example in found:
            for told, right in zip(features.of(example.encoded), example.labels, strict=True):
                trainer.append(told, right)
        info = _trained(trainer, Path(folder) / "chain")
    labels = tuple(sorted(info.labels, key=lambda label: (label != "O", label)))
    place = {label: k for k, label in enumerate(labels)}
    rows: dict[str, Any] = {}
    for (feature, label), weight in info.state_features.items():
        if abs(weight) >= _LEAST:
            rows.setdefault(feature, np.zeros(len(labels), np.float32))[place[label]] = weight
    transitions = np.zeros((len(labels), len(labels)), np.float32)
    for (first, second), weight in info.transitions.items():
        transitions[place[first], place[second]] = weight
    names = tuple(sorted(rows))
    if not names:
        raise InputError(_TOO_FEW)
    return Weights(labels, names, np.stack([rows[name] for name in names]), transitions, {})


def judged(found: Iterable[Example], network: Network, /) -> list[Case]:
    """The traits of the candidates that the chain proposes in these articles, and which of them are right."""
    cases: list[Case] = []
    for example in found:
        tagged = tag(example.sentences, network)
        gold = [WordSets.of(one, example.gold.document) for one in annotation(example.gold)]
        more = continuations(tagged)
        for index, candidates in enumerate(tagged.candidates):
            for candidate, told in zip(candidates, traits(tagged, index), strict=True):
                cases.append((told, _is_right(example, candidate, gold, more.get(index, ()))))
    return cases


def learn_judge(cases: Sequence[Case], /) -> dict[Trait, float]:
    """What each trait adds to the log-odds that a candidate is right: logistic regression. Raises InputError."""
    if not cases:
        raise InputError(_TOO_FEW)
    with tempfile.TemporaryDirectory() as folder:
        trainer = crfsuite().Trainer(algorithm="lbfgs", params=JUDGE, verbose=False)
        for told, right in cases:
            trainer.append([list(map(json.dumps, told))], ["yes" if right else "no"])
        info = _trained(trainer, Path(folder) / "judge")
    judge: dict[str, float] = {}
    for (trait, label), weight in info.state_features.items():
        judge[trait] = judge.get(trait, 0.0) + (weight if label == "yes" else -weight)
    kept = {trait: round(weight, 3) for trait, weight in sorted(judge.items()) if abs(weight) >= _LEAST}
    return {tuple(json.loads(trait)): weight for trait, weight in kept.items()}


def continuations(tagged: Tagged, /) -> dict[int, Stretches]:
    """What the sentences without a cue add to the attribution before them, by the sentence of its cue."""
    more: dict[int, Stretches] = {}
    last = -1
    for index in range(len(tagged.sentences)):
        if tagged.has_cue(index):
            last = index
        elif last >= 0 and (parts := tagged.goes_on(index)):
            more[last] = (*more.get(last, ()), *_stretches(tagged.sentences[index], tuple(parts)))
    return more


def _is_right(example: Example, candidate: Candidate, gold: Sequence[WordSets], more: Stretches, /) -> bool:
    document = example.gold.document
    sentence = example.sentences[candidate.sentence]
    content = _stretches(sentence, candidate.content)
    source = _stretches(sentence, candidate.source)
    for told in {content, (*content, *more)}:
        ours = WordSets.of(Attribution(source, (), told), document)
        for theirs in gold:
            if similarity(ours.content, theirs.content) < _CONTENT or not same_source(document, ours, theirs):
                continue
            if not theirs.source or similarity(ours.source, theirs.source) >= _SOURCE:
                return True
    return False


def _stretches(sentence: Sentence, parts: Ranges, /) -> Stretches:
    nodes = sentence.nodes
    return tuple((nodes[start].start, nodes[after - 1].end) for start, after in parts)


def _trained(trainer: Any, path: Path, /) -> Any:
    trainer.train(str(path))
    tagger = crfsuite().Tagger()
    tagger.open(str(path))
    info = tagger.info()
    tagger.close()
    return info


def crfsuite() -> Any:
    """The module that trains; raises MissingPackageError where it is not installed."""
    try:
        import pycrfsuite
    except ImportError as error:
        raise MissingPackageError("python-crfsuite is missing: pip install 'commentary-extractor[train]'") from error
    return pycrfsuite
