"""The tagger's weights: one compressed file of the package, written by training and read once in a process."""

from __future__ import annotations

import hashlib
import json
import lzma
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = "weights.xz"
SCALE = 64
"""Weights are kept as whole numbers of 1/64."""

Floats = NDArray[np.float32]
Trait = tuple[str | int, ...]
"""Something known of a candidate: a name and its values."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found.

    ``emissions[i]`` is what ``features[i]`` adds to each of ``labels``, and ``transitions[a, b]`` what going from a to
    b adds; ``judge`` is what each trait of a candidate adds to the log-odds that it is an attribution.
    """

    labels: tuple[str, ...]
    features: tuple[str, ...]
    emissions: Floats
    transitions: Floats
    judge: dict[Trait, float]


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    return read(_bytes())


@cache
def version() -> str:
    """The first twelve digits of the SHA-256 of the weights in the package: other weights, another version."""
    return hashlib.sha256(_bytes()).hexdigest()[:12]


def _bytes() -> bytes:
    return files(__package__).joinpath(FILE).read_bytes()


def write(weights: Weights, path: Path, /) -> None:
    """Write the weights to a file; the same weights give the same bytes."""
    head = {
        "labels": weights.labels,
        "judge": sorted(([*trait, weight] for trait, weight in weights.judge.items()), key=json.dumps),
        "transitions": _whole(weights.transitions).tolist(),
        "features": weights.features,
    }
    told = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    matrix = np.ascontiguousarray(_whole(weights.emissions).T).view(np.uint8)
    planes = matrix.reshape(len(weights.labels), -1, 2).transpose(0, 2, 1).tobytes()
    path.write_bytes(lzma.compress(told + b"\n" + planes, preset=9 | lzma.PRESET_EXTREME))


def read(packed: bytes, /) -> Weights:
    """The weights in the bytes of a file."""
    told, _, planes = lzma.decompress(packed).partition(b"\n")
    head = json.loads(told)
    labels = tuple(head["labels"])
    matrix = np.frombuffer(planes, np.uint8).reshape(len(labels), 2, -1).transpose(0, 2, 1)
    emissions = np.ascontiguousarray(matrix).reshape(len(labels), -1).view("<i2").T
    return Weights(
        labels,
        tuple(head["features"]),
        _scaled(emissions),
        _scaled(np.array(head["transitions"])),
        {tuple(trait): weight for *trait, weight in head["judge"]},
    )


def _scaled(whole: NDArray[np.int_] | NDArray[np.int16], /) -> Floats:
    return np.ascontiguousarray(whole / SCALE, np.float32)


def _whole(values: Floats, /) -> NDArray[np.int16]:
    return np.clip(np.round(values * SCALE), -32768, 32767).astype("<i2")
