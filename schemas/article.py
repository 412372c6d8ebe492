"""Span and Article: the text that everything else in a result points into."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Inferrable = Literal["title", "url", "author", "published", "language"]


class Frozen(BaseModel):
    """Base of every result: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Span(Frozen):
    """A piece of the article text.

    ``article.text[start:end] == text``; offsets are Python string indices, end exclusive.
    """

    start: int = Field(ge=0, description="Index of the first character in the article text.")
    end: int = Field(description="Index after the last character.")
    text: str = Field(min_length=1, description="The characters between start and end.")

    @model_validator(mode="after")
    def _length(self) -> Self:
        if self.end - self.start != len(self.text):
            raise ValueError(f"span {self.start}-{self.end} does not fit a text of {len(self.text)} characters")
        return self

    def overlaps(self, other: Span, /) -> bool:
        """True when both share a character."""
        return self.start < other.end and other.start < self.end


class Article(Frozen):
    """An article as read: its text unchanged (but for a leading BOM) and what is known about it."""

    id: str = Field(description="SHA-256 of the text in UTF-8, hexadecimal.")
    title: str | None = None
    url: str | None = None
    author: str | None = None
    published: date | None = Field(default=None, description="Date of publication; horizons are computed from it.")
    language: str | None = Field(default=None, description="ISO 639-1 code.")
    inferred: tuple[Inferrable, ...] = Field(default=(), description="Fields that were inferred and not given.")
    text: str

    @model_validator(mode="after")
    def _identity(self) -> Self:
        if self.id != text_id(self.text):
            raise ValueError("article id is not the SHA-256 of its text")
        return self

    def span(self, start: int, end: int, /) -> Span:
        """The span from ``start`` to ``end`` (string indices, end exclusive) of this article."""
        return Span(start=start, end=end, text=self.text[start:end])


def text_id(text: str, /) -> str:
    """The content address of an article text: SHA-256 of its UTF-8 bytes, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
