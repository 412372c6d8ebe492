"""How fast the built-in engine finds attributions: tokens a second on one core, from text to linked attributions.

    OMP_NUM_THREADS=1 python benchmarks/tagger_speed.py DIR [ROUNDS]

``DIR`` holds texts (``*.txt``, or ``text/*.txt``). Tokens are words and punctuation marks. The clock is the
process's own time. Every round reads all texts one by one; the first one is told apart, since it also loads the weights
and looks up every word form for the first time. Finding the same tokens with a regular expression is timed beside it:
the ratio says more than the seconds do when another machine, or a busy one, is looked at.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from extractor.builtin.detection import detect

_TOKEN = re.compile(r"\w+|[^\w\s]")


def main(folder: Path, rounds: int, /) -> None:
    """Print the first round, the median of the others, the baseline and the ratio."""
    paths = sorted(folder.glob("*.txt")) or sorted((folder / "text").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8-sig") for path in paths]
    tokens = sum(len(_TOKEN.findall(text)) for text in texts)
    first = _seconds(detect, texts)
    found = statistics.median(_seconds(detect, texts) for _ in range(rounds))
    plain = statistics.median(_seconds(_TOKEN.findall, texts) for _ in range(rounds))
    print(f"{len(texts)} texts, {tokens} tokens")
    print(f"first round           {tokens / first:12,.0f} tokens/s")
    print(f"median of {rounds:2} rounds   {tokens / found:12,.0f} tokens/s")
    print(f"tokens by expression  {tokens / plain:12,.0f} tokens/s, {found / plain:.0f} times as fast")


def _seconds(work: Callable[[str], object], texts: list[str], /) -> float:
    began = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 9)
