"""`kill -9` of server and worker in a loop, under load, and then the reckoning.

python -m tests.faults --rounds 500 --database postgresql
"""

import os
import random
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sqlalchemy import func, select

from app.adapters.database import Database
from app.adapters.tables import bookings, events, outbox
from tests.faults.clients import CODE, DONE, KEY, SECRET, Client, Line, Promises, Unanswered
from tests.faults.receiver import Received, receiving
from tests.partner import CATALOG
from tests.process import AWNING, ROOT, awning, clean_environment
from tests.waiting import eventually

CLIENTS = 3
# How long a server lives, in seconds: some die while they start, some in the middle of their work.
LIVES = (0.05, 0.7)


@dataclass
class Storm:
    """A platform in a folder, and a stream of chance that can be repeated."""

    folder: Path
    database_url: str
    port: int
    chance: random.Random

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWNING_MODE": "test",
            "AWNING_VAR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "AWNING_RATE_LIMITS": "off",
            "AWNING_LOG": "off",
            "AWNING_PRIVATE_WEBHOOKS": "on",
            "AWNING_LEASE": "3",
            "AWNING_WEBHOOK_TIMEOUT": "2",
            "AWNING_MAIL_TIMEOUT": "2",
            "AWNING_WORKER_POLL": "0.05",
            "AWNING_WEBHOOK_SPACING": "1,1,1",
            "AWNING_MAIL_SPACING": "1,1,1",
        }

    def prepare(self, hook: str) -> None:
        for command in (
            ("catalog", "publish", str(CATALOG / "northwind")),
            ("keys", "create", CODE, "--kind", "live", "--id", KEY, "--secret", SECRET),
            ("webhooks", "create", CODE, hook),
        ):
            done = awning(self.environment, *command)
            assert done.returncode == 0, done.stderr

    @contextmanager
    def running(self, name: str, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program in a process group of its own; at the end all of it is killed, no questions asked."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*AWNING, *command],
                cwd=ROOT,
                env=clean_environment(self.environment),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @contextmanager
    def both(self) -> Iterator[None]:
        serve = ("serve", "--port", str(self.port), "--no-worker")
        with self.running("server", *serve), self.running("worker", "worker"):
            yield

    def answers(self) -> bool:
        with closing(Line(self.port)) as line:
            try:
                return line.ask("GET", "bookings/?limit=1", b"")[0] == 200
            except Unanswered:
                return False


def storm(folder: Path, database_url: str, rounds: int, seed: int = 1) -> tuple[Promises, Received, list[str]]:
    """What was promised, what was received, and what was broken: nothing, one hopes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    weather = Storm(folder, database_url, port, random.Random(seed))
    promises, stop = Promises(), Event()
    with receiving() as (hook, received):
        weather.prepare(hook)
        clients = [Client(port, promises, stop, seed + number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for _ in range(rounds):
            with weather.both():
                eventually(weather.answers)
                Event().wait(weather.chance.uniform(*LIVES))
        stop.set()
        with weather.both():
            eventually(weather.answers)
            for client in clients:
                client.join()
            _ask_again(weather, promises)
            broken = _reckoning(weather, promises, received)
    return promises, received, broken


def _ask_again(weather: Storm, promises: Promises) -> None:
    """A client that had no answer asks again with the same key, as the guides say."""
    with closing(Line(weather.port)) as line:
        for call in promises.unanswered:
            status, answer = line.ask(call.method, call.path, call.body, call.key)
            if status not in DONE:
                promises.wondered(f"asked again, {call.action} was answered {status}: {answer[:300]!r}")


def _reckoning(weather: Storm, promises: Promises, received: Received) -> list[str]:
    database = Database(weather.database_url, 2)
    try:
        eventually(lambda: _waiting(database) == 0, patience=240)
        return [
            *promises.strange,
            *_missing(database, promises),
            *_twice(database),
            *_undelivered(weather, database, received),
            *_evidence(weather),
        ]
    finally:
        database.close()


def _waiting(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).where(outbox.c.status == "waiting")) or 0


def _missing(database: Database, promises: Promises) -> Iterator[str]:
    """What was acknowledged and is not there."""
    with database.reading() as connection:
        by_offer = {row.offer_id: row for row in connection.execute(select(bookings.c.offer_id, bookings.c.id))}
        status = {row.id: row.status for row in connection.execute(select(bookings.c.id, bookings.c.status))}
        named = Counter(tuple(row) for row in connection.execute(select(events.c.trail_id, events.c.name)))
    offer_of = {row.id: offer_id for offer_id, row in by_offer.items()}
    for offer_id in promises.kept["confirm"]:
        if offer_id not in by_offer:
            yield f"the booking of offer {offer_id} is lost"
    for offer_id in promises.kept["opt_out"]:
        if named[offer_id, "opted_out"] != 1:
            yield f"the opt-out of {offer_id} is there {named[offer_id, 'opted_out']} times"
    for booking_id, count in Counter(promises.kept["modify"]).items():
        if named[offer_of[booking_id], "modified"] != count:
            yield f"{booking_id} was changed {named[offer_of[booking_id], 'modified']} times, acknowledged {count}"
    for booking_id in promises.kept["cancel"]:
        if status[booking_id] != "CANCELLED":
            yield f"the cancellation of {booking_id} is lost"


def _twice(database: Database) -> Iterator[str]:
    with database.reading() as connection:
        named = Counter(tuple(row) for row in connection.execute(select(events.c.trail_id, events.c.name)))
        columns = (outbox.c.booking_id, outbox.c.kind, outbox.c.event)
        rows = Counter(tuple(row) for row in connection.execute(select(*columns)))
    for (trail, name), count in named.items():
        if name in ("confirmed", "cancelled", "opted_out", "modified") and count > 1:
            yield f"{name} is {count} times in {trail}"
    for (booking, kind, event), count in rows.items():
        if count > 1:
            yield f"{booking} has {count} rows for the {kind} {event}"


def _undelivered(weather: Storm, database: Database, received: Received) -> Iterator[str]:
    with database.reading() as connection:
        rows = connection.execute(
            select(outbox.c.id, outbox.c.kind, outbox.c.status, outbox.c.booking_id, outbox.c.event)
        ).all()
    mails = {path.stem for path in (weather.folder / "outbox").glob("*.eml")}
    for row in rows:
        if row.status != "delivered":
            yield f"{row.kind} {row.event} of {row.booking_id} is {row.status}"
        if row.kind == "webhook" and received.events.get(row.id) != (row.event, row.booking_id):
            yield f"the webhook {row.event} of {row.booking_id} was not received"
        if row.kind == "mail" and row.id not in mails:
            yield f"the mail {row.event} of {row.booking_id} was not sent"


def _evidence(weather: Storm) -> Iterator[str]:
    verified = awning(weather.environment, "evidence", "verify")
    if verified.returncode != 0:
        yield f"the evidence is broken: {verified.stdout[-2000:]} {verified.stderr[-2000:]}"
