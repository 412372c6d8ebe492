"""Errors of the store as problems: what a query says wrong, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from extractor.errors import InputError
from extractor.service.problems import ProblemError, tell


def invalid(parameter: str, error: InputError, /) -> ProblemError:
    """The problem of a query parameter that cannot be used."""
    detail = tell(error)
    return ProblemError("invalid", detail, errors=({"detail": detail, "parameter": parameter, "in": "query"},))


@contextmanager
def found() -> Iterator[None]:
    """Turns InputErrors of look-ups, which are about an id or a name that leads to nothing, into 404."""
    try:
        yield
    except InputError as error:
        raise ProblemError("not-found", tell(error)) from error
