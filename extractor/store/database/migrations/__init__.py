"""Alembic's migrations of the store's schema, oldest first in ``versions``."""
