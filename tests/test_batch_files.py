"""Results of a batch in a file."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_results import sample_article, sample_extraction, sample_summary

from extractor.batch.sinks import Sink
from extractor.batch.sinks.files import FileSink, errors_path
from extractor.errors import InputError, OutputError, RefusalError
from extractor.run_keys import digest, key_of
from extractor.schemas import Extraction, Summary
from extractor.store import Ending, FailedAttempt, Wanted

WRITER = Path(__file__).with_name("file_sink_writer.py")
PATH = Path("results.jsonl")
ERRORS = Path("results.errors.jsonl")


@pytest.fixture
def sink() -> Iterator[FileSink]:
    """A sink at a new file."""
    opened = FileSink(PATH)
    yield opened
    opened.close()


def ending(result: Extraction | Summary) -> Ending:
    """A run that ended with a result."""
    return Ending(key=key_of(result), result=result, read_from="a.txt")


def failure(name: str = "a.txt", *, read: bool = True) -> Ending:
    """A run that failed, before or after its article was read."""
    error = RefusalError(f"the model refused {name!r}")
    attempt = FailedAttempt(error=error, task="extract", engine="fake", article=sample_article() if read else None)
    return Ending(key=digest(name), result=attempt, read_from=name)


def lines(path: Path) -> list[dict[str, object]]:
    """The objects in a file of lines."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write(*results: Extraction | Summary) -> bytes:
    """Write results to the file; what then stands in it."""
    sink: Sink = FileSink(PATH)
    assert sink.finish([ending(result) for result in results]) == [None] * len(results)
    sink.close()
    return PATH.read_bytes()


def test_each_line_is_a_result_as_json_gives_it(sink: FileSink) -> None:
    """A line reads back as the extraction or summary that was written, line breaks and all in one line."""
    extraction, summary = sample_extraction("wet, \u2028 windy\nand “old”"), sample_summary()
    assert sink.finish([ending(extraction), ending(summary)]) == [None, None]
    first, second = PATH.read_bytes().removesuffix(b"\n").split(b"\n")
    assert Extraction.model_validate_json(first) == extraction
    assert Summary.model_validate_json(second) == summary
    assert "“old”".encode() in first
    assert not ERRORS.exists()


def test_what_is_in_the_file_is_done_for_the_next_process() -> None:
    """Keys are told from the lines; a run that is not there is the caller's."""
    extraction, summary = sample_extraction(), sample_summary()
    before = write(extraction, summary)
    sink = FileSink(PATH)
    keys = [key_of(extraction), key_of(summary), digest("other")]
    assert sink.claim([Wanted(key=key) for key in keys]) == ["done", "done", "mine"]
    assert sink.find_done(keys) == set(keys[:2])
    assert sink.finish([ending(extraction)]) == [None]
    sink.close()
    assert PATH.read_bytes() == before


def test_a_run_that_is_under_way_is_held(sink: FileSink) -> None:
    """The same article twice: the second waits, until the first is done or given up."""
    result = sample_extraction()
    wanted = Wanted(key=key_of(result))
    assert sink.claim([wanted, wanted]) == ["mine", "held"]
    sink.release([wanted.key])
    assert sink.claim([wanted]) == ["mine"]
    sink.release()
    assert sink.claim([wanted]) == ["mine"]
    sink.finish([ending(result)])
    assert sink.claim([wanted]) == ["done"]


def test_failures_are_told_in_a_file_beside(sink: FileSink) -> None:
    """Each line of it names the input, the article without its text, and the error."""
    assert sink.finish([failure("a.txt"), failure("b.csv:7", read=False)]) == [None, None]
    first, second = lines(ERRORS)
    assert first["input"] == "a.txt"
    assert first["error"] == "the model refused 'a.txt'"
    assert first["error_type"] == "RefusalError"
    assert str(first["at"]).endswith("Z")
    assert isinstance(first["article"], dict)
    assert first["article"]["published"] == "2026-03-17"
    assert "text" not in first["article"]
    assert second["article"] is None
    assert PATH.read_bytes() == b""


def test_a_failed_run_is_tried_again_by_a_rerun_only(sink: FileSink) -> None:
    """In the process where it failed it has failed; the next process makes it."""
    sink.finish([failure()])
    wanted = [Wanted(key=digest("a.txt"))]
    assert sink.claim(wanted) == ["failed"]
    sink.close()
    again = FileSink(PATH)
    assert again.claim(wanted) == ["mine"]
    again.finish([failure()])
    again.close()
    assert len(lines(ERRORS)) == 2


@pytest.mark.parametrize("cut", [1, 5, 30, 400, 5000])
def test_a_torn_last_line_is_cut_off(cut: int) -> None:
    """What a killed process left half-written goes; the lines before it stay."""
    whole, two = write(sample_extraction("one quay")), write(sample_extraction("two quays" * 300))
    PATH.write_bytes(two[: len(whole) + cut])
    sink = FileSink(PATH)
    assert PATH.read_bytes() == whole
    assert sink.claim([Wanted(key=key_of(sample_extraction("two quays" * 300)))]) == ["mine"]
    sink.close()


def test_a_line_whose_end_was_lost_is_a_result_all_the_same() -> None:
    """Only the line break is missing: it is put in, and nothing is cut."""
    whole = write(sample_extraction())
    PATH.write_bytes(whole[:-1])
    sink = FileSink(PATH)
    assert sink.find_done([key_of(sample_extraction())])
    sink.close()
    assert PATH.read_bytes() == whole


def test_zeros_at_the_end_are_cut_off() -> None:
    """A file system can leave them when the machine stops."""
    whole = write(sample_extraction())
    PATH.write_bytes(whole + b"\0" * 4096)
    FileSink(PATH).close()
    assert PATH.read_bytes() == whole


@pytest.mark.parametrize(
    "other",
    [
        b"Notes that somebody wrote",
        b"Notes\n",
        b'{"text": "an article"}\n',
        b'{"schema_version":"1","article":{"id":"x"}}\n',
        b'{"schema_version":"2"}\n',
        b"\n\n",
        b"\x00\x01",
        b"[" * 100_000,
    ],
)
def test_a_file_of_something_else_is_refused_unchanged(other: bytes) -> None:
    """Whatever stands there before or between our lines, it stays, and the exit code is 2."""
    ours = write(sample_extraction())
    for content in (other, ours + other if other.endswith(b"}\n") else other, other + ours):
        PATH.write_bytes(content)
        with pytest.raises(InputError, match="holds something else") as caught:
            FileSink(PATH)
        assert caught.value.exit_code == 2
        assert PATH.read_bytes() == content


def test_a_foreign_end_is_not_cut_off() -> None:
    """A last line without a line break that does not begin as ours do is somebody's."""
    content = write(sample_extraction()) + b"my notes"
    PATH.write_bytes(content)
    with pytest.raises(InputError, match="line 2"):
        FileSink(PATH)
    assert PATH.read_bytes() == content


def test_the_file_of_failures_is_mended_and_checked_too() -> None:
    """A torn line is cut off; something else is refused, and the results are not locked then."""
    sink = FileSink(PATH)
    sink.finish([failure()])
    sink.close()
    whole = ERRORS.read_bytes()
    ERRORS.write_bytes(whole + whole[:40])
    FileSink(PATH).close()
    assert ERRORS.read_bytes() == whole
    ERRORS.write_bytes(b"notes\n")
    with pytest.raises(InputError, match=r"results\.errors\.jsonl"):
        FileSink(PATH)
    ERRORS.unlink()
    FileSink(PATH).close()


def test_a_second_process_is_refused(sink: FileSink) -> None:
    """The file is locked as long as it is open."""
    with pytest.raises(OutputError, match=r"written by another process.*--db"):
        FileSink(PATH)
    sink.close()
    sink.close()
    FileSink(PATH).close()


def test_another_program_that_is_killed_gives_up_its_lock() -> None:
    """The lock goes with the process."""
    with PATH.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another process"):
            FileSink(PATH)
    FileSink(PATH).close()


def fill_disk(monkeypatch: pytest.MonkeyPatch, room: int, fault: int = errno.ENOSPC) -> None:
    """Let only so many bytes more be written, from now on."""
    write_really, left = os.write, [room]

    def full(file: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(fault, os.strerror(fault))
        written = write_really(file, bytes(data[: left[0]]))
        left[0] -= written
        return written

    monkeypatch.setattr(os, "write", full)


def test_a_full_disk_leaves_whole_lines(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """The half-written line is cut off again, the one before it is kept, and a second call writes none twice."""
    first, second = ending(sample_extraction("one")), ending(sample_extraction("two"))
    with monkeypatch.context() as patched:
        fill_disk(patched, room=len(sample_extraction("one").model_dump_json()) + 100)
        with pytest.raises(OutputError, match="the disk is full; make room"):
            sink.finish([first, second, ending(sample_extraction("three"))])
        assert [line["article"]["title"] for line in lines(PATH)] == ["one"]  # type: ignore[index]
    assert sink.finish([first, second]) == [None, None]
    assert [line["article"]["title"] for line in lines(PATH)] == ["one", "two"]  # type: ignore[index]


def test_lines_that_do_not_reach_the_disk_are_taken_back(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the system cannot tell that they are there, they are not, and are written again."""

    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(OutputError, match="Input/output error"):
            sink.finish([ending(sample_extraction())])
    assert PATH.read_bytes() == b""
    assert sink.find_done([key_of(sample_extraction())]) == set()
    sink.finish([ending(sample_extraction())])
    assert len(lines(PATH)) == 1


def test_results_in_a_group_reach_the_disk_together(sink: FileSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call of the system for a whole group."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    sink.finish([ending(sample_extraction(f"{number} quays")) for number in range(20)])
    assert len(synced) == 1


def test_a_result_that_is_no_unicode_stops_no_other(sink: FileSink) -> None:
    """Half of a surrogate pair has no bytes: the result is refused, its neighbours are written."""
    broken = sample_extraction(rejected=(*sample_extraction().rejected,))
    broken = broken.model_copy(update={"provenance": broken.provenance.model_copy(update={"warnings": ("\ud800",)})})
    found = sink.finish([ending(sample_extraction("one")), Ending(key=digest("x"), result=broken), failure("\udcff")])
    assert isinstance(found[1], InputError)
    assert found[0] is found[2] is None
    assert len(lines(PATH)) == len(lines(ERRORS)) == 1


@pytest.mark.parametrize(
    ("path", "error", "told"),
    [
        ("missing/results.jsonl", InputError, "the folder 'missing' does not exist; make it first"),
        ("results.json", InputError, "ends with .jsonl"),
        ("-", InputError, "ends with .jsonl"),
        ("folder.jsonl", InputError, "is a folder"),
        ("loop.jsonl", InputError, "choose another file"),
        ("pipe.jsonl", InputError, "a device or a pipe"),
        ("x" * 300 + ".jsonl", InputError, "choose another file"),
        ("nul\0.jsonl", InputError, "choose another file"),
    ],
)
def test_places_that_cannot_be_written_are_told(path: str, error: type[Exception], told: str) -> None:
    """Before any work is done, and nothing is made."""
    Path("folder.jsonl").mkdir()
    Path("loop.jsonl").symlink_to("loop.jsonl")
    os.mkfifo("pipe.jsonl")
    with pytest.raises(error, match=told):
        FileSink(Path(path))
    assert sorted(each.name for each in Path().iterdir() if each.suffix == ".jsonl") == [
        "folder.jsonl",
        "loop.jsonl",
        "pipe.jsonl",
    ]


def test_a_file_that_must_not_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions count, as the system tells them."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="permission denied"):
        FileSink(PATH)


def test_the_name_of_the_file_of_failures() -> None:
    """It stands beside the results and is called after them."""
    assert errors_path(Path("a/results.jsonl")) == Path("a/results.errors.jsonl")
    assert errors_path(Path("a/b.c.ndjson")) == Path("a/b.c.errors.ndjson")


def run_and_kill(begin: int, seconds: float) -> int:
    """Let a process write, kill it after some time; the last number that it said, or -1."""
    command = [sys.executable, str(WRITER), str(PATH), str(begin)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split("\n")[:-1]
    assert process.returncode == -signal.SIGKILL
    return int(said[-1]) if said else -1


def test_kills_lose_nothing_that_was_told_and_leave_no_half_line() -> None:
    """Five times in the middle of writing: each result that was told is there, once, and a rerun goes on."""
    chance, told, most = random.Random(6), -1, 0
    for _ in range(5):
        told = max(told, run_and_kill(0, chance.uniform(0.05, 0.4)))
        sink = FileSink(PATH)
        sink.close()
        numbers = [str(line["article"]["title"]).split()[3] for line in lines(PATH)]  # type: ignore[index]
        assert len(numbers) == len(set(numbers)) >= max(told + 1, most)
        assert sorted(map(int, numbers)) == list(range(len(numbers)))
        most = len(numbers)
    assert told >= 5
