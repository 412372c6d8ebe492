"""The store out and in: exports, imports, flat tables."""
