"""Migrations lead to exactly the tables the program uses, from nothing and back, on both databases."""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.adapters.database import Database
from app.adapters.migrating import _config, migrate, newest_revision, pending_migrations
from app.adapters.tables import metadata


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=8)
    yield database
    database.close()


def differences(database: Database) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    with database.reading() as connection, warnings.catch_warnings():
        # SQLite says that it cannot reflect an index over an expression; we have none, it warns of conditions.
        warnings.simplefilter("ignore")
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def downgraded(database: Database, to: str) -> None:
    with database.writing() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def test_the_migrated_database_has_exactly_the_tables_of_the_program(database: Database) -> None:
    migrate(database)

    assert tables(database) == set(metadata.tables) | {"alembic_version"}
    assert differences(database) == []


def test_indexes_with_a_condition_have_it_on_both_databases(database: Database) -> None:
    migrate(database)

    with database.reading() as connection:
        catalogue = "SELECT sql FROM sqlite_master" if database.is_sqlite else "SELECT indexdef FROM pg_indexes"
        written = [str(row[0]) for row in connection.exec_driver_sql(catalogue)]

    (index,) = [one for one in written if "ix_offer_partner_code_partner_transaction_id" in one]
    assert "WHERE" in index


def test_every_step_goes_down_and_up_again(database: Database) -> None:
    migrate(database)
    for revision in ScriptDirectory.from_config(_config()).walk_revisions():
        downgraded(database, revision.down_revision or "base")
    assert tables(database) <= {"alembic_version"}

    migrate(database)

    assert differences(database) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    migrate(database)

    assert differences(database) == []


def test_pending_migrations_are_noticed(database: Database) -> None:
    assert pending_migrations(database)
    migrate(database)
    assert not pending_migrations(database)

    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))

    assert pending_migrations(database)
    assert newest_revision() != "older"


def test_servers_that_start_together_migrate_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url, pool_size=1) for _ in range(4)]

    with ThreadPoolExecutor(len(databases)) as servers:
        list(servers.map(migrate, databases))

    assert not pending_migrations(databases[0])
    assert differences(databases[0]) == []
    for database in databases:
        database.close()
