"""A result as one HTML file: style and script stand in it, it asks nothing of any network and opens from disk."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from .environment import STYLES, asset, environment
from .view import article_view

if TYPE_CHECKING:
    from jinja2 import Template

    from extractor.schemas import Extraction, Summary

_SCRIPTS: Final = ("theme.js", "article.js")


def render_report(result: Extraction | Summary, /, *, summary: Summary | None = None) -> str:
    """The file for a result, ending with a newline; ``summary`` stands on top of an extraction.

    Raises InputError when the summary is of another article.
    """
    view = article_view(result, summary=summary)
    return _template().render(view=view, policy=policy()).strip() + "\n"


def policy(styles: Iterable[str] = STYLES, scripts: Iterable[str] = _SCRIPTS, /) -> str:
    """The Content-Security-Policy of a file: nothing is loaded, and only our own styles and scripts count, by name."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hashes(styles)}",
            f"script-src {_hashes(scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hashes(names: Iterable[str]) -> str:
    digests = (sha256(asset(name).encode()).digest() for name in names)
    return " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)


@cache
def _template() -> Template:
    return environment().get_template("report.html")
