"""extractor evaluate"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.errors import InputError, OutputError

from .options import OutputFlags, SettingFlags
from .output import check_place, chosen_format, progress, say, write, write_sections

if TYPE_CHECKING:
    from extractor.core import Extractor
    from extractor.evaluation import GoldArticle, Named, Report
    from extractor.schemas import Extraction

WHICH = "Which articles"
MORE = "More output"


def _which(help_text: str, /, **kwargs: Any) -> Any:
    return typer.Option(help=help_text, rich_help_panel=WHICH, **kwargs)


def _more(help_text: str, /, **kwargs: Any) -> Any:
    return typer.Option(help=help_text, rich_help_panel=MORE, **kwargs)


def _errors_file(path: Path | None) -> Path | None:
    """The file for the errors; a bare 'html' asks for the page, not for a file of that name."""
    return Path("errors.html") if path == Path("html") else path


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFlags:
    """What is evaluated, and beside what."""

    results: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Evaluate finished results instead of running --model: a folder or a file, JSON or one JSON a line."
            " Results of 'extractor extract', gold of another annotator, or lists of attributions.",
        ),
    ] = None
    against: Annotated[
        str | None,
        typer.Option(metavar="PATH|builtin", help="Compare with these results, or with a run of the built-in engine."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionFlags:
    """Which articles of the gold are evaluated."""

    articles: Annotated[Path | None, _which("Only these: a file with one name a line.", metavar="FILE")] = None
    sample: Annotated[int | None, _which("Only so many, drawn at random.", min=1)] = None
    seed: Annotated[int, _which("Seed of the drawing.")] = 1
    skip: Annotated[int, _which("Leave out the first so many of them.", min=0)] = 0

    def read(self, gold: Path, /) -> list[GoldArticle]:
        """The chosen articles of the gold. Raises InputError."""
        from extractor.evaluation import gold_names, read_gold, read_names, sampled

        names = read_names(self.articles) if self.articles else gold_names(gold)
        return read_gold(gold, sampled(names, self.sample, seed=self.seed, skip=self.skip))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFlags:
    """What is reported besides the figures."""

    bootstrap: Annotated[int, _more("Resamples for the intervals; 0: none.", min=0, max=100_000)] = 1000
    per_article: Annotated[bool, _more("Add the figures of each article.")] = False
    errors: Annotated[
        Path | None,
        _more(
            "Show what was found, missed and wrong: as Markdown, or as a page with gold beside prediction when FILE"
            " ends in .html ('html' alone: errors.html).",
            metavar="FILE",
            callback=_errors_file,
        ),
    ] = None
    save: Annotated[
        Path | None, _more("Keep the results of the run, one JSON a line, for --results.", metavar="FILE")
    ] = None
    save_attributions: Annotated[
        Path | None, _more("Keep the attributions that were scored, one article a line.", metavar="FILE")
    ] = None


def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD",
            help="A PolNeAR folder, a folder of NAME.txt with NAME.json (docs/annotation.md), or one such file.",
        ),
    ],
    what: SystemFlags,
    chosen: SettingFlags,
    which: SelectionFlags,
    out: OutputFlags,
    more: ReportFlags,
) -> None:
    """Measure a system against gold: attributions, and on gold of our own also positions and predictions.

    Example: extractor evaluate gold/ --model openai:NAME --save results.jsonl --errors errors.html

    Prints the figures on the standard output, as tables on a terminal and as JSON in a pipe; progress and notes go to
    the standard error. Only articles with a result are counted.
    """
    _check(gold, what, chosen, which, out, more)
    from extractor.evaluation import evaluate as evaluated

    articles = which.read(gold)
    _warn_of_dates(articles, out)
    named = _system(what.results, chosen, articles, out, more.save)
    other = _other(what.against, articles, out)
    report = evaluated(
        str(gold), articles, named, against=other, resamples=more.bootstrap, per_article=more.per_article
    )
    _write(report, articles, named, out, more)
    if report.without_result and not out.quiet:
        say(f"warning: {len(report.without_result)} of {len(articles)} articles have no result and are not counted")
    if named.system.failed:
        raise typer.Exit(1)


def _write(report: Report, articles: list[GoldArticle], named: Named, out: OutputFlags, more: ReportFlags) -> None:
    """Write the figures, and into their files what else is asked for."""
    from extractor.evaluation.presenting import as_json, sections
    from extractor.evaluation.systems import attribution_lines

    if chosen_format(out) == "json":
        write(as_json(report), out.output)
    else:
        write_sections(sections(report), out)
    if more.errors:
        write(_errors(report, articles, named, more.errors), more.errors)
    if more.save_attributions:
        write(attribution_lines(articles, named.system.found), more.save_attributions)


def _errors(report: Report, articles: list[GoldArticle], named: Named, path: Path) -> str:
    """The errors as the file is called: HTML, else Markdown."""
    if path.suffix.lower() in (".html", ".htm"):
        from extractor.evaluation.error_files import error_file

        return error_file(report, articles, named.system.found)
    from extractor.evaluation.error_pages import error_page

    return error_page(articles, named.system.found)


def _warn_of_dates(articles: list[GoldArticle], out: OutputFlags) -> None:
    """Tell of gold whose horizons have dates, while nothing tells the day that an engine counts from."""
    bare = [gold.name for gold in articles if gold.article.published is None and gold.record and gold.record.dated]
    if bare and not out.quiet:
        where = f"{bare[0]!r} and {len(bare) - 1} others" if len(bare) > 1 else repr(bare[0])
        say(f"warning: the gold of {where} has horizons with dates, but no date of publication: give article.published")


def _check(
    gold: Path, what: SystemFlags, chosen: SettingFlags, which: SelectionFlags, out: OutputFlags, more: ReportFlags
) -> None:
    """Find out before any work is done whether the flags go together and the files can be written."""
    if what.results and chosen.model:
        raise InputError("give either --results or --model: results are finished, a model is run")
    if what.results and more.save:
        raise InputError("--save keeps the results of a run: leave it out, the results of --results are kept already")
    flags = {"--output": out.output, "--errors": more.errors, "--save": more.save}
    files = {name: path for name, path in {**flags, "--save-attributions": more.save_attributions}.items() if path}
    for name, path in files.items():
        try:
            check_place(path, gold, what.results, what.against, which.articles)
        except (InputError, OutputError) as error:
            raise type(error)(str(error).replace("--output", name, 1)) from error
        if name != "--output" and path == Path("-"):
            raise InputError(f"{name} -: only --output goes to the standard output; name a file")
        if path.resolve() in [other.resolve() for another, other in files.items() if another != name]:
            raise InputError(f"{name} {str(path)!r} is written by another flag too; name another file")
    chosen_format(out)


def _system(
    results: Path | None, chosen: SettingFlags, articles: list[GoldArticle], out: OutputFlags, save: Path | None
) -> Named:
    """The system to evaluate: finished results, or a run of the chosen model."""
    from extractor.evaluation import Named, read_results

    if results:
        return Named(str(results), read_results(results, articles))
    from extractor.core import Extractor

    settings = chosen.load()
    with Extractor(settings=settings) as extractor, _kept(save) as keep:
        return _run(settings.model, extractor, articles, out, keep)


def _other(against: str | None, articles: list[GoldArticle], out: OutputFlags) -> Named | None:
    """The system to compare with."""
    from extractor.evaluation import Named, read_results

    if against is None:
        return None
    if against == "builtin":
        from extractor.core import Extractor

        with Extractor("builtin") as extractor:
            return _run(against, extractor, articles, out, lambda _: None)
    return Named(against, read_results(Path(against), articles))


def _run(
    label: str,
    extractor: Extractor,
    articles: list[GoldArticle],
    out: OutputFlags,
    keep: Callable[[Extraction], None],
) -> Named:
    """A run of an engine; articles on which it failed are told on the standard error."""
    from extractor.evaluation import Named, run

    with progress(f"extracting {len(articles)} articles with {label}", out):
        system = run(extractor, articles, keep)
    for name, error in system.failed.items():
        say(f"article {name!r} failed: {error}")
    return Named(label, system)


@contextmanager
def _kept(path: Path | None) -> Iterator[Callable[[Extraction], None]]:
    """Write each result to a file as soon as it is there, so that an interruption loses nothing."""
    if path is None:
        yield lambda _: None
        return
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:

            def keep(extraction: Extraction) -> None:
                file.write(extraction.model_dump_json() + "\n")
                file.flush()

            yield keep
    except OSError as error:
        raise OutputError(f"cannot write {str(path)!r}: {error.strerror or error}; choose another file") from error
