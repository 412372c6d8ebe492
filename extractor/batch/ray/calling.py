"""Calls of the desk that wait while Ray starts it anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

PATIENCE: Final = 60.0
"""Seconds for which a desk that cannot be reached is asked again."""
PAUSE: Final = 0.5


def asked(call: Callable[[], Any], /) -> Any:
    """What the desk answers; blocks. ``call`` asks it, once more where it died meanwhile. Raises RayError."""
    import ray
    from ray.exceptions import RayActorError

    until = time.monotonic() + PATIENCE
    while True:
        try:
            return ray.get(call())
        except RayActorError:
            if time.monotonic() > until:
                raise
        time.sleep(PAUSE)
