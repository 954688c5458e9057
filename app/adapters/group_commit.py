"""Group commit: what waits to be stored together is made durable together, and only then answered.

A commit costs one wait for the disk however many rows it carries. One thread takes everything that waits,
writes it durably, and wakes the requests after that. Measured on SQLite with 32 threads:
5,316 durable rows a second instead of 3,539, and the slowest took 18 ms instead of 2.5 s.

Offers go in one INSERT, which is a transaction of its own: the driver gives the interpreter away once (see line.py);
BEGIN, an INSERT a row and COMMIT halved what a server could do. What the database refuses must not take its
neighbours with it: then each is tried on its own.
"""

from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Protocol

from sqlalchemy import Table

from app.adapters.database import Database
from app.adapters.line import Insert, Line, Row
from app.domain.errors import StoreUnavailable

MOST_TOGETHER = 256


class _Ticket:
    __slots__ = ("done", "item", "problem")

    def __init__(self, item: Any) -> None:
        self.item = item
        self.problem: Exception | None = None
        self.done = Lock()
        self.done.acquire()


class Writer(Protocol):
    """Makes a batch durable, all of it or nothing."""

    def write(self, batch: list[Any]) -> None: ...


class RowWriter:
    """Rows of one table, as one statement that is a transaction of its own."""

    def __init__(self, database: Database, table: Table) -> None:
        self._line = Line(database)
        self._insert = Insert(database, table)

    def write(self, batch: list[Row]) -> None:
        with self._line.turn:
            self._insert.into(self._line, batch)


class GroupCommit:
    """Hands what many threads bring to one writer. Its thread starts late, so that a forked server has its own."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting: SimpleQueue[_Ticket] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None

    def append(self, item: Any) -> None:
        """Returns when it is durable; raises what kept it from being stored."""
        if self._thread is None or not self._thread.is_alive():
            self._start()
        ticket = _Ticket(item)
        self._waiting.put(ticket)
        ticket.done.acquire()
        if ticket.problem is not None:
            raise ticket.problem

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
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
            self._writer.write([ticket.item for ticket in tickets])
        except StoreUnavailable as problem:
            for ticket in tickets:
                ticket.problem = problem
        except Exception as problem:  # one of these is at fault: each is tried alone, and the one at fault is told
            if len(tickets) == 1:
                tickets[0].problem = problem
                return
            for ticket in tickets:
                self._write([ticket])
