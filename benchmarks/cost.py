"""What an article costs: characters in and out for each task, beside langextract for the same record.

    python benchmarks/cost.py

Output is what users pay most for, so all answers are those of one model: its recorded extractions and summaries of
the gold articles (`examples/gold/results`), written again in the form in which each system asks for them. A short text
is the beginning of a gold article with the claims that stand there, a medium one a gold article, a long one four of
them in one. Input is measured by letting the systems ask: the messages and the JSON schema that goes with them.

- ``extract``, ``audit``, ``repair``, ``summarize``: this project. The audit asks what its tagger finds and the
  extraction does not cover, where there is anything, and the model dismisses it; the repair is that of one claim with
  a wrong quotation.
- ``langextract``: at its defaults (1,000 characters at once) in one pass, and in three as its documentation recommends
  for long texts. Its instructions are short, with one example of each class; its output counts each claim once for
  each pass. It runs in the environment of the peers (`peers.py`), with a model that only listens.

``as before`` is with how many characters a request begins as one did before: another article's for extract, summarize
and langextract, the turn before for audit and repair. A provider's prompt cache can know these. With ``schema first``
the JSON schema counts as the beginning of the request, as OpenAI has it: another schema, and nothing is known.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cost_answers import Recorded, broken, draft_of, example, long_ones, medium_ones, mended, short_ones, summary_of
from peers import peers_python
from rich_commentary import as_langextract

from extractor import Extractor
from extractor.errors import UngroundedError
from extractor.llm.modes import request
from extractor.schemas import Usage

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from pydantic import BaseModel

_HERE = Path(__file__).parent
_REASON = "It repeats in other words what was recorded before."
DESCRIPTION = """\
Extract experts, positions and predictions from news commentary. Use exact text for extractions; do not paraphrase.
expert: whoever the article gives a claim to; attributes kind, role, affiliation, aliases.
position: what a holder says, believes, denies, judges, supports, opposes, demands or intends; the text is what is
claimed; attributes cue, source, expert, reported_by, statement (one whole sentence), topic, target, stance, kind.
prediction: a claim that something will, may or will not happen; attributes cue, source, expert, reported_by,
statement, topic, likelihood_words, negated, condition, horizon_words, missing.
Go through the text sentence by sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: its messages, its schema as JSON, and the characters of its answer."""

    messages: tuple[str, ...]
    schema: str
    answer: int

    @property
    def text(self) -> str:
        """The messages in one."""
        return "\n".join(self.messages)

    @property
    def characters(self) -> int:
        """What is sent."""
        return sum(map(len, self.messages)) + len(self.schema)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as an engine gives it."""

    text: str
    usage: Usage


class Listener:
    """An engine that gives the recorded answers and keeps what it was asked; the first answer has a wrong quotation."""

    name = "recorded"
    model = "recorded"

    def __init__(self, recorded: Recorded, /, *, faulty: bool) -> None:
        self._recorded = recorded
        self._faulty = faulty
        self.calls: dict[str, Asked] = {}

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Reply:
        """The recorded answer."""
        text = json.dumps(self._answer(schema.__name__, str(messages[-1].content)), ensure_ascii=False)
        told = tuple(str(message.content) for message in messages)
        form = json.dumps(request("json_schema", schema))
        self.calls.setdefault(schema.__name__, Asked(told, form, len(text)))
        return Reply(text, Usage())

    async def aclose(self) -> None:
        """Nothing is held."""

    def _answer(self, schema: str, question: str) -> dict[str, Any]:
        if schema == "DraftSummary":
            return summary_of(self._recorded)
        if schema == "DraftAudit":
            number = question.count("Passage ")
            dismissed = [{"passage": one + 1, "reason": _REASON} for one in range(number)]
            return {"experts": [], "positions": [], "predictions": [], "dismissed": dismissed}
        if schema == "DraftRepair":
            return mended(self._recorded)
        return broken(self._recorded) if self._faulty else draft_of(self._recorded)


def listen(recorded: Recorded, /) -> dict[str, Asked]:
    """The opening call of each task about an article; the audit is left out where it asks nothing."""
    found: dict[str, Asked] = {}
    for faulty in (True, False):
        listener = Listener(recorded, faulty=faulty)
        with Extractor(engine=listener) as extractor:
            extractor.extract(recorded.article)
            if not faulty:
                with suppress(UngroundedError):  # of a short text, as what proves the headline stands further below
                    extractor.summarize(recorded.article)
        found |= listener.calls
    return found


def peer(texts: Sequence[str], passes: int, /) -> list[list[Asked]]:
    """The calls of langextract about each text, with no answers yet."""
    given = {"texts": texts, "description": DESCRIPTION, "example": example(), "passes": passes}
    command = [str(peers_python()), "-W", "ignore", str(_HERE / "cost_peer.py")]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    return [[Asked(tuple(messages), told["schema"], 0) for messages in calls] for calls in told["asked"]]


def shared(first: Asked, second: Asked, /) -> int:
    """The characters with which the messages of both begin."""
    pairs = zip(first.text, second.text, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), len(first.text))


def shared_schema(first: Asked, second: Asked, /) -> int:
    """The same where the schema stands first."""
    return len(first.schema) + shared(first, second) if first.schema == second.schema else 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: characters, means over the articles; ``calls`` is their mean number."""

    name: str
    calls: float
    sent: float
    known: float
    known_schema: float
    answered: float


def own_rows(calls: Sequence[dict[str, Asked]], /) -> list[Row]:
    """The rows of this project."""
    extract, summarize = ([one[name] for one in calls] for name in ("DraftExtraction", "DraftSummary"))
    rows = [_row("extract", extract, [extract[-1], *extract], len(calls))]
    for task, name in (("audit", "DraftAudit"), ("repair of a claim", "DraftRepair")):
        asked = [one for one in calls if name in one]
        if asked:
            rows.append(_row(task, [one[name] for one in asked], [one["DraftExtraction"] for one in asked], len(calls)))
    return [*rows, _row("summarize", summarize, [summarize[-1], *summarize], len(calls))]


def peer_row(name: str, recorded: Sequence[Recorded], passes: int, /) -> Row:
    """The row of langextract: all calls about an article together; its output counted once for each pass."""
    found = peer([one.article.text for one in recorded], passes)
    answers = [json.dumps(as_langextract(draft_of(one), one.article.text), ensure_ascii=False) for one in recorded]
    calls = [call for article in found for call in article]
    whole = _row(name, calls, [calls[-1], *calls], len(recorded))
    times, answered = whole.calls, passes * statistics.mean(map(len, answers))
    return Row(name, times, times * whole.sent, times * whole.known, times * whole.known_schema, answered)


def _row(name: str, calls: Sequence[Asked], before: Sequence[Asked], articles: int) -> Row:
    """The means of calls, each with the one that was made before it."""
    pairs = list(zip(before, calls, strict=False))
    return Row(
        name,
        len(calls) / articles,
        statistics.mean(one.characters for one in calls),
        statistics.mean(shared(earlier, one) for earlier, one in pairs),
        statistics.mean(shared_schema(earlier, one) for earlier, one in pairs),
        statistics.mean(one.answer for one in calls),
    )


def table(label: str, recorded: Sequence[Recorded], /) -> str:
    """The rows for articles of one size."""
    calls = [listen(one) for one in recorded]
    rows = [*own_rows(calls), peer_row("langextract", recorded, 1), peer_row("langextract, 3 passes", recorded, 3)]
    length = statistics.mean(len(one.article.text) for one in recorded)
    claims = statistics.mean(sum(len(draft_of(one)[kind]) for kind in ("positions", "predictions")) for one in recorded)
    lines = [
        f"{label}: {len(recorded)} articles, {length:,.0f} characters and {claims:.0f} claims each on average",
        f"  {'':<23}{'calls':>7}{'sent':>10}{'as before':>12}{'schema first':>14}{'answered':>10}",
    ]
    for row in rows:
        known = f"{row.known:>12,.0f}{row.known_schema:>14,.0f}"
        lines.append(f"  {row.name:<23}{row.calls:>7.1f}{row.sent:>10,.0f}{known}{row.answered:>10,.0f}")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    print("characters for each article; what is sent includes the JSON schema")
    for label, recorded in (("short", short_ones()), ("medium", medium_ones()), ("long", long_ones())):
        print(table(label, recorded), flush=True)


if __name__ == "__main__":
    main()
