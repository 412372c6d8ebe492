"""The service: an HTTP API and a page over `Extractor` and `Store`. Needs the extra ``serve``."""
