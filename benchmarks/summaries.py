"""Summaries of our own gold: do the passages support the sentences, are the experts covered, is anything invented?

    python benchmarks/summaries.py make builtin.jsonl                          # summaries by the built-in engine
    python benchmarks/summaries.py make model.jsonl --model openai:NAME        # and by a model
    python benchmarks/summaries.py judge judged.json builtin.jsonl model.jsonl --model openai:NAME
    python benchmarks/summaries.py table judged.json builtin.jsonl model.jsonl

The judge gets, for each article, the sentences of all summaries in one list, in a fixed random order and without saying
whose they are, each with its passages; it says of each whether the passages support all, part or none of what it says.
Coverage is the share of the gold's experts (the author left out) that some sentence names. Invented are the names and
numbers of a sentence that the article does not have, by the checks that every model's summary has to pass.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from extractor import Extractor, Summary
from extractor.checks import Facts, check_wording
from extractor.evaluation import GoldArticle, read_gold
from extractor.schemas import Cited

GOLD = Path(__file__).resolve().parent.parent / "examples" / "gold"
QUESTION = """\
Below are numbered sentences that were written about this article, each with passages of the article that are meant to
prove it. Judge every sentence by its passages and by nothing else: not by the rest of the article, nor by what you
know. The article is there only so that you can see whom a pronoun in a passage means.

- all: everything that the sentence says is in its passages or follows from them directly.
- part: something that matters in the sentence (who, what, how sure, when, a number) is not in its passages.
- none: the passages do not show what the sentence says, or contradict it.

Give one verdict for each sentence, in the order of the numbers.

"""


class Verdict(BaseModel):
    """What the passages are worth to a sentence."""

    sentence: int = Field(description="The number of the sentence.")
    lacking: str = Field(description="What the passages do not show, in a few words; empty when nothing is lacking.")
    supported: Literal["all", "part", "none"]


class Verdicts(BaseModel):
    """One verdict for each sentence."""

    verdicts: list[Verdict]


def sentences(summary: Summary, /) -> Iterator[Cited]:
    """Every sentence of a summary, in its order."""
    yield summary.headline
    for part in (summary.abstract, summary.by_expert, summary.agreements, summary.disagreements):
        yield from part


async def make(extractor: Extractor, /) -> str:
    """Summaries of every article of the gold, one JSON a line."""
    found = await asyncio.gather(*(extractor.asummarize(article.article) for article in read_gold(GOLD)))
    return "".join(summary.model_dump_json() + "\n" for summary in found)


def load(path: Path, /) -> dict[str, Summary]:
    """Summaries by the id of their article."""
    found = [Summary.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {summary.article.id: summary for summary in found}


def listed(article: GoldArticle, systems: dict[str, dict[str, Summary]], /) -> list[tuple[str, Cited]]:
    """The sentences of all systems about an article, mixed: system and sentence."""
    found = [(name, cited) for name, made in systems.items() for cited in sentences(made[article.article.id])]
    random.Random(article.name).shuffle(found)
    return found


async def judge(systems: dict[str, dict[str, Summary]], extractor: Extractor, /) -> str:
    """The verdicts as JSON; one question an article."""

    async def one(article: GoldArticle) -> tuple[str, list[dict[str, object]]]:
        mixed = listed(article, systems)
        blocks = [
            "\n".join([f"{n}. {cited.text}", *(f"   passage: {span.text}" for span in cited.evidence)])
            for n, (_, cited) in enumerate(mixed, 1)
        ]
        answer = await extractor.arun(article.article, schema=Verdicts, prompt=QUESTION + "\n".join(blocks))
        by_number = {verdict.sentence: verdict for verdict in answer.value.verdicts}
        rows = [
            {"system": name, "text": cited.text, **by_number[n].model_dump(include={"supported", "lacking"})}
            for n, (name, cited) in enumerate(mixed, 1)
        ]
        return article.name, rows

    judged = dict(await asyncio.gather(*map(one, read_gold(GOLD))))
    return json.dumps(judged, ensure_ascii=False, indent=1) + "\n"


def table(judged: Path | None, systems: dict[str, dict[str, Summary]], /) -> None:
    """Print a row for each system; the shares are of the sentences that were judged, word for word."""
    verdicts = json.loads(judged.read_text(encoding="utf-8")) if judged and judged.exists() else {}
    rows = {(row["system"], row["text"]): row["supported"] for found in verdicts.values() for row in found}
    columns = ("sentences", "judged", "all", "part", "none", "experts", "invented")
    print(f"{'system':<12}" + "".join(f"{column:>10}" for column in columns))
    for name, made in systems.items():
        texts = [cited.text for summary in made.values() for cited in sentences(summary)]
        mine = [rows[name, text] for text in texts if (name, text) in rows]
        shares = [f"{100 * mine.count(level) / len(mine):.1f}" if mine else "-" for level in ("all", "part", "none")]
        invented = sum(_invented(summary) for summary in made.values())
        told = (len(texts), len(mine), *shares, f"{_coverage(made):.1f}", invented)
        print(f"{name:<12}" + "".join(f"{value:>10}" for value in told))


def _coverage(made: dict[str, Summary], /) -> float:
    """Percent of the gold's experts, authors left out, that a summary names."""
    named = total = 0
    for article in read_gold(GOLD):
        summary = made[article.article.id]
        text = " ".join(cited.text for cited in sentences(summary)).casefold()
        for holder in article.record.holders if article.record else ():
            if holder.kind != "author":
                total += 1
                names = {*holder.names, *(name.split()[-1] for name in holder.names if holder.kind == "person")}
                named += any(name.casefold() in text for name in names)
    return 100 * named / total


def _invented(summary: Summary, /) -> int:
    """Sentences with a name or a number that the article does not have."""
    facts = Facts.of(summary.article)
    experts = len(summary.experts)
    faults = (check_wording("text", cited.text, facts, experts=experts) for cited in sentences(summary))
    return sum(any("name" in fault.rule or "number" in fault.rule for fault in found) for found in faults)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "judge", "table"])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--base-url")
    parser.add_argument("--timeout", type=float, default=600)
    given = parser.parse_args()
    if given.what == "table":
        judged = given.files[0] if given.files[0].suffix == ".json" else None
        made = given.files[1:] if judged else given.files
        return table(judged, {path.stem: load(path) for path in made})
    with Extractor(given.model, base_url=given.base_url, timeout=given.timeout, concurrency=12) as extractor:
        if given.what == "make":
            written = asyncio.run(make(extractor))
        else:
            written = asyncio.run(judge({path.stem: load(path) for path in given.files[1:]}, extractor))
    given.files[0].write_text(written, encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
