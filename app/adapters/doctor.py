"""`awning doctor`: what an operator wants to know before the first customer does."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from app.adapters.database import Database
from app.adapters.encryption import Cipher, SecretUnreadable
from app.adapters.keyring import Keyring, aware
from app.adapters.migrating import pending_migrations
from app.adapters.shelf import Shelf
from app.config import Settings
from app.domain.errors import DomainError

ROOM_NEEDED = 1 << 30
CLOCK_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    is_good: bool
    message: str


def findings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", True, f"mode {settings.mode}, public address {settings.url}")
    yield _disk(settings)
    database = Database(settings.database_url, pool_size=1)
    try:
        pending = pending_migrations(database)
    except DomainError as problem:
        yield Finding("database", False, f"{problem.message} Check DATABASE_URL.")
        return
    yield Finding(
        "database", not pending, "migrations pending: run awning migrate" if pending else "answers, up to date"
    )
    if pending:
        return
    yield _clock(database)
    yield from _catalogs(Shelf(database, 0, 10))
    yield _keys(Keyring(database, Cipher(settings.secret_key, "partner-keys")))


def _disk(settings: Settings) -> Finding:
    settings.var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var).free
    return Finding("disk", free > ROOM_NEEDED, f"{free / ROOM_NEEDED:.1f} GiB free under {settings.var}")


def _clock(database: Database) -> Finding:
    if database.is_sqlite:
        return Finding("clock", True, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC; compare it with a watch")
    with database.reading() as connection:
        there = aware(connection.scalar(text("SELECT clock_timestamp()")) or datetime.now(UTC))
    apart = abs(datetime.now(UTC) - there)
    return Finding("clock", apart < CLOCK_TOLERANCE, f"{apart.total_seconds():.1f} s from the database's clock")


def _catalogs(shelf: Shelf) -> Iterator[Finding]:
    codes = shelf.partner_codes()
    if not codes:
        yield Finding("catalog", False, "nothing is published: run awning catalog publish DIR")
    for code in codes[:20]:
        found = shelf.catalog(code)
        yield Finding("catalog", True, f"{code}: {len(found.offers)} offers, release {found.release_id[:12]}")


def _keys(keyring: Keyring) -> Finding:
    try:
        count = len(keyring.all())
    except SecretUnreadable as problem:
        return Finding("keys", False, str(problem))
    return Finding(
        "keys", count > 0, f"{count} partner keys" if count else "none: run awning keys create CODE --kind live"
    )
