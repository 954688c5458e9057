"""Rows that wait in an outbox, and workers that deliver them, as tests and benchmarks use them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import Row, insert, select

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.outbox import Outbox
from app.adapters.tables import attempts, outbox
from app.adapters.webhook_addresses import AddressRules
from app.adapters.webhook_endpoints import Endpoint, Endpoints
from app.adapters.webhook_sending import WebhookCarrier
from app.adapters.worker import Patience, Worker
from app.services.deliver import Carrier

ROOT_SECRET = "a root secret of more than thirty-two characters"
SECRET = "the-endpoints-own-secret"
BODY = '{"event":"BOOKING_CREATED","payload":{"id":"K7RWD-3HXQP-INS","total_price_formatted":"€49.50"}}'
EVERYTHING = AddressRules(allows_private=True, allows_http=True)
LEASE = timedelta(seconds=60)


def endpoints_of(database: Database, root: str = ROOT_SECRET) -> Endpoints:
    return Endpoints(database, Cipher(root, "webhook-secrets"))


def new_endpoint(database: Database, url: str, root: str = ROOT_SECRET, **changes: Any) -> str:
    given: dict[str, Any] = {
        "id": "",
        "partner_code": "NWIND",
        "mode": "live",
        "url": url,
        "key_id": "wk_northwind",
        "sealed": b"",
        "old_sealed": None,
        "old_until": None,
        "events": (),
        "quick_attempts": 3,
        "hourly_attempts": 72,
        "created_at": datetime.now(UTC),
    }
    return endpoints_of(database, root).create(Endpoint(**given | changes), SECRET).id


def waiting_row(endpoint: str | None = None, **changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": str(uuid_utils.uuid7()),
        "kind": "webhook",
        "partner_code": "NWIND",
        "mode": "live",
        "booking_id": "K7RWD-3HXQP-INS",
        "event": "BOOKING_CREATED",
        "endpoint_id": endpoint,
        "payload": BODY,
        "status": "waiting",
        "attempts": 0,
        "next_at": now,
        "created_at": now,
        "finished_at": None,
    } | changes


def put(database: Database, *rows: dict[str, Any]) -> list[str]:
    with database.writing() as connection:
        connection.execute(insert(outbox), list(rows))
    return [row["id"] for row in rows]


def rows_in(database: Database) -> dict[str, Row[Any]]:
    with database.reading() as connection:
        return {row.id: row for row in connection.execute(select(outbox))}


def status_of(database: Database, row_id: str) -> str:
    return str(rows_in(database)[row_id].status)


def all_are(database: Database, status: str) -> Callable[[], bool]:
    return lambda: all(row.status == status for row in rows_in(database).values())


def attempts_in(database: Database) -> Sequence[Row[Any]]:
    with database.reading() as connection:
        return connection.execute(select(attempts).order_by(attempts.c.id)).all()


def webhook_carrier(database: Database, seconds: float = 10, spacing: tuple[float, ...] = (0.01,)) -> WebhookCarrier:
    return WebhookCarrier(endpoints_of(database), EVERYTHING, seconds, spacing)


def worker_of(database: Database, carriers: dict[str, Carrier], lease: timedelta = LEASE) -> Worker:
    return Worker(Outbox(database, lease), carriers, [], Patience(poll=0.02))


def work_until(worker: Worker, condition: Callable[[], bool]) -> None:
    """Runs the worker in this process until the condition holds, and stops it as a signal would."""

    async def run() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(worker.run(stop))
        try:
            async with asyncio.timeout(30):
                while not await asyncio.to_thread(condition):
                    assert not working.done(), working
                    await asyncio.sleep(0.01)
        finally:
            stop.set()
            await working

    asyncio.run(run())
