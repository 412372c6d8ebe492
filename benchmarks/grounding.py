"""Grounding of quotations beside langextract's resolver: speed, and how many land where they belong.

The task: 50 quotations of 8 to 25 words, half verbatim, half with one or two words changed, to be found in a text of 5,
50 and 500 KB; and 25 invented ones, to be refused. Text and quotations are synthetic and seeded, the same for every
system and run. The words that change are nouns, verbs and adjectives; figures and names stay as they are.

A quotation counts as *found* when the span overlaps its true place with a Dice coefficient over characters of at least
0.8. Any other span is *wrong*: elsewhere, on a fragment, or for an invented quotation. Seconds are processor time
(``time.process_time``) for the 50 quotations, the median of the rounds, each round from a fresh start: what a
``Grounder`` prepares over the text is inside. The invented quotations are run apart and not timed.

langextract gets its quotations in the order of the text, which its alignment expects, in one call of ``Resolver.align``
over the whole text: with its defaults, and with ``accept_match_lesser=False`` (accurate, and slow: one round).

Exit code: 0 when the bars are met, 1 when one is missed, 2 when langextract is not installed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from extractor.grounding import Grounder, Miss

SEED = 20_261
QUOTES = 50
INVENTED = 25
LEAST_TEXT = 5_000  # characters that quotations are taken from
LEAST_FOUND = 48
LEAST_DICE = 0.8
FASTER_THAN_DEFAULT = 20
FASTER_THAN_ACCURATE = 500
LARGE = 500  # KB; the size at which the speed has a bar

NOUNS = (
    "market minister harvest railway committee border budget factory pipeline election senator treaty currency drought "
    "engineer tariff satellite reactor province museum orchestra vaccine parliament airline refinery insurer coalition "
    "court bank union agency reform proposal inquiry survey hospital school bridge harbour council mayor judge teacher"
)
VERBS = (
    "examined postponed financed repaired measured defended inspected negotiated restored explained described "
    "questioned reviewed insured monitored praised criticized summarized calculated expanded governed discussed"
)
ADJECTIVES = (
    "regional municipal northern coastal federal private public annual modest ambitious costly fragile industrial "
    "joint lengthy maritime official quiet remote temporary urgent veteran historic independent provisional technical"
)
PREPOSITIONS = ("of", "of", "of", "for", "in", "near", "from", "with", "about", "under", "between")
DETERMINERS = ("the", "the", "the", "the", "a", "its", "their", "this")
LINKS = ("and", "while", "because", "although", "so that", "after", "when", "whose")
SYLLABLES = "ba ce di fo gu ha ja ka lo mi ne pa qui ro sa te va wi xa yo zen mar tol ber lin dor sti plo gra"
COINED = 1_500  # made-up words of each kind, rarer than the real ones

Place = tuple[int, int]
System = Callable[[str, Sequence[str]], list[Place | None]]


@dataclass(frozen=True)
class Quote:
    """A quotation and the place that it was taken from (offsets into the text, end exclusive)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Score:
    """What a system did with one text: seconds of processor time, quotations found and wrong, invented ones refused."""

    system: str
    kilobytes: int
    seconds: float
    rounds: int
    found: int
    wrong: int
    refused: int


class Prose:
    """Makes up English-looking prose of real and coined words, unevenly frequent as words are."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._nouns = NOUNS.split() + self._coined("er", "tion", "ity", "ment", "ance")
        self._verbs = VERBS.split() + self._coined("ated", "ized", "ed")
        self._adjectives = ADJECTIVES.split() + self._coined("al", "ous", "ive", "ic")
        self._names = [name.capitalize() for name in self._coined("", "", "son", "ov", "ez")]

    def text(self, size: int) -> str:
        """Paragraphs of sentences, ``size`` characters in all."""
        paragraphs, length = [], 0
        while length < size:
            paragraphs.append(" ".join(self.sentence() for _ in range(self._random.randint(3, 6))))
            length += len(paragraphs[-1]) + 2
        return "\n\n".join(paragraphs)[:size]

    def sentence(self) -> str:
        """A sentence of one to three clauses."""
        clauses = [self._clause()]
        while len(clauses) < 3 and self._random.random() < 0.5:
            clauses.append(f"{self._random.choice(LINKS)} {self._clause()}")
        sentence = f"{self._random.choice((' ', ', ')).join(clauses)}."
        return sentence[0].upper() + sentence[1:]

    def quotes(self, text: str, count: int) -> list[Quote]:
        """As many quotations in the order of the text, half of them changed; each stands once in it."""
        words = [match.span() for match in re.finditer(r"\S+", text)]
        chosen: list[Quote] = []
        while len(chosen) < count:
            first = self._random.randrange(len(words) - 25)
            start, end = words[first][0], words[first + self._random.randint(7, 24)][1]
            stretch = text[start:end].rstrip(".,")
            if "\n" not in stretch and text.count(stretch) == 1:
                quoted = self._changed(stretch) if len(chosen) % 2 else stretch
                chosen.append(Quote(quoted, start, start + len(stretch)))
        return sorted(chosen, key=lambda quote: quote.start)

    def _changed(self, quote: str) -> str:
        """The quotation with one or two of its ordinary words replaced by other ones of their kind."""
        words = quote.split(" ")
        kinds = [
            next((kind for kind in (self._nouns, self._verbs, self._adjectives) if word in kind), None)
            for word in words
        ]
        ordinary = [index for index, kind in enumerate(kinds) if kind]
        for index in self._random.sample(ordinary, self._random.choice((1, 2))):
            words[index] = self._word([word for word in kinds[index] or () if word != words[index]])
        return " ".join(words)

    def _clause(self) -> str:
        return f"{self._phrase()} {self._word(self._verbs)} {self._phrase()}"

    def _phrase(self) -> str:
        """A noun phrase, a name or a figure, now and then with another one hanging on to it."""
        kind = self._random.random()
        if kind < 0.15:
            head = f"{self._word(self._names)} {self._word(self._names)}"
        elif kind < 0.25:
            head = f"{self._random.randint(2, 2_000)} {self._word(self._nouns)}s"
        else:
            adjective = f"{self._word(self._adjectives)} " if self._random.random() < 0.4 else ""
            head = f"{self._random.choice(DETERMINERS)} {adjective}{self._word(self._nouns)}"
        return f"{head} {self._random.choice(PREPOSITIONS)} {self._phrase()}" if self._random.random() < 0.35 else head

    def _word(self, words: Sequence[str]) -> str:
        """One of the words, the earlier ones more often."""
        return words[int(len(words) * self._random.random() ** 3)]

    def _coined(self, *endings: str) -> list[str]:
        lengths = self._random.choices((1, 2, 3), k=COINED)
        stems = ["".join(self._random.choices(SYLLABLES.split(), k=length)) for length in lengths]
        return [stem + self._random.choice(endings) for stem in stems]


def ground(text: str, quotes: Sequence[str]) -> list[Place | None]:
    """The places that our grounding gives, from a fresh start."""
    grounder = Grounder(text, language="en")
    spans = [grounder.find(quote) for quote in quotes]
    return [None if isinstance(span, Miss) else (span.start, span.end) for span in spans]


def langextract_aligner(*, accept_match_lesser: bool) -> System:
    """langextract's alignment as a system to be measured, which accepts a mere fragment of a quotation or does not."""
    from langextract.data import Extraction
    from langextract.resolver import Resolver

    def align(text: str, quotes: Sequence[str]) -> list[Place | None]:
        extractions = [Extraction(extraction_class="quote", extraction_text=quote) for quote in quotes]
        aligned = Resolver().align(extractions, text, 0, char_offset=0, accept_match_lesser=accept_match_lesser)
        intervals = [extraction.char_interval for extraction in aligned]
        return [None if place is None else (place.start_pos or 0, place.end_pos or 0) for place in intervals]

    return align


def dice(place: Place, quote: Quote) -> float:
    """The Dice coefficient of a place and the true place, over characters."""
    shared = min(place[1], quote.end) - max(place[0], quote.start)
    return 2 * max(0, shared) / (place[1] - place[0] + quote.end - quote.start)


def measure(
    name: str, system: System, text: str, quotes: Sequence[Quote], invented: Sequence[str], rounds: int
) -> Score:
    """Run a system over a text and count."""
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        places = system(text, [quote.text for quote in quotes])
        seconds.append(time.process_time() - started)
    found = sum(
        place is not None and dice(place, quote) >= LEAST_DICE for place, quote in zip(places, quotes, strict=True)
    )
    refused = system(text, invented).count(None)
    wrong = len(quotes) - places.count(None) - found + len(invented) - refused
    return Score(name, len(text) // 1_000, statistics.median(seconds), rounds, found, wrong, refused)


def missed_bars(scores: Iterable[Score]) -> list[str]:
    """The bars that our grounding misses, in words."""
    by_size: dict[int, dict[str, Score]] = {}
    for score in scores:
        by_size.setdefault(score.kilobytes, {})[score.system] = score
    missed = []
    for size, systems in by_size.items():
        ours = systems["extractor"]
        if ours.wrong:
            missed.append(f"{size} KB: {ours.wrong} wrong spans, none allowed")
        if ours.found < LEAST_FOUND:
            missed.append(f"{size} KB: {ours.found} of {QUOTES} found, at least {LEAST_FOUND} wanted")
        for name, times in (("langextract", FASTER_THAN_DEFAULT), ("langextract accurate", FASTER_THAN_ACCURATE)):
            faster = systems[name].seconds / ours.seconds
            if size >= LARGE and faster < times:
                missed.append(f"{size} KB: {faster:.0f} times faster than {name}, at least {times} wanted")
    return missed


def table(scores: Sequence[Score]) -> str:
    """The scores as a table; ``ratio`` says how many times the seconds of our grounding a system takes."""
    lines = [
        f"{'KB':>4}  {'system':<21} {'CPU s':>9} {'ratio':>7} {'rounds':>6} {'found':>6} {'wrong':>6} {'refused':>8}"
    ]
    ours = {score.kilobytes: score.seconds for score in scores if score.system == "extractor"}
    for s in scores:
        lines.append(
            f"{s.kilobytes:>4}  {s.system:<21} {s.seconds:>9.4f} {s.seconds / ours[s.kilobytes]:>7.1f} {s.rounds:>6}"
            f" {s.found:>3}/{QUOTES} {s.wrong:>6} {s.refused:>5}/{INVENTED}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and say by the exit code whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 50, 500], metavar="KB")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; langextract's accurate setting has one")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    options = parser.parse_args()
    try:
        version = importlib.metadata.version("langextract")
    except importlib.metadata.PackageNotFoundError:
        print("langextract is not installed: pip install commentary-extractor[bench]", file=sys.stderr)
        return 2
    systems = [
        ("extractor", ground, options.rounds),
        ("langextract", langextract_aligner(accept_match_lesser=True), options.rounds),
        ("langextract accurate", langextract_aligner(accept_match_lesser=False), 1),
    ]
    scores = []
    for size in options.sizes:
        prose = Prose(SEED + size)
        text = prose.text(size * 1_000)
        quotes = prose.quotes(text, QUOTES)
        invented = [quote.text for quote in prose.quotes(prose.text(LEAST_TEXT), INVENTED)]
        scores += [measure(name, system, text, quotes, invented, rounds) for name, system, rounds in systems]
    missed = missed_bars(scores)
    if options.json:
        print(json.dumps({"langextract": version, "scores": [asdict(score) for score in scores], "missed": missed}))
    else:
        print(f"langextract {version}; its accurate setting is measured in one round", table(scores), *missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
