"""The production server: Granian, a process or several, each with a pool of threads."""

import gc
import os
import socket
import tempfile
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.adapters.worker_beside import worker_beside
from app.config import Settings

if TYPE_CHECKING:
    from flask import Flask

# mallopt's name for the number of heaps, from malloc.h.
M_ARENA_MAX = -8


def serve(settings: Settings, host: str, port: int, workers: int, has_worker: bool = True) -> None:
    """Returns when the server is told to stop. Every process makes its own application from the environment."""
    check_port(host, port)
    migrate(Database(settings.database_url, pool_size=1))
    _share_memory_between_threads()
    if workers > 1:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="awning-metrics-"))
    with worker_beside() if has_worker else nullcontext():
        granian("app.web.serving:application", settings, host, port, workers).serve()


class PortInUse(OSError):
    """Somebody listens there already."""


def check_port(host: str, port: int) -> None:
    """The server's own way of listening would share the port with whoever has it, and half of the requests with it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise PortInUse(
                f"Port {port} on {host} cannot be used: {problem.strerror}. Choose another port."
            ) from problem


def application() -> "Flask":
    """The application as a server process runs it."""
    from app import create_app

    made = create_app()
    settle_memory()
    return made


def settle_memory() -> None:
    """What is loaded stays: the collector need not look at it again, nor after every few hundred objects.

    A request makes a thousand objects and hardly a cycle; with a thousand catalogs in memory a full collection
    takes longer than forty offers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


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
