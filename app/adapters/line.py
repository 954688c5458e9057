"""A writing thread's own line to the database, spoken to without detours, and rows as one INSERT.

The driver gives the interpreter away at every call, and thirty busy threads stand between it and getting it back:
so what belongs together goes in as few statements as possible.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from app.adapters.database import Database, available
from app.domain.errors import StoreUnavailable

Row = dict[str, Any]


class Line:
    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self.turn = database.turn
        self.is_sqlite = database.is_sqlite
        self.driver: Any = database.engine.dialect.loaded_dbapi
        self._connection: Any = None

    def run(self, text: str, values: Sequence[Any] = ()) -> Any:
        """One statement; outside a transaction it is one of its own."""
        connection = self._open()
        try:
            return connection.execute(text, values)
        except Exception as problem:
            away = (self.driver.OperationalError, self.driver.InternalError)  # the second: a primary that was demoted
            if isinstance(problem, away) or getattr(connection, "closed", False):
                self.drop()
                raise StoreUnavailable() from problem
            raise

    def _open(self) -> Any:
        if self._connection is None:
            try:
                with available():
                    self._connection = self._engine.raw_connection()
            except self.driver.Error as problem:
                raise StoreUnavailable() from problem
            if not self.is_sqlite:
                self._connection.driver_connection.autocommit = True
        return self._connection.driver_connection

    def drop(self) -> None:
        """The next rows get a new connection: that is how a server recovers when the database comes back."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None


class Insert:
    """INSERT of any number of rows of one table as one statement; `end` may say what to do about rows there already."""

    def __init__(self, database: Database, table: Table, end: str = "") -> None:
        dialect = database.engine.dialect
        written = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)
        self._columns = list(zip([column.name for column in table.columns], written, strict=True))
        quoted = dialect.identifier_preparer.quote
        names = ", ".join(quoted(name) for name, _ in self._columns)
        self.mark = "?" if dialect.paramstyle == "qmark" else "%s"
        self._start = f"INSERT INTO {quoted(table.name)} ({names}) VALUES "
        self._row = f"({', '.join([self.mark] * len(self._columns))})"
        self._end = end

    def into(self, line: Line, rows: Sequence[Row]) -> Any:
        values = [value for row in rows for value in self.values(row)]
        return line.run(self._start + ", ".join([self._row] * len(rows)) + self._end, values)

    def values(self, row: Row) -> list[Any]:
        return [row[name] if write is None or row[name] is None else write(row[name]) for name, write in self._columns]
