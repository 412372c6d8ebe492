"""One extractor for each model that clients may choose."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from extractor.settings import Settings, describe, load_settings

if TYPE_CHECKING:
    from extractor.core import Extractor

    from .state import MakeExtractor


class Extractors:
    """Makes the extractor of a model when it is first used, and keeps it. Any thread may ask."""

    def __init__(self, settings: Settings, make: MakeExtractor, /) -> None:
        self._settings = settings
        self._make = make
        self._made: dict[str, Extractor] = {}
        self._lock = threading.Lock()

    def get(self, model: str, /) -> Extractor:
        """The extractor of a model, ready to be called. Raises ConfigurationError and PromptError as `Extractor`."""
        with self._lock:
            if model not in self._made:
                extractor = self._make(settings_for(self._settings, model))
                _ = extractor.made_by  # the model is looked at now, by one thread
                self._made[model] = extractor
            return self._made[model]

    def close(self) -> None:
        """Give back what the extractors hold."""
        with self._lock:
            made, self._made = self._made, {}
        for extractor in made.values():
            extractor.close()


def settings_for(settings: Settings, model: str, /) -> Settings:
    """The settings with another model: its address and key come from where they would if it had been given at once.

    Raises ConfigurationError when they are not acceptable.
    """
    if model == settings.model:
        return settings
    given = {line.name: getattr(settings, line.name) for line in describe(settings) if line.source == "flag"}
    return load_settings(**{**given, "model": model})
