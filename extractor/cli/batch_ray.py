"""'extractor batch --runner ray': the same batch on a Ray cluster."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretStr

from extractor.errors import ConfigurationError

from .batch_job import interrupt, shown
from .batch_summary import write_report
from .output import say
from .store_options import database_file

if TYPE_CHECKING:
    from extractor.batch import BatchOptions, BatchReport
    from extractor.batch.ray.cluster import Cluster
    from extractor.settings import Settings

    from .batch_job import Bench


def run_on_ray(bench: Bench, options: BatchOptions, /) -> BatchReport:
    """Run the batch on a cluster, show how far it is, heed Ctrl-C, and write the summary."""
    from extractor.batch import Counts
    from extractor.batch.interrupting import interruptible
    from extractor.batch.order import Order
    from extractor.batch.progress import Outlook
    from extractor.batch.ray import ClusterRunner, opened_cluster

    assert bench.sink is not None
    flags, counts = bench.flags, Counts()
    order = Order(
        settings=_placed(bench.settings),
        options=options,
        budget=flags.budget,
        lease=flags.lease,
        since=datetime.now(UTC),
        processes=flags.processes,
    )
    with opened_cluster(flags.address) as cluster:
        _check_database(bench.settings, cluster)
        actors = flags.actors or len(cluster.nodes)
        runner = ClusterRunner(bench.items, order, cluster, actors=actors, place=bench.sink.place, counts=counts)
        outlook = Outlook(counts, pace=cast(Any, runner.pace))  # as much of a pace as a display needs
        with shown(outlook, bench), interruptible(lambda now: interrupt(runner, outlook, flags, now)):
            report = runner.run()
    if report.error is not None:
        say(str(report.error))
    write_report(report, flags)
    return report


def _placed(settings: Settings, /) -> Settings:
    """Settings whose paths are right in any folder: actors run in others."""
    changed: dict[str, object] = {}
    if settings.prompts is not None:
        changed["prompts"] = settings.prompts.absolute()
    file = None if settings.db is None else database_file(settings.db.get_secret_value())
    if file is not None:
        changed["db"] = SecretStr(str(file.absolute()))
    return settings.model_copy(update=changed)


def _check_database(settings: Settings, cluster: Cluster, /) -> None:
    """Raise ConfigurationError for a file on this machine where actors run on others."""
    assert settings.db is not None
    if cluster.machines > 1 and database_file(settings.db.get_secret_value()) is not None:
        raise ConfigurationError(
            f"the cluster has {cluster.machines} machines, and a file of SQLite is on one only: give the address of a"
            " PostgreSQL (--db postgresql://...), which all of them reach"
        )
