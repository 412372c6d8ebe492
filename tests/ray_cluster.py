"""A real Ray cluster of two nodes on this machine, and its processes, for tests that kill them."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
_NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}


class TwoNodes:
    """A running cluster: a head, where drivers connect, and another node, which can be killed."""

    def __init__(self, cluster: Any) -> None:
        self.address: str = cluster.address
        self._cluster = cluster
        self._other = cluster.add_node(**_NODE)

    def kill_other(self) -> None:
        """Kill the node that is not the head, with all that runs on it."""
        self._cluster.remove_node(self._other, allow_graceful=False)

    def actors(self, named: str, /) -> list[int]:
        """The process ids of the actors whose class has this in its name."""
        ours = {info.process.pid for node in self._nodes for info in node.all_processes.get("raylet", [])}
        return [
            pid
            for pid, parent, title in _processes()
            if parent in ours and title.startswith("ray::") and named in title
        ]

    def logs(self) -> list[Path]:
        """The files in which Ray tells what goes on."""
        return [path for path in Path(self._cluster.head_node.get_logs_dir_path()).rglob("*") if path.is_file()]

    @property
    def _nodes(self) -> list[Any]:
        return [self._cluster.head_node, *self._cluster.worker_nodes]


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    """A cluster; its processes are gone at the end."""
    before = {name: os.environ.get(name) for name in _QUIET}
    os.environ.update(_QUIET)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ray.cluster_utils import Cluster

        cluster: Any = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
        try:
            yield TwoNodes(cluster)
        finally:
            cluster.shutdown()
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def kill(pid: int, /) -> None:
    """Kill -9."""
    os.kill(pid, signal.SIGKILL)


def _processes() -> Iterator[tuple[int, int, str]]:
    """Process id, that of its parent, and title of all processes."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                title = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):  # it has ended
                continue
            yield int(folder.name), parent, title
