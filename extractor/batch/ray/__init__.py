"""Batches on a Ray cluster: the driver feeds slices of items through Ray Data to actors with runners of their own.

    items -> slices -> Desk -> Ray Dataset -> Actor (BatchRunner, the shared sink) -> tallies -> driver

Claims in the sink make each article once, as between processes without Ray; Ray Data gives a slice to another actor
when one dies. Ray is imported here only, when a batch is run on it.
"""

from .cluster import opened_cluster
from .runner import ClusterRunner

__all__ = ["ClusterRunner", "opened_cluster"]
