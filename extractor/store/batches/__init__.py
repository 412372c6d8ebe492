"""Runs that many processes share: who works at which, and how they ended."""
