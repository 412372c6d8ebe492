"""Style sheets and scripts, under addresses that change with what they hold."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.staticfiles import StaticFiles

import extractor.render.html as view

router = APIRouter(include_in_schema=False)

_FOLDERS: Final = (Path(__file__).parent.parent / "static", Path(view.__file__).parent / "static")
_FOREVER: Final = "public, max-age=31536000, immutable"
_files: Final = StaticFiles(packages=[("extractor.service", "static"), ("extractor.render.html", "static")])


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
async def send_file(name: str, request: Request) -> Response:
    """A style sheet or a script; kept by browsers for good under the address that `address` gives."""
    response = await _files.get_response(name, request.scope)
    known = request.query_params.get("v")
    response.headers["Cache-Control"] = _FOREVER if known and known == _digest(name) else "no-cache"
    return response


def address(name: str, /) -> str:
    """The address of a static file, with a digest of what it holds."""
    return f"/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str, /) -> str:
    """A digest of a static file; empty when there is none of this name."""
    found = (folder / name for folder in _FOLDERS if (folder / name).is_file())
    file = next(found, None)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file else ""
