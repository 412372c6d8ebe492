"""Output: whole files or none, UTF-8 everywhere, results on one stream and all else on the other."""

from __future__ import annotations

import errno
import json
import os
import pty
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli_run import COMMAND, TEXT, run, spawn
from stored_articles import fill

from extractor.cli.options import FormatFlags
from extractor.cli.output import check_output, write
from extractor.errors import InputError, OutputError


def fail_to_sync(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the disk fail at the last moment."""

    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)


@pytest.mark.parametrize(
    ("error", "raised"),
    [(OSError(errno.ENOSPC, "No space left on device"), OutputError), (KeyboardInterrupt(), KeyboardInterrupt)],
    ids=["full disk", "Ctrl-C"],
)
def test_a_write_that_fails_leaves_the_old_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: BaseException, raised: type[BaseException]
) -> None:
    """The file keeps its content, and nothing else is left in the folder."""
    (tmp_path / "out.json").write_text("old", encoding="utf-8")
    fail_to_sync(monkeypatch, error)
    with pytest.raises(raised):
        write("new", tmp_path / "out.json")
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == "old"


def test_a_full_disk_is_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file and what to do."""
    fail_to_sync(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    done = run("schema", "summary", "--output", "out.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "extractor: cannot write 'out.json': No space left on device; choose another file\n"


def test_a_new_file_has_the_rights_of_any_other(tmp_path: Path) -> None:
    """The umask counts, and a file that is replaced keeps its rights."""
    (tmp_path / "other").touch()
    write("x", tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write("y", tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is written."""
    (tmp_path / "target").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("target")
    write("new", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Pipes and devices such as /dev/null stay what they are."""
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write("text\n", tmp_path / "pipe")
    assert os.read(reader, 100) == b"text\n"
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_that_must_not_be_written_is_found_before_any_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No call is paid for a result that cannot be stored."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="permission denied"):
        check_output(FormatFlags(output=tmp_path / "out.json"))


def test_the_input_is_not_overwritten_under_another_name(tmp_path: Path) -> None:
    """A link to the article is the article."""
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    (tmp_path / "b.txt").hardlink_to(tmp_path / "a.txt")
    with pytest.raises(InputError, match="is the input"):
        check_output(FormatFlags(output=tmp_path / "b.txt"), str(tmp_path / "a.txt"))
    check_output(FormatFlags(output=tmp_path / "c.json"), str(tmp_path / "a.txt"))


@pytest.mark.parametrize(
    ("args", "begin"),
    [
        (["-o", "x.json"], "{"),
        (["-o", "x.md"], "## prompts"),
        (["-o", "x.MD"], "## prompts"),
        (["-o", "x"], "{"),
        (["-o", "x.xlsx", "-f", "json"], "{"),
        (["-o", "x.json", "-f", "markdown"], "## prompts"),
        (["-o", "x.md", "-f", "table"], "prompts"),
    ],
    ids=" ".join,
)
def test_the_format_is_asked_for_or_that_of_the_file(args: list[str], begin: str) -> None:
    """--format comes first, then the ending of the file, then JSON; the standard output stays empty."""
    done = run("prompts", "list", *args)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    text = Path(args[1]).read_text(encoding="utf-8")
    assert text.startswith(begin) and text.endswith("\n")


@pytest.mark.parametrize(
    ("args", "known"),
    [
        (["prompts", "list"], ".json, .md;"),
        (["extract", "a.txt"], ".json, .md;"),
        (["doctor", "--no-call"], ".json, .md;"),
        (["claims", "list", "--db", "new.db"], ".json, .csv, .md;"),
        (["export", "--db", "new.db"], ".jsonl, .ndjson, .jsonld, .json;"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_an_ending_that_names_no_format_is_told(args: list[str], known: str) -> None:
    """Nobody gets JSON in a file that is called after something else, unless --format asks for it."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    done = run(*args, "-o", "out.xlsx")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'out.xlsx'" in done.stderr and known in done.stderr and "--format" in done.stderr
    assert not Path("out.xlsx").exists()


def test_a_dash_is_the_standard_output() -> None:
    """--output - prints, and makes no file of that name."""
    done = run("prompts", "list", "--output", "-")
    assert json.loads(done.stdout)["prompts"]
    assert not Path("-").exists()


def test_a_pipe_gets_json_and_a_terminal_a_table() -> None:
    """Without --format it depends on who reads."""
    assert spawn("prompts", "list").stdout.startswith(b"{")
    shown = on_terminal("stdout", "prompts", "list")
    assert "prompts" in shown and "{" not in shown and "─" in shown


def test_progress_is_shown_on_a_terminal_only() -> None:
    """A spinner turns on the standard error of a terminal; a pipe and --quiet get nothing."""
    assert "checking" in on_terminal("stderr", "doctor", "--no-call")
    assert spawn("doctor", "--no-call", env={"FORCE_COLOR": "1"}).stderr == b""
    assert on_terminal("stderr", "doctor", "--no-call", "--quiet") == ""


def test_an_ascii_terminal_is_no_obstacle() -> None:
    """Output is UTF-8 whatever the locale says."""
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = spawn("prompts", "list", "--format", "table", env=ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "─" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("args", [["schema", "extraction"], ["prompts", "show", "reask"]], ids=["long", "short"])
def test_a_reader_that_leaves_is_no_error(args: list[str]) -> None:
    """A closed pipe ends the command without a word, as a success: whoever reads no further has what they wanted."""
    assert _to_nobody(*args, both=False) == (0, b"")


@pytest.mark.parametrize("both", [False, True], ids=["output", "both streams"])
def test_a_reader_may_leave_a_long_export(tmp_path: Path, both: bool) -> None:
    """The exit code is 0, without a word and without the rest, whichever streams the pipe takes."""
    db = fill(str(tmp_path / "claims.db"))
    assert _to_nobody("export", "--db", db, both=both) == (0, None if both else b"")


@pytest.mark.parametrize("both", [False, True], ids=["output", "both streams"])
def test_what_nobody_reads_is_stored_all_the_same(both: bool) -> None:
    """A reader that leaves stops the printing, not the work."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    code, _ = _to_nobody("extract", "a.txt", "--db", "claims.db", both=both)
    assert (code, run("db", "check", "--db", "claims.db").exit_code) == (0, 0)
    assert len(json.loads(run("runs", "list", "--db", "claims.db").stdout)) == 1


def _to_nobody(*args: str, both: bool) -> tuple[int, bytes | None]:
    """Exit code and standard error of a command whose standard output, or both, is a pipe that nobody reads."""
    read, written = os.pipe()
    os.close(read)
    done = spawn(*args, capture_output=False, stdout=written, stderr=written if both else subprocess.PIPE)
    os.close(written)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("args", [["schema", "extraction"], ["prompts", "show", "reask"]], ids=["long", "short"])
def test_a_full_standard_output_is_told_once(args: list[str]) -> None:
    """What cannot be printed is one line and exit code 1."""
    with Path("/dev/full").open("wb") as full:
        done = spawn(*args, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == b"extractor: cannot write to the standard output: No space left on device\n"


def on_terminal(stream: str, *args: str) -> str:
    """What a command line writes to one stream when that is a terminal."""
    main, side = pty.openpty()
    streams: Any = {**dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL), stream: side}
    process = subprocess.Popen([*COMMAND, *args], env={**os.environ, "TERM": "xterm"}, **streams)
    os.close(side)
    shown = b""
    while chunk := _read(main):
        shown += chunk
    os.close(main)
    assert process.wait(timeout=60) == 0
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so when the other side is closed
        return b""
