"""What a model's output is spent on, from finished extractions: users pay for output.

    python benchmarks/output_size.py RESULTS...        # folders of Extraction JSON, or files with one a line

Prints for each the output in characters per accepted claim (four to a token, as the server counted them; re-asks and
audits included), the share of it that is quoted content, and the share that would be saved if every quoted part of more
than 14 words were given by its first and last five words.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from extractor import Extraction

CHARACTERS = 4  # of a token
KEPT = 5  # words at either end of a shortened quotation
LONGEST = 14  # words of a quotation that stays whole


def main(paths: list[str], /) -> None:
    """Print one row for each argument."""
    print(f"{'results':<28}{'claims':>8}{'characters a claim':>20}{'content %':>12}{'would save %':>14}")
    for path in map(Path, paths):
        found = list(load(path))
        claims = [claim for result in found for claim in result.claims]
        output = CHARACTERS * sum(result.provenance.usage.output_tokens for result in found)
        quoted = [span.text for claim in claims for span in claim.content]
        share, saved = sum(map(len, quoted)), sum(len(text) - len(shortened(text)) for text in quoted)
        print(
            f"{path.name:<28}{len(claims):>8}{output / len(claims):>20.0f}{100 * share / output:>12.1f}"
            f"{100 * saved / output:>14.1f}"
        )


def load(path: Path, /) -> Iterator[Extraction]:
    """The extractions of a folder or a file."""
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield Extraction.model_validate_json(line)


def shortened(text: str, /) -> str:
    """The first and last words of a long quotation."""
    words = text.split()
    return text if len(words) <= LONGEST else " ".join([*words[:KEPT], "…", *words[-KEPT:]])


if __name__ == "__main__":
    main(sys.argv[1:])
