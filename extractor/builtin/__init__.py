"""The built-in engine: attributions by rules, no model needed."""

from .engine import BuiltinDraft, BuiltinEngine

__all__ = ["BuiltinDraft", "BuiltinEngine"]
