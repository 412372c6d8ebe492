"""Batches that a provider answers later at a lower price: OpenAI's Batch API, and servers that have the same.

The pipeline runs with an engine that answers from what was collected and writes down what it would ask; an article
that asks something waits. What is written down is sent in parts, and when its answers are there the article runs again,
until it is done. So questions about invalid answers and the audit are follow-up batches by themselves.
"""

from .office import Office, Terms, offices, options_for
from .plans import make_plan, settings_for
from .sending import Limits

__all__ = ["Limits", "Office", "Terms", "make_plan", "offices", "options_for", "settings_for"]
