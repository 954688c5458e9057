"""The production server: Granian, a process or several, each with a pool of threads."""

import os
import tempfile
from typing import TYPE_CHECKING

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.config import Settings

if TYPE_CHECKING:
    from granian import Granian


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Returns when the server is told to stop. Every process makes its own application from the environment."""
    migrate(Database(settings.database_url, pool_size=1))
    if workers > 1:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="awning-metrics-"))
    granian("app:create_app", settings, host, port, workers).serve()


def granian(application: str, settings: Settings, host: str, port: int, workers: int) -> "Granian":
    """Threads wait for the disk most of the time, so there are many of them and group commit can gather."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        application,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.threads,
        backlog=2048,
        backpressure=settings.threads * 8,
        log_level=LogLevels.error,
        websockets=False,
        respawn_failed_workers=True,
    )
