"""The links of the OpenAPI document: which operation goes on with what another one answered."""

from __future__ import annotations

from typing import Any, Final

_FIRST: Final = "$response.body#/items/0/id"
_ID: Final = "$response.body#/id"
_READ: Final = {"article": "$response.body#/article/id"}
_JOB: Final = {"job_id": _ID}

_LINKS: Final[dict[str, dict[str, dict[str, dict[str, str]]]]] = {
    "create_extraction": {
        "200": {"get_article": _READ, "get_extraction": _READ},
        "202": {"get_job": _JOB, "follow_job": _JOB, "cancel_job": _JOB},
    },
    "create_summary": {
        "200": {"get_article": _READ, "get_summary": _READ},
        "202": {"get_job": _JOB, "follow_job": _JOB, "cancel_job": _JOB},
    },
    "list_articles": {
        "200": {name: {"article": _FIRST} for name in ("get_article", "get_extraction", "get_summary")},
    },
    "list_experts": {"200": {name: {"expert": _FIRST} for name in ("get_expert", "get_timeline", "get_score")}},
    "list_claims": {"200": {"get_claim": {"claim": _FIRST}}},
    "list_predictions": {
        "200": {name: {"prediction": _FIRST} for name in ("get_prediction", "list_resolutions", "create_resolution")},
    },
    "create_resolution": {
        "201": {
            "get_resolution": {"prediction": "$request.path.prediction", "resolution": _ID},
            "list_resolutions": {"prediction": "$request.path.prediction"},
        },
    },
}
"""By operation, status, and the operation that goes on: its parameters."""


def add_links(operation: dict[str, Any], /) -> None:
    """Tell of an operation of the document which ones go on with its answers."""
    for status, links in _LINKS.get(operation["operationId"], {}).items():
        operation["responses"][status]["links"] = {
            name: {"operationId": name, "parameters": parameters} for name, parameters in links.items()
        }
