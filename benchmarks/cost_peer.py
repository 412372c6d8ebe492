"""What langextract would send, for `cost.py`; runs in the environment of the peers.

    python benchmarks/cost_peer.py < JSON     # {"texts", "description", "example", "passes"}

Prints JSON: ``asked`` holds for each text the messages of its calls, ``schema`` the JSON schema that goes with each.
Nothing is sent: the model that is given to langextract keeps the prompts and finds nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import langextract as lx
from langextract.core import types
from langextract.core.base_model import BaseLanguageModel
from langextract.providers.schemas.openai import OpenAISchema

SYSTEM = "You are a helpful assistant that responds in JSON format."
"""What its OpenAI provider puts before each prompt."""


class Listener(BaseLanguageModel):
    """A model that keeps what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def infer(self, batch_prompts: Sequence[str], **_: Any) -> Iterator[list[types.ScoredOutput]]:
        """Nothing is found."""
        for prompt in batch_prompts:
            self.asked.append(prompt)
            yield [types.ScoredOutput(score=1.0, output='```json\n{"extractions": []}\n```')]


def prompts(text: str, description: str, examples: list[Any], passes: int, /) -> list[list[str]]:
    """The messages of all calls about a text, at langextract's defaults but for the passes."""
    listener = Listener()
    lx.extract(
        text, description, examples, model=listener, extraction_passes=passes, show_progress=False, fetch_urls=False
    )
    return [[SYSTEM, prompt] for prompt in listener.asked]


def example(told: dict[str, Any], /) -> Any:
    """An example as langextract takes it."""
    extractions = []
    for one in told["extractions"]:
        (name, quoted), (_, attributes) = one.items()
        extractions.append(lx.data.Extraction(extraction_class=name, extraction_text=quoted, attributes=attributes))
    return lx.data.ExampleData(text=told["text"], extractions=extractions)


if __name__ == "__main__":
    given = json.load(sys.stdin)
    shown = [example(given["example"])]
    found = [prompts(text, given["description"], shown, given["passes"]) for text in given["texts"]]
    schema = OpenAISchema.from_examples(shown).response_format
    print(json.dumps({"asked": found, "schema": json.dumps(schema)}))
