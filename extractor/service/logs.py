"""The log: one line of JSON for each event, or on a terminal one for people.

No text of an article and no secret is ever in it: of an exception stand its class and where it arose, not what it says.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor

_NAME: Final = "extractor.service"
_SHOWN: Final = (_NAME, "uvicorn", "asyncio")
_FRAMES: Final = 12


def make_log() -> FilteringBoundLogger:
    """The log of an app; it goes to the logger ``extractor.service``, which shows nothing before `show`."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        logging.getLogger(_NAME),
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    return log


def show(stream: TextIO, /, *, pretty: bool) -> None:
    """Write what the service, its server and its event loop tell to a stream; other libraries stay silent."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make_formatter(pretty=pretty))
    for name in _SHOWN:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO if name == _NAME else logging.WARNING)


def make_formatter(*, pretty: bool) -> logging.Formatter:
    """What makes a line of an event."""
    last: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=True)]
    if pretty:
        last = [structlog.dev.ConsoleRenderer(colors=True, repr_native_str=True)]
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            _shorten,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_words,
            *last,
        ]
    )


def _shorten(_: Any, __: str, event: EventDict) -> EventDict:
    """Of what libraries log only the first line: more may quote exceptions, and those articles."""
    if not event["_from_structlog"]:
        event["event"] = str(event["event"]).strip().split("\n")[0]
    return event


def _without_words(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as the names of its classes and the places it passed through."""
    event.pop("stack_info", None)
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = _classes(error)
        event["trace"] = _places(error.__traceback__)
    return event


def _classes(error: BaseException) -> str:
    """The class of an exception and of those that it came from."""
    names, seen = [], set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        names.append(type(found).__name__)
        seen.add(id(found))
        found = found.__cause__ or found.__context__
    return " from ".join(names)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
