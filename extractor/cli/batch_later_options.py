"""The options of 'extractor batch submit', 'status' and 'collect'."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .options import TUNING
from .store_options import legible

if TYPE_CHECKING:
    from extractor.batch.provider import Terms
    from extractor.settings import Settings


def _setting(help_text: str, **more: Any) -> Any:
    return typer.Option(help=help_text, rich_help_panel=TUNING, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterFlags:
    """What is printed, and how processes share the work."""

    form: Annotated[
        Literal["json", "table", "markdown"] | None,
        typer.Option("--format", "-f", help="By default a table on a terminal, JSON in a pipe.", show_default=False),
    ] = None
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No notes and warnings.")] = False
    lease: Annotated[
        float,
        typer.Option(
            min=1,
            metavar="SECONDS",
            help="After so long others take over what a dead process worked at.",
            rich_help_panel=TUNING,
        ),
    ] = 60.0

    def terms(self, **more: Any) -> Terms:
        """How batches are sent and collected."""
        from extractor.batch.provider import Terms

        return Terms(lease=self.lease, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFlags:
    """How much is sent at once, and how often."""

    part_requests: Annotated[int, _setting("Requests in a part, at most.", min=1, max=50_000, metavar="N")] = 50_000
    part_bytes: Annotated[int, _setting("Size of a part in bytes, at most.", min=1, max=200_000_000, metavar="N")] = (
        200_000_000
    )
    sendings: Annotated[
        int, _setting("Times that a request is sent before its article has failed.", min=1, max=20, metavar="N")
    ] = 3

    def terms(self, later: LaterFlags, /, **more: Any) -> Terms:
        """How batches are sent and collected."""
        from extractor.batch.provider import Limits

        limits = Limits(requests=self.part_requests, size=self.part_bytes)
        return later.terms(limits=limits, attempts=self.sendings, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFlags:
    """How the provider is reached; everything else is as it was submitted."""

    base_url: Annotated[
        str | None,
        _setting("Address that the batches were submitted to; also OPENAI_BASE_URL.", callback=legible),
    ] = None
    timeout: Annotated[float | None, _setting("Seconds that one call may take (120).")] = None
    retry_seconds: Annotated[float | None, _setting("Seconds after which a failing call is not tried again (600).")] = (
        None
    )
    prices: Annotated[
        Path | None, _setting("File with prices of models, which go before the built-in ones.", metavar="FILE")
    ] = None

    def load(self, **more: Any) -> Settings:
        """The effective settings, without those of a model. Raises ConfigurationError."""
        from extractor.settings import load_settings

        return load_settings(**self._given, **more)

    def settings_for(self, plan: Any, /) -> Settings:
        """The settings under which runs of a plan go on. Raises ConfigurationError."""
        from extractor.batch.provider import settings_for

        return settings_for(plan, **self._given)

    @property
    def _given(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
