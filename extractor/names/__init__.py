"""Names in running text: whether the names of a statement are in its article."""

from .index import NameIndex
from .shared import name_index

__all__ = ["NameIndex", "name_index"]
