"""Where the results of a batch go: a database or a file."""

from .files import FileSink, errors_path
from .sink import Sink
from .store import StoreSink

__all__ = ["FileSink", "Sink", "StoreSink", "errors_path"]
