"""What models cost: read from ``prices.toml`` beside this file, and from a file of the user's that goes before it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from extractor.errors import ConfigurationError
from extractor.schemas import Usage

_SNAPSHOT = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")
_FIELDS = ("input", "cached_input", "output", "batch")
_FORM = "write it as a table ['PROVIDER:MODEL'] with input, output and, if you like, cached_input and batch"


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs: USD per million tokens of input, of input that was cached, and of output.

    ``batch`` is the factor for calls through the provider's batch API.
    """

    input: float
    cached_input: float
    output: float
    batch: float = 1.0

    def cost(self, usage: Usage, /, *, cached_input: int = 0) -> float:
        """USD for ``usage``, of whose input tokens ``cached_input`` were cached."""
        fresh = usage.input_tokens - cached_input
        return (fresh * self.input + cached_input * self.cached_input + usage.output_tokens * self.output) / 1e6

    def batched(self) -> Price:
        """The price of the same model through the provider's batch API."""
        return Price(self.input * self.batch, self.cached_input * self.batch, self.output * self.batch)


def find_price(provider: str, model: str, /, *, prices: Path | None = None) -> Price | None:
    """The price of a model; None when it is not known.

    The entries of the file ``prices`` go before the built-in ones. Raises ConfigurationError for a file that cannot be
    read or used.
    """
    own = {} if prices is None else read_prices(prices)
    return _fitting(own, provider, model) or _fitting(_built_in(), provider, model)


def read_prices(path: Path, /) -> dict[str, Price]:
    """The prices in a file of the form of ``prices.toml``, by name; raises ConfigurationError."""
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the prices in {str(path)!r} cannot be used ({error}): {_FORM}") from error


@cache
def _built_in() -> Mapping[str, Price]:
    return _parse((files("extractor.llm") / "prices.toml").read_text(encoding="utf-8"))


def _parse(text: str, /) -> dict[str, Price]:
    """Raises ValueError, which tomllib's own error is too."""
    return {name: _price(name, entry) for name, entry in tomllib.loads(text).items()}


def _price(name: str, entry: Any, /) -> Price:
    if not isinstance(entry, dict):
        raise ValueError(f"{name!r} is no table")
    unknown = sorted(set(entry) - set(_FIELDS))
    if unknown:
        raise ValueError(f"{name!r} has the unknown field {unknown[0]!r}")
    for field, value in entry.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise ValueError(f"{field} of {name!r} is {value!r}, and no price")
    if not {"input", "output"} <= set(entry):
        raise ValueError(f"{name!r} lacks input or output")
    entry = {"cached_input": entry["input"], **entry}
    return Price(**{field: float(value) for field, value in entry.items()})


def _fitting(prices: Mapping[str, Price], provider: str, model: str, /) -> Price | None:
    """The price whose name fits best: the model's own name before that of which it is a snapshot."""
    for name in dict.fromkeys((model, _SNAPSHOT.sub("", model))):
        fitting = [pattern for pattern in prices if _fits(pattern, provider, name)]
        if fitting:
            return prices[max(fitting, key=lambda pattern: (len(pattern.replace("*", "")), pattern))]
    return None


def _fits(pattern: str, provider: str, model: str, /) -> bool:
    return fnmatchcase(f"{provider}:{model}", pattern) or fnmatchcase(model, pattern)
