"""Servers and workers are killed in the middle of their work, fifty times, and nothing is lost or done twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.storm import storm

ROUNDS = 50


def database_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/storm.db"
    make: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return make()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_survives_every_kill_and_happened_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    promises, received, broken = storm(tmp_path, database_of(kind, tmp_path, request), ROUNDS)

    assert broken == []
    assert all(len(subjects) >= ROUNDS for subjects in promises.kept.values()), promises.kept
    assert received.ids
