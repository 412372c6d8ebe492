"""The errors of a system as one HTML file: gold beside prediction, opened from disk without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from extractor.render.html.environment import STYLES, environment
from extractor.render.html.report import policy

from .error_views import errors_view
from .reading import GoldArticle
from .reports import Report
from .systems import Found

_STYLES = (*STYLES, "errors.css")
_SCRIPTS = ("theme.js", "errors.js")


def error_file(report: Report, articles: Iterable[GoldArticle], found: Mapping[str, Found], /) -> str:
    """The figures of a report, then what was found, missed and wrong article by article, ending with a newline."""
    view = errors_view(report, articles, found)
    template = environment().get_template("errors.html")
    return template.render(view=view, policy=policy(_STYLES, _SCRIPTS)).strip() + "\n"
