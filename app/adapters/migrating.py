"""Migrations: applied by `awning migrate` and before `awning serve`, on SQLite and PostgreSQL alike."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from app.adapters.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number of servers may start at once; one of them migrates, the others wait for it.
ADVISORY_LOCK = 727_401


def migrate(database: Database) -> None:
    if not pending_migrations(database):
        return
    from alembic import command

    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@lru_cache(maxsize=1)
def newest_revision() -> str:
    """The newest migration there is, by its file's name: asking Alembic would load all of it into every server."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def pending_migrations(database: Database) -> bool:
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return True
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) != newest_revision())


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
