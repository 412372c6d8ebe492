"""The cluster that a batch runs on: one that is there, or one of its own on this machine."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from extractor.errors import InputError, MissingPackageError, UnavailableError

OBJECTS: Final = 200 * 1024 * 1024
"""Bytes of shared memory for what is on its way to actors, in a cluster of our own."""
_QUIET: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """An open cluster: its nodes that are alive, the machines they are on, and the node of this process."""

    nodes: tuple[str, ...]
    machines: int
    home: str


@contextmanager
def opened_cluster(address: str | None, /) -> Iterator[Cluster]:
    """Connect to the cluster at ``address``, or to one that is started for it, and leave it at the end.

    Nothing of Ray's is written to the terminal. Raises MissingPackageError, InputError, and UnavailableError when it
    cannot be reached.
    """
    check_ray()
    if address is not None and "://" in address:
        raise InputError(
            f"--address {address!r}: run the batch on a machine of the cluster, and give HOST:PORT of its head, or auto"
        )
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings(), Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        warnings.simplefilter("ignore")
        import ray

        if ray.is_initialized():
            yield _cluster(ray)
            return
        _connect(ray, address)
        try:
            yield _cluster(ray)
        finally:
            ray.shutdown()


def check_ray() -> None:
    """Raise MissingPackageError unless Ray and what its data sets need are installed."""
    if find_spec("ray") is None or find_spec("pyarrow") is None:
        raise MissingPackageError("--runner ray needs Ray: pip install 'commentary-extractor[ray]'")


def _connect(ray: Any, address: str | None) -> None:
    own: dict[str, Any] = {}
    if address is None:
        os.environ.setdefault("RAY_AUTH_MODE", "disabled")  # it is for this process, and listens on this machine
        own = {"include_dashboard": False, "object_store_memory": OBJECTS}
    try:
        with _silenced():
            ray.init(address=address or "local", log_to_driver=False, logging_level=logging.CRITICAL, **own)
    except KeyboardInterrupt:
        ray.shutdown()  # what has been started of it
        raise
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        told = str(error).partition("\n")[0][:300]
        where = (
            "a cluster on this machine could not be started" if address is None else f"no Ray cluster at {address!r}"
        )
        raise UnavailableError(f"{where}: {told}; start one with 'ray start --head', or see docs/batch.md") from error


@contextmanager
def _silenced() -> Iterator[None]:
    """Nothing reaches the standard error: Ray says how much it will say, past Python."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _cluster(ray: Any) -> Cluster:
    nodes = [node for node in ray.nodes() if node["Alive"]]
    machines = {node["NodeManagerAddress"] for node in nodes}
    home = ray.get_runtime_context().get_node_id()
    others = sorted(node["NodeID"] for node in nodes if node["NodeID"] != home)
    return Cluster((home, *others), len(machines), home)
