"""Options that commands share, in groups: a command takes a group as one parameter."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.render import Format, ResultFormat

if TYPE_CHECKING:
    from extractor.schemas import Article
    from extractor.settings import Settings

ABOUT = "About the article, in place of what is inferred ('': there is none)"
TUNING = "Settings (each also as EXTRACTOR_NAME, in the environment or in .env)"


def _text(value: str | None) -> str | None:
    """A word of the command line, which must be text that can be stored."""
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("is not valid UTF-8") from None
    return value


def _about(help_text: str, /, **kwargs: Any) -> Any:
    return typer.Option(help=help_text, rich_help_panel=ABOUT, **kwargs)


def _setting(*names: str, help_text: str, **kwargs: Any) -> Any:
    return typer.Option(*names, help=help_text, rich_help_panel=TUNING, **kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFlags:
    """What is known about the article, in place of what would be inferred; an empty word says that there is none."""

    published: Annotated[
        str | None,
        _about("Date of publication, YYYY-MM-DD: deadlines are computed from it.", callback=_text, metavar="DATE"),
    ] = None
    title: Annotated[str | None, _about("Title.", callback=_text)] = None
    author: Annotated[str | None, _about("Author.", callback=_text)] = None
    url: Annotated[str | None, _about("Address to record.", callback=_text)] = None
    language: Annotated[str | None, _about("ISO 639-1 code, such as en.", callback=_text)] = None

    @property
    def any_given(self) -> bool:
        """True when one of them is given."""
        return any(getattr(self, field.name) is not None for field in fields(self))

    def read(self, source: str, settings: Settings, /) -> Article:
        """The article of a file, a URL, or for ``-`` of the standard input. Raises InputError."""
        from extractor.articles import read_article

        return read_article(
            source,
            published=self.published,
            title=self.title,
            author=self.author,
            url=self.url,
            language=self.language,
            max_chars=settings.max_chars,
            allow_private=settings.allow_private_urls,
            timeout=min(settings.timeout, 30.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFlags:
    """The settings. There is no flag for the API key: other users see command lines, and shells keep them."""

    model: Annotated[
        str | None,
        typer.Option(
            help="builtin (the default), openai:NAME, ollama:NAME, PROVIDER:NAME, or a bare NAME with --base-url. The"
            " key is taken from EXTRACTOR_API_KEY: process lists and shell histories would show a flag.",
            show_default=False,
            callback=_text,
        ),
    ] = None
    base_url: Annotated[
        str | None, _setting(help_text="Address of an OpenAI-compatible server; also OPENAI_BASE_URL.", callback=_text)
    ] = None
    audit: Annotated[
        bool | None,
        _setting(
            "--audit/--no-audit",
            help_text="In an extraction ask the model once more about attributions that its draft left out (yes).",
        ),
    ] = None
    chunk_size: Annotated[int | None, _setting(help_text="Characters of text sent at once (20,000).")] = None
    attempts: Annotated[int | None, _setting(help_text="Times that a model may answer until the checks pass (3).")] = (
        None
    )
    timeout: Annotated[float | None, _setting(help_text="Seconds that one call may take (120).")] = None
    retry_seconds: Annotated[
        float | None, _setting(help_text="Seconds after which a failing call is not tried again (600).")
    ] = None
    temperature: Annotated[float | None, _setting(help_text="Sampling temperature (the model's own).")] = None
    concurrency: Annotated[int | None, _setting(help_text="Calls under way at once (8).")] = None
    requests_per_minute: Annotated[
        float | None, _setting(help_text="Calls a minute in a batch, where a provider tells no limit or a higher one.")
    ] = None
    tokens_per_minute: Annotated[
        float | None, _setting(help_text="Tokens a minute in a batch, input and output together.")
    ] = None
    max_pause: Annotated[
        float | None, _setting(help_text="Seconds for which a batch waits for a provider that is down (3,600).")
    ] = None
    prices: Annotated[
        Path | None, _setting(help_text="File of prices that go before the built-in ones.", metavar="FILE")
    ] = None
    max_chars: Annotated[int | None, _setting(help_text="Longest article accepted, in characters (2,000,000).")] = None
    allow_private_urls: Annotated[
        bool | None,
        _setting(
            "--allow-private-urls/--no-allow-private-urls",
            help_text="Fetch from addresses of private networks too (no).",
        ),
    ] = None
    prompts: Annotated[
        Path | None, _setting(help_text="Folder whose templates replace the built-in ones.", metavar="DIR")
    ] = None
    cache: Annotated[
        bool | None,
        _setting(
            "--cache/--no-cache",
            help_text="With a database keep a model's answers there, and ask for none that is kept (yes).",
        ),
    ] = None
    cache_size: Annotated[int | None, _setting(help_text="Megabytes of answers to keep (1,000).")] = None
    tracing: Annotated[
        bool | None,
        _setting("--tracing/--no-tracing", help_text="Let LangSmith record the calls: it gets the articles (no)."),
    ] = None

    def load(self, **more: Any) -> Settings:
        """The effective settings. Raises ConfigurationError."""
        from extractor.settings import load_settings

        return load_settings(**{field.name: getattr(self, field.name) for field in fields(self)}, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFlags:
    """The database."""

    db: Annotated[
        str | None,
        typer.Option(
            "--db",
            metavar="PATH|URL",
            help="Database: a file (SQLite) or postgresql://USER@HOST/NAME; also EXTRACTOR_DB, the place for an address"
            " with a password: process lists and shell histories would show a flag.",
            show_default=False,
            callback=_text,
        ),
    ] = None


def _form(*, more: str = "") -> Any:
    told = "By default as FILE is called; else a table on a terminal, JSON in a pipe."
    return typer.Option("--format", "-f", help=f"{told}{more}", show_default=False)


def _output(endings: str) -> Any:
    told = f"Write to FILE ({endings}) instead of the standard output (-); FILE appears when it is complete."
    return typer.Option("--output", "-o", metavar="FILE", help=told)


_QUIET = typer.Option("--quiet", "-q", help="No progress, notes and warnings.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatFlags:
    """How and where records are printed."""

    form: Annotated[Format | None, _form()] = None
    output: Annotated[Path | None, _output(".json or .md")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFlags(FormatFlags):
    """How, where, and with how much ado records are printed."""

    quiet: Annotated[bool, _QUIET] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFlags:
    """How, where, and with how much ado an extraction or a summary is printed."""

    form: Annotated[
        ResultFormat | None,
        _form(more=" html is one page that shows the article with what was found in it; it opens without network."),
    ] = None
    output: Annotated[Path | None, _output(".json, .md or .html")] = None
    quiet: Annotated[bool, _QUIET] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFlags:
    """What applies to every run of an engine."""

    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the exact messages and an estimate of their tokens; call no model.")
    ] = False
    strict: Annotated[
        bool | None,
        typer.Option(
            "--strict/--no-strict", help="Exit with 3 when an item was rejected; the result is written all the same."
        ),
    ] = None
