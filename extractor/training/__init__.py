"""Training of the built-in engine's tagger from annotated articles: ``python -m extractor.training CORPUS``."""
