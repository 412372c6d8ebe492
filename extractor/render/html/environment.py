"""The environment of the templates: everything escaped, nothing undefined passed over."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

_HERE: Final = Path(__file__).parent
TEMPLATES: Final = _HERE / "templates"
STATIC: Final = _HERE / "static"
"""The folder of style sheets and scripts, for a service to give out under a path of its own."""
STYLES: Final = ("style.css", "components.css", "forms.css", "article.css", "cards.css", "charts.css", "media.css")
"""The style sheets of every page, in the order in which they count."""
_NO_TEXT: Final = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
"""Characters that no HTML document can hold, and what stands for them: as many characters as before."""


def environment(*more: Path) -> Environment:
    """The environment of our templates, and of those in ``more`` folders, which are looked at first.

    Beside values, the templates have ``styles``, the names of `STYLES`, ``asset(name)``, the content of a file of
    `STATIC`, ``version(name)``, a mark that changes with it, and the filter ``exact``.
    """
    made = Environment(
        loader=FileSystemLoader([*more, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=asset, version=version, styles=STYLES)
    made.filters["exact"] = exact
    return made


def exact(text: str, /) -> Markup:
    """``text`` escaped so that a browser holds every character of it: a parser would change carriage returns."""
    return Markup(str(escape(text.translate(_NO_TEXT))).replace("\r", "&#13;"))  # noqa: S704 - escaped before


@cache
def asset(name: str, /) -> Markup:
    """The content of a style sheet or script of ours, to stand between tags."""
    return Markup((STATIC / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours


@cache
def version(name: str, /) -> str:
    """A mark of the content of a file of `STATIC`, for addresses that are kept for long."""
    return sha256(asset(name).encode()).hexdigest()[:12]
