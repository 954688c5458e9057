"""The production server: Granian, a process or several, each with a pool of threads."""

import os
import tempfile

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.config import Settings


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Returns when the server is told to stop. Every process makes its own application from the environment."""
    from granian import Granian
    from granian.constants import Interfaces

    migrate(Database(settings.database_url, pool_size=1))
    if workers > 1:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="awning-metrics-"))
    Granian(
        "app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.threads,
        backlog=2048,
        backpressure=settings.threads * 8,
        log_level="warning",  # type: ignore[arg-type]
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
