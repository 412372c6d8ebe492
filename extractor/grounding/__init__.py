"""Grounding: from words that somebody copied out of an article to the characters of the article that they are."""

from .grounder import ClaimSpans, FieldMiss, Grounder, Miss

__all__ = ["ClaimSpans", "FieldMiss", "Grounder", "Miss"]
