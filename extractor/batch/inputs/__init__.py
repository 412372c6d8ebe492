"""What a batch reads: files, folders, patterns, tables, lists of URLs and the standard input, one `Item` at a time."""

from .counting import count_items
from .finding import find_items
from .item import Item, Reading, is_since
from .reading import read_item

__all__ = ["Item", "Reading", "count_items", "find_items", "is_since", "read_item"]
