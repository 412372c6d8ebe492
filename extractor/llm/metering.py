"""What calls take: tokens, cost, and the budget that bounds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import BudgetSpentError, ConfigurationError
from extractor.schemas import Usage

from .prices import Price

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_FIRST_OUTPUT = 1500
"""Tokens that an answer is taken to have until one was seen."""
_WEIGHT = 0.02
"""What a new answer weighs in the running means, when there were many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a run may take: USD, and tokens of input and output together; None where it is not bounded."""

    max_cost: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tokens that a call is expected to take; ``counted`` are those that were counted in its messages."""

    counted: int
    input: int
    output: int

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input + self.output


class Meter:
    """Counts what calls take, and says whether another one fits into the budget.

    Every answer counts, also one that was refused, cut off, filtered or could not be read. ``calls`` are the answers,
    ``cached_calls`` the questions that a store of replies answered, ``retries`` the attempts that got no answer, by
    kind; ``estimated_calls`` are those whose tokens the provider did not tell: they count as estimated. ``under_way``
    is the number of calls that have begun and not ended.

    Raises ConfigurationError when a cost is bounded and the price is not known.
    """

    def __init__(self, price: Price | None = None, budget: Budget | None = None, /) -> None:
        self.price = price
        self.budget = budget or Budget()
        self.calls = self.cached_calls = self.estimated_calls = 0
        self.input_tokens = self.cached_input_tokens = self.output_tokens = 0
        self.retries: Counter[str] = Counter()
        self.under_way = 0
        self._reserved_input = self._reserved_output = 0
        self._scale = 1.0
        self._output = float(_FIRST_OUTPUT)
        if self.budget.max_cost is not None and price is None:
            raise ConfigurationError(
                "the price of the model is not known, so the cost cannot be bounded: give its price in a file with"
                " --prices FILE (a table ['PROVIDER:MODEL'] with input and output, in USD per million tokens), or bound"
                " the tokens with --max-tokens"
            )

    @property
    def usage(self) -> Usage:
        """The tokens so far."""
        return Usage(input_tokens=self.input_tokens, output_tokens=self.output_tokens)

    @property
    def tokens(self) -> int:
        """Input and output together, so far."""
        return self.input_tokens + self.output_tokens

    @property
    def cost(self) -> float | None:
        """USD so far; None when the price of the model is not known."""
        return None if self.price is None else self.price.cost(self.usage, cached_input=self.cached_input_tokens)

    def count(self, usage: Usage, /, *, cached_input: int = 0) -> None:
        """Count an answer; of its input tokens the provider had cached ``cached_input``."""
        self.calls += 1
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cached_input_tokens += min(cached_input, usage.input_tokens)

    def count_cached(self) -> None:
        """Count a question that was answered without a call."""
        self.cached_calls += 1

    def estimate(self, tokens: int, /) -> Estimate:
        """What a call with ``tokens`` counted in its messages is likely to take, by what earlier ones took."""
        return Estimate(tokens, round(tokens * self._scale), round(self._output))

    def fits(self, estimate: Estimate, /) -> bool:
        """True when another call fits into the budget beside those under way, False when their end may make room.

        As long as no answer was seen, one call at a time is made where the estimate alone would not fit. Raises
        BudgetSpentError when the call does not fit, whatever those under way take.
        """
        if self.budget.max_cost is None and self.budget.max_tokens is None:
            return True
        if self._allows(self._reserved_input + estimate.input, self._reserved_output + estimate.output):
            return True
        if not self.calls and self._allows(0, 1):
            return not self.under_way
        if self.under_way and self._allows(estimate.input, estimate.output):
            return False
        raise BudgetSpentError(f"another call does not fit into the budget ({self._told()}): raise it to go on")

    def reserve(self, estimate: Estimate, /) -> None:
        """Set aside what a call is expected to take; each is to be released."""
        self.under_way += 1
        self._reserved_input += estimate.input
        self._reserved_output += estimate.output

    def release(self, estimate: Estimate, /) -> None:
        """What was set aside is free again: the call has ended, and what it took is counted by itself."""
        self.under_way -= 1
        self._reserved_input -= estimate.input
        self._reserved_output -= estimate.output

    def settle(self, estimate: Estimate, usage: Usage, /, *, cached_input: int = 0) -> Usage:
        """Count an answer whose call was estimated, and learn from it; gives what was counted."""
        if not usage.input_tokens and not usage.output_tokens:
            self.estimated_calls += 1
            usage = Usage(input_tokens=estimate.input, output_tokens=estimate.output)
            self.count(usage)
            return usage
        self.count(usage, cached_input=cached_input)
        weight = max(_WEIGHT, 1 / self.calls)
        self._output += weight * (usage.output_tokens - self._output)
        if estimate.counted:
            self._scale += weight * (usage.input_tokens / estimate.counted - self._scale)
        return usage

    def _allows(self, input_tokens: int, output_tokens: int, /) -> bool:
        """True when the budget is enough for so many tokens more."""
        bound = self.budget
        if bound.max_tokens is not None and self.tokens + input_tokens + output_tokens > bound.max_tokens:
            return False
        if bound.max_cost is None or self.price is None or self.cost is None:
            return True
        more = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
        return self.cost + self.price.cost(more) <= bound.max_cost

    def _told(self) -> str:
        told = []
        if self.budget.max_cost is not None:
            told.append(f"{self.cost:.4f} of {self.budget.max_cost:g} USD")
        if self.budget.max_tokens is not None:
            told.append(f"{self.tokens:,} of {self.budget.max_tokens:,} tokens")
        return ", ".join(told) + " taken"


def estimate_tokens(messages: Sequence[BaseMessage], /) -> int:
    """A rough number of tokens: a quarter of the UTF-8 bytes, which fits English best."""
    return sum(len(str(message.content).encode("utf-8", "surrogatepass")) for message in messages) // 4
