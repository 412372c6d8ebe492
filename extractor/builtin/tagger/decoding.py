"""The best labels of a text, and the best with a given label at a given place (max-marginals of a linear chain)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .encoding import Ints
from .weights import Floats

_LONGEST = 256
"""Nodes of a sentence that are decoded in one go; a longer one is cut into pieces."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Scores of a text: ``forward[i, y]`` of the best labels up to node i with y there, ``backward`` from it on.

    ``at`` are the scores of the best labels of the whole sentence with y at node i, less those of the best of all.
    """

    forward: Floats
    backward: Floats
    at: Floats
    transitions: Floats


def decode(scores: Floats, transitions: Floats, starts: Sequence[int], lengths: Sequence[int], /) -> Lattice:
    """The lattice of the sentences that stand at ``starts`` in the rows of ``scores``."""
    first, length = _pieces(starts, lengths)
    order = np.argsort(-length, kind="stable")
    first, length = first[order], length[order]
    forward, backward = _best(scores, transitions, np.stack([first, first + length - 1]), length)
    at = forward + backward - scores
    at -= at.max(axis=1, keepdims=True)
    return Lattice(forward, backward, at, transitions)


def _pieces(starts: Sequence[int], lengths: Sequence[int], /) -> tuple[Ints, Ints]:
    if max(lengths, default=0) <= _LONGEST:
        return np.array(starts, np.int32), np.array(lengths, np.int32)
    cut = [
        (start + k, min(_LONGEST, length - k))
        for start, length in zip(starts, lengths, strict=True)
        for k in range(0, length, _LONGEST)
    ]
    return np.array([start for start, _ in cut], np.int32), np.array([length for _, length in cut], np.int32)


def _best(scores: Floats, transitions: Floats, edges: Ints, length: Ints, /) -> tuple[Floats, Floats]:
    """Scores of the best labels from the first nodes on and from the last ones back; the longest sentences come first.

    ``edges`` are the first and the last nodes; both ways are gone in one loop, which halves its steps. The nodes are
    laid out step by step, so that a step adds to a slice.
    """
    best = np.stack([scores, scores])
    if not len(length):
        return best[0], best[1]
    active = len(length) - np.searchsorted(length[::-1], np.arange(int(length[0])), side="right")
    starts = np.cumsum(active) - active
    step = np.repeat(np.arange(len(active)), active)
    column = np.arange(len(step)) - starts[step]
    way = np.array([[0], [1]])
    at = edges[:, column] + np.stack([step, -step])
    laid = scores[at]
    spread = np.stack([transitions, transitions.T], axis=1)[:, :, None, :]
    last = laid[:, : active[0]]
    for start, count in zip(starts[1:].tolist(), active[1:].tolist(), strict=True):
        here = laid[:, start : start + count]
        here += (last[:, :count].transpose(2, 0, 1)[..., None] + spread).max(axis=0)
        last = here
    best[way, at] = laid
    return best[0], best[1]


def path_through(lattice: Lattice, node: int, label: int, first: int, after: int, best: Sequence[int], /) -> list[int]:
    """The best labels of the sentence [first, after) with ``label`` at ``node``, given the best labels of all."""
    labels = list(best)
    labels[node - first] = label
    forward, backward, transitions = lattice.forward, lattice.backward, lattice.transitions
    current = label
    for k in range(node - 1, first - 1, -1):
        current = int((forward[k] + transitions[:, current]).argmax())
        if current == labels[k - first]:
            break
        labels[k - first] = current
    current = label
    for k in range(node + 1, after):
        current = int((backward[k] + transitions[current]).argmax())
        if current == labels[k - first]:
            break
        labels[k - first] = current
    return labels
