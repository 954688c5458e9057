"""Questions asked with every request: written as SQLAlchemy, asked as the text it becomes.

A query built anew takes several times as long as its answer: building it, its cache key, a transaction around it.
Here the text is made once for each kind of database, and every thread asks over a line of its own, outside of
transactions, for one row.
"""

from typing import Any

from sqlalchemy import Select

from app.adapters.database import Database
from app.adapters.line import Line
from app.domain.errors import StoreUnavailable


class Question:
    """A select whose parameters are bindparam()s, answered by one row or none."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._made: dict[str, tuple[str, list[str] | None]] = {}

    def answer(self, database: Database, **values: Any) -> Any | None:
        text, names = self._text(database)
        given: Any = values if names is None else [values[name] for name in names]
        try:
            return _line(database).run(text, given).fetchone()
        except StoreUnavailable:
            # A line that was cut while it lay idle is noticed by the next question; a new one answers it.
            return _line(database).run(text, given).fetchone()

    def _text(self, database: Database) -> tuple[str, list[str] | None]:
        name = database.engine.dialect.name
        if name not in self._made:
            made = self._query.compile(dialect=database.engine.dialect)
            self._made[name] = made.string, getattr(made, "positiontup", None)
        return self._made[name]


def _line(database: Database) -> Line:
    found: Line | None = getattr(database.of_thread, "line", None)
    if found is None:
        found = database.of_thread.line = Line(database)
    return found
