"""The built-in engine: attributions by rules and a trained tagger, no model needed."""

from .engine import BuiltinDraft, BuiltinEngine

__all__ = ["BuiltinDraft", "BuiltinEngine", "tagger_version"]


def tagger_version() -> str:
    """The version of the tagger's weights, twelve digits: other weights, another version."""
    from .tagger import version  # loads numpy

    return version()
