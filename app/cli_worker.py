"""`awning worker`."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.adapters.worker import Worker
    from app.config import Settings

# How often a worker that was started by a server looks whether that server is still there.
PARENT_SECONDS = 0.5


@click.command()
@click.option("--parent", type=int, hidden=True, help="the process to end with")
def worker(parent: int | None) -> None:
    """Deliver mail and webhooks and do what has fallen due; any number may run."""
    from app.web.request_log import configure
    from app.worker_wiring import worker_of

    settings = own_settings()
    configure(settings.log)
    if parent is not None:
        # Beside a server on the same machine deliveries give way to requests.
        os.nice(5)
    migrate_when_possible(settings)
    asyncio.run(_run(worker_of(settings), parent))


def own_settings() -> Settings:
    from app.config import SettingsInvalid, settings_from

    try:
        return settings_from()
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from problem


def migrate_when_possible(settings: Settings) -> None:
    """A worker that starts before its database waits for it."""
    import structlog

    from app.adapters.database import Database
    from app.adapters.migrating import migrate
    from app.domain.errors import StoreUnavailable

    is_told = False
    while True:
        try:
            return migrate(Database(settings.database_url, pool_size=1))
        except StoreUnavailable:
            if not is_told:
                structlog.get_logger("awning").warning("the database does not answer; the worker waits for it")
            is_told = True
            time.sleep(settings.delivery.poll)


async def _run(made: Worker, parent: int | None) -> None:
    stop = asyncio.Event()
    watching = None if parent is None else asyncio.create_task(_watch(parent, stop))
    await made.run(stop)
    if watching is not None:
        watching.cancel()


async def _watch(parent: int, stop: asyncio.Event) -> None:
    """A server that is killed cannot tell its worker; another process is then the worker's parent."""
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_SECONDS)
    stop.set()
