"""The routes of an app as templates: what a path is called, and which methods it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

if TYPE_CHECKING:
    from fastapi.routing import RouteContext

UNKNOWN = "unknown"
"""What paths are called that no route has."""


class Routes:
    """The routes of an app."""

    def __init__(self, app: FastAPI, /) -> None:
        self._app = app
        self._found: list[RouteContext] | None = None

    def template(self, scope: Mapping[str, Any], /) -> str:
        """The template of the route for a request, such as ``/v1/jobs/{job_id}``: never what a client made up."""
        matching = self._matching(scope)
        return next(
            (one.path_format for one in matching if one.path_format and _takes(one, scope["method"])), None
        ) or (next((one.path_format for one in matching if one.path_format), UNKNOWN))

    def methods(self, scope: Mapping[str, Any], /) -> list[str]:
        """The methods that the path of a request knows, of all routes together."""
        found = {method for one in self._matching(scope) for method in one.methods or ()}
        return sorted(found | ({"HEAD"} if "GET" in found else set()))

    def _matching(self, scope: Mapping[str, Any], /) -> list[RouteContext]:
        if self._found is None:
            self._found = [one for one in iter_route_contexts(self._app.routes) if hasattr(one, "path_regex")]
        return [one for one in self._found if one.path_regex.match(scope["path"])]


def _takes(route: RouteContext, method: str, /) -> bool:
    return route.methods is None or method in route.methods or (method == "HEAD" and "GET" in route.methods)
