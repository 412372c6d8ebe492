"""The service's jobs: a queue that outlives the server, and that several processes share."""

from .working import FailedRun

__all__ = ["FailedRun"]
