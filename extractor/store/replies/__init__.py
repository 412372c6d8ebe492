"""Answers of models that are kept, so that none is paid twice."""
