"""A process that writes results to a file until it is killed: python file_sink_writer.py PATH BEGIN."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from sample_results import sample_extraction

from extractor.batch.sinks.files import FileSink
from extractor.run_keys import key_of
from extractor.store import Ending, Wanted


def say(line: str) -> None:
    """A line for the test, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Open the file, say "ready", then for each result claim it, write it, and say its number."""
    sink = FileSink(Path(sys.argv[1]))
    say("ready")
    for number in count(int(sys.argv[2])):
        result = sample_extraction(f"the quay is {number} metres long " + "and longer " * 2000)
        key = key_of(result)
        if sink.claim([Wanted(key=key)]) == ["mine"]:
            sink.finish([Ending(key=key, result=result)])
        say(str(number))


if __name__ == "__main__":
    main()
