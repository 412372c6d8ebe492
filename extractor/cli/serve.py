"""extractor serve"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from extractor.errors import MissingPackageError

from .options import SettingFlags, StoreFlags


def serve(
    chosen: SettingFlags,
    database: StoreFlags,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen at (127.0.0.1). Another than this machine needs EXTRACTOR_API_KEYS."),
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen at (8700); 0 takes a free one.")] = None,
    models: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES", help="Models that clients may choose, separated by commas (the one of --model only)."
        ),
    ] = None,
    engine_processes: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Processes of the built-in engine (one for each core); 0 for a thread of the server."
        ),
    ] = None,
) -> None:
    """Serve the HTTP API and the pages, over a claims database.

    Example: extractor serve --db claims.db

    Listens at this machine only, unless EXTRACTOR_API_KEYS holds keys for clients to send. Results and the queue of
    jobs are kept in the database, which is made when there is none. The log goes to the standard error (JSON lines, on
    a terminal for people), nothing to the standard output. On SIGTERM or Ctrl-C no new job is begun, running ones get
    EXTRACTOR_GRACE seconds and then go back to the queue; a second signal ends the server at once.
    """
    try:
        from extractor.service.serving import run
    except ImportError as error:
        if (error.name or "extractor").startswith("extractor"):
            raise  # a defect of ours
        raise MissingPackageError(
            f"'extractor serve' needs packages more ({error.name}): pip install 'commentary-extractor[serve]'"
        ) from error
    from extractor.service_settings import load_service_settings

    service = load_service_settings(host=host, port=port, models=models, engine_processes=engine_processes)
    run(chosen.load(db=database.db), service, sys.stderr)
