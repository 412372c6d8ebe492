"""Train the tagger: ``python -m extractor.training CORPUS [WEIGHTS]``.

``CORPUS`` is a folder in PolNeAR's layout (``text/``, ``attributions/``). The weights go into the package unless
another file is named. Before that the articles are dealt into three parts; each is tagged by a chain that was trained
on the other two. From these the judge learns, and on them the figures are taken that are printed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from extractor.builtin.reading import assemble
from extractor.builtin.tagger import Network, Weights, tag
from extractor.builtin.tagger.vocabulary import Vocabulary
from extractor.builtin.tagger.weights import FILE, write
from extractor.errors import ExtractorError, InputError
from extractor.evaluation import GoldArticle, read_gold
from extractor.evaluation.attributions import Attribution
from extractor.evaluation.counts import count_attributions

from .examples import Example, Features, annotation, examples, folds, lexicon_of
from .learning import Case, crfsuite, judged, learn_chain, learn_judge

_PARTS = 3
_SHIPPED = Path(__file__).parent.parent / "builtin" / "tagger" / FILE
_FIGURES = ("attribution", "attribution_source", "people")


def main(arguments: Sequence[str] | None = None, /) -> int:
    """Train as the arguments say (those of the command line when there are none); the exit code."""
    parser = argparse.ArgumentParser(prog="python -m extractor.training", description="Train the built-in tagger.")
    parser.add_argument("corpus", type=Path, help="folder in PolNeAR's layout: text/ and attributions/")
    parser.add_argument("weights", type=Path, nargs="?", default=_SHIPPED, help="file to write; else the package's")
    told = parser.parse_args(arguments)
    try:
        train(told.corpus, told.weights)
    except ExtractorError as error:
        print(f"extractor.training: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def train(corpus: Path, target: Path, /) -> None:
    """Train on all articles of a corpus, and print what the same training reaches on articles left out.

    Raises InputError when corpus or target cannot be used, MissingPackageError without python-crfsuite.
    """
    crfsuite()
    if target.is_dir() or not target.parent.is_dir():
        raise InputError(f"{str(target)!r} cannot be written: name a file in a folder that exists")
    began = time.monotonic()
    gold = read_gold(corpus)
    parts = folds(gold, _PARTS)
    held: list[tuple[list[Example], Network]] = []
    cases: list[list[Case]] = []
    for number, part in enumerate(parts):
        rest = [one for k, other in enumerate(parts) if k != number for one in other]
        network = Network(_chain(rest))
        left_out = examples(part, network.vocabulary)
        held.append((left_out, network))
        cases.append(judged(left_out, network))
        print(f"part {number + 1} of {_PARTS}: {len(rest)} articles, {time.monotonic() - began:.0f} s", flush=True)
    for line in _figures(held, cases):
        print(line, flush=True)
    judge = learn_judge([case for own in cases for case in own])
    weights = replace(_chain(gold), judge=judge)
    write(weights, target)
    print(
        f"{len(gold)} articles, {len(weights.features)} features, {target.stat().st_size} bytes,"
        f" {time.monotonic() - began:.0f} s"
    )


def _chain(articles: Sequence[GoldArticle], /) -> Weights:
    vocabulary = Vocabulary()
    found = examples(articles, vocabulary)
    return learn_chain(found, Features(vocabulary, lexicon_of(found, vocabulary)))


def _figures(held: Sequence[tuple[list[Example], Network]], cases: Sequence[list[Case]], /) -> Iterator[str]:
    """The figures on the parts left out; the judge of each part is learnt from the others."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for number, (left_out, network) in enumerate(held):
        judge = learn_judge([case for k, own in enumerate(cases) if k != number for case in own])
        for example in left_out:
            told = [
                Attribution((one.source,) if one.source else (), (one.cue,), tuple(sorted(one.parts)))
                for one in assemble(tag(example.sentences, network), judge)
            ]
            counts = count_attributions(example.gold.document, told, annotation(example.gold))
            for name in _FIGURES:
                right[name] += int(counts[name].right)
                total[name + " predicted"] += int(counts[name].predicted or 0)
                total[name + " gold"] += int(counts[name].gold)
    yield "on articles left out:"
    for name in _FIGURES:
        predicted, gold = total[name + " predicted"], total[name + " gold"]
        yield (
            f"  {name}: F1 {_percent(2 * right[name], predicted + gold)},"
            f" precision {_percent(right[name], predicted)}, recall {_percent(right[name], gold)}"
        )


def _percent(part: int, whole: int, /) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
