"""Names in running text: whether the names of a statement are in its article."""

from .index import NameIndex

__all__ = ["NameIndex"]
