"""Experts: which drafts are one and the same holder, and where the article mentions each."""

from .groups import Group, group_experts

__all__ = ["Group", "group_experts"]
