"""Reading articles: from a path, standard input, a URL, or a text or bytes at hand to an `Article`."""

from .reading import MAX_CHARS, article_from_bytes, article_from_text, read_article

__all__ = ["MAX_CHARS", "article_from_bytes", "article_from_text", "read_article"]
