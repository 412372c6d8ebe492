"""Batches in several processes of one machine: a model's answers take more to check than one core can do.

    items -> ProcessRunner (pace, budget, limit) -> pipes -> workers (BatchRunner, the shared store) -> tallies

The process that runs the batch reads the inputs and gives items to workers as they have room; claims in the store make
each article once, as between batches that know nothing of each other. When a worker dies its items go to another one.
"""

from .runner import ProcessRunner, processes_for

__all__ = ["ProcessRunner", "processes_for"]
