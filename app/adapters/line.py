"""A writing thread's own line to the database, spoken to without detours, and rows as one INSERT.

The driver gives the interpreter away at every call, and thirty busy threads stand between it and getting it back:
so what belongs together goes in as few statements as possible.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from weakref import finalize

from sqlalchemy import Engine, Table

from app.adapters.database import Database, available
from app.domain.errors import StoreUnavailable

Row = dict[str, Any]


class Line:
    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._spare = database.spare_lines
        self.turn = database.turn
        self.is_sqlite = database.is_sqlite
        self.driver: Any = database.engine.dialect.loaded_dbapi
        # The second: a primary that was demoted.
        self._away = (self.driver.OperationalError, self.driver.InternalError)
        self._connection: Any = None
        database.lines.add(self)

    def run(self, text: str, values: Sequence[Any] = ()) -> Any:
        """One statement; outside a transaction it is one of its own."""
        connection = self._open()
        try:
            return connection.execute(text, values)
        except Exception as problem:
            if isinstance(problem, self._away) or getattr(connection, "closed", False):
                self.drop()
                raise StoreUnavailable() from problem
            raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements that do not wait for each other's answers: PostgreSQL gets them in one go.

        What one of them refuses is raised at the end of the block, and what they answered can be read after it.
        """
        if self.is_sqlite:
            yield
            return
        connection = self._open()
        try:
            with connection.pipeline():
                yield
        except self._away as problem:
            self.drop()
            raise StoreUnavailable() from problem

    def roll_back(self) -> None:
        """The driver's own way: only so it forgets what was prepared in a batch that is now undone."""
        if self.is_sqlite:
            self.run("ROLLBACK")
        elif self._connection is not None:
            try:
                self._connection.rollback()
            except self.driver.Error:
                self.drop()  # who has no line any more has no transaction either

    def _open(self) -> Any:
        if self._connection is None:
            try:
                with available():
                    self._connection = self._own_connection()
            except self.driver.Error as problem:
                raise StoreUnavailable() from problem
            if not self.is_sqlite:
                self._connection.autocommit = True
        return self._connection

    def _own_connection(self) -> Any:
        """Taken out of the pool for good: it commits every statement, and whoever got it next would not expect that.

        When the thread ends, so does its connection, but SQLite's waits for the next line: closed in a thread that ends
        it would call back into Python, and that takes the whole process along (measured: Python 3.11, a segfault).
        """
        try:
            connection = self._spare.pop()
        except IndexError:
            connection = _detached(self._engine)
        farewell = self._spare.append if self.is_sqlite else partial(_closed, error=self.driver.Error)
        self._farewell = finalize(self, farewell, connection)
        return connection

    def drop(self) -> None:
        """The next rows get a new connection: that is how a server recovers when the database comes back."""
        if self._connection is not None:
            self._farewell.detach()
            _closed(self._connection, self.driver.Error)
            self._connection = None


def _closed(connection: Any, error: type[Exception]) -> None:
    """A connection that is broken already cannot be closed any better."""
    with suppress(error):
        connection.close()


def _detached(engine: Engine) -> Any:
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection


class Insert:
    """INSERT of any number of rows of one table as one statement.

    `end` says what to do about rows that are there already. A column in `computed` is an expression, and its value
    is the list of the expression's parameters.
    """

    def __init__(
        self, database: Database, table: Table, end: str = "", computed: Mapping[str, str] | None = None
    ) -> None:
        self._computed = computed or {}
        dialect = database.engine.dialect
        written = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)
        self._columns = list(zip([column.name for column in table.columns], written, strict=True))
        quoted = dialect.identifier_preparer.quote
        names = ", ".join(quoted(name) for name, _ in self._columns)
        self.mark = "?" if dialect.paramstyle == "qmark" else "%s"
        self._start = f"INSERT INTO {quoted(table.name)} ({names}) VALUES "
        marks = [self._computed.get(name, "?").replace("?", self.mark) for name, _ in self._columns]
        self._row = f"({', '.join(marks)})"
        self._end = end

    def into(self, line: Line, rows: Sequence[Row]) -> Any:
        values = [value for row in rows for value in self.values(row)]
        return line.run(self._start + ", ".join([self._row] * len(rows)) + self._end, values)

    def values(self, row: Row) -> list[Any]:
        found: list[Any] = []
        for name, write in self._columns:
            value = row[name]
            if name in self._computed:
                found += value
            else:
                found.append(value if write is None or value is None else write(value))
        return found
