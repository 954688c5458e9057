"""The production server: Granian, a process or several, each with a pool of threads."""

import os
import tempfile
from typing import Any

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.config import Settings

# mallopt's name for the number of heaps, from malloc.h.
M_ARENA_MAX = -8


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Returns when the server is told to stop. Every process makes its own application from the environment."""
    migrate(Database(settings.database_url, pool_size=1))
    _share_memory_between_threads()
    if workers > 1:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="awning-metrics-"))
    granian("app:create_app", settings, host, port, workers).serve()


def _share_memory_between_threads() -> None:
    """By default glibc gives each thread a heap of its own; a thousand catalogs took half as much again."""
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_ARENA_MAX, 2)


def granian(application: str, settings: Settings, host: str, port: int, workers: int) -> Any:
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
